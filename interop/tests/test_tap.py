"""The tapping proxy."""

import asyncio
import ssl
from pathlib import Path

import pytest

from ..certificates import issue
from ..tap import Tap


async def _upper(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.read(100)).upper())
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("tls", [False, True])
async def test_octets_pass_unchanged_and_are_kept(tmp_path: Path, tls: bool) -> None:

    certificates = issue(tmp_path) if tls else None
    server_context = client_context = None
    if certificates is not None:
        server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server_context.load_cert_chain(certificates.chain, certificates.key)
        client_context = ssl.create_default_context(cafile=str(certificates.authority))
    server = await asyncio.start_server(_upper, "127.0.0.1", 0, ssl=server_context)
    async with server, Tap(server.sockets[0].getsockname()[1], certificates) as tap:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", tap.port, ssl=client_context, server_hostname="localhost" if tls else None
        )
        writer.write(b"abc")
        assert await reader.read(100) == b"ABC"
        writer.close()
        await writer.wait_closed()
        (capture,) = tap.captures
        assert (bytes(capture.sent), bytes(capture.received)) == (b"abc", b"ABC")
