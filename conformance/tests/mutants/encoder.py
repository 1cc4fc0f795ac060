"""Mutants of the server's field encoder (RFC 9113 4.3.1, RFC 7541 4.2)."""

from collections.abc import Callable
from typing import Any

from .gate import Gate
from .model import EVERYTHING, Row, mutants
from .responses import adds, encoding


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


def large_update(encoder: Encoder, block: bytes) -> bytes:
    """The second block begins with a size update to 131,072."""
    return b"\x3f\xe1\xff\x07" + block if encoder.count == 2 else block


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
     ("6.5.2-settings-values/lowest-values", "hpack-encoder/lowered-and-raised-in-one-frame",
      "hpack-encoder/lowered-and-raised-in-two-frames", "hpack-encoder/our-table-is-not-theirs",
      "openings-clients/lowest-settings", "openings-clients/table-size-0"),
     {"prepare": ignoring_table_size}),
    ("forgets-the-smallest-size", "RFC 7541 4.2", "of two table sizes only the last is signaled",
     ("hpack-encoder/lowered-and-raised-*",), (), {"prepare": following(first_update_lost)}),
    ("signals-no-size", "RFC 9113 4.3.1", "a change of the table's size is not signaled",
     ("hpack-encoder/lowered-*",),
     ("6.5.2-settings-values/lowest-values", "hpack-encoder/no-table-from-the-start",
      "hpack-encoder/our-table-is-not-theirs", "hpack-encoder/small-table-from-the-start",
      "openings-clients/lowest-settings", "openings-clients/table-size-0"),
     {"prepare": following(no_update)}),
    ("signals-too-large-a-size", "RFC 7541 6.3", "a size update exceeds what the client allows",
     ("hpack-encoder/raised", "hpack-encoder/block-size-update-is-within-our-limit",
      "4.3-field-blocks/responses-decode", "8.3.2-responses/twenty-responses"),
     EVERYTHING, {"prepare": following(large_update)}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
