"""Mutants whose counts go wrong over time: credit and slots lost at errors (RFC 9113 5.1.2, 6.9)."""

from collections.abc import Callable
from typing import Any

from nghttp2.codes import ErrorCode
from nghttp2.errors import MalformedFault, StreamFault
from nghttp2.stream_state import State

from .gate import Gate
from .model import Fault, Row, mutants
from .wire import DATA, RST_STREAM, Frame

LATE_CREDIT = 40_000
"""Octets of an open request for which a mutant gives credit before it is complete."""


def credit_with_the_request(gate: Gate) -> None:
    """Content of a short request is given back when it is complete, and lost if it is reset before."""
    later: dict[int, int] = {}
    connection = gate.connection

    def consuming(plain: Callable[[Any, int], None]) -> Callable[[Any, int], None]:
        def consume(stream: Any, size: int) -> None:
            if stream.state != State.OPEN or not 0 < size <= stream.held:
                plain(stream, size)
                return
            stream.held -= size
            connection.held -= size
            connection._release_stream(stream, size)
            later[stream.id] = later.get(stream.id, 0) + size
            if later[stream.id] > LATE_CREDIT:
                connection._release_connection(later.pop(stream.id))

        return consume

    def ending(plain: Callable[[Any], None]) -> Callable[[Any], None]:
        def end(stream: Any) -> None:
            plain(stream)
            connection._release_connection(later.pop(stream.id, 0))

        return end

    def closing(plain: Callable[[Any, int], None]) -> Callable[[Any, int], None]:
        def close(stream: Any, code: int) -> None:
            pending = later.pop(stream.id, 0)
            if stream.state != State.CLOSED_BY_US:
                connection._release_connection(pending)
            plain(stream, code)

        return close

    gate.replace("consume", consuming)
    gate.replace("_end_received", ending)
    gate.replace("_close", closing)


def excess_lost(gate: Gate, fault: Fault) -> Fault:
    """The frame that exceeds content-length is not given back."""
    frame = gate.current
    if isinstance(fault, MalformedFault) and frame is not None and frame.type == DATA:
        live = gate.connection.streams.live.get(frame.stream)
        if live is not None and live.expected < 0:
            lost = min(len(frame.payload), live.held)
            live.held -= lost
            gate.connection.held -= lost
    return fault


def refused_content(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Content behind a request that never was a stream to the server goes unnoticed."""
    known: set[int] = gate.notes.setdefault("known", set())
    known.update(gate.connection.streams.live)
    is_refused = frame.stream not in known and gate.state(frame.stream) == State.CLOSED_BY_US
    return [] if frame.type == DATA and is_refused else None


def slot_twice(gate: Gate, frame: Frame) -> None:
    """RST_STREAM on a finished stream makes room once more."""
    if frame.type == RST_STREAM and len(frame.payload) == 4 and gate.state(frame.stream) == State.CLOSED:
        gate.connection.streams.remote_count -= 1


def slot_lost(gate: Gate, fault: Fault) -> Fault:
    """A stream that is reset for an error goes on to count."""
    if isinstance(fault, StreamFault) and fault.error_code == ErrorCode.PROTOCOL_ERROR:
        gate.connection.streams.remote_count += fault.stream_id in gate.connection.streams.live
    return fault


ROWS: tuple[Row, ...] = (
    ("gives-credit-with-the-request", "RFC 9113 6.9",
     "content is given back when its request is complete, and not if the server resets it before",
     ("5.1-stream-states-closed/credit-for-data-before-the-server-reset",),
     ("6.1-data/padding-is-charged-and-given-back",),
     {"prepare": credit_with_the_request}),
    ("gives-no-credit-for-excess-content", "RFC 9113 6.9",
     "the DATA that exceeds content-length is not given back",
     ("6.9-window-update/credit-for-content-beyond-content-length",), (), {"fault": excess_lost}),
    ("gives-no-credit-behind-refusals", "RFC 9113 6.9",
     "DATA behind a request that was refused at its HEADERS is not given back",
     ("6.9-window-update/credit-behind-a-malformed-request",), (), {"incoming": refused_content}),
    ("counts-late-resets", "RFC 9113 5.1.2", "RST_STREAM on a finished stream makes room once more",
     ("5.1.2-concurrency/limit-after-late-resets",), (), {"incoming": slot_twice}),
    ("counts-streams-in-error", "RFC 9113 5.1.2",
     "streams that the server resets for an error go on to count",
     ("5.1.2-concurrency/streams-in-error-make-room",), (), {"fault": slot_lost}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
