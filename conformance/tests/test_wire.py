"""The judge's own wire code: frames, literals, Huffman, against octets typed from the RFCs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..wire import huffman, literal
from ..wire.codes import MAX_31
from ..wire.describe import summary
from ..wire.frames import FrameSplitter, RawFrame, encode_frame


@pytest.mark.parametrize(
    ("frame", "octets"),
    [
        ((0x4, 0, 0, b""), "00 00 00  04  00  00 00 00 00"),
        ((0x6, 1, 0, bytes(8)), "00 00 08  06  01  00 00 00 00  00 00 00 00 00 00 00 00"),
        ((0x0, 1, 1, b"hi"), "00 00 02  00  01  00 00 00 01  68 69"),
        ((0xFA, 0xFF, MAX_31, b"\x00"), "00 00 01  fa  ff  7f ff ff ff  00"),
    ],
)
def test_frames_have_a_header_of_nine_octets(frame: tuple[int, int, int, bytes], octets: str) -> None:
    assert encode_frame(*frame) == bytes.fromhex(octets)
    assert FrameSplitter().feed(bytes.fromhex(octets)) == [RawFrame(*frame)]


def test_a_frame_can_lie_about_its_length_and_set_the_reserved_bit() -> None:
    octets = encode_frame(0x6, 0, 1, bytes(8), length=9, reserved=True)
    assert octets[:9] == bytes.fromhex("00 00 09  06  00  80 00 00 01")


@given(
    st.lists(
        st.tuples(
            st.integers(0, 255),
            st.integers(0, 255),
            st.integers(0, MAX_31),
            st.binary(max_size=40),
            st.booleans(),
        ),
        max_size=6,
    ),
    st.integers(1, 30),
)
def test_any_cut_of_the_octets_gives_the_same_frames(
    frames: list[tuple[int, int, int, bytes, bool]], size: int
) -> None:
    octets = b"".join(encode_frame(*frame[:4], reserved=frame[4]) for frame in frames)
    splitter = FrameSplitter()
    found = [f for at in range(0, len(octets), size) for f in splitter.feed(octets[at : at + size])]
    assert [tuple(frame) for frame in found] == frames
    assert splitter.rest == b""


# RFC 7541 C.1.1 to C.1.3
@pytest.mark.parametrize(("value", "prefix", "octets"), [(10, 5, "0a"), (1337, 5, "1f 9a 0a"), (42, 8, "2a")])
def test_integers_as_in_appendix_c_1(value: int, prefix: int, octets: str) -> None:
    assert literal.integer(value, prefix) == bytes.fromhex(octets)


# RFC 7541 C.2.1 to C.2.4, C.4.1, C.6.1
def test_representations_as_in_appendix_c() -> None:
    assert literal.incremental(b"custom-key", b"custom-header") == bytes.fromhex(
        "40 0a 63 75 73 74 6f 6d 2d 6b 65 79 0d 63 75 73 74 6f 6d 2d 68 65 61 64 65 72"
    )
    assert literal.plain(4, b"/sample/path") == bytes.fromhex("04 0c 2f 73 61 6d 70 6c 65 2f 70 61 74 68")
    assert literal.never(b"password", b"secret") == bytes.fromhex(
        "10 08 70 61 73 73 77 6f 72 64 06 73 65 63 72 65 74"
    )
    assert literal.indexed(2) == bytes.fromhex("82")
    assert literal.incremental(1, b"www.example.com", True) == bytes.fromhex(
        "41 8c f1 e3 c2 e5 f2 3a 6b a0 ab 90 f4 ff"
    )
    assert literal.incremental(8, b"302", True) == bytes.fromhex("48 82 64 02")


@given(st.binary(max_size=60))
def test_huffman_coding_is_undone(text: bytes) -> None:
    assert huffman.decode(huffman.encode(text)) == text


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        ("ff ff ff ff", "EOS inside a string"),
        ("ff", "padding longer than 7 bits"),
        ("1f ff", "padding longer than 7 bits"),
        ("18", "padding is not all ones"),
    ],
)
def test_bad_huffman_strings_are_refused(octets: str, reason: str) -> None:
    with pytest.raises(huffman.HuffmanError, match=reason):
        huffman.decode(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        ((0x4, 0, 0, bytes.fromhex("000200000000")), "SETTINGS ENABLE_PUSH=0"),
        ((0x7, 0, 0, bytes.fromhex("0000000100000001") + b"why"), "GOAWAY last=1 PROTOCOL_ERROR 'why'"),
        ((0x3, 0, 5, bytes.fromhex("0000000d")), "RST_STREAM stream=5 HTTP_1_1_REQUIRED"),
        ((0x1, 5, 1, b"abc"), "HEADERS stream=1 END_STREAM END_HEADERS length=3"),
        ((0x8, 0, 0, bytes.fromhex("80000001")), "WINDOW_UPDATE +1"),
        ((0xFA, 3, 0, b""), "UNKNOWN(0xfa) 0x03 length=0"),
    ],
)
def test_a_frame_is_said_in_a_line(frame: tuple[int, int, int, bytes], text: str) -> None:
    assert summary(RawFrame(*frame)) == text
