"""Field blocks of any kind, and what a client receives: responses and promises (RFC 9113 4.3, 8.1, 8.4)."""

from collections.abc import Callable
from typing import Final

from .codes import ErrorCode
from .control import ControlReceiver
from .errors import ConnectionFault, MalformedFault, StreamFault
from .events import Event, InformationalReceived, PushPromised, ResponseReceived, TrailersReceived
from .fields import FieldCheck, Fields
from .frames import PushPromiseFrame
from .header_block import HeaderBlock, oversized
from .limits import Limits
from .stream import Stream
from .stream_state import Input, State

_CLOSED: Final = int(State.CLOSED)
_RECV_HEADERS: Final = int(Input.RECV_HEADERS)
_RECV_END_STREAM: Final = int(Input.RECV_END_STREAM)


class ResponseReceiver(ControlReceiver):
    """What a client's connection does with field blocks, and what a server's shares of it."""

    def __init__(
        self,
        is_client: bool,
        limits: Limits,
        clock: Callable[[], float],
        *,
        extended_connect: bool = False,
        enable_push: bool = True,
    ) -> None:
        super().__init__(is_client, limits, clock)
        self.enable_push = enable_push
        self._check = FieldCheck(extended_connect)
        self._is_repeatable = False  # the block last decoded means the same as long as the table stays
        self._block: HeaderBlock | None = None

    def _inflate(self, block: bytes) -> Fields:
        """Decode a field block; this happens to every one, whatever becomes of its stream (RFC 9113 4.3)."""
        fault = oversized(len(block), self.limits)
        if fault is not None:
            raise fault
        inflater = self._inflater
        version = inflater.version
        fields = inflater.inflate(block)
        if inflater.version != version:
            self._heads.clear()
            self._is_repeatable = False
        else:
            # What must never be indexed is not remembered in another way either (RFC 7541 7.1.3).
            self._is_repeatable = not inflater.never_indexed
        return fields

    def _end_received(self, stream: Stream) -> None:
        """Follow the peer's END_STREAM."""
        # RFC 9113 8.1.1: "the value of the Content-Length header field does not equal the sum of the DATA
        # frame payload lengths that form the content" makes a message malformed.
        if stream.expected > 0:
            raise MalformedFault(stream.id, f"{stream.expected} octets fewer than content-length says")
        stream.step(_RECV_END_STREAM)
        if stream.state >= _CLOSED:
            self._close(stream, 0)

    def _trailers(self, stream: Stream, end_stream: bool, fields: Fields) -> Event | None:
        """Take the HEADERS that ends a message."""
        stream.step(_RECV_HEADERS)
        # RFC 9113 8.5: frame types other than DATA, RST_STREAM, WINDOW_UPDATE, PRIORITY "MUST be treated as a
        # stream error if received" on a tunnel.
        if stream.is_tunnel:
            raise StreamFault(stream.id, ErrorCode.PROTOCOL_ERROR, "HEADERS on a tunnel")
        # RFC 9113 8.1: "a HEADERS frame without the END_STREAM flag set after receiving the HEADERS frame
        # that opens a request or after receiving a final status code" makes the message malformed.
        if not end_stream:
            raise MalformedFault(stream.id, "a second HEADERS without END_STREAM")
        self._check.trailers(stream.id, fields)
        self._end_received(stream)
        return TrailersReceived(stream, fields)

    def _response_block(self, stream_id: int, end_stream: bool, fields: Fields) -> Event | None:
        stream = self.streams.live.get(stream_id)
        if stream is None:
            # RFC 9113 5.1.1: "An endpoint that receives an unexpected stream identifier MUST respond with a
            # connection error of type PROTOCOL_ERROR."  A server opens no stream but by a promise.
            if self.streams.state_of(stream_id) == State.IDLE:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"a response on idle stream {stream_id}")
            self._not_live(stream_id, Input.RECV_HEADERS)
            return None
        if stream.received_final:
            return self._trailers(stream, end_stream, fields)
        was_reserved = stream.state == State.RESERVED_REMOTE
        stream.step(_RECV_HEADERS)
        if was_reserved:
            self.streams.count(stream)
        head = self._check.response(stream_id, fields)
        if head.status < 200:
            # RFC 9113 8.1: "An endpoint that receives ... a HEADERS frame with the END_STREAM flag set that
            # carries an informational status code" has a malformed response.
            if end_stream or head.content_length >= 0:
                raise MalformedFault(stream_id, f"{head.status} that ends the stream or has content")
            self.guard.glitch()
            return InformationalReceived(stream, head)
        stream.received_final = True
        if stream.is_tunnel and not 200 <= head.status <= 299:
            stream.is_tunnel = False
        if stream.is_head or head.status in (204, 304):
            stream.expected = 0
        elif not stream.is_tunnel:
            stream.expected = head.content_length
        if end_stream:
            self._end_received(stream)
        return ResponseReceived(stream, head, end_stream)

    def _push_promise(self, frame: PushPromiseFrame) -> Event | None:
        # RFC 9113 8.4: "A server MUST treat the receipt of a PUSH_PROMISE frame as a connection error of type
        # PROTOCOL_ERROR"; 6.6: so must a client that disabled push.
        if not self.is_client or not self.enable_push:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, which is not allowed")
        if frame.end_headers:
            return self._promised_block(frame.stream_id, frame.promised_stream_id, frame.fragment)
        self._block = HeaderBlock(
            self.limits, frame.stream_id, frame.fragment, False, frame.promised_stream_id
        )
        return None

    def _promised_block(self, stream_id: int, promised_id: int, block: bytes) -> Event | None:
        fields = self._inflate(block)
        streams = self.streams
        # RFC 9113 6.6: "A receiver MUST treat the receipt of a PUSH_PROMISE that promises an illegal stream
        # identifier as a connection error of type PROTOCOL_ERROR."
        if promised_id & 1 or promised_id <= streams.last_remote_id:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"PUSH_PROMISE of stream {promised_id}")
        parent = streams.live.get(stream_id)
        is_open = parent is not None and streams.is_local(stream_id) and parent.can_receive
        if not is_open and streams.state_of(stream_id) != State.CLOSED_BY_US:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"PUSH_PROMISE on stream {stream_id}")
        streams.last_remote_id = promised_id
        if parent is None:
            # Promised before our RST_STREAM arrived: the promised stream exists all the same.
            raise StreamFault(promised_id, ErrorCode.CANCEL, "promised on a stream that we reset")
        self.stats["pushes"] += 1
        head = self._check.request(promised_id, fields)
        # RFC 9113 8.4: promised requests "MUST be safe ..., MUST be cacheable, and MUST NOT include any
        # content"
        if head.method not in (b"GET", b"HEAD") or head.content_length > 0:
            raise MalformedFault(promised_id, f"promised request with {head.method!r}")
        if len(streams.live) > 2 * self.limits.max_concurrent_streams:
            self._refuse(promised_id, "too many promised streams")
        promised = Stream(promised_id, State.RESERVED_REMOTE, self.remote.initial_window_size)
        promised.is_head = head.method == b"HEAD"
        streams.add(promised, is_counted=False)
        return PushPromised(parent, promised, head)

    def _refuse(self, stream_id: int, reason: str) -> None:
        self.stats["streams_refused"] += 1
        raise StreamFault(stream_id, ErrorCode.REFUSED_STREAM, reason)
