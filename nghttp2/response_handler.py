"""What an application of the client subclasses: one handler object for each response (RFC 9113 8)."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from .errors import UsageError
from .fields import Fields, RequestHead

if TYPE_CHECKING:
    from collections import deque

    from .body import Body
    from .callbacks import Callback
    from .request import Request
    from .requesting import ClientSession
    from .stream import Stream


class PushPromise:
    """A request that the server made up and promises to answer (RFC 9113 8.4).

    stream_id: of the promised response.  headers: the promised request's fields with pseudo-header fields.
    """

    def __init__(self, parent: "BaseResponseHandler", stream: "Stream", head: RequestHead) -> None:
        self._parent = parent
        self._stream = stream
        self._head = head
        self._is_decided = False
        self._events: list[Any] = []  # what came before the decision

    @property
    def stream_id(self) -> int:
        """The promised stream's number."""
        return self._stream.id

    @property
    def method(self) -> bytes:
        """`:method`, GET or HEAD."""
        return self._head.method

    @property
    def scheme(self) -> bytes | None:
        """`:scheme`."""
        return self._head.scheme

    @property
    def host(self) -> bytes | None:
        """`:authority`."""
        return self._head.authority

    @property
    def path(self) -> bytes | None:
        """`:path`."""
        return self._head.path

    @property
    def headers(self) -> Fields:
        """All fields in wire order, pseudo-header fields included."""
        return list(self._head.headers)


class BaseResponseHandler:
    """Handles one response; subclass it, override the callbacks, and give an instance to `send_request`.

    Callbacks come in this order: `on_informational` for each 1xx response, `on_headers`, `on_data` for each
    chunk, `on_response_done`, `on_close`; `on_push_promise` at any time before `on_response_done`.  Each may
    be a plain or an `async def` method; those of one stream run one after another, and an asynchronous one is
    cancelled when its stream is reset.  An exception in a callback is logged and resets the stream with
    INTERNAL_ERROR; the connection lives.

    A response is complete only if `on_response_done` is called.  A malformed one is not: its stream is reset
    with PROTOCOL_ERROR, and `on_close(1)` follows at once.

    http2: the session, None until the request is given to it.  stream_id: 0 until the request is sent.
    status: of the final response, None until it comes.  pushed: the response was promised by the server.
    not_processed: at `on_close`, the server did nothing about this request, which can be sent again (RFC 9113
    8.7): it was refused with REFUSED_STREAM, is above the last stream identifier of GOAWAY, or was never
    sent. Where this is False and there was no `on_response_done`, it may have been processed or not.
    """

    http2: "ClientSession | None" = None
    stream_id: int = 0
    status: int | None = None
    pushed: bool = False
    not_processed: bool = False

    _stream: "Stream"
    _request: "Request | None" = None
    _is_used = False
    _held_body: "Body | None" = None  # waits for 100 (Continue) or for a tunnel
    _headers: Fields | None = None
    _trailers: Fields | None = None
    _queue: "deque[tuple[Callback, tuple[Any, ...], int]] | None" = None
    _task: Any = None
    _close_code: int | None = None

    # What the response says.

    @property
    def server_address(self) -> tuple[str, int] | Any:
        """The server's (host, port); for a Unix socket its path.  None while there is no connection."""
        return None if self.http2 is None else self.http2.server_address

    @property
    def headers(self) -> Fields:
        """All fields of the final response in wire order, `:status` included; empty until on_headers."""
        if self._headers is None:
            self._headers = []
        return self._headers

    @property
    def trailers(self) -> Fields:
        """The response's trailer section, complete at on_response_done, not in `headers`."""
        if self._trailers is None:
            self._trailers = []
        return self._trailers

    # Callbacks.

    def on_informational(self, status: int, headers: Fields) -> Awaitable[None] | None:
        """A 1xx response came; the final one is still to come (RFC 9110 15.2)."""

    def on_headers(self) -> Awaitable[None] | None:
        """The final response's head is complete."""

    def on_data(self, data: bytes) -> Awaitable[None] | None:
        """A chunk of the response's content came; it is never empty.

        The server may send as much again once this returned (RFC 9113 6.9).
        """

    def on_response_done(self) -> Awaitable[None] | None:
        """The whole response came, trailers included."""

    def on_close(self, error_code: int) -> Awaitable[None] | None:
        """The stream is closed; called exactly once, last.

        error_code: 0 normal; the server's RST_STREAM code; 1 the response proved malformed; 2 a handler or
        body failed, or the connection was lost; 7 (REFUSED_STREAM) see `not_processed`; 8 it was given up
        by `reset` or at a timeout.
        """

    def on_push_promise(self, promise: PushPromise) -> Awaitable[None] | None:
        """The server promises a response.  Call `accept_push` or `reject_push`; by default it is rejected.

        A promise that is still undecided when this is done is rejected.
        """
        self.reject_push(promise)
        return None

    # What the application does.

    def accept_push(self, promise: PushPromise, handler: "BaseResponseHandler") -> None:
        """Have the promised response handled by `handler`, whose `pushed` becomes True.

        Raises UsageError if the promise was decided already or the handler is in use.
        """
        self._session().accept_push(promise, handler)

    def reject_push(self, promise: PushPromise) -> None:
        """Cancel the promised response; no effect if that was done already.

        Raises UsageError if it was accepted.
        """
        self._session().reject_push(promise)

    def resume(self) -> None:
        """Ask the body generator again after DATA_DEFERRED; no effect if the body is not paused."""
        if self.http2 is not None:
            self.http2.resume(self)

    def reset(self, error_code: int = 8) -> None:
        """Give up the request with RST_STREAM (default CANCEL); no effect if it is closed."""
        self._session().reset(self, error_code)

    def _session(self) -> "ClientSession":
        if self.http2 is None:
            raise UsageError("the handler has no connection yet")
        return self.http2
