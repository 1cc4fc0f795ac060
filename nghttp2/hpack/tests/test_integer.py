"""Integers by the examples of RFC 7541 C.1 and at their limits."""

import pytest

from ...codes import ErrorCode
from ...errors import CompressionFault, UsageError
from ..integer import decode_integer, encode_integer

# value, prefix, flags, octets
INTEGERS = [
    (10, 5, 0x00, "0a"),  # C.1.1
    (1337, 5, 0x00, "1f 9a 0a"),  # C.1.2
    (42, 8, 0x00, "2a"),  # C.1.3
    (0, 1, 0x80, "80"),
    (1, 1, 0x80, "81 00"),
    (30, 5, 0x20, "3e"),
    (31, 5, 0x20, "3f 00"),
    (127 + 127, 7, 0x80, "ff 7f"),
    (127 + 128, 7, 0x80, "ff 80 01"),
    (4096, 5, 0x20, "3f e1 1f"),
    (2**32 - 1, 8, 0x00, "ff 80 fe ff ff 0f"),
    (2**32 - 1, 5, 0x20, "3f e0 ff ff ff 0f"),
]


@pytest.mark.parametrize(("value", "prefix", "flags", "octets"), INTEGERS)
def test_an_integer_has_its_octets_and_comes_back(value: int, prefix: int, flags: int, octets: str) -> None:
    encoded = bytes.fromhex(octets)
    assert encode_integer(value, prefix, flags) == encoded
    assert decode_integer(b"\xff" + encoded + b"\xff", 1, prefix) == (value, 1 + len(encoded))


def test_every_prefix_has_its_boundary_at_all_ones() -> None:
    for prefix in range(1, 9):
        limit = 2**prefix - 1
        assert encode_integer(limit - 1, prefix) == bytes((limit - 1,))
        assert encode_integer(limit, prefix) == bytes((limit, 0))
        assert encode_integer(limit + 128, prefix) == bytes((limit, 0x80, 1))


@pytest.mark.parametrize("octets", ["3f 81 00", "3f 81 80 00", "3f 81 80 80 80 00"])
def test_superfluous_zeros_within_five_octets_are_no_error(octets: str) -> None:
    encoded = bytes.fromhex(octets)
    assert decode_integer(encoded, 0, 5) == (32, len(encoded))


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        ("", "ends before an integer"),
        ("1f", "ends inside an integer"),
        ("1f 80 80", "ends inside an integer"),
        ("1f e1 ff ff ff 0f", "greater than 4294967295"),  # 2^32
        ("1f ff ff ff ff 7f", "greater than 4294967295"),
        ("1f 80 80 80 80 80 00", "more than 5 octets"),
        ("1f" + "80" * 15_000 + "01", "more than 5 octets"),
    ],
)
def test_what_is_no_integer_or_too_large_is_a_compression_error(octets: str, reason: str) -> None:
    with pytest.raises(CompressionFault, match=reason) as caught:
        decode_integer(bytes.fromhex(octets), 0, 5)
    assert caught.value.error_code is ErrorCode.COMPRESSION_ERROR


@pytest.mark.parametrize(("value", "prefix"), [(-1, 5), (1, 0), (1, 9)])
def test_an_impossible_request_is_a_usage_error(value: int, prefix: int) -> None:
    with pytest.raises(UsageError, match="cannot encode the integer"):
        encode_integer(value, prefix)
