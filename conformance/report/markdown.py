"""Markdown of the size of a pull request comment: the figures, then each problem folded."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..records.record import Line
from .closing import result
from .story import summaries, tell
from .summary import VERDICTS, Summary, apart
from .text import plural, printable
from .transcript import lines

COMMENT_LIMIT = 60_000
"""Octets; GitHub refuses a comment of more than 65,536 characters."""
TRANSCRIPTS = 0.75
"""Part of a report that transcripts may fill, so that every problem can be named."""
_LITERAL = {ord(c): f"\\{c}" for c in "\\`*_[]|~#@"} | {ord("<"): "&lt;", ord(">"): "&gt;", ord("&"): "&amp;"}


class MarkdownReport:
    """Writes `markdown` of the run to a file at the footer."""

    def __init__(
        self, path: Path, requirements: Mapping[str, str] | None = None, *, limit: int = COMMENT_LIMIT
    ) -> None:
        """`limit`: octets that the file may have."""
        self._path = path
        self._requirements = summaries() if requirements is None else requirements
        self._limit = limit
        self._header: Line = {}
        self._summary = Summary()

    def header(self, line: Line) -> None:
        """Keep the header."""
        self._header = line

    def case(self, line: Line) -> None:
        """Count a case."""
        self._summary.add(line)

    def footer(self, line: Line) -> None:
        """Write the file."""
        text = markdown(self._header, self._summary, line, self._requirements, limit=self._limit)
        self._path.write_text(text, encoding="utf-8")


def markdown(
    header: Line, summary: Summary, footer: Line, requirements: Mapping[str, str], *, limit: int
) -> str:
    """Return the report in at most `limit` octets.

    The gravest problems are told with their transcripts in three quarters of them; of the others a line each
    follows as long as there is room, and of the last only their number.
    """
    text = "\n".join([*_head(header, summary, footer), "", ""])
    problems, groups = apart(summary.problems)
    for reason, cases in groups:
        text += f"**{len(cases)} cases could not be judged:** {literal(reason)}\n\n"
    full = True
    for number, problem in enumerate(problems):
        rest = len(problems) - number
        closing = f"\n{plural(rest, 'more problem')}: see the full report.\n"
        block = "\n".join([*_problem(problem, requirements), ""]) if full else ""
        full = full and len((text + block + closing).encode()) <= limit * TRANSCRIPTS
        if not full:
            block = _in_a_line(problem)
            if len((text + block + closing).encode()) > limit:
                return text + closing
        text += block
    return text


def literal(text: str) -> str:
    """Return `text` so that Markdown and HTML show it as it is, on one line."""
    return printable(text).translate(_LITERAL)


def code(text: str) -> str:
    """Return `text` as a code span; the fence is longer than any run of backticks in it."""
    shown = printable(text).replace("|", "\\|")
    fence = "`"
    while fence in shown:
        fence += "`"
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def block(rows: Iterable[str]) -> list[str]:
    """Return `rows` as a fenced code block; the fence is longer than any run of backticks in them."""
    text = list(rows)
    fence = "```"
    while any(fence in row for row in text):
        fence += "`"
    return [f"{fence}text", *text, fence]


def _head(header: Line, summary: Summary, footer: Line) -> Iterable[str]:
    version = header["target"]["version"]
    yield f"### h2conf: {summary.score()}"
    yield ""
    yield f"**{result(summary, footer)}**"
    yield ""
    yield (
        f"Target {code(header['target']['spec'])}{f' ({literal(version)})' if version else ''}, "
        f"role {literal(header['role'])}, profile {literal(header['profile'])}, "
        f"{footer['duration_ms'] / 1000:.1f} s"
    )
    yield ""
    yield "| verdict | cases | |"
    yield "|---|---:|---|"
    for verdict in VERDICTS:
        if summary.counts[verdict] or verdict in ("pass", "fail"):
            yield f"| {verdict} | {summary.counts[verdict]} | {_detail(verdict, summary)} |"
    if summary.crashes:
        yield f"| crash | {summary.crashes} | |"
    if summary.violations:
        rules = ", ".join(f"{literal(rule)} {len(ids)}" for rule, ids in sorted(summary.violations.items()))
        yield ""
        yield f"Passive checks violated, in cases: {rules}"
    if summary.skips:
        yield ""
        yield f"<details><summary>Skipped, and why: {summary.counts['skip']}</summary>"
        yield ""
        yield from (
            f"- {plural(len(ids), 'case')}: {literal(reason)}" for reason, ids in summary.skip_reasons()
        )
        yield ""
        yield "</details>"


def _detail(verdict: str, summary: Summary) -> str:
    if verdict == "acceptable":
        flags = ", ".join(f"{literal(flag)} {count}" for flag, count in summary.flags.most_common())
        return f"{flags}; weakest (Escalated + NoGoaway) {summary.weakest}" if summary.weakest else flags
    if verdict == "fail":
        return ", ".join(f"{level} {count}" for level, count in sorted(summary.failed_levels.items()))
    return ""


def _problem(case: Line, requirements: Mapping[str, str]) -> Iterable[str]:
    story = tell(case, requirements)
    yield f"<details><summary><b>{case['verdict']}</b> {_html(case['id'])}: {_html(case['title'])}</summary>"
    yield ""
    yield from (f"- {name}: {literal(text)}" for name, text in story.rows)
    yield ""
    yield from block([*lines(case["transcript"]), "", printable(case["reproduce"])])
    yield ""
    yield "</details>"


def _in_a_line(case: Line) -> str:
    seen = literal(case["outcome"] or case["reason"] or "-")
    return f"- **{case['verdict']}** {literal(case['id'])} ({case['level']}): {seen}\n"


def _html(text: str) -> str:
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
