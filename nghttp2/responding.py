"""What a server's handlers do: respond, inform, push, resume, reset (RFC 9113 8.1, 8.4, 8.5; RFC 9110 15)."""

import logging
from typing import Any, Final

from .body import BytesBody, wrap
from .callbacks import CallbackDriver
from .codes import ErrorCode
from .errors import UsageError
from .fields import RequestHead, field_bytes, list_size, outgoing
from .handler import BaseRequestHandler
from .outbox import Headers
from .sending import Trailers
from .stream import Stream
from .stream_state import State

access_log = logging.getLogger("nghttp2.access")

_CLOSED: Final = int(State.CLOSED)
_NO_CONTENT: Final = frozenset((204, 304))


class Responder(CallbackDriver):
    """The part of a ServerSession that BaseRequestHandler's methods call.

    client_address, client_certificate: of the peer.
    """

    log = logging.getLogger("nghttp2.server")
    client_address: Any
    client_certificate: dict[str, Any] | None
    _handler_class: type[BaseRequestHandler]

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
        if access_log.isEnabledFor(logging.INFO):
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
