"""HPACK as of draft-ietf-httpbis-header-compression-08, the last version with a reference set.

What differs from RFC 7541:

* the dynamic table ("header table") has the indexes 1 to k, the static table follows;
* an indexed static entry is copied into the table;
* the table's entries in the reference set belong to the next field list without being named: indexing
  an entry outside the set adds it, indexing one inside takes it out;
* the octet 30 empties the set; a table size update has a 4-bit prefix;
* the fields that stayed in the set untouched come last, here the newest entry first.

Meant for comparing versions of the protocol: clear rather than fast.
"""

from collections.abc import Iterable
from typing import Final

from ..errors import CompressionFault
from .debug import print_hd_table
from .draft08_table import Entry, HDTableEntry08, ReferenceTable
from .huffman import decode_huffman, digit_octets, string_digits
from .integer import decode_integer, encode_integer
from .policy import DO_NOT_INDEX, INDEX, NEVER_INDEX, POLICY, SHORT_COOKIE, entry_limit
from .representation import INCREMENTAL, INDEXED, NEVER_INDEXED, WITHOUT_INDEXING
from .static_table import STATIC_TABLE
from .table import (
    DEFAULT_HEADER_TABLE_SIZE,
    DEFLATE_MAX_HEADER_TABLE_SIZE,
    HD_ENTRY_OVERHEAD,
    HDTableEntry,
    check_table_size,
)

__all__ = ["HDDeflater", "HDInflater", "HDTableEntry08", "print_hd_table"]

EMPTY_REFERENCE_SET: Final = 0x30
SIZE_UPDATE: Final = 0x20


class HDDeflater:
    """Encodes field lists; a block names only what differs from the reference set."""

    def __init__(self, hd_table_bufsize_max: int = DEFLATE_MAX_HEADER_TABLE_SIZE) -> None:
        """Make an encoder that never uses more than `hd_table_bufsize_max` octets of table."""
        self._size_limit = check_table_size(hd_table_bufsize_max)
        self._table = ReferenceTable(min(self._size_limit, DEFAULT_HEADER_TABLE_SIZE))
        self._no_refset = False
        self._sizes_due = [self._table.max_size] if self._size_limit < DEFAULT_HEADER_TABLE_SIZE else []

    def set_no_refset(self, no_refset: bool) -> None:
        """Say whether every block from now on begins with emptying the reference set."""
        self._no_refset = bool(no_refset)

    def change_table_size(self, hd_table_bufsize_max: int) -> None:
        """Set the table's maximum size to this, or to the constructor's value where that is smaller.

        Entries that do not fit are evicted at once; the next block begins with the size update.
        """
        size = min(check_table_size(hd_table_bufsize_max), self._size_limit)
        smallest = min([size, *self._sizes_due])
        self._sizes_due = [size] if smallest == size else [smallest, size]
        self._table.max_size = size
        self._table.evict()

    def get_hd_table(self) -> list[HDTableEntry]:
        """Return a copy of the table, newest entry first."""
        return self._table.described()

    def deflate(self, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """Encode a field list; raises TypeError, with nothing changed, if a name or value is not bytes."""
        fields = [(name, value) for name, value in headers]
        for item in (item for field in fields for item in field):
            if not isinstance(item, bytes):
                raise TypeError(f"expected bytes, {type(item).__name__} found")
        output = bytearray()
        for size in self._sizes_due:
            output += encode_integer(size, 4, SIZE_UPDATE)
        self._sizes_due = []
        self._table.begin_block()
        if self._no_refset:
            output.append(EMPTY_REFERENCE_SET)
            self._table.empty_reference_set()
        for field in fields:
            self._encode(field, output)
        for index, entry in enumerate(self._table.entries, 1):
            if entry.in_set and not entry.kept and not entry.emitted:
                output += encode_integer(index, 7, INDEXED)
                entry.in_set = False
        return bytes(output)

    def _encode(self, field: tuple[bytes, bytes], output: bytearray) -> None:
        name, value = field
        policy = POLICY.get(name, INDEX)
        secret = policy == NEVER_INDEX or (policy > NEVER_INDEX and len(value) < SHORT_COOKIE)
        entries = self._table.entries
        if not secret:
            for index, entry in enumerate(entries, 1):
                if entry.field == field:
                    self._encode_known(entry, encode_integer(index, 7, INDEXED), output)
                    return
        size = len(name) + len(value) + HD_ENTRY_OVERHEAD
        if not secret and field in STATIC_TABLE:
            self._emit_displaced(size, output)  # before the index, which counts the entries there are now
            output += encode_integer(len(entries) + STATIC_TABLE.index(field) + 1, 7, INDEXED)
            self._table.add(field)
            return
        form, prefix = NEVER_INDEXED, 4
        if not secret:
            form = WITHOUT_INDEXING
            if policy != DO_NOT_INDEX and size <= entry_limit(self._table.max_size):
                form, prefix = INCREMENTAL, 6
                self._emit_displaced(size, output)
        names = [*(entry.field[0] for entry in entries), *(static_name for static_name, _ in STATIC_TABLE)]
        if name in names:
            output += encode_integer(names.index(name) + 1, prefix, form)
        else:
            output.append(form)
            output += digit_octets(string_digits(name))
        output += digit_octets(string_digits(value))
        if form == INCREMENTAL:
            self._table.add(field)

    def _encode_known(self, entry: Entry, indexed: bytes, output: bytearray) -> None:
        if not entry.in_set:
            output += indexed
            entry.in_set = entry.emitted = True
        elif entry.emitted:  # once more: out of the set, and in again
            output += indexed * 2
        elif entry.kept:  # a second time: now both must be said
            output += indexed * 4
            entry.emitted = True
        else:
            entry.kept = True

    def _emit_displaced(self, size: int, output: bytearray) -> None:
        """Emit what counted on the end of the block and will be evicted before (out of the set and in)."""
        for entry in self._table.displaced(size):
            if entry.kept and not entry.emitted:
                output += encode_integer(self._table.entries.index(entry) + 1, 7, INDEXED) * 2
                entry.emitted = True


class HDInflater:
    """Decodes field blocks; dead after an error, as its RFC 7541 counterpart."""

    def __init__(self) -> None:
        self._table = ReferenceTable(DEFAULT_HEADER_TABLE_SIZE)
        self._size_limit = DEFAULT_HEADER_TABLE_SIZE
        self._update_limit: int | None = None  # the next block must begin with an update up to this
        self._fault: CompressionFault | None = None

    def change_table_size(self, hd_table_bufsize_max: int) -> None:
        """Set the limit of the table's size; when it is lowered, the next block must begin with an update."""
        self._size_limit = check_table_size(hd_table_bufsize_max)
        if self._size_limit < self._table.max_size:
            self._table.max_size = self._update_limit = self._size_limit
            self._table.evict()

    def get_hd_table(self) -> list[HDTableEntry]:
        """Return a copy of the table, newest entry first."""
        return self._table.described()

    def inflate(self, data: bytes | bytearray | memoryview) -> list[tuple[bytes, bytes]]:
        """Decode a block: the fields it names in its order, then the untouched rest of the reference set.

        Raises CompressionFault if the block cannot be decoded, TypeError if `data` is not bytes-like.
        """
        if self._fault is not None:
            raise CompressionFault(self._fault.reason)
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"expected bytes, {type(data).__name__} found")
        try:
            return self._decode(bytes(data))
        except CompressionFault as fault:
            self._fault = fault.with_traceback(None)
            raise

    def _decode(self, data: bytes) -> list[tuple[bytes, bytes]]:
        fields: list[tuple[bytes, bytes]] = []
        self._table.begin_block()
        position = 0
        while position < len(data) or self._update_limit is not None:
            octet = data[position] if position < len(data) else None
            if octet is not None and octet & 0xF0 == SIZE_UPDATE:
                position = self._read_size_update(data, position)
            elif octet is None or self._update_limit is not None:
                raise CompressionFault("the table size was lowered, no size update begins the block")
            elif octet >= INDEXED:
                index, position = decode_integer(data, position, 7)
                self._toggle(index, fields)
            elif octet & 0xF0 == EMPTY_REFERENCE_SET:
                # "The remaining bits MUST be set to '0', non-zero values MUST be treated as
                # a decoding error."
                if octet != EMPTY_REFERENCE_SET:
                    raise CompressionFault(
                        f"the octet {octet:02x} empties the reference set with bits after it"
                    )
                position += 1
                self._table.empty_reference_set()
            else:
                field, position = self._read_literal(data, position)
                fields.append(field)
                if octet >= INCREMENTAL:
                    self._table.add(field)
        fields += [entry.field for entry in self._table.entries if entry.in_set and not entry.emitted]
        return fields

    def _toggle(self, index: int, fields: list[tuple[bytes, bytes]]) -> None:
        """Obey an indexed representation (4.1)."""
        field = self._field(index)
        if index > len(self._table.entries):
            fields.append(field)
            self._table.add(field)
            return
        entry = self._table.entries[index - 1]
        entry.in_set = not entry.in_set
        if entry.in_set:
            entry.emitted = True
            fields.append(field)

    def _field(self, index: int) -> tuple[bytes, bytes]:
        entries = self._table.entries
        # "The index value of 0 is not used.  It MUST be treated as a decoding error".  "Indices that are
        # greater than the sum of the lengths of both tables MUST be treated as a decoding error."
        if not 0 < index <= len(entries) + len(STATIC_TABLE):
            raise CompressionFault(f"there is no entry with the index {index}")
        return entries[index - 1].field if index <= len(entries) else STATIC_TABLE[index - len(entries) - 1]

    def _read_size_update(self, data: bytes, position: int) -> int:
        size, position = decode_integer(data, position, 4)
        limit = self._size_limit if self._update_limit is None else self._update_limit
        if size > limit:
            raise CompressionFault(f"a table size update to {size}, the limit is {limit}")
        self._update_limit = None
        self._table.max_size = size
        self._table.evict()
        return position

    def _read_literal(self, data: bytes, position: int) -> tuple[tuple[bytes, bytes], int]:
        index, position = decode_integer(data, position, 6 if data[position] >= INCREMENTAL else 4)
        if index:
            name = self._field(index)[0]
        else:
            name, position = _read_string(data, position)
        value, position = _read_string(data, position)
        return (name, value), position


def _read_string(data: bytes, position: int) -> tuple[bytes, int]:
    coded = position < len(data) and data[position] >= 0x80
    length, position = decode_integer(data, position, 7)
    end = position + length
    if end > len(data):
        raise CompressionFault(f"a string of {length} octets, only {len(data) - position} are left")
    return decode_huffman(data[position:end]) if coded else data[position:end], end
