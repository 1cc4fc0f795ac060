"""What is remembered of a connection, in the order in which it happened."""

from typing import NamedTuple

from ..wire.frames import RawFrame


class Entry(NamedTuple):
    """One line of the transcript."""

    at: float
    direction: str  # send, recv or note
    frame: RawFrame | None
    octets: bytes  # of what is no frame
    text: str  # a note, or what the fields of a header section are


class Goaway(NamedTuple):
    """A GOAWAY of the target and its position in the log."""

    position: int
    last_stream: int
    code: int
