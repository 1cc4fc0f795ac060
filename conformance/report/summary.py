"""The figures of a run, counted from its cases; `pass` alone is a score."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..records.order import place
from ..records.record import Line

VERDICTS = ("pass", "acceptable", "fail", "blocked", "error", "flaky", "xfail", "xpass", "skip")
LEVELS = ("MUST", "SHOULD", "MAY", "INFO")
# What has to be looked at stands first.
RANK = {
    verdict: rank
    for rank, verdict in enumerate(
        ("fail", "flaky", "xpass", "error", "blocked", "acceptable", "xfail", "pass", "skip")
    )
}
# What a reader has to look at.
PROBLEMS = frozenset({"fail", "blocked", "error", "flaky", "xpass"})
# Together they are a bare close where a stream error is due: allowed, and the least that is.
WEAKEST = frozenset({"Escalated", "NoGoaway"})


@dataclass(slots=True)
class Summary:
    """Counts of a run.  `flags` counts acceptable cases by flag: a case with two flags counts in both."""

    counts: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    info: Counter[str] = field(default_factory=Counter)
    weakest: int = 0
    skips: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    violations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _problems: list[Line] = field(default_factory=list)
    failed_levels: Counter[str] = field(default_factory=Counter)
    crashes: int = 0

    def add(self, case: Line) -> None:
        """Count one case."""
        verdict = case["verdict"]
        self.counts[verdict] += 1
        if verdict == "acceptable":
            self.flags.update(case["flags"])
            self.weakest += set(case["flags"]) >= WEAKEST
        if verdict in ("pass", "acceptable"):
            self.info.update(case["info"])
        if verdict == "skip":
            self.skips[case["reason"]].append(case["id"])
        if verdict in PROBLEMS:
            self._problems.append(case)
        if verdict == "fail":
            self.failed_levels[case["level"]] += 1
        for rule in dict.fromkeys(violation.split(":", 1)[0] for violation in case["violations"]):
            self.violations[rule].append(case["id"])
        self.crashes += bool(case["crash"])

    @property
    def problems(self) -> list[Line]:
        """What has to be looked at: crashes, then MUST before the rest, each in the order of the sections."""
        return sorted(self._problems, key=gravity)

    def skip_reasons(self) -> list[tuple[str, list[str]]]:
        """Reasons with their cases, the most frequent first."""
        return sorted(self.skips.items(), key=lambda item: (-len(item[1]), item[0]))

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def judged(self) -> int:
        """The cases that ran: all but the skipped ones."""
        return self.total - self.counts["skip"]

    @property
    def passed(self) -> int:
        return self.counts["pass"]

    def score(self) -> str:
        """Return `87 of 90 pass`; acceptable outcomes do not count."""
        return f"{self.passed} of {self.judged} pass"


def apart(problems: Sequence[Line]) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """Return the problems to tell one by one, and by their reason those that nothing was seen of.

    When the target is gone every case says the same; it is worth saying once.
    """
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for case in problems:
        if case["verdict"] == "error" and not case["transcript"]:
            groups[case["reason"]].append(case)
    once = {reason: cases for reason, cases in groups.items() if len(cases) > 1}
    grouped = {case["id"] for cases in once.values() for case in cases}
    return [case for case in problems if case["id"] not in grouped], list(once.items())


def gravity(case: Line) -> tuple[object, ...]:
    """Return the key that puts first what weighs most."""
    return not case["crash"], LEVELS.index(case["level"]), RANK[case["verdict"]], place(case["id"])
