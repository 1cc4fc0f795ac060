"""What changed between two runs: regressed, fixed, another outcome, new, removed, changed vectors."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from .order import place
from .record import Line
from .recorded import Run, plain_verdict


class Kind(StrEnum):
    """The kinds of change, in the order in which they are shown.  Only REGRESSED fails."""

    REGRESSED = "regressed"
    FIXED = "fixed"
    OUTCOME = "outcome changed"  # allowed before and after, yet not the same
    FAILING = "fails differently"
    UNJUDGED = "no longer judged"
    JUDGED = "judged now"
    VECTOR = "vector changed"
    NEW = "new"
    REMOVED = "removed"


HEADINGS = {
    Kind.REGRESSED: "was allowed, fails now",
    Kind.FIXED: "failed, is allowed now",
    Kind.OUTCOME: "allowed before and after, by another outcome",
    Kind.FAILING: "fails before and after, by another outcome",
    Kind.UNJUDGED: "skipped or blocked now",
    Kind.JUDGED: "was skipped or blocked",
    Kind.VECTOR: "the case itself is another, so the two verdicts do not compare",
    Kind.NEW: "only in the new run",
    Kind.REMOVED: "only in the old run",
}

_STANDING = {
    "pass": "allowed",
    "acceptable": "allowed",
    "skip": "unjudged",
    "blocked": "unjudged",
    "fail": "failed",
    "flaky": "failed",
    "error": "failed",
}
_BETWEEN = {
    ("allowed", "allowed"): Kind.OUTCOME,
    ("allowed", "failed"): Kind.REGRESSED,
    ("allowed", "unjudged"): Kind.UNJUDGED,
    ("failed", "allowed"): Kind.FIXED,
    ("failed", "failed"): Kind.FAILING,
    ("failed", "unjudged"): Kind.UNJUDGED,
    ("unjudged", "allowed"): Kind.JUDGED,
    ("unjudged", "failed"): Kind.JUDGED,
}


@dataclass(frozen=True, slots=True)
class Side:
    """What one run saw of a case."""

    verdict: str
    outcome: str
    flags: tuple[str, ...]
    crash: bool
    reason: str

    def __str__(self) -> str:
        """Return `acceptable close [NoGoaway]`."""
        flags = f" [{', '.join(self.flags)}]" if self.flags else ""
        crash = ", crashed" if self.crash else ""
        seen = self.reason if self.outcome in ("", self.verdict) else self.outcome
        return f"{self.verdict}{f' {seen}' if seen else ''}{flags}{crash}"


@dataclass(frozen=True, slots=True)
class Change:
    """One case that is not as it was.  `old` or `new` is None when that run does not have it."""

    kind: Kind
    id: str
    level: str
    title: str
    old: Side | None
    new: Side | None


def compare(old: Run, new: Run) -> list[Change]:
    """Return the changes, by kind and then by section."""
    changes = [change for case in new.cases.values() if (change := _change(old.cases.get(case["id"]), case))]
    changes += [
        Change(Kind.REMOVED, case["id"], case["level"], case["title"], _side(case), None)
        for case in old.cases.values()
        if case["id"] not in new.cases
    ]
    order = list(Kind)
    return sorted(changes, key=lambda change: (order.index(change.kind), place(change.id)))


def differences_of_setting(old: Run, new: Run) -> list[str]:
    """Return a sentence for each difference of the runs themselves that makes changes doubtful."""
    settings = [
        f"{name}: {old.header[name]} before, {new.header[name]} now"
        for name in ("role", "profile", "selection", "level")
        if old.header[name] != new.header[name]
    ]
    cut = [
        f"the {when} run has no end: its record is not complete"
        for run, when in ((old, "old"), (new, "new"))
        if run.footer is None
    ]
    return settings + cut


def as_json(old: Run, new: Run, changes: list[Change]) -> Line:
    """Return the comparison as one JSON object."""
    return {
        "format": 1,
        "old": {"target": old.header["target"], "started": old.header["started"]},
        "new": {"target": new.header["target"], "started": new.header["started"]},
        "notes": differences_of_setting(old, new),
        "counts": {kind.value: sum(change.kind is kind for change in changes) for kind in Kind},
        "changes": [asdict(change) for change in changes],
    }


def _change(old: Line | None, new: Line) -> Change | None:
    after = _side(new)
    if old is None:
        return Change(Kind.NEW, new["id"], new["level"], new["title"], None, after)
    before = _side(old)
    kind: Kind | None
    if old["hash"] != new["hash"]:
        kind = Kind.VECTOR
    else:
        # What the target did counts, not what a baseline made of it.
        verdicts = (plain_verdict(old), plain_verdict(new))
        standing = (_STANDING[verdicts[0]], _STANDING[verdicts[1]])
        same = (verdicts[0], *_seen(before)) == (verdicts[1], *_seen(after))
        kind = None if standing[0] == standing[1] and same else _BETWEEN.get(standing)
    return Change(kind, new["id"], new["level"], new["title"], before, after) if kind else None


def _seen(side: Side) -> tuple[object, ...]:
    """Return what tells two sides of the same verdict apart; the wording of a reason does not."""
    return side.outcome, frozenset(side.flags), side.crash


def _side(case: Line) -> Side:
    return Side(case["verdict"], case["outcome"], tuple(case["flags"]), bool(case["crash"]), case["reason"])
