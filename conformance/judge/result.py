"""What came of a dialogue: the worst verdict of its expectations, with what was seen and why."""

from dataclasses import dataclass, field

from .verdict import ACCEPTABLE, FAIL, PASS, Judgement

ORDER = (PASS, ACCEPTABLE, FAIL)


@dataclass(slots=True)
class Result:
    """What came of a dialogue."""

    verdict: str = PASS
    outcome: str = ""
    expected: list[str] = field(default_factory=list)
    reason: str = ""
    flags: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    twin_2xx: bool = False
    twin_differs: int | None = None
    stream: int = 0  # the stream the error was about

    def add(self, judgement: Judgement) -> None:
        """Take up the verdict of one expectation; the worst counts."""
        if ORDER.index(judgement.verdict) > ORDER.index(self.verdict):
            self.verdict = judgement.verdict
        if judgement.reason:
            self.reason = judgement.reason
        self.flags += [flag for flag in judgement.flags if flag not in self.flags]
        self.info += [flag for flag in judgement.info if flag not in self.info]
        self.twin_2xx |= judgement.twin_2xx
        self.twin_differs = judgement.twin_differs or self.twin_differs
