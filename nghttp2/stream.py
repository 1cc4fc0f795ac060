"""One stream: its state, its windows, its message in each direction (RFC 9113 5, 8.1)."""

from typing import Any, Final

from .body import Body
from .codes import ErrorCode
from .errors import ConnectionFault, StreamFault
from .flow import ReceiveWindow
from .stream_state import INPUTS, STEPS, Input, Reaction, State

# Plain integers for the hot path.
_CLOSED: Final = int(State.CLOSED)


class Discard(Exception):
    """A frame that the state machine tells us to ignore."""


class Stream:
    """A stream that is not idle and not yet forgotten.

    state: an int of State.  context: whatever the owner of the connection wants to find here.
    send_window: octets that we may send, negative after the peer lowered its INITIAL_WINDOW_SIZE.
    expected: content octets that the peer's content-length still promises; -1 if it declared none.
    owed: the same for our content-length.
    received_at, progress_time: when content last came, when sending last made progress (`progress_mark`
    octets).
    """

    __slots__ = (
        "body",
        "close_code",
        "context",
        "expected",
        "final_sent",
        "header_bytes",
        "held",
        "id",
        "is_counted",
        "is_deferred",
        "is_head",
        "is_incremental",
        "is_queued",
        "is_tunnel",
        "owed",
        "progress_mark",
        "progress_time",
        "receive_window",
        "received_at",
        "received_final",
        "send_window",
        "sent",
        "state",
        "trailers",
        "urgency",
    )

    def __init__(self, stream_id: int, state: int, send_window: int) -> None:
        self.id = stream_id
        self.state = state
        self.send_window = send_window
        self.receive_window: ReceiveWindow | None = None  # made when the first DATA comes
        self.context: Any = None
        self.body: Body | None = None
        self.trailers: Any = None  # to be sent: fields, or a function that returns them
        self.final_sent = False  # the response's (server) or request's (client) head went out
        self.received_final = False  # the head of the peer's message came
        self.is_counted = False  # for MAX_CONCURRENT_STREAMS (RFC 9113 5.1.2)
        self.is_deferred = False  # the body waits for `resume`
        self.is_head = False  # the response has no content whatever it declares
        self.is_tunnel = False  # an accepted CONNECT: DATA is no longer a message's content
        self.expected = -1
        self.owed = -1
        self.header_bytes = 0
        self.held = 0  # content octets received and not yet consumed
        self.sent = 0  # content octets sent
        self.progress_mark = 0
        self.progress_time = 0.0
        self.received_at = 0.0
        self.urgency = 3
        self.is_incremental = True
        self.is_queued = False
        self.close_code = 0

    @property
    def is_closed(self) -> bool:
        """Nothing more can be sent or received, but for frames to be discarded."""
        return self.state >= _CLOSED

    @property
    def can_send(self) -> bool:
        """Our side of the stream is open."""
        return self.state in (State.OPEN, State.HALF_CLOSED_REMOTE)

    @property
    def can_receive(self) -> bool:
        """The peer's side of the stream is open."""
        return self.state in (State.OPEN, State.HALF_CLOSED_LOCAL)

    def step(self, item: int) -> None:
        """Follow the state machine.  Raises StreamFault, ConnectionFault or Discard."""
        outcome = STEPS[self.state * INPUTS + item]
        if type(outcome) is int:
            self.state = outcome
            return
        assert isinstance(outcome, Reaction)
        refuse(outcome, self.id, State(self.state), Input(item))


def refuse(reaction: Reaction, stream_id: int, state: State, item: Input) -> None:
    """Raise what the state machine answers to an input that it does not allow."""
    if reaction.error_code is None:
        raise Discard
    reason = f"{item.name} on stream {stream_id}, which is {state.name}"
    if reaction.is_connection_error:
        raise ConnectionFault(reaction.error_code, reason)
    raise StreamFault(stream_id, ErrorCode(reaction.error_code), reason)
