"""A client's side of a connection without I/O: requests, their handlers, pushes (RFC 9113 8, 8.4, 8.7).

In memory: `send_request(...)`, `data_to_send()` until it returns nothing, `receive(data)`, until `closed`;
time passes by `advance(seconds)` only, and `next_deadline()` tells how far it may be advanced.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Final

from .body import BytesBody
from .codes import ErrorCode
from .connection import Connection
from .driver import Spawn, no_tasks
from .errors import RequestFault, UsageError
from .events import (
    ConnectionTerminated,
    GoAwayReceived,
    SettingsReceived,
    StreamClosed,
)
from .fields import field_bytes
from .guard import MemoryBudget
from .limits import Limits
from .request import Request, prepare_for
from .response_delivery import ResponseDelivery
from .response_handler import BaseResponseHandler, PushPromise
from .sending import Headers, Trailers
from .stream_state import State

CLIENT_LIMITS: Final = Limits(
    stream_window=256 * 1024,
    idle_timeout=None,
    # Servers stream small messages; a client chose its server.
    small_data_burst=1024 * 1024,
    small_data_rate=1024.0 * 1024,
)
"""The limits of a client that was given none."""

_CLOSED: Final = int(State.CLOSED)
_FIRST_STREAMS: Final = 100  # at most, until the server's SETTINGS tell how many it takes
_CONTINUE_S: Final = 1.0  # for 100 (Continue), then the content is sent all the same (RFC 9110 10.1.1)


class ClientSession(ResponseDelivery):
    """A connection to one server, and the handlers of its responses.

    scheme, authority: of requests whose URL is a path only.
    clock: seconds; by default a virtual one that only `advance` moves.
    enable_push: let the server promise responses; handlers decide on each (`on_push_promise`).
    on_wake, spawn, budget: see Driver.
    """

    def __init__(
        self,
        limits: Limits = CLIENT_LIMITS,
        *,
        clock: Callable[[], float] | None = None,
        server_address: Any = None,
        scheme: str | bytes = b"http",
        authority: str | bytes = b"localhost",
        enable_push: bool = True,
        on_wake: Callable[[], None] | None = None,
        spawn: Spawn = no_tasks,
        budget: MemoryBudget | None = None,
    ) -> None:
        self.server_address = server_address
        self.goaway: GoAwayReceived | None = None
        self._scheme = field_bytes(scheme)
        self._authority = field_bytes(authority)
        self._waiting: deque[Request] = deque()
        self._drain_at: float | None = None
        super().__init__(
            limits,
            clock,
            on_wake,
            spawn,
            lambda clock: Connection(True, limits, clock=clock, enable_push=enable_push),
            budget,
        )

    @property
    def waiting(self) -> int:
        """How many requests wait for the server to take another stream."""
        return len(self._waiting)

    @property
    def takes_requests(self) -> bool:
        """New requests are sent or queued: no GOAWAY came, the connection stands and was not shut down."""
        connection = self.connection
        return (
            self._drain_at is None
            and connection.goaway_received is None
            and not connection.is_terminated
            and not self._is_finished
        )

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
        """Send a request, or queue it until the server takes another stream; see HTTP2Client.send_request."""
        return self.submit(
            prepare_for(
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
        )

    def submit(self, request: Request) -> BaseResponseHandler:
        """Send or queue a request that was prepared.

        Raises RequestFault if the connection ended or the server is going away, UsageError after `shutdown`
        and for an extended CONNECT that the server does not take.
        """
        connection = self.connection
        if self._drain_at is not None:
            raise UsageError("the client was closed")
        # RFC 9113 6.8: "Receivers of a GOAWAY frame MUST NOT open additional streams on the connection"
        if not self.takes_requests:
            raise RequestFault(ErrorCode.REFUSED_STREAM, "the connection takes no more requests", True)
        # RFC 8441 3: a client uses :protocol only after the server's SETTINGS_ENABLE_CONNECT_PROTOCOL of 1.
        if (
            request.protocol is not None
            and connection.settings_received
            and not connection.remote.enable_connect_protocol
        ):
            raise UsageError("the server does not take extended CONNECT")
        handler = request.handler
        handler.http2 = self
        handler._request = request
        self._waiting.append(request)
        self._start_waiting()
        self.wake()
        return handler

    def _start_waiting(self) -> None:
        """Send requests while the server takes streams (RFC 9113 5.1.2)."""
        connection, waiting = self.connection, self._waiting
        while waiting:
            if connection.goaway_received is not None or connection.is_terminated:
                self._drop_waiting()
                return
            if not connection.can_open:
                return
            if not connection.settings_received and (
                waiting[0].protocol is not None or connection.streams.local_count >= _FIRST_STREAMS
            ):
                return
            request = waiting.popleft()
            if request.protocol is not None and not connection.remote.enable_connect_protocol:
                self._drop(request)
                continue
            try:
                self._start(request)
            except UsageError as error:  # no identifiers are left
                self.log.warning("%s", error)
                self._drop(request)

    def _start(self, request: Request) -> None:
        handler, connection = request.handler, self.connection
        is_connect = request.method == b"CONNECT"
        ends = request.body is None and request.trailers is None and not is_connect
        stream = connection.send_request(request.fields, ends)
        self.stats["requests"] += 1
        stream.context = handler
        handler._stream = stream
        handler.stream_id = stream.id
        if ends:
            return
        handler._held_body = BytesBody(b"") if request.body is None else request.body
        # RFC 9113 8.5: a tunnel carries data once the proxy answered 2xx.
        if is_connect:
            return
        if request.expects_continue:
            self.call_later(_CONTINUE_S, lambda: self._release_body(handler))
            return
        self._release_body(handler)

    def _drop_waiting(self) -> None:
        while self._waiting:
            self._drop(self._waiting.popleft())

    def _drop(self, request: Request, error_code: int = ErrorCode.REFUSED_STREAM) -> None:
        """End a request that was never sent."""
        handler = request.handler
        if request.body is not None:
            request.body.close()
        handler.not_processed = True
        handler._request = None
        handler._close_code = error_code
        self._finish(handler)

    # From the connection.

    def _closed(self, event: StreamClosed) -> None:
        stream, error_code = event
        handler = stream.context
        if type(handler) is PushPromise:
            handler._events.append(event)
        elif handler is not None:
            self._withhold_body(handler)
            # RFC 9113 8.7: "The REFUSED_STREAM error code can be included in a RST_STREAM frame to indicate
            # that the stream is being closed prior to any processing having occurred."  GOAWAY says the same
            # of streams above its last identifier.
            handler.not_processed = error_code == ErrorCode.REFUSED_STREAM
            handler._request = None  # it names the handler: no cycle is left to the collector
            if error_code and self.stats["pushes"]:
                self._reject_promises(handler)
            super()._closed(event)
        self._start_waiting()

    def _settings(self, _event: SettingsReceived) -> None:
        self._start_waiting()

    def _goaway(self, event: GoAwayReceived) -> None:
        self.goaway = event
        level = logging.WARNING if event.error_code else logging.DEBUG
        self.log.log(level, "the server is going away: code %d, %r", event.error_code, event.debug_data[:256])
        self._drop_waiting()

    # What handlers do.

    def resume(self, handler: BaseResponseHandler) -> None:
        """Ask a paused body again; see BaseResponseHandler.resume."""
        if handler.stream_id:
            stream = handler._stream
            if stream.is_deferred and stream.state < _CLOSED:
                self.connection.resume(stream)
                self.wake()

    def reset(self, handler: BaseResponseHandler, error_code: int) -> None:
        """Give up a request; see BaseResponseHandler.reset."""
        if handler.stream_id:
            self.connection.reset(handler._stream, error_code)
        else:
            for request in [item for item in self._waiting if item.handler is handler]:
                self._waiting.remove(request)
                self._drop(request, error_code)
        self.wake()

    # The end.

    def shutdown(self) -> None:
        """Take no more requests; close once those that were taken are answered, or at `drain_timeout`."""
        if self._drain_at is None and not self.closed:
            self._drain_at = self.clock()
            if self.limits.drain_timeout is not None:
                self._arm(self._drain_at + self.limits.drain_timeout)
            self.wake()

    def end_of_input(self) -> None:
        """Take what came before the end; what is not answered by then may have been processed or not."""
        while self.turn():
            pass
        super().end_of_input()

    def lost(self) -> None:
        """Note that the transport is gone: what was sent may have been processed or not."""
        if not self._is_lost:
            super().lost()
            self._drop_waiting()

    def _end_drain(self) -> None:
        self.stats["timeouts"] += 1
        self.stats.add("limit:drain_timeout")
        self._drop_waiting()
        for stream in list(self.connection.streams.live.values()):
            self.connection.reset(stream, ErrorCode.CANCEL)

    def _terminated(self, event: ConnectionTerminated) -> None:
        super()._terminated(event)
        self._drop_waiting()

    def _after_work(self) -> None:
        super()._after_work()
        connection = self.connection
        is_ending = self._drain_at is not None or connection.goaway_received is not None
        is_busy = self._waiting or connection.streams.live or connection.held_slots
        if is_ending and not is_busy and not self._is_finished:
            self._is_finished = True
            if not connection.is_terminated:
                connection.goaway(connection.streams.last_remote_id)

    def _deadlines(self) -> Iterator[tuple[float, Callable[[], None]]]:
        if self._drain_at is not None and not self._is_finished and self.limits.drain_timeout is not None:
            yield self._drain_at + self.limits.drain_timeout, self._end_drain
        yield from super()._deadlines()

    reactions: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        **ResponseDelivery.reactions,
        StreamClosed: _closed,
        SettingsReceived: _settings,
        GoAwayReceived: _goaway,
        ConnectionTerminated: _terminated,
    }
