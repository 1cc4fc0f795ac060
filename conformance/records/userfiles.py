"""The files that a user gives a run, held against all cases there are: a line for none of them is stale."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..cases.ownfiles import yaml_files
from ..cases.select import expand, is_path
from ..errors import UsageError
from ..exitcodes import Exit
from ..reading.nodes import load
from .baseline import Baseline, load_baseline
from .nearest import spelt_like
from .skipfile import SkipFile, load_skip_file
from .trace import case_ids


def load_user_files(arguments: argparse.Namespace) -> tuple[Baseline | None, SkipFile | None]:
    """Read `--baseline` and `--skip-file`.  Raises UsageError, also for a skip that fits no case."""
    baseline = load_baseline(Path(arguments.baseline)) if arguments.baseline else None
    skips = load_skip_file(Path(arguments.skip_file)) if arguments.skip_file else None
    own = own_ids(arguments.select) if arguments.baseline or arguments.skip_file else frozenset()
    if skips is not None:
        known = case_ids() | own
        if stale := skips.stale(known):
            told = ", ".join(f"{pattern}{spelt_like(pattern, known)}" for pattern in stale)
            raise UsageError(f"skip file: {arguments.skip_file}: no case fits {told}")
    return None if baseline is None else replace(baseline, own=own), skips


def own_ids(selection: Sequence[str]) -> frozenset[str]:
    """Return the ids of the cases in the files and folders of a selection."""
    found = set()
    for file in yaml_files(Path(word) for word in expand(selection) if is_path(word)):
        keys = load(file).mapping()
        if "suite" in keys and "cases" in keys:
            suite = keys["suite"].text()
            cases = (case.mapping() for case in keys["cases"].items())
            found |= {f"{suite}/{case['id'].text()}" for case in cases if "id" in case}
    return frozenset(found)


def with_stale_entries(code: int, baseline: Baseline | None) -> Exit:
    """Return the exit code of a run; entries of the baseline that name no case fail a run that is good."""
    known = case_ids() if baseline is not None else set()
    stale = baseline.unknown(known) if baseline is not None else []
    for case_id in stale:
        told = f"there is no case {case_id}{spelt_like(case_id, known)}"
        print(f"h2conf: stale baseline entry: {told}", file=sys.stderr)
    return Exit.FAILED if stale and code == Exit.OK else Exit(code)
