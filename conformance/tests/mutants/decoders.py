"""Decoders that are broken in one rule, beside those that the codec vectors are proven with (RFC 7541)."""

from collections.abc import Callable

from conformance.codec.codec import Decoded, Refused
from conformance.codec.vector import Context
from conformance.tests.plain_codec import DecodingError, PlainCodec
from nghttp2.errors import CompressionFault
from nghttp2.fields import Fields
from nghttp2.stream import Discard

from .gate import Gate
from .wire import CONTINUATION

LOST = "superfluous octets"
"""The reason with which a block is dropped, not refused."""


class Inflater:
    """Gives a plain decoder the face of the server's own."""

    def __init__(self, codec: PlainCodec) -> None:
        codec.new(Context(4096, None, None))
        self.codec = codec
        self.version = 0

    def inflate(self, block: bytes) -> Fields:
        self.version += 1  # every block may have changed the table
        decoded = self.codec.decode(block)
        if isinstance(decoded, Refused):
            if decoded.reason == LOST:
                raise Discard
            raise CompressionFault(decoded.reason)
        return list(decoded.fields)

    def change_table_size(self, limit: int) -> None:
        self.codec.resize(limit)


def decoding(codec: Callable[[], PlainCodec]) -> Callable[[Gate], None]:
    return lambda gate: gate.replace("_inflater", lambda _: Inflater(codec()))


class LosingInflater(Inflater):
    """Loses the last field of a block that came in fragments."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(PlainCodec())
        self.gate = gate

    def inflate(self, block: bytes) -> Fields:
        fields = super().inflate(block)
        frame = self.gate.current
        return fields[:-1] if frame is not None and frame.type == CONTINUATION else fields


class IgnoresAnyFault(PlainCodec):
    """Takes what it understood of a block for the whole of it."""

    def refuse(self, reason: str) -> Decoded | Refused:
        fields = self.fields
        if any(name == b":method" for name, _ in fields) or not fields:
            wanted = ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"a"))
            known = {name for name, _ in fields}
            fields = [pair for pair in wanted if pair[0] not in known] + fields
        return Decoded(tuple(fields), ())


class KnowsNoStaticValues(PlainCodec):
    """Takes nothing but names from the static table."""

    def entry(self, index: int) -> tuple[bytes, bytes]:
        name, value = super().entry(index)
        return (name, b"") if index <= 61 else (name, value)


class KnowsNoHuffman(PlainCodec):
    """Refuses every string in Huffman code."""

    def uncode(self, data: bytes) -> bytes:
        raise DecodingError("Huffman")


class WantsHuffmanText(PlainCodec):
    """Refuses an empty string in Huffman code."""

    def uncode(self, data: bytes) -> bytes:
        if not data:
            raise DecodingError("empty")
        return super().uncode(data)


class TakesSixBitsOfPadding(PlainCodec):
    """Refuses Huffman padding of seven bits."""

    def padding(self, rest: str) -> None:
        if len(rest) > 6:
            raise DecodingError("padding")
        super().padding(rest)


class WantsShortIntegers(PlainCodec):
    """Refuses integers with octets that say nothing."""

    def integer(self, prefix: int) -> int:
        begin = self.place
        value = super().integer(prefix)
        if self.place - begin > 2 and self.wire[self.place - 1] == 0:
            raise DecodingError(LOST)
        return value


class WantsSmallUpdates(PlainCodec):
    """Refuses a size update to the limit itself."""

    def update_limit(self, size: int) -> None:
        if size >= self.limit:
            raise DecodingError("an update to the limit")


class CountsOneOctetMore(PlainCodec):
    """Counts entries with 33 octets of overhead."""

    def entry_size(self, entry: tuple[bytes, bytes]) -> int:
        return super().entry_size(entry) + 1


class InsertsAtTheEnd(PlainCodec):
    """Inserts what a block adds only when the block has ended."""

    def decode(self, wire: bytes) -> Decoded | Refused:
        self.waiting: list[tuple[bytes, bytes]] = []
        return super().decode(wire)

    def insert(self, field: tuple[bytes, bytes]) -> None:
        self.waiting.append(field)

    def end(self) -> None:
        for field in self.waiting:
            super().insert(field)
        super().end()


class HasNoTable(PlainCodec):
    """Has no dynamic table."""

    def insert(self, field: tuple[bytes, bytes]) -> None:
        pass


class NamesStaticEntriesOnly(PlainCodec):
    """Refuses names from the dynamic table."""

    def name_at(self, index: int) -> bytes:
        if index > 61:
            raise DecodingError("a dynamic name")
        return super().name_at(index)


class InsertsEveryLiteral(PlainCodec):
    """Takes literals without indexing, and never indexed ones, into the table."""

    def step(self) -> None:
        count, size = len(self.fields), len(self.entries)
        plain = self.wire[self.place] & 0xE0 == 0
        super().step()
        if plain and len(self.fields) > count and len(self.entries) == size:
            self.insert(self.fields[-1])
