"""`h2interop diff`: search for differences between us and the field's packages."""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..bulk import DECODING, ENCODING, bulk_search
from ..differences import Difference, load
from ..differential import Found, search
from ..errors import Exit
from ..regressions import save
from ..searches import SEARCHES, still_differs


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser(
        "diff", help="compare our codec, frames and connection with other packages"
    )
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(SEARCHES)} (default: all)")
    parser.add_argument("--examples", type=int, default=2000, help="inputs of each search (default: 2000)")
    parser.add_argument(
        "--blocks", type=int, default=20_000, help="HPACK blocks of each search in bulk (default: 20000)"
    )
    parser.add_argument(
        "--role", choices=("server", "client"), help="of the connections that are compared (default: both)"
    )
    parser.add_argument("--seed", type=int, help="of the search; a fresh one by default, printed")
    parser.add_argument(
        "--save", type=Path, metavar="DIR", help="write what nothing explains as a case into DIR"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Search, then prove that the accepted differences are still there; 1 if either fails."""
    kinds: Sequence[str] = arguments.kinds or tuple(SEARCHES)
    unknown = [kind for kind in kinds if kind not in SEARCHES]
    if unknown:
        print(f"h2interop diff: unknown kind: {', '.join(unknown)} (known: {', '.join(SEARCHES)})")
        return Exit.USAGE
    seed = random.SystemRandom().randrange(1 << 32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}, {arguments.examples} examples a search")
    differences = [difference for difference in load() if difference.kind in kinds]
    failed = False
    for kind in kinds:
        for comparison in SEARCHES[kind]:
            if kind == "connection" and arguments.role not in (None, comparison.name.rpartition(" ")[2]):
                continue
            found = search(comparison, differences, examples=arguments.examples, seed_number=seed)
            failed |= _report(comparison.name, found, arguments.save)
    if "codec" in kinds:
        for bulk in (DECODING, ENCODING):
            found = bulk_search(bulk, differences, blocks=arguments.blocks, seed_number=seed)
            failed |= _report(bulk.name, found, arguments.save)
    return Exit.FAILED if _stale(differences) or failed else Exit.OK


def _report(name: str, found: Found, folder: Path | None) -> bool:
    print(f"{name}: {found.examples} examples")
    for difference, count in sorted(found.explained.items()):
        print(f"  {count:6} x {difference}")
    if found.unexplained is None:
        return False
    print(f"  unexplained: {found.unexplained.peer} {found.unexplained.version}")
    print(f"    ours {found.unexplained.ours}, theirs {found.unexplained.theirs}")
    print(f"    {found.unexplained.detail}")
    if folder is not None:
        print(f"    saved as {save(found.unexplained, folder)}")
    return True


def _stale(differences: Sequence[Difference]) -> bool:
    stale = [difference for difference in differences if not still_differs(difference)]
    for difference in stale:
        print(f"accepted difference {difference.id} no longer occurs on its example: take it out")
    return bool(stale)
