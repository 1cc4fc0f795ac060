"""`h2conf show CASE`: the case as YAML; `--wire`: every frame that it sends as hex."""

import argparse
from pathlib import Path
from typing import Any

from ..cases.case import Case
from ..cases.loader import ROLES, Catalogue, load_catalogue, load_suite
from ..cases.steptext import wire
from ..codec.explain import wire_lines
from ..codec.vector import CodecVector, load_vectors
from ..errors import UsageError
from ..exitcodes import Exit
from ..reading.places import VECTORS


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser("show", help="show a case as YAML, or its octets")
    parser.add_argument("case", metavar="CASE", help="full id, such as server/6.7-ping/on-a-stream")
    parser.add_argument("--wire", action="store_true", help="every frame in hex")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print one case."""
    if (vector := find_codec(arguments.case)) is not None:
        print("\n".join(wire_lines(vector) if arguments.wire else yaml_lines(vector.suite, vector.line)))
        return Exit.OK
    case = find(arguments.case, load_catalogue())
    if arguments.wire:
        for line in wire(case.steps):
            print(line)
    else:
        print("\n".join(yaml_lines(case.suite, case.line)))
    return Exit.OK


def find(identifier: str, catalogue: Catalogue) -> Case:
    """Return the case of a full id.  Raises UsageError."""
    suite, _, _ = identifier.rpartition("/")
    path = VECTORS / f"{suite}.yaml"
    if suite.split("/")[0] not in ROLES or not path.is_file():
        raise UsageError(f"no dialogue case {identifier!r}: see h2conf list")
    for case in load_suite(path, catalogue):
        if case.id == identifier:
            return case
    raise UsageError(f"no case {identifier!r}: see h2conf list {suite}")


def find_codec(identifier: str) -> CodecVector | None:
    """Return the codec vector of a full id, or None if the id belongs to another role.  Raises UsageError."""
    if not identifier.startswith("hpack/"):
        return None
    for vector in load_vectors():
        if vector.id == identifier:
            return vector
    raise UsageError(f"no case {identifier!r}: see h2conf list --role codec")


def yaml_lines(suite: str, line: int) -> list[str]:
    """Return the lines of the file that hold the case."""
    lines = Path(VECTORS / f"{suite}.yaml").read_text(encoding="utf-8").splitlines()
    begin = line - 1
    end = begin + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith("    ")):
        end += 1
    return lines[begin:end]
