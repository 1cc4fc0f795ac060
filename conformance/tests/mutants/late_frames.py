"""Mutants that mishandle what comes late: on ended streams, or in pieces behind an error (RFC 9113 5.1)."""

from nghttp2.stream_state import State

from .gate import Gate
from .intolerant import fails
from .model import Row, mutants
from .rewriting import Matching, lost, of
from .wire import (
    END_HEADERS,
    HEADERS,
    PROTOCOL_ERROR,
    REFUSED_STREAM,
    RST_STREAM,
    STREAM_CLOSED,
    WINDOW_UPDATE,
    Frame,
    rst_stream,
)

REMEMBERED = 200
"""How far below the highest stream a mutant still knows the closed ones."""


def in_state(*states: State) -> Matching:
    """Tell frames on streams that the server sees in one of these states."""
    return lambda gate, frame: frame.stream > 0 and gate.state(frame.stream) in states


def whole_block(gate: Gate, frame: Frame) -> bool:
    return (
        frame.type == HEADERS
        and frame.has(END_HEADERS)
        and in_state(State.CLOSED, State.CLOSED_BY_PEER)(gate, frame)
        and not gate.connection.streams.was_skipped(frame.stream)
    )


def first_piece(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and not frame.has(END_HEADERS)


def piece_behind_reset(gate: Gate, frame: Frame) -> bool:
    return first_piece(gate, frame) and in_state(State.CLOSED_BY_US)(gate, frame)


def reset_before_the_rest(gate: Gate, frame: Frame) -> list[Frame] | None:
    """The stream is reset for the first piece of a late block, and the next piece belongs to nothing."""
    if first_piece(gate, frame) and in_state(State.HALF_CLOSED_REMOTE)(gate, frame):
        gate.reset(frame.stream, STREAM_CLOSED)
        return []
    return None


def refused_before_the_rest(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A stream above the limit is refused for the first piece of its block."""
    streams = gate.connection.streams
    limit = gate.connection.limits.max_concurrent_streams
    if first_piece(gate, frame) and gate.is_idle(frame.stream) and streams.remote_count >= limit:
        streams.last_remote_id = frame.stream
        streams.remember(frame.stream, State.CLOSED_BY_US)
        gate.say(rst_stream(frame.stream, REFUSED_STREAM))
        return []
    return None


def long_closed(gate: Gate, frame: Frame) -> bool:
    return (
        frame.type == WINDOW_UPDATE
        and in_state(State.CLOSED)(gate, frame)
        and frame.stream < gate.highest - REMEMBERED
    )


ROWS: tuple[Row, ...] = (
    ("drops-late-blocks-undecoded", "RFC 9113 4.3",
     "a block on a stream that the client ended is not decoded",
     ("5.1-stream-states-closed/table-after-a-block-*",), (), lost(whole_block)),
    ("drops-the-first-piece-behind-its-reset", "RFC 9113 4.3, 5.1",
     "HEADERS on a stream that the server reset is dropped, and its CONTINUATION stands alone",
     ("4.3-field-blocks/split-trailers-behind-the-server-reset",), (), lost(piece_behind_reset)),
    ("resets-at-the-first-piece", "RFC 9113 4.3, 5.1",
     "a late block is an error of its stream at HEADERS, and its CONTINUATION stands alone",
     ("5.1-stream-states-half-closed/split-block",), (), reset_before_the_rest),
    ("refuses-at-the-first-piece", "RFC 9113 4.3, 5.1.2",
     "a stream above the limit is refused at HEADERS, and its CONTINUATION stands alone",
     ("5.1.2-concurrency/split-request-over-the-limit",), (), refused_before_the_rest),
    ("fails-on-late-rst-stream", "RFC 9113 5.1", "RST_STREAM on a finished stream ends the connection",
     ("situation:rst-stream-on-just-closed", "5.1.2-concurrency/limit-after-late-resets"),
     ("6.2-headers/rst-stream-inside-a-block", "6.4-rst-stream/cancel-in-the-same-write",
      "6.9.2-initial-window-size/closed-streams-do-not-overflow",
      "rfc7540-streams/nothing-but-priority-on-a-closed-stream",
      "rfc8297-early-hints/cancelled-after-the-hint", "6.2-headers/rst-stream-inside-a-trailer-block"),
     fails(of(RST_STREAM, also=in_state(State.CLOSED)), STREAM_CLOSED)),
    ("forgets-closed-streams", "RFC 9113 6.9",
     "WINDOW_UPDATE far below the highest stream ends the connection",
     ("5.1-stream-states-closed/window-update-on-a-stream-long-closed",), (),
     fails(long_closed, PROTOCOL_ERROR)),
)  # fmt: skip

MUTANTS = mutants(ROWS, "incoming")
