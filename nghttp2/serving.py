"""A server's side of a connection without I/O: the connection and its handlers (RFC 9113 8).

In memory: `receive(data)`, then `data_to_send()` until it returns nothing, until `closed`; time passes by
`advance(seconds)` only, and `next_deadline()` tells how far it may be advanced before something is due.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, ClassVar, Final

from .body import BytesBody, wrap
from .codes import MAX_STREAM_ID, ErrorCode
from .connection import Connection
from .driver import Driver, Spawn, no_tasks
from .errors import UsageError
from .events import (
    BodyFailed,
    ConnectionTerminated,
    DataReceived,
    PingAcknowledged,
    RequestReceived,
    StreamClosed,
    TrailersReceived,
)
from .fields import RequestHead, field_bytes, list_size, outgoing
from .guard import MemoryBudget
from .handler import BaseRequestHandler, Callback
from .limits import DEFAULT_LIMITS, Limits
from .outbox import Headers
from .sending import Trailers
from .stream import Stream
from .stream_state import State

log = logging.getLogger("nghttp2.server")
access_log = logging.getLogger("nghttp2.access")

_CLOSED: Final = int(State.CLOSED)
_DRAIN_PING: Final = b"draining"
_FIRST_GOAWAY_S: Final = 1.0  # at most, for the client to see the first of two GOAWAYs
_NO_CONTENT: Final = frozenset((204, 304))


class ServerSession(Driver):
    """One client's connection and the handlers of its streams.

    handler_class: called as `handler_class(session, stream_id)` for each well-formed request.
    clock: seconds; by default a virtual one that only `advance` moves.
    allow_connect: hand CONNECT to handlers; else it is answered 501 (RFC 9110 9.3.6).
    connect_protocols: announce RFC 8441 and hand CONNECT with these `:protocol` values to handlers.
    on_wake: called when there is something to send, or an earlier `wake_at`, that did not come of `receive`,
    `turn`, `tick` or `advance`.  spawn: runs the coroutines of asynchronous callbacks and bodies.
    budget: the memory that several sessions may hold together.
    """

    def __init__(
        self,
        handler_class: type[BaseRequestHandler],
        limits: Limits = DEFAULT_LIMITS,
        *,
        clock: Callable[[], float] | None = None,
        client_address: Any = None,
        client_certificate: dict[str, Any] | None = None,
        allow_connect: bool = False,
        connect_protocols: Iterable[str | bytes] = (),
        on_wake: Callable[[], None] | None = None,
        spawn: Spawn = no_tasks,
        budget: MemoryBudget | None = None,
    ) -> None:
        self.client_address = client_address
        self.client_certificate = client_certificate
        self._handler_class = handler_class
        self._allow_connect = allow_connect
        self._connect_protocols = frozenset(field_bytes(item) for item in connect_protocols)
        self._drain_at: float | None = None
        self._is_last_known = False  # the second GOAWAY went out
        self._log_access = access_log.isEnabledFor(logging.INFO)
        super().__init__(
            limits,
            clock,
            on_wake,
            spawn,
            lambda clock: Connection(
                False, limits, clock=clock, extended_connect=bool(self._connect_protocols)
            ),
            budget,
        )

    # From the connection to the handlers.

    def _request(self, event: RequestReceived) -> None:
        stream, head, end_stream = event
        if head.method == b"CONNECT" and not self._takes_connect(head):
            self.connection.send_headers(stream, self.connection.response_block(501, None)[0], True)
            return
        try:
            handler = self._handler_class(self, stream.id)
            handler._stream = stream
            handler._head = head
            stream.context = handler
            result = handler.on_headers()
        except Exception:  # noqa: BLE001 - the application's: it costs one stream
            self._failed(stream, "on_headers")
            return
        if result is not None:
            self._run(handler, result)
        if end_stream:
            if handler._queue is None:
                try:
                    result = handler.on_request_done()
                except Exception:  # noqa: BLE001 - the application's
                    self._failed(stream, "on_request_done")
                    return
                if result is not None:
                    self._run(handler, result)
            else:
                handler._queue.append((handler.on_request_done, (), 0))
        elif head.expect_continue and not handler._is_answered and stream.can_send:
            # RFC 9110 10.1.1: a server that "does not respond with a final status code ... MUST send" 100
            # or a final status; a handler that answered already did the latter.
            self.connection.send_informational(stream, 100)
        limit = self.limits.max_requests_per_connection
        if limit is not None and self.stats["requests"] >= limit:
            self.shutdown()

    def _takes_connect(self, head: RequestHead) -> bool:
        if head.protocol is None:
            return self._allow_connect
        return head.protocol in self._connect_protocols

    def _data(self, event: DataReceived) -> None:
        stream, data, end_stream = event
        handler = stream.context
        if handler is None:  # answered 501
            self.connection.consume(stream, len(data))
            return
        if data:
            self._call(handler, handler.on_data, (data,), len(data))
        if end_stream:
            self._call(handler, handler.on_request_done, (), 0)

    def _trailers(self, event: TrailersReceived) -> None:
        stream, fields = event
        handler = stream.context
        if handler is not None:
            handler._trailers = list(fields)
            self._call(handler, handler.on_request_done, (), 0)

    def _closed(self, event: StreamClosed) -> None:
        stream, error_code = event
        handler = stream.context
        if handler is None:
            return
        stream.context = None
        handler._close_code = error_code
        if handler._task is None:
            self._finish(handler)
            return
        # The slot of an asynchronous handler is free once it ended; on_close comes then.
        self.connection.held_slots += 1
        if error_code:
            handler._task.cancel()

    def _finish(self, handler: BaseRequestHandler) -> None:
        """Call `on_close`."""
        try:
            result = handler.on_close(handler._close_code or 0)
            if result is not None:
                self._spawn(_run_alone(result, handler.stream_id), _nothing)
        except Exception:
            log.exception("on_close of stream %d failed", handler.stream_id)

    def _body_failed(self, event: BodyFailed) -> None:
        self.stats["handler_errors"] += 1
        error = event.error
        log.error("the body of stream %d failed", event.stream.id, exc_info=error)

    def _failed(self, stream: Stream, callback: str) -> None:
        """Reset a stream whose handler raised; call this where the exception is handled."""
        self.stats["handler_errors"] += 1
        log.exception("%s of stream %d failed", callback, stream.id)
        self.connection.reset(stream, ErrorCode.INTERNAL_ERROR)

    def _terminated(self, event: ConnectionTerminated) -> None:
        level = logging.INFO if event.error_code else logging.DEBUG
        log.log(level, "connection of %s ended: %s", self.client_address, event.reason)
        self._is_finished = True

    # Callbacks one after another.

    def _call(
        self, handler: BaseRequestHandler, callback: Callback, arguments: tuple[Any, ...], credit: int
    ) -> None:
        """Call now, or after the asynchronous callback that is running; then give the credit back."""
        if handler._queue is not None:
            handler._queue.append((callback, arguments, credit))
            return
        stream = handler._stream
        try:
            result = callback(*arguments)
        except Exception:  # noqa: BLE001 - the application's: it costs one stream
            self._failed(stream, callback.__name__)
            return
        if result is not None:
            self._run(handler, result, credit)
        elif credit:
            self.connection.consume(stream, credit)

    def _run(self, handler: BaseRequestHandler, first: Awaitable[None], credit: int = 0) -> None:
        """Start the task of an asynchronous callback, which also runs those that come meanwhile."""
        handler._queue = deque()

        def done() -> None:
            handler._task = handler._queue = None
            if handler._close_code is not None:
                self.connection.held_slots -= 1
                self._finish(handler)
            self.wake()

        handler._task = self._spawn(self._run_queue(handler, first, credit), done)

    async def _run_queue(self, handler: BaseRequestHandler, first: Awaitable[None], credit: int) -> None:
        stream = handler._stream
        queue = handler._queue
        assert queue is not None
        pending: Awaitable[None] | None = first
        try:
            while True:
                if pending is not None:
                    await pending
                self.connection.consume(stream, credit)
                self.wake()
                if not queue:
                    return
                callback, arguments, credit = queue.popleft()
                pending = callback(*arguments)
        except Exception:  # noqa: BLE001 - the application's: it costs one stream
            self._failed(stream, "an asynchronous callback")
            self.wake()

    # What handlers do.

    def respond(
        self,
        handler: BaseRequestHandler,
        status: int,
        headers: Headers | None,
        body: Any,
        trailers: Trailers | None,
    ) -> None:
        """Send a handler's response; see BaseRequestHandler.send_response."""
        if handler._is_answered or handler.pushed:
            raise UsageError("response has already been sent")
        self._respond(handler, status, headers, body, trailers)
        if not self._is_busy:
            self.wake()

    def _respond(
        self,
        handler: BaseRequestHandler,
        status: int,
        headers: Headers | None,
        body: Any,
        trailers: Trailers | None,
    ) -> None:
        if not status:
            raise UsageError("status must not be empty")
        if type(status) is not int:
            status = int(status)
        if not 200 <= status <= 999:
            raise ValueError(f"{status} is not the status of a final response")
        stream = handler._stream
        connection = self.connection
        if not (body is None or type(body) is bytes):
            body = self._wrap(handler, body)
        if stream.state >= _CLOSED:
            handler._is_answered = True
            if body is not None and type(body) is not bytes:
                body.close()
            return
        method = handler._head.method
        if method == b"CONNECT" or status in _NO_CONTENT:
            headers = self._check_no_content(stream, method, status, headers)
        block, content_length = connection.response_block(status, headers)
        handler._is_answered = True
        handler.status = status
        connection.stats["responses"] += 1
        if self._log_access:
            self._note(handler)
        if stream.is_head:
            # RFC 9110 9.3.2, 15.3.5, 15.4.5: no content in a response to HEAD, in 204 and in 304
            if body is not None and type(body) is not bytes:
                body.close()
            body = None
            content_length = -1
        if (
            trailers is None
            and (body is None or type(body) is bytes)
            and connection.send_message(stream, block, body, content_length)
        ):
            return
        connection.send_headers(stream, block)
        if body is None or type(body) is bytes:
            body = BytesBody(body or b"")
        connection.send_body(stream, body, content_length, trailers)

    def _check_no_content(
        self, stream: Stream, method: bytes, status: int, headers: Headers | None
    ) -> Headers | None:
        """Prepare a stream for a response that has no content, or content that is not a message's."""
        fields = outgoing(headers)
        is_tunnel = method == b"CONNECT" and status < 300
        # RFC 9110 8.6: a server MUST NOT send Content-Length in a 204 response and in a 2xx response to
        # CONNECT
        if (is_tunnel or status == 204) and any(name == b"content-length" for name, _ in fields):
            raise ValueError(f"content-length in a {status} response to {method.decode()}")
        if is_tunnel:
            stream.is_tunnel = True
            stream.expected = -1
        elif status in _NO_CONTENT:
            stream.is_head = True
        return fields

    def _wrap(self, handler: BaseRequestHandler, body: Any) -> Any:
        return wrap(body, self._spawn, handler.resume)

    def _note(self, handler: BaseRequestHandler) -> None:
        head = handler._head
        access_log.info(
            '%s "%s %s" %s%s',
            self.client_address[0] if isinstance(self.client_address, tuple) else self.client_address,
            head.method.decode("latin-1"),
            (head.path or head.authority or b"").decode("latin-1"),
            handler.status,
            " P" if handler.pushed else "",
        )

    def send_informational(self, handler: BaseRequestHandler, status: int, headers: Headers | None) -> None:
        """Send a 1xx response; see BaseRequestHandler.send_informational."""
        self.connection.send_informational(handler._stream, status, headers)
        self.wake()

    def push(
        self,
        handler: BaseRequestHandler,
        path: str | bytes,
        method: str | bytes,
        request_headers: Headers | None,
        status: int,
        headers: Headers | None,
        body: Any,
    ) -> BaseRequestHandler:
        """Promise and send a response; see BaseRequestHandler.push."""
        connection = self.connection
        stream = handler._stream
        for name, item in (("status", status), ("method", method), ("path", path)):
            if not item:
                raise UsageError(f"{name} must not be empty")
        verb = field_bytes(method)
        # RFC 9113 8.4: promised requests "MUST be safe (see Section 9.2.1 of [HTTP]), MUST be cacheable"
        if verb not in (b"GET", b"HEAD"):
            raise UsageError(f"{verb.decode('latin-1')} is not safe and cacheable: it cannot be pushed")
        if handler.pushed:
            raise UsageError("a pushed stream cannot push")
        # RFC 9113 8.4: PUSH_PROMISE is sent on a stream "that is in either the 'open' or 'half-closed
        # (remote)'"
        if not stream.can_send:
            raise UsageError("the stream is closed")
        if connection.goaway_received is not None or connection.goaway_sent is not None:
            raise UsageError("the connection is going away")
        pseudo = [
            (b":method", verb),
            (b":scheme", handler.scheme or b"https"),
            (b":authority", handler.host or b""),
            (b":path", field_bytes(path)),
        ]
        fields = pseudo + outgoing(request_headers)
        response_fields = outgoing(headers)
        head = RequestHead(
            verb,
            handler.scheme,
            handler.host,
            field_bytes(path),
            None,
            fields,
            list_size(fields),
            -1,
            None,
            False,
        )
        stream_id = connection.streams.take_local_id()
        pushed = self._handler_class(self, stream_id)
        pushed.pushed = True
        pushed._head = head
        if not connection.remote.enable_push:
            # RFC 9113 6.5.2: "An endpoint MUST NOT send a PUSH_PROMISE frame if it receives this parameter
            # set to a value of 0."
            pushed._is_answered = True
            pushed._stream = Stream(stream_id, State.CLOSED_BY_US, 0)
            pushed._close_code = ErrorCode.CANCEL
            self.call_later(0, lambda: self._finish(pushed))
            return pushed

        def start() -> None:
            try:
                self._respond(pushed, status, response_fields, body, None)
            except Exception:  # noqa: BLE001 - the application's: it costs one stream
                self._failed(pushed._stream, "push")
            finally:
                pushed._is_answered = True

        promised = connection.promise(stream, stream_id, fields, start)
        promised.is_head = verb == b"HEAD"
        promised.context = pushed
        pushed._stream = promised
        self.wake()
        return pushed

    def resume(self, handler: BaseRequestHandler) -> None:
        """Ask a paused body again; see BaseRequestHandler.resume."""
        stream = handler._stream
        if stream.is_deferred and stream.state < _CLOSED:
            self.connection.resume(stream)
            self.wake()

    def reset(self, handler: BaseRequestHandler, error_code: int) -> None:
        """Reset a handler's stream; see BaseRequestHandler.reset."""
        self.connection.reset(handler._stream, error_code)
        self.wake()

    # The end.

    def shutdown(self) -> None:
        """End the connection without losing a request, in two steps (RFC 9113 6.8).

        GOAWAY with the highest identifier asks for no new requests; a round trip later, or a second, GOAWAY
        names the last one that is served; when those are done, the session is closed.
        """
        if self._drain_at is not None or self.connection.is_terminated:
            return
        self._drain_at = self.clock()
        # RFC 9113 6.8: "A server that is attempting to gracefully shut down a connection SHOULD send an
        # initial GOAWAY frame with the last stream identifier set to 2^31-1 and a NO_ERROR code."
        self.connection.goaway(MAX_STREAM_ID)
        self.connection.ping(_DRAIN_PING)
        self._arm(self._drain_at + _FIRST_GOAWAY_S)
        self.wake()

    def end_of_input(self) -> None:
        """Answer the requests that are complete, then end the connection; the others are lost."""
        for stream in list(self.connection.streams.live.values()):
            if stream.can_receive:
                self.connection.reset(stream, ErrorCode.CANCEL)
        if not self.connection.streams.live:
            super().end_of_input()
        elif not self.connection.is_terminated:
            self._drain_at = self.clock()
            self._name_last()
        self.wake()

    def _ping_acknowledged(self, event: PingAcknowledged) -> None:
        if event.payload == _DRAIN_PING:
            self._name_last()

    def _name_last(self) -> None:
        if self._drain_at is not None and not self._is_last_known:
            self._is_last_known = True
            self.connection.goaway(self.connection.streams.last_remote_id)

    def _end_drain(self) -> None:
        self.stats["timeouts"] += 1
        self.stats.add("limit:drain_timeout")
        for stream in list(self.connection.streams.live.values()):
            self.connection.reset(stream, ErrorCode.CANCEL)
        self._is_finished = True

    def _after_work(self) -> None:
        super()._after_work()
        if self._is_last_known and not self.connection.streams.live and not self.connection.held_slots:
            self._is_finished = True

    def _deadlines(self) -> Iterator[tuple[float, Callable[[], None]]]:
        if self._drain_at is not None and not self._is_finished:
            if not self._is_last_known:
                yield self._drain_at + _FIRST_GOAWAY_S, self._name_last
            if self.limits.drain_timeout is not None:
                yield self._drain_at + self.limits.drain_timeout, self._end_drain
        yield from super()._deadlines()

    def _stream_deadlines(self, stream: Stream) -> Iterator[tuple[float, Callable[[], None]]]:
        yield from super()._stream_deadlines(stream)
        timeout = self.limits.handler_timeout
        if timeout is not None and stream.context is not None and not stream.final_sent:
            yield stream.received_at + timeout, self._resets(stream, "handler_timeout")

    reactions: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        RequestReceived: _request,
        DataReceived: _data,
        TrailersReceived: _trailers,
        StreamClosed: _closed,
        BodyFailed: _body_failed,
        PingAcknowledged: _ping_acknowledged,
        ConnectionTerminated: _terminated,
    }


async def _run_alone(pending: Awaitable[None], stream_id: int) -> None:
    try:
        await pending
    except Exception:
        log.exception("on_close of stream %d failed", stream_id)


def _nothing() -> None:
    """Do nothing."""
