"""Variants whose field blocks are encoded in other ways (RFC 7541 4.2, 6)."""

from collections.abc import Callable, Iterable

from conformance.wire import literal
from conformance.wire.static_table import STATIC_TABLE

from ..mutants.gate import Gate
from .model import Hooks, Row, variants

Field = tuple[bytes, bytes]
Represent = Callable[[bytes, bytes], bytes]


class Encoder:
    """Stands for the server's encoder; keeps no table."""

    def __init__(self, represent: Represent, updates: Callable[[int], tuple[int, ...]]) -> None:
        """`updates`: the sizes that a block begins with, made from the limit."""
        self.represent = represent
        self.updates = updates
        self.version = 0
        self.limit = 4096
        self.due: list[int] = []
        self.is_first = True

    def change_table_size(self, size: int) -> None:
        self.limit = min(size, 4096)
        self.due = [min([self.limit, *self.due[:1]]), self.limit]

    def deflate(self, fields: Iterable[Field]) -> bytes:
        self.version += 1
        sizes = self.updates(self.limit) or tuple(self.due)
        self.due = []
        block = b"".join(map(literal.size_update, sizes))
        return block + b"".join(self.represent(bytes(name), bytes(value)) for name, value in fields)


def encoder(represent: Represent, updates: Callable[[int], tuple[int, ...]] = lambda limit: ()) -> Hooks:
    def prepare(gate: Gate) -> None:
        gate.replace("_deflater", lambda plain: Encoder(represent, updates))

    return {"prepare": prepare}


def index_of(name: bytes) -> int | bytes:
    """Return the static index of a name, or the name."""
    return next((n for n, entry in enumerate(STATIC_TABLE, 1) if entry[0] == name), name)


def as_static(name: bytes, value: bytes) -> bytes:
    if (name, value) in STATIC_TABLE:
        return literal.indexed(STATIC_TABLE.index((name, value)) + 1)
    return literal.plain(index_of(name), value)


def long_string(text: bytes) -> bytes:
    """A string whose length has an octet more than it needs, of value 0."""
    if len(text) < 127:
        return literal.string(text)
    encoded = bytearray(literal.integer(len(text), 7))
    encoded[-1] |= 0x80
    return bytes(encoded) + b"\0" + text


ROWS: tuple[Row, ...] = (
    ("encodes-literally", "RFC 7541 6.2.2", "every field is a literal without index and Huffman code",
     encoder(literal.plain)),
    ("encodes-with-huffman", "RFC 7541 5.2, 6.2.2", "every string is Huffman coded, however long that is",
     encoder(lambda name, value: literal.plain(name, value, coded=True))),
    ("encodes-never-indexed", "RFC 7541 6.2.3", "every field is never indexed",
     encoder(lambda name, value: literal.never(index_of(name), value))),
    ("encodes-into-the-table", "RFC 7541 6.2.1",
     "every field enters the table again, and is never referred to",
     encoder(literal.incremental)),
    ("encodes-from-the-static-table", "RFC 7541 6.1", "only the static table is used", encoder(as_static)),
    ("updates-the-table-size", "RFC 7541 4.2, 6.3", "each block begins with a size of 0 and the full one",
     encoder(literal.incremental, lambda limit: (0, limit))),
    ("gives-the-table-up", "RFC 7541 4.2", "each block sets the table's size to 0",
     encoder(as_static, lambda limit: (0,))),
    ("encodes-long-lengths", "RFC 7541 5.1", "long lengths have an octet of 0 behind them",
     encoder(lambda name, value: b"\0" + long_string(name) + long_string(value))),
)  # fmt: skip

VARIANTS = variants(ROWS)
