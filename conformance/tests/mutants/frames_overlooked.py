"""Mutants that do not see a frame of the wrong shape: it is put right or dropped (RFC 9113 4, 6)."""

from .gate import Gate
from .model import Mutant, Row, mutants
from .rewriting import Matching, changed, lost, of
from .wire import (
    ACK,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    GOOD_REQUEST,
    HEADERS,
    KNOWN,
    MAX_FRAME_SIZE,
    PADDED,
    PING,
    PRIORITY,
    PRIORITY_FLAG,
    PRIORITY_UPDATE,
    PUSH_PROMISE,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Frame,
)

LENGTHS = {PRIORITY: 5, RST_STREAM: 4, PING: 8, WINDOW_UPDATE: 4}


def to_connection(gate: Gate, frame: Frame) -> None:
    frame.stream = 0


def wrong_length(kind: int) -> Matching:
    return lambda gate, frame: frame.type == kind and len(frame.payload) != LENGTHS[kind]


def to_length(gate: Gate, frame: Frame) -> None:
    size = LENGTHS[frame.type]
    filler = (1).to_bytes(size, "big")
    frame.payload = frame.payload[:size] if len(frame.payload) > size else filler
    if frame.type == WINDOW_UPDATE:
        frame.payload = filler


def oversized(kind: int, *, on_stream: bool | None = None) -> Matching:
    right = of(kind, on_stream=on_stream)
    return lambda gate, frame: right(gate, frame) and len(frame.payload) > MAX_FRAME_SIZE


def oversized_on_connection(gate: Gate, frame: Frame) -> bool:
    return len(frame.payload) > MAX_FRAME_SIZE and frame.stream == 0 and frame.type != SETTINGS


def cut(gate: Gate, frame: Frame) -> None:
    """Put a good block or as much as fits in the place of too much."""
    if frame.type in (HEADERS, CONTINUATION):
        is_trailers = frame.type == CONTINUATION or not gate.is_idle(frame.stream)
        frame.payload = b"" if is_trailers else GOOD_REQUEST
        frame.flags &= END_STREAM | END_HEADERS
    elif frame.type == SETTINGS:
        frame.payload = b""
    else:
        frame.payload = frame.payload[: LENGTHS.get(frame.type, MAX_FRAME_SIZE)]


def bad_settings(gate: Gate, frame: Frame) -> None:
    """Cut SETTINGS to whole entries, an acknowledgement to nothing."""
    if frame.has(ACK):
        frame.payload = b""
    else:
        frame.payload = frame.payload[: len(frame.payload) // 6 * 6]


def pad_empty(kind: int) -> Matching:
    return lambda gate, frame: frame.type == kind and frame.has(PADDED) and not frame.payload


def pad_too_long(kind: int) -> Matching:
    return lambda gate, frame: (
        frame.type == kind
        and frame.has(PADDED)
        and bool(frame.payload)
        and frame.payload[0] >= len(frame.payload)
    )


def unpadded(gate: Gate, frame: Frame) -> None:
    frame.flags &= ~(PADDED | PRIORITY_FLAG)
    frame.payload = frame.payload[1:]
    if frame.type == HEADERS:
        frame.payload = GOOD_REQUEST if gate.is_idle(frame.stream) else b""


def priority_too_short(gate: Gate, frame: Frame) -> bool:
    if frame.type != HEADERS or not frame.has(PRIORITY_FLAG):
        return False
    room = len(frame.payload)
    if frame.has(PADDED) and frame.payload:
        room -= 1 + frame.payload[0]
    return 0 <= room < 5


def unknown_inside_block(gate: Gate, frame: Frame) -> bool:
    return bool(gate.block) and (frame.type not in KNOWN or frame.type == PRIORITY_UPDATE)


def held_back(gate: Gate, frame: Frame) -> list[Frame]:
    """Keep what comes inside a field block until the block has ended."""
    kept: list[Frame] = gate.notes.setdefault("kept", [])
    if gate.block and frame.type != CONTINUATION and frame.type in KNOWN - {PRIORITY_UPDATE}:
        if frame.type != PUSH_PROMISE:
            kept.append(Frame(frame.type, frame.flags, frame.stream, frame.payload))
        frame.type = 0xFF  # the gate does not follow it either
        return []
    if gate.block and frame.has(END_HEADERS):
        frames, kept[:] = [frame, *kept], []
        return frames
    return [frame]


def to_block(gate: Gate, frame: Frame) -> list[Frame]:
    """Take a CONTINUATION of stream 0 for that of the open block."""
    if frame.type != CONTINUATION or frame.stream:
        return [frame]
    frame.stream = gate.block
    return [frame] if gate.block else []


def to_other_block(gate: Gate, frame: Frame) -> None:
    if frame.type == CONTINUATION and frame.stream and gate.block:
        frame.stream = gate.block


def reset_inside_trailers(gate: Gate, frame: Frame) -> bool:
    return frame.type == RST_STREAM and 0 < frame.stream == gate.block and not gate.is_idle(gate.block)


def orphaned(gate: Gate, frame: Frame) -> bool:
    return frame.type == CONTINUATION and not gate.block and bool(frame.stream)


ROWS: tuple[Row, ...] = (
    ("takes-ping-on-a-stream", "RFC 9113 6.7", "PING on a stream is taken for one on the connection",
     ("situation:ping-on-stream",), (), changed(of(PING, on_stream=True), to_connection)),
    ("takes-settings-on-a-stream", "RFC 9113 6.5", "SETTINGS on a stream is taken for one on the connection",
     ("situation:settings-on-stream",), (), changed(of(SETTINGS, on_stream=True), to_connection)),
    ("takes-goaway-on-a-stream", "RFC 9113 6.8", "GOAWAY on a stream is taken for one on the connection",
     ("situation:goaway-on-stream",), (), changed(of(GOAWAY, on_stream=True), to_connection)),
    ("takes-priority-update-on-a-stream", "RFC 9218 7.1",
     "PRIORITY_UPDATE on a stream is taken for one on the connection",
     ("situation:priority-update-on-stream",), (),
     changed(of(PRIORITY_UPDATE, on_stream=True), to_connection)),
    ("drops-data-on-stream-0", "RFC 9113 6.1", "DATA on stream 0 is dropped",
     ("situation:data-on-stream-0",), (), lost(of(DATA, on_stream=False))),
    ("drops-headers-on-stream-0", "RFC 9113 6.2", "HEADERS on stream 0 is dropped",
     ("situation:headers-on-stream-0",), (), lost(of(HEADERS, on_stream=False))),
    ("drops-priority-on-stream-0", "RFC 9113 6.3", "PRIORITY on stream 0 is dropped",
     ("situation:priority-on-stream-0", "6.3-priority/on-stream-0-with-bad-length"), (),
     lost(of(PRIORITY, on_stream=False))),
    ("drops-rst-stream-on-stream-0", "RFC 9113 6.4", "RST_STREAM on stream 0 is dropped",
     ("situation:rst-stream-on-stream-0", "6.4-rst-stream/on-stream-0-with-bad-length"), (),
     lost(of(RST_STREAM, on_stream=False))),
    ("takes-continuation-on-stream-0", "RFC 9113 6.10",
     "CONTINUATION on stream 0 belongs to the open field block, or is dropped",
     ("situation:continuation-on-stream-0",), (), to_block),
    ("takes-continuation-of-another-stream", "RFC 9113 6.10",
     "CONTINUATION on another stream belongs to the open field block",
     ("situation:continuation-on-other-stream",), (), to_other_block),
    ("drops-orphaned-continuation", "RFC 9113 6.10", "CONTINUATION without a field block is dropped",
     ("situation:continuation-without-field-block",), (), lost(orphaned)),
    ("drops-rst-stream-inside-trailers", "RFC 9113 6.2",
     "RST_STREAM inside a trailer block of its own stream is dropped",
     ("6.2-headers/rst-stream-inside-a-trailer-block",), (), lost(reset_inside_trailers)),
    ("drops-unknown-frames-inside-a-block", "RFC 9113 5.5, 6.10",
     "frames of unknown type inside a field block are dropped",
     ("situation:unknown-frame-in-field-block",), (), lost(unknown_inside_block)),
    ("takes-ping-of-any-length", "RFC 9113 6.7", "a PING is cut or filled to 8 octets",
     ("situation:ping-bad-length", "!5.4-errors/two-faults-in-one-frame"), (),
     changed(wrong_length(PING), to_length)),
    ("takes-rst-stream-of-any-length", "RFC 9113 6.4", "a RST_STREAM is cut or filled to 4 octets",
     ("situation:rst-stream-bad-length",), ("4.2-frame-size/rst-stream-over-the-limit",),
     changed(lambda gate, frame: wrong_length(RST_STREAM)(gate, frame) and frame.stream > 0, to_length)),
    ("takes-window-update-of-any-length", "RFC 9113 6.9",
     "a WINDOW_UPDATE of another length counts as an increment of 1",
     ("situation:window-update-bad-length",), (), changed(wrong_length(WINDOW_UPDATE), to_length)),
    ("drops-priority-of-other-lengths", "RFC 9113 6.3", "a PRIORITY of another length is dropped",
     ("situation:priority-bad-length", "situation:priority-bad-length-idle"),
     ("4.2-frame-size/priority-over-the-limit",),
     lost(lambda gate, frame: wrong_length(PRIORITY)(gate, frame) and frame.stream > 0)),
    ("takes-settings-of-any-length", "RFC 9113 6.5",
     "SETTINGS are cut to whole entries, their acknowledgement to nothing",
     ("situation:settings-bad-length", "situation:settings-ack-with-payload"), (),
     changed(of(SETTINGS), bad_settings)),
    ("drops-short-goaway", "RFC 9113 6.8", "a GOAWAY of fewer than 8 octets is dropped",
     ("situation:goaway-bad-length",), (),
     lost(lambda gate, frame: frame.type == GOAWAY and len(frame.payload) < 8)),
    ("drops-short-priority-update", "RFC 9113 4.2", "a PRIORITY_UPDATE of fewer than 4 octets is dropped",
     ("situation:priority-update-too-short",), (),
     lost(lambda gate, frame: frame.type == PRIORITY_UPDATE and len(frame.payload) < 4)),
    ("drops-push-promise", "RFC 9113 8.4", "PUSH_PROMISE of a client is dropped",
     ("situation:push-promise-from-client", "situation:oversized-push-promise"),
     ("6.2-headers/push-promise-inside-a-block",), lost(of(PUSH_PROMISE))),
    ("takes-padded-data-without-padding", "RFC 9113 4.2", "an empty DATA with PADDED is an empty DATA",
     ("situation:padded-empty-data",), (), changed(pad_empty(DATA), unpadded)),
    ("takes-padded-headers-without-padding", "RFC 9113 4.2",
     "an empty HEADERS with PADDED is a plain request",
     ("situation:padded-empty-headers",), (), changed(pad_empty(HEADERS), unpadded)),
    ("takes-data-with-too-much-padding", "RFC 9113 6.1",
     "DATA whose padding does not fit is taken without padding",
     ("situation:data-pad-too-long",), (), changed(pad_too_long(DATA), unpadded)),
    ("takes-headers-with-too-much-padding", "RFC 9113 6.2",
     "HEADERS whose padding does not fit is taken without padding",
     ("situation:headers-pad-too-long",), (), changed(pad_too_long(HEADERS), unpadded)),
    ("takes-headers-with-cut-priority", "RFC 9113 4.2",
     "HEADERS too short for its priority fields is a plain request",
     ("situation:headers-priority-too-short", "situation:headers-pad-and-priority-do-not-fit"), (),
     changed(priority_too_short, unpadded)),
    ("cuts-oversized-data", "RFC 9113 4.2", "DATA above MAX_FRAME_SIZE is cut",
     ("situation:oversized-data",), (), changed(oversized(DATA), cut)),
    ("cuts-oversized-priority", "RFC 9113 4.2", "PRIORITY above MAX_FRAME_SIZE is cut to 5 octets",
     ("situation:oversized-priority",), (), changed(oversized(PRIORITY), cut)),
    ("cuts-oversized-rst-stream", "RFC 9113 4.2", "RST_STREAM above MAX_FRAME_SIZE is cut to 4 octets",
     ("situation:oversized-rst-stream",), (), changed(oversized(RST_STREAM), cut)),
    ("takes-oversized-headers", "RFC 9113 4.2", "HEADERS above MAX_FRAME_SIZE is a plain request or trailers",
     ("situation:oversized-headers",), (), changed(oversized(HEADERS), cut)),
    ("takes-oversized-continuation", "RFC 9113 4.2", "CONTINUATION above MAX_FRAME_SIZE is an empty one",
     ("situation:oversized-continuation",), (), changed(oversized(CONTINUATION), cut)),
    ("takes-oversized-settings", "RFC 9113 4.2", "SETTINGS above MAX_FRAME_SIZE are empty ones",
     ("situation:oversized-settings",), (), changed(oversized(SETTINGS), cut)),
    ("drops-oversized-connection-frames", "RFC 9113 4.2",
     "GOAWAY and unknown types above MAX_FRAME_SIZE on the connection are dropped",
     ("situation:oversized-connection-frame",), (), lost(oversized_on_connection)),
)  # fmt: skip

MUTANTS = [
    *mutants(ROWS, "incoming"),
    Mutant(
        "holds-frames-inside-a-block",
        "RFC 9113 6.2, 6.10",
        "other frames inside a field block wait until it has ended",
        ("situation:frame-inside-field-block",),
        prepare=lambda gate: gate.limit(header_block_timeout=None),
        incoming=held_back,
    ),
]
