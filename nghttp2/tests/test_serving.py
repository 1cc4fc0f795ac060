"""serving.py and handler.py: the promises of the handler interface, one by one, in memory."""

import io
from collections.abc import Iterator
from typing import Any

import pytest

from nghttp2 import DATA_DEFERRED, DATA_EOF, DATA_OK, BaseRequestHandler, UsageError
from nghttp2 import frame_writer as write

from .peer import GET, POST, Peer, Recorder, recorder, replaced

OK = {b":status": b"200"}
CONNECT = [(b":method", b"CONNECT"), (b":authority", b"a.example:443")]


def answers(*args: Any, **kwargs: Any) -> type[Recorder]:
    """Make a handler that answers at once from on_headers."""

    def on_headers(self: Recorder) -> None:
        self.note("headers")
        self.send_response(*args, **kwargs)

    return recorder(on_headers=on_headers, on_request_done=lambda self: self.note("done"))


def test_a_get_calls_on_headers_then_on_request_done_then_on_close() -> None:
    peer = Peer()
    peer.requests(1)
    assert peer.calls == [(1, "headers"), (1, "done"), (1, "close", 0)]


def test_on_data_is_never_empty_and_has_no_padding() -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.data(1, b"")
    peer.sends(bytes.fromhex("000004 00 08 00000001 02 61 0000"))
    peer.data(1, b"", end_stream=True)
    assert peer.calls == [(1, "headers"), (1, "data", b"a"), (1, "done"), (1, "close", 0)]


def test_attributes_are_bytes_and_headers_are_in_wire_order() -> None:
    peer = Peer(session={"client_address": ("10.0.0.1", 99)})
    peer.requests(1, [*GET, (b"x", b"y")])
    handler = peer.handler.instances[0]
    assert (handler.method, handler.scheme, handler.host, handler.path) == (
        b"GET",
        b"http",
        b"a.example",
        b"/",
    )
    assert handler.headers == [*GET, (b"x", b"y")]
    assert handler.client_address == handler.remote_address == ("10.0.0.1", 99)
    assert (handler.status, handler.pushed, handler.stream_id) == (200, False, 1)
    with pytest.raises(AttributeError):
        handler.client_address = ("", 0)


def test_host_is_authority_if_present_else_host() -> None:
    peer = Peer()
    peer.requests(1, [*GET[:3], (b"host", b"b.example")])
    peer.requests(3, [*GET, (b"host", b"a.example")])
    assert [handler.host for handler in peer.handler.instances] == [b"b.example", b"a.example"]


def test_request_trailers_are_apart_from_headers_and_on_request_done_follows() -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.data(1, b"content")
    peer.requests(1, [(b"x-sum", b"7")])
    handler = peer.handler.instances[0]
    assert handler.trailers == [(b"x-sum", b"7")]
    assert (b"x-sum", b"7") not in handler.headers
    assert peer.calls == [(1, "headers"), (1, "data", b"content"), (1, "done"), (1, "close", 0)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, []),
        ("", []),
        ("ä", ["ä".encode()]),
        (b"bytes", [b"bytes"]),
        (bytearray(b"array"), [b"array"]),
        (memoryview(b"view"), [b"view"]),
        (io.BytesIO(b"file"), [b"file"]),
        (iter([b"it", b"", b"er"]), [b"iter"]),
        (lambda n: (b"generated", DATA_EOF), [b"generated"]),
    ],
)
def test_every_kind_of_body_is_sent(body: Any, expected: list[bytes]) -> None:
    peer = Peer(answers(200, [("Content-Type", "text/plain")], body))
    peer.requests(1)
    head, *rest = peer.seen()
    assert head == ("HEADERS", 1, {**OK, b"content-type": b"text/plain"}, not expected)
    assert b"".join(frame[2] for frame in rest) == b"".join(expected)
    assert not rest or rest[-1][3] is True
    assert peer.calls[-1] == (1, "close", 0)


@pytest.mark.parametrize("body", [5, object(), [b"list"], {"a": 1}, io.StringIO("text")])
def test_any_other_body_raises_type_error_and_the_handler_can_still_send(body: Any) -> None:
    def on_headers(self: Recorder) -> None:
        with pytest.raises(TypeError):
            self.send_response(200, None, body)
        self.send_response(201)

    peer = Peer(recorder(on_headers=on_headers, on_request_done=lambda self: None))
    peer.requests(1)
    assert peer.seen() == [("HEADERS", 1, {b":status": b"201"}, True)]


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ([("x", "a\r\nb")], ValueError),
        ([("x", "a\0")], ValueError),
        ([("x y", "a")], ValueError),
        ([(":status", "200")], ValueError),
        ([("connection", "close")], ValueError),
        ([("transfer-encoding", "chunked")], ValueError),
        ([("content-length", "x")], ValueError),
        ([("x", " a")], ValueError),
        ([("x", 5)], TypeError),
        ([("x",)], ValueError),
    ],
)
def test_invalid_response_fields_raise_instead_of_going_out(headers: Any, error: type[Exception]) -> None:
    def on_headers(self: Recorder) -> None:
        with pytest.raises(error):
            self.send_response(200, headers)
        self.send_response(204)

    peer = Peer(recorder(on_headers=on_headers, on_request_done=lambda self: None))
    peer.requests(1)
    assert peer.seen() == [("HEADERS", 1, {b":status": b"204"}, True)]


def test_a_second_response_raises() -> None:
    def on_request_done(self: Recorder) -> None:
        self.send_response(200)
        with pytest.raises(UsageError, match="response has already been sent"):
            self.send_response(200)

    peer = Peer(recorder(on_request_done=on_request_done))
    peer.requests(1)
    assert peer.seen() == [("HEADERS", 1, OK, True)]


def test_a_falsy_status_raises() -> None:
    def on_headers(self: Recorder) -> None:
        with pytest.raises(UsageError, match="status must not be empty"):
            self.send_response(0)

    Peer(recorder(on_headers=on_headers)).requests(1)


def test_head_204_and_304_send_no_body() -> None:
    for method, status in ((b"HEAD", 200), (b"GET", 204), (b"GET", 304)):
        fields = [] if status == 204 else [("content-length", "4")]
        peer = Peer(answers(status, fields, b"body"))
        peer.requests(1, replaced(GET, method=method))
        [(name, _, _, end_stream)] = peer.seen()
        assert (name, end_stream) == ("HEADERS", True)


def test_content_length_in_204_raises() -> None:
    def on_headers(self: Recorder) -> None:
        with pytest.raises(ValueError, match="content-length in a 204"):
            self.send_response(204, [("content-length", "0")])
        self.send_response(200)

    peer = Peer(recorder(on_headers=on_headers, on_request_done=lambda self: None))
    peer.requests(1)
    assert peer.seen() == [("HEADERS", 1, OK, True)]


@pytest.mark.parametrize("body", [b"abc", b"abcdef", None, io.BytesIO(b"abc"), iter([b"abcdef"])])
def test_a_body_that_breaks_its_content_length_resets_the_stream(body: Any) -> None:
    peer = Peer(answers(200, [("content-length", "5")], body))
    peer.requests(1)
    frames = peer.seen()
    assert frames[-1] == ("RST_STREAM", 1, 2)
    assert not any(frame[0] == "DATA" and frame[3] for frame in frames)
    assert peer.calls[-1] == (1, "close", 2)
    assert peer.is_alive()


def test_a_response_complete_before_the_request_ends_with_rst_stream_no_error() -> None:
    peer = Peer(answers(200, None, b"early"))
    peer.requests(1, POST, end_stream=False)
    assert peer.seen() == [
        ("HEADERS", 1, OK, False),
        ("DATA", 1, b"early", True),
        ("RST_STREAM", 1, 0),
    ]
    assert peer.calls == [(1, "headers"), (1, "close", 0)]


def test_response_trailers_follow_the_body() -> None:
    for body in (None, b"x", io.BytesIO(b"x")):
        peer = Peer(answers(200, None, body, trailers=[("X-Sum", "1")]))
        peer.requests(1)
        frames = peer.seen()
        assert frames[0] == ("HEADERS", 1, OK, False)
        assert frames[-1] == ("HEADERS", 1, {b"x-sum": b"1"}, True)
        assert peer.calls[-1] == (1, "close", 0)


def test_trailers_may_be_computed_when_the_body_is_sent() -> None:
    sent: list[bytes] = []

    def body() -> Iterator[bytes]:
        for part in (b"a", b"bc"):
            sent.append(part)
            yield part

    peer = Peer(answers(200, None, body(), trailers=lambda: [("x-parts", str(len(sent)))]))
    peer.requests(1)
    assert peer.seen()[-1] == ("HEADERS", 1, {b"x-parts": b"2"}, True)


def test_100_continue_is_automatic_when_the_handler_did_not_respond() -> None:
    peer = Peer()
    peer.requests(1, [*POST, (b"expect", b"100-Continue")], end_stream=False)
    assert peer.seen() == [("HEADERS", 1, {b":status": b"100"}, False)]
    peer.data(1, b"x", end_stream=True)
    assert peer.seen()[0] == ("HEADERS", 1, OK, False)


def test_no_100_after_a_final_response_or_without_content_to_come() -> None:
    peer = Peer(answers(417))
    peer.requests(1, [*POST, (b"expect", b"100-continue")], end_stream=False)
    assert peer.seen() == [("HEADERS", 1, {b":status": b"417"}, True), ("RST_STREAM", 1, 0)]
    peer = Peer()
    peer.requests(1, [*POST, (b"expect", b"100-continue")])
    assert peer.seen() == [("HEADERS", 1, OK, True)]


def test_informational_responses_precede_the_final_one() -> None:
    def on_headers(self: Recorder) -> None:
        self.send_informational(103, [("link", "</a>; rel=preload")])
        for status in (101, 200, 99):
            with pytest.raises(ValueError, match="informational"):
                self.send_informational(status)
        self.send_response(200)
        with pytest.raises(UsageError):
            self.send_informational(103)

    peer = Peer(recorder(on_headers=on_headers, on_request_done=lambda self: None))
    peer.requests(1)
    early = {b":status": b"103", b"link": b"</a>; rel=preload"}
    assert peer.seen() == [("HEADERS", 1, early, False), ("HEADERS", 1, OK, True)]


@pytest.mark.parametrize("method", ["__init__", "on_headers", "on_data", "on_request_done"])
def test_an_exception_in_a_callback_resets_the_stream_and_the_connection_lives(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(self: Recorder, *args: Any) -> None:
        if method == "__init__":
            BaseRequestHandler.__init__(self, *args)
        raise RuntimeError("on purpose")

    peer = Peer(recorder(**{method: fails}))
    peer.requests(1, POST, end_stream=False)
    peer.data(1, b"x", end_stream=True)
    assert [frame for frame in peer.seen() if frame[0] != "WINDOW_UPDATE"] == [("RST_STREAM", 1, 2)]
    assert "on purpose" in caplog.text
    assert peer.is_alive()
    if method != "__init__":
        assert peer.calls[-1] == (1, "close", 2)


def test_an_exception_in_on_close_is_logged_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def on_close(self: Recorder, error_code: int) -> None:
        self.note("close", error_code)
        raise RuntimeError("on purpose")

    peer = Peer(recorder(on_close=on_close))
    peer.requests(1)
    peer.requests(3)
    assert [call for call in peer.calls if call[1] == "close"] == [(1, "close", 0), (3, "close", 0)]
    assert "on purpose" in caplog.text


def test_on_close_has_the_peers_code_and_comes_once() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    peer.requests(1)
    peer.sends(write.rst_stream(1, 0xABCD), write.rst_stream(1, 8))
    peer.requests(3)
    peer.server.lost()
    peer.server.lost()
    assert [call for call in peer.calls if call[1] == "close"] == [(1, "close", 0xABCD), (3, "close", 2)]


def test_headers_and_rst_stream_in_one_segment_still_reach_the_handler_in_order() -> None:
    peer = Peer()
    peer.sends(write.field_block(1, peer.block(GET), True, 16_384), write.rst_stream(1, 8))
    assert peer.calls == [(1, "headers"), (1, "done"), (1, "close", 0)]


# Body generators.


def test_a_generator_is_asked_for_what_fits_and_deferred_until_resume() -> None:
    asked: list[int] = []
    parts: list[tuple[bytes | None, int]] = [(b"one", DATA_OK), (None, DATA_DEFERRED)]

    def generate(n: int) -> tuple[bytes | None, int]:
        asked.append(n)
        return parts.pop(0)

    peer = Peer(answers(200, None, generate))
    peer.requests(1)
    assert peer.seen() == [("HEADERS", 1, OK, False), ("DATA", 1, b"one", False)]
    assert asked == [16_384, 16_384]
    assert peer.seen() == []
    assert len(asked) == 2
    handler = peer.handler.instances[0]
    parts += [(b"two", DATA_EOF)]
    handler.resume()
    assert peer.seen() == [("DATA", 1, b"two", True)]
    assert peer.calls[-1] == (1, "close", 0)
    handler.resume()


def test_data_eof_with_none_ends_the_body() -> None:
    parts: list[Any] = [(b"x", DATA_OK), (None, DATA_EOF)]
    peer = Peer(answers(200, None, lambda n: parts.pop(0)))
    peer.requests(1)
    assert peer.seen()[1:] == [("DATA", 1, b"x", False), ("DATA", 1, b"", True)]


def test_empty_data_with_data_ok_does_not_spin() -> None:
    asked: list[int] = []

    def generate(n: int) -> tuple[bytes, int]:
        asked.append(n)
        return (b"", DATA_OK) if len(asked) < 3 else (b"end", DATA_EOF)

    peer = Peer(answers(200, None, generate))
    peer.requests(1)
    peer.frames()
    assert len(asked) == 1
    peer.server.advance(1)
    peer.frames()
    peer.server.advance(1)
    assert peer.seen() == [("DATA", 1, b"end", True)]


@pytest.mark.parametrize(
    "result",
    [(b"x", 7), None, b"x", (b"x",), ("str", DATA_OK), (b"x" * 20_000, DATA_OK), (b"x", DATA_DEFERRED)],
)
def test_a_generator_that_breaks_the_rules_resets_only_its_stream(
    result: Any, caplog: pytest.LogCaptureFixture
) -> None:
    peer = Peer(answers(200, None, lambda n: result))
    peer.requests(1)
    assert peer.seen() == [("HEADERS", 1, OK, False), ("RST_STREAM", 1, 2)]
    assert peer.calls[-1] == (1, "close", 2)
    assert caplog.records
    assert peer.is_alive()


def test_a_zero_window_never_wakes_the_producer() -> None:
    asked: list[int] = []

    def generate(n: int) -> tuple[bytes, int]:
        asked.append(n)
        return b"x" * n, DATA_OK

    peer = Peer(answers(200, None, generate), settings=((4, 0),))
    peer.requests(1)
    assert peer.seen() == [("HEADERS", 1, OK, False)]
    peer.server.advance(5)
    assert asked == []
    peer.sends(write.window_update(1, 3))
    assert peer.seen() == [("DATA", 1, b"xxx", False)]
    assert asked == [3]


def test_bodies_stop_at_the_connection_window() -> None:
    peer = Peer(answers(200, None, b"x" * 70_000), settings=((4, 1 << 20),))
    peer.requests(1)
    assert sum(len(frame[2]) for frame in peer.seen() if frame[0] == "DATA") == 65_535
    peer.sends(write.window_update(0, 70_000))
    assert peer.seen()[-1] == ("DATA", 1, b"x" * 4465, True)


def test_resume_inside_the_generator_does_not_recurse() -> None:
    def on_headers(self: Recorder) -> None:
        def generate(n: int) -> tuple[bytes, int]:
            self.resume()
            return b"x", DATA_EOF

        self.send_response(200, None, generate)

    peer = Peer(recorder(on_headers=on_headers, on_request_done=lambda self: None))
    peer.requests(1)
    assert peer.seen()[-1] == ("DATA", 1, b"x", True)


def test_a_file_is_closed_when_its_stream_ends() -> None:
    for ends in (True, False):
        file = io.BytesIO(b"x" * 100_000)
        peer = Peer(answers(200, None, file))
        peer.requests(1)
        peer.frames()
        if ends:
            peer.sends(write.window_update(1, 100_000), write.window_update(0, 100_000))
            peer.frames()
        else:
            peer.sends(write.rst_stream(1, 8))
        assert file.closed


# Outside callbacks.


def test_a_response_sent_by_a_timer_goes_out() -> None:
    def on_request_done(self: Recorder) -> None:
        self.call_later(1.5, lambda: self.send_response(200))

    peer = Peer(recorder(on_request_done=on_request_done))
    peer.requests(1)
    assert peer.server.next_deadline() == 1.5
    peer.server.advance(1.4)
    assert peer.seen() == []
    peer.server.advance(0.2)
    assert peer.seen() == [("HEADERS", 1, OK, True)]


def test_a_response_outside_callbacks_wakes_the_transport() -> None:
    woken: list[bool] = []
    peer = Peer(recorder(on_request_done=lambda self: None), session={"on_wake": lambda: woken.append(True)})
    peer.requests(1)
    woken.clear()
    peer.handler.instances[0].send_response(200)
    assert woken
    assert peer.seen() == [("HEADERS", 1, OK, True)]
    assert peer.calls[-1] == (1, "close", 0)


def test_a_response_after_the_stream_was_reset_goes_nowhere() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    peer.requests(1)
    peer.sends(write.rst_stream(1, 8))
    file = io.BytesIO(b"x")
    peer.handler.instances[0].send_response(200, None, file)
    assert peer.seen() == []
    assert file.closed


def test_a_cancelled_timer_is_not_called() -> None:
    def on_request_done(self: Recorder) -> None:
        self.call_later(1, lambda: self.send_response(500)).cancel()

    peer = Peer(recorder(on_request_done=on_request_done))
    peer.requests(1)
    peer.server.advance(2)
    assert peer.seen() == []


# Push.


def pushes(**kwargs: Any) -> type[Recorder]:
    def on_headers(self: Recorder) -> None:
        self.note("headers")
        self.child = self.push("/css/style.css", **kwargs)  # type: ignore[attr-defined] # read below
        self.send_response(200, [("content-type", "text/plain")], io.BytesIO(b"nghttp2-python FTW"))

    return recorder(on_headers=on_headers, on_request_done=lambda self: None)


STYLE = {
    "request_headers": [("content-type", "text/css")],
    "status": 200,
    "body": "body{margin:0;}",
}


def test_push_goes_out_in_the_order_of_the_first_example() -> None:
    peer = Peer(pushes(**STYLE))
    peer.requests(1)
    promise = {
        b":method": b"GET",
        b":scheme": b"http",
        b":authority": b"a.example",
        b":path": b"/css/style.css",
        b"content-type": b"text/css",
    }
    assert peer.seen() == [
        ("PUSH_PROMISE", 1, 2, promise),
        ("HEADERS", 1, {**OK, b"content-type": b"text/plain"}, False),
        ("HEADERS", 2, OK, False),
        ("DATA", 1, b"nghttp2-python FTW", True),
        ("DATA", 2, b"body{margin:0;}", True),
    ]
    assert (2, "headers") not in peer.calls
    assert (2, "close", 0) in peer.calls


def test_a_pushed_handler_has_its_number_and_request_at_once() -> None:
    peer = Peer(pushes(**STYLE))
    peer.requests(1)
    child = peer.handler.instances[1]
    assert (child.stream_id, child.pushed, child.scheme, child.host, child.path) == (
        2,
        True,
        b"http",
        b"a.example",
        b"/css/style.css",
    )
    assert child.headers[-1] == (b"content-type", b"text/css")
    with pytest.raises(UsageError, match="response has already been sent"):
        child.send_response(200)
    with pytest.raises(UsageError):
        child.push("/x")


def test_push_to_a_peer_with_enable_push_0_sends_nothing_and_closes_the_handler() -> None:
    peer = Peer(pushes(**STYLE), settings=((2, 0),))
    peer.requests(1)
    assert [frame[0] for frame in peer.seen()] == ["HEADERS", "DATA"]
    peer.server.advance(0)
    child = peer.handler.instances[1]
    assert child.pushed
    assert [call[1:] for call in peer.calls if call[0] == child.stream_id] == [("close", 8)]
    child.resume()


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"path": "", "method": "", "status": 0}, "status must not be empty"),
        ({"path": "", "method": ""}, "method must not be empty"),
        ({"path": ""}, "path must not be empty"),
        ({"path": "/", "method": "POST"}, "not safe and cacheable"),
    ],
)
def test_push_with_bad_arguments_raises(kwargs: dict[str, Any], match: str) -> None:
    def on_headers(self: Recorder) -> None:
        with pytest.raises(UsageError, match=match):
            self.push(**kwargs)
        self.send_response(200)
        self.note("sent")

    peer = Peer(recorder(on_headers=on_headers, on_request_done=lambda self: None))
    peer.requests(1)
    assert (1, "sent") in peer.calls


def test_push_after_goaway_or_on_a_closed_stream_raises() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    peer.requests(1)
    peer.requests(3)
    peer.sends(write.rst_stream(3, 8), write.goaway(0, 0))
    for handler in peer.handler.instances:
        with pytest.raises(UsageError):
            handler.push("/x")


def test_only_pushed_headers_wait_for_a_slot_of_max_concurrent_streams() -> None:
    def on_headers(self: Recorder) -> None:
        self.push("/a", body=b"a")
        self.push("/b", body=b"b")
        self.send_response(200)

    peer = Peer(recorder(on_headers=on_headers, on_request_done=lambda self: None), settings=((3, 1), (4, 0)))
    peer.requests(1)
    shown = [frame[:3] for frame in peer.seen()]
    assert [frame[0] for frame in shown] == ["PUSH_PROMISE", "PUSH_PROMISE", "HEADERS", "HEADERS"]
    assert [frame[1] for frame in shown[2:]] == [1, 2]
    peer.sends(write.window_update(2, 1))
    assert [frame[:3] for frame in peer.seen()] == [("DATA", 2, b"a"), ("HEADERS", 4, OK)]


def test_a_promised_stream_may_be_reset_by_the_client() -> None:
    peer = Peer(pushes(**STYLE), settings=((4, 0),))
    peer.requests(1)
    peer.frames()
    peer.sends(write.rst_stream(2, 8))
    assert (2, "close", 8) in peer.calls
    assert peer.is_alive()


# CONNECT.


def test_connect_is_answered_501_unless_allowed() -> None:
    peer = Peer()
    peer.requests(1, CONNECT, end_stream=False)
    assert peer.seen()[0] == ("HEADERS", 1, {b":status": b"501"}, True)
    assert peer.calls == []


class Tunnel(Recorder):
    """Answers 200 and sends back what comes, in capitals."""

    def on_headers(self) -> None:
        self.out: list[bytes] = []
        self.ended = False
        self.send_response(200, None, self.generate)

    def generate(self, n: int) -> tuple[bytes | None, int]:
        if self.out:
            return self.out.pop(0), DATA_OK
        return (None, DATA_EOF) if self.ended else (None, DATA_DEFERRED)

    def on_data(self, data: bytes) -> None:
        self.out.append(data.upper())
        self.resume()

    def on_request_done(self) -> None:
        self.ended = True
        self.resume()


def tunnel() -> type[Recorder]:
    return type("Handler", (Tunnel,), {"calls": [], "instances": []})


@pytest.mark.parametrize(
    "fields",
    [CONNECT, [*replaced(GET, method=b"CONNECT"), (b":protocol", b"websocket")]],
    ids=["connect", "extended connect"],
)
def test_a_tunnel_carries_data_both_ways(fields: list[tuple[bytes, bytes]]) -> None:
    peer = Peer(tunnel(), session={"allow_connect": True, "connect_protocols": ["websocket"]})
    peer.requests(1, fields, end_stream=False)
    assert peer.seen() == [("HEADERS", 1, OK, False)]
    peer.data(1, b"ping")
    assert peer.seen() == [("DATA", 1, b"PING", False)]
    peer.server.advance(50)
    assert peer.seen() == []
    peer.data(1, b"end", end_stream=True)
    assert peer.seen() == [("DATA", 1, b"END", False), ("DATA", 1, b"", True)]
    assert peer.calls[-1] == (1, "close", 0)


def test_headers_on_a_tunnel_is_a_stream_error() -> None:
    peer = Peer(tunnel(), session={"allow_connect": True})
    peer.requests(1, CONNECT, end_stream=False)
    peer.frames()
    peer.requests(1, [(b"x", b"y")])
    assert peer.seen() == [("RST_STREAM", 1, 1)]


def test_an_unknown_protocol_is_answered_501() -> None:
    peer = Peer(tunnel(), session={"connect_protocols": ["websocket"]})
    peer.requests(1, [*replaced(GET, method=b"CONNECT"), (b":protocol", b"other")], end_stream=False)
    assert peer.seen()[0] == ("HEADERS", 1, {b":status": b"501"}, True)


def test_the_setting_of_rfc_8441_is_sent_only_when_asked_for() -> None:
    for protocols, expected in (([], False), ([b"websocket"], True)):
        peer = Peer(handshake=False, session={"connect_protocols": protocols})
        entries = peer.seen()[0][1]
        assert ((8, 1) in entries) is expected
        assert (9, 1) in entries


# Priorities, RFC 9218.


def order(peer: Peer) -> list[int]:
    peer.sends(write.window_update(0, 1 << 20))
    return [frame[1] for frame in peer.seen() if frame[0] == "DATA"]


def queued(*priorities: bytes | None, size: int = 40_000) -> Peer:
    """Ask for one body a priority, with the connection's window used up."""
    peer = Peer(answers(200, None, b"x" * 65_535), settings=((4, 1 << 20),))
    peer.requests(1)
    peer.frames()
    peer.handler.on_headers = answers(200, None, b"y" * size).on_headers
    for number, value in enumerate(priorities):
        fields = GET if value is None else [*GET, (b"priority", value)]
        peer.requests(3 + 2 * number, fields)
    return peer


def test_lower_urgency_is_sent_first() -> None:
    assert order(queued(b"u=5", b"u=1", b"u=3")) == [5] * 3 + [7] * 3 + [3] * 3


def test_non_incremental_responses_are_sent_in_stream_order() -> None:
    assert order(queued(b"u=3", b"u=3")) == [3] * 3 + [5] * 3


def test_incremental_responses_share() -> None:
    assert order(queued(b"i", b"u=3, i")) == [3, 5] * 3


def test_responses_without_a_signal_share() -> None:
    assert order(queued(None, None)) == [3, 5] * 3


def test_priority_update_overrides_before_and_after_the_request() -> None:
    peer = Peer(answers(200, None, b"x" * 65_535), settings=((4, 1 << 20),))
    peer.requests(1)
    peer.frames()
    peer.handler.on_headers = answers(200, None, b"y" * 20_000).on_headers
    peer.sends(write.priority_update(5, b"u=0"))
    peer.requests(3, [*GET, (b"priority", b"u=2")])
    peer.requests(5, [*GET, (b"priority", b"u=7")])
    peer.requests(7)
    peer.sends(write.priority_update(7, b"u=1"))
    assert order(peer) == [5, 5, 7, 7, 3, 3]


def test_too_many_idle_streams_prioritized_is_a_connection_error() -> None:
    peer = Peer(max_concurrent_streams=3)
    for stream_id in (1, 3, 5):
        peer.sends(write.priority_update(stream_id, b"u=1"))
    assert peer.seen() == []
    peer.sends(write.priority_update(7, b"u=1"))
    assert peer.seen() == [("GOAWAY", 0, 1)]


# Shutdown.


def test_shutdown_takes_two_goaways_and_finishes_what_was_accepted() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    peer.requests(1)
    peer.server.shutdown()
    assert peer.seen() == [("GOAWAY", 2**31 - 1, 0), ("PING", b"draining", False)]
    peer.requests(3)  # was under way
    peer.sends(write.ping(b"draining", ack=True))
    assert peer.seen() == [("GOAWAY", 3, 0)]
    peer.requests(5)
    assert [call[0] for call in peer.calls] == [1, 3]
    for handler in peer.handler.instances:
        assert not peer.server.closed
        handler.send_response(200)
    assert [frame[:2] for frame in peer.seen()] == [("HEADERS", 1), ("HEADERS", 3)]
    assert peer.server.closed


def test_the_second_goaway_comes_after_a_second_without_an_answer() -> None:
    peer = Peer()
    peer.server.shutdown()
    peer.frames()
    peer.server.advance(1)
    assert peer.seen() == [("GOAWAY", 0, 0)]
    assert peer.server.closed


def test_a_drain_that_takes_too_long_resets_what_is_left() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    peer.requests(1)
    peer.server.shutdown()
    peer.server.advance(29)
    peer.frames()
    peer.server.advance(1)
    assert peer.seen() == [("RST_STREAM", 1, 8)]
    assert peer.server.closed
    assert peer.calls[-1] == (1, "close", 8)


def test_requests_per_connection_may_be_limited() -> None:
    peer = Peer(max_requests_per_connection=2)
    peer.requests(1)
    assert [frame[0] for frame in peer.seen()] == ["HEADERS"]
    peer.requests(3)
    assert [frame[0] for frame in peer.seen()] == ["HEADERS", "GOAWAY", "PING"]
