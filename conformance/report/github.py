"""GitHub Actions: an annotation for each problem, and the summary of the step."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ..reading.places import VECTORS
from ..records.record import Line
from .markdown import markdown
from .story import own_file, summaries, tell
from .summary import Summary, apart
from .text import plural, printable

ANNOTATIONS = 10
"""What GitHub shows of one kind for a step; the rest would be dropped without a word."""
_TOLD = ("expected", "seen", "because")
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

    At most 10 of a kind are shown by GitHub: the tenth says how many there are besides.  Cases that could not
    be judged, all for the same reason, have one together.
    """
    told, groups = apart(problems)
    commands = [
        f"::error title=h2conf::{_data(f'{len(cases)} cases: {printable(why)}')}" for why, cases in groups
    ]
    for kind in ("error", "warning"):
        cases = [case for case in told if _kind(case) == kind]
        shown = cases if len(cases) <= ANNOTATIONS else cases[: ANNOTATIONS - 1]
        commands += [_annotation(kind, case) for case in shown]
        if len(shown) < len(cases):
            rest = plural(len(cases) - len(shown), "more case")
            commands.append(f"::{kind} title=h2conf::{_data(f'{rest}: see the step summary')}")
    return commands


def _kind(case: Line) -> str:
    return "error" if case["level"] == "MUST" or case["crash"] else "warning"


def _annotation(kind: str, case: Line) -> str:
    file, line = _place(case)
    place = f"file={_property(file)}" + (f",line={line}" if line else "")
    message = [case["title"]]
    message += [f"{name} {text}" for name, text in tell(case, {}).rows if name in _TOLD]
    message.append(case["reproduce"])
    title = f"{case['verdict']}: {case['id']}"
    text = "\n".join(printable(part) for part in message)
    return f"::{kind} {place},title={_property(title)}::{_data(text)}"


def _place(case: Line) -> tuple[str, int | None]:
    """Return the vector file, and the line (from 1) where the case begins; None when it is not there."""
    shown = f"vectors/{case['suite']}.yaml"
    file = VECTORS / f"{case['suite']}.yaml"
    if own := own_file(case):
        shown, file = own, Path(own)
    slug = str(case["id"]).removeprefix(f"{case['suite']}/")
    try:
        rows = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return shown, None
    starts = (f"- id: {slug}", f"id: {slug}")
    return shown, next((number for number, row in enumerate(rows, 1) if row.strip() in starts), None)


def _data(text: str) -> str:
    """Escape the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of a workflow command."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
