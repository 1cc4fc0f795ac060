"""`h2conf report RUN.jsonl`: make the reports of a recorded run, without running it again."""

import argparse
from pathlib import Path
from typing import Any

from ..exitcodes import Exit
from ..records.record import read, replay
from ..report import REPORTS, different_files, open_report
from ..report.console import NORMAL, QUIET, ConsoleReport
from ..report.guard import unwritten
from .run import output


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
        type=output,
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
    lines = list(read(arguments.run))
    different_files(arguments.output, arguments.run)
    verbosity = QUIET if arguments.quiet else NORMAL + arguments.verbose
    with unwritten() as problems:
        sinks = [open_report(name, path) for name, path in arguments.output]
        cases = sum(line["kind"] == "case" for line in lines)
        sinks.append(ConsoleReport(cases, verbosity=verbosity))
        if lines[-1]["kind"] != "footer":
            lines.append({"kind": "footer", "duration_ms": 0.0, "exit": Exit.INTERRUPTED})
        replay(lines, sinks)
    return Exit.UNREACHABLE if problems else Exit.OK
