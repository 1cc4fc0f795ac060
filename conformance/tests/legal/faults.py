"""Variants that report faults in other ways that RFC 9113 5.4 allows."""

from collections.abc import Callable
from typing import Any

from nghttp2.codes import ErrorCode
from nghttp2.errors import ConnectionFault, MalformedFault, StreamFault
from nghttp2.stream_state import State

from ..mutants.gate import Gate
from ..mutants.model import Fault, Rewrite
from ..mutants.wire import END_HEADERS, END_STREAM, GOAWAY, HEADERS, MAX_31, RST_STREAM, Frame, goaway
from .model import Hooks, Row, variants


def escalated(gate: Gate, fault: Fault) -> Fault:
    """Every stream error ends the connection."""
    if isinstance(fault, StreamFault):
        return ConnectionFault(fault.error_code, fault.reason)
    return fault


def as_code(code: ErrorCode, when: Callable[[Fault], bool] = lambda fault: True) -> Any:
    def change(gate: Gate, fault: Fault) -> Fault:
        if when(fault):
            fault.error_code = code
        return fault

    return change


def is_error(frame: Frame) -> bool:
    return frame.type == GOAWAY and frame.payload[4:8] != bytes(4)


def no_goaway(gate: Gate, frame: Frame) -> list[Frame] | None:
    return [] if is_error(frame) else None


def two_goaways(gate: Gate, frame: Frame) -> list[Frame] | None:
    """NO_ERROR with the highest identifier, then the error."""
    return [goaway(MAX_31, 0), frame] if is_error(frame) else None


def goaway_again(gate: Gate, frame: Frame) -> list[Frame] | None:
    return [frame, frame] if is_error(frame) else None


def debug(data: bytes) -> Rewrite:
    def rewrite(gate: Gate, frame: Frame) -> None:
        if frame.type == GOAWAY:
            frame.payload = frame.payload[:8] + data

    return rewrite


def resets_too(gate: Gate, fault: Fault) -> Fault:
    """Streams in work are reset before the connection ends."""
    if isinstance(fault, ConnectionFault):
        for stream in list(gate.connection.streams.live.values()):
            gate.connection.reset(stream, ErrorCode.CANCEL)
    return fault


def malformed_status(status: int) -> Hooks:
    """All malformed requests are answered with this status, or 0: reset."""

    def prepare(gate: Gate) -> None:
        def make(check: Callable[[int, Any], Any]) -> Callable[[int, Any], Any]:
            def checked(stream: int, fields: Any) -> Any:
                try:
                    return check(stream, fields)
                except MalformedFault as fault:
                    fault.status = status
                    raise

            return checked

        class Check:
            """Stands between the server and its checks."""

            def __init__(self, plain: Any) -> None:
                self.request = make(plain.request)
                self.trailers = plain.trailers

        gate.connection._check = Check(gate.connection._check)  # type: ignore[assignment]

    return {"prepare": prepare}


def answers_400(gate: Gate, fault: Fault) -> Fault | None:
    """A request that proves malformed late is answered, too, if nothing was said yet."""
    if not isinstance(fault, MalformedFault):
        return fault
    stream = gate.connection.streams.live.get(fault.stream_id)
    if stream is None or stream.final_sent or not stream.can_send:
        return fault
    block, _ = gate.connection.response_block(400, None)
    gate.connection._write(bytes(Frame(HEADERS, END_HEADERS | END_STREAM, stream.id, block)))
    stream.final_sent = True
    return StreamFault(fault.stream_id, ErrorCode.NO_ERROR, fault.reason)


def closes_after_400(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Behind 400 the connection is closed gracefully."""
    if frame.type == HEADERS and frame.has(END_STREAM) and frame.payload[-1:] == b"\x8c":
        gate.server._is_finished = True
        gate.connection.is_terminated = True
        return [frame, goaway(gate.highest, 0)]
    return None


def closes_after_reset(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Behind a stream error the connection is closed gracefully, if nothing else is under way."""
    if frame.type == RST_STREAM and frame.payload != bytes(4) and not gate.connection.streams.live:
        gate.server._is_finished = True
        gate.connection.is_terminated = True
        return [frame, goaway(gate.highest, 0)]
    return None


def is_closed(gate: Gate, stream: int) -> bool:
    return gate.state(stream) >= State.CLOSED


def ignores_closed(gate: Gate, fault: Fault) -> Fault | None:
    """What comes on a closed stream is dropped."""
    frame = gate.current
    if fault.error_code == ErrorCode.STREAM_CLOSED and frame is not None and is_closed(gate, frame.stream):
        return None
    return fault


def ends_on_closed(gate: Gate, fault: Fault) -> Fault | None:
    frame = gate.current
    if fault.error_code == ErrorCode.STREAM_CLOSED and frame is not None and is_closed(gate, frame.stream):
        return ConnectionFault(ErrorCode.STREAM_CLOSED, fault.reason)
    return fault


def resets_closed(gate: Gate, fault: Fault) -> Fault | None:
    frame = gate.current
    if (
        isinstance(fault, ConnectionFault)
        and fault.error_code == ErrorCode.STREAM_CLOSED
        and frame is not None
        and is_closed(gate, frame.stream)
    ):
        return StreamFault(frame.stream, ErrorCode.STREAM_CLOSED, fault.reason)
    return fault


def refused(fault: Fault) -> bool:
    return isinstance(fault, StreamFault) and fault.error_code == ErrorCode.REFUSED_STREAM


def malformed(fault: Fault) -> bool:
    return isinstance(fault, MalformedFault)


ROWS: tuple[Row, ...] = (
    ("ends-the-connection", "RFC 9113 5.4.1", "every stream error is a connection error",
     {"fault": escalated}),
    ("says-protocol-error", "RFC 9113 5.4", "PROTOCOL_ERROR stands for every code",
     {"fault": as_code(ErrorCode.PROTOCOL_ERROR)}),
    ("says-internal-error", "RFC 9113 5.4", "INTERNAL_ERROR stands for every code",
     {"fault": as_code(ErrorCode.INTERNAL_ERROR, lambda fault: not refused(fault)),
      "witnesses": ("5.4-errors/ten-stream-errors",)}),
    ("refuses-with-protocol-error", "RFC 9113 5.1.2", "streams above the limit are reset with PROTOCOL_ERROR",
     {"fault": as_code(ErrorCode.PROTOCOL_ERROR, refused)}),
    ("closes-without-goaway", "RFC 9113 5.4.1", "a connection error shows as a close alone",
     {"outgoing": no_goaway,
      "excused": {"9.1-connection-management/goaway-before-the-close": "RFC 9113 6.8: a SHOULD"}}),
    ("says-goaway-twice", "RFC 9113 6.8", "GOAWAY with NO_ERROR stands in front of that with the error",
     {"outgoing": two_goaways, "witnesses": ("5.4-errors/one-goaway", "5.4-errors/two-faults-in-one-frame")}),
    ("repeats-goaway", "RFC 9113 5.4, 6.8", "GOAWAY with an error is sent twice",
     {"outgoing": goaway_again,
      "excused": {"5.4-errors/one-goaway": "RFC 9113 5.4: at most one connection error is a SHOULD"},
      "witnesses": ("5.4-errors/two-faults-in-one-frame",)}),
    ("explains-at-length", "RFC 9113 6.8", "GOAWAY has 10,000 octets of debug data",
     {"outgoing": debug(b"because " * 1250)}),
    ("explains-nothing", "RFC 9113 6.8", "GOAWAY has no debug data", {"outgoing": debug(b"")}),
    ("resets-streams-before-goaway", "RFC 9113 5.4.1", "streams are reset before a connection error is told",
     {"fault": resets_too}),
    ("resets-malformed-requests", "RFC 9113 8.1.1", "no malformed request is answered", malformed_status(0)),
    ("answers-malformed-requests", "RFC 9113 8.1.1", "every malformed request is answered 400",
     {**malformed_status(400), "fault": answers_400}),
    ("answers-with-a-reason", "RFC 9113 8.1.1", "every malformed request is answered 422",
     {**malformed_status(422)}),
    ("closes-behind-400", "RFC 9113 6.8, 8.1.1", "the connection ends gracefully behind an answer of 400",
     {**malformed_status(400), "outgoing": closes_after_400,
      "witnesses": ("8.1.1-content-length/*", "8.3.1-request-pseudo-fields/options-asterisk-without-host",
      "6.9-window-update/credit-behind-a-malformed-request")}),
    ("closes-behind-stream-errors", "RFC 9113 6.8, 5.4.2",
     "the connection ends gracefully behind a stream error, when no stream is left",
     {"outgoing": closes_after_reset,
      "witnesses": ("5.1-stream-states-closed/*", "4.3-field-blocks/split-trailers-*")}),
    ("ignores-closed-streams", "RFC 9113 5.1", "frames on closed streams are dropped",
     {"fault": ignores_closed}),
    ("ends-on-closed-streams", "RFC 9113 5.1", "DATA and HEADERS on closed streams end the connection",
     {"fault": ends_on_closed}),
    ("resets-closed-streams", "RFC 9113 5.1", "DATA and HEADERS on closed streams bring RST_STREAM",
     {"fault": resets_closed}),
)  # fmt: skip

VARIANTS = variants(ROWS)
