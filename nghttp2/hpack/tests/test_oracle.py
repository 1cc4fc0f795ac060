"""Encoder output is the C library's octet for octet; its decoder gives the same verdict and fields.

`HPACK_ORACLE_BLOCKS` sets the number of blocks (100000 for the long run), `HPACK_ORACLE_SEED` the seed.
"""

import os
import random

import pytest

from ...errors import CompressionFault
from ..deflater import HDDeflater
from ..inflater import HDInflater
from . import libnghttp2
from .mutations import mutated
from .streams import connection, constructor_size

BLOCKS = int(os.environ.get("HPACK_ORACLE_BLOCKS", "3000"))
SEED = int(os.environ.get("HPACK_ORACLE_SEED", "7541"))
BLOCKS_A_CONNECTION = 50

LIBRARY = libnghttp2.load()
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(LIBRARY is None, reason=f"{libnghttp2.SONAME} is not installed"),
]


def verdict(inflater: HDInflater, block: bytes) -> tuple[list[tuple[bytes, bytes]] | None, str]:
    """Return the fields, or None and the reason."""
    try:
        return inflater.inflate(block), ""
    except CompressionFault as fault:
        return None, fault.reason


def test_the_encoder_writes_what_the_c_library_writes() -> None:
    for number in range(0, BLOCKS, BLOCKS_A_CONNECTION):
        generator = random.Random(SEED + number)
        size = constructor_size(generator)
        ours, theirs = HDDeflater(size), libnghttp2.Deflater(LIBRARY, size)
        for step in connection(generator, BLOCKS_A_CONNECTION):
            if isinstance(step, int):
                ours.change_table_size(step)
                theirs.change_table_size(step)
                continue
            plain = [(name, value, never) if never else (name, value) for name, value, never in step]
            assert ours.deflate(plain).hex() == theirs.deflate(step).hex(), f"seed {SEED + number}, {step}"
        theirs.close()


def test_the_decoder_judges_broken_blocks_as_the_c_library_does() -> None:
    refused = 0
    for number in range(0, BLOCKS, BLOCKS_A_CONNECTION):
        generator = random.Random(SEED + number)
        encoder = HDDeflater()
        ours, theirs = HDInflater(), libnghttp2.Inflater(LIBRARY)
        for step in connection(generator, BLOCKS_A_CONNECTION):
            if isinstance(step, int):
                ours.change_table_size(step)
                theirs.change_table_size(step)
                if generator.random() < 0.9:
                    encoder.change_table_size(step)
                continue
            block = encoder.deflate([(name, value) for name, value, _ in step])
            if generator.random() < 0.05:
                block = mutated(block, generator)
            expected = theirs.inflate(block)
            fields, reason = verdict(ours, block)
            if "more than" in reason:  # octets of an integer, size updates: our own limits
                break
            assert fields == expected, f"seed {SEED + number}: {block.hex()} {reason}"
            if fields is None:
                refused += 1
                break
        theirs.close()
    assert refused > BLOCKS // 200
