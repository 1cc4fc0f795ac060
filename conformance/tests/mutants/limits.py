"""Mutants of limits: streams and field lists (RFC 9113 5.1.2, 10.5.1)."""

from collections.abc import Callable
from typing import Any

from nghttp2.codes import ErrorCode
from nghttp2.errors import StreamFault

from .gate import Gate
from .model import Fault, Row, mutants
from .rewriting import without_setting
from .wire import END_HEADERS, HEADERS, OK, PRIORITY, RST_STREAM, Frame


def never_freed(kind: str) -> Callable[[Gate], None]:
    """Streams that ended in one way go on to count for the limit."""

    def prepare(gate: Gate) -> None:
        streams = gate.connection.streams
        plain = gate.connection._close

        def close(stream: Any, error_code: int) -> None:
            counted = stream.is_counted and stream.id % 2 == 1
            cancelled = gate.current is not None and gate.current.type == RST_STREAM
            plain(stream, error_code)
            if counted and cancelled == (kind == "reset"):
                streams.remote_count += 1

        gate.replace("_close", lambda _: close)

    return prepare


def counting_idle(gate: Gate, frame: Frame) -> None:
    if frame.type == PRIORITY and len(frame.payload) == 5 and gate.is_idle(frame.stream):
        gate.connection.streams.remote_count += 1


def refusing_with(code: ErrorCode) -> Callable[[Gate, Fault], Fault]:
    def fault(gate: Gate, fault: Fault) -> Fault:
        if isinstance(fault, StreamFault) and fault.error_code == ErrorCode.REFUSED_STREAM:
            return StreamFault(fault.stream_id, code, fault.reason)
        return fault

    return fault


def answering_and_refusing(gate: Gate, fault: Fault) -> Fault:
    if isinstance(fault, StreamFault) and fault.error_code == ErrorCode.REFUSED_STREAM:
        gate.connection._write(bytes(Frame(HEADERS, END_HEADERS, fault.stream_id, OK)))
    return fault


def limit_of_all(gate: Gate, frame: Frame) -> list[Frame] | None:
    """The limit counts the streams of all connections."""
    if frame.type == HEADERS and gate.is_idle(frame.stream):
        count = sum(other.connection.streams.remote_count for other in gate.others)
        if count >= 100 and gate.connection.streams.remote_count < 100:
            gate.reset(frame.stream, 7)
            return []
    return None


def no_431(gate: Gate) -> None:
    def make(plain: Callable[..., None]) -> Callable[..., None]:
        def answer(stream_id: int, status: int, *others: Any) -> None:
            if status != 431:
                plain(stream_id, status, *others)

        return answer

    gate.replace("_answer", make)


def cancel_431(gate: Gate) -> None:
    def make(plain: Callable[..., None]) -> Callable[..., None]:
        def answer(stream_id: int, status: int, end_stream: bool, error_code: int = 0) -> None:
            if status != 431:
                plain(stream_id, status, end_stream, error_code)
            else:
                gate.connection._write(bytes(Frame(RST_STREAM, 0, stream_id, b"\0\0\0\x08")))

        return answer

    gate.replace("_answer", make)
    gate.replace(
        "_trailers",
        lambda plain: lambda stream, end, fields: large_trailers(gate, plain, stream, end, fields),
    )


def large_trailers(gate: Gate, plain: Callable[..., Any], stream: Any, end: bool, fields: Any) -> Any:
    if sum(len(name) + len(value) + 32 for name, value in fields) > 65_536:
        gate.connection.reset(stream, ErrorCode.CANCEL)
        return None
    return plain(stream, end, fields)


ROWS: tuple[Row, ...] = (
    ("has-a-lower-stream-limit", "RFC 9113 5.1.2", "one stream fewer than announced is served",
     ("5.1.2-concurrency/at-the-limit",),
     ("rfc9218-priority-update/idle-and-active-streams-over-the-limit",
      "rfc9218-priority-update/idle-streams-at-the-limit",
      "rfc9218-priority-update/more-idle-streams-than-the-limit"),
     {"prepare": lambda gate: gate.limit(max_concurrent_streams=99)}),
    ("counts-finished-streams", "RFC 9113 5.1.2", "finished streams count for the limit",
     ("5.1.2-concurrency/finished-streams-do-not-count",),
     ("5.1.2-concurrency/data-of-a-refused-stream", "5.1.2-concurrency/half-closed-streams-over-the-limit",
      "5.1.2-concurrency/split-request-over-the-limit", "5.1.2-concurrency/streams-in-error-make-room",
      "5.1.2-concurrency/table-after-a-refused-stream"),
     {"prepare": never_freed("finished")}),
    ("counts-reset-streams", "RFC 9113 5.1.2", "cancelled streams count for the limit",
     ("5.1.2-concurrency/reset-streams-do-not-count",),
     ("5.1.2-concurrency/open-streams-over-the-limit",),
     {"prepare": never_freed("reset")}),
    ("counts-idle-streams", "RFC 9113 5.1.2", "idle streams with a priority count for the limit",
     ("5.1.2-concurrency/idle-streams-do-not-count",), (), {"incoming": counting_idle}),
    ("refuses-with-cancel", "RFC 9113 5.1.2", "a stream above the limit is reset with CANCEL",
     ("situation:stream-limit-exceeded",), (), {"fault": refusing_with(ErrorCode.CANCEL)}),
    ("answers-and-refuses", "RFC 9113 8.7", "a stream above the limit is answered before it is refused",
     ("8.7-request-reliability/refused-stream-has-no-response",), (), {"fault": answering_and_refusing}),
    ("limits-all-connections-together", "RFC 9113 5.1.2", "the limit counts the streams of all connections",
     ("5.1.2-concurrency/limit-on-one-connection",), (), {"incoming": limit_of_all}),
    ("answers-no-large-lists", "RFC 9113 10.5.1", "a field list above the limit is read and never answered",
     ("situation:field-list-over-limit",), ("situation:field-list-*",), {"prepare": no_431}),
    ("resets-large-lists-with-cancel", "RFC 9113 10.5.1", "a field list above the limit is reset with CANCEL",
     ("situation:field-list-too-large",), ("situation:field-list-*",),
     {"prepare": cancel_431}),
    ("pushes-above-the-limit", "RFC 9113 5.1.2", "MAX_CONCURRENT_STREAMS of the client is not heeded",
     ("5.1.2-concurrency/client-limit-zero", "8.4-server-push/no-pushed-response-over-the-limit"),
     ("5.1-stream-states-reserved/data", "5.1-stream-states-reserved/rst-stream"),
     {"incoming": without_setting(3)}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
