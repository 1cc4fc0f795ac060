"""requesting.py and response_handler.py: the promises of the client's interface, one by one, in memory."""

import asyncio
import gc
import io
from collections.abc import Iterator
from typing import Any

import pytest

from nghttp2 import (
    DATA_DEFERRED,
    DATA_EOF,
    DATA_OK,
    BaseResponseHandler,
    ClientSession,
    Limits,
    PushPromise,
    RequestFault,
    UsageError,
)
from nghttp2 import frame_writer as write
from nghttp2.codes import ErrorCode

from .fake_server import Accepting, FakeServer, Reply

GET = {b":method": b"GET", b":scheme": b"http", b":authority": b"a.example", b":path": b"/"}
POST = {**GET, b":method": b"POST"}
CONNECT = {b":method": b"CONNECT", b":authority": b"b.example:443"}
OK = (b":status", b"200")
MAX_ID = (1 << 31) - 1


def test_the_preface_and_settings_go_out_at_once() -> None:
    server = FakeServer(handshake=False)
    kinds = [frame[0] for frame in server.seen()]
    assert server.preface == b""
    assert kinds == ["SETTINGS", "WINDOW_UPDATE"]


def test_a_response_calls_on_headers_on_data_on_response_done_then_on_close() -> None:
    server = FakeServer()
    reply = server.asks()
    assert server.seen() == [("HEADERS", 1, GET, True)]
    server.responds(1, (b"a", b"b"), end_stream=False)
    server.data(1, b"content", end_stream=True)
    assert reply.calls == [("headers", 200), ("data", b"content"), ("done",), ("close", 0)]
    assert reply.headers == [OK, (b"a", b"b")]
    assert (reply.status, reply.stream_id, reply.pushed) == (200, 1, False)
    assert reply.server_address == ("192.0.2.1", 80)
    assert reply.not_processed is False


def test_a_handler_that_overrides_nothing_is_made_by_default() -> None:
    server = FakeServer()
    handler = server.client.send_request()
    assert type(handler) is BaseResponseHandler
    server.responds(1)
    assert (handler.status, handler.trailers) == (200, [])


def test_a_handler_serves_one_request_only() -> None:
    server = FakeServer()
    reply = server.asks()
    with pytest.raises(UsageError):
        server.asks(handler=reply)


def test_padding_is_not_delivered_and_on_data_is_never_empty() -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, end_stream=False)
    server.data(1, b"")
    server.sends(bytes.fromhex("000004 00 09 00000001 02 61 0000"))
    assert reply.calls == [("headers", 200), ("data", b"a"), ("done",), ("close", 0)]


def test_trailers_are_apart_from_headers_and_on_response_done_follows() -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, end_stream=False)
    server.data(1, b"x")
    server.requests(1, [(b"x-sum", b"7")])
    assert reply.trailers == [(b"x-sum", b"7")]
    assert reply.headers == [OK]
    assert reply.names == ["headers", "data", "done", "close"]


def test_informational_responses_reach_the_handler_without_ending_the_response() -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, (b"link", b"</a>"), status=b"103", end_stream=False)
    server.responds(1, status=b"102", end_stream=False)
    assert reply.calls == [("informational", 103, [(b"link", b"</a>")]), ("informational", 102, [])]
    assert reply.status is None
    server.responds(1)
    assert reply.calls[2:] == [("headers", 200), ("done",), ("close", 0)]


# A malformed response is never delivered: RST_STREAM PROTOCOL_ERROR, on_close(1).


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [(b"a", b"b")],
        [(b":status", b"2000")],
        [(b":status", b"20x")],
        [(b":status", b"101")],
        [OK, OK],
        [(b"a", b"b"), OK],
        [OK, (b":path", b"/")],
        [OK, (b":unknown", b"1")],
        [OK, (b"A", b"b")],
        [OK, (b"a b", b"c")],
        [OK, (b"a", b"b\r\nc: d")],
        [OK, (b"a", b" b")],
        [OK, (b"connection", b"close")],
        [OK, (b"transfer-encoding", b"chunked")],
        [OK, (b"te", b"gzip")],
        [OK, (b"content-length", b"+1")],
        [OK, (b"content-length", b"1"), (b"content-length", b"2")],
        [OK, (b"content-length", b"1")],
    ],
    ids=lambda fields: repr(fields),
)
def test_a_malformed_response_is_never_delivered(fields: list[tuple[bytes, bytes]]) -> None:
    server = FakeServer()
    reply = server.asks()
    server.frames()
    server.requests(1, fields)
    assert reply.calls == [("close", ErrorCode.PROTOCOL_ERROR)]
    assert reply.not_processed is False
    assert server.seen() == [("RST_STREAM", 1, ErrorCode.PROTOCOL_ERROR)]
    assert server.is_alive()


def test_an_informational_response_that_ends_the_stream_is_malformed() -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, status=b"100", end_stream=True)
    assert reply.calls == [("close", ErrorCode.PROTOCOL_ERROR)]


def test_data_before_the_head_is_malformed() -> None:
    server = FakeServer()
    reply = server.asks()
    server.data(1, b"x")
    assert reply.calls == [("close", ErrorCode.PROTOCOL_ERROR)]


@pytest.mark.parametrize("content", [b"1234", b"123456"], ids=["shorter", "longer"])
def test_content_of_another_size_than_content_length_is_never_done(content: bytes) -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, (b"content-length", b"5"), end_stream=False)
    server.data(1, content, end_stream=True)
    assert reply.calls == [("headers", 200), ("close", ErrorCode.PROTOCOL_ERROR)]


@pytest.mark.parametrize(
    "fields", [[(b":status", b"200")], [(b"A", b"b")]], ids=["pseudo-header field", "upper case"]
)
def test_malformed_trailers_are_never_delivered(fields: list[tuple[bytes, bytes]]) -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, end_stream=False)
    server.requests(1, fields)
    assert reply.calls == [("headers", 200), ("close", ErrorCode.PROTOCOL_ERROR)]
    assert reply.trailers == []


@pytest.mark.parametrize(("method", "status"), [("HEAD", b"200"), ("GET", b"304"), ("GET", b"204")])
def test_content_length_without_content_is_fine_where_there_is_none(method: str, status: bytes) -> None:
    server = FakeServer()
    reply = server.asks(method)
    server.responds(1, (b"content-length", b"5"), status=status)
    assert reply.names == ["headers", "done", "close"]


def test_content_in_a_response_to_head_is_malformed() -> None:
    server = FakeServer()
    reply = server.asks("HEAD")
    server.responds(1, end_stream=False)
    server.data(1, b"x", end_stream=True)
    assert reply.calls == [("headers", 200), ("close", ErrorCode.PROTOCOL_ERROR)]


# Limits on what a server makes us hold.


def test_a_response_whose_fields_are_too_large_is_not_delivered() -> None:
    server = FakeServer(max_header_list_size=1000)
    reply = server.asks()
    server.frames()
    server.responds(1, (b"x", b"y" * 1000), end_stream=False)
    assert server.seen() == [("RST_STREAM", 1, ErrorCode.ENHANCE_YOUR_CALM)]
    assert reply.calls == [("close", ErrorCode.ENHANCE_YOUR_CALM)]
    assert server.client.stats["limit:max_header_list_size"] == 1
    assert server.is_alive()


def test_the_fields_of_all_live_responses_are_accounted_for_and_limited() -> None:
    server = FakeServer(max_live_header_bytes=5000)
    replies = [server.asks() for _ in range(3)]
    for stream_id in (1, 3, 5):
        server.responds(stream_id, (b"x", b"y" * 2000), end_stream=False)
    assert [reply.calls for reply in replies] == [[("headers", 200)]] * 2 + [[("close", 11)]]
    assert server.client.connection.live_header_bytes == 2 * (2001 + 32 + 10 + 32)
    server.data(1, b"", end_stream=True)
    server.data(3, b"", end_stream=True)
    assert server.client.connection.live_header_bytes == 0
    assert server.client.stats["limit:max_live_header_bytes"] == 1


class Waiting(Reply):
    """Decides on no promise before the end of time."""

    async def on_push_promise(self, promise: PushPromise) -> None:  # type: ignore[override]  # Reply's is plain
        await asyncio.get_running_loop().create_future()


def spawning(coroutine: Any, done: Any) -> Any:
    task = asyncio.get_running_loop().create_task(coroutine)
    task.add_done_callback(lambda _: done())
    return task


@pytest.mark.parametrize("turns", [0, 1], ids=["task not begun", "task begun"])
async def test_a_promise_that_is_not_decided_holds_no_more_than_the_limits(turns: int) -> None:
    server = FakeServer(session={"spawn": spawning}, max_live_header_bytes=5000)
    reply = server.asks(handler=Waiting())
    server.frames()
    server.promises(1, 2, b"/")
    await settled(turns)
    for _ in range(3):
        server.responds(2, (b"x", b"y" * 2000), status=b"103", end_stream=False)
    assert server.seen() == [("RST_STREAM", 2, ErrorCode.ENHANCE_YOUR_CALM)]
    reply.reset()
    await settled(5)
    assert reply.calls == [("close", 8)]


@pytest.mark.parametrize("turns", [0, 1], ids=["task not begun", "task begun"])
async def test_a_promise_that_can_no_more_be_decided_is_rejected(turns: int) -> None:
    server = FakeServer(session={"spawn": spawning})
    reply = server.asks(handler=Waiting())
    server.frames()
    server.promises(1, 2, b"/")
    await settled(turns)
    server.resets(1, ErrorCode.INTERNAL_ERROR)
    assert server.seen() == [("RST_STREAM", 2, ErrorCode.CANCEL)]
    await settled(5)
    assert reply.calls == [("close", 2)]


async def settled(turns: int) -> None:
    """Let the event loop turn."""
    for _ in range(turns):
        await asyncio.sleep(0)


# Connection errors, VERDICTS: what a server may not do.


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        ("000006 04 00 00000000 0002 00000001", ErrorCode.PROTOCOL_ERROR),
        ("000006 04 00 00000000 0002 00000002", ErrorCode.PROTOCOL_ERROR),
        ("000006 04 00 00000000 0008 00000002", ErrorCode.PROTOCOL_ERROR),
        ("00000c 04 00 00000000 0008 00000001 0008 00000000", ErrorCode.PROTOCOL_ERROR),
        ("000006 04 00 00000000 0004 80000000", ErrorCode.FLOW_CONTROL_ERROR),
        ("000001 01 05 00000003 88", ErrorCode.PROTOCOL_ERROR),
        ("000001 01 05 00000002 88", ErrorCode.PROTOCOL_ERROR),
        ("000005 10 00 00000000 00000001 75", ErrorCode.PROTOCOL_ERROR),
        ("000005 05 04 00000001 00000003 82", ErrorCode.PROTOCOL_ERROR),
        ("000005 05 04 00000000 00000002 82", ErrorCode.PROTOCOL_ERROR),
        ("000001 01 05 00000001 80", ErrorCode.COMPRESSION_ERROR),
    ],
    ids=[
        "ENABLE_PUSH 1",
        "ENABLE_PUSH 2",
        "ENABLE_CONNECT_PROTOCOL 2",
        "ENABLE_CONNECT_PROTOCOL 1 then 0",
        "INITIAL_WINDOW_SIZE 2^31",
        "a response on an idle stream",
        "HEADERS on a stream that was not promised",
        "PRIORITY_UPDATE",
        "a promise of an odd stream",
        "a promise on stream 0",
        "index 0",
    ],
)
def test_a_connection_error_ends_every_request(octets: str, code: ErrorCode) -> None:
    server = FakeServer()
    reply = server.asks()
    server.frames()
    server.sends(bytes.fromhex(octets))
    assert reply.calls == [("close", ErrorCode.INTERNAL_ERROR)]
    assert reply.not_processed is False
    assert server.seen() == [("GOAWAY", 0, code)]
    assert server.client.closed
    with pytest.raises(RequestFault) as fault:
        server.asks()
    assert fault.value.not_processed


# GOAWAY, loss.


def test_requests_above_the_last_stream_id_of_goaway_are_reported_as_not_processed() -> None:
    server = FakeServer()
    first, second, third = server.asks(), server.asks(), server.asks()
    server.sends(write.goaway(3, ErrorCode.NO_ERROR, b""))
    assert third.calls == [("close", ErrorCode.REFUSED_STREAM)]
    assert third.not_processed
    server.responds(1)
    server.responds(3)
    assert first.names == second.names == ["headers", "done", "close"]
    assert not first.not_processed
    assert server.client.closed is False  # our GOAWAY is still to be sent
    assert ("GOAWAY", 0, ErrorCode.NO_ERROR) in server.seen()
    assert server.client.closed


def test_a_goaway_in_two_steps_lets_what_was_accepted_finish() -> None:
    server = FakeServer()
    first, second = server.asks(), server.asks()
    server.sends(write.goaway(MAX_ID, 0, b""))
    assert first.calls == second.calls == []
    assert not server.client.takes_requests
    server.sends(write.goaway(1, 0, b""))
    assert (second.calls, second.not_processed) == ([("close", 7)], True)
    server.responds(1)
    assert first.names == ["headers", "done", "close"]


def test_no_request_is_sent_after_goaway() -> None:
    server = FakeServer()
    server.asks()
    server.sends(write.goaway(MAX_ID, 0, b"maintenance"))
    with pytest.raises(RequestFault) as fault:
        server.asks()
    assert (fault.value.error_code, fault.value.not_processed) == (ErrorCode.REFUSED_STREAM, True)
    assert server.client.goaway is not None
    assert server.client.goaway.debug_data == b"maintenance"


def test_queued_requests_are_not_processed_when_goaway_comes() -> None:
    server = FakeServer(settings=((3, 1),))
    first, second = server.asks(), server.asks()
    server.sends(write.goaway(MAX_ID, 0, b""))
    assert (first.calls, second.calls, second.not_processed) == ([], [("close", 7)], True)


def test_a_connection_lost_without_goaway_may_have_processed_what_was_sent() -> None:
    server = FakeServer(settings=((3, 1),))
    sent, queued = server.asks(), server.asks()
    server.client.lost()
    assert (sent.calls, sent.not_processed) == ([("close", ErrorCode.INTERNAL_ERROR)], False)
    assert (queued.calls, queued.not_processed) == ([("close", ErrorCode.REFUSED_STREAM)], True)


def test_a_refused_stream_was_not_processed_and_any_other_reset_may_have_been() -> None:
    server = FakeServer()
    refused, cancelled = server.asks(), server.asks()
    server.resets(1, ErrorCode.REFUSED_STREAM)
    server.resets(3, ErrorCode.CANCEL)
    assert (refused.calls, refused.not_processed) == ([("close", 7)], True)
    assert (cancelled.calls, cancelled.not_processed) == ([("close", 8)], False)


# Queueing.


def test_the_concurrency_limit_is_respected_by_queueing() -> None:
    server = FakeServer(settings=((3, 2),))
    replies = [server.asks() for _ in range(4)]
    assert [frame[1] for frame in server.seen()] == [1, 3]
    assert server.client.waiting == 2
    server.responds(3)
    assert [frame[1] for frame in server.seen()] == [5]
    server.responds(1)
    server.responds(5)
    assert [frame[1] for frame in server.seen()] == [7]
    server.responds(7)
    assert [reply.names for reply in replies] == [["headers", "done", "close"]] * 4


def test_a_higher_limit_of_the_server_starts_what_waits() -> None:
    server = FakeServer(settings=((3, 0),))
    server.asks()
    server.asks()
    assert server.seen() == []
    server.sends(write.settings(((3, 1),)))
    assert [frame[:2] for frame in server.seen() if frame[0] == "HEADERS"] == [("HEADERS", 1)]


def test_before_the_servers_settings_at_most_100_requests_are_sent() -> None:
    server = FakeServer(handshake=False)
    for _ in range(101):
        server.asks()
    assert sum(frame[0] == "HEADERS" for frame in server.seen()) == 100
    server.sends(write.settings(()))
    assert sum(frame[0] == "HEADERS" for frame in server.seen()) == 1


def test_a_queued_request_can_be_given_up() -> None:
    server = FakeServer(settings=((3, 1),))
    server.asks()
    queued = server.asks(body=io.BytesIO(b"x"))
    queued.reset()
    assert (queued.calls, queued.not_processed) == ([("close", ErrorCode.CANCEL)], True)
    server.responds(1)
    assert all(frame[:2] != ("HEADERS", 3) for frame in server.seen())


# Content.


def chunks() -> Iterator[bytes]:
    yield from (b"con", b"", b"tent")


def generator() -> Any:
    parts = [(b"con", DATA_OK), (None, DATA_OK), (b"tent", DATA_EOF)]
    return lambda n: parts.pop(0)


@pytest.mark.parametrize(
    "body",
    ["content", b"content", bytearray(b"content"), memoryview(b"content"), io.BytesIO(b"content"), chunks()],
    ids=["str", "bytes", "bytearray", "memoryview", "file", "iterator"],
)
def test_bodies_of_every_kind_are_sent(body: Any) -> None:
    server = FakeServer()
    server.asks("POST", body=body)
    frames = server.seen()
    assert frames[0][:2] == ("HEADERS", 1)
    assert frames[0][3] is False
    assert b"".join(frame[2] for frame in frames[1:]) == b"content"
    assert [frame[3] for frame in frames[1:]][-1] is True


def test_a_body_generator_that_gave_nothing_is_asked_again() -> None:
    server = FakeServer()
    server.asks("POST", body=generator())
    assert server.seen()[1:] == [("DATA", 1, b"con", False)]
    server.client.advance(1)
    assert server.seen() == [("DATA", 1, b"tent", True)]


def test_a_deferred_body_waits_for_resume() -> None:
    server = FakeServer()
    parts: list[tuple[bytes | None, int]] = [(None, DATA_DEFERRED)]
    reply = server.asks("POST", body=lambda n: parts.pop(0))
    assert [frame[0] for frame in server.seen()] == ["HEADERS"]
    reply.resume()
    parts.append((b"late", DATA_EOF))
    reply.resume()
    assert server.seen() == [("DATA", 1, b"late", True)]
    reply.resume()
    server.responds(1)
    reply.resume()
    assert reply.names == ["headers", "done", "close"]


def test_an_empty_body_and_no_body_end_the_stream_with_headers() -> None:
    server = FakeServer()
    server.asks("POST", body=b"")
    server.asks("POST")
    assert server.seen() == [
        ("HEADERS", 1, {**POST, b"content-length": b"0"}, True),
        ("HEADERS", 3, POST, True),
    ]


@pytest.mark.parametrize(
    "body", [1, object(), io.StringIO("x"), [b"x"]], ids=lambda body: type(body).__name__
)
def test_what_cannot_be_a_body_raises_at_once(body: Any) -> None:
    server = FakeServer()
    with pytest.raises(TypeError):
        server.asks("POST", body=body)
    assert server.seen() == []


def test_a_body_that_raises_resets_only_its_stream(caplog: pytest.LogCaptureFixture) -> None:
    def fails(n: int) -> Any:
        raise RuntimeError("no")

    server = FakeServer()
    reply = server.asks("POST", body=fails)
    assert server.seen()[1:] == [("RST_STREAM", 1, ErrorCode.INTERNAL_ERROR)]
    assert reply.calls == [("close", ErrorCode.INTERNAL_ERROR)]
    assert server.is_alive()
    assert "the body of stream 1 failed" in caplog.text


def test_a_body_of_another_size_than_its_content_length_resets_its_stream() -> None:
    server = FakeServer()
    reply = server.asks("POST", headers=[("content-length", "9")], body=iter([b"content"]))
    assert server.seen()[-1] == ("RST_STREAM", 1, ErrorCode.INTERNAL_ERROR)
    assert reply.calls == [("close", ErrorCode.INTERNAL_ERROR)]


@pytest.mark.parametrize("body", [None, b"content"], ids=["without content", "with content"])
def test_request_trailers_end_the_stream(body: bytes | None) -> None:
    server = FakeServer()
    server.asks("POST", body=body, trailers=[("X-Sum", "7")])
    frames = server.seen()
    assert frames[0][3] is False
    assert frames[-1] == ("HEADERS", 1, {b"x-sum": b"7"}, True)


def test_trailers_may_be_made_when_the_body_is_through() -> None:
    server = FakeServer()
    sizes: list[int] = []

    def body(n: int) -> tuple[bytes, int]:
        sizes.append(n)
        return b"x" * 10, DATA_EOF if len(sizes) == 3 else DATA_OK

    server.asks("POST", body=body, trailers=lambda: [("count", str(len(sizes)))])
    assert server.seen()[-1] == ("HEADERS", 1, {b"count": b"3"}, True)


def test_a_body_is_read_only_as_far_as_the_windows_allow() -> None:
    server = FakeServer(settings=((4, 10),))
    asked: list[int] = []

    def body(n: int) -> tuple[bytes, int]:
        asked.append(n)
        return b"x" * n, DATA_OK

    reply = server.asks("POST", body=body)
    assert [frame[2] for frame in server.seen()[1:]] == [b"x" * 10]
    assert asked == [10]
    server.sends(write.window_update(1, 5))
    assert [frame[2] for frame in server.seen()] == [b"x" * 5]
    assert asked == [10, 5]
    reply.reset()


def test_an_upload_that_the_server_does_not_take_is_given_up_at_send_timeout() -> None:
    server = FakeServer(settings=((4, 10),), send_timeout=3.0, settings_ack_timeout=None)
    reply = server.asks("POST", body=b"x" * 20)
    server.frames()
    server.client.advance(2.9)
    assert reply.calls == []
    server.client.advance(0.2)
    assert reply.calls == [("close", ErrorCode.CANCEL)]


def test_a_response_that_stops_half_way_is_given_up_at_body_timeout() -> None:
    server = FakeServer(body_timeout=3.0, idle_timeout=None)
    server.client.advance(100)
    reply = server.asks()
    server.responds(1, (b"content-length", b"5"), end_stream=False)
    server.client.advance(2.9)
    assert reply.calls == [("headers", 200)]
    server.client.advance(0.2)
    assert reply.calls == [("headers", 200), ("close", ErrorCode.CANCEL)]


def test_an_open_response_without_content_length_may_rest_as_long_as_it_likes() -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, end_stream=False)
    server.client.advance(10_000)
    server.data(1, b"x", end_stream=True)
    assert reply.names == ["headers", "data", "done", "close"]


def test_credit_goes_back_when_on_data_returns() -> None:
    server = FakeServer(stream_window=65_535, connection_window=65_535)
    server.asks()
    server.responds(1, end_stream=False)
    server.frames()
    for _ in range(3):
        server.data(1, b"x" * 16_000)
    updates = {frame[1] for frame in server.seen() if frame[0] == "WINDOW_UPDATE"}
    assert updates == {0, 1}


# 100 (Continue), RFC 9110 10.1.1.


def expecting(server: FakeServer, body: Any = b"content") -> Reply:
    reply = server.asks("POST", headers=[("expect", "100-Continue")], body=body)
    frames = server.seen()
    assert [frame[0] for frame in frames] == ["HEADERS"]
    assert frames[0][3] is False
    return reply


def test_content_waits_for_100() -> None:
    server = FakeServer()
    reply = expecting(server)
    server.responds(1, status=b"103", end_stream=False)
    assert server.seen() == []
    server.responds(1, status=b"100", end_stream=False)
    assert server.seen() == [("DATA", 1, b"content", True)]
    server.responds(1)
    assert reply.names == ["informational", "informational", "headers", "done", "close"]


def test_content_is_sent_when_100_does_not_come_in_time() -> None:
    server = FakeServer()
    expecting(server)
    server.client.advance(0.9)
    assert server.seen() == []
    server.client.advance(0.2)
    assert server.seen() == [("DATA", 1, b"content", True)]


def test_content_is_not_sent_after_a_final_status_that_refuses_it() -> None:
    server = FakeServer()
    body = io.BytesIO(b"content")
    reply = expecting(server, body)
    server.responds(1, status=b"417", end_stream=False)
    server.data(1, b"no", end_stream=True)
    server.client.advance(5)
    assert server.seen() == [("RST_STREAM", 1, ErrorCode.NO_ERROR)]
    assert reply.names == ["headers", "data", "done", "close"]
    assert reply.calls[-1] == ("close", 0)
    assert body.closed


def test_content_is_sent_after_a_successful_status_that_is_not_the_end() -> None:
    server = FakeServer()
    expecting(server)
    server.responds(1, end_stream=False)
    assert server.seen() == [("DATA", 1, b"content", True)]


def test_a_whole_response_before_the_request_ended_is_delivered_whatever_resets_the_stream() -> None:
    server = FakeServer()
    reply = server.asks("POST", body=lambda n: (None, DATA_DEFERRED))
    server.responds(1)
    # RFC 9113 8.1: "Clients MUST NOT discard responses as a result of receiving such a RST_STREAM"
    server.resets(1, ErrorCode.NO_ERROR)
    assert reply.calls == [("headers", 200), ("done",), ("close", 0)]


def test_a_response_that_a_reset_cuts_short_is_not_done() -> None:
    server = FakeServer()
    reply = server.asks()
    server.responds(1, end_stream=False)
    server.resets(1, ErrorCode.NO_ERROR)
    assert reply.calls == [("headers", 200), ("close", 0)]


# CONNECT.


def test_tunnel_data_flows_both_ways_once_the_server_answered_2xx() -> None:
    server = FakeServer()
    parts = [(b"ping", DATA_OK), (b"more", DATA_EOF)]
    reply = server.asks("CONNECT", "b.example:443", body=lambda n: parts.pop(0))
    assert server.seen() == [("HEADERS", 1, CONNECT, False)]
    server.responds(1, end_stream=False)
    assert server.seen() == [("DATA", 1, b"ping", False), ("DATA", 1, b"more", True)]
    server.data(1, b"pong")
    server.data(1, b"bye", end_stream=True)
    assert reply.calls == [("headers", 200), ("data", b"pong"), ("data", b"bye"), ("done",), ("close", 0)]


def test_a_refused_tunnel_gets_no_data() -> None:
    server = FakeServer()
    reply = server.asks("CONNECT", "b.example:443", body=lambda n: (b"x", DATA_OK))
    server.frames()
    server.responds(1, status=b"403", end_stream=False)
    server.data(1, b"no", end_stream=True)
    assert server.seen() == [("RST_STREAM", 1, ErrorCode.NO_ERROR)]
    assert reply.calls == [("headers", 403), ("data", b"no"), ("done",), ("close", 0)]


def test_extended_connect_waits_for_the_servers_settings() -> None:
    server = FakeServer(handshake=False)
    server.asks("CONNECT", "/chat", protocol="websocket")
    assert all(frame[0] != "HEADERS" for frame in server.seen())
    server.sends(write.settings(((8, 1),)))
    fields = {**GET, b":method": b"CONNECT", b":path": b"/chat", b":protocol": b"websocket"}
    assert ("HEADERS", 1, fields, False) in server.seen()


def test_extended_connect_is_not_sent_to_a_server_that_does_not_take_it() -> None:
    server = FakeServer(handshake=False)
    early = server.asks("CONNECT", "/chat", protocol="websocket")
    server.sends(write.settings(()))
    assert (early.calls, early.not_processed) == ([("close", ErrorCode.REFUSED_STREAM)], True)
    with pytest.raises(UsageError):
        server.asks("CONNECT", "/chat", protocol="websocket")


# Push.


def test_a_promise_is_rejected_by_default() -> None:
    server = FakeServer()
    reply = server.asks()
    server.frames()
    server.promises(1, 2, b"/style.css")
    assert server.seen() == [("RST_STREAM", 2, ErrorCode.CANCEL)]
    server.responds(2)  # was on its way
    server.responds(1)
    assert reply.names == ["promise", "headers", "done", "close"]
    assert server.is_alive()


def test_an_accepted_promise_has_a_handler_of_its_own() -> None:
    server = FakeServer()
    reply = server.asks(handler=Accepting())
    server.promises(1, 2, b"/style.css")
    promise = reply.promises[0]
    assert (promise.stream_id, promise.method, promise.path) == (2, b"GET", b"/style.css")
    assert (promise.scheme, promise.host) == (b"http", b"a.example")
    assert (b":path", b"/style.css") in promise.headers
    pushed = reply.pushed_reply
    assert pushed is not None
    server.responds(1)
    server.responds(2, end_stream=False)
    server.data(2, b"body{}", end_stream=True)
    assert (pushed.pushed, pushed.stream_id, pushed.status) == (True, 2, 200)
    assert pushed.calls == [("headers", 200), ("data", b"body{}"), ("done",), ("close", 0)]
    with pytest.raises(UsageError):
        reply.accept_push(promise, Reply())
    with pytest.raises(UsageError):
        reply.reject_push(promise)


def test_a_promise_that_is_left_undecided_is_rejected() -> None:
    class Undecided(Reply):
        def on_push_promise(self, promise: PushPromise) -> None:
            self.promises.append(promise)

    server = FakeServer()
    reply = server.asks(handler=Undecided())
    server.frames()
    server.promises(1, 2, b"/")
    assert server.seen() == [("RST_STREAM", 2, ErrorCode.CANCEL)]
    with pytest.raises(UsageError):
        reply.accept_push(reply.promises[0], Reply())
    reply.reject_push(reply.promises[0])
    assert server.seen() == []


@pytest.mark.parametrize(
    "pseudo",
    [{"authority": b"evil.example"}, {"scheme": b"https"}],
    ids=["another authority", "another scheme"],
)
def test_a_promise_for_which_the_server_is_not_authoritative_is_a_stream_error(
    pseudo: dict[str, bytes],
) -> None:
    server = FakeServer()
    reply = server.asks(handler=Accepting())
    server.frames()
    server.promises(1, 2, b"/", **pseudo)
    assert server.seen() == [("RST_STREAM", 2, ErrorCode.PROTOCOL_ERROR)]
    assert reply.calls == []


@pytest.mark.parametrize("method", [b"POST", b"OPTIONS", b"CONNECT"])
def test_a_promise_of_an_unsafe_request_is_a_stream_error(method: bytes) -> None:
    server = FakeServer()
    reply = server.asks(handler=Accepting())
    server.frames()
    server.promises(1, 2, b"/", method=method)
    assert server.seen() == [("RST_STREAM", 2, ErrorCode.PROTOCOL_ERROR)]
    assert reply.calls == []


def test_a_promise_is_a_connection_error_where_push_is_not_enabled() -> None:
    server = FakeServer(handshake=False, session={"enable_push": False})
    assert (2, 0) in server.seen()[0][1]
    server.sends(write.settings(()))
    server.asks()
    server.frames()
    server.promises(1, 2, b"/")
    assert server.seen() == [("GOAWAY", 0, ErrorCode.PROTOCOL_ERROR)]


# Errors of the application.


@pytest.mark.parametrize("callback", ["on_informational", "on_headers", "on_data", "on_response_done"])
def test_an_exception_in_a_callback_is_logged_and_resets_the_stream(
    callback: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(self: Reply, *arguments: Any) -> None:
        raise RuntimeError("no")

    server = FakeServer()
    reply = server.asks(
        "POST", body=lambda n: (None, DATA_DEFERRED), handler=type("F", (Reply,), {callback: fails})()
    )
    server.frames()
    server.responds(1, status=b"103", end_stream=False)
    if callback != "on_informational":
        server.responds(1, end_stream=False)
    if callback in ("on_data", "on_response_done"):
        server.data(1, b"x", end_stream=True)
    assert server.seen() == [("RST_STREAM", 1, ErrorCode.INTERNAL_ERROR)]
    assert reply.calls[-1] == ("close", ErrorCode.INTERNAL_ERROR)
    assert server.is_alive()
    assert "RuntimeError: no" in caplog.text


def test_an_exception_in_on_push_promise_rejects_the_promise() -> None:
    class Failing(Reply):
        def on_push_promise(self, promise: PushPromise) -> None:
            raise RuntimeError("no")

    server = FakeServer()
    server.asks(handler=Failing())
    server.frames()
    server.promises(1, 2, b"/")
    assert sorted(server.seen()) == [
        ("RST_STREAM", 1, ErrorCode.INTERNAL_ERROR),
        ("RST_STREAM", 2, ErrorCode.CANCEL),
    ]


def test_an_exception_in_on_close_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Reply):
        def on_close(self, error_code: int) -> None:
            raise RuntimeError("no")

    server = FakeServer()
    server.asks(handler=Failing())
    server.responds(1)
    assert "on_close of stream 1 failed" in caplog.text
    assert server.is_alive()


# The end.


def test_a_request_can_be_given_up() -> None:
    server = FakeServer()
    reply = server.asks()
    server.frames()
    reply.reset()
    assert server.seen() == [("RST_STREAM", 1, ErrorCode.CANCEL)]
    assert reply.calls == [("close", ErrorCode.CANCEL)]
    reply.reset()
    assert server.seen() == []


def test_shutdown_finishes_what_was_asked_then_says_goaway() -> None:
    server = FakeServer(settings=((3, 1),))
    first, second = server.asks(), server.asks()
    assert len(server.seen()) == 1
    server.client.shutdown()
    with pytest.raises(UsageError):
        server.asks()
    assert server.seen() == []
    server.responds(1)
    server.responds(3)
    assert first.names == second.names == ["headers", "done", "close"]
    assert server.seen()[-1] == ("GOAWAY", 0, ErrorCode.NO_ERROR)
    assert server.client.closed


def test_shutdown_gives_up_at_drain_timeout() -> None:
    server = FakeServer(settings=((3, 1),))
    sent, queued = server.asks(), server.asks()
    server.client.shutdown()
    server.client.advance(29)
    assert not sent.calls
    server.client.advance(2)
    assert (sent.calls, queued.calls) == ([("close", 8)], [("close", 7)])
    assert server.seen()[-1] == ("GOAWAY", 0, ErrorCode.NO_ERROR)
    assert server.client.closed


def test_an_idle_client_stays_connected_unless_it_has_an_idle_timeout() -> None:
    server = FakeServer()
    server.client.advance(10_000)
    assert server.is_alive()
    server = FakeServer(idle_timeout=5.0)
    server.client.advance(6)
    assert server.seen() == [("GOAWAY", 0, ErrorCode.NO_ERROR)]


def test_a_server_that_sends_no_settings_is_left() -> None:
    server = FakeServer(handshake=False)
    reply = server.asks()
    server.client.advance(11)
    assert reply.calls == [("close", ErrorCode.INTERNAL_ERROR)]
    assert server.seen()[-1] == ("GOAWAY", 0, ErrorCode.PROTOCOL_ERROR)


def test_a_server_that_does_not_acknowledge_settings_is_left() -> None:
    server = FakeServer(handshake=False)
    server.sends(write.settings(()))
    server.client.advance(6)
    assert server.seen()[-1] == ("GOAWAY", 0, ErrorCode.SETTINGS_TIMEOUT)


def test_the_defaults_can_be_looked_at() -> None:
    client = ClientSession(Limits())
    assert client.stats["requests"] == 0
    assert client.takes_requests


@pytest.mark.parametrize("body", [None, b"x", "iterator"], ids=["no body", "bytes", "iterator"])
def test_a_finished_exchange_leaves_nothing_to_the_garbage_collector(body: Any) -> None:
    server = FakeServer()
    gc.collect()
    gc.disable()
    try:
        for stream_id in range(1, 201, 2):
            server.asks("POST", body=iter([b"x"]) if body == "iterator" else body)
            server.frames()
            server.responds(stream_id)
        assert gc.collect() < 100
    finally:
        gc.enable()
