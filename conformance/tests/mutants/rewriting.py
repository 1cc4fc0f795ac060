"""Rewritings that the mutants are made of: frames lost, doubled, changed, accompanied."""

from collections.abc import Callable

from .gate import Gate
from .model import Rewrite
from .wire import ACK, END_STREAM, HEADERS, RST_STREAM, SETTINGS, Frame

Matching = Callable[[Gate, Frame], bool]
"""Tells which frames a rewriting is about."""


def always(gate: Gate, frame: Frame) -> bool:
    return True


def of(*kinds: int, also: Matching = always, on_stream: bool | None = None) -> Matching:
    """Tell frames of these types, on a stream or on the connection."""
    return lambda gate, frame: (
        frame.type in kinds and (on_stream is None or bool(frame.stream) == on_stream) and also(gate, frame)
    )


def lost(which: Matching) -> Rewrite:
    return lambda gate, frame: [] if which(gate, frame) else None


def doubled(which: Matching) -> Rewrite:
    return lambda gate, frame: [frame, frame] if which(gate, frame) else None


def followed(which: Matching, by: Callable[[Frame], Frame]) -> Rewrite:
    return lambda gate, frame: [frame, by(frame)] if which(gate, frame) else None


def preceded(which: Matching, by: Callable[[Frame], Frame]) -> Rewrite:
    return lambda gate, frame: [by(frame), frame] if which(gate, frame) else None


def changed(which: Matching, change: Callable[[Gate, Frame], None]) -> Rewrite:
    def rewrite(gate: Gate, frame: Frame) -> None:
        if which(gate, frame):
            change(gate, frame)

    return rewrite


def altered(which: Matching, change: Callable[[Frame], None]) -> Rewrite:
    """The same for a change that need not know the connection."""
    return changed(which, lambda gate, frame: change(frame))


def flags(on: int = 0, off: int = 0) -> Callable[[Frame], None]:
    def change(frame: Frame) -> None:
        frame.flags = frame.flags & ~off | on

    return change


def requested(gate: Gate, frame: Frame) -> None:
    """Remember the whole requests that were not answered yet."""
    asked: list[int] = gate.notes.setdefault("asked", [])
    if frame.type == HEADERS and frame.has(END_STREAM) and gate.is_idle(frame.stream):
        asked.append(frame.stream)
    elif frame.type in (HEADERS, RST_STREAM):
        asked.clear()


def came_together(gate: Gate, frame: Frame) -> bool:
    """Tell the response to the second of two requests that came before either was answered."""
    asked: list[int] = gate.notes.setdefault("asked", [])
    is_last = asked[-1:] == [frame.stream]
    found = frame.type == HEADERS and is_last and len(asked) == 2
    if is_last or frame.type == RST_STREAM:
        asked.clear()
    return found


def is_settings(frame: Frame) -> bool:
    """Tell well-formed SETTINGS of the client."""
    return frame.type == SETTINGS and not frame.has(ACK) and len(frame.payload) % 6 == 0 and not frame.stream


def without_setting(number: int) -> Rewrite:
    """Acknowledge a setting and forget it."""

    def rewrite(gate: Gate, frame: Frame) -> None:
        if is_settings(frame):
            frame.settings = [pair for pair in frame.settings if pair[0] != number]

    return rewrite
