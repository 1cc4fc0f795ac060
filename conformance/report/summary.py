"""The figures of a run, counted from its cases; `pass` alone is a score."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ..records.record import Line

VERDICTS = ("pass", "acceptable", "fail", "blocked", "error", "flaky", "xfail", "xpass", "skip")
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
        """What has to be looked at, in the order of the sections and not of the clock."""
        return sorted(self._problems, key=place)

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


def place(case: Line) -> tuple[tuple[int | str, ...], ...]:
    """Return the key that sorts cases by section, 6.9 before 6.10, whatever the order in which they ended."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", case["id"]))
