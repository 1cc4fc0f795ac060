"""`h2conf baseline update|check`: known failures, pinned to the outcome that was seen."""

import argparse
from itertools import groupby
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..exitcodes import Exit
from ..reading.places import VECTORS
from ..records.baseline import UNREVIEWED, Baseline, check, dump, load_baseline, update
from ..records.recorded import Run, load_run
from ..records.trace import case_ids
from ..report.text import plural, printable


def register(subparsers: Any) -> None:
    """Add the parsers of this command."""
    parser = subparsers.add_parser("baseline", help="keep a list of known failures")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    writer = commands.add_parser("update", help="write what the run saw; reasons that still hold stay")
    _common(writer)
    writer.add_argument(
        "--reason", default=UNREVIEWED, help="reason of the new entries (default: %(default)r)"
    )
    writer.set_defaults(execute=execute_update)

    checker = commands.add_parser("check", help="exit 1 for an unexpected failure or a stale entry")
    _common(checker)
    checker.add_argument("--strict", action="store_true", help="failures below MUST are unexpected as well")
    checker.set_defaults(execute=execute_check)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("baseline", type=Path, metavar="BASELINE.yaml")
    parser.add_argument("run", type=Path, metavar="RUN.jsonl")
    parser.add_argument(
        "--vectors", type=Path, default=VECTORS, metavar="DIR", help="other vectors than ours"
    )


def execute_update(arguments: argparse.Namespace) -> int:
    """Write the file anew and say what changed."""
    old = load_baseline(arguments.baseline) if arguments.baseline.exists() else Baseline({})
    known = case_ids(arguments.vectors)
    run = load_run(arguments.run)
    old_known = Baseline(
        {name: entry for name, entry in old.entries.items() if name in known | run.cases.keys()}
    )
    new = update(old_known, run, arguments.reason)
    try:
        arguments.baseline.write_text(dump(new), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {arguments.baseline}: {error.strerror}") from error
    added = new.entries.keys() - old.entries.keys()
    removed = old.entries.keys() - new.entries.keys()
    changed = {
        name for name in new.entries.keys() & old.entries.keys() if new.entries[name] != old.entries[name]
    }
    for sign, names in (("+", added), ("-", removed), ("~", changed)):
        for name in sorted(names):
            print(f"{sign} {name}: {printable(str(new.entries.get(name) or old.entries[name]))}")
    _tell_cut(run)
    count = plural(len(new.entries), "known failure")
    print(f"{count}: {len(added)} added, {len(removed)} removed, {len(changed)} changed")
    return Exit.OK


def execute_check(arguments: argparse.Namespace) -> int:
    """Print what does not hold."""
    baseline = load_baseline(arguments.baseline)
    run = load_run(arguments.run)
    findings = check(baseline, run, case_ids(arguments.vectors), strict=arguments.strict)
    for kind, group in groupby(findings, key=lambda finding: finding.kind):
        members = list(group)
        print(f"{kind.value}: {len(members)}")
        for finding in members:
            print(f"  {finding.id}")
            print(f"    baseline: {printable(finding.expected)}\n    run:      {printable(finding.seen)}")
    _tell_cut(run)
    failing = sum(finding.fails for finding in findings)
    held = len(baseline.entries) - sum(finding.id in baseline.entries for finding in findings)
    print(f"entries that hold: {held} of {len(baseline.entries)}")
    return Exit.FAILED if failing else Exit.OK


def _tell_cut(run: Run) -> None:
    if run.footer is None:
        print(f"note: {run.path} has no end: the run was killed, and only its first cases count")
