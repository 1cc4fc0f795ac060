"""What is said about one case, in the same words in every report."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ..records.record import Line
from ..rules.requirements import load_requirements
from .text import printable


@dataclass(frozen=True, slots=True)
class Story:
    """A case told: rows of (name, text) for its facts.  The transcript is told elsewhere."""

    heading: str
    title: str
    rows: tuple[tuple[str, str], ...]


def tell(case: Line, requirements: Mapping[str, str]) -> Story:
    """Tell `case`; `requirements` maps the ids of the catalogue to their summaries."""
    rows: list[tuple[str, str]] = []
    for requirement in case["req"]:
        summary = requirements.get(requirement)
        rows.append(("requirement", f"{requirement}: {summary}" if summary else requirement))
    rows.append(("expected", " or ".join(case["expected"]) or "-"))
    rows.append(("seen", (case["outcome"] or "-") + _crash(case)))
    rows += [("because", case["reason"])] if case["reason"] and not _says_no_more(case) else []
    rows += [("flags", ", ".join([*case["flags"], *case["info"]]))] if case["flags"] or case["info"] else []
    rows += [("violation", violation) for violation in case["violations"]]
    control = case["control"]
    if control is not None:
        rows.append(("control", f"{control['outcome']} ({'survived' if control['ok'] else 'not survived'})"))
    if case["attempts"] > 1:
        rows.append(("attempts", f"{case['attempts']}: {', '.join(case['history'])}"))
    return Story(
        heading=f"{case['id']} ({case['level']}, {case['spec']})",
        title=printable(case["title"]),
        rows=tuple((name, printable(text)) for name, text in rows),
    )


def own_file(case: Line) -> str | None:
    """Return the file of the user's in which the case stands, or None for one of ours."""
    words = shlex.split(case["reproduce"])
    return words[2] if len(words) > 3 and words[3] == case["id"] else None  # h2conf run FILE CASE


def named(case: Line) -> str:
    """Return the words that name the case to `h2conf explain`, quoted for a shell."""
    file = own_file(case)
    return shlex.join((file, case["id"]) if file else (case["id"],))


def _says_no_more(case: Line) -> bool:
    """Return whether the reason only puts what is expected and what was seen into one sentence."""
    return bool(case["reason"] == f"expected {' or '.join(case['expected'])}, saw {case['outcome']}")


def _crash(case: Line) -> str:
    return ", and the target crashed" if case["crash"] else ""


@cache
def summaries() -> Mapping[str, str]:
    """Return id -> summary of the requirements that belong to this copy of the harness, read once."""
    return {requirement.id: requirement.summary for requirement in load_requirements().values()}
