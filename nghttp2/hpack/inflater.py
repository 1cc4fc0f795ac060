"""The HPACK decoder (RFC 7541 2, 3, 6)."""

from typing import Final

from ..codes import ErrorCode
from ..errors import CompressionFault
from .huffman import decode_huffman
from .integer import MAX_INTEGER, decode_integer
from .representation import INCREMENTAL, INDEXED, NEVER_INDEXED, SIZE_UPDATE
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

_LARGEST_STATIC: Final = max(len(name) + len(value) for name, value in STATIC_TABLE) + HD_ENTRY_OVERHEAD


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
        self._is_limited = max_list_size is not None or max_fields is not None
        self._list_size = 0  # of the first `_counted` fields of the block in work
        self._counted = 0
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
        if self._never_indexed:
            self._never_indexed = []
        self._counted = self._list_size = 0
        try:
            return self._decode(data)
        except CompressionFault as fault:
            self._fault = fault.with_traceback(None)
            raise

    def _decode(self, data: bytes) -> list[tuple[bytes, bytes]]:
        fields: list[tuple[bytes, bytes]] = []
        append = fields.append
        entries = self._entries
        max_string = self._max_string
        end = len(data)
        position = 0
        if self._update_limit is not None or (end and data[0] & 0xE0 == SIZE_UPDATE):
            position = self._read_size_updates(data)
        insertions = self._insertions
        table_size = self._size
        max_size = self._max_size
        # Limits on the list are looked at after each chunk: what a chunk adds is bounded by its octets.
        while position < end:
            stop = end if end - position <= _CHUNK else position + _CHUNK
            while position < stop:
                octet = data[position]
                position += 1
                if octet >= INDEXED:
                    index = octet & 0x7F
                    if index == 0x7F:
                        index, position = decode_integer(data, position - 1, 7)
                    if index == 0:
                        raise _no_entry(index, len(entries))
                    try:
                        append(entries[-index])
                    except IndexError:
                        raise _no_entry(index, len(entries)) from None
                    continue
                if octet >= INCREMENTAL:
                    index = octet & 0x3F
                    if index == 0x3F:
                        index, position = decode_integer(data, position - 1, 6)
                elif octet < SIZE_UPDATE:
                    index = octet & 0x0F
                    if index == 0x0F:
                        index, position = decode_integer(data, position - 1, 4)
                else:
                    # "This dynamic table size update MUST occur at the beginning of the first header
                    # block following the change to the dynamic table size."
                    raise CompressionFault("a dynamic table size update stands after a field")
                if index:
                    try:
                        name = entries[-index][0]
                    except IndexError:
                        raise _no_entry(index, len(entries)) from None
                else:
                    name, position = self._read_string(data, position)
                # The value: what _read_string does, written out for lengths of one octet.
                length = data[position] if position < end else 0xFF
                if length < 0x7F and length <= max_string:
                    start = position + 1
                    position = start + length
                    if position > end:
                        raise _truncated(length, end - start)
                    value = data[start:position]
                elif 0x80 <= length < 0xFF and length - 0x80 <= max_string:
                    start = position + 1
                    position = start + length - 0x80
                    if position > end:
                        raise _truncated(length - 0x80, end - start)
                    value = decode_huffman(data[start:position])
                else:
                    value, position = self._read_string(data, position)
                field = (name, value)
                append(field)
                if octet >= INCREMENTAL:
                    insertions += 1
                    size = len(name) + len(value) + HD_ENTRY_OVERHEAD
                    table_size += size
                    if table_size > max_size:
                        if size > max_size:
                            # "an attempt to add an entry larger than the maximum size causes the table
                            # to be emptied of all existing entries"
                            del entries[:-STATIC_LENGTH]
                            table_size = 0
                            continue
                        while table_size > max_size:
                            old_name, old_value = entries.pop(0)
                            table_size -= len(old_name) + len(old_value) + HD_ENTRY_OVERHEAD
                    entries.insert(len(entries) - STATIC_LENGTH, field)
                elif octet >= NEVER_INDEXED:
                    self._never_indexed.append(len(fields) - 1)
            if self._is_limited:
                self._check_list(fields, end)
        self._insertions = insertions
        self._size = table_size
        return fields

    def _read_size_updates(self, data: bytes) -> int:
        """Obey the size updates at the beginning of a block; return the position after them."""
        position = count = 0
        while position < len(data) and data[position] & 0xE0 == SIZE_UPDATE:
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
            raise _truncated(length, len(data) - position)
        octets = data[position:end]
        return decode_huffman(octets) if coded else octets, end

    def _evict(self, size: int) -> None:
        """Evict the oldest entries until the table has at most `size` octets (RFC 7541 4.3, 4.4)."""
        while self._size > size:
            name, value = self._entries.pop(0)
            self._size -= len(name) + len(value) + HD_ENTRY_OVERHEAD

    def _check_list(self, fields: list[tuple[bytes, bytes]], block_size: int) -> None:
        """Raise CompressionFault if the fields of the block so far exceed a limit."""
        count = len(fields)
        if self._max_fields is not None and count > self._max_fields:
            raise _too_much("max_header_fields", f"more than {self._max_fields} fields")
        limit = self._max_list_size
        if limit is None:
            return
        # A field takes its octets from a table entry or from the block, where Huffman codes have at least
        # 5 bits: mostly this bound is enough, and nothing has to be counted.
        largest = max(self._max_size, _LARGEST_STATIC) + HD_ENTRY_OVERHEAD
        if self._list_size + (count - self._counted) * largest + 2 * block_size <= limit:
            return
        for name, value in fields[self._counted :]:
            self._list_size += len(name) + len(value) + HD_ENTRY_OVERHEAD
        self._counted = count
        if self._list_size > limit:
            raise _too_much(
                "max_header_list_size", f"a field list of over {self._list_size} octets, the limit is {limit}"
            )


def _no_entry(index: int, entries: int) -> CompressionFault:
    # "It MUST be treated as a decoding error if found in an indexed header field representation."
    if index == 0:
        return CompressionFault("an indexed field has the index 0")
    # "Indices strictly greater than the sum of the lengths of both tables MUST be treated as
    # a decoding error."
    return CompressionFault(f"the index {index} is beyond the tables, which have {entries} entries")


def _truncated(length: int, left: int) -> CompressionFault:
    return CompressionFault(f"a string of {length} octets, only {left} are left")


def _too_much(limit: str, reason: str) -> CompressionFault:
    return CompressionFault(reason, limit, ErrorCode.ENHANCE_YOUR_CALM)
