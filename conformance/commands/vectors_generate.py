"""`h2conf vectors generate` and `check`: the vectors that recipes make, byte for byte."""

import argparse
from pathlib import Path
from typing import Any

from ..exitcodes import Exit
from ..generate.write import files, stale, write
from ..reading.places import VECTORS


def register(subparsers: Any) -> None:
    """Add both commands."""
    for name, text, execute in (
        ("generate", "write the files that recipes make (*-generated.yaml)", _generate),
        ("check", "compare the generated files with what their recipes make, byte for byte", _check),
    ):
        parser = subparsers.add_parser(name, help=text, description=text)
        parser.add_argument(
            "--vectors", type=Path, default=VECTORS, metavar="DIR", help="folder of the vectors"
        )
        parser.set_defaults(execute=execute)


def _generate(arguments: argparse.Namespace) -> int:
    changed = write(arguments.vectors)
    for name in changed:
        print(f"written: {name}")
    print(f"{len(files())} generated files, {len(changed)} changed")
    return int(Exit.OK)


def _check(arguments: argparse.Namespace) -> int:
    lines = stale(arguments.vectors)
    for line in lines:
        print(line)
    if lines:
        print("run `h2conf vectors generate`")
        return int(Exit.INVALID_VECTORS)
    print(f"{len(files())} generated files are what their recipes make")
    return int(Exit.OK)
