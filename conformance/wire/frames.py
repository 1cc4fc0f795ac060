"""Raw frames: header and payload, written and split without any judgement (RFC 9113 4.1)."""

from typing import NamedTuple

from .codes import FRAME_HEADER, MAX_31


class RawFrame(NamedTuple):
    """A frame as it stands on the wire."""

    type: int
    flags: int
    stream_id: int
    payload: bytes
    reserved: bool = False

    @property
    def length(self) -> int:
        """Octets of payload."""
        return len(self.payload)


def encode_frame(
    frame_type: int,
    flags: int,
    stream_id: int,
    payload: bytes,
    *,
    length: int | None = None,
    reserved: bool = False,
) -> bytes:
    """Return the octets of a frame.  `length` lies about the payload's size when it is given."""
    declared = len(payload) if length is None else length
    word = (stream_id & MAX_31) | (0x8000_0000 if reserved else 0)
    return declared.to_bytes(3, "big") + bytes((frame_type, flags)) + word.to_bytes(4, "big") + payload


class FrameSplitter:
    """Cuts what the target sends into frames."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        """Start with nothing."""
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[RawFrame]:
        """Add octets and return the frames that are whole now."""
        buffer = self._buffer
        buffer += data
        frames = []
        start = 0
        size = len(buffer)
        while size - start >= FRAME_HEADER:
            end = start + FRAME_HEADER + int.from_bytes(buffer[start : start + 3], "big")
            if end > size:
                break
            word = int.from_bytes(buffer[start + 5 : start + 9], "big")
            frames.append(
                RawFrame(
                    buffer[start + 3],
                    buffer[start + 4],
                    word & MAX_31,
                    bytes(buffer[start + FRAME_HEADER : end]),
                    bool(word >> 31),
                )
            )
            start = end
        if start:
            del buffer[:start]
        return frames

    @property
    def rest(self) -> bytes:
        """Octets of a frame that is not whole yet."""
        return bytes(self._buffer)
