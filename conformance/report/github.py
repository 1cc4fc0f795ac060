"""GitHub Actions: an annotation for each problem, and the summary of the step."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ..reading.places import VECTORS
from ..records.record import Line
from .markdown import markdown
from .story import summaries
from .summary import Summary
from .text import plural, printable

ANNOTATIONS = 10
"""What GitHub shows of one kind for a step; the rest would be dropped without a word."""
SUMMARY_LIMIT = 900_000
"""Octets; a step summary of more than 1 MiB is refused as a whole."""


class GitHubReport:
    """Prints workflow commands (to `path`, else to standard output) and adds to $GITHUB_STEP_SUMMARY."""

    def __init__(
        self,
        path: Path | None = None,
        requirements: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`environment`: the process environment by default."""
        self._path = path
        self._requirements = summaries() if requirements is None else requirements
        self._environment = os.environ if environment is None else environment
        self._header: Line = {}
        self._summary = Summary()

    def header(self, line: Line) -> None:
        """Keep the header."""
        self._header = line

    def case(self, line: Line) -> None:
        """Count a case."""
        self._summary.add(line)

    def footer(self, line: Line) -> None:
        """Print the annotations and add the summary."""
        commands = "".join(f"{command}\n" for command in annotations(self._summary.problems))
        if self._path is None:
            sys.stdout.write(commands)
        else:
            self._path.write_text(commands, encoding="utf-8")
        step_summary = self._environment.get("GITHUB_STEP_SUMMARY")
        if step_summary:
            text = markdown(self._header, self._summary, line, self._requirements, limit=SUMMARY_LIMIT)
            with open(step_summary, "a", encoding="utf-8") as file:
                file.write(text)


def annotations(problems: list[Line]) -> list[str]:
    """Return a workflow command for each problem: an error for a MUST, a warning for the rest.

    At most 10 of a kind are shown by GitHub: the tenth says how many there are besides.
    """
    commands: list[str] = []
    for kind in ("error", "warning"):
        cases = [case for case in problems if _kind(case) == kind]
        shown = cases if len(cases) <= ANNOTATIONS else cases[: ANNOTATIONS - 1]
        commands += [_annotation(kind, case) for case in shown]
        if len(shown) < len(cases):
            rest = plural(len(cases) - len(shown), "more case")
            commands.append(f"::{kind} title=h2conf::{_data(f'{rest}: see the step summary')}")
    return commands


def _kind(case: Line) -> str:
    return "error" if case["level"] == "MUST" or case["crash"] else "warning"


def _annotation(kind: str, case: Line) -> str:
    place = f"file={_property(_file(case))}"
    line = _line_of(case)
    if line is not None:
        place += f",line={line}"
    message = [case["title"], f"expected {' or '.join(case['expected'])}", f"seen {case['outcome'] or '-'}"]
    message += [case["reason"]] if case["reason"] else []
    message.append(case["reproduce"])
    title = f"{case['verdict']}: {case['id']}"
    text = "\n".join(printable(part) for part in message)
    return f"::{kind} {place},title={_property(title)}::{_data(text)}"


def _file(case: Line) -> str:
    return f"vectors/{case['suite']}.yaml"


def _line_of(case: Line) -> int | None:
    """Return the line (from 1) where the case begins in its vector file; None when it is not there."""
    slug = str(case["id"]).removeprefix(f"{case['suite']}/")
    try:
        rows = (VECTORS / f"{case['suite']}.yaml").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((n for n, row in enumerate(rows, 1) if row.strip() in (f"- id: {slug}", f"id: {slug}")), None)


def _data(text: str) -> str:
    """Escape the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of a workflow command."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
