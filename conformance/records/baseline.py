"""Known failures, each pinned to the outcome that was seen; an entry that no longer holds is stale."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import yaml

from ..errors import UsageError, VectorError
from ..reading.nodes import load
from .order import place
from .record import Line
from .recorded import Run, plain_verdict

PINNED: Final = frozenset({"fail", "blocked"})
"""Verdicts an entry may hold.  An `error` judges nothing and a `flaky` case has no outcome to pin."""
ALLOWED: Final = frozenset({"pass", "acceptable"})
UNREVIEWED: Final = "not reviewed yet"
"""Reason of an entry that `update` added; a person replaces it."""
_HEADER: Final = """\
# Known failures of one target, pinned to what was seen.  Written by `h2conf baseline update`; the reasons are
# yours and stay.  An entry whose case passes or fails in another way is stale and fails the run.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a case is expected to do, and why that is accepted for now."""

    verdict: str
    outcome: str
    reason: str
    crash: bool = False

    def holds(self, case: Line) -> bool:
        """Whether the case did exactly this."""
        seen = (plain_verdict(case), case["outcome"], bool(case["crash"]))
        return seen == (self.verdict, self.outcome, self.crash)

    def __str__(self) -> str:
        """Return `fail drop`."""
        return f"{self.verdict} {self.outcome or '-'}{', crashed' if self.crash else ''}"


class Kind(StrEnum):
    """What `check` finds.  NOT_JUDGED alone is only a note."""

    UNEXPECTED = "unexpected failure"
    PASSES = "stale: passes now"
    OTHER = "stale: fails in another way"
    UNKNOWN = "stale: no such case"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One case about which baseline and run disagree."""

    kind: Kind
    id: str
    expected: str
    seen: str

    @property
    def fails(self) -> bool:
        """Whether the check fails for it."""
        return self.kind is not Kind.NOT_JUDGED


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of one file, by case id.  `own`: ids of cases that the user brings to the run."""

    entries: Mapping[str, Entry]
    own: frozenset[str] = frozenset()

    def judge(self, case: Line) -> Line:
        """Return the case as it counts against this baseline.

        A failure that is exactly as expected becomes `xfail`, an allowed outcome where a failure is expected
        becomes `xpass`, any other failure stays one.  The verdict of before is kept as `without_baseline`.
        """
        entry = self.entries.get(case["id"])
        verdict = case["verdict"]
        if entry is None:
            return case
        if verdict in ALLOWED:
            reason = f"the baseline expects {entry}"
            return {**case, "verdict": "xpass", "without_baseline": verdict, "reason": reason}
        if verdict not in PINNED:
            return case
        if entry.holds(case):
            reason = f"known: {entry.reason}"
            return {**case, "verdict": "xfail", "without_baseline": verdict, "reason": reason}
        return {**case, "reason": f"{case['reason']}; the baseline expects {entry}".removeprefix("; ")}

    def unknown(self, known: Collection[str]) -> list[str]:
        """Return the ids of entries for which there is no case among `known`."""
        return [case_id for case_id in self.entries if case_id not in known and case_id not in self.own]


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.  Raises UsageError with file and line for whatever is not an entry."""
    try:
        return _read(path)
    except VectorError as error:
        raise UsageError(f"baseline: {error}") from error


def _read(path: Path) -> Baseline:
    entries: dict[str, Entry] = {}
    for case_id, value in load(path).mapping().items():
        value.source.case = case_id
        keys = value.fields(("verdict", "outcome", "reason"), ("crash",))
        reason = keys["reason"].text()
        if not reason.strip():
            raise keys["reason"].error("a known failure needs a reason")
        entries[case_id] = Entry(
            verdict=keys["verdict"].one_of(PINNED, "a verdict:"),
            outcome=keys["outcome"].text(),
            reason=reason,
            crash=keys["crash"].boolean() if "crash" in keys else False,
        )
    return Baseline(entries)


def dump(baseline: Baseline) -> str:
    """Return the file: sorted by id, so that a change of one case is a change of one place."""
    data = {
        case_id: {"verdict": entry.verdict, "outcome": entry.outcome}
        | ({"crash": True} if entry.crash else {})
        | {"reason": entry.reason}
        for case_id, entry in sorted(baseline.entries.items())
    }
    return _HEADER + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)


def update(baseline: Baseline, run: Run, reason: str = UNREVIEWED) -> Baseline:
    """Return the baseline that the run asks for.

    Entries of cases that the run did not judge stay; reasons stay as long as the entry holds.
    """
    entries: dict[str, Entry] = {}
    for case_id, entry in baseline.entries.items():
        case = run.cases.get(case_id)
        if case is None or plain_verdict(case) not in PINNED | ALLOWED or entry.holds(case):
            entries[case_id] = entry
    for case_id, case in run.cases.items():
        verdict = plain_verdict(case)
        if verdict in PINNED and case_id not in entries:
            entries[case_id] = Entry(verdict, case["outcome"], reason, bool(case["crash"]))
    return Baseline(entries)


def check(baseline: Baseline, run: Run, known: Collection[str], *, strict: bool = False) -> list[Finding]:
    """Compare a run with the baseline.

    known: ids of all cases there are, so that an entry for none of them is found.
    strict: failures of less than a MUST are unexpected as well.
    """
    findings = []
    for case in run.cases.values():
        verdict = plain_verdict(case)
        entry = baseline.entries.get(case["id"])
        seen = f"{verdict} {case['outcome'] or case['reason'] or '-'}{', crashed' if case['crash'] else ''}"
        if entry is None:
            if verdict not in ALLOWED | {"skip"} and (strict or case["level"] == "MUST" or case["crash"]):
                findings.append(Finding(Kind.UNEXPECTED, case["id"], "pass", seen))
        elif verdict in ALLOWED:
            findings.append(Finding(Kind.PASSES, case["id"], str(entry), seen))
        elif verdict == "skip":
            findings.append(Finding(Kind.NOT_JUDGED, case["id"], str(entry), seen))
        elif not entry.holds(case):
            findings.append(Finding(Kind.OTHER, case["id"], str(entry), seen))
    for case_id, entry in baseline.entries.items():
        if case_id not in run.cases:
            kind = Kind.NOT_JUDGED if case_id in known else Kind.UNKNOWN
            findings.append(Finding(kind, case_id, str(entry), "not in this run"))
    order = list(Kind)
    return sorted(findings, key=lambda finding: (order.index(finding.kind), place(finding.id)))
