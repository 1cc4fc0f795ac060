"""Mutants of the server's field encoder (RFC 9113 4.3.1, RFC 7541 4.2)."""

from collections.abc import Callable
from typing import Any

from .gate import Gate
from .model import Row, mutants
from .responses import adds, encoding
from .rewriting import altered, came_together, requested
from .wire import Frame


class Encoder:
    """Stands between the server and its field encoder."""

    def __init__(self, plain: Any, alter: Callable[["Encoder", bytes], bytes]) -> None:
        self.plain = plain
        self.alter = alter
        self.sizes: list[int] = []
        self.count = 0
        self.version = 0

    def deflate(self, fields: Any) -> bytes:
        self.version += 1
        self.count += 1
        return self.alter(self, self.plain.deflate(fields))

    def change_table_size(self, size: int) -> None:
        self.sizes.append(size)


def ignoring_table_size(gate: Gate) -> None:
    """A field of every response is longer than small tables are, and goes into the table."""
    encoder(lambda encoder, block: block)(gate)
    encoding(adds(b"x-filler", b"a" * 100))(gate)


def encoder(alter: Callable[[Encoder, bytes], bytes]) -> Callable[[Gate], None]:
    """Put an encoder in place that never changes its table's size."""
    return lambda gate: gate.replace("_deflater", lambda plain: Encoder(plain, alter))


class Following(Encoder):
    """Follows the client's table size."""

    def change_table_size(self, size: int) -> None:
        super().change_table_size(size)
        self.plain.change_table_size(size)


def following(alter: Callable[[Encoder, bytes], bytes]) -> Callable[[Gate], None]:
    return lambda gate: gate.replace("_deflater", lambda plain: Following(plain, alter))


class Roomy(Encoder):
    """Lets its table grow to one octet more than the client allows, and does not say so."""

    def change_table_size(self, size: int) -> None:
        super().change_table_size(size)
        self.plain.change_table_size(min(size + 1, 0xFFFF_FFFF))


def right_update(encoder: Encoder, block: bytes) -> bytes:
    """The size updates say what the client allows."""
    if not encoder.sizes:
        return block
    low, last = min(encoder.sizes), encoder.sizes[-1]
    encoder.sizes.clear()
    updates = b"".join(size_update(size) for size in ((low, last) if low < last else (last,)))
    return updates + no_update(encoder, block)


def size_update(size: int) -> bytes:
    """Write a size update (RFC 7541 6.3)."""
    if size < 31:
        return bytes((0x20 | size,))
    octets, rest = bytearray(b"\x3f"), size - 31
    while rest > 127:
        octets.append(rest & 127 | 128)
        rest >>= 7
    octets.append(rest)
    return bytes(octets)


def first_update_lost(encoder: Encoder, block: bytes) -> bytes:
    """Of two size updates only the last is sent."""
    if len(encoder.sizes) > 1 and block[:1] and block[0] & 0xE0 == 0x20 and block[1] & 0xE0 == 0x20:
        encoder.sizes.clear()
        return block[1:]
    if block[:1] == b"\x3f" and len(encoder.sizes) > 1:
        rest = block[1:].lstrip(b"\x80")
        end = next(i for i, octet in enumerate(block[1:], 1) if octet < 128) + 1
        encoder.sizes.clear()
        return block[end:] if rest else block
    return block


def large_update(frame: Frame) -> None:
    """A block begins with a size update to 131,072."""
    frame.payload = b"\x3f\xe1\xff\x07" + frame.payload


def no_update(encoder: Encoder, block: bytes) -> bytes:
    """Size updates are left out."""
    while block[:1] and block[0] & 0xE0 == 0x20:
        end = 1
        if block[0] == 0x3F:
            while block[end] >= 128:
                end += 1
            end += 1
        block = block[end:]
    return block


ROWS: tuple[Row, ...] = (
    ("keeps-its-table-size", "RFC 9113 4.3.1", "HEADER_TABLE_SIZE of the client is not heeded",
     ("hpack-encoder/no-table-*", "hpack-encoder/lowered-to-*", "hpack-encoder/small-*"),
     ("hpack-encoder/lowered-and-raised-in-one-frame", "hpack-encoder/lowered-and-raised-in-two-frames",
      "hpack-encoder/our-table-is-not-theirs", "hpack-encoder/raised-from-zero",
      "openings-clients/lowest-settings", "openings-clients/table-size-0", "hpack-encoder/every-small-table"),
     {"prepare": ignoring_table_size}),
    ("forgets-the-smallest-size", "RFC 7541 4.2", "of two table sizes only the last is signaled",
     ("hpack-encoder/lowered-and-raised-*",),
     ("hpack-encoder/raised-from-zero", "hpack-encoder/every-small-table"),
     {"prepare": following(first_update_lost)}),
    ("signals-no-size", "RFC 9113 4.3.1", "a change of the table's size is not signaled",
     ("hpack-encoder/lowered-*", "hpack-encoder/raised-from-zero"),
     ("hpack-encoder/every-small-table",),
     {"prepare": following(no_update)}),
    ("keeps-an-octet-too-much", "RFC 7541 4.1", "the table holds an octet more than the client allows",
     ("hpack-encoder/every-small-table",), (),
     {"prepare": lambda gate: gate.replace("_deflater", lambda plain: Roomy(plain, right_update))}),
    ("signals-too-large-a-size", "RFC 7541 6.3",
     "the size update for the second of two requests at once exceeds what the client allows",
     ("hpack-encoder/raised", "hpack-encoder/block-size-update-is-within-our-limit"),
     ("10.3-smuggling/clean-request-behind-smuggling", "10.5.1-field-block-size/no-entry-beyond-evictions",
      "4.1-frame-format/octet-by-octet", "4.1-frame-format/server-leaves-reserved-bit-unset",
      "4.3-field-blocks/another-request-inside-a-block", "4.3-field-blocks/insertion-across-fragments",
      "5.1-stream-states-half-closed/two-streams", "5.1.1-stream-identifiers/lower-than-highest",
      "5.3-priority-signals/headers-depend-on-an-idle-stream", "5.4-errors/goaway-names-the-last-stream",
      "6.1-data/server-data-is-on-a-stream", "6.10-continuation/headers-after-a-continuation",
      "6.10-continuation/server-continuations", "6.3-priority/opens-nothing",
      "6.5.2-settings-values/max-concurrent-streams-zero",
      "6.5.2-settings-values/response-list-within-our-limit",
      "6.5.3-settings-synchronization/our-ack-withheld-briefly", "6.8-goaway/last-stream-does-not-grow",
      "8.1-message-framing/interim-response-does-not-end-the-stream",
      "8.2.1-field-names/upper-case-from-the-dynamic-table", "8.2.1-field-values/lf-from-the-dynamic-table",
      "8.3-pseudo-fields/undefined-from-the-dynamic-table", "8.5-connect/tunnel-beside-requests",
      "8.7-request-reliability/goaway-covers-a-response-under-way", "hpack-encoder/*",
      "hpack-tables/bad-index-beside-another-connection", "hpack-tables/entry-larger-than-the-table",
      "hpack-tables/entry-larger-than-the-table-empties-it", "hpack-tables/huffman-does-not-shrink-entries",
      "hpack-tables/two-entries-do-not-fit", "hpack-tables/two-entries-fit",
      "openings-clients/dynamic-table-from-the-start", "openings-clients/table-size-0",
      "rfc7540-priority/child-of-a-blocked-parent", "rfc7540-priority/exclusive-dependency",
      "rfc7540-priority/parent-before-child", "rfc7540-priority/reprioritized-by-frame",
      "rfc7540-priority/siblings-share-by-weight",
      "rfc7540-streams/nothing-but-priority-on-a-closed-stream",
      "rfc7540-upgrade/no-http2-settings-in-responses", "rfc8297-early-hints/two-streams",
      "rfc8336-origin/sent-on-stream-0", "rfc9110-head-and-no-content/head-and-*",
      "rfc9110-head-and-no-content/not-modified-and-get-agree-on-the-length",
      "rfc9110-head-and-no-content/not-modified-has-the-validators", "rfc9110-methods/get-and-head",
      "rfc9218-priority-update/server-sends-none", "rfc9218-priority-update/then-the-request",
      "rfc9218-scheduling/blocked-high-urgency-blocks-nobody", "rfc9218-scheduling/default-before-low",
      "rfc9218-scheduling/higher-urgency-first", "rfc9218-scheduling/incremental-responses-share",
      "rfc9218-scheduling/unknown-parameters-keep-the-rest", "rfc9218-scheduling/update-*",
      "rfc9218-settings/old-signals-do-not-order"),
     {"incoming": requested, "outgoing": altered(came_together, large_update)}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
