"""`h2conf trace`: the matrix of requirements and cases, its gaps, and its numbers."""

import argparse
import json
import sys
from collections.abc import Collection, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..exitcodes import Exit
from ..reading.places import VECTORS
from ..records.trace import Traced, as_json, coverage, load_citations, trace
from ..rules.catalogue import LEVELS, ROLES, load_rows


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "trace",
        help="print which case judges which requirement",
        description="Print the requirements with the cases that cite them, and how many are covered.",
    )
    parser.add_argument("--role", choices=ROLES, help="look at this role under test alone")
    parser.add_argument("--level", metavar="L[,L]", help="only these levels, such as must,should")
    parser.add_argument("--document", metavar="D[,D]", help="only these documents, such as rfc9113,rfc7541")
    parser.add_argument(
        "--uncovered", action="store_true", help="only rows that could be seen and have no case"
    )
    parser.add_argument(
        "--vectors", type=Path, default=VECTORS, metavar="DIR", help="other vectors than ours"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--fail-under",
        type=_percent,
        metavar="N",
        help="exit 1 when less than N percent of the observable MUST and MUST NOT rows of a role have a case",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print the matrix."""
    roles = (arguments.role,) if arguments.role else ROLES
    traced, unknown = trace(load_rows(arguments.vectors), load_citations(arguments.vectors))
    traced = _select(traced, arguments.level, arguments.document)
    numbers = [coverage(traced, role) for role in roles]
    shown = (
        [item for item in traced if any(item.is_gap(role) for role in roles)]
        if arguments.uncovered
        else traced
    )
    if arguments.json:
        print(json.dumps(as_json(shown, ()) | {"coverage": as_json(traced, roles)["coverage"]}, indent=2))
    else:
        _print_rows(shown, roles, gaps=arguments.uncovered)
        _print_numbers(traced, roles)
    for citation in unknown:
        where = f"{citation.path}:{citation.line}: case {citation.case}"
        print(f"h2conf: {where}: cites the unknown requirement {citation.requirement!r}", file=sys.stderr)
    if unknown:
        return Exit.INVALID_VECTORS
    if arguments.fail_under is not None:
        if not any(found.absolute for found in numbers):
            whose = f" of {arguments.role}" if arguments.role else ""
            raise UsageError(f"--fail-under counts the MUST rows{whose}, and none is among these")
        low = [found for found in numbers if found.percent < arguments.fail_under]
        for found in low:
            message = f"{found.role}: {found.percent:.2f} % of MUST is below {arguments.fail_under:g} %"
            print(f"h2conf: {message}", file=sys.stderr)
        return Exit.FAILED if low else Exit.OK
    return Exit.OK


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"expected 0 to 100 percent, found {text!r}")
    return value


def _select(traced: Sequence[Traced], levels: str | None, documents: str | None) -> list[Traced]:
    wanted = _levels(levels)
    names = None if documents is None else set(documents.split(","))
    if names and (unknown := names - {item.row.document for item in traced}):
        known = sorted({item.row.document for item in traced})
        raise UsageError(f"unknown document: {', '.join(sorted(unknown))}: choose from {', '.join(known)}")
    return [
        item
        for item in traced
        if (wanted is None or item.row.level in wanted) and (names is None or item.row.document in names)
    ]


def _levels(text: str | None) -> Collection[str] | None:
    """Read `must,should`; MUST stands for MUST NOT as well."""
    if text is None:
        return None
    asked = {word.strip().upper() for word in text.split(",")}
    if unknown := asked - set(LEVELS):
        raise UsageError(f"unknown level: {', '.join(sorted(unknown))}: choose from {', '.join(LEVELS)}")
    return {level for level in LEVELS if level in asked or level.removesuffix(" NOT") in asked}


def _print_rows(traced: Sequence[Traced], roles: Sequence[str], *, gaps: bool) -> None:
    for (document, section), group in groupby(traced, key=lambda item: (item.row.document, item.row.section)):
        print(f"{document} {section}")
        for item in group:
            kind = "" if item.row.is_keyed else " (unkeyed)"
            print(f"  {item.row.id} {item.row.level}{kind}: {item.row.summary}")
            for role in roles:
                if item.is_gap(role):
                    print(f"    {role}: no case")
                elif not gaps:
                    _print_cases(item, role)


def _print_cases(item: Traced, role: str) -> None:
    for name in item.cases.get(role, ()):
        print(f"    {role}: {name}")
    if not item.is_covered(role):
        print(f"    {role}: not observable ({item.row.observable[role]})")


def _print_numbers(traced: Sequence[Traced], roles: Sequence[str]) -> None:
    keyed = sum(item.row.is_keyed for item in traced)
    print(f"\n{len(traced)} requirements: {keyed} keyed, {len(traced) - keyed} unkeyed")
    for role in roles:
        found = coverage(traced, role)
        print(
            f"{role}: {found.absolute_covered} of {found.absolute} observable MUST and MUST NOT have a case "
            f"({found.percent:.1f} %); of all levels {found.covered} of {found.observable} "
            f"({found.keyed} keyed, {found.unkeyed} unkeyed)"
        )
        if found.reasons:
            ordered = sorted(found.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
            total = sum(found.reasons.values())
            print(f"  not observable {total}: {', '.join(f'{name} {count}' for name, count in ordered)}")
