"""The origin of the matrix: our HTTP2Server in a thread, an endpoint for each scenario, octets logged."""

import asyncio
import ssl
import struct
import threading
from collections.abc import Callable
from functools import cache, partial
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from nghttp2 import DATA_EOF, DATA_OK, BaseRequestHandler, HTTP2Server, ServerSession
from nghttp2.stream import Stream

from .certificates import Certificates
from .payload import DOWNLOAD_SIZE, MIB, octets
from .wirelog import ConnectionLog

GREETING: Final = b"Hello over HTTP/2.\n"
PUSHED: Final = b"This was pushed.\n"
NOT_FOUND: Final = b"There is nothing here.\n"
TRAILER: Final = ("x-trailer", "after the body")
AT_ONCE: Final = 10
"""Requests of `/slow` that have to be in flight before the first of them is answered."""
PATIENCE_S: Final = 3.0
"""After this time `/slow` answers anyway: the client does not open so many streams."""
ENDLESS: Final = 64 << 20
"""Octets after which even the endless body ends, for a client that does not give it up."""
THINK_S: Final = 0.15
"""Time until a request that expects 100 gets it: a client that does not wait shows itself by its content."""
STOP_S: Final = 3.0
"""How long the connections may take to end when the origin is left."""


@cache
def download() -> bytes:
    """Return the content of `/download`."""
    return octets(DOWNLOAD_SIZE)


class TappedSession(ServerSession):
    """A session that shows its octets, after TLS, to a log."""

    def __init__(self, origin: "Origin", *arguments: Any, **named: Any) -> None:
        self.origin = origin
        self.wire = ConnectionLog()
        origin.connections.append(self.wire)
        super().__init__(*arguments, **named)

    def feed(self, data: bytes, *more: Any) -> None:
        """Log what the client sent, then take it."""
        self.wire.from_client(data)
        super().feed(data, *more)

    def data_to_send(self, *more: Any) -> bytes:
        """Log what goes out."""
        data = super().data_to_send(*more)
        self.wire.from_server(data)
        return data

    def send_continue(self, stream: Stream) -> None:
        """Let the client wait a moment for its 100."""

        def send() -> None:
            if stream.can_receive and not stream.final_sent:
                self.connection.send_informational(stream, 100)

        self.call_later(THINK_S, send)


class Endpoints(BaseRequestHandler):
    """Answers by path; a request of type application/grpc is answered as gRPC, whatever the path."""

    _body: bytearray
    _is_grpc = False

    @property
    def origin(self) -> "Origin":
        """The origin that this request came to."""
        session = self.http2
        assert isinstance(session, TappedSession)
        return session.origin

    def on_headers(self) -> None:
        """Note the kind of request; the answer waits for its end."""
        self._body = bytearray()
        kind = dict(self.headers).get(b"content-type", b"")
        self._is_grpc = kind.startswith(b"application/grpc")

    def on_data(self, data: bytes) -> None:
        """Keep the content."""
        self._body += data

    def on_request_done(self) -> None:
        """Answer."""
        path = (self.path or b"").partition(b"?")[0].decode("latin-1")
        self._table.get(path, Endpoints._not_found)(self)

    def on_close(self, error_code: int) -> None:  # noqa: ARG002 - the callback's signature
        """Wait no more for a stream that is gone."""
        self.origin.give_up(self)

    def _reply(self, body: bytes, trailers: list[tuple[str, str]] | None = None) -> None:
        if self._is_grpc:
            self._reply_grpc(struct.pack(">BL", 0, len(body)) + body, trailers)
        elif trailers is not None:
            # curl 7.88 drops trailers that come after the last octet of a content-length.
            names = ", ".join(name for name, _ in trailers)
            headers = [("content-type", "text/plain"), ("trailer", names)]
            self.send_response(200, headers, iter((body,)), trailers=trailers)
        else:
            headers = [("content-type", "application/octet-stream"), ("content-length", str(len(body)))]
            self.send_response(200, headers, body)

    def _reply_grpc(self, messages: bytes, trailers: list[tuple[str, str]] | None = None) -> None:
        headers = [("content-type", "application/grpc")]
        self.send_response(200, headers, messages, trailers=[*(trailers or []), ("grpc-status", "0")])

    def _get(self) -> None:
        self._reply(GREETING)

    def _echo(self) -> None:
        if self._is_grpc:
            self._reply_grpc(bytes(self._body))  # messages come with their prefixes
        else:
            self._reply(bytes(self._body))

    def _download(self) -> None:
        self._reply(self.origin.download)

    def _with_trailers(self) -> None:
        self._reply(GREETING, [TRAILER])

    def _slow(self) -> None:
        self.origin.queue(self)

    def answer_slow(self) -> None:
        """Answer a request of `/slow`."""
        self._reply(GREETING)

    def _endless(self) -> None:
        sent = 0
        piece = self.origin.download[: 1 << 14]

        def generate(size: int) -> tuple[bytes, int]:
            nonlocal sent
            if self._is_grpc:
                # A stream of whole messages: a client's interface shows nothing else.
                size = min(size, len(piece))
                data = struct.pack(">BL", 0, size - 5) + piece[: size - 5] if size > 5 else b""
            else:
                data = piece[:size]
            sent += len(data)
            return data, DATA_EOF if sent > ENDLESS else DATA_OK

        kind = "application/grpc" if self._is_grpc else "application/octet-stream"
        self.send_response(200, [("content-type", kind)], generate)

    def _push(self) -> None:
        if self.http2.connection.remote.enable_push:
            self.push("/pushed", headers=[("content-type", "text/plain")], body=PUSHED)
        self._reply(GREETING)

    def _pushed(self) -> None:
        self._reply(PUSHED)

    def _not_found(self) -> None:
        headers = [("content-type", "text/plain"), ("content-length", str(len(NOT_FOUND)))]
        self.send_response(404, headers, NOT_FOUND)

    def _page(self) -> None:
        self.send_response(200, [("content-type", "text/html; charset=utf-8")], self.origin.page)

    def _whole_body(self) -> None:
        self._reply(self.origin.body)

    _table: ClassVar[dict[str, Callable[["Endpoints"], None]]] = {
        "/": _get,
        "/get": _get,
        "/echo": _echo,
        "/slow": _slow,
        "/download": _download,
        "/trailers": _with_trailers,
        "/endless": _endless,
        "/push": _push,
        "/pushed": _pushed,
        "/page": _page,
        "/body": _whole_body,
    }


class Origin:
    """Serves on a free loopback port while the context is open; `connections` holds the logs.

    certificates: for TLS with ALPN h2; None is HTTP/2 with prior knowledge.  page: what `/page` shows, for
    browsers, which get at `/body` what other clients read from a file.
    """

    def __init__(self, certificates: Certificates | None, page: str = "") -> None:
        self.connections: list[ConnectionLog] = []
        self.page = page
        self.body = octets(MIB)
        self.download = download()
        context = None
        if certificates is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificates.chain, certificates.key)
        self._server = HTTP2Server(("127.0.0.1", 0), Endpoints, ssl=context)
        self._server.session_class = partial(TappedSession, self)
        self.port = self._server.port
        self._waiting: list[Endpoints] = []
        self._thread = threading.Thread(target=self._run, name="origin", daemon=True)
        self._is_started = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            loop = self._server.loop
            assert loop is not None
            loop.call_soon_threadsafe(self._server.abort)
            self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        await self._server.start()
        self._is_started.set()
        await self._server.wait_closed()

    # What the requests of `/slow` have in common; all of it in the server's thread.

    def queue(self, handler: Endpoints) -> None:
        """Let a request wait until enough of them are in flight, on whatever connections."""
        self._waiting.append(handler)
        if len(self._waiting) >= AT_ONCE:
            self._release()
        elif len(self._waiting) == 1:
            handler.call_later(PATIENCE_S, self._release)

    def give_up(self, handler: Endpoints) -> None:
        """Forget a request whose stream is closed."""
        if handler in self._waiting:
            self._waiting.remove(handler)

    def _release(self) -> None:
        waiting, self._waiting = self._waiting, []
        for handler in waiting:
            handler.answer_slow()
