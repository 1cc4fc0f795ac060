"""The HPACK decoder (RFC 7541 2, 3, 6)."""

from typing import Final

from ..codes import ErrorCode
from ..errors import CompressionFault
from .huffman import decode_huffman
from .integer import MAX_INTEGER, decode_integer
from .static_table import STATIC_LENGTH, STATIC_TABLE
from .table import (
    DEFAULT_HEADER_TABLE_SIZE,
    HD_ENTRY_OVERHEAD,
    HDTableEntry,
    check_table_size,
    table_entries,
)

MAX_SIZE_UPDATES: Final = 2
"""Size updates that may begin a block: the smallest size since the last one and the final (RFC 7541 4.2)."""

_CHUNK: Final = 1024
"""Octets of a block that are decoded before the limits on the list are looked at again."""


class HDInflater:
    """Decodes the field blocks of one direction of a connection, in order.

    After an error the decoder is dead, its table may differ from the encoder's: every later call of
    `inflate` raises the same fault.
    """

    def __init__(
        self,
        *,
        max_list_size: int | None = None,
        max_fields: int | None = None,
        max_string: int | None = None,
    ) -> None:
        """Make a decoder; a limit that a block exceeds is a fault with ENHANCE_YOUR_CALM.

        max_list_size: octets of a decoded field list, each field counting 32 more (RFC 9113 6.5.2).
        max_fields: fields of a list.  max_string: octets that a string literal declares, as encoded.
        None: no limit but those that integers have.
        """
        self._max_list_size = max_list_size
        self._max_fields = max_fields
        self._max_string = MAX_INTEGER if max_string is None else max_string
        # Both tables in one list, the static one at the right end: `_entries[-i]` is the entry of index i,
        # the oldest dynamic one stands first (RFC 7541 2.3.3).
        self._entries: list[tuple[bytes, bytes]] = list(reversed(STATIC_TABLE))
        self._size = 0
        self._max_size = DEFAULT_HEADER_TABLE_SIZE
        self._size_limit = DEFAULT_HEADER_TABLE_SIZE
        self._update_limit: int | None = None  # the next block must begin with an update up to this
        self._insertions = 0
        self._size_changes = 0
        self._never_indexed: list[int] = []
        self._fault: CompressionFault | None = None

    @property
    def version(self) -> int:
        """A number that grows with every insertion, size update and change of the size limit.

        If a call of `inflate` leaves it as it was, the same octets give the same fields again until it grows.
        """
        return self._insertions + self._size_changes

    @property
    def never_indexed(self) -> list[int]:
        """Positions, in the list last returned, of fields that must never be indexed (RFC 7541 6.2.3)."""
        return self._never_indexed

    def change_table_size(self, hd_table_bufsize_max: int) -> None:
        """Set the limit of the table's size, as a SETTINGS frame does that the encoder acknowledged.

        A limit below the present maximum size evicts at once, and the next block must begin with
        a size update up to the smallest such limit (RFC 7541 4.2).
        Raises TypeError or OverflowError if it is not 0 to 2^32 - 1.
        """
        size = check_table_size(hd_table_bufsize_max)
        self._size_limit = size
        self._size_changes += 1
        if size < self._max_size:
            self._update_limit = size
            self._max_size = size
            self._evict(size)

    def get_hd_table(self) -> list[HDTableEntry]:
        """Return a copy of the dynamic table, newest entry first."""
        return table_entries(self._entries[: len(self._entries) - STATIC_LENGTH][::-1])

    def inflate(self, data: bytes | bytearray | memoryview) -> list[tuple[bytes, bytes]]:
        """Decode a whole field block; return its fields in wire order.

        A field that comes from a table entry is the same tuple object as long as the entry lives.
        Raises CompressionFault if the block cannot be decoded, TypeError if `data` is not bytes-like.
        """
        if self._fault is not None:
            fault = self._fault
            raise CompressionFault(fault.reason, fault.limit, fault.error_code)
        if type(data) is not bytes:
            if not isinstance(data, bytes | bytearray | memoryview):
                raise TypeError(f"expected bytes, {type(data).__name__} found")
            data = bytes(data)
        try:
            return self._decode(data)
        except CompressionFault as fault:
            self._fault = fault.with_traceback(None)
            raise

    def _decode(self, data: bytes) -> list[tuple[bytes, bytes]]:
        fields: list[tuple[bytes, bytes]] = []
        append = fields.append
        if self._never_indexed:
            self._never_indexed = []
        entries = self._entries
        position = self._read_size_updates(data)
        end = len(data)
        while position < end:
            stop = min(end, position + _CHUNK)
            while position < stop:
                octet = data[position]
                position += 1
                if octet >= 0x80:
                    index = octet & 0x7F
                    if index == 0x7F:
                        index, position = decode_integer(data, position - 1, 7)
                    if index == 0 or index > len(entries):
                        raise _no_entry(index, len(entries))
                    append(entries[-index])
                    continue
                if octet >= 0x40:
                    prefix = 6
                elif octet >= 0x20:
                    # "This dynamic table size update MUST occur at the beginning of the first header
                    # block following the change to the dynamic table size."
                    raise CompressionFault("a dynamic table size update stands after a field")
                else:
                    prefix = 4
                index, position = decode_integer(data, position - 1, prefix)
                if index == 0:
                    name, position = self._read_string(data, position)
                elif index > len(entries):
                    raise _no_entry(index, len(entries))
                else:
                    name = entries[-index][0]
                value, position = self._read_string(data, position)
                field = (name, value)
                if octet >= 0x40:
                    self._insert(field)
                elif octet >= 0x10:
                    self._never_indexed.append(len(fields))
                append(field)
            self._check_list(fields)
        return fields

    def _read_size_updates(self, data: bytes) -> int:
        """Obey the size updates at the beginning of a block; return the position after them."""
        position = count = 0
        while position < len(data) and data[position] & 0xE0 == 0x20:
            size, position = decode_integer(data, position, 5)
            limit = self._size_limit if self._update_limit is None else self._update_limit
            # "The new maximum size MUST be lower than or equal to the limit determined by the protocol
            # using HPACK.  A value that exceeds this limit MUST be treated as a decoding error."
            if size > limit:
                raise CompressionFault(f"a dynamic table size update to {size}, the limit is {limit}")
            count += 1
            if count > MAX_SIZE_UPDATES:
                raise CompressionFault(f"more than {MAX_SIZE_UPDATES} dynamic table size updates in a block")
            self._update_limit = None
            self._max_size = size
            self._size_changes += 1
            self._evict(size)
        if self._update_limit is not None:
            # "This dynamic table size update MUST occur at the beginning of the first header block
            # following the change to the dynamic table size."
            raise CompressionFault(
                f"the table size was lowered to {self._update_limit}, no size update begins the block"
            )
        return position

    def _read_string(self, data: bytes, position: int) -> tuple[bytes, int]:
        """Read the string literal at `position`; return it and the position after it (RFC 7541 5.2)."""
        if position >= len(data):
            raise CompressionFault("the field block ends before a string")
        coded = data[position] >= 0x80
        length, position = decode_integer(data, position, 7)
        if length > self._max_string:
            raise _too_much("max_string", f"a string of {length} octets, the limit is {self._max_string}")
        end = position + length
        if end > len(data):
            raise CompressionFault(f"a string of {length} octets, only {len(data) - position} are left")
        octets = data[position:end]
        return decode_huffman(octets) if coded else octets, end

    def _insert(self, field: tuple[bytes, bytes]) -> None:
        """Add an entry; one that is larger than the table empties it (RFC 7541 4.4)."""
        size = len(field[0]) + len(field[1]) + HD_ENTRY_OVERHEAD
        self._insertions += 1
        if self._size + size > self._max_size:
            self._evict(max(self._max_size - size, 0))
            if size > self._max_size:
                return
        self._size += size
        self._entries.insert(len(self._entries) - STATIC_LENGTH, field)

    def _evict(self, size: int) -> None:
        """Evict the oldest entries until the table has at most `size` octets (RFC 7541 4.3, 4.4)."""
        count = 0
        while self._size > size:
            name, value = self._entries[count]
            self._size -= len(name) + len(value) + HD_ENTRY_OVERHEAD
            count += 1
        del self._entries[:count]

    def _check_list(self, fields: list[tuple[bytes, bytes]]) -> None:
        """Raise CompressionFault if the fields so far exceed a limit."""
        if self._max_fields is not None and len(fields) > self._max_fields:
            raise _too_much("max_header_fields", f"more than {self._max_fields} fields")
        if self._max_list_size is None:
            return
        size = sum([len(name) + len(value) for name, value in fields]) + HD_ENTRY_OVERHEAD * len(fields)
        if size > self._max_list_size:
            raise _too_much(
                "max_header_list_size",
                f"a field list of over {size} octets, the limit is {self._max_list_size}",
            )


def _no_entry(index: int, entries: int) -> CompressionFault:
    # "It MUST be treated as a decoding error if found in an indexed header field representation."
    if index == 0:
        return CompressionFault("an indexed field has the index 0")
    # "Indices strictly greater than the sum of the lengths of both tables MUST be treated as
    # a decoding error."
    return CompressionFault(f"the index {index} is beyond the tables, which have {entries} entries")


def _too_much(limit: str, reason: str) -> CompressionFault:
    return CompressionFault(reason, limit, ErrorCode.ENHANCE_YOUR_CALM)
