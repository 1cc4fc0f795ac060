"""The last words of a report: what the run comes to, and what to type next."""

import re
from collections.abc import Iterator

from ..exitcodes import Exit
from ..records.record import Line
from .story import named
from .summary import Summary
from .text import plural, printable

_ENDPOINT = re.compile(r"no endpoint for ([\w-]+)")
_NOT_CONNECTED = re.compile(r"no connection|connection was refused")


def result(summary: Summary, footer: Line, total: int | None = None) -> str:
    """Return one sentence with the exit code; `total`: cases that were to be run, if known."""
    code = footer["exit"]
    match code:
        case Exit.OK if not summary.judged:
            return f"ok (exit {code}), though no case was judged"
        case Exit.OK:
            below = sum(summary.failed_levels.values())
            does = "does" if below == 1 else "do"
            failures = f"; {plural(below, 'failure')} below MUST {does} not count without --strict"
            return f"ok (exit {code}){failures if below else ''}"
        case Exit.FAILED:
            counted = ", ".join(_counted(summary)) or died(footer) or "a baseline entry is stale"
            return f"failed (exit {code}): {counted}"
        case Exit.UNREACHABLE:
            return f"not judged (exit {code}): {plural(summary.counts['error'], 'case')}"
        case Exit.INTERRUPTED:
            known = str(summary.total) if total is None else f"{summary.total} of {total}"
            return f"interrupted (exit {code}): this is what was known, {known} cases"
    return f"exit {code}"


def _counted(summary: Summary) -> Iterator[str]:
    must = summary.failed_levels["MUST"]
    less = sum(summary.failed_levels.values()) - must
    if must:
        yield plural(must, "MUST failure")
    if less:
        yield f"{less} below MUST"
    for verdict in ("blocked", "flaky"):
        if summary.counts[verdict]:
            yield f"{summary.counts[verdict]} {verdict}"
    if summary.counts["xpass"]:
        yield plural(summary.counts["xpass"], "stale baseline entry", "stale baseline entries")
    if summary.crashes:
        yield plural(summary.crashes, "crash", "crashes")


def died(footer: Line) -> str:
    """Return how often the target died and how it did so first, or nothing."""
    deaths = footer.get("deaths") or []
    if not deaths:
        return ""
    told = printable(deaths[0])
    return (
        f"the target died once: {told}"
        if len(deaths) == 1
        else f"the target died {len(deaths)} times, first: {told}"
    )


def advice(summary: Summary, footer: Line) -> list[tuple[str, str]]:
    """Return commands and options that lead on, each with what it is good for; of each kind one."""
    found: list[tuple[str, str]] = []
    judged = [case for case in summary.problems if case["verdict"] in ("fail", "flaky")]
    answers = any(
        "self-check" in case["reason"] and not _NOT_CONNECTED.search(case["reason"])
        for case in summary.problems
    )
    if judged:
        found.append((f"h2conf explain {named(judged[0])}", "the rule, what is allowed and why, the octets"))
        found.append(("-o html=run.html", "every case with its transcript, to filter and search"))
    if summary.counts["xpass"]:
        found.append(("h2conf baseline update FILE RUN.jsonl", "after -o jsonl=RUN.jsonl"))
    if footer["exit"] == Exit.UNREACHABLE and answers:
        found.append(("--no-self-check", "judges a target that does not even answer GET"))
    names = sorted({n for reason in summary.skips for n in _ENDPOINT.findall(printable(reason))})
    if names:
        paths = ",".join(f"{name}=/PATH" for name in names)
        count = sum(len(ids) for reason, ids in summary.skips.items() if _ENDPOINT.search(reason))
        found.append((f"--endpoint {paths}", f"where the target serves what {plural(count, 'skip')} need"))
    return found
