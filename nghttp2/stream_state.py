"""The states of a stream (RFC 9113 5.1).

                                 +--------+
                         send PP |        | recv PP
                        ,--------+  idle  +--------.
                       /         |        |         \\
                      v          +--------+          v
               +----------+          |           +----------+
               |          |          | send H /  |          |
        ,------+ reserved |          | recv H    | reserved +------.
        |      | (local)  |          |           | (remote) |      |
        |      +---+------+          v           +------+---+      |
        |          |             +--------+             |          |
        |          |     recv ES |        | send ES     |          |
        |   send H |     ,-------+  open  +-------.     | recv H   |
        |          |    /        |        |        \\    |          |
        |          v   v         +---+----+         v   v          |
        |      +----------+          |           +----------+      |
        |      |   half-  |          |           |   half-  |      |
        |      |  closed  |          | send R /  |  closed  |      |
        |      | (remote) |          | recv R    | (local)  |      |
        |      +----+-----+          |           +-----+----+      |
        |           |                |                 |           |
        |           | send ES /      |      recv ES /  |           |
        |           |  send R /      v       send R /  |           |
        |           |  recv R    +--------+   recv R   |           |
        | send R /  `----------->|        |<-----------'  send R / |
        | recv R                 | closed |               recv R   |
        `----------------------->|        |<-----------------------'
                                 +--------+

H: HEADERS, PP: PUSH_PROMISE, ES: END_STREAM, R: RST_STREAM.  `closed` is three states here, because what may
still arrive depends on how it was closed: by END_STREAM both ways, by the peer's RST_STREAM, or by ours.
"""

from enum import IntEnum
from typing import Final, NamedTuple

from .codes import ErrorCode


class State(IntEnum):
    """RFC 9113 5.1, with `closed` told apart by its cause."""

    IDLE = 0
    RESERVED_LOCAL = 1
    RESERVED_REMOTE = 2
    OPEN = 3
    HALF_CLOSED_LOCAL = 4
    HALF_CLOSED_REMOTE = 5
    CLOSED = 6
    CLOSED_BY_PEER = 7
    CLOSED_BY_US = 8


class Input(IntEnum):
    """What happens to a stream; END_STREAM comes after the HEADERS or DATA that carries it."""

    SEND_HEADERS = 0
    SEND_DATA = 1
    SEND_END_STREAM = 2
    SEND_RST_STREAM = 3
    SEND_PUSH_PROMISE = 4
    RECV_HEADERS = 5
    RECV_DATA = 6
    RECV_END_STREAM = 7
    RECV_RST_STREAM = 8
    RECV_PUSH_PROMISE = 9
    RECV_WINDOW_UPDATE = 10
    RECV_PRIORITY = 11


class Reaction(NamedTuple):
    """The answer to an input that a state does not allow; no code means: discard without an answer."""

    is_connection_error: bool
    error_code: ErrorCode | None


_PROTOCOL = Reaction(True, ErrorCode.PROTOCOL_ERROR)
_CLOSED_CONNECTION = Reaction(True, ErrorCode.STREAM_CLOSED)
_CLOSED_STREAM = Reaction(False, ErrorCode.STREAM_CLOSED)
_IGNORE = Reaction(False, None)

_I = Input
_S = State

TRANSITIONS: Final[dict[State, dict[Input, State | Reaction]]] = {
    # "Receiving any frame other than HEADERS or PRIORITY on a stream in this state MUST be treated as a
    # connection error of type PROTOCOL_ERROR."
    _S.IDLE: {
        _I.SEND_HEADERS: _S.OPEN,
        _I.SEND_PUSH_PROMISE: _S.RESERVED_LOCAL,
        _I.RECV_HEADERS: _S.OPEN,
        _I.RECV_PUSH_PROMISE: _S.RESERVED_REMOTE,
        _I.RECV_PRIORITY: _S.IDLE,
    },
    # "Receiving any type of frame other than RST_STREAM, PRIORITY, or WINDOW_UPDATE on a stream in this state
    # MUST be treated as a connection error of type PROTOCOL_ERROR."
    _S.RESERVED_LOCAL: {
        _I.SEND_HEADERS: _S.HALF_CLOSED_REMOTE,
        _I.SEND_RST_STREAM: _S.CLOSED_BY_US,
        _I.RECV_RST_STREAM: _S.CLOSED_BY_PEER,
        _I.RECV_WINDOW_UPDATE: _S.RESERVED_LOCAL,
        _I.RECV_PRIORITY: _S.RESERVED_LOCAL,
    },
    # "Receiving any type of frame other than HEADERS, RST_STREAM, or PRIORITY on a stream in this state
    # MUST be treated as a connection error of type PROTOCOL_ERROR."
    _S.RESERVED_REMOTE: {
        _I.SEND_RST_STREAM: _S.CLOSED_BY_US,
        _I.RECV_HEADERS: _S.HALF_CLOSED_LOCAL,
        _I.RECV_RST_STREAM: _S.CLOSED_BY_PEER,
        _I.RECV_PRIORITY: _S.RESERVED_REMOTE,
    },
    _S.OPEN: {
        _I.SEND_HEADERS: _S.OPEN,
        _I.SEND_DATA: _S.OPEN,
        _I.SEND_END_STREAM: _S.HALF_CLOSED_LOCAL,
        _I.SEND_RST_STREAM: _S.CLOSED_BY_US,
        _I.SEND_PUSH_PROMISE: _S.OPEN,
        _I.RECV_HEADERS: _S.OPEN,
        _I.RECV_DATA: _S.OPEN,
        _I.RECV_END_STREAM: _S.HALF_CLOSED_REMOTE,
        _I.RECV_RST_STREAM: _S.CLOSED_BY_PEER,
        _I.RECV_PUSH_PROMISE: _S.OPEN,
        _I.RECV_WINDOW_UPDATE: _S.OPEN,
        _I.RECV_PRIORITY: _S.OPEN,
    },
    # "An endpoint can receive any type of frame in this state."
    _S.HALF_CLOSED_LOCAL: {
        _I.SEND_RST_STREAM: _S.CLOSED_BY_US,
        _I.RECV_HEADERS: _S.HALF_CLOSED_LOCAL,
        _I.RECV_DATA: _S.HALF_CLOSED_LOCAL,
        _I.RECV_END_STREAM: _S.CLOSED,
        _I.RECV_RST_STREAM: _S.CLOSED_BY_PEER,
        _I.RECV_PUSH_PROMISE: _S.HALF_CLOSED_LOCAL,
        _I.RECV_WINDOW_UPDATE: _S.HALF_CLOSED_LOCAL,
        _I.RECV_PRIORITY: _S.HALF_CLOSED_LOCAL,
    },
    # "If an endpoint receives additional frames, other than WINDOW_UPDATE, PRIORITY, or RST_STREAM, for a
    # stream that is in this state, it MUST respond with a stream error of type STREAM_CLOSED."
    _S.HALF_CLOSED_REMOTE: {
        _I.SEND_HEADERS: _S.HALF_CLOSED_REMOTE,
        _I.SEND_DATA: _S.HALF_CLOSED_REMOTE,
        _I.SEND_END_STREAM: _S.CLOSED,
        _I.SEND_RST_STREAM: _S.CLOSED_BY_US,
        _I.SEND_PUSH_PROMISE: _S.HALF_CLOSED_REMOTE,
        _I.RECV_HEADERS: _CLOSED_STREAM,
        _I.RECV_DATA: _CLOSED_STREAM,
        _I.RECV_RST_STREAM: _S.CLOSED_BY_PEER,
        _I.RECV_WINDOW_UPDATE: _S.HALF_CLOSED_REMOTE,
        _I.RECV_PRIORITY: _S.HALF_CLOSED_REMOTE,
    },
    # "An endpoint that receives any other frame after receiving a frame with the END_STREAM flag set MUST
    # treat that as a connection error of type STREAM_CLOSED, unless the frame is permitted": DATA may have
    # been sent before our RST_STREAM(NO_ERROR) arrived, so it costs only the stream (5.1: "or as a stream
    # error").
    _S.CLOSED: {
        _I.RECV_HEADERS: _CLOSED_CONNECTION,
        _I.RECV_DATA: _CLOSED_STREAM,
        _I.RECV_END_STREAM: _S.CLOSED,
        _I.RECV_RST_STREAM: _IGNORE,
        _I.RECV_WINDOW_UPDATE: _IGNORE,
        _I.RECV_PRIORITY: _IGNORE,
    },
    # "An endpoint that receives any frame other than PRIORITY after receiving a RST_STREAM MUST treat that
    # as a stream error of type STREAM_CLOSED": HEADERS there would be a second request on a used
    # identifier.
    _S.CLOSED_BY_PEER: {
        _I.RECV_HEADERS: _CLOSED_CONNECTION,
        _I.RECV_DATA: _CLOSED_STREAM,
        _I.RECV_RST_STREAM: _IGNORE,
        _I.RECV_WINDOW_UPDATE: _IGNORE,
        _I.RECV_PRIORITY: _IGNORE,
    },
    # "An endpoint MUST ignore frames that it receives on closed streams after it has sent a RST_STREAM
    # frame."
    _S.CLOSED_BY_US: {
        _I.RECV_HEADERS: _IGNORE,
        _I.RECV_DATA: _IGNORE,
        _I.RECV_RST_STREAM: _IGNORE,
        _I.RECV_PUSH_PROMISE: _IGNORE,
        _I.RECV_WINDOW_UPDATE: _IGNORE,
        _I.RECV_PRIORITY: _IGNORE,
    },
}
"""A missing input is a connection error PROTOCOL_ERROR if received, a bug of ours if sent."""

INPUTS: Final = len(Input)

STEPS: Final[tuple[int | Reaction, ...]] = tuple(
    int(outcome) if isinstance(outcome, State) else outcome
    for outcome in (TRANSITIONS[state].get(item, _PROTOCOL) for state in State for item in Input)
)
"""TRANSITIONS as one flat tuple with plain integers, indexed by state * INPUTS + input."""


def step(state: State, item: Input) -> State | Reaction:
    """Return what follows when `item` happens in `state`."""
    return TRANSITIONS[state].get(item, _PROTOCOL)
