"""block_scan.py: what a block declares is known as soon as the octets that declare it came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nghttp2 import HDDeflater
from nghttp2.block_scan import BlockScan

# (what came of a block, how long the block is at least)
BLOCKS = [
    ("", 0),
    ("82 84 be", 3),
    ("3f e1 1f 82", 4),
    # Literals, name and value: of each kind, with and without an index, as such and with Huffman codes.
    ("40 03", 5),
    ("40 03 616263", 5),
    ("40 03 616263 02 61", 8),
    ("00 83", 5),
    ("10 01 61 7f 00", 5 + 127),
    ("41 05", 7),
    ("0f 00 05", 8),
    ("1f 00 85", 8),
    ("7f 02 05", 8),
    ("ff 02 05", 3),  # an indexed field, then the first octet of another literal
    # 4 MiB
    ("00 7f 81 ff ff 01", 6 + (1 << 22)),
    ("00 01 61 ff 81 ff ff 01", 8 + (1 << 22)),
    # Cut off inside an integer, nothing is declared yet; endless ones are the decoder's to refuse.
    ("00 7f 81 ff ff", 1),
    ("00 7f 81 81 81 81 81 81 81 01", 1),
]


@pytest.mark.parametrize(("octets", "size"), BLOCKS, ids=[row[0] for row in BLOCKS])
def test_the_length_that_a_block_declares_is_known(octets: str, size: int) -> None:
    block = bytes.fromhex(octets)
    assert BlockScan().longest(block) == size
    scan = BlockScan()
    assert [scan.longest(block[n : n + 1]) for n in range(len(block))][-1:] == [size][: len(block)]


fields = st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300)), max_size=6)


@given(fields, st.integers(1, 50))
def test_a_block_that_ends_declares_no_more_than_it_has(pairs: list[tuple[bytes, bytes]], step: int) -> None:
    block = HDDeflater().deflate(pairs)
    scan = BlockScan()
    longest = [scan.longest(block[n : n + step]) for n in range(0, len(block), step)]
    assert longest == sorted(longest)
    assert longest[-1:] == [len(block)][: len(longest)]
