"""A tapping proxy on loopback: every octet of a connection passes unchanged and is kept, each way apart.

With certificates the proxy ends TLS on both sides, so that the octets it keeps are HTTP/2 frames.
"""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from .certificates import Certificates

CAPTURE_LIMIT = 1 << 20
"""Octets kept of each direction of a connection; the rest still passes."""


@dataclass(slots=True)
class Capture:
    """One tapped connection."""

    sent: bytearray = field(default_factory=bytearray)
    """From the client."""
    received: bytearray = field(default_factory=bytearray)
    """From the server."""


class Tap:
    """Listens on a free loopback port and forwards to `port`; use as an asynchronous context manager."""

    def __init__(self, port: int, certificates: Certificates | None = None) -> None:
        self._target = port
        self._certificates = certificates
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.captures: list[Capture] = []
        self.port = 0

    async def __aenter__(self) -> Self:
        context = None
        if self._certificates is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self._certificates.chain, self._certificates.key)
            context.set_alpn_protocols(["h2"])
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with _closing(writer):
            context = None
            if self._certificates is not None:
                context = ssl.create_default_context(cafile=str(self._certificates.authority))
                context.set_alpn_protocols(["h2"])
            name = "localhost" if context is not None else None
            far_reader, far_writer = await asyncio.open_connection(
                "127.0.0.1", self._target, ssl=context, server_hostname=name
            )
            async with _closing(far_writer):
                capture = Capture()
                self.captures.append(capture)
                await asyncio.gather(
                    _pump(reader, far_writer, capture.sent), _pump(far_reader, writer, capture.received)
                )


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Close at the end, and wait for it; at once when the task is cancelled."""
    try:
        yield
        writer.close()
        await writer.wait_closed()
    except (ConnectionError, ssl.SSLError):
        pass  # either side may go at any time
    finally:
        writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray) -> None:
    """Copy one direction to its end; the end is passed on by closing the other side."""
    try:
        while data := await reader.read(65_536):
            kept += data[: max(0, CAPTURE_LIMIT - len(kept))]
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass  # either side may go at any time: the other learns it by the close below
    finally:
        writer.close()


class RunningTap:
    """A `Tap` on an event loop in a thread of its own, for callers that wait for a client to end."""

    def __init__(self, port: int, certificates: Certificates | None = None) -> None:
        self._tap = Tap(port, certificates)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Event | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._tap.port

    @property
    def captures(self) -> list[Capture]:
        """The connections so far."""
        return self._tap.captures

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._done is not None
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._done = asyncio.Event()
        async with self._tap:
            self._ready.set()
            await self._done.wait()
