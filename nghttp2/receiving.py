"""Content and requests: what DATA and HEADERS do (RFC 9113 6.1, 6.2, 6.10, 8.1)."""

from collections.abc import Callable
from typing import Any, Final

from . import frame_writer
from .codes import ErrorCode
from .errors import ConnectionFault, MalformedFault, StreamFault
from .events import DataReceived, Event, RequestReceived
from .flow import ReceiveWindow
from .frames import (
    ContinuationFrame,
    DataFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    PriorityUpdateFrame,
    PushPromiseFrame,
    RawFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)
from .header_block import HeaderBlock
from .outbox import CHUNK
from .responses import ResponseReceiver
from .stream import Stream
from .stream_state import Input, State

# Plain integers for the hot path.
_OPEN: Final = int(State.OPEN)
_HALF_CLOSED_LOCAL: Final = int(State.HALF_CLOSED_LOCAL)
_HALF_CLOSED_REMOTE: Final = int(State.HALF_CLOSED_REMOTE)
_CLOSED: Final = int(State.CLOSED)
_RECV_DATA: Final = int(Input.RECV_DATA)

_MEMO_HEADS: Final = 64
_MEMO_OCTETS: Final = 256


class Receiver(ResponseReceiver):
    """The receiving half of a connection."""

    is_short_of_memory = False  # the whole server is: no new stream is taken
    held_slots = 0  # closed streams whose handlers still run
    streams_left: int

    # DATA, RFC 9113 6.1.

    def _data(self, frame: DataFrame) -> Event | None:
        stream_id, data, end_stream, pad_length = frame
        length = size = len(data)
        if pad_length is not None:
            size += pad_length + 1
        if not self.receive_window.receive(size):
            raise ConnectionFault(
                ErrorCode.FLOW_CONTROL_ERROR, f"{size} octets beyond the connection's window"
            )
        stream = self.streams.live.get(stream_id)
        if stream is None or stream.state not in (_OPEN, _HALF_CLOSED_LOCAL):
            # Discarded octets count for the connection's window all the same (RFC 9113 5.1, 6.9).
            self._release_connection(size)
            if stream is None:
                self._not_live(stream_id, Input.RECV_DATA)
            else:
                stream.step(_RECV_DATA)
            return None
        window = stream.receive_window
        if window is None:
            window = stream.receive_window = ReceiveWindow(self._stream_window)
        if not window.receive(size):
            self._release_connection(size)
            raise StreamFault(
                stream_id, ErrorCode.FLOW_CONTROL_ERROR, f"{size} octets beyond the stream's window"
            )
        if self.is_client and not stream.received_final:
            self._release_connection(size)
            raise MalformedFault(stream_id, "DATA before the response's head")
        stream.held += size
        self.held += size
        stream.received_at = self.clock()
        if stream.expected >= 0:
            stream.expected -= length
            if stream.expected < 0:
                raise MalformedFault(stream_id, f"{-stream.expected} octets more than content-length says")
        if end_stream:
            self._end_received(stream)
        elif (length < self.limits.small_data_size or self.guard.is_strained) and not (
            stream.is_tunnel and length
        ):
            self.guard.data(length)
        if size != length:
            self.consume(stream, size - length)
        if not length and not end_stream:
            return None
        return DataReceived(stream, data, end_stream)

    # HEADERS and CONTINUATION, RFC 9113 6.2, 6.10.

    def _headers(self, frame: HeadersFrame) -> Event | None:
        stream_id, fragment, end_stream, end_headers, _, _ = frame
        if end_headers:
            return self._field_block(stream_id, end_stream, fragment)
        if not fragment:
            self.guard.empty_frame()
        self._block = HeaderBlock(self.limits, stream_id, fragment, end_stream)
        return None

    def _continuation(self, frame: ContinuationFrame) -> Event | None:
        block = self._block
        # RFC 9113 6.10: "A CONTINUATION frame MUST be preceded by a HEADERS, PUSH_PROMISE or CONTINUATION
        # frame without the END_HEADERS flag set."
        if block is None:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without an open field block")
        if not frame.fragment and not frame.end_headers:
            self.guard.empty_frame()
        block.add(frame.fragment, frame.end_headers)
        if not frame.end_headers:
            return None
        self._block = None
        if block.promised_stream_id:
            return self._promised_block(block.stream_id, block.promised_stream_id, block.join())
        return self._field_block(block.stream_id, block.end_stream, block.join())

    def _field_block(self, stream_id: int, end_stream: bool, block: bytes) -> Event | None:
        if self.is_client:
            return self._response_block(stream_id, end_stream, self._inflate(block))
        streams = self.streams
        # RFC 9113 5.1.1: "Streams initiated by a client MUST use odd-numbered stream identifiers"; "An
        # endpoint that receives an unexpected stream identifier MUST respond with a connection error of
        # type PROTOCOL_ERROR."
        if not stream_id & 1:
            self._inflate(block)
            raise ConnectionFault(
                ErrorCode.PROTOCOL_ERROR, f"HEADERS on stream {stream_id}, an even identifier"
            )
        if stream_id > streams.last_remote_id:
            return self._open(stream_id, end_stream, block)
        fields = self._inflate(block)
        stream = streams.live.get(stream_id)
        if stream is not None:
            return self._trailers(stream, end_stream, fields)
        # RFC 9113 5.1.1: the identifier "MUST be numerically greater than all streams that the initiating
        # endpoint has opened or reserved"
        if streams.was_skipped(stream_id):
            raise ConnectionFault(
                ErrorCode.PROTOCOL_ERROR, f"HEADERS on stream {stream_id}, which was skipped"
            )
        self._not_live(stream_id, Input.RECV_HEADERS)
        return None

    def _open(self, stream_id: int, end_stream: bool, block: bytes) -> Event | None:
        """Take a new request."""
        # The same octets mean the same fields until the dynamic table changes.
        head = self._heads.get(block)
        fields = None if head is not None else self._inflate(block)
        streams = self.streams
        streams.last_remote_id = stream_id
        if self.goaway_sent is not None and stream_id > self.goaway_sent:
            # RFC 9113 6.8: "the sender can discard frames for streams initiated by the receiver with
            # identifiers higher than the identified last stream"
            streams.remember(stream_id, State.CLOSED_BY_US)
            return None
        self.streams_left -= 1
        stats = self.stats
        stats["streams_opened"] += 1
        # RFC 9113 5.1.2: "An endpoint that receives a HEADERS frame that causes its advertised concurrent
        # stream limit to be exceeded MUST treat this as a stream error of type PROTOCOL_ERROR or
        # REFUSED_STREAM."
        if streams.remote_count + self.held_slots >= self.limits.max_concurrent_streams:
            self._refuse(stream_id, f"more than {self.limits.max_concurrent_streams} streams")
        if head is None:
            assert fields is not None
            if len(fields) > self.limits.max_header_fields:
                self._answer(stream_id, 431, end_stream)
                return None
            try:
                head = self._check.request(stream_id, fields)
            except MalformedFault as fault:
                if not fault.status:
                    raise
                # RFC 9113 8.2.1: "For requests, a server SHOULD generate a 400 (Bad Request) status code
                # response ... unless a more suitable status code is defined".
                stats["malformed"] += 1
                self.guard.resets.spend()
                self._answer(stream_id, fault.status, end_stream, ErrorCode.PROTOCOL_ERROR)
                return None
            if len(block) <= _MEMO_OCTETS:
                if len(self._heads) >= _MEMO_HEADS:
                    self._heads.clear()
                # Only if the block left the table alone: else it means something else the next time.
                if self._is_repeatable:
                    self._heads[block] = head
        if head.size > self.limits.max_header_list_size:
            self._answer(stream_id, 431, end_stream)
            return None
        if self.is_short_of_memory:
            stats.add("limit:memory_budget")
            self._refuse(stream_id, "memory_budget: the server holds too much")
        if self.live_header_bytes + head.size > self.limits.max_live_header_bytes:
            stats.add("limit:max_live_header_bytes")
            self._refuse(stream_id, "the live requests' fields are too large")
        if end_stream and head.content_length > 0:
            raise MalformedFault(stream_id, f"no content, content-length is {head.content_length}")
        stream = Stream(
            stream_id, _HALF_CLOSED_REMOTE if end_stream else _OPEN, self.remote.initial_window_size
        )
        streams.add(stream)
        stream.header_bytes = head.size
        self.live_header_bytes += head.size
        stream.received_final = True
        stream.expected = head.content_length
        if not end_stream or self.limits.handler_timeout is not None:
            stream.received_at = self.clock()
        stream.is_head = head.method == b"HEAD"
        if self._early_priorities or head.priority is not None or self.remote.no_rfc7540_priorities:
            self._prioritize(stream, head.priority)
        stats["requests"] += 1
        return RequestReceived(stream, head, end_stream)

    def _prioritize(self, stream: Stream, signal: tuple[int, bool] | None) -> None:
        # RFC 9218 7.1: a PRIORITY_UPDATE that came before the request overrides its Priority header field.
        early = self._early_priorities.pop(stream.id, None)
        chosen = early or signal
        if chosen is not None:
            stream.urgency, stream.is_incremental = chosen
        elif self.remote.no_rfc7540_priorities:
            stream.is_incremental = False

    def _answer(self, stream_id: int, status: int, end_stream: bool, error_code: int = 0) -> None:
        """Answer a request that no handler shall see; then stop its content, if any."""
        stream = Stream(
            stream_id, _HALF_CLOSED_REMOTE if end_stream else _OPEN, self.remote.initial_window_size
        )
        if status == 431:
            self.stats["answered_431"] += 1
            self.guard.glitch()
        block, _ = self.response_block(status, None)
        self._write_control(frame_writer.field_block(stream_id, block, True, CHUNK))
        stream.step(Input.SEND_HEADERS)
        stream.step(Input.SEND_END_STREAM)
        if stream.state < _CLOSED:
            stream.step(Input.SEND_RST_STREAM)
            self._write_control(frame_writer.rst_stream(stream_id, error_code))
        self.streams.remember(stream_id, stream.state)

    RECEIVERS: Final[dict[type, Callable[[Any, Any], Event | None]]] = {
        DataFrame: _data,
        HeadersFrame: _headers,
        PriorityFrame: ResponseReceiver._priority,
        RstStreamFrame: ResponseReceiver._rst_stream,
        SettingsFrame: ResponseReceiver._settings,
        PushPromiseFrame: ResponseReceiver._push_promise,
        PingFrame: ResponseReceiver._ping,
        GoAwayFrame: ResponseReceiver._goaway,
        WindowUpdateFrame: ResponseReceiver._window_update,
        ContinuationFrame: _continuation,
        PriorityUpdateFrame: ResponseReceiver._priority_update,
        RawFrame: ResponseReceiver._unknown,
    }
