"""What both ends know of a dynamic table: sizes and the entries shown to the user (RFC 7541 2.3.2, 4)."""

from dataclasses import dataclass
from typing import Final

from .integer import MAX_INTEGER

DEFAULT_HEADER_TABLE_SIZE: Final = 4096
"""Initial SETTINGS_HEADER_TABLE_SIZE, in octets (RFC 9113 6.5.2)."""

DEFLATE_MAX_HEADER_TABLE_SIZE: Final = 4096
"""Size that an encoder keeps to by default, whatever its peer allows."""

HD_ENTRY_OVERHEAD: Final = 32
"""Octets that an entry counts beyond its name and value (RFC 7541 4.1)."""


@dataclass(frozen=True, slots=True)
class HDTableEntry:
    """An entry of a dynamic table as `get_hd_table` returns it."""

    name: bytes
    namelen: int
    value: bytes
    valuelen: int

    def space(self) -> int:
        """Return the size of the entry in octets (RFC 7541 4.1)."""
        return self.namelen + self.valuelen + HD_ENTRY_OVERHEAD

    def mark(self) -> str:
        """Return what the printed line says between size and name."""
        return ""


def table_entries(fields: list[tuple[bytes, bytes]]) -> list[HDTableEntry]:
    """Describe the entries of a table, in the order given."""
    return [HDTableEntry(name, len(name), value, len(value)) for name, value in fields]


def check_table_size(size: int) -> int:
    """Return a table size in octets that the caller set.

    Raises TypeError if it is no int, OverflowError if it is negative or does not fit a setting's 32 bits.
    """
    if not isinstance(size, int):
        raise TypeError(f"the size of a header table is an int, not {type(size).__name__}")
    if not 0 <= size <= MAX_INTEGER:
        raise OverflowError(f"the size of a header table is 0 to {MAX_INTEGER}, not {size}")
    return size
