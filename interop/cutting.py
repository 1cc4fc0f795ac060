"""Take out of a thing what does no harm to it, with few questions.

Cuts are tried one by one in one question, then those that did no harm are made together, as far as they go.
So a question that is costly, such as a vote of many servers, is asked a few times only.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

Thing = TypeVar("Thing")
Cut = TypeVar("Cut")
Stays: TypeAlias = Callable[[Sequence[Thing]], Sequence[bool]]
"""Tells of each candidate whether what matters is still true of it."""


def without_what_does_no_harm(
    thing: Thing, cuts: Sequence[Cut], take_out: Callable[[Thing, frozenset[Cut]], Thing], stays: Stays[Thing]
) -> Thing:
    """Make as many of the cuts as can be made together, the first ones first."""
    if not cuts:
        return thing
    answers = stays([take_out(thing, frozenset((cut,))) for cut in cuts])
    harmless = [cut for cut, fine in zip(cuts, answers, strict=True) if fine]
    if not harmless:
        return thing
    best = take_out(thing, frozenset(harmless[:1]))
    together = [take_out(thing, frozenset(harmless[:count])) for count in range(2, len(harmless) + 1)]
    for candidate, fine in zip(together, stays(together) if together else (), strict=True):
        if fine:
            best = candidate
    return best
