"""Mutants whose field decoder is one of the broken decoders that the codec vectors are proven with."""

from collections.abc import Callable

from conformance.codec.codec import Decoded, Refused
from conformance.codec.vector import Context
from conformance.tests import decoder_mutants as broken
from conformance.tests.plain_codec import DecodingError, PlainCodec
from nghttp2.errors import CompressionFault
from nghttp2.fields import Fields
from nghttp2.stream import Discard

from .gate import Gate
from .model import Row, mutants

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


ROWS: tuple[Row, ...] = (
    # name, rule, sentence, kills, touches, decoder
    ("ignores-decoding-errors", "RFC 9113 4.3", "what was understood of a field block is taken for the whole",
     ("situation:hpack-decoding-error", "situation:truncated-field-block"), (), IgnoresAnyFault),
    ("ignores-cut-instructions", "RFC 9113 4.3", "an instruction that is cut ends its block",
     ("situation:truncated-field-block", "hpack-integers/length-beyond-the-block"), (),
     broken.IgnoresACutInstruction),
    ("loses-the-last-field", "RFC 9113 4.3", "the last field of every block is lost",
     ("4.3-field-blocks/insertion-across-fragments", "4.3-field-blocks/two-fragments"), ("*",),
     broken.LosesTheLastField),
    ("wraps-integers", "RFC 7541 5.1", "integers are cut to 32 bits",
     ("hpack-integers/*-wraps-*",), ("hpack-integers/*",), broken.WrapsIntegersAt32Bits),
    ("takes-index-0", "RFC 7541 6.1", "index 0 is index 1",
     ("hpack-tables/index-zero", "4.3-field-blocks/decoding-error-*",
      "5.4-errors/stream-error-and-decoding-error"),
     (), broken.TakesIndexZero),
    ("clamps-indexes", "RFC 7541 2.3.3", "an index beyond the tables is the last one",
     ("hpack-tables/index-far-beyond-the-tables", "hpack-tables/index-one-beyond-the-table",
      "hpack-tables/table-of-requests-is-not-that-of-responses"),
     ("situation:hpack-decoding-error", "hpack-*"), broken.ClampsIndexes),
    ("serves-unknown-names", "RFC 7541 2.3.3", "a name beyond the tables is empty",
     ("hpack-tables/name-index-beyond-*",), (), broken.ServesUnknownNames),
    ("counts-static-entries-from-0", "RFC 7541 A", "static indexes are off by one",
     ("hpack-tables/static-*",),
     ("8.1.1-content-length/never-indexed-length",
      "8.2.2-connection-specific-fields/transfer-encoding-by-static-index",
      "openings-clients/dynamic-table-from-the-start"),
     broken.CountsStaticEntriesFromZero),
    ("knows-no-static-values", "RFC 7541 A", "an indexed static entry has no value",
     ("8.3.1-request-pseudo-fields/pseudo-fields-by-static-index", "hpack-tables/static-method"),
     ("hpack-tables/static-names", "openings-clients/dynamic-table-from-the-start"), KnowsNoStaticValues),
    ("takes-long-padding", "RFC 7541 5.2", "Huffman padding may be longer than 7 bits",
     ("hpack-strings/padding-of-eleven-bits", "hpack-strings/padding-of-one-octet"), (),
     broken.TakesLongPadding),
    ("takes-zero-padding", "RFC 7541 5.2", "Huffman padding may have zeros",
     ("hpack-strings/padding-of-zeros", "hpack-strings/padding-with-one-zero-in-a-name",
      "hpack-strings/code-cut-inside-a-symbol"),
     (), broken.TakesZeroPadding),
    ("takes-eos", "RFC 7541 5.2", "EOS ends a string",
     ("hpack-strings/eos*",), (), broken.TakesEos),
    ("reads-the-table-from-its-oldest", "RFC 7541 2.3.3", "index 62 is the oldest entry",
     ("hpack-tables/newest-entry-is-62", "hpack-tables/older-entries-move-up"),
     ("openings-clients/dynamic-table-from-the-start",), broken.TakesOldestFirst),
    ("inserts-no-duplicates", "RFC 7541 2.3.2", "an entry that is there already is not inserted again",
     ("hpack-tables/duplicate-entries",), ("10.5.1-field-block-size/*",), broken.InsertsNoDuplicates),
    ("inserts-every-literal", "RFC 7541 6.2.2, 6.2.3", "literals without indexing are inserted as well",
     ("hpack-tables/other-literals-insert-nothing",),
     ("10.5.1-field-block-size/no-entry-beyond-evictions", "4.3-field-blocks/*",
      "5.1-stream-states-half-closed/table-after-a-late-block", "hpack-encoder/our-table-is-not-theirs",
      "hpack-size-updates/*", "hpack-strings/huffman-entry-in-the-table", "hpack-tables/*",
      "openings-clients/dynamic-table-from-the-start"),
     InsertsEveryLiteral),
    ("forgets-entry-overhead", "RFC 7541 4.1", "entries are counted without their 32 octets",
     ("hpack-tables/two-entries-do-not-fit",),
     ("10.5.1-field-block-size/*", "hpack-size-updates/*", "hpack-tables/*"), broken.ForgetsOverhead),
    ("evicts-the-newest", "RFC 7541 4.3", "the newest entry is evicted first",
     ("hpack-size-updates/newest-entry-survives",), (), broken.EvictsNewestFirst),
    ("evicts-the-name-first", "RFC 7541 4.4", "an entry is evicted before the name it gives is copied",
     ("hpack-tables/name-of-an-evicted-entry",), (), broken.EvictsTheName),
    ("keeps-the-table-beside-a-large-entry", "RFC 7541 4.4", "an entry larger than the table changes nothing",
     ("hpack-tables/entry-larger-than-the-table-empties-it",), (), broken.KeepsTheTableBesideALargeEntry),
    ("refuses-large-entries", "RFC 7541 4.4", "an entry larger than the table is an error",
     ("hpack-tables/entry-larger-than-the-table",), ("hpack-tables/*", "10.5.1-field-block-size/*"),
     broken.RefusesLargeEntries),
    ("takes-any-size-update", "RFC 7541 6.3", "a size update may exceed the limit",
     ("hpack-size-updates/over-the-limit", "hpack-size-updates/over-the-limit-in-trailers"),
     ("hpack-*", "situation:hpack-*"), broken.TakesAnyUpdate),
    ("ignores-size-updates", "RFC 7541 4.3, 6.3", "size updates are read and not followed",
     ("hpack-size-updates/zero-empties-the-table", "hpack-size-updates/shrinking-evicts-the-oldest"),
     ("hpack-*",), broken.IgnoresUpdates),
    ("takes-one-size-update", "RFC 7541 4.2", "a second size update in a block is an error",
     ("hpack-size-updates/to-zero-and-back",), ("hpack-*",), broken.TakesOneUpdate),
    ("forgets-the-prefix-ceiling", "RFC 7541 5.1", "an integer that fills its prefix is one too small",
     ("hpack-integers/length-of-127", "4.3-field-blocks/cut-inside-an-integer"), ("*",),
     broken.ForgetsThePrefix),
    ("knows-no-huffman", "RFC 7541 5.2", "a string in Huffman code is an error",
     ("hpack-strings/*", "!situation:hpack-decoding-error", "!hpack-strings/empty-huffman-string"),
     ("8.2.1-field-names/upper-case-in-huffman-code", "8.2.1-field-values/nul-in-huffman-code",
      "8.2.3-cookies/crumbs-by-index", "hpack-strings/*", "hpack-tables/huffman-does-not-shrink-entries",
      "openings-clients/dynamic-table-from-the-start"),
     KnowsNoHuffman),
    ("wants-huffman-text", "RFC 7541 5.2", "an empty string in Huffman code is an error",
     ("hpack-strings/empty-huffman-string",), ("hpack-strings/padding-of-one-octet",), WantsHuffmanText),
    ("takes-six-bits-of-padding", "RFC 7541 5.2", "Huffman padding of seven bits is an error",
     ("hpack-strings/padding-of-seven-bits",),
     ("8.2.1-field-names/upper-case-in-huffman-code", "8.2.1-field-values/nul-in-huffman-code",
      "8.2.3-cookies/crumbs-by-index", "hpack-strings/huffman-request",
      "openings-clients/dynamic-table-from-the-start"),
     TakesSixBitsOfPadding),
    ("wants-short-integers", "RFC 7541 5.1", "a block whose integers have superfluous octets is not answered",
     ("situation:hpack-integer-superfluous-octets",), ("hpack-integers/*",), WantsShortIntegers),
    ("wants-small-updates", "RFC 7541 6.3", "a size update to the limit is an error",
     ("hpack-size-updates/at-the-limit",),
     ("hpack-*", "8.3.1-request-pseudo-fields/only-a-size-update", "hpack-size-updates/*"),
     WantsSmallUpdates),
    ("counts-33-octets", "RFC 7541 4.1", "entries are counted with 33 octets more",
     ("hpack-tables/two-entries-fit",), ("hpack-*", "10.5.1-*"), CountsOneOctetMore),
    ("inserts-at-the-end", "RFC 7541 2.3.2", "what a block inserts is there only behind it",
     ("hpack-tables/used-inside-its-own-block",),
     ("8.2.3-cookies/crumbs-by-index", "hpack-tables/entry-larger-than-the-table",
      "hpack-tables/huffman-does-not-shrink-entries"),
     InsertsAtTheEnd),
    ("has-no-table", "RFC 7541 2.3.2", "there is no dynamic table",
     ("openings-clients/dynamic-table-from-the-start", "hpack-tables/used-inside-its-own-block",
      "hpack-tables/name-from-the-dynamic-table", "hpack-tables/newest-entry-is-62",
      "hpack-encoder/our-table-is-not-theirs", "hpack-strings/huffman-entry-in-the-table",
      "4.3-field-blocks/table-after-*"),
     ("10.5.1-field-block-size/no-entry-beyond-evictions", "4.3-field-blocks/insertion-across-fragments",
      "5.1-stream-states-half-closed/table-after-a-late-block",
      "5.1.2-concurrency/table-after-a-refused-stream", "8.2.1-field-names/upper-case-from-the-dynamic-table",
      "8.2.1-field-values/lf-from-the-dynamic-table", "8.2.3-cookies/crumbs-by-index",
      "8.3-pseudo-fields/undefined-from-the-dynamic-table", "hpack-size-updates/*", "hpack-tables/*"),
     HasNoTable),
    ("names-static-entries-only", "RFC 7541 6.2", "a name from the dynamic table is an error",
     ("hpack-tables/name-from-the-dynamic-table",), ("hpack-tables/name-of-an-evicted-entry",),
     NamesStaticEntriesOnly),
)  # fmt: skip

MUTANTS = mutants([(*row[:5], decoding(row[5])) for row in ROWS], "prepare")
