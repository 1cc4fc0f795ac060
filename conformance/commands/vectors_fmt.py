"""`h2conf vectors fmt`: the canonical layout of vector files."""

import argparse
from pathlib import Path
from typing import Any

from ..cases.ownfiles import yaml_files
from ..errors import NothingSelected, UsageError
from ..exchange.tidy import tidy
from ..exitcodes import Exit
from ..reading.places import VECTORS, shown


def register(subparsers: Any) -> None:
    """Add the parser below `vectors`."""
    parser = subparsers.add_parser("fmt", help="bring YAML files into their canonical layout")
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="YAML files or folders of them (all of ours)"
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 5 if a file would change")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Format, or check."""
    changed = 0
    files = yaml_files(arguments.files or [VECTORS])
    if not files:
        raise NothingSelected(f"no YAML file in {', '.join(map(str, arguments.files))}")
    for path in files:
        if not path.is_file():
            raise UsageError(f"no such file: {path}")
        try:
            before = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8: {error.reason}") from error
        after = tidy(before, shown(path))
        if after == before:
            continue
        changed += 1
        print(f"{'would change' if arguments.check else 'changed'}: {shown(path)}")
        if not arguments.check:
            path.write_bytes(after.encode())
    return Exit.INVALID_VECTORS if changed and arguments.check else Exit.OK
