"""Variants whose messages are cut into other frames (RFC 9113 6.1, 6.2, 6.10)."""

from collections.abc import Callable

from ..mutants.gate import Gate
from ..mutants.model import Rewrite
from ..mutants.wire import (
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    PADDED,
    PRIORITY,
    PRIORITY_FLAG,
    PUSH_PROMISE,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Frame,
)
from .announced import limited
from .model import Row, variants

INITIAL_WINDOW_SIZE = 4


class Windows:
    """The windows that the client gives, as far as padding needs to know them."""

    def __init__(self) -> None:
        self.initial = 65_535
        self.changes: dict[int, int] = {0: 65_535}

    def room(self, stream: int) -> int:
        return min(self.changes[0], self.initial + self.changes.get(stream, 0))

    def add(self, stream: int, octets: int) -> None:
        self.changes[stream] = self.changes.get(stream, 0) + octets


def windows(gate: Gate) -> Windows:
    found: Windows = gate.notes.setdefault("windows", Windows())
    return found


def credited(gate: Gate, frame: Frame) -> None:
    """Follow the credit of the client."""
    if frame.type == WINDOW_UPDATE and len(frame.payload) == 4:
        windows(gate).add(frame.stream, frame.number & 0x7FFF_FFFF)
    if frame.type == SETTINGS and not frame.has(1):
        for number, value in frame.settings:
            if number == INITIAL_WINDOW_SIZE:
                windows(gate).initial = value


def padded(gate: Gate, frame: Frame) -> None:
    """Pad frames of messages with zeros, DATA inside the windows."""
    length = len(frame.payload)
    if frame.type == DATA:
        windows(gate).add(0, -length)
        windows(gate).add(frame.stream, -length)
        pad = min(255, windows(gate).room(frame.stream) - 1, 16_384 - 1 - length)
        live = gate.connection.streams.live.get(frame.stream)
        if live is not None:
            pad = min(pad, live.send_window - 1)
        pad = min(pad, gate.connection.send_window - 1)
        if pad < 0:
            return
        windows(gate).add(0, -1 - pad)
        windows(gate).add(frame.stream, -1 - pad)
        gate.connection.send_window -= 1 + pad
        if live is not None:
            live.send_window -= 1 + pad
    elif frame.type in (HEADERS, PUSH_PROMISE) and length < 16_000:
        pad = frame.stream % 256
    else:
        return
    frame.flags |= PADDED
    frame.payload = bytes((pad,)) + frame.payload + bytes(pad)


def fragments(cut: Callable[[bytes], list[bytes]]) -> Rewrite:
    """Cut field blocks into CONTINUATIONs."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        if frame.type not in (HEADERS, PUSH_PROMISE):
            return None
        fixed = 4 if frame.type == PUSH_PROMISE else 0
        pieces = cut(frame.payload[fixed:])
        frame.payload = frame.payload[:fixed] + pieces[0]
        if len(pieces) == 1:
            return None
        rest = [Frame(CONTINUATION, 0, frame.stream, piece) for piece in pieces[1:]]
        rest[-1].flags = frame.flags & END_HEADERS
        frame.flags &= ~END_HEADERS
        return [frame, *rest]

    return rewrite


def octets(block: bytes) -> list[bytes]:
    """One octet each, up to a number that is no flood."""
    return [block[n : n + 1] for n in range(min(len(block), 30))] + ([block[30:]] if block[30:] else [])


def between_empty(block: bytes) -> list[bytes]:
    return [b"", block, b""]


def ended_apart(gate: Gate, frame: Frame) -> list[Frame] | None:
    """END_STREAM stands on an empty DATA of its own, unless trailers end the stream."""
    headed: set[int] = gate.notes.setdefault("headed", set())
    is_head = frame.type == HEADERS and frame.stream not in headed
    if frame.type == HEADERS:
        headed.add(frame.stream)
    if frame.has(END_STREAM) and (is_head or (frame.type == DATA and frame.payload)):
        frame.flags &= ~END_STREAM
        return [frame, Frame(DATA, END_STREAM, frame.stream)]
    return None


def among_empty(gate: Gate, frame: Frame) -> list[Frame] | None:
    """DATA of nothing in front of each DATA."""
    if frame.type == DATA:
        return [Frame(DATA, 0, frame.stream), frame]
    return None


def in_octets(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Short content goes out in DATA of one octet, long content in DATA of odd sizes."""
    if frame.type != DATA or len(frame.payload) < 2:
        return None
    step = 1 if len(frame.payload) <= 100 else 1 + len(frame.payload) // 7
    pieces = [
        Frame(DATA, 0, frame.stream, frame.payload[n : n + step]) for n in range(0, len(frame.payload), step)
    ]
    pieces[-1].flags = frame.flags
    return pieces


def with_priority(gate: Gate, frame: Frame) -> None:
    if frame.type == HEADERS:
        frame.flags |= PRIORITY_FLAG
        frame.payload = bytes(4) + b"\x0f" + frame.payload


def among_priority(gate: Gate, frame: Frame) -> list[Frame] | None:
    """PRIORITY may come in any state of a stream."""
    if frame.stream and frame.type != CONTINUATION and frame.has(END_HEADERS):
        return [Frame(PRIORITY, 0, frame.stream, bytes(4) + b"\x0f"), frame]
    if frame.stream and frame.type in (DATA, RST_STREAM):
        return [frame, Frame(PRIORITY, 0, frame.stream, bytes(4) + b"\xff")]
    return None


ROWS: tuple[Row, ...] = (
    ("pads", "RFC 9113 6.1, 6.2", "HEADERS, DATA and PUSH_PROMISE are padded, inside the windows",
     {"incoming": credited, "outgoing": padded}),
    ("continues-octet-by-octet", "RFC 9113 6.10", "field blocks go out in CONTINUATIONs of one octet",
     {"outgoing": fragments(octets)}),
    ("continues-with-nothing", "RFC 9113 6.10",
     "HEADERS and the last CONTINUATION hold nothing of the field block",
     {"outgoing": fragments(between_empty)}),
    ("ends-streams-apart", "RFC 9113 8.1",
     "END_STREAM stands on an empty DATA, also where there is no content",
     {"outgoing": ended_apart}),
    ("sends-empty-data", "RFC 9113 6.1", "an empty DATA stands in front of each DATA",
     {"outgoing": among_empty}),
    ("sends-single-octets", "RFC 9113 6.1", "content goes out in DATA of one octet, or of odd sizes",
     {"outgoing": in_octets, "server": limited(window_update_burst=1 << 20, glitch_burst=1 << 20)}),
    ("sends-old-priorities", "RFC 9113 6.2, 6.3", "HEADERS have the PRIORITY flag",
     {"outgoing": with_priority}),
    ("sends-priority-frames", "RFC 9113 6.3", "PRIORITY frames stand around all others of a stream",
     {"outgoing": among_priority}),
)  # fmt: skip

VARIANTS = variants(ROWS)
