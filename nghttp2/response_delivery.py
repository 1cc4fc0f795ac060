"""What a client receives, response by response and promise by promise (RFC 9113 8.1, 8.4).

Responses go to their handlers; promises are offered to the handler of the request that they belong to.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from .callbacks import CallbackDriver
from .codes import ErrorCode
from .errors import UsageError
from .events import (
    BodyFailed,
    DataReceived,
    InformationalReceived,
    PushPromised,
    ResponseReceived,
    TrailersReceived,
)
from .fields import Fields, list_size
from .response_handler import BaseResponseHandler, PushPromise
from .stream import Stream


class ResponseDelivery(CallbackDriver):
    """The part of a client's session that responses and promises come through."""

    log = logging.getLogger("nghttp2.client")
    tasks_outlive_connection = True

    # The content of requests, where it depends on the response.

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

    # Responses.

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
        if handler._is_used:
            raise UsageError("a response handler serves one request or promise only")
        handler._is_used = True
        promise._is_decided = True
        handler.http2 = promise._parent.http2
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

    reactions: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        InformationalReceived: _informational,
        ResponseReceived: _response,
        DataReceived: _data,
        TrailersReceived: _trailers,
        PushPromised: _promised,
        BodyFailed: CallbackDriver._body_failed,
    }
