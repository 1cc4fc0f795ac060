"""The console: progress while the run goes on, each problem with its transcript, the figures at the end."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from ..exitcodes import Exit
from ..records.record import Line
from .closing import advice, died, result
from .story import summaries, tell
from .summary import PROBLEMS, VERDICTS, Summary, apart
from .text import plural, printable
from .transcript import lines

STYLES = {
    "pass": "green",
    "acceptable": "yellow",
    "fail": "bold red",
    "blocked": "red",
    "error": "bold magenta",
    "flaky": "bold yellow",
    "xfail": "dim",
    "xpass": "bold cyan",
    "skip": "dim",
}
QUIET, NORMAL, VERBOSE, TRANSCRIPTS = -1, 0, 1, 2
IN_FULL = 10
"""Problems told with their transcripts when nobody asks for more; the rest get a line each."""
MANY = 6
"""Ids named in a line of the summary; of more, only the number."""


class _Console(Console):
    """A console whose reader may go away (`h2conf run | head`): the run and the other reports go on."""

    def on_broken_pipe(self) -> None:
        """Print no more; what Python holds back for standard output has nowhere to go either."""
        self.quiet = True
        with suppress(OSError, ValueError):  # not every stream has a number
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.file.fileno())
            os.close(nowhere)


class ConsoleReport:
    """Prints a run.

    verbosity: -1 one line a problem and the score; 0 the gravest problems with transcripts, then the summary;
    1 all of them with octets, and a line for every case; 2 the transcript of every case.
    The progress bar is for terminals alone; NO_COLOR takes the colours away.
    """

    def __init__(
        self,
        total: int | None = None,
        *,
        verbosity: int = NORMAL,
        stream: TextIO | None = None,
        requirements: Mapping[str, str] | None = None,
    ) -> None:
        """`total`: number of selected cases, if known; `stream`: standard output by default."""
        self._console = _Console(
            file=stream or sys.stdout, soft_wrap=True, highlight=False, markup=False, emoji=False
        )
        self._total = total
        self._verbosity = verbosity
        self._requirements = summaries() if requirements is None else requirements
        self._summary = Summary()
        self._header: Line = {}
        self._progress: Progress | None = None

    def header(self, line: Line) -> None:
        """Begin: show the bar on a terminal."""
        self._header = line
        if self._console.is_terminal and self._verbosity >= NORMAL:
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._progress.add_task(line["role"], total=self._total)
            self._progress.start()

    def case(self, line: Line) -> None:
        """Count one case; print its line when verbose."""
        self._summary.add(line)
        if self._verbosity >= VERBOSE:
            self._one_line(line)
            if self._verbosity >= TRANSCRIPTS and line["verdict"] not in PROBLEMS:
                self._transcript(line, "    ")
        if self._progress is not None:
            self._progress.advance(self._progress.task_ids[0])
            self._progress.update(self._progress.task_ids[0], description=printable(line["suite"]))

    def footer(self, line: Line) -> None:
        """End: print the problems and the summary."""
        if self._progress is not None:
            self._progress.stop()
        self._problems()
        if self._verbosity <= QUIET:
            self._print(Text(self._summary.score()))
            return
        self._target()
        self._figures(line)
        self._closing(line)

    # -- one case ---------------------------------------------------------------------------------------

    def _print(self, *parts: Text | str) -> None:
        self._console.print(Text.assemble(*parts))

    def _problems(self) -> None:
        told = 0 if self._verbosity <= QUIET else IN_FULL if self._verbosity == NORMAL else None
        problems, groups = apart(self._summary.problems)
        for problem in problems[:told]:
            self._problem(problem)
        rest = [] if told is None else problems[told:]
        if rest and told:
            self._print("\n", Text(f"{len(rest)} more, one a line; -v tells them all in full", "bold"))
        for problem in rest:
            self._one_line(problem)
        for reason, cases in groups:
            if self._verbosity > QUIET:
                self._print()
            self._print(Text(f"{'error':<10}", STYLES["error"]), f" {len(cases)} cases: {printable(reason)}")

    def _one_line(self, case: Line) -> None:
        verdict = case["verdict"]
        why = verdict in ("skip", "blocked", "error")
        told = case["reason"] if why else case["outcome"] or case["reason"]
        outcome = printable(told)
        flags = f" [{', '.join(case['flags'])}]" if case["flags"] else ""
        level = "" if case["level"] == "MUST" else f" ({case['level']})"
        self._print(
            Text(f"{verdict:<10}", STYLES[verdict]),
            f" {case['id']}{level}  {outcome}{flags}  {case['ms']:.1f} ms",
        )

    def _problem(self, case: Line) -> None:
        story = tell(case, self._requirements)
        self._print()
        self._print(Text(f"{case['verdict'].upper():<7}", STYLES[case["verdict"]]), f" {story.heading}")
        self._print(f"        {story.title}")
        for name, text in story.rows:
            self._print(Text(f"  {name:>11}  ", "dim"), text)
        if case["transcript"]:
            self._print(Text(f"  {'transcript':>11}", "dim"))
            self._transcript(case, "  ")
        self._print(Text(f"  {'reproduce':>11}  ", "dim"), printable(case["reproduce"]))

    def _transcript(self, case: Line, indent: str) -> None:
        for text in lines(case["transcript"], with_hex=self._verbosity >= VERBOSE):
            self._print(f"{indent}{text}")

    # -- the summary ------------------------------------------------------------------------------------

    def _target(self) -> None:
        target = self._header["target"]
        version = f" ({printable(target['version'])})" if target["version"] else ""
        self._print()
        self._print(
            Text("target     ", "dim"),
            f"{printable(target['spec'])}{version}, role {self._header['role']},"
            f" profile {self._header['profile']}",
        )

    def _figures(self, footer: Line) -> None:
        summary = self._summary
        self._print(Text("pass       ", STYLES["pass"]), f"{summary.passed} of {summary.judged} judged")
        for verdict in VERDICTS[1:]:
            count = summary.counts[verdict]
            if count:
                self._print(Text(f"{verdict:<10} ", STYLES[verdict]), f"{count}{self._detail(verdict)}")
        for reason, cases in summary.skip_reasons():
            self._print(f"             {plural(len(cases), 'case')}: {printable(reason)}")
        not_run = [
            f"{plural(count, noun)} (--{kind})"
            for kind, noun in (("slow", "slow case"), ("flood", "flood"))
            if (count := self._header.get("not_run", {}).get(kind))
        ]
        if not_run:
            self._print(Text("not run    ", "dim"), ", ".join(not_run))
        if summary.crashes:
            how = died(footer)
            self._print(Text("crashes    ", "bold red"), f"{summary.crashes}{f'; {how}' if how else ''}")
        if summary.info:
            self._print(Text("noted      ", "dim"), _by_count(summary.info))
        for number, (rule, cases) in enumerate(sorted(summary.violations.items())):
            named = ", ".join(cases) if len(cases) <= MANY else plural(len(cases), "case")
            self._print(Text("violations " if number == 0 else "           ", "dim"), f"{rule}: {named}")
        self._print(Text("time       ", "dim"), f"{footer['duration_ms'] / 1000:.2f} s")

    def _closing(self, footer: Line) -> None:
        code = footer["exit"]
        style = {Exit.OK: "bold green", Exit.INTERRUPTED: "bold yellow"}.get(code, "bold red")
        self._print(Text("result     ", "dim"), Text(result(self._summary, footer, self._total), style))
        for number, (command, purpose) in enumerate(advice(self._summary, footer)):
            head = "next       " if number == 0 else "           "
            self._print(Text(head, "dim"), command, Text(f"  {purpose}", "dim"))

    def _detail(self, verdict: str) -> str:
        if verdict == "acceptable":
            count = self._summary.weakest
            weakest = f"; weakest, Escalated + NoGoaway: {count}" if count else ""
            return f" ({_by_count(self._summary.flags)}{weakest})"
        if verdict == "fail":
            return f" ({_by_count(self._summary.failed_levels)})"
        return ""


def _by_count(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered)
