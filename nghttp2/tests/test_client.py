"""client.py: real sockets on loopback, real TLS; nghttpd and h2 as servers."""

import asyncio
import contextlib
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest
import trustme

from nghttp2 import (
    BaseRequestHandler,
    BaseResponseHandler,
    ClientSession,
    HTTP2Client,
    HTTP2Server,
    Nghttp2Error,
    PushPromise,
    RequestFault,
    UsageError,
)

MIB = 1024 * 1024
nghttpd = pytest.mark.skipif(shutil.which("nghttpd") is None, reason="nghttpd is not installed")


class Site(BaseRequestHandler):
    """Echoes content; /N answers with N octets, /push pushes, /hold never answers, /slow pauses."""

    held: "list[Site]"

    def on_headers(self) -> None:
        self.content = bytearray()
        if self.path == b"/tunnel" or self.method == b"CONNECT":
            self.send_response(200, None, self.tunnel)

    def tunnel(self, n: int) -> tuple[bytes | None, int]:
        if self.content:
            data = bytes(self.content[:n])
            del self.content[:n]
            return data, 0
        return None, 2

    def on_data(self, data: bytes) -> None:
        self.content += data
        if self.method == b"CONNECT":
            self.resume()

    def on_request_done(self) -> None:
        path = self.path or b""
        if path == b"/hold":
            self.held.append(self)
        elif path == b"/push":
            self.push("/pushed", body=b"pushed")
            self.send_response(200, None, b"asked")
        elif path == b"/hints":
            self.send_informational(103, [("link", "</a>")])
            self.send_response(200, None, b"hinted")
        elif path == b"/malformed":
            self.send_response(200, [("content-length", "10")], iter([b"12345"]))
        elif path[1:].isdigit():
            self.send_response(200, None, b"x" * int(path[1:]))
        elif self.method != b"CONNECT":
            trailers = [("x-octets", str(len(self.content)))]
            self.send_response(200, [("x-trailers", repr(self.trailers))], self.content, trailers=trailers)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


@pytest.fixture
async def server() -> AsyncIterator[HTTP2Server]:
    Site.held = []
    async with HTTP2Server(("127.0.0.1", 0), Site, allow_connect=True, max_concurrent_streams=10) as running:
        yield running
        running.abort()


@pytest.fixture
async def client(server: HTTP2Server) -> AsyncIterator[HTTP2Client]:
    async with HTTP2Client(server.address) as connected:
        yield connected


async def test_request_returns_the_whole_response(client: HTTP2Client) -> None:
    response = await client.request("POST", "/", [("a", "b")], b"content", trailers=[("t", "1")])
    assert (response.status, response.content) == (200, b"content")
    assert (b"x-trailers", b"[(b't', b'1')]") in response.headers
    assert response.trailers == [(b"x-octets", b"7")]


async def test_a_megabyte_goes_there_and_back_octet_for_octet(client: HTTP2Client) -> None:
    content = os.urandom(MIB)
    assert (await client.request("POST", body=content)).content == content


async def test_more_requests_than_the_server_takes_at_once_are_queued(
    client: HTTP2Client, server: HTTP2Server
) -> None:
    responses = await asyncio.gather(*[client.request(url=f"/{n}") for n in range(1, 201)])
    assert [len(response.content) for response in responses] == list(range(1, 201))
    assert server.stats["streams_refused"] == 0


async def test_a_request_body_may_be_an_asynchronous_iterator(client: HTTP2Client) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for number in range(5):
            await asyncio.sleep(0)
            yield b"%d" % number

    assert (await client.request("POST", body=parts())).content == b"01234"


async def test_requests_wait_for_the_connection(server: HTTP2Server) -> None:
    client = HTTP2Client(server.address)
    first, second = asyncio.create_task(client.request()), asyncio.create_task(client.request(url="/3"))
    assert (await first).status == (await second).status == 200
    client.close()
    await client.wait_closed()
    with pytest.raises(UsageError):
        client.send_request()


async def test_close_answers_what_was_asked(server: HTTP2Server) -> None:
    client = HTTP2Client(server.address)
    answers = [asyncio.create_task(client.request(url=f"/{MIB}")) for _ in range(3)]
    await asyncio.sleep(0)
    client.close()
    await client.wait_closed()
    assert [len((await answer).content) for answer in answers] == [MIB] * 3


async def test_abort_ends_requests_that_may_have_been_processed(
    client: HTTP2Client, server: HTTP2Server
) -> None:
    answer = asyncio.create_task(client.request(url="/hold"))
    while not Site.held:
        await asyncio.sleep(0)
    client.abort()
    with pytest.raises(RequestFault) as fault:
        await answer
    assert (fault.value.error_code, fault.value.not_processed) == (2, False)


async def test_a_cancelled_request_is_reset(client: HTTP2Client, server: HTTP2Server) -> None:
    answer = asyncio.create_task(client.request(url="/hold"))
    while not Site.held:
        await asyncio.sleep(0)
    answer.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await answer
    assert (await client.request()).status == 200
    assert server.stats["resets_received"] == 1


async def test_content_above_max_content_is_refused(client: HTTP2Client) -> None:
    with pytest.raises(RequestFault, match="more than 1000 octets"):
        await client.request(url=f"/{MIB}", max_content=1000)
    assert (await client.request()).status == 200


async def test_a_response_that_breaks_its_content_length_is_a_fault(client: HTTP2Client) -> None:
    with pytest.raises(RequestFault):
        await client.request(url="/malformed")
    assert (await client.request()).status == 200


async def test_a_server_that_drains_refuses_new_requests_and_answers_old_ones(
    client: HTTP2Client, server: HTTP2Server
) -> None:
    answer = asyncio.create_task(client.request(url="/hold"))
    while not Site.held:
        await asyncio.sleep(0)
    server.close()
    while client.takes_requests:
        await asyncio.sleep(0)
    with pytest.raises(RequestFault) as fault:
        await client.request()
    assert fault.value.not_processed
    Site.held[0].send_response(200, None, b"in the end")
    assert (await answer).content == b"in the end"
    await client.wait_closed()


async def test_no_server_is_an_error_and_requests_are_not_processed() -> None:
    with socket.socket() as bound:  # bound, but it does not listen
        bound.bind(("127.0.0.1", 0))
        address = bound.getsockname()
        with pytest.raises(OSError, match="Connect call failed"):
            async with HTTP2Client(address):
                raise AssertionError
        client = HTTP2Client(address)
        with pytest.raises(RequestFault) as fault:
            await client.request()
        assert fault.value.not_processed
        await client.wait_closed()
        assert isinstance(client.error, OSError)
        with pytest.raises(RequestFault):
            client.send_request()


async def test_a_unix_socket_is_an_address(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    async with HTTP2Server(path, Site), HTTP2Client(path) as client:
        assert (await client.request("POST", body=b"x")).content == b"x"


async def test_ipv6_is_an_address() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    async with HTTP2Server(("::1", 0), Site) as server, HTTP2Client(server.address) as client:
        assert (await client.request()).status == 200


# Callbacks.


class Noting(BaseResponseHandler):
    """Notes its callbacks and tells when it is closed."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.content = b""
        self.closed = asyncio.get_running_loop().create_future()
        self.pushed_handler: Noting | None = None

    def on_informational(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self.calls.append((status, headers))

    async def on_headers(self) -> None:
        await asyncio.sleep(0)
        self.calls.append("headers")

    async def on_data(self, data: bytes) -> None:
        await asyncio.sleep(0)
        self.content += data

    def on_response_done(self) -> None:
        self.calls.append("done")

    def on_close(self, error_code: int) -> None:
        self.calls.append(("close", error_code))
        self.closed.set_result(None)

    async def on_push_promise(self, promise: PushPromise) -> None:
        while not promise._stream.is_closed:  # the whole pushed response comes meanwhile
            await asyncio.sleep(0)
        self.pushed_handler = Noting()
        self.accept_push(promise, self.pushed_handler)


class Accepting(Noting):
    """Accepts a promise at once."""

    async def on_push_promise(self, promise: PushPromise) -> None:
        self.pushed_handler = Noting()
        self.accept_push(promise, self.pushed_handler)


async def test_asynchronous_callbacks_run_one_after_another(client: HTTP2Client) -> None:
    handler = Noting()
    client.send_request(url="/hints", handler=handler)
    await handler.closed
    assert handler.calls == [
        (103, [(b":status", b"103"), (b"link", b"</a>")]),
        "headers",
        "done",
        ("close", 0),
    ]
    assert handler.content == b"hinted"
    assert handler.server_address == client.address


async def test_a_push_accepted_late_has_all_of_its_response(client: HTTP2Client) -> None:
    handler = Noting()
    client.send_request(url="/push", handler=handler)
    await handler.closed
    assert handler.pushed_handler is not None
    await handler.pushed_handler.closed
    assert (handler.content, handler.pushed_handler.content) == (b"asked", b"pushed")
    assert handler.pushed_handler.calls == ["headers", "done", ("close", 0)]


async def test_an_on_data_that_waits_holds_the_server_back(server: HTTP2Server) -> None:
    gate = asyncio.Event()
    total = 0

    class Slow(Noting):
        async def on_data(self, data: bytes) -> None:
            nonlocal total
            total += len(data)
            await gate.wait()

    async with HTTP2Client(server.address, stream_window=65_535) as client:
        handler = Slow()
        client.send_request(url=f"/{MIB}", handler=handler)
        while not total:
            await asyncio.sleep(0)
        await client.request()  # a round trip later there is no more than the window
        assert client.session is not None
        assert client.session.connection.held <= 65_535
        gate.set()
        await handler.closed
    assert (total, handler.calls) == (MIB, ["headers", "done", ("close", 0)])


async def test_a_tunnel_carries_data_both_ways(client: HTTP2Client) -> None:
    parts: list[bytes] = []
    reply = Noting()

    def body(n: int) -> tuple[bytes | None, int]:
        return (parts.pop(0), 0) if parts else (None, 2)

    client.send_request("CONNECT", "b.example:443", body=body, handler=reply)
    for word in (b"ping", b"pong"):
        parts.append(word)
        reply.resume()
        while not reply.content.endswith(word):
            await asyncio.sleep(0)
    reply.reset()
    await reply.closed
    assert reply.content == b"pingpong"


async def test_a_callback_that_waits_runs_to_its_end_though_the_connection_is_lost(
    client: HTTP2Client, server: HTTP2Server
) -> None:
    gate = asyncio.Event()

    class Late(Noting):
        async def on_response_done(self) -> None:  # type: ignore[override]  # Noting's is plain
            await gate.wait()
            self.calls.append("done")

    handler = Late()
    client.send_request(url="/5", handler=handler)
    while handler.content != b"xxxxx":
        await asyncio.sleep(0)
    server.abort()
    closed = asyncio.create_task(client.wait_closed())
    while client.takes_requests:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not closed.done()
    gate.set()
    await closed
    assert handler.calls == ["headers", "done", ("close", 0)]


async def test_an_exception_in_the_block_aborts(server: HTTP2Server) -> None:
    handler = BaseResponseHandler()

    async def block() -> None:
        async with HTTP2Client(server.address) as client:
            client.send_request(url="/hold", handler=handler)
            while not Site.held:
                await asyncio.sleep(0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await block()
    assert handler._close_code == 2


# Without a running loop.


@pytest.fixture
def nghttpd_address(tmp_path: Path) -> Iterator[tuple[str, int]]:
    yield from run_nghttpd(tmp_path)


def run_nghttpd(folder: Path, *options: str) -> Iterator[tuple[str, int]]:
    (folder / "index.html").write_bytes(b"<p>hello")
    (folder / "big").write_bytes(b"0123456789" * 300_000)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["nghttpd", str(port), "--no-tls", "-a", "127.0.0.1", "-d", str(folder), "--echo-upload"]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield ("127.0.0.1", port)
    finally:
        process.kill()
        process.wait()


def test_without_a_running_loop_the_client_brings_its_own(tmp_path: Path) -> None:
    class Sync(BaseResponseHandler):
        content = b""
        code: int | None = None

        def on_data(self, data: bytes) -> None:
            self.content += data

        def on_close(self, error_code: int) -> None:
            self.code = error_code

    loop = asyncio.new_event_loop()
    server = HTTP2Server(("127.0.0.1", 0), Site)
    loop.run_until_complete(server.start())
    first, second = Sync(), Sync()
    with HTTP2Client(server.address, loop) as client:
        assert client.io_loop is loop
        client.send_request(url="/5", handler=first)
        client.send_request("POST", body="x", handler=second)
    assert (first.content, second.content) == (b"xxxxx", b"x")
    assert (first.code, second.code) == (0, 0)
    server.close()
    loop.run_until_complete(server.wait_closed())
    loop.close()
    with HTTP2Client(("127.0.0.1", 1)) as idle:
        assert idle.io_loop is not loop
    assert idle.io_loop.is_closed()


# TLS.


async def test_tls_with_alpn_h2(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with (
        HTTP2Server(("127.0.0.1", 0), Site, server_tls) as server,
        HTTP2Client(server.address, ssl=client_tls, server_hostname="localhost") as client,
    ):
        content = os.urandom(MIB)
        assert (await client.request("POST", body=content)).content == content


async def test_a_certificate_that_is_not_trusted_is_an_error(server_tls: ssl.SSLContext) -> None:
    async with HTTP2Server(("127.0.0.1", 0), Site, server_tls) as server:
        client = HTTP2Client(server.address, ssl=ssl.create_default_context())
        with pytest.raises(ssl.SSLCertVerificationError):
            await client.connect()


@pytest.mark.parametrize("offered", [None, ["http/1.1"]], ids=["no ALPN", "http/1.1 only"])
async def test_a_server_that_does_not_choose_h2_is_left(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext, offered: list[str] | None
) -> None:
    if offered:
        server_tls.set_alpn_protocols(offered)
    received = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.set_result(await reader.read())
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_tls)
    async with listener:
        client = HTTP2Client(listener.sockets[0].getsockname(), ssl=client_tls, server_hostname="localhost")
        answer = asyncio.create_task(client.request())
        with pytest.raises(Nghttp2Error, match="did not choose h2 by ALPN"):
            await client.connect()
        with pytest.raises(RequestFault) as fault:
            await answer
        assert fault.value.not_processed
        await client.wait_closed()
        if received.done() or not offered:
            assert await received == b""  # nothing of a request went out


# Other servers.


@nghttpd
@pytest.mark.peers
async def test_nghttpd_answers(nghttpd_address: tuple[str, int]) -> None:
    async with connected(nghttpd_address) as client:
        page = await client.request()
        assert (page.status, page.content) == (200, b"<p>hello")
        big = await client.request(url="/big")
        assert big.content == b"0123456789" * 300_000
        head = await client.request("HEAD", "/big")
        assert (head.content, dict(head.headers)[b"content-length"]) == (b"", b"3000000")
        assert (await client.request(url="/none")).status == 404
        content = os.urandom(MIB)
        echo = await client.request("POST", "/", [("expect", "100-continue")], content)
        assert echo.content == content
        pages = await asyncio.gather(*[client.request() for _ in range(300)])
        assert {page.content for page in pages} == {b"<p>hello"}


@nghttpd
@pytest.mark.peers
async def test_nghttpd_pushes_and_sends_trailers(tmp_path: Path) -> None:
    for address in run_nghttpd(tmp_path, "-p/=/big", "--trailer=x-sum: 7"):
        async with connected(address) as client:
            handler = Accepting()
            client.send_request(handler=handler)
            await handler.closed
            assert handler.pushed_handler is not None
            await handler.pushed_handler.closed
            assert handler.trailers == [(b"x-sum", b"7")]
            assert len(handler.pushed_handler.content) == 3_000_000


@contextlib.asynccontextmanager
async def connected(address: tuple[str, int]) -> AsyncIterator[HTTP2Client]:
    """Connect to a program that was just started."""
    for _ in range(500):
        client = HTTP2Client(address)
        try:
            await client.connect()
            break
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)
    async with client:
        yield client


class H2Server:
    """h2 in memory, answering each request with what it got."""

    def __init__(self) -> None:
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding=None)
        )
        self.h2.initiate_connection()
        self.client = ClientSession(authority="a.example")
        self.content: dict[int, bytes] = {}

    def run(self) -> None:
        """Carry octets until both sides are quiet."""
        while True:
            up, down = self.client.data_to_send(), self.h2.data_to_send()
            if not up and not down:
                return
            self.client.receive(down)
            for event in self.h2.receive_data(up) if up else ():
                self.react(event)

    def react(self, event: Any) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self.content[event.stream_id] = b""
        elif isinstance(event, h2.events.DataReceived):
            self.content[event.stream_id] += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            stream_id, content = event.stream_id, self.content.pop(event.stream_id)
            self.h2.send_headers(stream_id, [(":status", "200"), ("x-stream", str(stream_id))])
            self.h2.send_data(stream_id, content[:16_384])
            self.h2.send_headers(stream_id, [("x-octets", str(len(content)))], end_stream=True)


def test_h2_understands_every_request() -> None:
    class Keeping(BaseResponseHandler):
        content = b""

        def on_data(self, data: bytes) -> None:
            self.content += data

    server = H2Server()
    handlers = [
        server.client.send_request(
            "POST",
            f"/{n}",
            [("x-n", str(n)), ("cookie", "a=b")],
            b"x" * (n * 1000),
            Keeping(),
            trailers=[("t", "1")] if n % 2 else None,
        )
        for n in range(150)
    ]
    server.run()
    assert [dict(handler.headers)[b"x-stream"] for handler in handlers] == [
        b"%d" % n for n in range(1, 301, 2)
    ]
    assert [handler.trailers for handler in handlers] == [
        [(b"x-octets", b"%d" % (n * 1000))] for n in range(150)
    ]
    server.client.shutdown()
    server.run()
    assert server.client.closed
