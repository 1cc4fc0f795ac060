"""Extensible priorities: the Priority field value and the order of responses (RFC 9218 4, 10)."""

import re
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .stream import Stream

DEFAULT_URGENCY: Final = 3

_MAX_FIELD_VALUE: Final = 256
# The members of an RFC 8941 dictionary, as far as they can look like `u=3` and `i`; others are skipped.
_MEMBER: Final = re.compile(
    rb"""[ \t]*([a-z*][a-z0-9_\-.*]*)                          # key
         (?:=(\?[01]|-?[0-9]{1,15}(?:\.[0-9]{1,3})?|"[^"]*"|:[A-Za-z0-9+/=]*:|[A-Za-z*][^,; ]*|\([^)]*\)))?
         ([^,]*)                                              # parameters
         (?:,|\Z)""",
    re.VERBOSE,
)


def parse_priority(value: bytes) -> tuple[int, bool]:
    """Return urgency (0 to 7) and incremental of a Priority field value (RFC 9218 4).

    Unknown and out-of-range parameters are ignored (RFC 9218 4), and so is a value that does not parse.
    """
    urgency, incremental = DEFAULT_URGENCY, False
    position = 0
    value = value.strip(b" ")
    if len(value) > _MAX_FIELD_VALUE:
        return urgency, incremental
    while position < len(value):
        member = _MEMBER.match(value, position)
        if member is None:
            return DEFAULT_URGENCY, False
        key, item = member[1], member[2]
        if key == b"u":
            if item is not None and len(item) == 1 and b"0" <= item <= b"7":
                urgency = int(item)
        elif key == b"i":
            if item is None or item == b"?1":
                incremental = True
            elif item == b"?0":
                incremental = False
        position = member.end()
    return urgency, incremental


class Scheduler:
    """The streams that have something to send and may, in the order of RFC 9218 10.

    Lower urgency first.  Within one urgency a non-incremental stream is served to its end, in stream order;
    an incremental one gives way after each frame.  A stream whose client gave no signal shares.
    """

    __slots__ = ("_queues", "count")

    def __init__(self) -> None:
        self._queues: tuple[deque[Stream], ...] = tuple(deque() for _ in range(8))
        self.count = 0

    def add(self, stream: "Stream") -> None:
        """Take in a stream; no effect if it is in already."""
        if stream.is_queued:
            return
        stream.is_queued = True
        self.count += 1
        queue = self._queues[stream.urgency]
        if stream.is_incremental or not queue:
            queue.append(stream)
            return
        position = len(queue)
        while position and not queue[position - 1].is_incremental and queue[position - 1].id > stream.id:
            position -= 1
        queue.insert(position, stream)

    def remove(self, stream: "Stream") -> None:
        """Take out a stream, wherever it stands; no effect if it is not in."""
        if stream.is_queued:
            stream.is_queued = False
            self.count -= 1
            self._queues[stream.urgency].remove(stream)

    def first(self) -> "Stream | None":
        """Return the stream to serve next, still in its place."""
        for queue in self._queues:
            if queue:
                return queue[0]
        return None

    def give_way(self, stream: "Stream") -> None:
        """Move the stream just served behind those that share with it."""
        if stream.is_incremental:
            queue = self._queues[stream.urgency]
            if queue and queue[0] is stream:
                queue.rotate(-1)

    def change(self, stream: "Stream", urgency: int, incremental: bool) -> None:
        """Set a stream's priority (RFC 9218 7)."""
        was_queued = stream.is_queued
        self.remove(stream)
        stream.urgency = urgency
        stream.is_incremental = incremental
        if was_queued:
            self.add(stream)
