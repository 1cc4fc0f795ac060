"""The command `h2interop`: builds the parser from the command modules and runs the chosen one."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

from . import __version__, commands
from .errors import InteropError

ORDER = ("matrix", "list", "judge", "diff", "vote", "record")
"""Order of the commands in the help text; others follow by name."""
PASSING_ON = frozenset(("judge",))
"""Commands that hand what follows `--` to h2conf; they find it in `rest`."""


def build_parser() -> argparse.ArgumentParser:
    """Build the command line: each module of `commands` adds its own parser."""
    parser = argparse.ArgumentParser(
        prog="h2interop", description="Differential tests and a matrix of real HTTP/2 peers."
    )
    parser.add_argument("--version", action="version", version=f"h2interop {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    names.sort(key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    for name in names:
        importlib.import_module(f"{commands.__name__}.{name}").register(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    rest: list[str] = []
    if "--" in words and words[0] in PASSING_ON:
        split = words.index("--")
        words, rest = words[:split], words[split + 1 :]
    arguments = build_parser().parse_args(words, argparse.Namespace(rest=rest))
    try:
        return int(arguments.execute(arguments))
    except InteropError as error:
        print(f"h2interop: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("h2interop: interrupted", file=sys.stderr)
        return 130
