"""Print a dynamic table."""

from collections.abc import Iterable

from .table import HDTableEntry


def print_hd_table(hdtable: Iterable[HDTableEntry]) -> None:
    """Print what `get_hd_table` returned: one line an entry, 1 is the newest, `s` its size in octets.

    Raises UnicodeDecodeError if a name or a value is not UTF-8.
    """
    for index, entry in enumerate(hdtable, 1):
        name, value = entry.name.decode(), entry.value.decode()
        print(f"[{index}] (s={entry.space()}) {entry.mark()}{name}: {value}")
