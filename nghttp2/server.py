"""The server: listening sockets, connections, signals, graceful end (RFC 9113 3, 6.8)."""

import asyncio
import contextlib
import logging
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from .driver import Driver
from .errors import UsageError
from .guard import MemoryBudget, Stats
from .handler import BaseRequestHandler
from .limits import DEFAULT_LIMITS, Limits
from .listening import BACKLOG, bind
from .serving import ServerSession
from .session import SessionProtocol
from .tls import TLSContext, agreed_on_h2, peer_certificate, prepare

log = logging.getLogger("nghttp2.server")


class HTTP2Server:
    """An HTTP/2 server on asyncio.

    Synchronous use: `HTTP2Server(address, Handler).serve_forever()`.  In a running loop:
    `async with HTTP2Server(address, Handler) as server: ...`, or `await start()`, `await serve()`,
    `close()` and `await wait_closed()`.

    address: (host, port), host None or '' for all interfaces, port 0 for a free one; or the path of a Unix
    socket. RequestHandlerClass: a subclass of BaseRequestHandler, one instance for each request.
    ssl: a server-side context with its certificate, or None for TCP with prior knowledge (RFC 9113 3.3).
    reuse_port: several processes may listen on the port.
    allow_connect: hand CONNECT requests to handlers; else they are answered 501.
    connect_protocols: `:protocol` values of extended CONNECT (RFC 8441) to accept, such as b'websocket'.
    limits: see Limits; any of its fields may also be given by name.

    The sockets are bound in the constructor.  Raises OSError if that fails, UsageError or TypeError for
    limits that do not exist or cannot be.
    """

    session_class: Callable[..., ServerSession] = ServerSession
    """What is made for each connection; a subclass may watch its octets and events."""

    def __init__(
        self,
        address: tuple[str | None, int] | str | bytes | os.PathLike[str],
        RequestHandlerClass: type[BaseRequestHandler],  # noqa: N803 - the name in the nghttp2 API
        ssl: TLSContext | None = None,
        *,
        reuse_port: bool = False,
        allow_connect: bool = False,
        connect_protocols: Iterable[str | bytes] = (),
        limits: Limits = DEFAULT_LIMITS,
        **limit: Any,
    ) -> None:
        self.limits = replace(limits, **limit) if limit else limits
        self.loop: asyncio.AbstractEventLoop | None = None
        self.server: asyncio.Server | None = None
        self._servers: list[asyncio.Server] = []
        self._handler_class = RequestHandlerClass
        self._ssl = None if ssl is None else prepare(ssl)
        self._allow_connect = allow_connect
        self._connect_protocols = tuple(connect_protocols)
        self._connections: set[SessionProtocol] = set()
        self._per_address: Counter[str] = Counter()
        self._closed_stats = Stats()
        self._budget = MemoryBudget(self.limits.memory_budget)
        self._is_closing = False
        self._all_closed: asyncio.Event | None = None
        self._unix_path: str | None = None
        self._buffer = memoryview(bytearray(self.limits.bytes_per_turn))
        self._sockets = bind(address, reuse_port)
        if isinstance(address, str | bytes | os.PathLike):
            self._unix_path = os.fsdecode(address)

    @property
    def addresses(self) -> list[Any]:
        """Where the sockets are bound: (host, port), (host, port, flow, scope) or a path."""
        return [item.getsockname() for item in self._sockets]

    @property
    def address(self) -> Any:
        """Where the first socket is bound."""
        return self.addresses[0]

    @property
    def port(self) -> int:
        """The port of the first socket."""
        return int(self.address[1])

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    @property
    def stats(self) -> Stats:
        """Counters of all connections, those that are gone included."""
        total = Stats()
        total.merge(self._closed_stats)
        for protocol in self._connections:
            if protocol.session is not None:
                total.merge(protocol.session.stats)
        return total

    # Connections.

    def _protocol(self) -> SessionProtocol:
        assert self.loop is not None
        return SessionProtocol(self.loop, self._accept, self._lost, self._buffer)

    def _accept(self, protocol: SessionProtocol) -> Driver | None:
        transport = protocol.transport
        assert transport is not None
        assert self.loop is not None
        address = transport.get_extra_info("peername")
        host = address[0] if isinstance(address, tuple) else ""
        limits = self.limits
        # RFC 9113 3.2: "HTTP/2 over TLS uses the 'h2' protocol identifier."
        if not agreed_on_h2(transport):
            log.info("connection of %s without ALPN h2 refused", address)
            return None
        if self._is_closing or len(self._connections) >= limits.max_connections:
            self._closed_stats.add("limit:max_connections")
            log.warning("connection of %s refused: max_connections", address)
            return None
        if self._budget.refuses_connections:
            self._closed_stats.add("limit:memory_budget")
            log.warning("connection of %s refused: memory_budget", address)
            return None
        per_address = limits.max_connections_per_address
        if per_address is not None and self._per_address[host] >= per_address:
            self._closed_stats.add("limit:max_connections_per_address")
            log.warning("connection of %s refused: max_connections_per_address", address)
            return None
        self._connections.add(protocol)
        self._per_address[host] += 1
        log.debug("connection of %s", address)
        return self.session_class(
            self._handler_class,
            limits,
            clock=self.loop.time,
            client_address=address,
            client_certificate=peer_certificate(transport),
            allow_connect=self._allow_connect,
            connect_protocols=self._connect_protocols,
            on_wake=protocol.wake,
            spawn=protocol.spawn,
            budget=self._budget,
        )

    def _lost(self, protocol: SessionProtocol) -> None:
        if protocol not in self._connections:
            return
        self._connections.discard(protocol)
        session = protocol.session
        if isinstance(session, ServerSession):
            self._closed_stats.merge(session.stats)
            address = session.client_address
            host = address[0] if isinstance(address, tuple) else ""
            self._per_address[host] -= 1
            if not self._per_address[host]:
                del self._per_address[host]
        self._see_end()

    def _see_end(self) -> None:
        if self._is_closing and not self._connections and self._all_closed is not None:
            self._all_closed.set()

    # Inside a running loop.

    async def start(self) -> Self:
        """Accept connections from now on, in the running loop; no effect if that is so already."""
        if self._servers:
            return self
        if self._is_closing:
            raise UsageError("the server was closed")
        self.loop = asyncio.get_running_loop()
        self._all_closed = asyncio.Event()
        for item in self._sockets:
            tls: dict[str, Any] = {}
            if self._ssl is not None:
                tls = {"ssl": self._ssl, "ssl_handshake_timeout": self.limits.preface_timeout or 60.0}
            self._servers.append(
                await self.loop.create_server(self._protocol, sock=item, backlog=BACKLOG, **tls)
            )
        self.server = self._servers[0]
        for address in self.addresses:
            log.info("listening on %s", address)
        return self

    async def serve(self) -> None:
        """Serve until `close` is called and the last connection ended."""
        await self.start()
        await self.wait_closed()

    def close(self) -> None:
        """Stop listening and end every connection gracefully (RFC 9113 6.8); may be called from another
        thread.

        What was requested is still answered, within `drain_timeout`; `wait_closed` tells when that is done.
        """
        loop = self.loop
        if loop is not None and loop.is_running() and not _runs_here(loop):
            loop.call_soon_threadsafe(self.close)
            return
        if self._is_closing:
            return
        self._is_closing = True
        for server in self._servers:
            server.close()
        for item in self._sockets:
            item.close()
        if self._unix_path is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._unix_path)
        for protocol in list(self._connections):
            if isinstance(protocol.session, ServerSession):
                protocol.session.shutdown()
        self._see_end()

    def abort(self) -> None:
        """Close every connection at once, whatever it was doing."""
        self.close()
        for protocol in list(self._connections):
            if protocol.transport is not None:
                protocol.transport.abort()

    async def wait_closed(self) -> None:
        """Wait until `close` was called and the last connection ended."""
        if self._all_closed is not None:
            await self._all_closed.wait()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        await self.wait_closed()

    # Without a loop.

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def serve_forever(self) -> None:
        """Serve until SIGINT or SIGTERM, then drain; a second signal closes at once.

        Signals are handled in the main thread only; elsewhere `close` ends it.
        Raises UsageError inside a running loop, where `await serve()` does the same.
        """
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop()
            raise UsageError("serve_forever cannot run inside a running loop; use `await server.serve()`")
        asyncio.run(self._serve_with_signals())

    async def _serve_with_signals(self) -> None:
        loop = asyncio.get_running_loop()
        handled: list[signal.Signals] = []

        def stop() -> None:
            if self._is_closing:
                self.abort()
            else:
                self.close()

        for number in (signal.SIGINT, signal.SIGTERM):
            # ValueError, RuntimeError: not the main thread.
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                loop.add_signal_handler(number, stop)
                handled.append(number)
        try:
            await self.serve()
        finally:
            for number in handled:
                loop.remove_signal_handler(number)
            self.abort()


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
