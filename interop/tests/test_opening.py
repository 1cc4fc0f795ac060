"""From a client's octets to a case."""

import pytest

from nghttp2.codes import PREFACE
from nghttp2.hpack import HDDeflater

from ..moves import frame
from ..opening import NotHTTP2, fingerprint, opening_steps


def opening() -> bytes:
    """A client with a PRIORITY frame, an unknown setting, padding and a body, by the byte."""
    encoder = HDDeflater()
    block = encoder.deflate(
        [
            (b":method", b"POST"),
            (b":path", b"/get"),
            (b":scheme", b"http"),
            (b":authority", b"127.0.0.1:8080"),
            (b"user-agent", b"example/1"),
        ]
    )
    return b"".join(
        (
            PREFACE,
            frame(4, 0, 0, bytes.fromhex("00 04 00 00 ff ff  fe 03 00 00 00 01")),
            frame(8, 0, 0, bytes.fromhex("00 00 10 00")),
            frame(2, 0, 3, bytes.fromhex("80 00 00 00 c8")),
            frame(1, 0x00, 13, block[:10]),
            frame(9, 0x04, 13, block[10:]),
            frame(4, 0x01, 0),
            frame(0, 0x09, 13, b"\x02hello\x00\x00"),
            frame(6, 0, 0, bytes(8)),
        )
    )


def test_an_opening_keeps_the_habits_and_not_the_names() -> None:
    connect, send, *expects = opening_steps(opening())
    assert connect == "connect"
    assert send == {
        "send": [
            {"PREFACE": {}},
            {"SETTINGS": {"settings": [["INITIAL_WINDOW_SIZE", 65535], ["0xfe03", 1]]}},
            {"WINDOW_UPDATE": {"stream": 0, "increment": 4096}},
            {"PRIORITY": {"stream": 3, "depends_on": 0, "weight": 200, "exclusive": True}},
            {
                "HEADERS": {
                    "stream": 13,
                    "fields": [
                        [":method", "POST"],
                        [":path", "${path}"],
                        [":scheme", "${scheme}"],
                        [":authority", "${authority}"],
                        ["user-agent", "example/1"],
                    ],
                    "end_stream": False,
                }
            },
            {"DATA": {"stream": 13, "data": {"hex": "68656c6c6f"}, "end_stream": True, "pad": 2}},
        ]
    }
    assert expects[1] == {"expect": {"response": {"stream": 13, "status": "any"}}}


def test_a_fingerprint_is_one_line_of_habits() -> None:
    octets = PREFACE + frame(4, 0, 0, bytes.fromhex("00 03 00 00 00 64")) + frame(8, 0, 0, bytes(3) + b"\x01")
    octets += frame(1, 1, 5, bytes.fromhex("82 84 86 41 01 61 7a 01"))
    octets += frame(9, 4, 5, bytes.fromhex("61 53 01 62"))
    assert fingerprint(octets) == (
        "settings 3=100; window 1; pseudo-fields mpsa; fields user-agent,accept; first stream 5"
    )


@pytest.mark.parametrize(
    ("octets", "complaint"),
    [(b"GET / HTTP/1.1\r\n\r\n", "begins with"), (PREFACE + frame(4, 0, 0), "no request")],
)
def test_what_is_no_request_is_named(octets: bytes, complaint: str) -> None:
    with pytest.raises(NotHTTP2, match=complaint):
        opening_steps(octets)


def test_a_long_content_is_cut_where_every_window_takes_it() -> None:
    block = HDDeflater().deflate([(b":method", b"POST"), (b":scheme", b"http"), (b":path", b"/")])
    octets = PREFACE + frame(4, 0, 0) + frame(1, 4, 1, block) + frame(0, 0, 1, bytes(10_000)) * 3
    sends = opening_steps(octets)[1]["send"]
    assert [send["DATA"] for send in sends if "DATA" in send] == [
        {"stream": 1, "data": {"size": 10_000}, "end_stream": False},
        {"stream": 1, "data": {"size": 6_384}, "end_stream": True},
    ]
