"""`h2conf vectors lint`: schemas, strict loading, and rules that no schema can say."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..cases.case import Case
from ..cases.loader import ROLES, Catalogue, load_cases, load_catalogue, suite_files
from ..cases.ownfiles import yaml_files
from ..errors import NothingSelected, VectorError
from ..exitcodes import Exit
from ..judge.control import control_steps
from ..reading import schemas
from ..reading.nodes import load
from ..reading.places import VECTORS
from ..report.text import plural
from ..roles import read_suite
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
    files = yaml_files(arguments.files or [VECTORS])
    if not files:
        raise NothingSelected(f"no YAML file in {', '.join(map(str, arguments.files))}")
    faults = list(lint(files, whole=not arguments.files))
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{plural(len(files), 'file')}, {plural(len(faults), 'fault')}")
    return Exit.INVALID_VECTORS if faults else Exit.OK


def lint(files: Iterable[Path], *, whole: bool) -> Iterator[VectorError]:
    """Yield what is wrong; `whole`: look at what joins the files as well."""
    catalogue = load_catalogue()
    for path in files:
        try:
            yield from lint_file(path, catalogue)
        except VectorError as error:
            yield error
    if not whole:
        return
    for read in (load_rows, _dialogues):
        try:
            read()
        except VectorError as error:
            yield error


def lint_file(path: Path, catalogue: Catalogue) -> Iterator[VectorError]:
    """Yield what is wrong with one file.  Raises VectorError for what cannot be looked at any further.

    Where a case cannot be read, the schema has nothing to add; of the others behind it only the schema tells.
    """
    root = load(path)
    unread: str | None = ""
    if schemas.schema_name(root) not in schemas.OTHERS.values():
        try:
            for case in read_suite(root, catalogue, suite_name(path)):
                if isinstance(case, Case):
                    yield from check_case(case, catalogue)
        except VectorError as error:
            yield error
            unread = error.case
    yield from (fault for fault in schemas.check(root) if fault.case != unread)


def suite_name(path: Path) -> str | None:
    """Return the suite for which the path of one of our files stands; None for a user's file."""
    return f"{path.parent.name}/{path.stem}" if path.resolve().is_relative_to(VECTORS) else None


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
