"""`h2conf report RUN.jsonl`: make the reports of a recorded run, without running it again."""

import argparse
from pathlib import Path
from typing import Any

from ..exitcodes import Exit
from ..records.record import Sink, read, replay
from ..records.recorded import load_run
from ..report import REPORTS, open_report
from ..report.console import NORMAL, QUIET, ConsoleReport


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "report",
        help="make reports from a run record",
        description="Print a recorded run, and make its reports as `run -o` would have.",
    )
    parser.add_argument("run", type=Path, metavar="RUN.jsonl")
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help=f"a report: {', '.join(sorted(REPORTS - {'jsonl'}))}; may be given again",
    )
    parser.add_argument(
        "-v", "--verbose", action="count", default=0, help="every case; twice: every transcript"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="a line a problem and the score")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Replay the record to the console and the reports."""
    run = load_run(arguments.run)
    verbosity = QUIET if arguments.quiet else NORMAL + arguments.verbose
    sinks: list[Sink] = [ConsoleReport(len(run.cases), verbosity=verbosity)]
    for output in arguments.output:
        name, _, file = output.partition("=")
        sinks.append(open_report(name, file or None))
    lines = list(read(arguments.run))
    if run.footer is None:
        lines.append({"kind": "footer", "duration_ms": 0.0, "exit": Exit.INTERRUPTED})
    replay(lines, sinks)
    return Exit.OK
