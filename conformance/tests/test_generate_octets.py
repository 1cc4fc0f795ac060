"""The byte builder, against octets that RFC 7541 prints."""

from itertools import pairwise

import pytest

from conformance.generate.instructions import (
    Indexed,
    SizeUpdate,
    Text,
    incremental,
    is_broken,
    never,
    octets_of,
    raw,
    without,
)
from conformance.generate.octets import (
    EOS_BITS,
    RecipeError,
    bits_of,
    huffman,
    huffman_ending,
    integer,
    packed,
    room,
)
from conformance.wire.huffman_table import HUFFMAN_CODES


@pytest.mark.parametrize(
    ("value", "prefix", "zeros", "octets"),
    [
        (10, 5, 0, "0a"),  # RFC 7541 C.1.1
        (1337, 5, 0, "1f 9a 0a"),  # C.1.2
        (42, 8, 0, "2a"),  # C.1.3
        (127, 7, 0, "7f 00"),
        (127, 7, 1, "7f 80 00"),
        (1337, 5, 2, "1f 9a 8a 80 00"),
    ],
)
def test_integers(value: int, prefix: int, zeros: int, octets: str) -> None:
    assert integer(value, prefix, zeros=zeros) == bytes.fromhex(octets)


def test_an_integer_inside_its_prefix_cannot_be_lengthened() -> None:
    with pytest.raises(RecipeError):
        integer(126, 7, zeros=1)


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        (b"www.example.com", "f1e3 c2e5 f23a 6ba0 ab90 f4ff"),  # RFC 7541 C.4.1
        (b"no-cache", "a8eb 1064 9cbf"),  # C.4.2
        (b"custom-value", "25a8 49e9 5bb8 e8b4 bf"),  # C.4.3
        (b"302", "6402"),  # C.6.1
    ],
)
def test_huffman_strings(text: bytes, octets: str) -> None:
    assert huffman(text) == bytes.fromhex(octets)


def test_the_code_is_complete_and_prefix_free() -> None:
    # A set of codes fills the tree exactly when it is prefix free and their weights sum up to one.
    assert sum(1 << (30 - length) for _, length in HUFFMAN_CODES) == 1 << 30
    codes = sorted(format(code, f"0{length}b") for code, length in HUFFMAN_CODES)
    assert not any(second.startswith(first) for first, second in pairwise(codes))
    assert EOS_BITS == "1" * 30


def test_an_ending_that_hides_a_symbol_is_refused() -> None:
    assert room(b"a") == 3
    assert huffman_ending(b"a", "000") == bytes.fromhex("18")
    with pytest.raises(RecipeError):
        huffman_ending(b"aaaaaaa", bits_of(b"0"))


def test_bits_make_whole_octets_only() -> None:
    with pytest.raises(RecipeError):
        packed("1111111")


def test_representations() -> None:
    # RFC 7541 C.2.1 to C.2.4, and a size update to 100.
    block = (
        SizeUpdate(100),
        incremental("custom-key", "custom-header"),
        without(4, "/sample/path"),
        never("password", "secret"),
        Indexed(2),
    )
    assert octets_of(block) == bytes.fromhex(
        "3f45 400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"
        "040c 2f73 616d 706c 652f 7061 7468 1008 7061 7373 776f 7264 0673 6563 7265 74 82"
    )


def test_only_octets_that_break_the_grammar_count_as_broken() -> None:
    assert is_broken(raw("ff"))
    assert is_broken(without(4, Text(b"a", huffman=True, data=huffman_ending(b"a", "000"))))
    assert not is_broken(without(4, Text(b"a", huffman=True, data=huffman_ending(b"a", "111"))))
    assert not is_broken(without(4, "a", huffman=True))
