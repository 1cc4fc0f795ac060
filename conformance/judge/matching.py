"""Compares what was received with what an expectation names: numbers, ranges, frames."""

from typing import Any, NamedTuple

from ..cases.case import Expect
from ..cases.expectspec import ABSENT, ANY, FrameMatch, Range
from ..cases.values import Variables, resolve_number
from ..peer.peer import Peer
from ..wire.describe import parts
from .session import Session


class Sight(NamedTuple):
    """What was expected, what came, and the problem if there is one."""

    expected: str
    outcome: str
    problem: str | None = None


def number_matches(match: Any, value: int, variables: Variables) -> bool:
    """Return whether a number is the one, one of those, or in the range."""
    if isinstance(match, tuple):
        return any(resolve_number(item, variables) == value for item in match)
    if isinstance(match, Range):
        low = resolve_number(match.at_least, variables)
        return low <= value <= resolve_number(match.at_most, variables)
    return resolve_number(match, variables) == value


def frame_matches(match: FrameMatch, entry_parts: dict[str, Any], variables: Variables) -> bool:
    """Return whether a received frame has the named parts."""
    for name, wanted in match.parts.items():
        if name not in entry_parts:
            return False
        got = entry_parts[name]
        if name in ("ack", "end_stream", "end_headers", "reserved", "payload"):
            if got != wanted:
                return False
        elif name == "error":
            if got not in wanted:
                return False
        elif name == "flags":
            if sorted(got) != sorted(wanted):
                return False
        elif name == "settings":
            if not all(_setting_matches(item, got.get(key), variables) for key, item in wanted.items()):
                return False
        elif not number_matches(wanted, got, variables):
            return False
    return True


def _setting_matches(wanted: Any, got: int | None, variables: Variables) -> bool:
    if wanted == ABSENT:
        return got is None
    if wanted == ANY or got is None:
        return got is not None
    return number_matches(wanted, got, variables)


def find_frames(peer: Peer, match: FrameMatch) -> list[int]:
    """Return the positions of received frames that match."""
    return [
        position
        for position, entry in enumerate(peer.log)
        if entry.direction == "recv"
        and entry.frame is not None
        and entry.frame.type == match.type
        and frame_matches(match, parts(entry.frame), peer.variables)
    ]


def deadline(session: Session, step: Expect) -> float:
    """Return how long an expectation waits."""
    return session.timing.deadline if step.timeout is None else step.timeout


def compared(number: int, wanted: Range, variables: Variables) -> str:
    """Say how a number stands to a range: the number itself may differ from run to run."""
    if number_matches(wanted, number, variables):
        return "as expected"
    return "too few" if number < resolve_number(wanted.at_least, variables) else "too many"


def range_text(wanted: Range, variables: Variables) -> str:
    """Return a range in words."""
    low, high = resolve_number(wanted.at_least, variables), resolve_number(wanted.at_most, variables)
    if low == high:
        return str(low)
    if high >= 1 << 60:
        return f"at least {low}"
    return f"at most {high}" if not low else f"{low} to {high}"
