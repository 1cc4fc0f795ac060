"""Joins the frames of a field block and decodes it (RFC 9113 4.3)."""

from typing import NamedTuple

from ..wire.codes import END_HEADERS, PRIORITY_FLAG, Type
from ..wire.describe import unpad
from ..wire.frames import RawFrame
from ..wire.hpack import Decoder
from .streams import Field


class Section(NamedTuple):
    """A field section of the target, and the frame that began it."""

    head: RawFrame
    fields: list[Field]
    used_table: bool  # whether a field came from the dynamic table


class SectionReader:
    """Takes HEADERS, PUSH_PROMISE and CONTINUATION frames in order."""

    def __init__(self) -> None:
        """Start with an empty dynamic table."""
        self._decoder = Decoder()
        self._block: list[bytes] = []
        self._head: RawFrame | None = None

    def resize(self, size: int) -> None:
        """Hold the target to a table size that it has acknowledged."""
        self._decoder.resize(size)

    def take(self, frame: RawFrame) -> Section | None:
        """Return the field section that this frame ends, if it does.  Raises HpackError."""
        if frame.type == Type.CONTINUATION:
            self._block.append(frame.payload)
        else:
            body, _padding = unpad(frame)
            self._head = frame
            skip = 4 if frame.type == Type.PUSH_PROMISE else 5 if frame.flags & PRIORITY_FLAG else 0
            self._block = [body[skip:]]
        if not frame.flags & END_HEADERS or self._head is None:
            return None
        head, self._head = self._head, None
        decoded = self._decoder.decode(b"".join(self._block))
        return Section(head, decoded.fields, decoded.used_table)
