"""Mutants that do not see a faulty frame: it is put right or dropped before the server looks at it."""

from collections.abc import Callable

from nghttp2.stream_state import State

from .gate import Gate
from .model import Mutant, Rewrite, Row, mutants
from .rewriting import Matching, changed, is_settings, lost, of
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
    MAX_31,
    MAX_FRAME_SIZE,
    PADDED,
    PING,
    PREFACE,
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


def clamped(setting: int, low: int, high: int) -> Rewrite:
    def rewrite(gate: Gate, frame: Frame) -> None:
        if frame.type == SETTINGS and not frame.has(ACK) and len(frame.payload) % 6 == 0:
            frame.settings = [
                (number, min(max(value, low), high) if number == setting else value)
                for number, value in frame.settings
            ]

    return rewrite


def overflowing_settings(gate: Gate, frame: Frame) -> None:
    live = gate.connection.streams.live.values()
    now = gate.connection.remote.initial_window_size
    frame.settings = [
        (number, value)
        for number, value in frame.settings
        if number != 4 or all(stream.send_window + value - now <= MAX_31 for stream in live)
    ]


def increment_is_zero(on_stream: bool) -> Matching:
    right = of(WINDOW_UPDATE, on_stream=on_stream)
    return lambda gate, frame: right(gate, frame) and len(frame.payload) == 4 and not frame.number & MAX_31


def overflows(on_stream: bool) -> Matching:
    def seen(gate: Gate, frame: Frame) -> bool:
        if frame.type != WINDOW_UPDATE or bool(frame.stream) != on_stream or len(frame.payload) != 4:
            return False
        live = gate.connection.streams.live.get(frame.stream)
        window = gate.connection.send_window if not on_stream else live.send_window if live else 0
        return window + (frame.number & MAX_31) > MAX_31

    return seen


def on_idle(kind: int, states: tuple[State, ...] = (State.IDLE,)) -> Matching:
    return lambda gate, frame: (
        frame.type == kind and bool(frame.stream) and gate.state(frame.stream) in states
    )


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


def orphaned(gate: Gate, frame: Frame) -> bool:
    return frame.type == CONTINUATION and not gate.block and bool(frame.stream)


def even(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and bool(frame.stream) and frame.stream % 2 == 0


def lower(gate: Gate, frame: Frame) -> bool:
    streams = gate.connection.streams
    return (
        frame.type == HEADERS
        and frame.stream % 2 == 1
        and frame.stream < streams.last_remote_id
        and frame.stream not in streams.live
        and streams.was_skipped(frame.stream)
    )


def opened_by_settings(gate: Gate, frame: Frame) -> list[Frame] | None:
    if not gate.notes.setdefault("begun", False):
        gate.notes["begun"] = True
        if frame.type != SETTINGS:
            return [Frame(SETTINGS), frame]
    return None


def first_ack(gate: Gate, frame: Frame) -> None:
    if not gate.notes.setdefault("begun", False):
        gate.notes["begun"] = True
        frame.flags &= ~ACK


def state_of_half_closed(kind: int) -> Matching:
    """Tell frames on a stream that the client has ended and the server has not."""
    return lambda gate, frame: frame.type == kind and gate.state(frame.stream) == 5


def prioritized(frame: Frame) -> int:
    return frame.number & MAX_31


def update_for(is_right: Callable[[Gate, int], bool]) -> Matching:
    return lambda gate, frame: (
        frame.type == PRIORITY_UPDATE
        and not frame.stream
        and len(frame.payload) >= 4
        and is_right(gate, prioritized(frame))
    )


def over_stream_limit(gate: Gate, stream: int) -> bool:
    connection = gate.connection
    early = {item for item in connection._early_priorities if item > connection.streams.last_remote_id}
    return (
        stream % 2 == 1
        and gate.is_idle(stream)
        and len(early | {stream}) + connection.streams.remote_count > connection.limits.max_concurrent_streams
    )


def right_preface(octets: bytes) -> bytes:
    return PREFACE + octets if octets[:3] == b"\x00\x00\x00" or octets[3:4] == b"\x04" else PREFACE


ROWS: tuple[Row, ...] = (
    # name, rule, sentence, kills, touches, rewrite
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
    ("drops-unknown-frames-inside-a-block", "RFC 9113 5.5, 6.10",
     "frames of unknown type inside a field block are dropped",
     ("situation:unknown-frame-in-field-block",), (),
     lost(unknown_inside_block)),
    ("takes-ping-of-any-length", "RFC 9113 6.7", "a PING is cut or filled to 8 octets",
     ("situation:ping-bad-length", "!5.4-errors/two-faults-in-one-frame"), (),
     changed(wrong_length(PING), to_length)),
    ("takes-rst-stream-of-any-length", "RFC 9113 6.4", "a RST_STREAM is cut or filled to 4 octets",
     ("situation:rst-stream-bad-length",), (),
     changed(lambda gate, frame: wrong_length(RST_STREAM)(gate, frame) and frame.stream > 0, to_length)),
    ("takes-window-update-of-any-length", "RFC 9113 6.9",
     "a WINDOW_UPDATE of another length counts as an increment of 1",
     ("situation:window-update-bad-length",), (), changed(wrong_length(WINDOW_UPDATE), to_length)),
    ("drops-priority-of-other-lengths", "RFC 9113 6.3", "a PRIORITY of another length is dropped",
     ("situation:priority-bad-length", "situation:priority-bad-length-idle"),
     ("situation:priority-bad-length-closed", "5.4-errors/*"),
     lost(lambda gate, frame: wrong_length(PRIORITY)(gate, frame) and frame.stream > 0)),
    ("takes-settings-of-any-length", "RFC 9113 6.5",
     "SETTINGS are cut to whole entries, their acknowledgement to nothing",
     ("situation:settings-bad-length", "situation:settings-ack-with-payload"), (),
     changed(of(SETTINGS), bad_settings)),
    ("drops-short-goaway", "RFC 9113 6.8", "a GOAWAY of fewer than 8 octets is dropped",
     ("situation:goaway-bad-length",), (),
     lost(lambda gate, frame: frame.type == GOAWAY and len(frame.payload) < 8)),
    ("takes-any-enable-push", "RFC 9113 6.5.2", "ENABLE_PUSH above 1 counts as 1",
     ("situation:settings-enable-push-invalid",), (), clamped(2, 0, 1)),
    ("takes-any-initial-window", "RFC 9113 6.5.2", "INITIAL_WINDOW_SIZE above 2^31-1 counts as 2^31-1",
     ("situation:settings-initial-window-size-invalid",), (), clamped(4, 0, MAX_31)),
    ("takes-any-max-frame-size", "RFC 9113 6.5.2",
     "MAX_FRAME_SIZE out of its range counts as the nearest that is allowed",
     ("situation:settings-max-frame-size-invalid",), (), clamped(5, 1 << 14, (1 << 24) - 1)),
    ("takes-any-no-rfc7540-priorities", "RFC 9218 2.1", "NO_RFC7540_PRIORITIES above 1 counts as 1",
     ("situation:no-rfc7540-priorities-invalid",), (), clamped(9, 0, 1)),
    ("drops-overflowing-initial-window", "RFC 9113 6.9.2",
     "an INITIAL_WINDOW_SIZE that overflows a stream is left out",
     ("situation:settings-window-overflow",), (),
     changed(lambda gate, frame: is_settings(frame), overflowing_settings)),
    ("drops-window-update-0-on-a-stream", "RFC 9113 6.9", "a WINDOW_UPDATE of 0 on a stream is dropped",
     ("situation:window-update-zero-on-stream",), ("5.4-errors/*",), lost(increment_is_zero(True))),
    ("drops-window-update-0-on-the-connection", "RFC 9113 6.9",
     "a WINDOW_UPDATE of 0 on the connection is dropped",
     ("situation:window-update-zero-on-connection",), (), lost(increment_is_zero(False))),
    ("lets-stream-windows-overflow", "RFC 9113 6.9.1",
     "a WINDOW_UPDATE that overflows a stream's window is dropped",
     ("situation:stream-window-overflow",), (), lost(overflows(True))),
    ("lets-the-connection-window-overflow", "RFC 9113 6.9.1",
     "a WINDOW_UPDATE that overflows the connection's window is dropped",
     ("situation:connection-window-overflow",), (), lost(overflows(False))),
    ("drops-data-on-idle", "RFC 9113 5.1", "DATA on an idle or reserved stream is dropped",
     ("situation:data-on-idle",), (), lost(on_idle(DATA, (State.IDLE, State.RESERVED_LOCAL)))),
    ("drops-window-update-on-idle", "RFC 9113 5.1", "WINDOW_UPDATE on an idle stream is dropped",
     ("situation:window-update-on-idle",), (), lost(on_idle(WINDOW_UPDATE))),
    ("drops-rst-stream-on-idle", "RFC 9113 6.4", "RST_STREAM on an idle stream is dropped",
     ("situation:rst-stream-on-idle",), (), lost(on_idle(RST_STREAM))),
    ("drops-data-on-half-closed", "RFC 9113 5.1", "DATA behind END_STREAM is dropped",
     ("situation:data-on-half-closed-remote",), (), lost(state_of_half_closed(DATA))),
    ("drops-headers-on-half-closed", "RFC 9113 5.1", "HEADERS behind END_STREAM is dropped",
     ("situation:headers-on-half-closed-remote",
      "situation:headers-without-end-stream-on-half-closed-remote"),
     (), lost(state_of_half_closed(HEADERS))),
    ("drops-headers-on-even-streams", "RFC 9113 5.1.1", "HEADERS on an even stream is dropped",
     ("situation:headers-even-id",), (), lost(even)),
    ("drops-headers-on-skipped-streams", "RFC 9113 5.1.1",
     "HEADERS on a stream that was passed over is dropped",
     ("situation:headers-lower-id",), (), lost(lower)),
    ("drops-push-promise", "RFC 9113 8.4", "PUSH_PROMISE of a client is dropped",
     ("situation:push-promise-from-client", "situation:oversized-push-promise"),
     ("situation:frame-inside-field-block",), lost(of(PUSH_PROMISE))),
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
     ("situation:oversized-connection-frame",), (),
     lost(oversized_on_connection)),
    ("takes-frames-before-settings", "RFC 9113 3.4", "the client's SETTINGS may be missing",
     ("situation:first-frame-not-settings",), (), opened_by_settings),
    ("takes-ack-for-settings", "RFC 9113 3.4",
     "a SETTINGS acknowledgement may take the place of SETTINGS in the preface",
     ("situation:first-frame-settings-ack",), (), first_ack),
    ("drops-priority-update-for-stream-0", "RFC 9218 7.1", "PRIORITY_UPDATE for stream 0 is dropped",
     ("situation:priority-update-for-stream-0",), (), lost(update_for(lambda gate, stream: stream == 0))),
    ("drops-priority-update-for-idle-pushes", "RFC 9218 7.1",
     "PRIORITY_UPDATE for a push stream that is idle is dropped",
     ("situation:priority-update-for-idle-push",), (),
     lost(update_for(lambda gate, stream: stream > 0 and stream % 2 == 0 and gate.is_idle(stream)))),
    ("drops-priority-updates-over-the-limit", "RFC 9218 7.1",
     "PRIORITY_UPDATE for more idle streams than the limit is dropped",
     ("situation:priority-update-over-limit",), (), lost(update_for(over_stream_limit))),
)  # fmt: skip

MUTANTS = [
    *mutants(ROWS, "incoming"),
    Mutant(
        "takes-any-preface",
        "RFC 9113 3.4",
        "the first 24 octets may be anything",
        ("situation:wrong-preface", "!3.4-preface/wrong-preface-beside-another-connection"),
        opening=right_preface,
    ),
    Mutant(
        "holds-frames-inside-a-block",
        "RFC 9113 6.2, 6.10",
        "other frames inside a field block wait until it has ended",
        ("situation:frame-inside-field-block",),
        prepare=lambda gate: gate.limit(header_block_timeout=None),
        incoming=held_back,
    ),
]
