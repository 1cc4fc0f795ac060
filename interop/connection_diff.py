"""Our connection against h2's, in both roles: the same moves, the same decisions."""

from collections.abc import Sequence
from functools import partial

from .comparison import compare
from .connection_machine import MOVES, Dialogue
from .differential import Disagreement, StateMachine, Stays
from .minimise import Dialogue as Moves
from .minimise import minimise


def shorten(found: Disagreement, stays: Stays) -> Disagreement:
    """Take out moves, frames, fields and octets as long as the two disagree as they did."""
    role = found.case["role"]

    def still(candidates: Sequence[Moves]) -> list[bool]:
        return [any(map(stays, compare(candidate, role))) for candidate in candidates]

    shortest = minimise(found.given, still)
    return next(filter(stays, compare(shortest, role)))


SERVER = StateMachine("connection, server", partial(Dialogue, "server"), MOVES, shorten)
CLIENT = StateMachine("connection, client", partial(Dialogue, "client"), MOVES, shorten)
