"""Variants that say more than they are asked for: unknown frames, PINGs, extensions (RFC 9113 5.5)."""

from ..mutants.gate import Gate
from ..mutants.wire import (
    ACK,
    ALTSVC,
    CONTINUATION,
    DATA,
    END_HEADERS,
    HEADERS,
    ORIGIN,
    PING,
    PUSH_PROMISE,
    SETTINGS,
    Frame,
)
from .model import Row, variants


def outside_blocks(gate: Gate, frame: Frame) -> bool:
    """Tell whether a frame may stand in front of this one: not inside a field block, not before SETTINGS."""
    first = not gate.notes.setdefault("begun", False)
    gate.notes["begun"] = True
    return frame.type != CONTINUATION and not first


def among_unknown(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Unknown types on the connection, and on streams that the server has not ended."""
    if not outside_blocks(gate, frame):
        return None
    before = [Frame(0xFA, 0xFF, 0, b"hello"), Frame(0x0B, 0x05, 0)]
    if frame.type in (HEADERS, DATA) and frame.stream:
        before += [Frame(0xE0, 0x2D, frame.stream, bytes(300)), Frame(0x7B, 0, frame.stream)]
    return [*before, frame]


def behind_unknown(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type in (HEADERS, PUSH_PROMISE, CONTINUATION) and not frame.has(END_HEADERS):
        return None
    return [frame, Frame(0x2A + 0x1F, 0x01, 0, bytes(16_384))]


def among_pings(gate: Gate, frame: Frame) -> list[Frame] | None:
    """PING in front of every frame but SETTINGS and the answers to PING."""
    if not outside_blocks(gate, frame) or frame.type == PING:
        return None
    count = gate.notes["pings"] = gate.notes.get("pings", 0) + 1
    return [Frame(PING, 0, 0, count.to_bytes(8, "big")), frame] if count < 50 else None


def same_pings(gate: Gate, frame: Frame) -> list[Frame] | None:
    """PING with the payload of the client's own, behind its answer."""
    if frame.type == PING and frame.has(ACK):
        return [frame, Frame(PING, 0, 0, frame.payload)]
    return None


def own_extensions(gate: Gate, frame: Frame) -> list[Frame] | None:
    """ALTSVC and ORIGIN on the connection, ALTSVC on the stream of a response."""
    if frame.type == SETTINGS and not frame.has(ACK):
        origin = b"http://localhost"
        return [
            frame,
            Frame(ORIGIN, 0, 0, len(origin).to_bytes(2, "big") + origin),
            Frame(ALTSVC, 0, 0, len(origin).to_bytes(2, "big") + origin + b'h2="localhost:81"'),
        ]
    if frame.type == HEADERS and frame.stream % 2:
        return [Frame(ALTSVC, 0, frame.stream, b"\0\0clear"), frame]
    return None


ROWS: tuple[Row, ...] = (
    ("sends-unknown-frames", "RFC 9113 4.1, 5.5", "frames of unknown types stand in front of all others",
     {"outgoing": among_unknown}),
    ("sends-large-unknown-frames", "RFC 9113 4.1, 5.5",
     "a frame of unknown type and full size follows each other",
     {"outgoing": behind_unknown}),
    ("sends-pings", "RFC 9113 6.7", "a PING stands in front of each frame", {"outgoing": among_pings}),
    ("sends-the-same-pings", "RFC 9113 6.7", "each answered PING is sent back as one of the server's own",
     {"outgoing": same_pings}),
    ("sends-altsvc-and-origin", "RFC 7838 4, RFC 8336 2", "ALTSVC and ORIGIN are sent unasked",
     {"outgoing": own_extensions}),
)  # fmt: skip

VARIANTS = variants(ROWS)
