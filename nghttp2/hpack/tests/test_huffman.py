"""Huffman strings: both decoders against a walk along the table of RFC 7541 Appendix B, bit by bit."""

import random

import pytest

from ...codes import ErrorCode
from ...errors import CompressionFault
from ..huffman import decode_huffman, decode_huffman_exactly, digit_octets, encode_huffman, string_digits
from ..huffman_codes import EOS, HUFFMAN_CODES

SYMBOLS = {f"{code:0{bits}b}": symbol for symbol, (code, bits) in enumerate(HUFFMAN_CODES)}


def table_walk(octets: bytes) -> bytes | None:
    """Decode one bit after another; None if the string is wrong."""
    decoded, code = bytearray(), ""
    for bit in "".join(f"{octet:08b}" for octet in octets):
        code += bit
        symbol = SYMBOLS.get(code)
        if symbol == EOS:
            return None
        if symbol is not None:
            decoded.append(symbol)
            code = ""
    return bytes(decoded) if len(code) <= 7 and "0" not in code else None


def verdicts(octets: bytes) -> list[bytes | None]:
    """Return what each decoder of the module makes of the string."""
    results: list[bytes | None] = []
    for decode in (decode_huffman, decode_huffman_exactly):
        try:
            results.append(decode(octets))
        except CompressionFault as fault:
            results.append(None)
            if fault.error_code is not ErrorCode.COMPRESSION_ERROR:
                raise
    return results


# Typed from the RFC: literals of C.4 and C.6.
STRINGS = [
    (b"www.example.com", "f1e3 c2e5 f23a 6ba0 ab90 f4ff"),
    (b"no-cache", "a8eb 1064 9cbf"),
    (b"custom-key", "25a8 49e9 5ba9 7d7f"),
    (b"custom-value", "25a8 49e9 5bb8 e8b4 bf"),
    (b"302", "6402"),
    (b"private", "aec3 771a 4b"),
    (b"Mon, 21 Oct 2013 20:13:21 GMT", "d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff"),
    (b"https://www.example.com", "9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3"),
    (b"gzip", "9bd9 ab"),
    (b"", ""),
]


@pytest.mark.parametrize(("text", "octets"), STRINGS)
def test_the_strings_of_the_rfc_encode_and_decode(text: bytes, octets: str) -> None:
    assert encode_huffman(text) == bytes.fromhex(octets)
    assert verdicts(bytes.fromhex(octets)) == [text, text]


def test_the_code_is_complete_prefix_free_and_canonical() -> None:
    assert sum(2.0**-bits for _, bits in HUFFMAN_CODES) == 1.0
    assert len(SYMBOLS) == 257
    in_order = sorted(range(257), key=lambda symbol: (HUFFMAN_CODES[symbol][1], symbol))
    code = -1
    for before, symbol in zip([in_order[0], *in_order], in_order, strict=False):
        code = (code + 1) << HUFFMAN_CODES[symbol][1] - HUFFMAN_CODES[before][1]
        assert HUFFMAN_CODES[symbol][0] == code
    assert code == 2**30 - 1


@pytest.mark.parametrize(
    ("symbol", "code", "bits"),
    [  # typed from Appendix B
        (48, 0x0, 5),
        (47, 0x18, 6),
        (58, 0x5C, 7),
        (38, 0xF8, 8),
        (0, 0x1FF8, 13),
        (123, 0x7FFE, 15),
        (92, 0x7FFF0, 19),
        (128, 0xFFFE6, 20),
        (255, 0x3FFFFEE, 26),
        (10, 0x3FFFFFFC, 30),
        (EOS, 0x3FFFFFFF, 30),
    ],
)
def test_codes_are_those_of_appendix_b(symbol: int, code: int, bits: int) -> None:
    assert HUFFMAN_CODES[symbol] == (code, bits)


def test_all_strings_of_one_and_two_octets_decode_as_the_table_says() -> None:
    for length in (1, 2):
        for number in range(256**length):
            octets = number.to_bytes(length, "big")
            expected = table_walk(octets)
            assert verdicts(octets) == [expected, expected], octets.hex()


def test_random_strings_decode_as_the_table_says() -> None:
    generator = random.Random(7541)
    common = bytes(symbol for symbol in range(256) if HUFFMAN_CODES[symbol][1] <= 15)
    refused = 0
    for _ in range(8_000):
        alphabet = generator.choice((common, b"abc0123-", bytes(range(256))))
        octets = encode_huffman(bytes(generator.choices(alphabet, k=generator.randrange(24))))
        kind = generator.randrange(4)
        if kind == 0:
            octets = generator.randbytes(generator.randrange(1, 24))
        elif kind == 1:
            octets += generator.choice((b"\xff", b"\xff\xff", b"\xff\xff\xff\xff", b"\x00", b"\xfe"))
        elif kind == 2:
            octets = octets[: generator.randrange(len(octets) + 1)]
        expected = table_walk(octets)
        refused += expected is None
        assert verdicts(octets) == [expected, expected], octets.hex()
    assert 2_000 < refused < 6_000


def test_every_octet_survives_alone_and_in_company() -> None:
    for symbol in range(256):
        for text in (bytes((symbol,)), bytes((symbol,)) * 9, b"a" + bytes((symbol,)) + b"/"):
            octets = encode_huffman(text)
            assert table_walk(octets) == text
            assert verdicts(octets) == [text, text]


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        pytest.param("3f ff ff ff ff", "EOS", id="EOS after a character"),
        pytest.param("ff ff ff fc", "EOS", id="EOS alone"),
        pytest.param("ff", "padding", id="8 bits of padding"),
        pytest.param("1f ff", "padding", id="11 bits of padding"),
        pytest.param("00", "padding", id="padding of zeros"),
        pytest.param("1e", "padding", id="padding that ends with a zero"),
        pytest.param("f8 ff ff", "padding", id="16 bits of padding"),
    ],
)
def test_eos_and_wrong_padding_are_compression_errors(octets: str, reason: str) -> None:
    for decode in (decode_huffman, decode_huffman_exactly):
        with pytest.raises(CompressionFault, match=reason) as caught:
            decode(bytes.fromhex(octets))
        assert caught.value.error_code is ErrorCode.COMPRESSION_ERROR


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        (b"", "00"),
        (b"a", "01 61"),  # coded it would be as long
        (b"bar", "03 62 61 72"),
        (b"foo", "82 94 e7"),
        (b"\xff\xfe", "02 ff fe"),
    ],
)
def test_a_string_is_coded_only_where_that_is_shorter(text: bytes, octets: str) -> None:
    assert digit_octets(string_digits(text)) == bytes.fromhex(octets)


@pytest.mark.parametrize("length", [126, 127, 128, 202, 203, 204, 5000])
def test_long_strings_have_lengths_of_several_octets(length: int) -> None:
    octets = digit_octets(string_digits(b"0" * length))  # 5 bits each
    size = (5 * length + 7) // 8
    start = 1 if size < 127 else 2 if size < 255 else 3
    assert octets[0] == 0x80 | min(size, 127)
    assert len(octets) == start + size
    assert table_walk(octets[start:]) == b"0" * length
