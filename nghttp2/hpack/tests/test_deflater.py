"""The encoder: representations it chooses, size updates, arguments it takes and refuses."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from ..deflater import HDDeflater
from ..inflater import HDInflater
from ..table import HDTableEntry

FOO = (b"foo", b"bar")


def test_the_example_of_the_interface_has_its_octets() -> None:
    octets = HDDeflater().deflate([(b"foo", b"bar"), (b"baz", b"buz")])
    assert octets.hex() == "408294e703626172400362617a0362757a"


# Field lists in turn on one encoder, with the block each gives.
CHOICES: dict[str, list[tuple[list[tuple[bytes, bytes]], str]]] = {
    "a static entry is indexed": [([(b":method", b"GET"), (b":path", b"/")], "82 84")],
    "an entry is indexed the second time": [([FOO], "40 82 94e7 03 626172"), ([FOO], "be")],
    "the name of a dynamic entry is indexed": [
        ([FOO, (b"foo", b"b")], "40 82 94e7 03 626172 7e 01 62"),
        ([(b"foo", b"c")], "7e 01 63"),
    ],
    "a static name is preferred to a dynamic one": [
        ([(b"accept", b"a"), (b"accept", b"b")], "53 01 61 53 01 62"),
    ],
    "the first static index of a name is taken": [([(b":status", b"201")], "48 82 1003")],
    "authorization is never indexed": [
        ([(b"authorization", b"a")], "1f 08 01 61"),
        ([(b"authorization", b"")], "1f 08 00"),
    ],
    "a cookie under 20 octets is never indexed": [
        ([(b"cookie", b"\xff" * 19)], "1f 11 13" + "ff" * 19),
        ([(b"cookie", b"")], "1f 11 00"),
    ],
    "a cookie of 20 octets is indexed": [
        ([(b"cookie", b"\xff" * 20)], "60 14" + "ff" * 20),
        ([(b"cookie", b"\xff" * 20)], "be"),
    ],
    "values that seldom return are not indexed": [
        ([(b":path", b"*")], "04 01 2a"),
        ([(b"age", b"*")], "0f 06 01 2a"),
        ([(b"content-length", b"*")], "0f 0d 01 2a"),
        ([(b"etag", b"*")], "0f 13 01 2a"),
        ([(b"if-modified-since", b"*")], "0f 19 01 2a"),
        ([(b"if-none-match", b"*")], "0f 1a 01 2a"),
        ([(b"location", b"*")], "0f 1f 01 2a"),
        ([(b"set-cookie", b"*")], "0f 28 01 2a"),
        ([(b"set-cookie", b"")], "b7"),  # but an exact match is
    ],
    "an entry above three quarters of the table is not indexed": [
        ([(b"x", b"\xff" * 3040)], "00 01 78 7f e1 16" + "ff" * 3040),  # 3073 octets
        ([(b"x", b"\xff" * 3039)], "40 01 78 7f e0 16" + "ff" * 3039),  # 3072 octets
    ],
}


@pytest.mark.parametrize("name", CHOICES)
def test_default_policy(name: str) -> None:
    encoder = HDDeflater()
    for fields, octets in CHOICES[name]:
        assert encoder.deflate(fields).hex() == bytes.fromhex(octets).hex()


# Constructor size, then sizes set before each block of no fields, with that block.
SIZE_UPDATES = [
    (0, [([], "20"), ([], "")]),
    (64, [([], "3f 21")]),
    (100, [([], "3f 45"), ([4096], "3f 45")]),
    (4096, [([], ""), ([4096], "3f e1 1f"), ([8192], "3f e1 1f")]),
    (8192, [([], ""), ([8192], "3f e1 3f")]),
    (4096, [([0, 4096], "20 3f e1 1f"), ([100, 0, 64], "20 3f 21"), ([128, 64], "3f 21")]),
]


@pytest.mark.parametrize(("size", "blocks"), SIZE_UPDATES)
def test_size_updates_begin_the_next_block(size: int, blocks: list[tuple[list[int], str]]) -> None:
    encoder = HDDeflater(size)
    for sizes, octets in blocks:
        for new_size in sizes:
            encoder.change_table_size(new_size)
        assert encoder.deflate([]).hex() == bytes.fromhex(octets).hex()


def test_a_smaller_table_evicts_at_once() -> None:
    encoder = HDDeflater()
    encoder.deflate([(b"a", b"1"), (b"b", b"2")])
    encoder.change_table_size(34)
    assert encoder.get_hd_table() == [HDTableEntry(b"b", 1, b"2", 1)]
    assert (
        encoder.deflate([(b"a", b"1"), (b"b", b"2")]).hex() == bytes.fromhex("3f 03 00 01 61 01 31 be").hex()
    )


def test_a_large_table_has_indexes_of_three_octets() -> None:
    encoder, decoder = HDDeflater(65536), HDInflater()
    encoder.change_table_size(65536)
    decoder.change_table_size(65536)
    fields = [(b"x%d" % (number % 700), b"%d" % number) for number in range(1400)]
    for block in (fields, list(reversed(fields)), fields):
        assert decoder.inflate(encoder.deflate(block)) == block
    assert len(encoder.get_hd_table()) == 1400
    assert encoder.deflate([fields[0]]).hex() == "ffb60a"  # 61 + 1400


def test_a_marked_field_is_never_indexed() -> None:
    encoder = HDDeflater()
    for field, octets in [
        ((b"x", b"1", True), "10 01 78 01 31"),
        ((b":method", b"GET", True), "12 03 47 45 54"),
        ((b"x", b"1", False), "40 01 78 01 31"),
        ((b"x", b"1", True), "1f 2f 01 31"),
    ]:
        assert encoder.deflate([field]).hex() == bytes.fromhex(octets).hex()
    assert len(encoder.get_hd_table()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        [(b"foo", b"bar"), (b":method", b"GET")],
        ([b"foo", b"bar"], [b":method", b"GET"]),
        ((bytearray(b"foo"), bytearray(b"bar")), (b":method", bytearray(b"GET"))),
        {b"foo": b"bar", b":method": b"GET"}.items(),
        [(b"foo", b"bar", False), (b":method", b"GET", False)],
    ],
    ids=lambda headers: type(headers).__name__,
)
def test_pairs_come_in_many_forms(headers: Iterable[Any]) -> None:
    encoder = HDDeflater()
    assert encoder.deflate(headers).hex() == "408294e70362617282"
    assert encoder.get_hd_table() == [HDTableEntry(b"foo", 3, b"bar", 3)]


@pytest.mark.parametrize(
    ("field", "error", "message"),
    [
        ((b"name", "value"), TypeError, "expected bytes, str found"),
        (("name", b"value"), TypeError, "expected bytes, str found"),
        ((b"name", None), TypeError, "expected bytes, NoneType found"),
        ((1, b"value"), TypeError, "expected bytes, int found"),
        ([b"name", memoryview(b"value")], TypeError, "expected bytes, memoryview found"),
        ((b"name",), ValueError, "not 1 items"),
        ((b"a", b"b", False, 1), ValueError, "not 4 items"),
        (7, TypeError, "int"),
    ],
)
def test_a_refused_call_changes_nothing(field: Any, error: type[Exception], message: str) -> None:
    encoder, twin = HDDeflater(200), HDDeflater(200)
    for codec in (encoder, twin):
        codec.deflate([(b"x%d" % number, b"1") for number in range(4)])
        codec.change_table_size(100)
        codec.change_table_size(180)
    version = encoder.version
    with pytest.raises(error, match=message):
        encoder.deflate([(b"y%d" % number, b"2") for number in range(9)] + [field])
    assert encoder.version == version
    assert encoder.get_hd_table() == twin.get_hd_table()
    for block in ([(b"x2", b"2"), (b"x3", b"1"), (b"x3", b"3")], [(b"x2", b"2"), (b"x1", b"1")]):
        assert encoder.deflate(block).hex() == twin.deflate(block).hex()


def test_an_error_of_the_callers_iterator_changes_nothing() -> None:
    def broken() -> Iterator[tuple[bytes, bytes]]:
        yield FOO
        raise LookupError("of the caller")

    encoder = HDDeflater()
    with pytest.raises(LookupError, match="of the caller"):
        encoder.deflate(broken())
    assert encoder.get_hd_table() == []
    assert encoder.deflate([FOO]).hex() == "408294e703626172"


def test_the_version_stays_only_while_blocks_can_be_repeated() -> None:
    encoder = HDDeflater()
    versions = [encoder.version]
    for step in ([FOO], [FOO], [(b":path", b"/x")], 100, [FOO], [FOO]):
        if isinstance(step, int):
            encoder.change_table_size(step)
        else:
            encoder.deflate(step)
        versions.append(encoder.version)
    grows = [after > before for before, after in pairwise(versions)]
    assert grows == [True, False, False, True, True, False]


def test_there_is_no_reference_set_to_clear() -> None:
    encoder = HDDeflater()
    encoder.set_no_refset(True)
    assert encoder.deflate([FOO]).hex() == "408294e703626172"
    assert encoder.deflate([FOO]).hex() == "be"
