"""`h2conf diff OLD NEW`: what changed between two run records."""

import argparse
import json
from itertools import groupby
from pathlib import Path
from typing import Any

from ..exitcodes import Exit
from ..records.diff import HEADINGS, Change, Kind, as_json, compare, differences_of_setting
from ..records.recorded import Run, load_run
from ..report.text import printable


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "diff",
        help="compare two run records",
        description="Compare two run records.  Exit 1 only when a case regressed: allowed before, fails now. "
        "A case whose vector changed is shown with both verdicts and is not called a regression.",
    )
    parser.add_argument("old", type=Path, metavar="OLD.jsonl")
    parser.add_argument("new", type=Path, metavar="NEW.jsonl")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print the changes."""
    old, new = load_run(arguments.old), load_run(arguments.new)
    changes = compare(old, new)
    if arguments.json:
        print(json.dumps(as_json(old, new, changes), indent=2, ensure_ascii=False))
    else:
        _print(old, new, changes)
    return Exit.FAILED if any(change.kind is Kind.REGRESSED for change in changes) else Exit.OK


def _print(old: Run, new: Run, changes: list[Change]) -> None:
    for name, run in (("old", old), ("new", new)):
        target = run.header["target"]
        version = f" ({printable(target['version'])})" if target["version"] else ""
        print(
            f"{name}  {printable(target['spec'])}{version}, {run.header['started']}, {len(run.cases)} cases"
        )
    for note in differences_of_setting(old, new):
        print(f"note: {note}")
    for kind, group in groupby(changes, key=lambda change: change.kind):
        members = list(group)
        print(f"\n{kind.value}: {len(members)} ({HEADINGS[kind]})")
        for change in members:
            print(f"  {change.id} ({change.level})")
            if change.old and change.new:
                print(f"    - {printable(str(change.old))}\n    + {printable(str(change.new))}")
            else:
                print(f"    {printable(str(change.old or change.new))}")
    counts = [f"{number} {kind.value}" for kind in Kind if (number := sum(c.kind is kind for c in changes))]
    print(f"\n{', '.join(counts) or 'no change'}")
