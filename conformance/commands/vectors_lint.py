"""`h2conf vectors lint`: schemas, strict loading, and rules that no schema can say."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..cases.case import Case
from ..cases.loader import ROLES, Catalogue, load_cases, load_catalogue, load_suite, suite_files
from ..codec.vector import load_vectors as load_codec
from ..errors import NothingSelected, VectorError
from ..exitcodes import Exit
from ..frame.lint import check_frames
from ..judge.control import control_steps
from ..reading import schemas
from ..reading.places import VECTORS
from ..report.text import plural
from ..rules.catalogue import load_rows


def register(subparsers: Any) -> None:
    """Add the parser below `vectors`."""
    parser = subparsers.add_parser("lint", help="check vectors: schemas and rules")
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="YAML files or folders of them, ours or yours (all of ours)",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print every fault, one a line, as FILE:LINE: case ID: what."""
    named = [path.resolve() for path in arguments.files or [VECTORS]]
    files = [file for path in named for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    if not files:
        raise NothingSelected(f"no YAML file in {', '.join(map(str, arguments.files))}")
    faults = list(lint(files, whole=not arguments.files))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{plural(len(files), 'file')}, {plural(len(faults), 'fault')}")
    return Exit.INVALID_VECTORS if faults else Exit.OK


def lint(files: list[Path], *, whole: bool) -> Iterator[VectorError]:
    """Yield what is wrong; `whole`: look at what joins the files as well."""
    catalogue = load_catalogue()
    for path in files:
        try:
            yield from schemas.check(path)
            # A file in none of our folders is a user's: the cases that `h2conf run FILE` takes.
            own = schemas.schema_name(path) is None
            if own or path.parent.name in ROLES:
                for case in load_suite(path, catalogue, own=own):
                    yield from check_case(case, catalogue)
        except VectorError as error:
            yield error
    if not whole:
        return
    for read in (load_rows, load_codec, _frames, _dialogues):
        try:
            read()
        except VectorError as error:
            yield error


def _frames() -> None:
    check_frames(VECTORS)


def _dialogues() -> None:
    for role in ROLES:
        if suite_files(role):
            _check_circles(load_cases(role))


def check_case(case: Case, catalogue: Catalogue) -> Iterator[VectorError]:
    """Yield what is wrong with a case though it can be read."""

    def fault(message: str) -> VectorError:
        return VectorError(case.path, case.line, case.id, message)

    if case.expects_error and control_steps(case) == "needs control":
        yield fault("an error case needs a control: a legal twin could not be derived")
    if case.title.endswith("."):
        yield fault("a title has no full stop")
    if case.situation is not None:
        situation = catalogue.situations.situations[case.situation]
        if situation.role != case.role and case.role != "proxy":
            yield fault(f"situation {situation.name} is for the role {situation.role}")


def _check_circles(cases: list[Case]) -> None:
    """Cases that wait for each other would never run."""
    after = {case.id: set(case.after) for case in cases}
    done: set[str] = set()
    while ready := [name for name, names in after.items() if name not in done and names <= done]:
        done.update(ready)
    for case in cases:
        if case.id not in done:
            raise VectorError(
                case.path, case.line, case.id, f"waits for itself: after {', '.join(case.after)}"
            )
