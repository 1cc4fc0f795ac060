"""The table of draft-ietf-httpbis-header-compression-08, with the reference set (3.2, 3.3, 5)."""

from dataclasses import dataclass

from .table import HD_ENTRY_OVERHEAD, HDTableEntry


@dataclass(frozen=True, slots=True)
class HDTableEntry08(HDTableEntry):
    """An entry as `get_hd_table` returns it; `ref`: it is in the reference set."""

    ref: bool

    def mark(self) -> str:
        """Return what the printed line says between size and name."""
        return f"(r={'y' if self.ref else 'n'}) "


@dataclass(slots=True, eq=False)
class Entry:
    """An entry of the table and what has happened to it in the block in work."""

    field: tuple[bytes, bytes]
    in_set: bool = True
    emitted: bool = False  # by a representation of this block
    kept: bool = False  # the encoder leaves it to the end of the block to emit it

    @property
    def size(self) -> int:
        return len(self.field[0]) + len(self.field[1]) + HD_ENTRY_OVERHEAD


class ReferenceTable:
    """The header table, newest entry first."""

    def __init__(self, max_size: int) -> None:
        self.entries: list[Entry] = []
        self.max_size = max_size

    def described(self) -> list[HDTableEntry]:
        return [
            HDTableEntry08(
                entry.field[0], len(entry.field[0]), entry.field[1], len(entry.field[1]), entry.in_set
            )
            for entry in self.entries
        ]

    def displaced(self, size: int) -> list[Entry]:
        """Return the entries that a new one of `size` octets displaces, oldest first (5.3)."""
        excess = sum(entry.size for entry in self.entries) + size - self.max_size
        oldest = []
        for entry in reversed(self.entries):
            if excess <= 0:
                break
            excess -= entry.size
            oldest.append(entry)
        return oldest

    def evict(self, size: int = 0) -> None:
        """Evict what does not fit beside `size` octets; an evicted entry leaves the reference set (5.2)."""
        del self.entries[len(self.entries) - len(self.displaced(size)) :]

    def add(self, field: tuple[bytes, bytes]) -> None:
        """Add an entry that was just emitted, and put it into the reference set, if it fits (4.1, 5.3)."""
        entry = Entry(field, emitted=True)
        self.evict(entry.size)
        if entry.size <= self.max_size:
            self.entries.insert(0, entry)

    def begin_block(self) -> None:
        for entry in self.entries:
            entry.emitted = entry.kept = False

    def empty_reference_set(self) -> None:
        for entry in self.entries:
            entry.in_set = False
