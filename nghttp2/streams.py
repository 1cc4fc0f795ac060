"""All streams of a connection: identifiers, the live ones, the memory of the closed (RFC 9113 5.1, 5.1.1)."""

from collections import deque
from typing import Final

from .codes import MAX_STREAM_ID
from .errors import UsageError
from .stream import Stream
from .stream_state import State

_IDLE: Final = int(State.IDLE)
_CLOSED: Final = int(State.CLOSED)


class Streams:
    """The registry of one connection.

    A closed stream is remembered by its number and cause only, for the last `remembered` of them; below
    `forgotten_below` nothing is known of a closed stream but that it was used or skipped.
    """

    __slots__ = (
        "_closed",
        "_closed_order",
        "_next_local_id",
        "_remembered",
        "forgotten_below",
        "is_client",
        "last_remote_id",
        "live",
        "local_count",
        "remote_count",
    )

    def __init__(self, is_client: bool, remembered: int) -> None:
        self.is_client = is_client
        self.live: dict[int, Stream] = {}
        self.last_remote_id = 0
        self._next_local_id = 1 if is_client else 2
        self.remote_count = 0  # open or half-closed, opened by the peer (RFC 9113 5.1.2)
        self.local_count = 0
        self._remembered = remembered
        self._closed: dict[int, int] = {}
        self._closed_order: deque[int] = deque()
        self.forgotten_below = 0

    @property
    def last_local_id(self) -> int:
        """The highest identifier that we used, or -1."""
        return self._next_local_id - 2

    def take_local_id(self) -> int:
        """Return a new identifier of ours (RFC 9113 5.1.1).  Raises UsageError when there are none left."""
        stream_id = self._next_local_id
        if stream_id > MAX_STREAM_ID:
            raise UsageError("no stream identifiers left on this connection")
        self._next_local_id += 2
        return stream_id

    def is_local(self, stream_id: int) -> bool:
        """Tell whether the identifier is one that we assign."""
        return stream_id & 1 == self.is_client

    def state_of(self, stream_id: int) -> int:
        """Return the state of a stream that is not live; a skipped identifier is CLOSED (RFC 9113 5.1.1)."""
        state = self._closed.get(stream_id)
        if state is not None:
            return state
        last = self.last_local_id if self.is_local(stream_id) else self.last_remote_id
        return _IDLE if stream_id > last else _CLOSED

    def was_skipped(self, stream_id: int) -> bool:
        """Tell whether the peer passed over this identifier, as far as that is still known."""
        return (
            stream_id > self.forgotten_below and stream_id not in self._closed and stream_id not in self.live
        )

    def add(self, stream: Stream, is_counted: bool = True) -> None:
        """Take in a stream; reserved ones do not count yet (RFC 9113 5.1.2)."""
        self.live[stream.id] = stream
        if is_counted:
            self.count(stream)

    def count(self, stream: Stream) -> None:
        """Count a stream that is open or half-closed (RFC 9113 5.1.2)."""
        stream.is_counted = True
        if stream.id & 1 == self.is_client:
            self.local_count += 1
        else:
            self.remote_count += 1

    def close(self, stream: Stream) -> None:
        """Forget a closed stream, but for its number and cause."""
        stream_id = stream.id
        self.live.pop(stream_id, None)
        if stream.is_counted:
            stream.is_counted = False
            if stream_id & 1 == self.is_client:
                self.local_count -= 1
            else:
                self.remote_count -= 1
        self.remember(stream_id, stream.state)

    def remember(self, stream_id: int, state: int) -> None:
        """Note how a stream was closed."""
        closed = self._closed
        if stream_id not in closed:
            order = self._closed_order
            order.append(stream_id)
            if len(order) > self._remembered:
                forgotten = order.popleft()
                del closed[forgotten]
                if forgotten > self.forgotten_below:
                    self.forgotten_below = forgotten
        closed[stream_id] = state
