"""The plain decoder against the examples of RFC 7541 Appendix C, typed in, and against broken blocks."""

import pytest

from ..wire.hpack import Decoder, HpackError

Fields = list[tuple[str, str]]
GET: Fields = [(":method", "GET")]
FIRST: Fields = [*GET, (":scheme", "http"), (":path", "/"), (":authority", "www.example.com")]
SECOND: Fields = [*FIRST, ("cache-control", "no-cache")]
THIRD: Fields = [
    *GET,
    (":scheme", "https"),
    (":path", "/index.html"),
    (":authority", "www.example.com"),
    ("custom-key", "custom-value"),
]
DATE, LOCATION = "Mon, 21 Oct 2013 20:13:21 GMT", "https://www.example.com"
ANSWER: Fields = [(":status", "302"), ("cache-control", "private"), ("date", DATE), ("location", LOCATION)]


def text(fields: list[tuple[bytes, bytes]]) -> Fields:
    """Return fields as text."""
    return [(name.decode(), value.decode()) for name, value in fields]


# RFC 7541 C.3.1 to C.3.3 and C.4.1 to C.4.3: blocks, fields, size of the table afterwards.
REQUESTS = [
    (
        [
            "82 86 84 41 0f 77 77 77 2e 65 78 61 6d 70 6c 65 2e 63 6f 6d",
            "82 86 84 be 58 08 6e 6f 2d 63 61 63 68 65",
            "82 87 85 bf 40 0a 63 75 73 74 6f 6d 2d 6b 65 79 0c 63 75 73 74 6f 6d 2d 76 61 6c 75 65",
        ]
    ),
    (
        [
            "82 86 84 41 8c f1 e3 c2 e5 f2 3a 6b a0 ab 90 f4 ff",
            "82 86 84 be 58 86 a8 eb 10 64 9c bf",
            "82 87 85 bf 40 88 25 a8 49 e9 5b a9 7d 7f 89 25 a8 49 e9 5b b8 e8 b4 bf",
        ]
    ),
]


@pytest.mark.parametrize("blocks", REQUESTS, ids=["C.3", "C.4"])
def test_requests_of_appendix_c(blocks: list[str]) -> None:
    decoder = Decoder()
    for block, fields, size in zip(blocks, (FIRST, SECOND, THIRD), (57, 110, 164), strict=True):
        assert text(decoder.decode(bytes.fromhex(block)).fields) == fields
        assert decoder.occupied() == size


# RFC 7541 C.6.1 to C.6.3, with a table of 256 octets.
def test_responses_of_appendix_c_6_with_evictions() -> None:
    decoder = Decoder(256)
    first = (
        "48 82 64 02 58 85 ae c3 77 1a 4b 61 96 d0 7a be 94 10 54 d4 44 a8 20 05 95 04 0b 81 66 e0 82 a6 2d"
        "1b ff 6e 91 9d 29 ad 17 18 63 c7 8f 0b 97 c8 e9 ae 82 ae 43 d3"
    )
    assert text(decoder.decode(bytes.fromhex(first)).fields) == ANSWER
    assert decoder.occupied() == 222
    second = decoder.decode(bytes.fromhex("48 83 64 0e ff c1 c0 bf"))
    assert text(second.fields) == [(":status", "307"), *ANSWER[1:]]
    assert second.used_table
    assert text(decoder.table)[0] == (":status", "307")
    assert decoder.occupied() == 222


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("80", "index 0"),
        ("be", "index 62 is beyond the dynamic table of 0 entries"),
        ("40", "the block ends inside a representation"),
        ("40 05 61", "the block ends inside a string"),
        ("ff", "the block ends inside a representation"),
        ("ff 80 80 80 80 80 80 80 80 80 01", "an integer is too long"),
        ("3f e2 1f", "a size update to 4097 above the limit of 4096"),
        ("82 20", "a size update after a field"),
        ("00 81 ff 00", "padding longer than 7 bits"),
    ],
)
def test_broken_blocks_are_refused(block: str, reason: str) -> None:
    with pytest.raises(HpackError, match=reason):
        Decoder().decode(bytes.fromhex(block))


def test_a_lowered_limit_has_to_be_acknowledged_first() -> None:
    decoder = Decoder()
    decoder.decode(bytes.fromhex("40 01 61 01 62"))
    decoder.resize(0)
    with pytest.raises(HpackError, match="no size update after the table was limited to 0"):
        decoder.decode(bytes.fromhex("82"))


def test_a_lowered_limit_holds_for_an_empty_table_without_a_size_update() -> None:
    decoder = Decoder()
    decoder.resize(0)
    assert decoder.decode(bytes.fromhex("82 40 01 61 01 62")).fields[1:] == [(b"a", b"b")]
    with pytest.raises(HpackError, match="index 62 is beyond the dynamic table of 0 entries"):
        decoder.decode(bytes.fromhex("be"))


def test_a_lowered_and_raised_limit_takes_the_lowest_first() -> None:
    decoder = Decoder()
    decoder.decode(bytes.fromhex("40 01 61 01 62"))
    decoder.resize(0)
    decoder.resize(4096)
    block = decoder.decode(bytes.fromhex("20 3f e1 1f 82"))
    assert block.size_updates == [0, 4096]
    assert decoder.table == []


def test_never_indexed_fields_are_told() -> None:
    assert Decoder().decode(bytes.fromhex("82 10 01 61 01 62")).never_indexed == [1]
