"""The client: one connection to a server (RFC 9113 3, 8)."""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Final, Self

from .codes import ErrorCode
from .errors import Nghttp2Error, RequestFault, UsageError
from .guard import Stats
from .limits import Limits
from .request import Request, prepare_for
from .requesting import CLIENT_LIMITS, ClientSession
from .response import MAX_CONTENT, Collector, Response
from .response_handler import BaseResponseHandler
from .sending import Headers, Trailers
from .session import SessionProtocol
from .tls import TLSContext, agreed_on_h2, prepare, refused_h2

log = logging.getLogger("nghttp2.client")

_CLOSE_NOTIFY_S: Final = 1.0  # for the server's, which has nothing more to say; some never send it


class HTTP2Client:
    """A connection to an HTTP/2 server, on asyncio.

    With callbacks: make the client, `send_request(..., handler=...)` at any time, run its `io_loop`.
    In a running loop: `async with HTTP2Client(address) as client: response = await client.request(url="/")`.
    Without one: `with HTTP2Client(address) as client: client.send_request(...)`; leaving the block runs the
    loop until every request is answered.

    address: (host, port), or the path of a Unix socket.
    loop: where it runs; by default the running loop, else one of its own.
    ssl: a client-side context, or None for TCP with prior knowledge (RFC 9113 3.3).  The server has to choose
    `h2` by ALPN, else the connection is closed.
    server_hostname: for SNI and the certificate, if it is not the host of `address`.
    authority: `:authority` of requests whose URL is a path only, by default that of `address`.
    enable_push: let the server promise responses (see BaseResponseHandler.on_push_promise).
    limits: see Limits; any of its fields may also be given by name.

    The connection is made when the loop runs; requests wait for it.  Raises UsageError or TypeError for
    limits that do not exist or cannot be.
    """

    session_class: Callable[..., ClientSession] = ClientSession
    """What is made for the connection; a subclass may watch its octets."""

    def __init__(
        self,
        address: tuple[str, int] | str | bytes | os.PathLike[str],
        loop: asyncio.AbstractEventLoop | None = None,
        ssl: TLSContext | None = None,
        *,
        server_hostname: str | None = None,
        authority: str | None = None,
        enable_push: bool = True,
        limits: Limits = CLIENT_LIMITS,
        **limit: Any,
    ) -> None:
        self.limits = replace(limits, **limit) if limit else limits
        self.address = address if isinstance(address, tuple) else os.fsdecode(address)
        self.error: Exception | None = None
        self.session: ClientSession | None = None
        self._owns_loop = False
        if loop is None:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                loop = asyncio.new_event_loop()
                self._owns_loop = True
        self.loop = loop
        self._ssl = None if ssl is None else prepare(ssl)
        self._server_hostname = server_hostname
        self._scheme = b"http" if ssl is None else b"https"
        self._authority = (authority or self._default_authority()).encode()
        self._enable_push = enable_push
        self._early: deque[Request] = deque()  # until there is a connection
        self._protocol: SessionProtocol | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._is_closing = False
        self._flush_due = False
        self._last_words: list[asyncio.Future[None]] = []  # on_close of requests that were never sent
        self._closed = asyncio.Event()

    def _default_authority(self) -> str:
        if isinstance(self.address, str):
            return "localhost"
        host, port = self.address[:2]
        if ":" in host:
            host = f"[{host}]"
        return host if port == (80 if self._ssl is None else 443) else f"{host}:{port}"

    @property
    def io_loop(self) -> asyncio.AbstractEventLoop:
        """The loop that has to run."""
        return self.loop

    @property
    def takes_requests(self) -> bool:
        """Requests are sent or queued: the connection stands, or is being made, and is not about to end."""
        if self._is_closing or self._closed.is_set() or self.error is not None:
            return False
        return self.session is None or self.session.takes_requests

    @property
    def stats(self) -> Stats:
        """Counters of the connection."""
        return Stats() if self.session is None else self.session.stats

    # Requests.

    def send_request(
        self,
        method: str | bytes = "GET",
        url: str | bytes = "/",
        headers: Headers | None = None,
        body: Any = None,
        handler: BaseResponseHandler | None = None,
        *,
        trailers: Trailers | None = None,
        protocol: str | bytes | None = None,
    ) -> BaseResponseHandler:
        """Send a request, or queue it until the server takes another stream; return its handler.

        url: a path with its query, or an absolute URL, whose scheme and authority then take the place of the
        connection's; for CONNECT host:port; `*` for OPTIONS.
        headers: pairs of str (sent as UTF-8) or bytes, in order; names go out in lower case; `host` becomes
        `:authority`.
        body: as BaseRequestHandler.send_response takes it.  It is read only as fast as the server takes it.
        With `expect: 100-continue` in the headers, not before 100 (Continue) came or a second went by.  With
        CONNECT it is what goes into the tunnel, once the server answered 2xx; on_data gets what comes out.
        `content-length` is added where the body is str or bytes.
        handler: gets the response; one for each request.
        trailers: pairs to be sent after the body, or a function without arguments that returns them then.
        protocol: `:protocol` of an extended CONNECT (RFC 8441).

        Raises ValueError or TypeError for what cannot be sent, RequestFault if the connection ended or is
        about to, UsageError after `close`, for a handler that was used, and for an extended CONNECT that the
        server does not take.
        """
        if self._is_closing:
            raise UsageError("the client was closed")
        if not self.takes_requests:
            raise RequestFault(ErrorCode.REFUSED_STREAM, "the connection takes no more requests", True)
        request = prepare_for(
            handler,
            self._scheme,
            self._authority,
            method=method,
            url=url,
            headers=headers,
            body=body,
            trailers=trailers,
            protocol=protocol,
        )
        if self.session is not None:
            return self.session.submit(request)
        self._early.append(request)
        self._start()
        return request.handler

    async def request(
        self,
        method: str | bytes = "GET",
        url: str | bytes = "/",
        headers: Headers | None = None,
        body: Any = None,
        *,
        trailers: Trailers | None = None,
        max_content: int = MAX_CONTENT,
    ) -> Response:
        """Send a request and return the whole response; see `send_request`.

        Raises RequestFault if there is none, or if it has more than `max_content` octets.  Cancelling this
        cancels the request.
        """
        result: asyncio.Future[Response | RequestFault] = self.loop.create_future()

        def settle(outcome: Response | RequestFault) -> None:
            if not result.done():
                result.set_result(outcome)

        collector = Collector(settle, max_content)
        self.send_request(method, url, headers, body, collector, trailers=trailers)
        try:
            outcome = await result
        except asyncio.CancelledError:
            self._cancel(collector)
            raise
        if isinstance(outcome, RequestFault):
            raise outcome
        return outcome

    def _cancel(self, handler: BaseResponseHandler) -> None:
        if handler.http2 is not None:
            handler.reset()
            return
        for request in [item for item in self._early if item.handler is handler]:
            self._early.remove(request)
            self._drop(request)

    # The connection.

    def _start(self) -> None:
        if self._connecting is None:
            self._connecting = self.loop.create_task(self._connect())

    async def connect(self) -> Self:
        """Connect now, if that was not done yet.

        Raises OSError or ssl.SSLError if that fails, Nghttp2Error if the server does not choose `h2` by ALPN.
        """
        self._start()
        assert self._connecting is not None
        try:
            await asyncio.shield(self._connecting)
        except asyncio.CancelledError:
            self.abort()
            raise
        if self.error is not None:
            raise self.error
        return self

    async def _connect(self) -> None:
        buffer = memoryview(bytearray(self.limits.bytes_per_turn))

        def make_protocol() -> SessionProtocol:
            return SessionProtocol(self.loop, self._connected, self._lost, buffer)

        tls: dict[str, Any] = {}
        if self._ssl is not None:
            host = self._server_hostname or ("" if isinstance(self.address, str) else self.address[0])
            tls = {
                "ssl": self._ssl,
                "server_hostname": host,
                "ssl_handshake_timeout": self.limits.preface_timeout or 60.0,
                "ssl_shutdown_timeout": _CLOSE_NOTIFY_S,
            }
        try:
            if isinstance(self.address, str):
                await self.loop.create_unix_connection(make_protocol, self.address, **tls)
            else:
                await self.loop.create_connection(make_protocol, *self.address[:2], **tls)
        except OSError as error:
            self.error = error
            if refused_h2(error):
                self.error = _no_h2()
                self.error.__cause__ = error
            log.warning("no connection to %s: %s", self.address, self.error)
        finally:
            if self.session is None:
                self._ended()

    def _connected(self, protocol: SessionProtocol) -> ClientSession | None:
        transport = protocol.transport
        assert transport is not None
        self._protocol = protocol
        # RFC 9113 3.2: "HTTP/2 over TLS uses the 'h2' protocol identifier."
        if not agreed_on_h2(transport):
            self.error = _no_h2()
            log.warning("no connection to %s: %s", self.address, self.error)
            return None
        self.session = session = self.session_class(
            self.limits,
            clock=self.loop.time,
            server_address=transport.get_extra_info("peername"),
            scheme=self._scheme,
            authority=self._authority,
            enable_push=self._enable_push,
            on_wake=self._wake,
            spawn=protocol.spawn,
        )
        while self._early:
            session.submit(self._early.popleft())
        if self._is_closing:
            session.shutdown()
        return session

    def _wake(self) -> None:
        """Have what was done in this turn of the loop written at once."""
        if not self._flush_due:
            self._flush_due = True
            self.loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        if self._protocol is not None:
            self._protocol.flush()

    def _lost(self, _protocol: SessionProtocol) -> None:
        self._ended()

    def _ended(self) -> None:
        """Nothing more will happen: say so to those who wait."""
        while self._early:
            self._drop(self._early.popleft())
        self._closed.set()

    def _drop(self, request: Request) -> None:
        """End a request for which there was no connection."""
        if request.body is not None:
            request.body.close()
        request.handler.not_processed = True
        try:
            result = request.handler.on_close(ErrorCode.REFUSED_STREAM)
            if result is not None:
                self._last_words.append(asyncio.ensure_future(result, loop=self.loop))
        except Exception:
            log.exception("on_close of a request that was not sent failed")

    def close(self) -> None:
        """Take no more requests; close the connection once those that were taken are answered.

        What is not answered within `drain_timeout` is cancelled; `wait_closed` tells when all is done.
        """
        if self._is_closing:
            return
        self._is_closing = True
        if self.session is not None:
            self.session.shutdown()
        elif self._connecting is None:
            self._ended()
        elif not self._early:
            self._connecting.cancel()

    def abort(self) -> None:
        """Close the connection at once; requests that are not answered may have been processed or not."""
        self.close()
        if self._protocol is not None and self._protocol.transport is not None:
            self._protocol.transport.abort()
        elif self._connecting is not None:
            self._connecting.cancel()

    async def wait_closed(self) -> None:
        """Wait until the connection ended and every handler was told."""
        await self._closed.wait()
        for ended in await asyncio.gather(*self._last_words, return_exceptions=True):
            if ended is not None:
                log.error("on_close of a request that was not sent failed", exc_info=ended)
        self._last_words.clear()

    async def __aenter__(self) -> Self:
        return await self.connect()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abort()
        await self.wait_closed()

    def __enter__(self) -> Self:
        if self.loop.is_running():
            raise UsageError("in a running loop, use `async with`")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abort()
        self.loop.run_until_complete(self.wait_closed())
        if self._owns_loop:
            self.loop.close()


def _no_h2() -> Nghttp2Error:
    return Nghttp2Error("the server did not choose h2 by ALPN (RFC 9113 3.2)")
