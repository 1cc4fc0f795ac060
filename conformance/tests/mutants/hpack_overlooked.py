"""Mutants whose field decoder is one of the broken decoders that the codec vectors are proven with."""

from collections.abc import Callable

from conformance.codec.codec import Refused
from conformance.codec.vector import Context
from conformance.tests import decoder_mutants as broken
from conformance.tests.plain_codec import PlainCodec
from nghttp2.errors import CompressionFault
from nghttp2.fields import Fields

from .gate import Gate
from .model import Mutant


class Inflater:
    """Gives a plain decoder the face of the server's own."""

    def __init__(self, codec: PlainCodec, limit: int = 4096) -> None:
        codec.new(Context(limit, None, None))
        self.codec = codec
        self.version = 0

    def inflate(self, block: bytes) -> Fields:
        self.version += 1  # every block may have changed the table
        decoded = self.codec.decode(block)
        if isinstance(decoded, Refused):
            raise CompressionFault(decoded.reason)
        return list(decoded.fields)

    def change_table_size(self, limit: int) -> None:
        self.codec.resize(limit)


def decoding(codec: Callable[[], PlainCodec]) -> Callable[[Gate], None]:
    return lambda gate: gate.replace("_inflater", lambda _: Inflater(codec()))


class IgnoresAnyFault(PlainCodec):
    """Takes what it understood of a block for the whole of it."""

    def refuse(self, reason: str) -> broken.Decoded | Refused:
        fields = self.fields
        if any(name == b":method" for name, _ in fields) or not fields:
            wanted = ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"a"))
            known = {name for name, _ in fields}
            fields = [pair for pair in wanted if pair[0] not in known] + fields
        return broken.Decoded(tuple(fields), ())


ROWS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...], Callable[[], PlainCodec]], ...] = (
    # name, rule, sentence, kills, touches, decoder
    ("ignores-decoding-errors", "RFC 9113 4.3", "what was understood of a field block is taken for the whole",
     ("situation:hpack-decoding-error", "situation:truncated-field-block"), (), IgnoresAnyFault),
    ("ignores-cut-instructions", "RFC 9113 4.3", "an instruction that is cut ends its block",
     ("situation:truncated-field-block", "hpack-integers/length-beyond-the-block"), (), broken.IgnoresACutInstruction),
    ("loses-the-last-field", "RFC 9113 4.3", "the last field of every block is lost",
     ("4.3-field-blocks/insertion-across-fragments", "4.3-field-blocks/two-fragments"), ("*",),
     broken.LosesTheLastField),
    ("wraps-integers", "RFC 7541 5.1", "integers are cut to 32 bits",
     ("hpack-integers/*-wraps-*",), ("hpack-integers/*",), broken.WrapsIntegersAt32Bits),
    ("takes-index-0", "RFC 7541 6.1", "index 0 is index 1",
     ("hpack-tables/index-zero", "4.3-field-blocks/decoding-error-*", "5.4-errors/stream-error-and-decoding-error"),
     (), broken.TakesIndexZero),
    ("clamps-indexes", "RFC 7541 2.3.3", "an index beyond the tables is the last one",
     ("hpack-tables/index-far-beyond-the-tables", "hpack-tables/index-one-beyond-the-table",
      "hpack-tables/table-of-requests-is-not-that-of-responses"), ("situation:hpack-decoding-error", "hpack-*"),
     broken.ClampsIndexes),
    ("serves-unknown-names", "RFC 7541 2.3.3", "a name beyond the tables is empty",
     ("hpack-tables/name-index-beyond-*",), (), broken.ServesUnknownNames),
    ("counts-static-entries-from-0", "RFC 7541 A", "static indexes are off by one",
     ("hpack-tables/static-*",), ("*",), broken.CountsStaticEntriesFromZero),
    ("takes-long-padding", "RFC 7541 5.2", "Huffman padding may be longer than 7 bits",
     ("hpack-strings/padding-of-eleven-bits", "hpack-strings/padding-of-one-octet"), (), broken.TakesLongPadding),
    ("takes-zero-padding", "RFC 7541 5.2", "Huffman padding may have zeros",
     ("hpack-strings/padding-of-zeros", "hpack-strings/padding-with-one-zero-in-a-name",
      "hpack-strings/code-cut-inside-a-symbol"), (), broken.TakesZeroPadding),
    ("takes-eos", "RFC 7541 5.2", "EOS ends a string",
     ("hpack-strings/eos*",), (), broken.TakesEos),
    ("reads-the-table-from-its-oldest", "RFC 7541 2.3.3", "index 62 is the oldest entry",
     ("hpack-tables/newest-entry-is-62", "hpack-tables/older-entries-move-up"), ("*",), broken.TakesOldestFirst),
    ("inserts-no-duplicates", "RFC 7541 2.3.2", "an entry that is there already is not inserted again",
     ("hpack-tables/duplicate-entries",), ("10.5.1-field-block-size/*",), broken.InsertsNoDuplicates),
    ("inserts-every-literal", "RFC 7541 6.2.2, 6.2.3", "literals without indexing are inserted as well",
     ("hpack-tables/other-literals-insert-nothing",), ("*",), broken.InsertsEveryLiteral),
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
     ("hpack-integers/length-of-127", "4.3-field-blocks/cut-inside-an-integer"), ("*",), broken.ForgetsThePrefix),
)  # fmt: skip

MUTANTS = [
    Mutant(name, rule, sentence, kills, touches, prepare=decoding(codec))
    for name, rule, sentence, kills, touches, codec in ROWS
]
