"""The command `h2interop`."""

import argparse
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="h2interop")
    parser.add_argument("--version", action="version", version="h2interop 0.1.0")
    parser.parse_args(argv)
    return 0
