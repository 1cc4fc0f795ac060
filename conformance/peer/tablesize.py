"""What our encoder owes a target that announced a smaller table: a size update (RFC 9113 4.3.1)."""

from typing import Final

from ..cases.framebuild import Outgoing
from ..wire.codes import PADDED, PRIORITY_FLAG, Type
from ..wire.frames import RawFrame, encode_frame
from ..wire.literal import size_update

DEFAULT: Final = 4096
UPDATE: Final = 0x20
UPDATE_MASK: Final = 0xE0


class TableSize:
    """The size of our encoder's table, which is empty."""

    def __init__(self) -> None:
        """Start with the size of RFC 9113 6.5.2."""
        self.size = DEFAULT
        self._due = False

    def acknowledged(self, size: int) -> None:
        """We acknowledged the target's HEADER_TABLE_SIZE; a larger one we make no use of."""
        if size < self.size:
            self.size = size
            self._due = True

    def with_update(self, pieces: list[Outgoing]) -> list[Outgoing]:
        """Return the pieces with the size update that is due in front of the first field block among them.

        A frame that tells a lie about itself, and a block with a size update of its own, stay as they are.
        """
        if not self._due:
            return pieces
        for position, piece in enumerate(pieces):
            frame = piece.frame
            if frame is None or frame.type != Type.HEADERS or piece.octets != _encoded(frame):
                continue
            self._due = False
            begin = bool(frame.flags & PADDED) + 5 * bool(frame.flags & PRIORITY_FLAG)
            block = frame.payload[begin:]
            if block[:1] and block[0] & UPDATE_MASK == UPDATE:
                return pieces
            changed = frame._replace(payload=frame.payload[:begin] + size_update(self.size) + block)
            updated = Outgoing(_encoded(changed), changed, piece.label)
            return [*pieces[:position], updated, *pieces[position + 1 :]]
        return pieces


def _encoded(frame: RawFrame) -> bytes:
    return encode_frame(*frame[:4], reserved=frame.reserved)
