"""`h2conf show CASE`: the case as YAML; `--wire`: every frame that it sends as hex."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..cases.loader import Catalogue, load_catalogue
from ..cases.ownfiles import read_all, yaml_files
from ..cases.select import is_path
from ..cases.steptext import wire
from ..codec.explain import wire_lines as codec_lines
from ..codec.vector import CodecVector
from ..errors import UsageError
from ..exitcodes import Exit
from ..frame.explain import wire_lines as frame_lines
from ..frame.vector import FrameVector
from ..reading.nodes import load
from ..reading.places import VECTORS
from ..records.nearest import hint, spelt_like
from ..roles import AnyCase, read_suite

CASE_HELP = "full id, such as server/6.7-ping/on-a-stream; before it the file, for a case of your own"


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser("show", help="show a case as YAML, or its octets")
    add_case(parser)
    parser.add_argument("--wire", action="store_true", help="every frame in hex")
    parser.set_defaults(execute=execute)


def add_case(parser: argparse.ArgumentParser) -> None:
    """Add the words that name one case."""
    parser.add_argument("case", nargs="+", metavar="[FILE.yaml] CASE", help=CASE_HELP)


def execute(arguments: argparse.Namespace) -> int:
    """Print one case."""
    case = find(arguments.case, load_catalogue())
    if not arguments.wire:
        lines = yaml_lines(Path(case.path), case.line)
    elif isinstance(case, CodecVector):
        lines = list(codec_lines(case))
    elif isinstance(case, FrameVector):
        lines = list(frame_lines(case))
    else:
        lines = list(wire(case.steps))
    print("\n".join(lines))
    return Exit.OK


def find(words: Sequence[str], catalogue: Catalogue) -> AnyCase:
    """Return the case of a full id, out of the user's file when one stands before it.  Raises UsageError."""
    *files, identifier = words
    if len(files) > 1 or not all(is_path(file) for file in files):
        raise UsageError(f"one case is wanted, found {' '.join(words)}")
    if files:
        own = _own(Path(files[0]), catalogue)
        if identifier not in own:
            raise UsageError(f"no case {identifier!r} in {files[0]}{spelt_like(identifier, own)}")
        return own[identifier]
    for case in _suite(identifier, catalogue):
        if case.id == identifier:
            return case
    raise UsageError(f"no case {identifier!r}{hint(identifier) or ': see h2conf list'}")


def _own(path: Path, catalogue: Catalogue) -> dict[str, AnyCase]:
    """Return the cases of a file, or of a folder's files, of whatever role."""
    roots = [load(file) for file in yaml_files([path])]
    return {case.id: case for case in read_all(roots, lambda root: read_suite(root, catalogue))}


def _suite(identifier: str, catalogue: Catalogue) -> Sequence[AnyCase]:
    suite = identifier.rpartition("/")[0]
    path = VECTORS / f"{suite}.yaml"
    return read_suite(load(path), catalogue, suite) if path.is_file() else ()


def yaml_lines(file: Path, line: int) -> list[str]:
    """Return the lines of the file that hold the case of which the first key stands at `line`, from 1."""
    lines = file.read_text(encoding="utf-8").splitlines()
    begin = line - 1
    if not lines[begin].lstrip().startswith("-") and lines[begin - 1].strip() == "-":
        begin -= 1
    margin = len(lines[begin]) - len(lines[begin].lstrip())
    end = begin + 1
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" " * (margin + 1))):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return lines[begin:end]
