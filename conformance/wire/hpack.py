"""A plain decoder of field blocks, written for clarity: it reads what targets answer (RFC 7541)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import huffman
from .static_table import STATIC_TABLE

Field = tuple[bytes, bytes]

MAX_INTEGER_OCTETS = 8
"""Continuation octets of an integer that are read: more than any real value needs."""


class HpackError(ValueError):
    """The field block cannot be decoded."""


@dataclass(slots=True)
class Block:
    """A decoded field block."""

    fields: list[Field] = field(default_factory=list)
    never_indexed: list[int] = field(default_factory=list)  # positions in `fields`
    size_updates: list[int] = field(default_factory=list)
    used_table: bool = False  # whether a field came out of the dynamic table


class _Reader:
    """Octets with a position."""

    __slots__ = ("data", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def octet(self) -> int:
        if self.position >= len(self.data):
            raise HpackError("the block ends inside a representation")
        self.position += 1
        return self.data[self.position - 1]

    def integer(self, first: int, prefix: int) -> int:
        limit = (1 << prefix) - 1
        value = first & limit
        if value < limit:
            return value
        for count in range(MAX_INTEGER_OCTETS):
            octet = self.octet()
            value += (octet & 127) << (7 * count)
            if octet < 128:
                return value
        raise HpackError("an integer is too long")

    def string(self) -> bytes:
        first = self.octet()
        length = self.integer(first, 7)
        end = self.position + length
        if end > len(self.data):
            raise HpackError("the block ends inside a string")
        text = self.data[self.position : end]
        self.position = end
        if not first & 0x80:
            return text
        try:
            return huffman.decode(text)
        except huffman.HuffmanError as error:
            raise HpackError(str(error)) from error


class Decoder:
    """One direction of a connection: the dynamic table and its limit."""

    def __init__(self, limit: int = 4096) -> None:
        """`limit`: what we announced as SETTINGS_HEADER_TABLE_SIZE, in octets."""
        self.table: list[Field] = []  # newest first
        self.limit = limit
        self.size = limit  # what the encoder last set by a size update
        self._smallest: int | None = None  # smallest limit since the last block, when below the size in use

    def resize(self, limit: int) -> None:
        """Change the limit: our SETTINGS_HEADER_TABLE_SIZE was acknowledged."""
        self.limit = limit
        if limit < self.size:
            self._smallest = limit if self._smallest is None else min(limit, self._smallest)

    def occupied(self) -> int:
        """Return the size of the dynamic table (RFC 7541 4.1)."""
        return sum(len(name) + len(value) + 32 for name, value in self.table)

    def decode(self, data: bytes) -> Block:
        """Decode a whole field block.  Raises HpackError; the table is then out of step for good."""
        block = Block()
        reader = _Reader(data)
        while reader.position < len(data):
            first = reader.octet()
            if first & 0xE0 == 0x20:
                self._update(reader.integer(first, 5), block)
                continue
            # RFC 9113 4.3.1: the change MUST be acknowledged by a size update that starts the next block.
            if self._smallest is not None:
                self._unannounced()
            if first & 0x80:
                index = reader.integer(first, 7)
                block.used_table |= index > len(STATIC_TABLE)
                block.fields.append(self._entry(index))
                continue
            prefix = 6 if first & 0x40 else 4
            index = reader.integer(first, prefix)
            name = self._entry(index)[0] if index else reader.string()
            block.used_table |= index > len(STATIC_TABLE)
            entry = (name, reader.string())
            if first & 0xF0 == 0x10:
                block.never_indexed.append(len(block.fields))
            block.fields.append(entry)
            if first & 0x40:
                self._insert(entry)
        return block

    def _unannounced(self) -> None:
        """Take a missing size update: an encoder whose table is still empty has nothing to give up."""
        assert self._smallest is not None
        if self.table:
            raise HpackError(f"no size update after the table was limited to {self._smallest}")
        self.size = min(self.size, self._smallest)
        self._smallest = None

    def _entry(self, index: int) -> Field:
        if index == 0:
            raise HpackError("index 0")
        if index <= len(STATIC_TABLE):
            return STATIC_TABLE[index - 1]
        position = index - len(STATIC_TABLE) - 1
        if position >= len(self.table):
            raise HpackError(f"index {index} is beyond the dynamic table of {len(self.table)} entries")
        return self.table[position]

    def _update(self, size: int, block: Block) -> None:
        if block.fields:
            raise HpackError("a size update after a field")
        if size > self.limit:
            raise HpackError(f"a size update to {size} above the limit of {self.limit}")
        if self._smallest is not None and size <= self._smallest:
            self._smallest = None
        block.size_updates.append(size)
        self.size = size
        self._evict(0)

    def _insert(self, entry: Field) -> None:
        needed = len(entry[0]) + len(entry[1]) + 32
        self._evict(needed)
        if needed <= self.size:
            self.table.insert(0, entry)

    def _evict(self, room: int) -> None:
        """Drop the oldest entries until `room` octets are free (RFC 7541 4.3, 4.4)."""
        occupied = self.occupied()
        while self.table and occupied + room > self.size:
            name, value = self.table.pop()
            occupied -= len(name) + len(value) + 32


def representations(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield (kind, number) of each representation: what an encoder chose; number is an index or a size.

    Raises HpackError when the block cannot be split.
    """
    reader = _Reader(data)
    while reader.position < len(data):
        first = reader.octet()
        if first & 0x80:
            yield "indexed", reader.integer(first, 7)
        elif first & 0xE0 == 0x20:
            yield "size_update", reader.integer(first, 5)
        else:
            kind = "incremental" if first & 0x40 else "never" if first & 0x10 else "literal"
            index = reader.integer(first, 6 if first & 0x40 else 4)
            if not index:
                reader.string()
            reader.string()
            yield kind, index
