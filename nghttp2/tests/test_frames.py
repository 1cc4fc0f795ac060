"""frames, frame_reader, frame_writer: round trips; any split of the input gives the same frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nghttp2.errors import ConnectionFault, StreamFault
from nghttp2.frame_reader import FrameReader
from nghttp2.frame_writer import field_block, push_promise, serialize
from nghttp2.frames import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    Priority,
    PriorityFrame,
    PriorityUpdateFrame,
    PushPromiseFrame,
    RawFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

H = bytes.fromhex

# Typed from RFC 9113 6 and RFC 9218 7.1, octet by octet.
WIRE: list[tuple[str, Frame]] = [
    ("000003 00 00 00000001 616263", DataFrame(1, b"abc")),
    ("000005 00 09 00000003 02 6162 0000", DataFrame(3, b"ab", True, 2)),
    ("000001 01 05 00000001 82", HeadersFrame(1, b"\x82", True)),
    (
        "000008 01 28 00000001 01 80000003 0f 82 00",
        HeadersFrame(1, b"\x82", False, False, 1, Priority(3, 16, True)),
    ),
    ("000005 02 00 00000005 00000000 ff", PriorityFrame(5, Priority(0, 256, False))),
    ("000004 03 00 00000001 00000008", RstStreamFrame(1, 8)),
    ("00000c 04 00 00000000 0003 00000064 00ff 00000007", SettingsFrame(((3, 100), (255, 7)))),
    ("000000 04 01 00000000", SettingsFrame((), True)),
    ("000005 05 04 00000001 00000002 82", PushPromiseFrame(1, 2, b"\x82")),
    ("000008 06 01 00000000 0102030405060708", PingFrame(H("0102030405060708"), True)),
    ("00000a 07 00 00000000 00000005 0000000b 6869", GoAwayFrame(5, 11, b"hi")),
    ("000004 08 00 00000001 00000400", WindowUpdateFrame(1, 1024)),
    ("000001 09 04 00000001 82", ContinuationFrame(1, b"\x82")),
    ("000007 10 00 00000000 00000001 753d31", PriorityUpdateFrame(1, b"u=1")),
    ("000002 bb 55 00000007 0102", RawFrame(0xBB, 0x55, 7, b"\x01\x02")),
]


@pytest.mark.parametrize(("wire", "frame"), WIRE)
def test_a_frame_is_written_and_read_octet_by_octet(wire: str, frame: Frame) -> None:
    reader = FrameReader()
    reader.receive(H(wire))
    assert reader.next_frame() == frame
    assert reader.next_frame() is None
    assert serialize(frame) == H(wire)


ids = st.integers(1, 2**31 - 1)
octets = st.binary(max_size=60)
pads = st.none() | st.integers(0, 255)
priorities = st.builds(Priority, st.integers(0, 2**31 - 1), st.integers(1, 256), st.booleans())
frames = st.one_of(
    st.builds(DataFrame, ids, octets, st.booleans(), pads),
    st.builds(HeadersFrame, ids, octets, st.booleans(), st.booleans(), pads, st.none() | priorities),
    st.builds(PriorityFrame, ids, priorities),
    st.builds(RstStreamFrame, ids, st.integers(0, 2**32 - 1)),
    st.builds(
        SettingsFrame,
        st.lists(st.tuples(st.integers(0, 2**16 - 1), st.integers(0, 2**32 - 1)), max_size=5).map(tuple),
        ack=st.just(False),
    ),
    st.just(SettingsFrame((), True)),
    st.builds(PushPromiseFrame, ids, ids, octets, st.booleans(), pads),
    st.builds(PingFrame, st.binary(min_size=8, max_size=8), st.booleans()),
    st.builds(GoAwayFrame, st.integers(0, 2**31 - 1), st.integers(0, 2**32 - 1), octets),
    st.builds(WindowUpdateFrame, st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1)),
    st.builds(ContinuationFrame, ids, octets, st.booleans()),
    st.builds(PriorityUpdateFrame, st.integers(0, 2**31 - 1), octets),
    st.builds(RawFrame, st.integers(0x11, 255), st.integers(0, 255), ids, octets),
)


@given(frames)
def test_every_frame_survives_a_round_trip(frame: Frame) -> None:
    reader = FrameReader()
    reader.receive(serialize(frame))
    assert reader.next_frame() == frame
    assert len(reader) == 0


def drain(reader: FrameReader) -> list[Frame | str]:
    found: list[Frame | str] = []
    while True:
        has_frame = reader.has_frame()
        try:
            frame = reader.next_frame()
        except (ConnectionFault, StreamFault) as fault:
            found.append(f"{type(fault).__name__} {fault.error_code.name}")
            assert has_frame
            continue
        assert has_frame is (frame is not None)
        if frame is None:
            return found
        found.append(frame)


@given(st.lists(frames, max_size=6), st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_any_split_of_the_input_gives_the_same_frames(sent: list[Frame], sizes: list[int]) -> None:
    wire = b"".join(map(serialize, sent))
    reader = FrameReader()
    found: list[Frame | str] = []
    position = number = 0
    while position < len(wire):
        size = sizes[number % len(sizes)]
        reader.receive(wire[position : position + size])
        found += drain(reader)
        position += size
        number += 1
    assert found == sent


@given(octets)
def test_any_octets_give_frames_or_documented_faults(wire: bytes) -> None:
    reader = FrameReader()
    reader.receive(wire)
    whole = drain(reader)
    bytewise = FrameReader()
    found: list[Frame | str] = []
    for octet in wire:
        bytewise.receive(bytes((octet,)))
        found += drain(bytewise)
        if "ConnectionFault FRAME_SIZE_ERROR" in found:
            return  # the connection is over; what is dropped with it depends on what was there
    assert found == whole


@given(st.binary(min_size=1, max_size=300), st.booleans())
def test_a_large_block_becomes_headers_and_continuations(block: bytes, end_stream: bool) -> None:
    for wire in (field_block(1, block, end_stream, 50), push_promise(1, 2, block, 50)):
        reader = FrameReader()
        reader.receive(wire)
        first, *rest = drain(reader)
        assert isinstance(first, HeadersFrame | PushPromiseFrame)
        assert all(isinstance(frame, ContinuationFrame) for frame in rest)
        parts = [first, *rest]
        assert b"".join(part.fragment for part in parts) == block  # type: ignore[union-attr] # asserted above
        assert [part.end_headers for part in parts] == [False] * len(rest) + [True]  # type: ignore[union-attr] # asserted above
        assert isinstance(first, PushPromiseFrame) or first.end_stream is end_stream
