"""Our frame reader and writer against hyperframe."""

import pytest

from nghttp2 import frames

from ..differences import load
from ..differential import Search, search
from ..frame_diff import READING, WRITING, compare_reading, compare_writing, read_ours, read_theirs


@pytest.mark.parametrize("comparison", [READING, WRITING], ids=lambda c: c.name)
def test_no_difference_is_unexplained(comparison: Search[object]) -> None:
    found = search(comparison, load(), examples=1000, seed_number=9113)
    assert found.unexplained is None


def test_a_difference_without_an_entry_is_found() -> None:
    assert search(READING, (), examples=1000, seed_number=9113).unexplained is not None


@pytest.mark.parametrize(
    ("wire", "frame"),
    [
        ("00 00 08 06 01 00 00 00 00 01 02 03 04 05 06 07 08", frames.PingFrame(bytes(range(1, 9)), True)),
        ("00 00 04 03 00 80 00 00 03 00 00 00 08", frames.RstStreamFrame(3, 8)),
        ("00 00 04 00 09 00 00 00 01 02 61 00 00", frames.DataFrame(1, b"a", True, 2)),
        ("00 00 05 02 00 00 00 00 05 80 00 00 03 0f", frames.PriorityFrame(5, frames.Priority(3, 16, True))),
        ("00 00 01 fa 55 00 00 00 07 2a", frames.RawFrame(0xFA, 0x55, 7, b"*")),
    ],
)
def test_both_sides_read_the_frame_that_was_typed(wire: str, frame: frames.Frame) -> None:
    octets = bytes.fromhex(wire)
    assert read_ours(octets) == frame
    assert read_theirs(octets) == frame
    assert compare_reading(octets) == []
    assert compare_writing(frame) == []
