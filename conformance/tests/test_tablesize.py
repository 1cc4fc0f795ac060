"""The size update that our encoder owes a target which announced a smaller table (RFC 9113 4.3.1)."""

from ..cases.framebuild import Outgoing
from ..peer.tablesize import TableSize
from ..wire.codes import END_HEADERS, PADDED, PRIORITY_FLAG, Type
from ..wire.frames import RawFrame, encode_frame


def headers(payload: str, flags: int = END_HEADERS, length: int | None = None) -> Outgoing:
    """Return HEADERS on stream 1 with a payload in hexadecimal."""
    octets = bytes.fromhex(payload)
    frame = RawFrame(Type.HEADERS, flags, 1, octets)
    return Outgoing(encode_frame(Type.HEADERS, flags, 1, octets, length=length), frame)


def announced(*sizes: int) -> TableSize:
    table = TableSize()
    for size in sizes:
        table.acknowledged(size)
    return table


def test_nothing_is_owed_to_a_table_as_large_as_the_first() -> None:
    pieces = [headers("82 84")]
    assert announced(4096, 65_536).with_update(pieces) == pieces


def test_the_first_block_begins_with_the_smallest_size_and_the_next_does_not() -> None:
    table = announced(100, 0, 4096)
    assert table.with_update([headers("82 84")]) == [headers("20 82 84")]
    assert table.with_update([headers("82 84")]) == [headers("82 84")]


def test_the_update_stands_behind_pad_length_and_priority() -> None:
    flags = END_HEADERS | PADDED | PRIORITY_FLAG
    assert announced(0).with_update([headers("01 00000000 0f 82 00", flags)]) == [
        headers("01 00000000 0f 20 82 00", flags)
    ]


def test_a_block_with_an_update_of_its_own_stays_as_it_is() -> None:
    table = announced(0)
    assert table.with_update([headers("20 82")]) == [headers("20 82")]
    assert table.with_update([headers("82")]) == [headers("82")]


def test_a_frame_that_lies_stays_as_it_is_and_the_next_has_the_update() -> None:
    lie, preface = headers("82", length=5), Outgoing(b"PRI", None)
    assert announced(0).with_update([preface, lie, headers("84")]) == [preface, lie, headers("20 84")]
