"""The files that a user gives a run, held against all cases there are: a line for none of them is stale."""

import argparse
import sys
from pathlib import Path

from ..errors import UsageError
from ..exitcodes import Exit
from .baseline import Baseline, load_baseline
from .skipfile import SkipFile, load_skip_file
from .trace import case_ids


def load_user_files(arguments: argparse.Namespace) -> tuple[Baseline | None, SkipFile | None]:
    """Read `--baseline` and `--skip-file`.  Raises UsageError, also for a skip that fits no case."""
    baseline = load_baseline(Path(arguments.baseline)) if arguments.baseline else None
    skips = load_skip_file(Path(arguments.skip_file)) if arguments.skip_file else None
    if skips is not None and (stale := skips.stale(case_ids())):
        raise UsageError(f"skip file: {arguments.skip_file}: no case fits {', '.join(stale)}")
    return baseline, skips


def with_stale_entries(code: int, baseline: Baseline | None) -> Exit:
    """Return the exit code of a run; entries of the baseline that name no case fail a run that is good."""
    stale = baseline.unknown(case_ids()) if baseline is not None else []
    for case_id in stale:
        print(f"h2conf: stale baseline entry: there is no case {case_id}", file=sys.stderr)
    return Exit.FAILED if stale and code == Exit.OK else Exit(code)
