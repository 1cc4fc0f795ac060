"""A small codec made to be broken: each mutant differs from it in one fault that vectors must catch."""

from collections.abc import Sequence

from conformance.codec.codec import Decoded, Refused, Table
from conformance.codec.vector import NEEDS, Context, Field
from conformance.wire import literal
from conformance.wire.huffman_table import HUFFMAN_CODES
from conformance.wire.static_table import STATIC_TABLE

SYMBOLS = {format(code, f"0{length}b"): symbol for symbol, (code, length) in enumerate(HUFFMAN_CODES)}


class DecodingError(Exception):
    """What the codec refuses a block with."""


class PlainCodec:
    """A whole codec in small steps, one a rule.  Its encoder uses the table whenever it can."""

    name = "plain"
    version: str | None = None
    can = frozenset({*NEEDS, "table"})
    integer_octets = 5
    integer_limit = (1 << 32) - 1
    updates_per_block = 2

    def new(self, context: Context) -> None:
        self.context = context
        self.limit = self.maximum = context.table_limit
        self.pending: int | None = None
        self.entries: list[Field] = []
        self.sent: list[Field] = []
        self.sent_maximum = context.table_limit
        self.sent_smallest: int | None = None

    def close(self) -> None:
        pass

    def table(self) -> Table:
        return Table(tuple(self.entries), self.size(self.entries))

    def size(self, entries: Sequence[Field]) -> int:
        return sum(self.entry_size(entry) for entry in entries)

    def entry_size(self, entry: Field) -> int:
        return len(entry[0]) + len(entry[1]) + 32

    # -- settings --------------------------------------------------------------------------------------

    def resize(self, limit: int) -> None:
        if limit < self.maximum and (self.pending is None or limit < self.pending):
            self.pending = limit
        self.limit = limit
        self.resize_encoder(min(limit, 4096))

    def resize_encoder(self, maximum: int) -> None:
        if maximum != self.sent_maximum:
            self.sent_smallest = maximum if self.sent_smallest is None else min(maximum, self.sent_smallest)
            self.sent_maximum = maximum

    # -- decoder ---------------------------------------------------------------------------------------

    def decode(self, wire: bytes) -> Decoded | Refused:
        self.wire, self.place = wire, 0
        self.fields: list[Field] = []
        self.marks: list[int] = []
        self.updates = 0
        try:
            while self.place < len(self.wire):
                self.step()
            self.end()
        except DecodingError as error:
            return self.refuse(str(error))
        return Decoded(tuple(self.fields), tuple(self.marks))

    def refuse(self, reason: str) -> Decoded | Refused:
        return Refused(reason)

    def end(self) -> None:
        if self.pending is not None:
            raise DecodingError("no size update")

    def step(self) -> None:
        first = self.wire[self.place]
        if first & 0xE0 == 0x20:
            self.update(self.integer(5))
            return
        self.before_field()
        if first & 0x80:
            self.field(self.entry(self.integer(7)))
            return
        index = self.integer(6 if first & 0x40 else 4)
        name = self.name_at(index) if index else self.string()
        field = (name, self.string())
        if first & 0xF0 == 0x10:
            self.mark()
        self.field(field)
        if first & 0x40:
            self.insert(field)

    def before_field(self) -> None:
        if self.pending is not None:
            raise DecodingError("no size update")

    def mark(self) -> None:
        self.marks.append(len(self.fields))

    def field(self, field: Field) -> None:
        self.fields.append(field)
        context = self.context
        if context.max_fields is not None and len(self.fields) > context.max_fields:
            raise DecodingError("too many fields")
        if context.max_list_size is not None and self.list_size() > context.max_list_size:
            raise DecodingError("too large a list")

    def list_size(self) -> int:
        return self.size(self.fields)

    def octet(self) -> int:
        if self.place >= len(self.wire):
            raise DecodingError("truncated")
        self.place += 1
        return self.wire[self.place - 1]

    def integer(self, prefix: int) -> int:
        ceiling = (1 << prefix) - 1
        value = self.octet() & ceiling
        if value < ceiling:
            return value
        for count in range(self.integer_octets):
            octet = self.octet()
            value += (octet & 127) << 7 * count
            if octet < 128:
                return self.checked(value)
        raise DecodingError("an integer of too many octets")

    def checked(self, value: int) -> int:
        if value > self.integer_limit:
            raise DecodingError("too large an integer")
        return value

    def string(self) -> bytes:
        is_coded = self.place < len(self.wire) and self.wire[self.place] & 0x80
        length = self.integer(7)
        data = self.wire[self.place : self.place + length]
        self.place += length
        if len(data) < length:
            return self.short(data)
        return self.uncode(data) if is_coded else data

    def short(self, data: bytes) -> bytes:
        raise DecodingError(f"truncated after {len(data)} octets of a string")

    def uncode(self, data: bytes) -> bytes:
        bits = "".join(format(octet, "08b") for octet in data)
        text, rest = uncoded(bits)
        self.padding(rest)
        return text

    def padding(self, rest: str) -> None:
        if len(rest) > 7 or "0" in rest:
            raise DecodingError("padding")

    def entry(self, index: int) -> Field:
        if index == 0:
            raise DecodingError("index 0")
        if index <= len(STATIC_TABLE):
            return STATIC_TABLE[index - 1]
        if index - len(STATIC_TABLE) > len(self.entries):
            raise DecodingError("beyond the tables")
        return self.entries[index - len(STATIC_TABLE) - 1]

    def name_at(self, index: int) -> bytes:
        return self.entry(index)[0]

    def insert(self, field: Field) -> None:
        needed = self.entry_size(field)
        self.evict(self.maximum - needed)
        if needed <= self.maximum:
            self.entries.insert(0, field)

    def evict(self, room: int) -> None:
        size = self.size(self.entries)
        while self.entries and size > room:
            size -= self.entry_size(self.entries.pop())

    def update(self, size: int) -> None:
        self.update_place()
        self.updates += 1
        if self.updates > self.updates_per_block:
            raise DecodingError("too many updates")
        self.update_limit(size)
        if self.pending is not None and size <= self.pending:
            self.pending = None
        self.maximum = size
        self.evict(size)

    def update_place(self) -> None:
        if self.fields:
            raise DecodingError("an update behind a field")

    def update_limit(self, size: int) -> None:
        if size > self.limit:
            raise DecodingError("an update above the limit")

    # -- encoder ---------------------------------------------------------------------------------------

    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        block = self.updates_due()
        for place, field in enumerate(fields):
            block += self.represent(field, place in never)
        return block

    def updates_due(self) -> bytes:
        smallest, self.sent_smallest = self.sent_smallest, None
        if smallest is None:
            return b""
        self.trim(smallest)
        if smallest == self.sent_maximum:
            return literal.size_update(smallest)
        return literal.size_update(smallest) + literal.size_update(self.sent_maximum)

    def trim(self, room: int) -> None:
        size = self.size(self.sent)
        while self.sent and size > room:
            size -= self.entry_size(self.sent.pop())

    def represent(self, field: Field, is_never: bool) -> bytes:
        table = [*STATIC_TABLE, *self.sent]
        if is_never:
            return literal.never(*field)
        if field in table:
            return literal.indexed(table.index(field) + 1)
        names = [name for name, _ in table]
        name = names.index(field[0]) + 1 if field[0] in names else field[0]
        needed = self.entry_size(field)
        self.trim(self.sent_maximum - needed)
        if needed <= self.sent_maximum:
            self.sent.insert(0, field)
        return literal.incremental(name, field[1], coded=True)


def uncoded(bits: str) -> tuple[bytes, str]:
    """Walk the code bit by bit; return the text and the bits left over.  EOS is refused."""
    text, rest = bytearray(), ""
    for bit in bits:
        rest += bit
        symbol = SYMBOLS.get(rest)
        if symbol is None:
            continue
        if symbol == 256:
            raise DecodingError("EOS")
        text.append(symbol)
        rest = ""
    return bytes(text), rest
