"""A client's side of a connection without I/O: requests, their handlers, pushes (RFC 9113 8, 8.4, 8.7).

In memory: `send_request(...)`, `data_to_send()` until it returns nothing, `receive(data)`, until `closed`;
time passes by `advance(seconds)` only, and `next_deadline()` tells how far it may be advanced.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, ClassVar, Final

from .body import BytesBody
from .callbacks import CallbackDriver
from .codes import ErrorCode
from .connection import Connection
from .driver import Spawn, no_tasks
from .errors import RequestFault, UsageError
from .events import (
    BodyFailed,
    ConnectionTerminated,
    DataReceived,
    GoAwayReceived,
    InformationalReceived,
    PushPromised,
    ResponseReceived,
    SettingsReceived,
    StreamClosed,
    TrailersReceived,
)
from .fields import Fields, field_bytes, list_size
from .guard import MemoryBudget
from .limits import Limits
from .request import Request, prepare
from .response_handler import BaseResponseHandler, PushPromise
from .sending import Headers, Trailers
from .stream import Stream
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


class ClientSession(CallbackDriver):
    """A connection to one server, and the handlers of its responses.

    scheme, authority: of requests whose URL is a path only.
    clock: seconds; by default a virtual one that only `advance` moves.
    enable_push: let the server promise responses; handlers decide on each (`on_push_promise`).
    on_wake, spawn, budget: see Driver.
    """

    log = logging.getLogger("nghttp2.client")
    tasks_outlive_connection = True

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

    def _release_body(self, handler: BaseResponseHandler) -> None:
        """Send a request's content from now on, if it was held back."""
        body, request, stream = handler._held_body, handler._request, handler._stream
        handler._held_body = None
        if body is not None and request is not None and stream.can_send:
            self.connection.send_body(stream, body, request.content_length, request.trailers)

    def _withhold_body(self, handler: BaseResponseHandler) -> None:
        """Give up content that was held back."""
        body, handler._held_body = handler._held_body, None
        if body is not None:
            body.close()

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

    # From the connection to the handlers.

    def _informational(self, event: InformationalReceived) -> None:
        stream, head = event
        handler = stream.context
        if type(handler) is PushPromise:
            if self._charge(stream, head.headers):
                handler._events.append(event)
            return
        if head.status == 100 and not stream.is_tunnel:
            self._release_body(handler)
        self._call(handler, handler.on_informational, (head.status, list(head.headers)), 0)

    def _response(self, event: ResponseReceived) -> None:
        stream = event.stream
        stream.received_at = self.clock()
        if self._charge(stream, event.head.headers):
            if type(stream.context) is PushPromise:
                stream.context._events.append(event)
            else:
                self._deliver(event)

    def _deliver(self, event: ResponseReceived) -> None:
        stream, head, end_stream = event
        handler = stream.context
        self.stats["responses"] += 1
        if handler._held_body is not None:
            # RFC 9110 10.1.1: a final status in place of 100 tells what becomes of the content.
            if 200 <= head.status <= 299 and (stream.is_tunnel or not end_stream):
                self._release_body(handler)
            else:
                self._withhold_body(handler)
        self._call(handler, self._deliver_head, (handler, event), 0)
        if end_stream:
            self._response_ended(handler)

    def _charge(self, stream: Stream, fields: Fields) -> bool:
        """Account for fields that are kept while the stream lives; False: too large, the stream is reset."""
        if stream.is_closed:
            return True  # it ended with them
        size = list_size(fields)
        connection, limits = self.connection, self.limits
        stream.header_bytes += size
        connection.live_header_bytes += size
        if size > limits.max_header_list_size:
            name = "max_header_list_size"
        elif connection.live_header_bytes > limits.max_live_header_bytes:
            name = "max_live_header_bytes"
        else:
            return True
        self.stats.add(f"limit:{name}")
        self.log.warning("stream %d given up: %s", stream.id, name)
        connection.reset(stream, ErrorCode.ENHANCE_YOUR_CALM)
        return False

    def _deliver_head(self, handler: BaseResponseHandler, event: ResponseReceived) -> Awaitable[None] | None:
        handler.status = event.head.status
        handler._headers = list(event.head.headers)
        return handler.on_headers()

    def _data(self, event: DataReceived) -> None:
        stream, data, end_stream = event
        handler = stream.context
        if type(handler) is PushPromise:
            handler._events.append(event)
            return
        if data:
            self._call(handler, handler.on_data, (data,), len(data))
        if end_stream:
            self._response_ended(handler)

    def _trailers(self, event: TrailersReceived) -> None:
        stream, fields = event
        handler = stream.context
        if type(handler) is PushPromise:
            handler._events.append(event)
            return
        handler._trailers = list(fields)
        self._response_ended(handler)

    def _response_ended(self, handler: BaseResponseHandler) -> None:
        self._call(handler, handler.on_response_done, (), 0)
        self._withhold_body(handler)
        stream = handler._stream
        if stream.can_send and stream.body is None:
            # The response is whole; the content that was held back is not wanted.
            self.connection.reset(stream, ErrorCode.NO_ERROR)

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

    # Pushes.

    def _promised(self, event: PushPromised) -> None:
        parent, promised, head = event
        handler = parent.context
        request = handler._request
        promise = PushPromise(handler, promised, head)
        promised.context = promise
        # RFC 9113 8.4: "A client MUST treat a PUSH_PROMISE for which the server is not authoritative as a
        # stream error of type PROTOCOL_ERROR."  Authority is taken to be that of the request.
        if head.authority != request.authority or head.scheme != request.scheme:
            promise._is_decided = True
            self.connection.reset(promised, ErrorCode.PROTOCOL_ERROR)
            return

        self._call(handler, handler.on_push_promise, (promise,), 0)
        self._call(handler, self._settle, (promise,), 0)

    def _settle(self, promise: PushPromise) -> None:
        """Reject a promise that `on_push_promise` left undecided."""
        if not promise._is_decided:
            self._reject(promise)

    def _reject_promises(self, handler: BaseResponseHandler) -> None:
        """Reject what a handler that comes to nothing cannot decide on any more."""
        for stream in list(self.connection.streams.live.values()):
            promise = stream.context
            if type(promise) is PushPromise and promise._parent is handler:
                self._settle(promise)

    def accept_push(self, promise: PushPromise, handler: BaseResponseHandler) -> None:
        """Have a promised response handled; see BaseResponseHandler.accept_push."""
        if promise._is_decided:
            raise UsageError("the promise was accepted or rejected already")
        take(handler)
        promise._is_decided = True
        handler.http2 = self
        handler.pushed = True
        handler._stream = promise._stream
        handler.stream_id = promise.stream_id
        promise._stream.context = handler
        events, promise._events = promise._events, []
        for event in events:
            if type(event) is ResponseReceived:
                self._deliver(event)
            else:
                self.reactions[type(event)](self, event)
        self.wake()

    def reject_push(self, promise: PushPromise) -> None:
        """Cancel a promised response; see BaseResponseHandler.reject_push."""
        if promise._is_decided and type(promise._stream.context) is not PushPromise:
            raise UsageError("the promise was accepted already")
        self._reject(promise)
        self.wake()

    def _reject(self, promise: PushPromise) -> None:
        promise._is_decided = True
        promise._events.clear()
        # RFC 9113 8.4.2: "the client can send a RST_STREAM frame, using either the CANCEL or REFUSED_STREAM
        # code"
        self.connection.reset(promise._stream, ErrorCode.CANCEL)

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
        InformationalReceived: _informational,
        ResponseReceived: _response,
        DataReceived: _data,
        TrailersReceived: _trailers,
        StreamClosed: _closed,
        PushPromised: _promised,
        SettingsReceived: _settings,
        GoAwayReceived: _goaway,
        BodyFailed: CallbackDriver._body_failed,
        ConnectionTerminated: _terminated,
    }


def take(handler: BaseResponseHandler) -> None:
    """Mark a handler as in use.  Raises UsageError if it is already."""
    if handler._is_used:
        raise UsageError("a response handler serves one request only")
    handler._is_used = True


def prepare_for(
    handler: BaseResponseHandler | None, scheme: bytes, authority: bytes, **request: Any
) -> Request:
    """Prepare a request for a handler that is not in use, or for a new one."""
    chosen = BaseResponseHandler() if handler is None else handler
    if chosen._is_used:
        raise UsageError("a response handler serves one request only")

    def spawn(coroutine: Coroutine[Any, Any, None], done: Callable[[], None]) -> Any:
        assert chosen.http2 is not None, "a body is read once its request is sent"
        return chosen.http2._spawn(coroutine, done)

    prepared = prepare(chosen, spawn, scheme, authority, **request)
    chosen._is_used = True
    return prepared
