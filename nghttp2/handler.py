"""What an application subclasses: one handler object for each request (RFC 9113 8)."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from .body import Generator
from .fields import Fields, RequestHead
from .outbox import Headers
from .sending import Trailers

if TYPE_CHECKING:
    import io
    from collections import deque
    from collections.abc import AsyncIterator, Iterator

    from .responding import Responder
    from .stream import Stream
    from .timers import Timer

    BodySource = (
        None
        | str
        | bytes
        | bytearray
        | memoryview
        | io.IOBase
        | Generator
        | Iterator[bytes]
        | AsyncIterator[bytes]
    )

Callback = Callable[..., Awaitable[None] | None]


class BaseRequestHandler:
    """Handles one stream of a server; subclass it and override the callbacks.

    Callbacks come in this order: `__init__`, `on_headers`, `on_data` for each chunk, `on_request_done`,
    `on_close`.  Each may be a plain or an `async def` method; those of one stream run one after another, and
    an asynchronous one is cancelled when its stream is reset.  An exception in a callback is logged and
    resets the stream with INTERNAL_ERROR; the connection lives.

    stream_id: the stream's number.  http2: the session.  status: of the response, None until it is sent.
    pushed: this is the handler of a pushed response, whose `on_headers` is not called.
    """

    status: int | None = None
    pushed: bool = False

    _stream: "Stream"
    _head: RequestHead
    _headers: Fields | None = None
    _trailers: Fields | None = None
    _is_answered = False
    _queue: "deque[tuple[Callback, tuple[Any, ...], int]] | None" = None
    _task: Any = None
    _close_code: int | None = None

    def __init__(self, http2: "Responder", stream_id: int) -> None:
        self.http2 = http2
        self.stream_id = stream_id

    # What the request says.

    @property
    def client_address(self) -> tuple[str, int] | Any:
        """The peer's (host, port); for a Unix socket whatever `getpeername` gave."""
        return self.http2.client_address

    @property
    def remote_address(self) -> tuple[str, int] | Any:
        """The same as `client_address`."""
        return self.http2.client_address

    @property
    def client_certificate(self) -> dict[str, Any] | None:
        """The verified certificate of a TLS client, as `ssl.SSLSocket.getpeercert()` gives it."""
        return self.http2.client_certificate

    @property
    def method(self) -> bytes:
        """`:method`."""
        return self._head.method

    @property
    def scheme(self) -> bytes | None:
        """`:scheme`; None for CONNECT."""
        return self._head.scheme

    @property
    def host(self) -> bytes | None:
        """`:authority` if present, else `host` (RFC 9113 8.3.1)."""
        return self._head.authority

    @property
    def path(self) -> bytes | None:
        """`:path`; None for CONNECT."""
        return self._head.path

    @property
    def protocol(self) -> bytes | None:
        """`:protocol` of an extended CONNECT (RFC 8441 4), else None."""
        return self._head.protocol

    @property
    def headers(self) -> Fields:
        """All fields in wire order with pseudo-header fields; cookie crumbs joined into one at the end."""
        if self._headers is None:
            self._headers = list(self._head.headers)
        return self._headers

    @property
    def trailers(self) -> Fields:
        """The request's trailer section, complete at on_request_done, not in `headers` (RFC 9110 6.5.1)."""
        if self._trailers is None:
            self._trailers = []
        return self._trailers

    # Callbacks.

    def on_headers(self) -> Awaitable[None] | None:
        """The request's head is complete."""

    def on_data(self, data: bytes) -> Awaitable[None] | None:
        """A chunk of the request's content came; it is never empty.

        The client may send as much again once this returned (RFC 9113 6.9).
        """

    def on_request_done(self) -> Awaitable[None] | None:
        """The whole request came, trailers included."""

    def on_close(self, error_code: int) -> Awaitable[None] | None:
        """The stream is closed; called exactly once, last.

        error_code: 0 normal; the peer's RST_STREAM code; 1 the request proved malformed; 2 a handler or body
        failed, or the connection was lost.
        """

    # What the application does.

    def send_response(
        self,
        status: int = 200,
        headers: Headers | None = None,
        body: "BodySource" = None,
        *,
        trailers: Trailers | None = None,
    ) -> None:
        """Send the response, now or from any later callback, timer or task.

        headers: pairs of str (sent as UTF-8) or bytes, in order; names go out in lower case.
        body: None, str (UTF-8), bytes, bytearray, memoryview, a binary file, a function `f(n) -> (data,
        flag)` with DATA_OK, DATA_EOF or DATA_DEFERRED, an iterator or an asynchronous iterator of bytes.  It
        is read only as fast as the client takes it.
        trailers: pairs to be sent after the body, or a function without arguments that returns them then.

        No effect, besides closing a body, if the stream is closed by now.  Raises UsageError if the response
        was sent already or the status is empty, ValueError or TypeError for fields or bodies that cannot be
        sent; after that the handler can still send.
        """
        self.http2.respond(self, status, headers, body, trailers)

    def send_informational(self, status: int, headers: Headers | None = None) -> None:
        """Send a 1xx response, such as 103, before the final one (RFC 9110 15.2).

        Raises ValueError for 101 (RFC 9113 8.6) and anything but 1xx, UsageError after the final response.
        """
        self.http2.send_informational(self, status, headers)

    def push(
        self,
        path: str | bytes,
        method: str | bytes = "GET",
        request_headers: Headers | None = None,
        status: int = 200,
        headers: Headers | None = None,
        body: "BodySource" = None,
    ) -> "BaseRequestHandler":
        """Promise and send a response that was not asked for (RFC 9113 8.4); call it before `send_response`.

        Scheme and host are those of this request.  Returns the handler of the pushed stream at once.  If the
        client does not accept pushes, nothing is sent and the new handler's `on_close` is called.
        Raises UsageError for an empty status, method or path, a method other than GET and HEAD, on a pushed
        handler, on a closed stream, and after the client's GOAWAY.
        """
        return self.http2.push(self, path, method, request_headers, status, headers, body)

    def resume(self) -> None:
        """Ask the body generator again after DATA_DEFERRED; no effect if the body is not paused."""
        self.http2.resume(self)

    def reset(self, error_code: int = 8) -> None:
        """Give up the stream with RST_STREAM (default CANCEL); no effect if it is closed."""
        self.http2.reset(self, error_code)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> "Timer":
        """Call `callback` after `delay_s` seconds, on the session's clock; `cancel()` the result to prevent
        it.

        It is called even if the stream is closed by then, unless the connection is gone.
        """
        return self.http2.call_later(delay_s, callback)
