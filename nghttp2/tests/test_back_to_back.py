"""Our client and our server in memory, fed whole and octet by octet, with the same result."""

import asyncio
import gc
import io
from collections.abc import Callable
from typing import Any

import pytest

from nghttp2 import (
    DATA_DEFERRED,
    DATA_EOF,
    DATA_OK,
    BaseRequestHandler,
    ClientSession,
    Limits,
    RequestFault,
    ServerSession,
)
from nghttp2.codes import ErrorCode

from .fake_server import Accepting, Reply


class Pair:
    """A client and a server; `step` octets are carried at once, all that there are if it is 0."""

    def __init__(self, handler: type[BaseRequestHandler], step: int = 0, **options: Any) -> None:
        limits = options.pop("limits", {})
        self.step = step
        self.server = ServerSession(handler, Limits(**limits), **options)
        self.client = ClientSession(authority="a.example")

    def carry(self) -> None:
        """Carry octets until both are quiet."""
        while True:
            up, down = self.client.data_to_send(), self.server.data_to_send()
            if not up and not down:
                return
            for data, receive in ((up, self.server.receive), (down, self.client.receive)):
                for start in range(0, len(data), self.step or len(data) or 1):
                    receive(data[start : start + (self.step or len(data))])

    def asks(self, method: str = "GET", url: str = "/", handler: Reply | None = None, **more: Any) -> Reply:
        reply = Reply() if handler is None else handler
        self.client.send_request(method, url, handler=reply, **more)
        self.carry()
        return reply

    def advance(self, seconds: float) -> None:
        self.client.advance(seconds)
        self.server.advance(seconds)
        self.carry()


def spawning(coroutine: Any, done: Callable[[], None]) -> Any:
    task = asyncio.get_running_loop().create_task(coroutine)
    task.add_done_callback(lambda _: done())
    return task


def handler(**methods: Callable[..., Any]) -> type[BaseRequestHandler]:
    return type("Handler", (BaseRequestHandler,), methods)


def answering(*response: Any, **more: Any) -> type[BaseRequestHandler]:
    return handler(on_headers=lambda self: self.send_response(*response, **more))


class Echo(BaseRequestHandler):
    """Sends back what comes, trailers included."""

    def on_headers(self) -> None:
        self.content = b""

    def on_data(self, data: bytes) -> None:
        self.content += data

    def on_request_done(self) -> None:
        self.send_response(200, [("x-method", self.method)], self.content, trailers=self.trailers or None)


steps = pytest.mark.parametrize("step", [0, 1, 7], ids=["whole", "by one", "by seven"])


@steps
@pytest.mark.parametrize(
    ("response", "calls"),
    [
        ((200,), [("headers", 200), ("done",), ("close", 0)]),
        ((404, [("a", "b")], "no"), [("headers", 404), ("data", b"no"), ("done",), ("close", 0)]),
        ((204,), [("headers", 204), ("done",), ("close", 0)]),
        ((304, [("content-length", "9")]), [("headers", 304), ("done",), ("close", 0)]),
        (
            (200, [("content-length", "2")], b"ok"),
            [("headers", 200), ("data", b"ok"), ("done",), ("close", 0)],
        ),
        ((200, None, io.BytesIO), [("headers", 200), ("done",), ("close", 0)]),
    ],
    ids=lambda item: repr(item)[:30],
)
def test_a_response_arrives_as_it_was_sent(step: int, response: Any, calls: Any) -> None:
    if response[2:] == (io.BytesIO,):
        response = (200, None, io.BytesIO(b""))
    pair = Pair(answering(*response), step)
    assert pair.asks().calls == calls


@steps
def test_content_and_trailers_go_there_and_back(step: int) -> None:
    pair = Pair(Echo, step)
    content = bytes(range(256)) * (400 if step else 4000)
    reply = pair.asks("POST", body=iter([content]), trailers=[("x-sum", "7")])
    assert reply.content == content
    assert reply.trailers == [(b"x-sum", b"7")]
    assert reply.names[-2:] == ["done", "close"]


@steps
def test_head_gets_the_fields_alone(step: int) -> None:
    reply = Pair(answering(200, [("content-length", "5")], b"12345"), step).asks("HEAD")
    assert reply.calls == [("headers", 200), ("done",), ("close", 0)]
    assert (b"content-length", b"5") in reply.headers


@steps
def test_early_hints_come_before_the_response(step: int) -> None:
    def on_headers(self: BaseRequestHandler) -> None:
        self.send_informational(103, [("link", "</a>")])
        self.send_response(200)

    reply = Pair(handler(on_headers=on_headers), step).asks()
    assert reply.calls == [
        ("informational", 103, [(b"link", b"</a>")]),
        ("headers", 200),
        ("done",),
        ("close", 0),
    ]


@steps
def test_an_expectation_is_met(step: int) -> None:
    reply = Pair(Echo, step).asks("POST", headers=[("expect", "100-continue")], body=b"content")
    assert reply.calls == [
        ("informational", 100, []),
        ("headers", 200),
        ("data", b"content"),
        ("done",),
        ("close", 0),
    ]


def test_content_that_was_expected_to_be_refused_is_not_sent() -> None:
    pair = Pair(answering(413))
    reply = pair.asks("POST", headers=[("expect", "100-continue")], body=b"x" * 1000)
    assert reply.calls == [("headers", 413), ("done",), ("close", 0)]
    assert pair.client.stats["data_frames_sent"] == 0


def test_a_response_before_the_end_of_the_request_is_delivered() -> None:
    reply = Pair(answering(200, None, b"early")).asks("POST", body=lambda n: (b"x" * n, DATA_OK))
    assert reply.calls == [("headers", 200), ("data", b"early"), ("done",), ("close", 0)]


@steps
def test_a_push_is_accepted_or_rejected(step: int) -> None:
    closed: list[int] = []

    class Pushing(BaseRequestHandler):
        def on_headers(self) -> None:
            is_endless = self.path == b"/endless"
            self.push("/pushed", body=(lambda n: (None, DATA_DEFERRED)) if is_endless else b"pushed" * 5000)
            self.send_response(200, None, b"asked")

        def on_close(self, error_code: int) -> None:
            if self.pushed:
                closed.append(error_code)

    pair = Pair(Pushing, step)
    accepting = pair.asks(handler=Accepting())
    assert (accepting.content, closed) == (b"asked", [0])
    assert accepting.pushed_reply is not None
    assert accepting.pushed_reply.content == b"pushed" * 5000
    assert pair.asks(url="/endless").content == b"asked"
    assert closed == [0, ErrorCode.CANCEL]


@steps
@pytest.mark.parametrize(
    "request_",
    [{"url": "b.example:443"}, {"url": "/chat", "protocol": "websocket"}],
    ids=["plain", "extended"],
)
def test_a_tunnel_carries_data_both_ways(step: int, request_: dict[str, Any]) -> None:
    class Tunnel(BaseRequestHandler):
        def on_headers(self) -> None:
            self.back: list[bytes] = []
            self.is_done = False
            self.send_response(200, None, self.generate)

        def on_data(self, data: bytes) -> None:
            self.back.append(data.upper())
            self.resume()

        def on_request_done(self) -> None:
            self.is_done = True
            self.resume()

        def generate(self, n: int) -> tuple[bytes | None, int]:
            if self.back:
                return self.back.pop(0), DATA_OK
            return None, DATA_EOF if self.is_done else DATA_DEFERRED

    pair = Pair(Tunnel, step, allow_connect=True, connect_protocols=["websocket"])
    parts: list[tuple[bytes | None, int]] = [(None, DATA_DEFERRED)]
    reply = pair.asks("CONNECT", body=lambda n: parts.pop(0), **request_)
    assert reply.calls == [("headers", 200)]
    for word in (b"ping", b"pong"):
        parts += [(word, DATA_OK), (None, DATA_DEFERRED)]
        reply.resume()
        pair.carry()
        assert reply.calls[-1] == ("data", word.upper())
    parts.append((None, DATA_EOF))
    reply.resume()
    pair.carry()
    assert reply.calls[-2:] == [("done",), ("close", 0)]


def test_a_connect_that_the_server_does_not_take_is_answered_501() -> None:
    reply = Pair(Echo).asks("CONNECT", "b.example:443", body=lambda n: (b"x", DATA_OK))
    assert reply.calls == [("headers", 501), ("done",), ("close", 0)]


def test_as_many_streams_as_the_server_takes_are_open_at_once() -> None:
    live: list[BaseRequestHandler] = []
    pair = Pair(handler(on_headers=lambda self: live.append(self)), limits={"max_concurrent_streams": 7})
    replies = [pair.asks() for _ in range(20)]
    served = 0
    while live:
        assert len(live) == min(7, 20 - served)
        live.pop(0).send_response(200)
        served += 1
        pair.carry()
    assert [reply.names for reply in replies] == [["headers", "done", "close"]] * 20
    assert pair.server.stats["streams_refused"] == 0


def test_a_server_that_drains_answers_what_it_took_and_says_what_it_did_not() -> None:
    live: list[BaseRequestHandler] = []
    pair = Pair(handler(on_headers=lambda self: live.append(self)), limits={"max_concurrent_streams": 1})
    taken, queued = pair.asks(), pair.asks()
    pair.server.shutdown()
    pair.carry()
    assert (queued.calls, queued.not_processed) == ([("close", ErrorCode.REFUSED_STREAM)], True)
    with pytest.raises(RequestFault):
        pair.asks()
    live[0].send_response(200, None, b"x" * 300_000)
    pair.carry()
    assert (len(taken.content), taken.calls[-2:]) == (300_000, [("done",), ("close", 0)])
    assert pair.server.closed
    assert pair.client.closed


def test_a_handler_that_fails_costs_one_stream(caplog: pytest.LogCaptureFixture) -> None:
    def on_headers(self: BaseRequestHandler) -> None:
        if self.path == b"/bad":
            raise RuntimeError("no")
        self.send_response(200)

    pair = Pair(handler(on_headers=on_headers))
    bad, good = pair.asks(url="/bad"), pair.asks()
    assert bad.calls == [("close", ErrorCode.INTERNAL_ERROR)]
    assert not bad.not_processed
    assert good.names == ["headers", "done", "close"]


def test_a_request_that_is_given_up_closes_the_handler() -> None:
    closed: list[int] = []
    pair = Pair(handler(on_close=lambda self, code: closed.append(code)))
    reply = pair.asks()
    reply.reset()
    pair.carry()
    assert closed == [ErrorCode.CANCEL]
    assert reply.calls == [("close", ErrorCode.CANCEL)]


@steps
def test_large_fields_go_in_several_frames(step: int) -> None:
    fields = [(f"x-{n}", "v" * 300) for n in range(80)]
    pair = Pair(answering(200, fields), step)
    reply = pair.asks(headers=fields)
    assert reply.headers[1:] == [(name.encode(), value.encode()) for name, value in fields]


def test_both_sides_rest_for_hours_in_an_open_exchange() -> None:
    pair = Pair(answering(200, None, lambda n: (None, DATA_DEFERRED)))
    reply = pair.asks()
    for _ in range(60):
        pair.advance(60)
    assert reply.calls == [("headers", 200)]
    assert not pair.server.closed


def test_thousands_of_requests_leave_nothing_behind() -> None:
    pair = Pair(Echo)
    for number in range(2000):
        assert pair.asks("POST", f"/{number % 300}", body=b"x").names[-1] == "close"
    for session in (pair.client, pair.server):
        assert session.connection.streams.live == {}
        assert session.connection.accounted_memory()["received"] == 0
        assert session.connection.held_slots == 0
        assert session.connection.live_header_bytes == 0


async def test_an_asynchronous_handler_of_a_request_that_is_gone_at_once_is_never_begun() -> None:
    begun: list[int] = []
    closed: list[int] = []

    async def on_headers(self: BaseRequestHandler) -> None:
        begun.append(self.stream_id)

    pair = Pair(
        handler(on_headers=on_headers, on_close=lambda self, code: closed.append(code)), spawn=spawning
    )
    reply = Reply()
    pair.client.send_request(handler=reply)
    octets = pair.client.data_to_send()
    reply.reset()
    pair.server.receive(octets + pair.client.data_to_send())
    for _ in range(3):
        await asyncio.sleep(0)
    gc.collect()  # a coroutine that nobody awaited would warn, which fails the test
    assert (begun, closed) == ([], [ErrorCode.CANCEL])
    assert pair.server.connection.held_slots == 0
