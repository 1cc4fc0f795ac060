"""Our HPACK codec against every other that is installed."""

import os

import pytest

from ..bulk import DECODING as DECODING_IN_BULK
from ..bulk import ENCODING as ENCODING_IN_BULK
from ..bulk import Bulk, bulk_search
from ..codec_diff import DECODING, ENCODING, compare_decoding, decoding_case
from ..differences import load
from ..differential import Search, search
from ..features import Feature, features

BLOCKS = int(os.environ.get("H2INTEROP_BLOCKS", "5000"))
"""Blocks of each search in bulk; continuous integration asks for 100,000."""


@pytest.mark.parametrize("comparison", [DECODING, ENCODING], ids=lambda c: c.name)
def test_no_difference_is_unexplained(comparison: Search[object]) -> None:
    found = search(comparison, load(), examples=300, seed_number=7541)
    assert found.unexplained is None


def test_a_difference_without_an_entry_is_found_and_minimised() -> None:
    found = search(DECODING, (), examples=2000, seed_number=7541)
    assert found.unexplained is not None
    wires = [block["wire"] for block in found.unexplained.case["blocks"]]
    assert sum(len(wire.split()) for wire in wires) <= 4


@pytest.mark.parametrize("comparison", [DECODING_IN_BULK, ENCODING_IN_BULK], ids=lambda c: c.name)
def test_no_difference_is_unexplained_in_bulk(comparison: Bulk) -> None:
    found = bulk_search(comparison, load(), blocks=BLOCKS, seed_number=7541)
    assert found.unexplained is None
    assert found.examples >= BLOCKS


def test_bulk_shortens_what_it_finds() -> None:
    found = bulk_search(DECODING_IN_BULK, (), blocks=20_000, seed_number=7541)
    assert found.unexplained is not None
    assert len(found.unexplained.case["blocks"]) <= 2


def test_equal_outcomes_are_no_difference() -> None:
    assert compare_decoding([bytes.fromhex("82 40 01 61 01 62"), bytes.fromhex("be")]) == []


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["20 20 20"], {Feature.THREE_SIZE_UPDATES}),
        (["82 20"], {Feature.LATE_SIZE_UPDATE}),
        (["ff 80 00"], {Feature.LONG_INTEGER}),
        (["3f ff ff ff ff 0f"], {Feature.LARGE_INTEGER, Feature.UPDATE_ABOVE_LIMIT}),
        ([100, "82"], {Feature.NO_UPDATE_AFTER_REDUCTION}),
        ([0, 31, "3f 00"], {Feature.UPDATE_ABOVE_SMALLEST}),
        ([0, 32, 31, "3f 00"], {Feature.UPDATE_ABOVE_SMALLEST}),
        ([100, 100, "3f 45"], {Feature.SAME_LIMIT_TWICE}),
        ([100, "3f 45"], set()),
        (["40 01 61 01 62 be"], set()),
    ],
)
def test_features_are_read_from_the_grammar(steps: list[str | int], expected: set[Feature]) -> None:
    octets = [bytes.fromhex(step) if isinstance(step, str) else step for step in steps]
    assert features(octets) == expected


def test_limits_stand_with_the_block_that_follows_them() -> None:
    case = decoding_case([0, 4096, bytes.fromhex("20 3f e1 1f"), b"\x82"])
    assert case["blocks"] == [
        {"wire": "20 3f e1 1f", "resize": [0, 4096], "fields": []},
        {"wire": "82", "fields": [[":method", "GET"]]},
    ]


def test_a_case_ends_with_the_block_that_our_decoder_refuses() -> None:
    case = decoding_case([b"\x82", b"\x80", b"\x84"])
    assert case["blocks"][1:] == [{"wire": "80", "error": True}]
    assert case["control"] == [{"wire": "82", "fields": [[":method", "GET"]]}]
