"""connection.py: the preface, chunking, and the core against itself back to back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nghttp2 import UsageError
from nghttp2 import frame_writer as write
from nghttp2.body import BytesBody
from nghttp2.codes import PREFACE
from nghttp2.connection import Connection
from nghttp2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    GoAwayReceived,
    InformationalReceived,
    PingAcknowledged,
    PushPromised,
    RequestReceived,
    ResponseReceived,
    SettingsAcknowledged,
    StreamClosed,
    TrailersReceived,
)
from nghttp2.stream import Stream

from .peer import GET, POST, Peer, recorder, replaced


@pytest.mark.parametrize("wrong", [b"GET / HTTP/1.1\r\n", b"\x16\x03\x01", PREFACE[:-1] + b"x", b"x"])
def test_a_wrong_preface_is_a_connection_error(wrong: bytes) -> None:
    peer = Peer(handshake=False)
    peer.sends(wrong)
    assert peer.seen()[-1] == ("GOAWAY", 0, 1)
    assert peer.server.closed


@pytest.mark.parametrize("first", [write.SETTINGS_ACK, write.ping(b"12345678"), write.frame(0xBB, 0, 0)])
def test_the_first_frame_must_be_settings(first: bytes) -> None:
    peer = Peer(handshake=False)
    peer.sends(PREFACE, first)
    assert peer.seen()[-1] == ("GOAWAY", 0, 1)


def test_the_server_speaks_first_with_settings_and_its_window() -> None:
    peer = Peer(handshake=False)
    assert peer.seen() == [
        ("SETTINGS", ((3, 100), (4, 65_535), (6, 65_536), (9, 1)), False),
        ("WINDOW_UPDATE", 0, 1024 * 1024 - 65_535),
    ]


def conversation() -> bytes:
    """Return what a client sends that does a bit of everything, an error at its end."""
    peer = Peer()
    trailers = peer.block([*POST, (b"x", b"y")])
    return b"".join(
        (
            PREFACE,
            write.settings(((4, 70_000),)),
            write.SETTINGS_ACK,
            write.field_block(1, trailers, False, 10),
            write.ping(b"12345678"),
            write.frame(0, 8, 1, b"\x03abc\0\0\0"),
            write.window_update(1, 5),
            write.frame(0, 1, 1, b"def"),
            write.field_block(3, peer.block(GET), True, 16_384),
            write.frame(0xBB, 0, 9, b"?"),
            write.field_block(5, peer.block([*GET, (b"bad", b" ")]), True, 16_384),
            write.field_block(7, peer.block(POST), False, 16_384),
            write.window_update(7, 0),
            write.priority_update(9, b"u=1"),
            write.rst_stream(7, 8),
            write.frame(6, 0, 1, b"12345678"),
            write.ping(b"too late"),
        )
    )


def outcome(chunks: list[bytes]) -> tuple[Any, Any]:
    peer = Peer(handshake=False)
    shown = []
    for chunk in chunks:
        peer.sends(chunk)
        shown += peer.seen()
    # DATA may be cut differently, RST_STREAM of an answered stream may come or not: what matters is compared.
    return shown, peer.calls


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_any_split_of_the_input_gives_the_same_events(sizes: list[int]) -> None:
    wire = conversation()
    chunks = []
    position = number = 0
    while position < len(wire):
        size = sizes[number % len(sizes)]
        chunks.append(wire[position : position + size])
        position += size
        number += 1
    assert outcome(chunks) == outcome([wire])


def test_octet_by_octet_gives_the_same_events() -> None:
    wire = conversation()
    shown, calls = outcome([bytes((octet,)) for octet in wire])
    assert (shown, calls) == outcome([wire])
    assert shown[-1] == ("GOAWAY", 7, 1)
    assert (1, "data", b"def") in calls


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_octets_raise_anything(junk: bytes) -> None:
    peer = Peer()
    peer.sends(junk)
    peer.frames()
    peer.server.advance(100)
    peer.frames()
    assert peer.server.closed


class Pair:
    """A client and a server connection, joined."""

    def __init__(self, **kwargs: Any) -> None:
        self.now = 0.0
        self.client = Connection(True, clock=lambda: self.now, **kwargs)
        self.server = Connection(False, clock=lambda: self.now)
        self.seen: dict[str, list[Event]] = {"client": [], "server": []}
        self.exchange()

    def exchange(self) -> None:
        while True:
            up, down = self.client.data_to_send(), self.server.data_to_send()
            if not up and not down:
                break
            self.server.receive_data(up)
            self.client.receive_data(down)
            for name, end in (("client", self.client), ("server", self.server)):
                while (event := end.next_event()) is not None:
                    self.seen[name].append(event)
                    if isinstance(event, DataReceived):
                        end.consume(event.stream, len(event.data))

    def events(self, name: str, kind: type) -> list[Any]:
        return [event for event in self.seen[name] if type(event) is kind]

    def request(
        self, fields: list[tuple[bytes, bytes]] = GET, end_stream: bool = True
    ) -> tuple[Stream, Stream]:
        stream = self.client.send_request(fields, end_stream)
        self.exchange()
        return stream, self.events("server", RequestReceived)[-1].stream

    def respond(self, stream: Stream, status: int, headers: Any = None, end_stream: bool = True) -> None:
        self.server.send_headers(stream, self.server.response_block(status, headers)[0], end_stream)
        self.exchange()


def test_both_sides_acknowledge_settings() -> None:
    pair = Pair()
    for name in ("client", "server"):
        assert len(pair.events(name, SettingsAcknowledged)) == 1


def test_a_request_and_its_response_arrive() -> None:
    pair = Pair()
    stream, remote = pair.request([*GET, (b"x", b"y")])
    assert pair.events("server", RequestReceived)[0].head.headers == [*GET, (b"x", b"y")]
    pair.respond(remote, 404, [("content-type", "text/plain")])
    [response] = pair.events("client", ResponseReceived)
    assert (response.stream, response.head.status, response.end_stream) == (stream, 404, True)
    for name in ("client", "server"):
        assert [event.error_code for event in pair.events(name, StreamClosed)] == [0]


def test_content_of_a_megabyte_arrives_both_ways_through_the_windows() -> None:
    pair = Pair()
    content = bytes(range(256)) * 4096
    stream, remote = pair.request(POST, end_stream=False)
    pair.client.send_body(stream, BytesBody(content))
    pair.exchange()
    assert b"".join(event.data for event in pair.events("server", DataReceived)) == content
    pair.respond(remote, 200, end_stream=False)
    pair.server.send_body(remote, BytesBody(content))
    pair.exchange()
    assert b"".join(event.data for event in pair.events("client", DataReceived)) == content
    assert pair.events("client", StreamClosed)


def test_trailers_arrive_both_ways() -> None:
    pair = Pair()
    stream, remote = pair.request(POST, end_stream=False)
    pair.client.send_body(stream, BytesBody(b"up"), trailers=[("x-up", "1")])
    pair.exchange()
    pair.respond(remote, 200, end_stream=False)
    pair.server.send_body(remote, BytesBody(b"down"), trailers=[("x-down", "2")])
    pair.exchange()
    assert pair.events("server", TrailersReceived)[0].fields == [(b"x-up", b"1")]
    assert pair.events("client", TrailersReceived)[0].fields == [(b"x-down", b"2")]


def test_informational_responses_do_not_end_the_response() -> None:
    pair = Pair()
    _, remote = pair.request()
    pair.server.send_informational(remote, 103, [("link", "</a>")])
    pair.respond(remote, 200)
    assert pair.events("client", InformationalReceived)[0].head.status == 103
    assert pair.events("client", ResponseReceived)[0].head.status == 200


def test_a_promise_and_its_response_arrive() -> None:
    pair = Pair()
    _, remote = pair.request()
    number = pair.server.streams.take_local_id()

    def start() -> None:
        pair.server.send_headers(promised, pair.server.response_block(200, None)[0], True)

    promised = pair.server.promise(remote, number, replaced(GET, path=b"/style.css"), start)
    pair.exchange()
    [event] = pair.events("client", PushPromised)
    assert (event.promised.id, event.head.path) == (2, b"/style.css")
    assert pair.events("client", ResponseReceived)[0].stream.id == 2


def test_a_promise_is_a_connection_error_where_push_is_disabled() -> None:
    pair = Pair(enable_push=False)
    assert pair.server.remote.enable_push == 0
    _, remote = pair.request()
    pair.server.promise(remote, 2, GET, lambda: None)
    pair.exchange()
    assert pair.events("client", ConnectionTerminated)[0].error_code == 1


def test_goaway_tells_which_requests_were_not_processed() -> None:
    pair = Pair()
    first, _ = pair.request()
    second, _ = pair.request()
    pair.server.goaway(first.id)
    pair.exchange()
    assert pair.events("client", GoAwayReceived)[0].last_stream_id == first.id
    assert [(event.stream, event.error_code) for event in pair.events("client", StreamClosed)] == [
        (second, 7)
    ]
    with pytest.raises(UsageError):
        pair.client.send_request(GET, True)


def test_the_client_keeps_to_the_servers_limit_of_streams() -> None:
    pair = Pair()
    for _ in range(100):
        pair.client.send_request(GET, True)
    assert not pair.client.can_open
    pair.exchange()
    assert pair.server.stats["streams_refused"] == 0


def test_ping_is_answered_and_reported() -> None:
    pair = Pair()
    pair.client.ping(b"abcdefgh")
    pair.exchange()
    assert pair.events("client", PingAcknowledged) == [PingAcknowledged(b"abcdefgh")]


# Malformed responses, from a server that writes what it likes.

BAD_RESPONSES = [
    ("no :status", [(b"x", b"y")]),
    (":status twice", [(b":status", b"200"), (b":status", b"200")]),
    (":status 20", [(b":status", b"20")]),
    (":status 101", [(b":status", b"101")]),
    ("request pseudo-header field", [(b":status", b"200"), (b":path", b"/")]),
    ("late :status", [(b"x", b"y"), (b":status", b"200")]),
    ("upper case", [(b":status", b"200"), (b"X", b"y")]),
    ("connection", [(b":status", b"200"), (b"connection", b"close")]),
    ("content-length without content", [(b":status", b"200"), (b"content-length", b"5")]),
    ("1xx that ends the stream", [(b":status", b"103")]),
]


@pytest.mark.parametrize("fields", [row[1] for row in BAD_RESPONSES], ids=[row[0] for row in BAD_RESPONSES])
def test_a_malformed_response_is_never_delivered(fields: list[tuple[bytes, bytes]]) -> None:
    pair = Pair()
    stream, remote = pair.request()
    pair.server.send_headers(remote, pair.server._encode(fields)[0], True)
    pair.exchange()
    assert not pair.events("client", ResponseReceived)
    assert [(event.stream, event.error_code) for event in pair.events("client", StreamClosed)] == [
        (stream, 1)
    ]


def test_content_in_a_response_to_head_is_malformed() -> None:
    pair = Pair()
    stream, remote = pair.request(replaced(GET, method=b"HEAD"))
    pair.respond(remote, 200, [("content-length", "4")], end_stream=False)
    pair.server.send_body(remote, BytesBody(b"body"))
    pair.exchange()
    assert [(event.stream, event.error_code) for event in pair.events("client", StreamClosed)] == [
        (stream, 1)
    ]


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        ("000006 04 00 00000000 0002 00000001", 1),
        ("000006 04 00 00000000 0002 00000002", 1),
        ("000006 04 00 00000000 0008 00000002", 1),
        ("00000c 04 00 00000000 0008 00000001 0008 00000000", 1),
        ("000004 10 00 00000000 00000001", 1),
        ("000005 05 04 00000001 00000003 82", 1),
        ("000005 05 04 00000009 00000002 82", 1),
        ("000001 01 05 00000003 88", 1),
        ("000001 01 05 00000002 88", 1),
        ("000004 08 00 00000002 00000001", 1),
        ("000000 00 00 00000003", 1),
    ],
)
def test_a_client_ends_the_connection_over(wire: str, code: int) -> None:
    pair = Pair()
    pair.request()
    pair.client.receive_data(bytes.fromhex(wire))
    events = []
    while (event := pair.client.next_event()) is not None:
        events.append(event)
    assert isinstance(events[-1], ConnectionTerminated)
    assert events[-1].error_code == code


def test_refused_stream_reaches_the_clients_owner() -> None:
    pair = Pair()
    stream, remote = pair.request()
    pair.server.reset(remote, 7)
    pair.exchange()
    assert [(event.stream, event.error_code) for event in pair.events("client", StreamClosed)] == [
        (stream, 7)
    ]


def test_handlers_of_a_recorder_stay_apart() -> None:
    assert recorder().calls is not recorder().calls
