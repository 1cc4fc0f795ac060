"""server.py, session.py, tls.py: real sockets on loopback, real TLS, real signals."""

import asyncio
import contextlib
import io
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from nghttp2 import (
    DATA_DEFERRED,
    DATA_EOF,
    DATA_OK,
    BaseRequestHandler,
    HDDeflater,
    HTTP2Server,
    Limits,
    ServerSession,
    UsageError,
)
from nghttp2 import frame_writer as write
from nghttp2.codes import PREFACE
from nghttp2.frame_reader import FrameReader
from nghttp2.frames import DataFrame, Frame, GoAwayFrame, HeadersFrame, PingFrame, RstStreamFrame
from nghttp2.session import SessionProtocol

from .peer import GET, POST, replaced

MIB = 1024 * 1024


class Echo(BaseRequestHandler):
    """Answers with the content it got, or for GET with so many octets as the path says."""

    def on_headers(self) -> None:
        self.content = bytearray()

    def on_data(self, data: bytes) -> None:
        self.content += data

    def on_request_done(self) -> None:
        assert self.path is not None
        if self.path[1:].isdigit():
            self.send_response(200, None, b"x" * int(self.path[1:]))
        else:
            self.send_response(200, [("x-peer", repr(self.client_certificate))], self.content)


class Client:
    """A raw client on asyncio streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.frames = FrameReader(1 << 24)
        self.deflater = HDDeflater()

    @classmethod
    async def to(cls, server: HTTP2Server, tls: ssl.SSLContext | None = None, **kwargs: Any) -> "Client":
        if isinstance(server.address, str):
            client = cls(*await asyncio.open_unix_connection(server.address))
        else:
            if tls is not None:
                kwargs = {"ssl": tls, "server_hostname": "localhost", **kwargs}
            client = cls(*await asyncio.open_connection(*server.address[:2], **kwargs))
        client.sends(
            PREFACE, write.settings(((4, 1 << 24),)), write.window_update(0, 1 << 24), write.SETTINGS_ACK
        )
        return client

    def sends(self, *octets: bytes) -> None:
        self.writer.write(b"".join(octets))

    def requests(
        self, stream_id: int, fields: list[tuple[bytes, bytes]] = GET, end_stream: bool = True
    ) -> None:
        self.sends(write.field_block(stream_id, self.deflater.deflate(fields), end_stream, 16_384))

    async def next_frame(self) -> Frame | None:
        """Return the next frame, None at the end of the connection."""
        while (frame := self.frames.next_frame()) is None:
            data = await self.reader.read(65_536)
            if not data:
                return None
            self.frames.receive(data)
        return frame

    async def until(self, kind: type, stream_id: int | None = None) -> Any:
        """Return the next frame of a kind, for the stream if one is given; fails at the end."""
        while True:
            frame = await self.next_frame()
            assert frame is not None, f"the connection ended before {kind.__name__}"
            if type(frame) is kind and stream_id in (None, getattr(frame, "stream_id", None)):
                return frame

    async def content(self, stream_id: int) -> bytes:
        """Return the content of a response that ends with DATA."""
        found = bytearray()
        while True:
            frame = await self.until(DataFrame, stream_id)
            found += frame.data
            if frame.end_stream:
                return bytes(found)

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await self.writer.wait_closed()


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
    context.set_alpn_protocols(["h2"])
    return context


@pytest.fixture
async def server() -> AsyncIterator[HTTP2Server]:
    async with HTTP2Server(("127.0.0.1", 0), Echo) as running:
        yield running


async def test_a_request_is_served_over_tcp_with_prior_knowledge(server: HTTP2Server) -> None:
    client = await Client.to(server)
    client.requests(1, replaced(GET, path=b"/11"))
    assert await client.content(1) == b"x" * 11
    await client.close()
    assert server.stats["requests"] == 1


async def test_an_http_1_request_gets_goaway_and_the_end(server: HTTP2Server) -> None:
    reader, writer = await asyncio.open_connection(*server.address)
    writer.write(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    client = Client(reader, writer)
    assert (await client.until(GoAwayFrame)).error_code == 1
    assert await client.next_frame() is None
    await client.close()


async def test_goaway_reaches_a_client_that_is_still_sending(server: HTTP2Server) -> None:
    client = await Client.to(server)
    client.sends(write.ping(b"12345678")[:-1] * 3, b"x" * 500_000)
    assert (await client.until(GoAwayFrame)).error_code in (1, 6)
    assert await client.next_frame() is None
    await client.close()


async def test_a_megabyte_is_echoed_octet_for_octet(server: HTTP2Server) -> None:
    content = os.urandom(MIB)
    client = await Client.to(server)
    client.requests(1, POST, end_stream=False)
    window = 65_535
    for start in range(0, MIB, 16_384):
        while window < 16_384:
            frame = await client.next_frame()
            if type(frame).__name__ == "WindowUpdateFrame" and frame.stream_id == 1:  # type: ignore[union-attr] # just checked
                window += frame.increment  # type: ignore[union-attr] # just checked
        client.sends(write.frame(0, int(start + 16_384 == MIB), 1, content[start : start + 16_384]))
        window -= 16_384
    assert await client.content(1) == content
    await client.close()


async def test_a_hundred_concurrent_streams_are_served(server: HTTP2Server) -> None:
    client = await Client.to(server)
    for number in range(100):
        client.requests(2 * number + 1, replaced(GET, path=b"/%d" % (1000 + number)))
    sizes: dict[int, int] = {}
    ended = 0
    while ended < 100:
        frame = await client.until(DataFrame)
        sizes[frame.stream_id] = sizes.get(frame.stream_id, 0) + len(frame.data)
        ended += frame.end_stream
    assert sizes == {2 * number + 1: 1000 + number for number in range(100)}
    await client.close()


async def test_a_response_from_a_task_goes_out_at_once() -> None:
    class Late(BaseRequestHandler):
        def on_request_done(self) -> None:
            asyncio.get_running_loop().call_soon(self.send_response, 204)

    async with HTTP2Server(("127.0.0.1", 0), Late) as server:
        client = await Client.to(server)
        client.requests(1)
        assert (await client.until(HeadersFrame)).end_stream
        await client.close()


async def test_a_slow_tls_reader_gets_eight_mebibytes_whole(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with HTTP2Server(("127.0.0.1", 0), Echo, ssl=server_tls) as server:
        client = await Client.to(server, client_tls, limit=65_536)
        client.requests(1, replaced(GET, path=b"/%d" % (8 * MIB)))
        received, pauses = 0, 0
        while True:
            frame = await client.next_frame()
            if isinstance(frame, DataFrame):
                received += len(frame.data)
                if received // MIB > pauses:
                    # The server's transport fills up meanwhile: it is given a few turns of the loop.
                    pauses += 1
                    for _ in range(50):
                        await asyncio.sleep(0)
                if frame.end_stream:
                    break
        assert received == 8 * MIB
        await client.close()


async def test_alpn_refused_is_closed(server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    async with HTTP2Server(("127.0.0.1", 0), Echo, ssl=server_tls) as server:
        client_tls.set_alpn_protocols(["http/1.1"])
        try:
            reader, writer = await asyncio.open_connection(
                *server.address, ssl=client_tls, server_hostname="localhost"
            )
        except (ssl.SSLError, ConnectionError):
            return  # OpenSSL may refuse it in the handshake already
        assert await reader.read() == b""
        writer.close()


async def test_a_verified_client_certificate_is_known_to_the_handler(
    authority: trustme.CA, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    server_tls.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(server_tls)
    authority.issue_cert("client@a.example").configure_cert(client_tls)
    seen: list[Any] = []

    class Handler(BaseRequestHandler):
        def on_headers(self) -> None:
            seen.append(self.client_certificate)
            self.send_response(204)

    async with HTTP2Server(("127.0.0.1", 0), Handler, ssl=server_tls) as server:
        client = await Client.to(server, client_tls)
        client.requests(1)
        await client.until(HeadersFrame)
        await client.close()
    assert ("email", "client@a.example") in seen[0]["subjectAltName"]


async def test_a_unix_socket_serves_and_its_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with HTTP2Server(str(path), Echo) as server:
        client = await Client.to(server)
        client.requests(1, replaced(GET, path=b"/5"))
        assert await client.content(1) == b"xxxxx"
        await client.close()
    assert not path.exists()


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
async def test_ipv6_serves() -> None:
    try:
        server = HTTP2Server(("::1", 0), Echo)
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    async with server:
        client = await Client.to(server)
        client.requests(1, replaced(GET, path=b"/5"))
        assert await client.content(1) == b"xxxxx"
        await client.close()


async def test_no_host_means_all_interfaces_on_one_port() -> None:
    for host in (None, ""):
        async with HTTP2Server((host, 0), Echo) as server:
            assert len({address[1] for address in server.addresses}) == 1
            client = Client(*await asyncio.open_connection("127.0.0.1", server.port))
            await client.close()


async def test_two_servers_share_a_port_with_reuse_port() -> None:
    first = HTTP2Server(("127.0.0.1", 0), Echo, reuse_port=True)
    second = HTTP2Server(first.address, Echo, reuse_port=True)
    with pytest.raises(OSError, match="already in use"):
        HTTP2Server(first.address, Echo)
    async with first, second:
        assert first.port == second.port


async def test_connections_above_the_limit_are_closed() -> None:
    async with HTTP2Server(("127.0.0.1", 0), Echo, max_connections=1) as server:
        first = await Client.to(server)
        await first.until(type(await first.next_frame()))
        second = await Client.to(server)
        with pytest.raises((AssertionError, ConnectionError)):
            await second.until(HeadersFrame)
        first.requests(1, replaced(GET, path=b"/1"))
        assert await first.content(1) == b"x"
        assert server.stats["limit:max_connections"] == 1
        await first.close()
        await second.close()


async def test_connections_of_one_address_may_be_limited() -> None:
    async with HTTP2Server(("127.0.0.1", 0), Echo, max_connections_per_address=1) as server:
        first = await Client.to(server)
        await first.next_frame()
        second = await Client.to(server)
        with pytest.raises((AssertionError, ConnectionError)):
            await second.until(HeadersFrame)
        await second.close()
        await first.close()
        while server.connections:
            await asyncio.sleep(0)
        third = await Client.to(server)
        third.requests(1, replaced(GET, path=b"/1"))
        assert await third.content(1) == b"x"
        await third.close()


def test_limits_are_keyword_arguments_and_unknown_ones_are_refused() -> None:
    with HTTP2Server(("127.0.0.1", 0), Echo, max_concurrent_streams=7) as server:
        assert server.limits == Limits(max_concurrent_streams=7)
    with pytest.raises(TypeError):
        HTTP2Server(("127.0.0.1", 0), Echo, no_such_limit=1)
    with pytest.raises(UsageError):
        HTTP2Server(("127.0.0.1", 0), Echo, max_frame_size=1)


class FakeTransport(asyncio.Transport):
    """A transport that only notes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.limits = (high, low)


async def test_nothing_is_written_while_the_transport_tells_of_its_room() -> None:
    def make(protocol: SessionProtocol) -> ServerSession:
        return ServerSession(Echo, clock=loop.time, on_wake=protocol.wake, spawn=protocol.spawn)

    loop = asyncio.get_running_loop()
    buffer = memoryview(bytearray(65_536))
    protocol = SessionProtocol(loop, make, lambda protocol: None, buffer)
    transport = FakeTransport()
    protocol.connection_made(transport)
    protocol.pause_writing()
    wire = PREFACE + write.settings(()) + write.ping(b"12345678")
    protocol.get_buffer(-1)[: len(wire)] = wire
    protocol.buffer_updated(len(wire))
    before = len(transport.written)
    protocol.resume_writing()
    assert len(transport.written) == before
    await asyncio.sleep(0)
    assert transport.written[before].endswith(write.ping(b"12345678", ack=True))
    protocol.connection_lost(None)


async def test_nothing_is_written_into_a_socket_that_failed() -> None:
    class FailedTransport(FakeTransport):
        def is_closing(self) -> bool:
            return bool(self.written)

    def make(protocol: SessionProtocol) -> ServerSession:
        return ServerSession(Echo, clock=loop.time, on_wake=protocol.wake, spawn=protocol.spawn)

    loop = asyncio.get_running_loop()
    protocol = SessionProtocol(loop, make, lambda protocol: None, memoryview(bytearray(65_536)))
    transport = FailedTransport()
    protocol.connection_made(transport)
    wire = PREFACE + write.settings(()) + write.ping(b"12345678")
    protocol.get_buffer(-1)[: len(wire)] = wire
    protocol.buffer_updated(len(wire))
    assert len(transport.written) == 1
    protocol.connection_lost(None)


async def test_listening_connections_and_responses_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Pushing(BaseRequestHandler):
        def on_headers(self) -> None:
            self.push("/pushed")
            self.send_response(404)

    caplog.set_level("DEBUG")
    async with HTTP2Server(("127.0.0.1", 0), Pushing) as server:
        client = await Client.to(server)
        client.requests(1, replaced(GET, path=b"/asked"))
        await client.until(HeadersFrame, 2)
        await client.close()
    lines = {record.name: [] for record in caplog.records}  # type: dict[str, list[str]]
    for record in caplog.records:
        lines[record.name].append(record.getMessage())
    assert lines["nghttp2.access"] == ['127.0.0.1 "GET /asked" 404', '127.0.0.1 "GET /pushed" 200 P']
    assert lines["nghttp2.server"][0].startswith("listening on ('127.0.0.1'")
    assert lines["nghttp2.server"][1].startswith("connection of ('127.0.0.1'")


# Asynchronous callbacks.


async def test_async_callbacks_run_one_after_another_and_hold_the_credit() -> None:
    gate = asyncio.Event()
    calls: list[Any] = []

    class Handler(BaseRequestHandler):
        async def on_headers(self) -> None:
            calls.append("headers")
            await gate.wait()
            calls.append("headers over")

        async def on_data(self, data: bytes) -> None:
            calls.append(len(data))
            await asyncio.sleep(0)

        async def on_request_done(self) -> None:
            calls.append("done")
            self.send_response(204)

        async def on_close(self, error_code: int) -> None:
            calls.append(("close", error_code))

    async with HTTP2Server(("127.0.0.1", 0), Handler) as server:
        client = await Client.to(server)
        client.requests(1, POST, end_stream=False)
        for _ in range(3):
            client.sends(write.frame(0, 0, 1, b"x" * 16_384))
        client.sends(write.ping(b"a fence."))
        kinds = []
        while not isinstance(frame := await client.next_frame(), PingFrame):
            kinds.append(type(frame).__name__)
        # Nothing was consumed yet, so no credit for the stream came back.
        assert kinds.count("WindowUpdateFrame") == 1
        assert calls == ["headers"]
        gate.set()
        client.sends(write.frame(0, 1, 1, b"x"))
        await client.until(HeadersFrame)
        await client.close()
    assert calls == ["headers", "headers over", 16_384, 16_384, 16_384, 1, "done", ("close", 0)]


async def test_an_async_callback_is_cancelled_when_its_stream_is_reset() -> None:
    calls: list[Any] = []

    class Handler(BaseRequestHandler):
        async def on_headers(self) -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                calls.append("cancelled")
                raise

        def on_close(self, error_code: int) -> None:
            calls.append(("close", error_code))

    async with HTTP2Server(("127.0.0.1", 0), Handler) as server:
        client = await Client.to(server)
        client.requests(1)
        client.sends(write.ping(b"a fence."))
        await client.until(PingFrame)
        client.sends(write.rst_stream(1, 8), write.ping(b"a fence."))
        await client.until(PingFrame)
        for _ in range(3):
            await asyncio.sleep(0)
        assert calls == ["cancelled", ("close", 8)]
        client.requests(3)
        client.sends(write.ping(b"a fence."))
        await client.until(PingFrame)
        await client.close()
    assert calls == ["cancelled", ("close", 8), "cancelled", ("close", 2)]


async def test_an_exception_in_an_async_callback_resets_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    class Handler(BaseRequestHandler):
        async def on_headers(self) -> None:
            raise RuntimeError("on purpose")

    async with HTTP2Server(("127.0.0.1", 0), Handler) as server:
        client = await Client.to(server)
        client.requests(1)
        assert (await client.until(RstStreamFrame)).error_code == 2
        client.sends(write.ping(b"a fence."))
        await client.until(PingFrame)
        await client.close()
    assert "on purpose" in caplog.text


async def test_an_async_iterator_is_a_body_and_is_pulled_only_as_it_is_read() -> None:
    pulled: list[int] = []

    async def parts() -> AsyncIterator[bytes]:
        try:
            for number in range(100):
                await asyncio.sleep(0)
                pulled.append(number)
                yield bytes((number,)) * 10_000
        finally:
            pulled.append(-1)

    class Handler(BaseRequestHandler):
        def on_headers(self) -> None:
            self.send_response(200, None, parts())

    async with HTTP2Server(("127.0.0.1", 0), Handler) as server:
        client = await Client.to(server)
        client.requests(1)
        content = await client.content(1)
        assert content == b"".join(bytes((number,)) * 10_000 for number in range(100))
        assert pulled[-1] == -1
        pulled.clear()
        client.sends(write.settings(((4, 15_000),)))
        client.requests(3)
        client.sends(write.ping(b"a fence."))
        received = 0
        while received < 15_000:
            received += len((await client.until(DataFrame, 3)).data)
        for _ in range(20):
            await asyncio.sleep(0)
        assert pulled == [0, 1]
        client.sends(write.rst_stream(3, 8), write.ping(b"a fence."))
        await client.until(PingFrame)
        await client.close()
    assert pulled == [0, 1, -1]


async def test_an_async_iterator_that_fails_resets_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"some"
        raise RuntimeError("on purpose")

    class Handler(BaseRequestHandler):
        def on_headers(self) -> None:
            self.send_response(200, None, parts())

    async with HTTP2Server(("127.0.0.1", 0), Handler) as server:
        client = await Client.to(server)
        client.requests(1)
        assert (await client.until(RstStreamFrame)).error_code == 2
        await client.close()
    assert "on purpose" in caplog.text


@pytest.mark.parametrize("size", [50_000, 5 * MIB])
async def test_an_asynchronous_reverse_proxy_delivers_its_upstream_whole(size: int) -> None:
    content = os.urandom(size)

    async def upstream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + content)
        await writer.drain()
        writer.close()

    backend = await asyncio.start_server(upstream, "127.0.0.1", 0)
    port = backend.sockets[0].getsockname()[1]

    class Proxy(BaseRequestHandler):
        def on_headers(self) -> None:
            self.buffer, self.eof = io.BytesIO(), False
            self.task = asyncio.get_running_loop().create_task(self.fetch())
            self.send_response(200, None, self.generate)

        async def fetch(self) -> None:
            assert self.path is not None
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET " + self.path + b" HTTP/1.0\r\n\r\n")
            while (await reader.readline()).rstrip():
                pass
            while data := await reader.read(4096):
                position = self.buffer.tell()
                self.buffer.seek(0, io.SEEK_END)
                self.buffer.write(data)
                self.buffer.seek(position)
                self.resume()
            self.eof = True
            writer.close()
            self.resume()

        def generate(self, n: int) -> tuple[bytes | None, int]:
            data = self.buffer.read1(n)
            if data:
                return data, DATA_OK
            return None, DATA_EOF if self.eof else DATA_DEFERRED

    async with backend, HTTP2Server(("127.0.0.1", 0), Proxy) as server:
        client = await Client.to(server)
        client.requests(1)
        assert await client.content(1) == content
        await client.close()


# The end.


async def test_a_client_that_half_closes_gets_its_answer_and_a_goaway() -> None:
    class Late(BaseRequestHandler):
        def on_request_done(self) -> None:
            self.call_later(0.01, lambda: self.send_response(200, None, b"late"))

    async with HTTP2Server(("127.0.0.1", 0), Late) as server:
        client = await Client.to(server)
        client.requests(1)
        client.writer.write_eof()
        goaway = await client.until(GoAwayFrame)
        assert (goaway.last_stream_id, goaway.error_code) == (1, 0)
        assert await client.content(1) == b"late"
        assert await client.next_frame() is None
        await client.close()


async def test_a_client_that_half_closes_an_idle_connection_gets_a_goaway(server: HTTP2Server) -> None:
    client = await Client.to(server)
    client.writer.write_eof()
    assert (await client.until(GoAwayFrame)).error_code == 0
    assert await client.next_frame() is None
    await client.close()


def test_tls_suites_without_forward_secrecy_or_aead_are_dropped(server_tls: ssl.SSLContext) -> None:
    server_tls.set_ciphers("ECDHE+AESGCM:ECDHE+AES:AES128-GCM-SHA256")
    with HTTP2Server(("127.0.0.1", 0), Echo, ssl=server_tls):
        names = {suite["name"] for suite in server_tls.get_ciphers() if suite["protocol"] == "TLSv1.2"}
    assert "ECDHE-RSA-AES128-GCM-SHA256" in names
    assert not names & {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256"}


async def test_close_drains_what_was_requested() -> None:
    handlers: list[BaseRequestHandler] = []

    class Slow(BaseRequestHandler):
        def on_request_done(self) -> None:
            handlers.append(self)

    server = await HTTP2Server(("127.0.0.1", 0), Slow).start()
    address = server.address
    client = await Client.to(server)
    client.requests(1)
    client.sends(write.ping(b"a fence."))
    await client.until(PingFrame)
    server.close()
    assert (await client.until(GoAwayFrame)).last_stream_id == 2**31 - 1
    ping = await client.until(PingFrame)
    client.sends(write.ping(ping.payload, ack=True))
    assert (await client.until(GoAwayFrame)).last_stream_id == 1
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*address)
    handlers[0].send_response(200, None, b"in the end")
    assert await client.content(1) == b"in the end"
    assert await client.next_frame() is None
    await client.close()
    await server.wait_closed()


async def test_serve_forever_in_a_running_loop_is_refused() -> None:
    with HTTP2Server(("127.0.0.1", 0), Echo) as server, pytest.raises(UsageError):
        server.serve_forever()


def test_serve_forever_runs_in_a_thread_until_close() -> None:
    server = HTTP2Server(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    async def visit() -> bytes:
        client = await Client.to(server)
        client.requests(1, replaced(GET, path=b"/3"))
        content = await client.content(1)
        await client.close()
        return content

    assert asyncio.run(visit()) == b"xxx"
    server.close()
    thread.join(10)
    assert not thread.is_alive()


PROGRAM = """
import sys, nghttp2
class Slow(nghttp2.BaseRequestHandler):
    def on_headers(self):
        self.left = 40
        self.send_response(200, None, self.generate)
    def generate(self, n):
        self.call_later(0.005, self.resume)
        if self.left == 0:
            return None, nghttp2.DATA_EOF
        if self.left % 2:
            self.left -= 1
            return b'x' * 1000, nghttp2.DATA_OK
        self.left -= 1
        return None, nghttp2.DATA_DEFERRED
server = nghttp2.HTTP2Server(('127.0.0.1', 0), Slow)
print(server.port, flush=True)
server.serve_forever()
print('ended', flush=True)
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    yield started
    started.kill()
    started.wait()
    assert started.stdout is not None
    started.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_and_no_response_is_cut(process: subprocess.Popen[str], number: int) -> None:
    assert process.stdout is not None
    port = int(await asyncio.to_thread(process.stdout.readline))
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    client.sends(PREFACE, write.settings(()), write.SETTINGS_ACK)
    for stream_id in (1, 3):
        client.requests(stream_id)
    await client.until(DataFrame, 3)
    process.send_signal(number)
    received = {1: 0, 3: 1000}
    ended: set[int] = set()
    while ended != {1, 3}:
        frame = await client.next_frame()
        assert frame is not None
        assert not isinstance(frame, RstStreamFrame)
        if isinstance(frame, PingFrame) and not frame.ack:
            client.sends(write.ping(frame.payload, ack=True))
        if isinstance(frame, DataFrame):
            received[frame.stream_id] += len(frame.data)
            if frame.end_stream:
                ended.add(frame.stream_id)
    assert await client.next_frame() is None
    assert received[1] in (19_000, 20_000)
    assert received[3] == 20_000
    assert await asyncio.to_thread(process.stdout.readline) == "ended\n"
    assert await asyncio.to_thread(process.wait) == 0
    await client.close()
