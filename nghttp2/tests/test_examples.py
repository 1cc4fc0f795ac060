"""The examples, each run as the program it is, over real sockets."""

import ast
import asyncio
import contextlib
import hashlib
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from nghttp2 import BaseRequestHandler, BaseResponseHandler, HTTP2Client, HTTP2Server
from nghttp2 import frame_writer as write
from nghttp2.codes import PREFACE
from nghttp2.frames import DataFrame, HeadersFrame, PushPromiseFrame

from .peer import GET, replaced
from .test_server import Client

EXAMPLES = Path(__file__).parent.parent / "examples"
ROOT = EXAMPLES.parent.parent


@contextlib.asynccontextmanager
async def running(name: str, *arguments: object) -> AsyncIterator[tuple[str, int]]:
    """Run an example; yield the address that it prints; end it with SIGTERM, which must be clean."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", f"nghttp2.examples.{name}", *map(str, arguments)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    try:
        line = await program.stdout.readline()
        assert line, (await program.communicate())[1].decode()
        host, port = ast.literal_eval(line.decode())
        yield host, port
    finally:
        program.send_signal(signal.SIGTERM)
        _, errors = await program.communicate()
    assert (program.returncode in (0, -signal.SIGTERM), errors) == (True, b"")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_under_60_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) < 60


async def test_push_in_the_order_of_the_reference_text(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(tls)
    tls.set_alpn_protocols(["h2"])
    async with running("push", tmp_path / "cert.pem", tmp_path / "key.pem", 0) as address:
        reader, writer = await asyncio.open_connection(*address, ssl=tls, server_hostname="localhost")
        client = Client(reader, writer)
        client.sends(PREFACE, write.settings(()), write.SETTINGS_ACK)
        client.requests(1, replaced(GET, scheme=b"https"))
        order: list[tuple[str, Any]] = []
        content = {1: b"", 2: b""}
        ended: set[int] = set()
        while ended != {1, 2}:
            frame = await client.next_frame()
            match frame:
                case PushPromiseFrame(1, 2):
                    order.append(("PUSH_PROMISE", (1, 2)))
                case HeadersFrame(stream_id):
                    order.append(("HEADERS", stream_id))
                case DataFrame(stream_id, data, end_stream):
                    order.append(("DATA", stream_id))
                    content[stream_id] += data
                    if end_stream:
                        ended.add(stream_id)
            assert frame is not None
        await client.close()
    assert order == [("PUSH_PROMISE", (1, 2)), ("HEADERS", 1), ("HEADERS", 2), ("DATA", 1), ("DATA", 2)]
    assert content == {1: b"nghttp2-python FTW", 2: b"body{margin:0;}"}


class Upstream:
    """An HTTP/1.0 server: /N answers with N octets that tell their place."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split()[1].decode()
        self.paths.append(path)
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            left = int(path[1:])
            for block in blocks(left):
                writer.write(block)
                await writer.drain()
        writer.close()


def blocks(size: int) -> Any:
    """Yield `size` octets, each block of 50,000 with a number of its own."""
    for number in range(0, size, 50_000):
        yield (b"%010d" % number * 5_000)[: size - number]


@pytest.mark.parametrize("size", [0, 1, 50_000, 50_000_000])
async def test_the_reverse_proxy_delivers_an_upstream_body_whole(size: int) -> None:
    upstream = Upstream()
    async with await asyncio.start_server(upstream.serve, "localhost", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        async with running("reverse_proxy", port, 0) as address, HTTP2Client(address) as client:
            response = await client.request(url=f"/{size}")
    assert upstream.paths == [f"/{size}"]
    expected = hashlib.sha256()
    for block in blocks(size):
        expected.update(block)
    assert (response.status, len(response.content)) == (200, size)
    assert hashlib.sha256(response.content).digest() == expected.digest()


async def test_echo_sends_back_what_comes_while_it_comes() -> None:
    content = os.urandom(3_000_000)
    async with running("echo", 0) as address, HTTP2Client(address) as client:
        response = await client.request("POST", "/", [("content-type", "x/y")], content)
        assert response.content == content
        assert (b"content-type", b"x/y") in response.headers
        assert (await client.request()).content == b""
        answered = asyncio.Event()

        async def parts() -> AsyncIterator[bytes]:
            yield b"first"
            await answered.wait()
            yield b"last"

        class Reply(BaseResponseHandler):
            content = b""

            def on_data(self, data: bytes) -> None:
                self.content += data
                answered.set()  # the rest is sent only when the first part is back

        reply = Reply()
        client.send_request("POST", body=parts(), handler=reply)
    assert reply.content == b"firstlast"


async def test_files_come_with_head_and_a_checksum_in_a_trailer(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    content = os.urandom(500_000)
    (folder / "a b.bin").write_bytes(content)
    (tmp_path / "secret").write_text("no")
    async with running("files", folder, 0) as address, HTTP2Client(address) as client:
        response = await client.request(url="/a%20b.bin")
        assert response.content == content
        assert response.trailers == [(b"x-sha256", hashlib.sha256(content).hexdigest().encode())]
        head = await client.request("HEAD", "/a%20b.bin")
        assert (head.status, head.content, head.trailers) == (200, b"", [])
        assert dict(head.headers)[b"content-length"] == b"500000"
        for path in ("/none", "/../secret", "/%2e%2e/secret", "//secret", "/%00"):
            assert (await client.request(url=path)).status == 404, path
        assert (await client.request("POST")).status == 405


async def test_an_asynchronous_handler_counts_down() -> None:
    async with running("countdown", 0) as address, HTTP2Client(address) as client:
        response = await client.request(url="/3")
        assert response.content == b"3\n2\n1\nlift-off\n"
        assert (await client.request(url="/x")).status == 404


async def test_the_client_fetches_paths_at_the_same_time() -> None:
    class Pushing(BaseRequestHandler):
        def on_headers(self) -> None:
            if self.path == b"/refused":
                self.reset(7)
                return
            if self.path == b"/":
                self.push("/pushed", body="12")
            self.send_response(200, None, b"12345")

    async with HTTP2Server(("127.0.0.1", 0), Pushing) as server:
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", "-m", "nghttp2.examples.client"),
            *(*map(str, server.address), "/", "/a", "/refused"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        output, errors = await program.communicate()
    assert errors == b""
    assert sorted(output.decode().splitlines()) == [
        "/ 200 5 octets",
        "/a 200 5 octets",
        "/pushed 200 2 octets pushed",
        "/refused failed with code 7: try again",
    ]
