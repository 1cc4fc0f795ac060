"""Which cases may run side by side, and which have to wait for others."""

from collections.abc import Iterator, Sequence
from typing import Final

from ..cases.case import Case, Send, Step, Upload

OFTEN: Final = 30
"""Repetitions of a write: a case that has so many is costly."""
MUCH: Final = 100_000
"""Octets of content that make a case costly."""
COSTLY_AT_A_TIME: Final = 2
"""More would only make each other late, and the target with them."""
SPLITS_AT_A_TIME: Final = 4
"""Cases that mostly sleep between the pieces of a write, so that the target reads each piece by itself."""
MANY: Final = 1_000
"""All others: as many as the run allows."""


def is_split(case: Case) -> bool:
    """Return whether a case needs a target that is not busy: it would read pieces of a write together."""
    return any(isinstance(step, Send) and step.split for step in case.steps)


def is_costly(case: Case) -> bool:
    """Return whether a case asks so much of the target that a slow one answers nobody else meanwhile."""
    return case.flood or any(_is_long(step) for step in case.steps)


def _is_long(step: Step) -> bool:
    if isinstance(step, Send):
        # One request after the other is no more than many cases in a row.
        return not step.answered and (not isinstance(step.repeat, int) or step.repeat >= OFTEN)
    return isinstance(step, Upload) and (not isinstance(step.size, int) or step.size >= MUCH)


def is_demanding(case: Case) -> bool:
    """Return whether a case needs a target that does little else meanwhile."""
    return is_costly(case) or is_split(case)


def by_company(cases: Sequence[Case]) -> list[tuple[int, list[Case]]]:
    """Return the cases in groups, each with how many of it may run side by side."""
    groups: dict[int, list[Case]] = {MANY: [], COSTLY_AT_A_TIME: [], SPLITS_AT_A_TIME: []}
    for case in cases:
        groups[COSTLY_AT_A_TIME if is_costly(case) else SPLITS_AT_A_TIME if is_split(case) else MANY].append(
            case
        )
    return [(width, group) for width, group in groups.items() if group]


def stages(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield the cases in rounds: each one after those it depends on, as far as they are chosen."""
    left = list(cases)
    while left:
        waiting = {case.id for case in left}
        ready = [case for case in left if not waiting.intersection(case.after)]
        if not ready:  # a circle: lint refuses it, a run goes on
            ready = left
        yield ready
        chosen = {case.id for case in ready}
        left = [case for case in left if case.id not in chosen]
