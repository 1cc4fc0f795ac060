"""wirelog.py: frames, messages and streams are read from the octets of both sides."""

import hashlib

import hpack
import pytest

from ..streamlog import peak
from ..wirelog import MAX_LINES, ConnectionLog
from . import wire


def log_of(client: bytes, server: bytes = b"") -> ConnectionLog:
    log = ConnectionLog()
    log.from_client(wire.PREFACE + client)
    log.from_server(server)
    return log


def texts(log: ConnectionLog) -> list[str]:
    return [str(line).split(maxsplit=1)[1] for line in log.lines]


def test_a_whole_exchange_is_read() -> None:
    log = log_of(
        wire.request(1, "/echo?echo", "POST", end_stream=False) + wire.data(1, b"abc"),
        wire.headers(1, _status="100")
        + wire.headers(1, _status="200", content_type="text/plain")
        + wire.data(1, b"abcd", end_stream=False)
        + wire.headers(1, end_stream=True, x_trailer="yes"),
    )
    (stream,) = log.of("echo")
    assert stream.is_whole
    assert (stream.path, stream.status) == ("/echo", 200)
    assert (stream.request.size, stream.request.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    assert (stream.response.size, stream.response.informational) == (4, [100])
    assert stream.response.trailers == [("x-trailer", "yes")]
    assert log.fault == ""


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_every_cut_of_the_octets_gives_the_same(size: int) -> None:
    octets = wire.PREFACE + wire.frame(4, 0, 0, b"\x00\x02\x00\x00\x00\x00") + wire.request(1, "/get?get")
    log = ConnectionLog()
    for start in range(0, len(octets), size):
        log.from_client(octets[start : start + size])
    assert log.client_settings == {2: 0}
    assert [stream.query for stream in log.streams.values()] == ["get"]


def test_a_block_in_pieces_with_padding_and_priority_is_joined() -> None:
    block = hpack.Encoder().encode([(":method", "GET"), (":path", "/get?get"), ("x", "y" * 50)])
    first = b"\x03" + b"\x00\x00\x00\x00\x0f" + block[:10] + bytes(3)
    rest = wire.frame(9, 0, 1, block[10:20]) + wire.frame(9, 4, 1, block[20:])
    log = log_of(wire.frame(1, 0x29, 1, first) + rest)
    (stream,) = log.of("get")
    assert stream.request.get("x") == "y" * 50
    assert stream.request.ended_at is not None


def test_streams_in_flight_are_counted_by_the_order_of_frames() -> None:
    two = log_of(wire.request(1, "/slow?streams-0") + wire.request(3, "/slow?streams-1"))
    two.from_server(wire.response(1, b"") + wire.response(3, b""))
    assert peak(two.of("streams")) == 2
    one = log_of(wire.request(1, "/slow?streams-0"))
    one.from_server(wire.response(1, b""))
    one.from_client(wire.request(3, "/slow?streams-1"))
    one.from_server(wire.response(3, b""))
    assert peak(one.of("streams")) == 1


def test_a_reset_closes_a_stream_for_the_side_that_sent_it() -> None:
    log = log_of(wire.request(1, "/endless?cancel") + wire.reset(1, 8))
    (stream,) = log.of("cancel")
    assert (stream.request.reset, stream.response.reset) == (8, None)
    assert stream.closed_at is not None
    assert not stream.is_whole
    assert texts(log)[-1] == "client    1 RST_STREAM CANCEL"


def test_a_pushed_stream_belongs_to_its_promise() -> None:
    log = log_of(
        wire.request(1, "/push?push"),
        wire.push_promise(1, 2, "/pushed") + wire.response(2, b"!") + wire.response(1, b""),
    )
    assert [stream.stream_id for stream in log.of("push")] == [1]
    assert (log.streams[2].promised_on, log.streams[2].path) == (1, "/pushed")
    assert any("   2 DATA" in line for line in log.evidence(log.of("push")))


def test_a_grpc_message_is_hashed_without_its_prefix() -> None:
    content = b"\x00\x00\x00\x00\x03abc"
    for cut in range(len(content)):
        fields = wire.request(1, "/x", "POST", end_stream=False, content_type="application/grpc")
        log = log_of(fields + wire.data(1, content[:cut], end_stream=False) + wire.data(1, content[cut:]))
        assert log.streams[1].request.sha256 == hashlib.sha256(b"abc").hexdigest()


def test_runs_of_frames_are_one_line() -> None:
    log = log_of(wire.request(1, "/x") + b"".join(wire.frame(8, 0, 1, b"\x00\x00\x00\x05") for _ in range(3)))
    log.from_server(wire.headers(1, _status="200") + wire.data(1, bytes(40_000)))
    log.from_client(wire.reset(1) * 4)
    assert texts(log)[1:] == [
        "client    1 WINDOW_UPDATE 3 frames, 15 of credit",
        "server    1 HEADERS :status: 200",
        "server    1 DATA 3 frames, 40000 octets END_STREAM",
        "client    1 RST_STREAM CANCEL (4 times)",
    ]


def test_the_last_words_of_a_connection_are_kept() -> None:
    log = log_of(b"", wire.frame(7, 0, 0, b"\x00\x00\x00\x05\x00\x00\x00\x0bcalm"))
    assert log.goaway == {"server": (5, 11, b"calm")}
    assert texts(log) == ["server    0 GOAWAY ENHANCE_YOUR_CALM last=5 'calm'"]


def test_octets_that_are_not_http2_are_a_fault() -> None:
    log = ConnectionLog()
    log.from_client(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert log.fault.startswith("the client began with b'GET /")
    assert log_of(wire.frame(1, 4, 1, b"\x80")).fault.startswith("client: ")


def test_lines_are_bounded() -> None:
    log = log_of(b"".join(wire.frame(6, 0, 0, n.to_bytes(8, "big")) for n in range(MAX_LINES + 5)))
    assert (len(log.lines), log.lines_left_out) == (MAX_LINES, 5)
