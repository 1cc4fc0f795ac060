"""receiving.py: what each frame does in each state, against a typed table (RFC 9113 5, 6)."""

from typing import Any

import pytest

from nghttp2 import frame_writer as write
from nghttp2.codes import ErrorCode

from .peer import GET, POST, Peer, recorder, replaced

H = bytes.fromhex

# (what is sent after the handshake, the code of the GOAWAY)
CONNECTION_ERRORS = [
    ("data on stream 0", "000000 00 00 00000000", 1),
    ("data on an idle stream", "000000 00 00 00000001", 1),
    ("data on an even idle stream", "000000 00 00 00000002", 1),
    ("rst_stream on an idle stream", "000004 03 00 00000001 00000008", 1),
    ("window_update on an idle stream", "000004 08 00 00000001 00000001", 1),
    ("headers on stream 0", "000001 01 05 00000000 82", 1),
    ("headers on an even stream", "000001 01 05 00000002 82", 1),
    ("priority on stream 0", "000005 02 00 00000000 00000000 0f", 1),
    ("rst_stream on stream 0", "000004 03 00 00000000 00000008", 1),
    ("continuation on stream 0", "000000 09 04 00000000", 1),
    ("continuation without a block", "000000 09 04 00000001", 1),
    ("settings on a stream", "000000 04 00 00000001", 1),
    ("settings of 5 octets", "000005 04 00 00000000 0000000000", 6),
    ("settings ack with a payload", "000006 04 01 00000000 000300000064", 6),
    ("enable_push of 2", "000006 04 00 00000000 0002 00000002", 1),
    ("initial_window_size of 2^31", "000006 04 00 00000000 0004 80000000", 3),
    ("max_frame_size of 16383", "000006 04 00 00000000 0005 00003fff", 1),
    ("max_frame_size of 2^24", "000006 04 00 00000000 0005 01000000", 1),
    ("no_rfc7540_priorities of 2", "000006 04 00 00000000 0009 00000002", 1),
    ("ping on a stream", "000008 06 00 00000001 0000000000000000", 1),
    ("ping of 7 octets", "000007 06 00 00000000 00000000000000", 6),
    ("ping of 9 octets", "000009 06 00 00000000 000000000000000000", 6),
    ("goaway on a stream", "000008 07 00 00000001 00000000 00000000", 1),
    ("goaway of 7 octets", "000007 07 00 00000000 00000000 000000", 6),
    ("window_update of 3 octets", "000003 08 00 00000000 000001", 6),
    ("window_update of 0", "000004 08 00 00000000 00000000", 1),
    ("window_update over 2^31-1", "000004 08 00 00000000 7fffffff", 3),
    ("rst_stream of 3 octets", "000003 03 00 00000001 000000", 6),
    ("priority of 4 octets, idle stream", "000004 02 00 00000001 00000000", 6),
    ("push_promise from a client", "000005 05 04 00000001 00000002 82", 1),
    ("frame over max_frame_size", "004001 00 00 00000001", 6),
    ("unknown frame over max_frame_size", "004001 bb 00 00000001", 6),
    ("padded data without pad length", "000000 00 08 00000001", 6),
    ("padded headers without pad length", "000000 01 0d 00000001", 6),
    ("padding as long as the payload", "000001 01 0d 00000001 01", 1),
    ("headers too short for priority", "000004 01 25 00000001 00000000", 6),
    ("padding leaves no room for priority", "000003 01 2d 00000001 01 82 00", 6),
    ("undecodable block", "000001 01 05 00000001 80", 9),
    ("string longer than its block", "00000c 01 05 00000001 82 00 03 782d61 7f81ffffff07 61", 9),
    ("truncated block", "000001 01 05 00000001 40", 9),
    ("priority_update on a stream", "000004 10 00 00000001 00000001", 1),
    ("priority_update for stream 0", "000004 10 00 00000000 00000000", 1),
    ("priority_update for an idle push", "000004 10 00 00000000 00000002", 1),
    ("priority_update of 3 octets", "000003 10 00 00000000 000000", 6),
    ("other frame in a block", "000001 01 01 00000001 82  000008 06 00 00000000 0000000000000000", 1),
    ("unknown frame in a block", "000001 01 01 00000001 82  000000 bb 00 00000001", 1),
    ("other stream in a block", "000001 01 01 00000001 82  000000 09 04 00000003", 1),
]


@pytest.mark.parametrize(
    ("octets", "code"), [row[1:] for row in CONNECTION_ERRORS], ids=[r[0] for r in CONNECTION_ERRORS]
)
def test_it_is_a_connection_error(octets: str, code: int) -> None:
    peer = Peer()
    peer.sends(H(octets))
    assert peer.seen() == [("GOAWAY", 0, code)]
    assert peer.server.closed
    assert not [call for call in peer.calls if call[1] == "headers"]


DROPPED = [
    ("unknown type", "000003 bb ff 00000000 010203"),
    ("unknown type on an idle stream", "000000 bb 00 00000001"),
    ("priority on an idle stream", "000005 02 00 00000001 00000000 0f"),
    ("priority that depends on itself", "000005 02 00 00000001 00000001 0f"),
    ("settings ack nobody asked for", "000000 04 01 00000000"),
    ("ping ack", "000008 06 01 00000000 0102030405060708"),
    ("priority_update of nonsense", "000006 10 00 00000000 00000001 2c2c"),
    ("priority_update with unknown members", "00000b 10 00 00000000 00000001 753d392c783d31"),
    ("goaway with an unknown code", "000008 07 00 00000000 00000000 000000ff"),
]


@pytest.mark.parametrize("octets", [row[1] for row in DROPPED], ids=[row[0] for row in DROPPED])
def test_it_is_dropped(octets: str) -> None:
    peer = Peer()
    peer.sends(H(octets))
    assert peer.seen() == []
    peer.requests(1)
    assert peer.seen()[0] == ("HEADERS", 1, {b":status": b"200"}, True)


def test_unused_flags_and_the_reserved_bit_are_ignored() -> None:
    peer = Peer()
    peer.sends(H("000008 06 fe 80000000 0102030405060708"))
    assert peer.seen() == [("PING", H("0102030405060708"), True)]


# (what is sent while POST is open on stream 1, the RST_STREAM's code)
STREAM_ERRORS = [
    ("window_update of 0", "000004 08 00 00000001 00000000", 1),
    ("window_update over 2^31-1", "000004 08 00 00000001 7fffffff", 3),
    ("priority of 4 octets", "000004 02 00 00000001 00000000", 6),
    ("second headers without end_stream", "000001 01 04 00000001 8f", 1),
    ("pseudo-header field in trailers", "000001 01 05 00000001 82", 1),
]


@pytest.mark.parametrize(
    ("octets", "code"), [row[1:] for row in STREAM_ERRORS], ids=[r[0] for r in STREAM_ERRORS]
)
def test_it_is_a_stream_error(octets: str, code: int) -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.sends(H(octets))
    assert peer.seen() == [("RST_STREAM", 1, code)]
    assert peer.calls == [(1, "headers"), (1, "close", code)]
    assert peer.is_alive()


def test_headers_on_a_finished_stream_is_a_connection_error() -> None:
    peer = Peer()
    peer.requests(1)
    peer.frames()
    peer.requests(1)
    assert peer.seen() == [("GOAWAY", 1, ErrorCode.STREAM_CLOSED)]
    assert peer.calls.count((1, "headers")) == 1


def test_headers_on_a_skipped_stream_is_a_connection_error() -> None:
    peer = Peer()
    peer.requests(5)
    peer.frames()
    peer.requests(3)
    assert peer.seen() == [("GOAWAY", 5, ErrorCode.PROTOCOL_ERROR)]


def test_data_on_a_skipped_stream_is_a_stream_error() -> None:
    # RFC 9113 5.1.1: the first use of 5 closed 1 and 3; 6.1: DATA on a closed stream is STREAM_CLOSED.
    peer = Peer()
    peer.requests(5)
    peer.frames()
    peer.data(3, b"x")
    assert peer.seen() == [("RST_STREAM", 3, ErrorCode.STREAM_CLOSED)]
    assert peer.is_alive()


def test_data_on_a_finished_stream_is_a_stream_error_and_gives_its_credit_back() -> None:
    peer = Peer()
    peer.requests(1)
    peer.frames()
    before = peer.server.connection.receive_window
    credit = before.available + before.unreturned
    peer.data(1, b"late")
    assert peer.seen() == [("RST_STREAM", 1, ErrorCode.STREAM_CLOSED)]
    assert before.available + before.unreturned == credit
    assert peer.is_alive()


def test_data_and_headers_on_half_closed_remote_are_stream_errors() -> None:
    for octets in ("000001 00 00 00000001 61", "000000 01 05 00000001"):
        peer = Peer(recorder(on_request_done=lambda self: None))
        peer.requests(1)
        peer.sends(H(octets))
        assert peer.seen() == [("RST_STREAM", 1, ErrorCode.STREAM_CLOSED)], octets
        assert peer.is_alive()


def test_frames_on_a_stream_that_we_reset_are_discarded_and_decoded() -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.sends(write.window_update(1, 0))
    assert peer.seen() == [("RST_STREAM", 1, 1)]
    peer.data(1, b"x" * 100)
    peer.requests(1, [(b"x-trailer", b"in the table")])
    assert peer.seen() == []
    # The block above was decoded: its entry can be referred to.
    peer.requests(3, [*GET, (b"x-trailer", b"in the table")])
    assert peer.seen()[0] == ("HEADERS", 3, {b":status": b"200"}, True)
    assert (b"x-trailer", b"in the table") in peer.handler.instances[-1].headers


def test_window_update_and_rst_stream_on_a_finished_stream_are_dropped() -> None:
    peer = Peer()
    peer.requests(1)
    peer.frames()
    peer.sends(write.window_update(1, 10), write.rst_stream(1, 8))
    assert peer.seen() == []
    assert peer.is_alive()


def test_streams_above_the_limit_are_refused() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None), max_concurrent_streams=2)
    for stream_id in (1, 3, 5):
        peer.requests(stream_id)
    assert peer.seen() == [("RST_STREAM", 5, ErrorCode.REFUSED_STREAM)]
    assert [call[0] for call in peer.calls] == [1, 3]
    peer.sends(write.rst_stream(1, 8))
    peer.requests(7)
    assert peer.seen() == []
    assert (7, "headers") in peer.calls


def test_settings_are_acknowledged_in_order_with_ping() -> None:
    peer = Peer()
    peer.sends(write.settings(((3, 1), (0xFF, 7))), write.ping(b"12345678"))
    assert peer.seen() == [("SETTINGS", (), True), ("PING", b"12345678", True)]


def test_initial_window_size_that_overflows_a_stream_is_a_connection_error() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    peer.requests(1)
    peer.sends(write.window_update(1, 1), write.settings(((4, 2**31 - 1),)))
    assert peer.seen() == [("GOAWAY", 1, ErrorCode.FLOW_CONTROL_ERROR)]


def test_data_beyond_the_stream_window_is_a_stream_error() -> None:
    async_free = recorder(on_data=lambda self, data: None)
    peer = Peer(async_free, stream_window=20)
    peer.requests(1, POST, end_stream=False)
    peer.data(1, b"x" * 21)
    assert peer.seen() == [("RST_STREAM", 1, ErrorCode.FLOW_CONTROL_ERROR)]
    assert peer.is_alive()


def test_credit_comes_back_once_half_of_the_window_is_consumed() -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    for _ in range(2):
        peer.data(1, b"x" * 16_384)
    assert peer.seen() == [("WINDOW_UPDATE", 1, 32_768)]


def test_credit_that_was_not_announced_is_beyond_the_stream_window() -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.sends(write.frame(0, 0, 1, b"x" * 16_384) * 4)
    assert (1, "data", b"x" * 16_384) in peer.calls  # consumed, and credit is owed
    assert peer.seen() == [("RST_STREAM", 1, ErrorCode.FLOW_CONTROL_ERROR)]
    peer.requests(3, POST, end_stream=False)
    for _ in range(3):
        peer.sends(write.frame(0, 0, 3, b"x" * 16_384) * 3)
        assert peer.seen() == [("WINDOW_UPDATE", 3, 49_152)]
    assert peer.is_alive()


def test_credit_that_was_not_announced_is_beyond_the_connection_window() -> None:
    peer = Peer()
    for n in range(22):
        peer.requests(2 * n + 1, POST, end_stream=False)
    peer.sends(*(write.frame(0, 0, 2 * n + 1, b"x" * 16_384) * 3 for n in range(22)))
    assert peer.seen() == [("GOAWAY", 43, ErrorCode.FLOW_CONTROL_ERROR)]


def test_padding_is_not_content_but_counts_for_the_window() -> None:
    peer = Peer(stream_window=10)
    peer.requests(1, POST, end_stream=False)
    peer.sends(H("000006 00 08 00000001 03 6162 000000"))
    assert (1, "data", b"ab") in peer.calls
    assert peer.seen() == [("WINDOW_UPDATE", 1, 6)]


def test_bad_names_and_values_are_answered_400_before_the_reset() -> None:
    peer = Peer()
    peer.requests(1, [*POST, (b"x", b"a\nb")], end_stream=False)
    assert peer.seen() == [("HEADERS", 1, {b":status": b"400"}, True), ("RST_STREAM", 1, 1)]


WELL_FORMED = [
    ("te: trailers", [*GET, (b"te", b"trailers")]),
    ("host equal", [*GET, (b"host", b"A.example:80")]),
    ("host instead", [*GET[:3], (b"host", b"b.example")]),
    ("options *", replaced(GET, method=b"OPTIONS", path=b"*")),
    ("content-length 0", [*POST, (b"content-length", b"0")]),
    ("same content-length twice", [*POST, (b"content-length", b"0"), (b"content-length", b"0")]),
    ("content-length 0, five thousand times", [*POST, (b"content-length", b"0" * 5000)]),
    ("obs-text in a value", [*GET, (b"x", b"caf\xe9")]),
    ("empty value", [*GET, (b"x", b"")]),
    ("ipv6 literal", replaced(GET, authority=b"[::1]:8080")),
    ("empty port", replaced(GET, authority=b"a.example:")),
    ("other scheme", replaced(GET, scheme=b"gopher")),
    ("connect", [(b":method", b"CONNECT"), (b":authority", b"a.example:443")]),
]


@pytest.mark.parametrize("fields", [row[1] for row in WELL_FORMED], ids=[row[0] for row in WELL_FORMED])
def test_a_well_formed_request_is_served(fields: list[tuple[bytes, bytes]]) -> None:
    peer = Peer(session={"allow_connect": True})
    peer.requests(1, fields)
    assert peer.seen()[0] == ("HEADERS", 1, {b":status": b"200"}, True)


@pytest.mark.parametrize(
    ("declared", "sent"), [(b"5", [b"abc"]), (b"5", [b"abc", b"def"]), (b"0", [b"a"]), (b"1", [b""])]
)
def test_content_that_differs_from_content_length_is_malformed(declared: bytes, sent: list[bytes]) -> None:
    peer = Peer()
    peer.requests(1, [*POST, (b"content-length", declared)], end_stream=False)
    for data in sent[:-1]:
        peer.data(1, data)
    peer.data(1, sent[-1], end_stream=True)
    assert peer.seen() == [("RST_STREAM", 1, ErrorCode.PROTOCOL_ERROR)]
    assert (1, "done") not in peer.calls
    assert peer.calls[-1] == (1, "close", 1)


def test_a_list_above_the_limit_is_answered_431_and_decoded() -> None:
    tight: list[dict[str, Any]] = [{"max_header_list_size": 300}, {"max_header_fields": 6}]
    for limits in tight:
        peer = Peer(**limits)
        peer.requests(1, [*GET, *((b"x-%d" % n, b"v" * 40) for n in range(4))])
        assert peer.seen() == [("HEADERS", 1, {b":status": b"431"}, True)]
        assert peer.calls == []
        peer.requests(3, [*GET, (b"x-3", b"v" * 40)])
        assert peer.seen()[0] == ("HEADERS", 3, {b":status": b"200"}, True)
        assert (b"x-3", b"v" * 40) in peer.handler.instances[0].headers


def test_cookie_crumbs_are_joined_at_the_end() -> None:
    peer = Peer()
    peer.requests(1, [*GET, (b"cookie", b"a=1"), (b"x", b"y"), (b"cookie", b"b=2")])
    assert peer.handler.instances[0].headers == [*GET, (b"x", b"y"), (b"cookie", b"a=1; b=2")]


def test_a_client_goaway_does_not_stop_new_requests() -> None:
    peer = Peer()
    peer.sends(write.goaway(0, 0))
    peer.requests(1)
    assert peer.seen()[0] == ("HEADERS", 1, {b":status": b"200"}, True)


def test_a_block_is_remembered_only_while_it_means_the_same_and_holds_no_secret() -> None:
    peer = Peer()
    connection = peer.server.connection
    peer.requests(1)
    assert connection._heads == {}  # it changed the table
    peer.requests(3)
    assert len(connection._heads) == 1
    peer.requests(5, [*GET, (b"x-new", b"y")])
    assert connection._heads == {}
    peer.requests(7, [*GET, (b"authorization", b"secret")])
    assert connection._heads == {}
    for stream_id in (9, 11):
        peer.requests(stream_id, [*GET, (b"x-new", b"y")])
    assert [len(handler.headers) for handler in peer.handler.instances] == [4, 4, 5, 5, 5, 5]


def test_a_remembered_block_is_judged_as_trailers_where_it_stands_as_such() -> None:
    peer = Peer()
    for stream_id in (1, 3):
        peer.requests(stream_id)
    peer.requests(5, POST, end_stream=False)
    peer.requests(5)
    assert peer.seen()[-1] == ("RST_STREAM", 5, ErrorCode.PROTOCOL_ERROR)
