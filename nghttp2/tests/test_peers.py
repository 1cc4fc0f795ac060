"""The server against real clients: curl, nghttp, h2load, httpx, over TCP and TLS."""

import asyncio
import os
import re
import shutil
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trustme

from nghttp2 import BaseRequestHandler, HTTP2Server

pytestmark = pytest.mark.peers

MIB = 1024 * 1024


class Site(BaseRequestHandler):
    """`/` a page, `/echo` what was sent, `/large` 8 MiB, `/trailers`, `/push`, `/hints`."""

    def on_headers(self) -> None:
        self.content = bytearray()
        if self.path == b"/push":
            self.push("/style.css", request_headers=[("x-from", "push")], body="body{margin:0;}")
        if self.path == b"/hints":
            self.send_informational(103, [("link", "</style.css>; rel=preload")])

    def on_data(self, data: bytes) -> None:
        self.content += data

    def on_request_done(self) -> None:
        if self.path == b"/echo":
            self.send_response(200, [("content-length", str(len(self.content)))], self.content)
        elif self.path == b"/large":
            self.send_response(200, None, iter([b"x" * MIB] * 8))
        elif self.path == b"/trailers":
            self.send_response(200, None, b"content", trailers=[("x-checksum", "42")])
        else:
            self.send_response(200, [("content-type", "text/plain")], b"a page\n")


class Service:
    """A running server and how to reach it."""

    def __init__(self, server: HTTP2Server, authority: Path, is_tls: bool) -> None:
        self.server = server
        self.url = f"http{'s' if is_tls else ''}://localhost:{server.port}"
        self.authority = str(authority)
        self.curl = ["--cacert", self.authority] if is_tls else ["--http2-prior-knowledge"]


@pytest.fixture(params=["tcp", "tls"])
async def service(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Service]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = None
    if request.param == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
    # "localhost" may be looked up as either address.
    async with HTTP2Server(("localhost", 0), Site, ssl=context) as server:
        yield Service(server, tmp_path / "ca.pem", context is not None)


async def run(program: str, *arguments: str) -> bytes:
    """Run a client to its end; return what it printed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, (output + errors).decode(errors="replace")[-2000:]
    return output


@pytest.fixture
def megabyte(tmp_path: Path) -> Path:
    path = tmp_path / "megabyte"
    path.write_bytes(os.urandom(MIB))
    return path


async def test_curl_gets_a_page(service: Service) -> None:
    output = await run("curl", "-sS", *service.curl, service.url + "/", "-w", "%{http_version} %{http_code}")
    assert output == b"a page\n2 200"


@pytest.mark.parametrize("expect", [[], ["-H", "Expect: 100-continue"]], ids=["plain", "100-continue"])
async def test_curl_has_a_megabyte_echoed(service: Service, megabyte: Path, expect: list[str]) -> None:
    answer = megabyte.with_suffix(".answer")
    sends = ["--data-binary", f"@{megabyte}", "-o", str(answer)]
    await run("curl", "-sS", *service.curl, *expect, *sends, service.url + "/echo")
    assert answer.read_bytes() == megabyte.read_bytes()


async def test_curl_sees_early_hints_head_and_a_large_body(service: Service) -> None:
    shown = await run(
        "curl", "-sS", "-v", "--stderr", "-", *service.curl, service.url + "/hints", "-o", os.devnull
    )
    assert b"< HTTP/2 103" in shown
    assert b"< HTTP/2 200" in shown
    assert (await run("curl", "-sS", "-I", *service.curl, service.url + "/large")).startswith(b"HTTP/2 200")
    size = await run(
        "curl", "-sS", *service.curl, service.url + "/large", "-o", os.devnull, "-w", "%{size_download}"
    )
    assert int(size) == 8 * MIB


async def test_curl_runs_ten_transfers_on_one_connection(service: Service) -> None:
    if service.url.startswith("http:"):
        pytest.skip("curl 7.88 fails with parallel transfers by prior knowledge, with every server")
    urls = [item for number in range(10) for item in (f"{service.url}/large?{number}", "-o", os.devnull)]
    output = await run(
        "curl", "-sS", *service.curl, "--parallel", *urls, "-w", "%{http_code} %{num_connects}\n"
    )
    lines = output.decode().split("\n")[:-1]
    assert [line.split()[0] for line in lines] == ["200"] * 10
    assert sum(int(line.split()[1]) for line in lines) == 1


async def test_nghttp_gets_trailers_and_a_push(service: Service) -> None:
    shown = await run("nghttp", "-nv", service.url + "/trailers")
    assert b"x-checksum: 42" in shown
    shown = await run("nghttp", "-nv", service.url + "/push")
    assert b"recv PUSH_PROMISE" in shown
    assert shown.count(b":status: 200") == 2


async def test_nghttp_has_a_megabyte_echoed(service: Service, megabyte: Path) -> None:
    assert await run("nghttp", "-d", str(megabyte), service.url + "/echo") == megabyte.read_bytes()


async def test_nghttp_sends_trailers_and_continuations(service: Service, megabyte: Path) -> None:
    arguments = ["-nv", "--continuation", "--trailer", "x-sum: 7", "-d", str(megabyte)]
    assert b":status: 200" in await run("nghttp", *arguments, service.url + "/echo")


async def test_h2load_finishes_with_no_failure(service: Service) -> None:
    output = (await run("h2load", "-n", "2000", "-c", "4", "-m", "10", service.url + "/")).decode()
    assert re.search(r"2000 succeeded, 0 failed, 0 errored, 0 timeout", output), output


async def test_httpx_gets_echoes_and_runs_a_hundred_streams(service: Service, megabyte: Path) -> None:
    httpx = pytest.importorskip("httpx")
    context = ssl.create_default_context(cafile=service.authority)
    async with httpx.AsyncClient(
        http1=False, http2=True, verify=context, trust_env=False, timeout=60
    ) as client:
        response = await client.get(service.url + "/")
        assert (response.http_version, response.status_code, response.text) == ("HTTP/2", 200, "a page\n")
        content = megabyte.read_bytes()
        assert (await client.post(service.url + "/echo", content=content)).content == content
        answers = await asyncio.gather(*(client.get(f"{service.url}/?{number}") for number in range(100)))
        assert {answer.status_code for answer in answers} == {200}
    assert service.server.stats["requests"] == 102
