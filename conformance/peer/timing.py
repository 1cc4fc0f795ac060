"""How long the judge waits: measured from the target's round trip, never guessed case by case."""

from dataclasses import dataclass, replace
from typing import Final

FLOOD_FACTOR: Final = 5
BUSY: Final = 10.0
"""Seconds until a busy target shakes hands; nothing is judged by it, so that patience costs no verdict."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Waits in seconds; only `quiet` and `patience` are spent on a target that answers its fences.

    Every one of them ends as soon as what it waits for is there.  What is spent in full: `quiet` for each
    thing that must not come, behind two fences, since a PING ACK may overtake an error that is queued;
    `patience` when a reaction is due and does not come, which is a failure in all but a few situations.
    """

    rtt: float
    handshake: float  # for the target's SETTINGS and ACK, which one that is busy may keep waiting for long
    deadline: float  # for something that has to come: an answer, an acknowledgement
    close: float  # for the close that has to follow a GOAWAY
    patience: float  # for a reaction that is due though two fences were answered without it
    quiet: float  # for a reaction that must not come, after two fences and a served request


def responsive(rtt: float, timeout: float | None = None) -> Timing:
    """Return the waits for a target that answered its first fence after `rtt` seconds."""
    deadline = timeout if timeout is not None else max(3.0, 100 * rtt)
    return Timing(
        rtt,
        timeout if timeout is not None else max(BUSY, deadline),
        deadline,
        close=deadline,
        patience=min(deadline, max(0.3, 30 * rtt)),
        quiet=min(deadline, max(0.001, 4 * rtt)),
    )


def unmeasured(timeout: float | None = None) -> Timing:
    """Return the waits for a target of which nothing is known: a mute one is no busy one."""
    timing = responsive(0.01, timeout)
    return replace(timing, handshake=timing.deadline)


def alone(timing: Timing) -> Timing:
    """Return the waits for a second try: with one case to serve, a target reacts no later than before."""
    return replace(timing, patience=min(timing.patience, max(0.1, 30 * timing.rtt)))


def flooded(timing: Timing) -> Timing:
    """Return the waits for a target that has thousands of frames to read before it can answer."""
    return replace(timing, deadline=FLOOD_FACTOR * timing.deadline, close=FLOOD_FACTOR * timing.close)


def mute(timeout: float | None = None) -> Timing:
    """Return the waits for a target that answered nothing so far: every one of them is lost."""
    deadline = timeout if timeout is not None else 0.15
    return Timing(deadline, deadline, deadline, deadline, deadline, min(deadline, 0.01))


def virtual(timeout: float | None = None) -> Timing:
    """Return the waits in memory, where waiting costs nothing and no answer takes any time."""
    # Well below the timers that servers run: waiting for content must not be what ends a stream.
    deadline = timeout if timeout is not None else 5.0
    return Timing(0.0, deadline, deadline, close=deadline, patience=2.0, quiet=1.0)
