"""Field blocks written one representation at a time, without a table (RFC 7541 5, 6)."""

from collections.abc import Iterable

from . import huffman

Field = tuple[bytes, bytes]


def integer(value: int, prefix: int, first: int = 0) -> bytes:
    """Encode an integer with a `prefix`-bit prefix; `first` holds the bits above it (RFC 7541 5.1)."""
    limit = (1 << prefix) - 1
    if value < limit:
        return bytes((first | value,))
    octets = [first | limit]
    value -= limit
    while value >= 128:
        octets.append(value & 127 | 128)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def string(text: bytes, coded: bool = False) -> bytes:
    """Encode a string literal, as it is or Huffman coded (RFC 7541 5.2)."""
    if coded:
        text = huffman.encode(text)
    return integer(len(text), 7, 0x80 if coded else 0) + text


def literal(name: bytes | int, value: bytes, first: int, prefix: int, coded: bool = False) -> bytes:
    """Encode a literal representation; an integer name is an index (RFC 7541 6.2)."""
    if isinstance(name, int):
        return integer(name, prefix, first) + string(value, coded)
    return bytes((first,)) + string(name, coded) + string(value, coded)


def indexed(index: int) -> bytes:
    """Encode an indexed field (RFC 7541 6.1)."""
    return integer(index, 7, 0x80)


def incremental(name: bytes | int, value: bytes, coded: bool = False) -> bytes:
    """Encode a literal that enters the dynamic table (RFC 7541 6.2.1)."""
    return literal(name, value, 0x40, 6, coded)


def plain(name: bytes | int, value: bytes, coded: bool = False) -> bytes:
    """Encode a literal without indexing (RFC 7541 6.2.2)."""
    return literal(name, value, 0x00, 4, coded)


def never(name: bytes | int, value: bytes, coded: bool = False) -> bytes:
    """Encode a literal that must never be indexed (RFC 7541 6.2.3)."""
    return literal(name, value, 0x10, 4, coded)


def size_update(size: int) -> bytes:
    """Encode a dynamic table size update (RFC 7541 6.3)."""
    return integer(size, 5, 0x20)


def block(fields: Iterable[Field]) -> bytes:
    """Encode fields as literals without indexing: no table, no Huffman code."""
    return b"".join(plain(name, value) for name, value in fields)
