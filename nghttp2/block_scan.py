"""The string lengths of a field block that is not complete yet (RFC 7541 5.2, 6; RFC 9113 10.5.1).

A block is decoded only when its last fragment came.  A literal whose declared length cannot fit into the
largest block that is accepted is found before: the octets that it asks us to wait for are never held.
"""

from typing import Final

from .errors import CompressionFault
from .hpack.integer import MAX_CONTINUATION_OCTETS, decode_integer

# First octet below the limit: (bits of the index prefix, strings that follow an index, and one of 0).
# A size update is an integer without strings, as an indexed field is (RFC 7541 6.1-6.3).
_REPRESENTATIONS: Final = ((0x20, 4, 1, 2), (0x40, 5, 0, 0), (0x80, 6, 1, 2), (0x100, 7, 0, 0))
_LONGEST_INTEGER: Final = 1 + MAX_CONTINUATION_OCTETS


class BlockScan:
    """Follows a field block from fragment to fragment; it decodes nothing and knows no table."""

    __slots__ = ("_is_over", "_position", "_skip", "_strings", "_tail")

    def __init__(self) -> None:
        self._position = 0  # in the block, of what is looked at next
        self._tail = b""  # octets of an integer that is cut off
        self._skip = 0  # octets of a string still to come
        self._strings = 0  # that still belong to the representation
        self._is_over = False

    def longest(self, fragment: bytes) -> int:
        """Take the next fragment; return how long the block is at least, by the lengths that it declares.

        A block that cannot be decoded is left to the decoder: it declares no more than it has.
        """
        data = self._tail + fragment
        position = 0
        while not self._is_over:
            if self._skip:
                step = min(self._skip, len(data) - position)
                self._skip -= step
                position += step
            if position >= len(data):
                break
            try:
                position = self._integer(data, position)
            except CompressionFault:
                # Cut off, or wrong: then more octets make it no better.
                self._is_over = len(data) - position >= _LONGEST_INTEGER
                break
        self._tail = data[position:]
        self._position += position
        return self._position + self._skip

    def _integer(self, data: bytes, position: int) -> int:
        """Read one index, size or length; return the position after it."""
        if self._strings:
            self._skip, position = decode_integer(data, position, 7)
            self._strings -= 1
            return position
        octet = data[position]
        for below, prefix, after_index, after_zero in _REPRESENTATIONS:
            if octet < below:
                value, position = decode_integer(data, position, prefix)
                self._strings = after_index if value else after_zero
                break
        return position
