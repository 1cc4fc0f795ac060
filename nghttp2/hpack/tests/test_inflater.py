"""The decoder: representations, errors, size updates, limits."""

import contextlib
import tracemalloc
from collections.abc import Callable
from itertools import pairwise

import pytest

from ...codes import ErrorCode
from ...errors import CompressionFault
from ..deflater import HDDeflater
from ..huffman import encode_huffman
from ..inflater import HDInflater
from ..integer import encode_integer

FOO = (b"foo", b"bar")
FOO_LITERAL = "40 03 666f6f 03 626172"


def server() -> HDInflater:
    """Make a decoder with limits as a server sets them."""
    return HDInflater(max_list_size=4 * 65536, max_fields=1000, max_string=4 * 65536)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_blocks_come_as_any_kind_of_octets(kind: Callable[[bytes], bytes]) -> None:
    decoder = HDInflater()
    assert decoder.inflate(kind(bytes.fromhex(FOO_LITERAL))) == [FOO]
    assert decoder.inflate(kind(b"\xbe")) == [FOO]
    assert decoder.inflate(kind(b"")) == []


@pytest.mark.parametrize("data", ["82", None, 5, [0x82]])
def test_what_is_no_octets_is_a_type_error_and_harmless(data: object) -> None:
    decoder = HDInflater()
    with pytest.raises(TypeError, match=f"expected bytes, {type(data).__name__} found"):
        decoder.inflate(data)  # type: ignore[arg-type]  # on purpose
    assert decoder.inflate(b"\x82") == [(b":method", b"GET")]


def test_nothing_is_merged_reordered_or_validated() -> None:
    decoder = HDInflater()
    block = "82 82 00 00 00 00 02 ff0a 01 00 82 40 01 41 00"
    expected = [(b":method", b"GET")] * 2 + [
        (b"", b""),
        (b"\xff\n", b"\0"),
        (b":method", b"GET"),
        (b"A", b""),
    ]
    assert decoder.inflate(bytes.fromhex(block)) == expected


def test_fields_from_the_tables_are_the_same_objects() -> None:
    decoder = HDInflater()
    (first,) = decoder.inflate(bytes.fromhex(FOO_LITERAL))
    again, method = decoder.inflate(bytes.fromhex("be 82"))
    assert again is first
    assert decoder.inflate(b"\x82")[0] is method


def test_never_indexed_fields_can_be_told() -> None:
    decoder = HDInflater()
    decoder.inflate(bytes.fromhex("82 14 01 78 04 01 79 1f 08 00"))
    assert decoder.never_indexed == [1, 3]
    decoder.inflate(b"\x82")
    assert decoder.never_indexed == []


def test_an_empty_huffman_string_is_a_string() -> None:
    assert HDInflater().inflate(bytes.fromhex("04 80")) == [(b":path", b"")]


def test_a_name_reference_survives_the_eviction_by_its_own_insertion() -> None:
    decoder = HDInflater()
    decoder.change_table_size(40)
    # "the referenced name is cached prior to performing eviction to avoid having the name evicted"
    block = "3f 09" + FOO_LITERAL + "7e 05 3132333435 be"
    assert decoder.inflate(bytes.fromhex(block)) == [FOO, (b"foo", b"12345"), (b"foo", b"12345")]


def test_an_entry_larger_than_the_table_empties_it() -> None:
    decoder = HDInflater()
    decoder.change_table_size(38)
    block = "3f 07" + FOO_LITERAL + "7e 04 31323334"
    assert decoder.inflate(bytes.fromhex(block)) == [FOO, (b"foo", b"1234")]
    assert decoder.get_hd_table() == []


ERRORS = [
    pytest.param("80", "index 0", id="index 0"),
    pytest.param("be", "index 62 is beyond", id="index beyond the static table"),
    pytest.param("ff 00", "index 127 is beyond", id="index of two octets beyond"),
    pytest.param(FOO_LITERAL + "bf", "index 63 is beyond", id="index beyond the dynamic table"),
    pytest.param("7e 01 61", "index 62 is beyond", id="name index beyond, incremental"),
    pytest.param("0f 2f 01 61", "index 62 is beyond", id="name index beyond, without indexing"),
    pytest.param("1f 2f 01 61", "index 62 is beyond", id="name index beyond, never indexed"),
    pytest.param("ff 80 80 80 80 80 01", "more than 5 octets", id="index too long"),
    pytest.param("ff ff ff ff ff 0f", "greater than 4294967295", id="index too large"),
    pytest.param("ff", "ends inside an integer", id="index cut off"),
    pytest.param("ff 80", "ends inside an integer", id="index cut off later"),
    pytest.param("44", "ends before a string", id="value missing"),
    pytest.param("40", "ends before a string", id="name missing"),
    pytest.param("00 00", "ends before a string", id="value missing after an empty name"),
    pytest.param("44 02 61", "2 octets, only 1", id="value cut off"),
    pytest.param("44 82 64", "2 octets, only 1", id="coded value cut off"),
    pytest.param("00 03 61", "3 octets, only 1", id="name cut off"),
    pytest.param("44 7f", "ends inside an integer", id="length cut off"),
    pytest.param("44 7f 80 80 01 61", "16511 octets, only 1", id="long value cut off"),
    pytest.param("82 20", "after a field", id="size update after a field"),
    pytest.param("3f e2 1f", "update to 4097, the limit is 4096", id="size update above the limit"),
    pytest.param("20 20 20", "more than 2", id="three size updates"),
    pytest.param("44 84 ff ff ff fc", "EOS", id="EOS in a value"),
    pytest.param("00 84 ff ff ff fc 00", "EOS", id="EOS in a name"),
    pytest.param("44 81 ff", "padding", id="8 bits of padding"),
    pytest.param("44 81 00", "padding", id="padding of zeros"),
]


@pytest.mark.parametrize(("block", "reason"), ERRORS)
def test_an_error_is_a_compression_error_and_the_decoder_stays_dead(block: str, reason: str) -> None:
    decoder = HDInflater()
    for octets in (bytes.fromhex(block), b"\x82", b""):
        with pytest.raises(CompressionFault, match=reason) as caught:
            decoder.inflate(octets)
        assert caught.value.error_code is ErrorCode.COMPRESSION_ERROR
        assert caught.value.limit is None


# Sizes set one after another, then a block, and its fields or the reason why it is refused.
GET = [(b":method", b"GET")]
RESIZES: list[tuple[list[int], str, list[tuple[bytes, bytes]] | str]] = [
    ([8192], "82", GET),
    ([8192], "3f e1 3f 82", GET),
    ([8192], "3f e2 3f 82", "update to 8193, the limit is 8192"),
    ([4096], "82", GET),
    ([100], "82", "lowered to 100"),
    ([100], "", "lowered to 100"),
    ([100], "3f 45 82", GET),
    ([100], "20 3f 45 82", GET),
    ([100], "3f 46 82", "update to 101, the limit is 100"),
    ([0, 4096], "3f e1 1f 82", "update to 4096, the limit is 0"),
    ([0, 4096], "82", "lowered to 0"),
    ([0, 4096], "20 3f e1 1f 82", GET),
    ([0, 4096], "20 82", GET),
    ([100, 50, 200], "3f 13 82", GET),
    ([100, 50, 200], "3f 14 82", "update to 51, the limit is 50"),
    ([100, 50, 200], "3f 13 3f a9 01 82", GET),  # 50, 200
    ([100, 50, 200], "3f 13 3f aa 01 82", "update to 201, the limit is 200"),
]


@pytest.mark.parametrize(("sizes", "block", "expected"), RESIZES)
def test_a_lowered_limit_must_be_confirmed(
    sizes: list[int], block: str, expected: list[tuple[bytes, bytes]] | str
) -> None:
    decoder = HDInflater()
    for size in sizes:
        decoder.change_table_size(size)
    if isinstance(expected, str):
        with pytest.raises(CompressionFault, match=expected) as caught:
            decoder.inflate(bytes.fromhex(block))
        assert caught.value.error_code is ErrorCode.COMPRESSION_ERROR
    else:
        assert decoder.inflate(bytes.fromhex(block)) == expected


def test_a_lowered_limit_evicts_at_once() -> None:
    decoder = HDInflater()
    decoder.inflate(bytes.fromhex(FOO_LITERAL + "40 01 61 01 62"))
    assert [entry.name for entry in decoder.get_hd_table()] == [b"a", b"foo"]
    decoder.change_table_size(71)
    assert [entry.name for entry in decoder.get_hd_table()] == [b"a"]
    decoder.change_table_size(4096)
    assert decoder.inflate(bytes.fromhex("3f 28 be")) == [(b"a", b"b")]  # 71


def test_a_limit_below_the_encoders_own_choice_only_counts_when_it_is_lower() -> None:
    decoder = HDInflater()
    assert decoder.inflate(bytes.fromhex("3f 21")) == []  # the encoder uses 64
    decoder.change_table_size(100)
    assert decoder.inflate(b"\x82") == GET


LIMITS = [
    pytest.param({"max_fields": 2}, "82 82", "82 82 82", "max_header_fields", id="fields"),
    pytest.param({"max_list_size": 84}, "82 82", "82 82 82", "max_header_list_size", id="list size"),
    pytest.param(
        {"max_list_size": 40}, "00 01 61 07 61616161616161", "00 01 61 08 6161616161616161",
        "max_header_list_size", id="list size of a literal",
    ),
    pytest.param({"max_string": 3}, "00 03 616161 83 18c63f", "00 04 61616161 00", "max_string", id="name"),
    pytest.param({"max_string": 3}, "04 03 616161", "04 04 61616161", "max_string", id="value"),
    pytest.param({"max_string": 3}, "04 83 18c63f", "04 84 18c6318f", "max_string", id="coded value"),
    pytest.param({"max_string": 300}, "82", "04 7f ae 01", "max_string", id="declared only"),
    pytest.param({"max_string": 300}, "82", "04 7f ff ff ff 01", "max_string", id="4 MiB declared"),
]  # fmt: skip


@pytest.mark.parametrize(("limits", "within", "beyond", "name"), LIMITS)
def test_a_limit_ends_the_connection_calmly(
    limits: dict[str, int], within: str, beyond: str, name: str
) -> None:
    assert HDInflater(**limits).inflate(bytes.fromhex(within))
    decoder = HDInflater(**limits)
    for _ in range(2):
        with pytest.raises(CompressionFault) as caught:
            decoder.inflate(bytes.fromhex(beyond))
        assert caught.value.error_code is ErrorCode.ENHANCE_YOUR_CALM
        assert caught.value.limit == name


def test_the_list_size_is_exact_over_a_long_block() -> None:
    entry = bytes.fromhex("40 01 61 7f 81 01") + b"b" * 256  # an entry of 289 octets
    for references in (100, 2_000, 5_000):
        size = 289 * (1 + references)
        block = entry + b"\xbe" * references
        assert len(HDInflater(max_list_size=size).inflate(block)) == references + 1
        with pytest.raises(CompressionFault) as caught:
            HDInflater(max_list_size=size - 1).inflate(block)
        assert caught.value.limit == "max_header_list_size"


def test_limits_are_for_each_block_anew() -> None:
    decoder = HDInflater(max_list_size=100, max_fields=2)
    for _ in range(5):
        assert len(decoder.inflate(b"\x82\x82")) == 2
    with pytest.raises(CompressionFault) as caught:
        decoder.inflate(bytes.fromhex("04 40") + b"/" * 64)
    assert caught.value.limit == "max_header_list_size"


def test_one_literal_can_exceed_the_list_size_alone() -> None:
    block = HDDeflater().deflate([(b":path", b"\xff" * 9_964)])
    assert HDInflater(max_list_size=10_001).inflate(block) == [(b":path", b"\xff" * 9_964)]
    with pytest.raises(CompressionFault) as caught:
        HDInflater(max_list_size=10_000).inflate(block)
    assert caught.value.limit == "max_header_list_size"


def test_the_version_stays_only_while_blocks_can_be_repeated() -> None:
    decoder = HDInflater()
    versions = [decoder.version]
    for step in (FOO_LITERAL, "be", "04 01 78", "20", 4096, "82"):
        if isinstance(step, int):
            decoder.change_table_size(step)
        else:
            decoder.inflate(bytes.fromhex(step))
        versions.append(decoder.version)
    grows = [after > before for before, after in pairwise(versions)]
    assert grows == [True, False, False, True, True, False]


def coded_path(value: bytes) -> bytes:
    """Make a block of one literal with a Huffman-encoded value."""
    coded = encode_huffman(value)
    return b"\x04" + encode_integer(len(coded), 7, 0x80) + coded


def hostile_blocks() -> dict[str, bytes]:
    """Blocks of 64 KiB that cost a careless decoder much memory."""
    bomb = HDDeflater().deflate([(b"a", b"\xff" * 3000)])
    return {
        "references to a large entry": (bomb + b"\xbe" * 65536)[:65536],
        "references to a static entry": b"\x82" * 65536,
        "empty literals": b"\x00\x00\x00" * 21845,
        "one-octet insertions": bytes.fromhex("40 01 61 01 62") * 13107,
        "coded literals": bytes.fromhex("04 82 6402") * 16384,
        "never-indexed literals": bytes.fromhex("14 00") * 32768,
        "a coded string that grows": coded_path(b"0" * 104_000),
        "a string of rare symbols": coded_path(b"\n" * 17_400),
        "size updates": b"\x20" * 65536,
        "an endless integer": b"\xff" + b"\x80" * 65535,
    }


@pytest.mark.parametrize("name", hostile_blocks())
def test_a_hostile_block_under_a_servers_limits_takes_less_than_a_mebibyte(name: str) -> None:
    block = hostile_blocks()[name]
    decoder = server()
    tracemalloc.start()
    try:
        with contextlib.suppress(CompressionFault):
            decoder.inflate(block)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20
