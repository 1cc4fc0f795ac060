"""Mutants that do not see a frame at the wrong time or with a wrong value (RFC 9113 3.4, 5.1, 6)."""

from collections.abc import Callable

from nghttp2.stream_state import State

from .gate import Gate
from .model import Mutant, Rewrite, Row, mutants
from .rewriting import Matching, changed, is_settings, lost, of
from .wire import (
    ACK,
    CONTINUATION,
    DATA,
    HEADERS,
    MAX_31,
    PREFACE,
    PRIORITY_UPDATE,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Frame,
)


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


def late_blocks(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Lose HEADERS behind END_STREAM and what continues them."""
    if frame.type == HEADERS:
        gate.notes["late"] = gate.state(frame.stream) == 5
    is_late = gate.notes.get("late") and frame.type in (HEADERS, CONTINUATION)
    return [] if is_late else None


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
     ("situation:window-update-zero-on-stream",),
     ("5.1-stream-states-closed/data-after-the-seen-server-reset",
      "5.1-stream-states-idle/no-answer-on-an-idle-stream"), lost(increment_is_zero(True))),
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
     ("situation:data-on-idle",), ("6.2-headers/data-inside-a-block",),
     lost(on_idle(DATA, (State.IDLE, State.RESERVED_LOCAL)))),
    ("drops-window-update-on-idle", "RFC 9113 5.1", "WINDOW_UPDATE on an idle stream is dropped",
     ("situation:window-update-on-idle",), (), lost(on_idle(WINDOW_UPDATE))),
    ("drops-rst-stream-on-idle", "RFC 9113 6.4", "RST_STREAM on an idle stream is dropped",
     ("situation:rst-stream-on-idle",), ("6.2-headers/rst-stream-inside-a-block",),
     lost(on_idle(RST_STREAM))),
    ("drops-data-on-half-closed", "RFC 9113 5.1", "DATA behind END_STREAM is dropped",
     ("situation:data-on-half-closed-remote",), (), lost(state_of_half_closed(DATA))),
    ("drops-headers-on-half-closed", "RFC 9113 5.1", "HEADERS behind END_STREAM is dropped",
     ("situation:headers-on-half-closed-remote",
      "situation:headers-without-end-stream-on-half-closed-remote"),
     ("5.4-errors/stream-error-and-decoding-error",), late_blocks),
    ("drops-headers-on-even-streams", "RFC 9113 5.1.1", "HEADERS on an even stream is dropped",
     ("situation:headers-even-id",), (), lost(even)),
    ("drops-headers-on-skipped-streams", "RFC 9113 5.1.1",
     "HEADERS on a stream that was passed over is dropped",
     ("situation:headers-lower-id",), (), lost(lower)),
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
        touches=("3.4-preface/wrong-preface-beside-another-connection",),
    ),
]
