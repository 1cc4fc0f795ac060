"""Octets to frames, incrementally (RFC 9113 4.1, 4.2); frame_payloads.py has what is inside."""

from struct import Struct
from typing import Final

from .codes import FRAME_HEADER_SIZE, MIN_MAX_FRAME_SIZE, ErrorCode, FrameType
from .errors import ConnectionFault
from .frame_payloads import PARSERS
from .frames import Frame, RawFrame

_HEADER_AT: Final = Struct(">HBBBL").unpack_from
_NAMES: Final = {int(kind): kind.name for kind in FrameType}


class FrameReader:
    """Buffer octets and give out whole frames, one at a time.

    The buffer holds what `receive` was given and not yet consumed; a frame longer than `max_frame_size` is
    refused from its header alone.
    """

    __slots__ = ("_buffer", "_missing", "_pieces", "_pieces_size", "_position", "max_frame_size")

    def __init__(self, max_frame_size: int = MIN_MAX_FRAME_SIZE) -> None:
        self.max_frame_size = max_frame_size
        self._buffer = b""
        self._position = 0
        self._pieces: list[bytes] = []  # came after _buffer, too short to complete a frame
        self._pieces_size = 0
        self._missing = 0  # octets still needed before the next look is worth it

    def __len__(self) -> int:
        """Octets buffered."""
        return len(self._buffer) - self._position + self._pieces_size

    def receive(self, data: bytes) -> None:
        """Append octets from the peer."""
        if self._position == len(self._buffer) and not self._pieces:
            self._buffer = data
            self._position = 0
        elif len(data) < self._missing:
            # Joined only once a whole frame is there: linear however small the pieces are.
            self._missing -= len(data)
            self._pieces.append(data)
            self._pieces_size += len(data)
            return
        else:
            self._buffer = b"".join((self._buffer[self._position :], *self._pieces, data))
            self._pieces.clear()
            self._pieces_size = 0
            self._position = 0
        self._missing = 0

    def clear(self) -> None:
        """Drop what is buffered."""
        self._buffer = b""
        self._pieces.clear()
        self._position = self._pieces_size = self._missing = 0

    def take(self, size: int) -> bytes:
        """Remove and return up to `size` octets that are not frames (the preface)."""
        start = self._position
        taken = self._buffer[start : start + size]
        self._position = start + len(taken)
        return taken

    def has_frame(self) -> bool:
        """Tell whether `next_frame` would do something."""
        available = len(self._buffer) - self._position
        if available < FRAME_HEADER_SIZE:
            return False
        high, low = self._buffer[self._position], self._buffer[self._position + 1 : self._position + 3]
        length = high << 16 | low[0] << 8 | low[1]
        return length > self.max_frame_size or available >= FRAME_HEADER_SIZE + length

    def next_frame(self) -> Frame | None:
        """Return the next whole frame, or None until more octets come.

        Raises ConnectionFault, or StreamFault where RFC 9113 gives a malformed frame that scope; the frame is
        consumed in either case.
        """
        buffer = self._buffer
        start = self._position
        available = len(buffer) - start
        if available < 9:
            if not self._pieces:
                self._missing = 9 - available
            return None
        high, low, kind, flags, stream_id = _HEADER_AT(buffer, start)
        length = high << 8 | low
        if length > self.max_frame_size:
            # RFC 9113 4.2: "An endpoint MUST send an error code of FRAME_SIZE_ERROR if a frame exceeds the
            # size defined in SETTINGS_MAX_FRAME_SIZE"
            self._position = len(buffer)
            raise ConnectionFault(
                ErrorCode.FRAME_SIZE_ERROR,
                f"{_NAMES.get(kind, kind)} frame of {length} octets, above {self.max_frame_size}",
            )
        start += 9
        end = start + length
        if end > len(buffer):
            if not self._pieces:
                self._missing = end - len(buffer)
            return None
        self._position = end
        # RFC 9113 4.1: the reserved bit "MUST be ignored when receiving"
        stream_id &= 0x7FFF_FFFF
        parse = PARSERS.get(kind)
        if parse is None:
            return RawFrame(kind, flags, stream_id, buffer[start:end])
        return parse(buffer, start, end, flags, stream_id)
