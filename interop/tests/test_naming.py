"""Octets become named frames, and named frames the same octets again."""

from pathlib import Path
from typing import Any

import pytest

from ..dialogue_case import case, write_cases
from ..moves import MALFORMED_REQUESTS, REQUEST, Kind, Move, frame, headers, literals
from ..naming import named
from ..vote import run

T = literals(((b"t", b"1"),))
FRAMES: list[tuple[bytes, dict[str, Any]]] = [
    (frame(0, 0x01, 1, b"hi"), {"DATA": {"stream": 1, "data": "hi", "end_stream": True}}),
    (frame(0, 0, 3, b"\x00\xff"), {"DATA": {"stream": 3, "data": {"hex": "00ff"}}}),
    (frame(0, 0x08, 1, b"\x02hi\x00\x00"), {"DATA": {"stream": 1, "data": "hi", "pad": 2}}),
    (frame(0, 0x08, 1, b"\x01hi\x07"), {"DATA": {"stream": 1, "data": "hi", "padding": "07"}}),
    (frame(0, 0x08, 1, b"\x09hi"), {"DATA": {"stream": 1, "payload": "09 68 69", "flags": "0x08"}}),
    (frame(0, 0x40, 1), {"DATA": {"stream": 1, "flags": "0x40"}}),
    (frame(1, 0x05, 3, T), {"TRAILERS": {"stream": 3, "fields": [["t", "1"]]}}),
    (
        frame(1, 0x24, 3, bytes.fromhex("80000001 05") + T),
        {
            "HEADERS": {
                "stream": 3,
                "fields": [["t", "1"]],
                "end_stream": False,
                "priority": {"depends_on": 1, "weight": 5, "exclusive": True},
            }
        },
    ),
    (
        frame(1, 0x05, 1, literals(((b":status", b"200"), (b"a", b"1\x002")))),
        {"HEADERS": {"stream": 1, "fields": [[":status", "200"], ["a", {"hex": "310032"}]]}},
    ),
    (
        frame(1, 0x01, 1, bytes.fromhex("82 86 84")),
        {"HEADERS": {"stream": 1, "block": "82 86 84", "end_headers": False}},
    ),
    (frame(1, 0x25, 1, b"\x00"), {"HEADERS": {"stream": 1, "payload": "00", "flags": "0x25"}}),
    (
        frame(2, 0, 1, bytes.fromhex("00000003 10")),
        {"PRIORITY": {"stream": 1, "depends_on": 3, "weight": 16, "exclusive": False}},
    ),
    (frame(2, 0, 1, b"\x01"), {"PRIORITY": {"stream": 1, "payload": "01"}}),
    (frame(3, 0, 1, bytes.fromhex("00000008")), {"RST_STREAM": {"stream": 1, "error": "CANCEL"}}),
    (frame(3, 0, 1, bytes.fromhex("000000ff")), {"RST_STREAM": {"stream": 1, "error": 255}}),
    (frame(4, 0, 0), {"SETTINGS": {}}),
    (
        frame(4, 0, 0, bytes.fromhex("0004 00000005 0055 00000001")),
        {"SETTINGS": {"settings": {"INITIAL_WINDOW_SIZE": 5, "0x55": 1}}},
    ),
    (
        frame(4, 0, 0, bytes.fromhex("0004 00000005 0004 00000001")),
        {"SETTINGS": {"settings": [["INITIAL_WINDOW_SIZE", 5], ["INITIAL_WINDOW_SIZE", 1]]}},
    ),
    (frame(4, 0, 1, bytes(5)), {"SETTINGS": {"stream": 1, "payload": "00 00 00 00 00"}}),
    (
        frame(5, 0x04, 1, bytes((0, 0, 0, 2)) + T),
        {"PUSH_PROMISE": {"stream": 1, "promised": 2, "fields": [["t", "1"]]}},
    ),
    (frame(6, 1, 0, b"12345678"), {"PING": {"ack": True, "payload": "31 32 33 34 35 36 37 38"}}),
    (
        frame(7, 0, 0, bytes.fromhex("00000001 0000000b 6279 65")),
        {"GOAWAY": {"last_stream": 1, "error": "ENHANCE_YOUR_CALM", "debug": "bye"}},
    ),
    (frame(8, 0, 0, bytes(4)), {"WINDOW_UPDATE": {"stream": 0, "increment": 0}}),
    (frame(8, 0, 0, bytes.fromhex("80000001")), {"WINDOW_UPDATE": {"stream": 0, "increment": 0x8000_0001}}),
    (frame(9, 0x04, 1, T), {"CONTINUATION": {"stream": 1, "fields": [["t", "1"]]}}),
    (frame(9, 0, 1, b"\x80"), {"CONTINUATION": {"stream": 1, "block": "80", "end_headers": False}}),
    (
        frame(0xFA, 0x03, 0x8000_0005, b"x"),
        {"UNKNOWN": {"stream": 5, "type": "0xfa", "payload": "78", "reserved": True, "flags": "0x03"}},
    ),
    (frame(0x10, 0, 0, b"\x00"), {"UNKNOWN": {"stream": 0, "type": "0x10", "payload": "00"}}),
    (frame(6, 0, 0, bytes(8))[:-1], {"RAW": {"octets": "00 00 08 06 00 00 00 00 00" + 7 * " 00"}}),
    (b"\x00\x00", {"RAW": {"octets": "00 00"}}),
]


@pytest.mark.parametrize(("octets", "expected"), FRAMES)
def test_a_frame_has_its_name(octets: bytes, expected: dict[str, Any]) -> None:
    assert named(octets) == [expected]


def test_a_case_sends_the_octets_that_were_named(tmp_path: Path) -> None:
    file = tmp_path / "frames.yaml"
    moves = [Move(Kind.UNKNOWN, 1, octets) for octets, _ in FRAMES]
    write_cases([case(f"frame-{number}", (move,)) for number, move in enumerate(moves)], file)
    sent = {record["id"].rpartition("/")[2]: record for record in run([str(file)], "embedded")}
    for number, move in enumerate(moves):
        lines = sent[f"frame-{number}"]["transcript"]
        assert move.octets.hex(" ") in [line["hex"] for line in lines if line["dir"] == "send"]


def test_a_good_request_goes_to_the_target() -> None:
    good = named(headers(Kind.REQUEST, 1, (*REQUEST, (b"a", b"b")), ends=False).octets)
    assert good == [{"REQUEST": {"stream": 1, "headers": [["a", "b"]], "end_stream": False}}]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("no-path", {"REQUEST": {"stream": 1, "omit": [":path"]}}),
        ("host-differs", {"REQUEST": {"stream": 1, "headers": [["host", "b.example"]]}}),
        (
            "late-pseudo-field",
            {
                "HEADERS": {
                    "stream": 1,
                    "fields": [
                        [":method", "GET"],
                        [":scheme", "${scheme}"],
                        [":authority", "${authority}"],
                        ["a", "1"],
                        [":path", "${path}"],
                    ],
                }
            },
        ),
        ("connect-without-authority", {"HEADERS": {"stream": 1, "fields": [[":method", "CONNECT"]]}}),
    ],
)
def test_a_malformed_request_is_told_by_what_is_wrong_with_it(label: str, expected: dict[str, Any]) -> None:
    move = headers(Kind.MALFORMED_REQUEST, 1, MALFORMED_REQUESTS[label], ends=True)
    assert named(move.octets) == [expected]
