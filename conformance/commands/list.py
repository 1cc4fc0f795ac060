"""`h2conf list`: the cases, one a line."""

import argparse
import json
from typing import Any

from ..cases.loader import load_catalogue
from ..cases.ownfiles import ALL_ROLES
from ..cases.select import select
from ..errors import NothingSelected
from ..exitcodes import Exit
from ..records.nearest import check_words, names_lists
from ..roles import known
from ..rules.requirements import STRENGTH


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser("list", help="list cases")
    parser.add_argument("select", nargs="*", metavar="SELECT", help="as for run")
    parser.add_argument("--role", default="server", choices=ALL_ROLES)
    parser.add_argument("--profile", default="rfc9113", choices=("rfc9113", "rfc7540"))
    parser.add_argument("--level", type=str.upper, choices=STRENGTH, help="only this level")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print the cases."""
    if names_lists(arguments.select):
        check_words(arguments.select, arguments.role)
    cases, words = known(arguments.role, arguments.select, load_catalogue())
    levels = (arguments.level,) if arguments.level else ()
    chosen = select(cases, words, levels, arguments.profile)
    if len(words) > 1:
        check_words(words, arguments.role)
    for case in chosen:
        if arguments.json:
            print(
                json.dumps({"id": case.id, "title": case.title, "level": case.level, "req": list(case.req)})
            )
        else:
            print(f"{case.level:6} {case.id}  {case.title}")
    if not chosen:
        check_words(arguments.select, arguments.role)
        raise NothingSelected(f"nothing is selected by {' '.join(arguments.select) or 'these options'}")
    return Exit.OK
