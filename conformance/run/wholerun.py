"""Passive rules over a whole run: what a target broke anywhere fails the case that speaks for the rule."""

from collections.abc import Iterator, Mapping, Sequence

from ..cases.case import Case
from ..judge.verdict import ACCEPTABLE, FAIL, PASS
from ..records.record import Line


class Broken:
    """The passive rules that the target broke so far, and where."""

    def __init__(self) -> None:
        """Nothing is broken yet."""
        self._where: dict[str, dict[str, str]] = {}  # rule -> case -> what broke it

    def note(self, line: Line) -> None:
        """Take the violations out of a case's line; a case that fails tells of them itself."""
        for violation in line["violations"] if line["verdict"] in (PASS, ACCEPTABLE) else ():
            rule, _, text = violation.partition(": ")
            self._where.setdefault(rule, {})[line["id"]] = text

    def judge(self, case: Case, line: Line) -> Line:
        """Return the line of a case that speaks for rules: failed where one was broken by others' traffic."""
        broken = [rule for rule in case.whole_run if self._where.get(rule, {}).keys() - {case.id}]
        if not broken or line["verdict"] == FAIL:
            return line
        reasons = [self._reason(rule, case.id) for rule in broken]
        expected = [f"obeys {rule} in the whole run" for rule in case.whole_run]
        outcome = f"breaks {', '.join(broken)} in other cases"
        return {
            **line,
            "verdict": FAIL,
            "outcome": outcome,
            "expected": expected,
            "reason": "; ".join(reasons),
        }

    def _reason(self, rule: str, own: str) -> str:
        others = {other: text for other, text in self._where[rule].items() if other != own}
        number = "1 other case" if len(others) == 1 else f"{len(others)} other cases"
        one = min(others)
        return f"{rule} is broken in {number}, such as {one}: {others[one]}"


def in_order(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Return the cases that speak for nothing but themselves, and those that are judged at the end."""
    return [c for c in cases if not c.whole_run], [c for c in cases if c.whole_run]


def judged(lines: Iterator[Line], cases: Sequence[Case], broken: Broken) -> Iterator[Line]:
    """Yield the lines of the cases that speak for the whole run."""
    by_id: Mapping[str, Case] = {case.id: case for case in cases}
    for line in lines:
        broken.note(line)
        yield broken.judge(by_id[line["id"]], line)
