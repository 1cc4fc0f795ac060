"""Decoders broken in one way each; the class name says the fault."""

import struct

from conformance.codec.codec import CodecCrash, Decoded, Refused
from conformance.codec.vector import Context, Field
from conformance.tests.plain_codec import DecodingError, PlainCodec, uncoded
from conformance.wire import literal


class RefusesEverything(PlainCodec):
    def decode(self, wire: bytes) -> Decoded | Refused:
        return Refused("no")

    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        return Refused("no")


class ServesWhatItHas(PlainCodec):
    def refuse(self, reason: str) -> Decoded | Refused:
        return Decoded(tuple(self.fields), tuple(self.marks))


class Crashes(PlainCodec):
    def refuse(self, reason: str) -> Decoded | Refused:
        raise CodecCrash(reason)


class LosesTheLastField(PlainCodec):
    def end(self) -> None:
        super().end()
        del self.fields[-1:]


class ReversesFields(PlainCodec):
    def end(self) -> None:
        super().end()
        self.fields.reverse()


class FoldsEqualFields(PlainCodec):
    def end(self) -> None:
        super().end()
        self.fields = list(dict.fromkeys(self.fields))


class ReadsTwoIntegerOctets(PlainCodec):
    integer_octets = 2


class ReadsEndlessIntegers(PlainCodec):
    integer_octets = 10_000
    integer_limit = 1 << 80_000


class WrapsIntegersAt32Bits(PlainCodec):
    integer_octets = 11
    integer_limit = 1 << 80

    def checked(self, value: int) -> int:
        return value & 0xFFFF_FFFF


class WrapsIntegersAt64Bits(PlainCodec):
    integer_octets = 11
    integer_limit = 1 << 80

    def checked(self, value: int) -> int:
        return int(struct.unpack("<Q", (value % (1 << 64)).to_bytes(8, "little"))[0])


class TakesNegativeIntegersForPositive(PlainCodec):
    integer_octets = 11
    integer_limit = 1 << 80

    def checked(self, value: int) -> int:
        return value & 0x7FFF_FFFF


class ForgetsThePrefix(PlainCodec):
    def checked(self, value: int) -> int:
        return super().checked(value) - 1


class AddsOneToIntegers(PlainCodec):
    def checked(self, value: int) -> int:
        return super().checked(value) + 1


class CrashesOnLongIntegers(PlainCodec):
    def refuse(self, reason: str) -> Decoded | Refused:
        if "too many octets" in reason:
            raise CodecCrash(reason)
        return Refused(reason)


class TakesAnyIntegerAndShortStrings(PlainCodec):
    integer_octets = 10_000
    integer_limit = 1 << 80_000

    def short(self, data: bytes) -> bytes:
        return data


class IgnoresACutInstruction(PlainCodec):
    def refuse(self, reason: str) -> Decoded | Refused:
        if "truncated" in reason:
            return Decoded(tuple(self.fields), tuple(self.marks))
        return Refused(reason)


class RefusesEmptyBlocks(PlainCodec):
    def decode(self, wire: bytes) -> Decoded | Refused:
        return super().decode(wire) if wire else Refused("no octets")


class ClampsIndexes(PlainCodec):
    integer_octets = 10_000
    integer_limit = 1 << 80_000

    def entry(self, index: int) -> Field:
        return super().entry(min(index, 61 + len(self.entries)))


class CountsStaticEntriesFromZero(PlainCodec):
    def entry(self, index: int) -> Field:
        return super().entry(index + 1 if 0 < index < 61 else index)


class TakesAnyPadding(PlainCodec):
    def padding(self, rest: str) -> None:
        pass


class TakesLongPadding(PlainCodec):
    def padding(self, rest: str) -> None:
        if "0" in rest:
            raise DecodingError("padding")


class TakesZeroPadding(PlainCodec):
    def padding(self, rest: str) -> None:
        if len(rest) > 7:
            raise DecodingError("padding")


class TakesEos(PlainCodec):
    def uncode(self, data: bytes) -> bytes:
        bits = "".join(format(octet, "08b") for octet in data)
        try:
            return super().uncode(data)
        except DecodingError as error:
            if str(error) != "EOS":
                raise
        return uncoded(bits[: bits.index("1" * 30)])[0]


class KnowsNoLongCodes(PlainCodec):
    def uncode(self, data: bytes) -> bytes:
        return bytes(octet for octet in super().uncode(data) if 32 <= octet < 127)


class TakesShortStrings(PlainCodec):
    def short(self, data: bytes) -> bytes:
        return data


class WantsNames(PlainCodec):
    def field(self, field: Field) -> None:
        if not field[0]:
            raise DecodingError("an empty name")
        super().field(field)


class WantsText(PlainCodec):
    def field(self, field: Field) -> None:
        if b"\xff" in field[1]:
            raise DecodingError("not text")
        super().field(field)


class LowersNames(PlainCodec):
    def field(self, field: Field) -> None:
        super().field((field[0].lower(), field[1]))


class TakesIndexZero(PlainCodec):
    def entry(self, index: int) -> Field:
        return super().entry(index or 1)


class CountsOneEntryMore(PlainCodec):
    def entry(self, index: int) -> Field:
        if self.entries and index == 62 + len(self.entries):
            return self.entries[-1]
        return super().entry(index)


class ServesUnknownNames(PlainCodec):
    def name_at(self, index: int) -> bytes:
        try:
            return super().name_at(index)
        except DecodingError:
            return b""


class TakesOldestFirst(PlainCodec):
    def entry(self, index: int) -> Field:
        if 61 < index <= 61 + len(self.entries):
            return self.entries[61 - index]
        return super().entry(index)


class InsertsNoDuplicates(PlainCodec):
    def insert(self, field: Field) -> None:
        if field not in self.entries:
            super().insert(field)


class InsertsEveryLiteral(PlainCodec):
    def field(self, field: Field) -> None:
        super().field(field)
        if self.wire[self.place - 1 :][:1] and not self.wire[0] & 0xC0:
            self.insert(field)


class ForgetsOverhead(PlainCodec):
    def entry_size(self, entry: Field) -> int:
        return len(entry[0]) + len(entry[1])


class CountsCodedOctets(PlainCodec):
    def entry_size(self, entry: Field) -> int:
        return sum(min(len(part), len(literal.string(part, coded=True)) - 1) for part in entry) + 32


class EvictsOneEntryOnly(PlainCodec):
    def insert(self, field: Field) -> None:
        if self.entry_size(field) > self.maximum:
            self.entries.clear()
            return
        if self.size(self.entries) + self.entry_size(field) > self.maximum:
            self.entries.pop()
        self.entries.insert(0, field)


class EvictsNewestFirst(PlainCodec):
    def evict(self, room: int) -> None:
        while self.entries and self.size(self.entries) > room:
            self.entries.pop(0)


class EvictsTheName(PlainCodec):
    def step(self) -> None:
        first = self.wire[self.place]
        if first & 0xC0 == 0x40 and first & 0x3F:
            place = self.place
            name = self.name_at(self.integer(6))
            value = self.string()
            self.evict(self.maximum - self.entry_size((name, value)))
            self.place = place
        super().step()


class KeepsTheTableBesideALargeEntry(PlainCodec):
    def insert(self, field: Field) -> None:
        if self.entry_size(field) <= self.maximum:
            super().insert(field)


class RefusesLargeEntries(PlainCodec):
    def insert(self, field: Field) -> None:
        if self.entry_size(field) > self.maximum:
            raise DecodingError("too large an entry")
        super().insert(field)


class TakesUpdatesAnywhere(PlainCodec):
    def update_place(self) -> None:
        if self.pending is not None and self.fields:
            raise DecodingError("an update behind a field")


class TakesAnyUpdate(PlainCodec):
    def update_limit(self, size: int) -> None:
        pass


class IgnoresUpdates(PlainCodec):
    def update(self, size: int) -> None:
        self.update_place()
        self.update_limit(size)
        self.pending = None


class TakesOneUpdate(PlainCodec):
    updates_per_block = 1


class EvictsAtTheNextInsertion(PlainCodec):
    def update(self, size: int) -> None:
        entries = list(self.entries)
        super().update(size)
        self.entries = entries


class RaisesWithoutUpdate(PlainCodec):
    def resize(self, limit: int) -> None:
        self.maximum = max(limit, self.maximum)
        super().resize(limit)


class NeedsNoUpdate(PlainCodec):
    def resize(self, limit: int) -> None:
        super().resize(limit)
        self.pending = None


class ForgetsTheSmallestSetting(PlainCodec):
    def resize(self, limit: int) -> None:
        super().resize(limit)
        self.pending = limit if limit < self.maximum else None


class NeedsAnUpdateForEachSetting(PlainCodec):
    def resize(self, limit: int) -> None:
        super().resize(limit)
        self.pending = limit if self.pending is None else self.pending


class ForgetsMarks(PlainCodec):
    def mark(self) -> None:
        pass


class MarksEveryLiteral(PlainCodec):
    def field(self, field: Field) -> None:
        super().field(field)
        if self.wire[0] < 0x40 and len(self.fields) - 1 not in self.marks:
            self.marks.append(len(self.fields) - 1)


class HasNoListLimit(PlainCodec):
    def list_size(self) -> int:
        return 0


class CountsTheListWithoutOverhead(PlainCodec):
    def list_size(self) -> int:
        return sum(len(name) + len(value) for name, value in self.fields)


class HasNoFieldLimit(PlainCodec):
    def new(self, context: Context) -> None:
        super().new(context._replace(max_fields=None))


class RefusesTheExactLimit(PlainCodec):
    def new(self, context: Context) -> None:
        size, count = context.max_list_size, context.max_fields
        super().new(context._replace(max_list_size=size and size - 1, max_fields=count and count - 1))
