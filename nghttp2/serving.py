"""A server's side of a connection without I/O: the connection and its handlers (RFC 9113 8, 6.8).

In memory: `receive(data)`, then `data_to_send()` until it returns nothing, until `closed`; time passes by
`advance(seconds)` only, and `next_deadline()` tells how far it may be advanced before something is due.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final

from .callbacks import CallbackDriver
from .codes import MAX_STREAM_ID, ErrorCode
from .connection import Connection
from .driver import Spawn, no_tasks
from .events import (
    BodyFailed,
    ConnectionTerminated,
    DataReceived,
    PingAcknowledged,
    RequestReceived,
    StreamClosed,
    TrailersReceived,
)
from .fields import RequestHead, field_bytes
from .guard import MemoryBudget
from .handler import BaseRequestHandler
from .limits import DEFAULT_LIMITS, Limits
from .responding import Responder
from .stream import Stream

_DRAIN_PING: Final = b"draining"
_FIRST_GOAWAY_S: Final = 1.0  # at most, for the client to see the first of two GOAWAYs


class ServerSession(Responder):
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
            self.send_continue(stream)
        limit = self.limits.max_requests_per_connection
        if limit is not None and self.stats["requests"] >= limit:
            self.shutdown()

    def send_continue(self, stream: Stream) -> None:
        """Send 100 for a request that expects it; a subclass may do so later."""
        self.connection.send_informational(stream, 100)

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
        StreamClosed: CallbackDriver._closed,
        BodyFailed: CallbackDriver._body_failed,
        PingAcknowledged: _ping_acknowledged,
        ConnectionTerminated: CallbackDriver._terminated,
    }
