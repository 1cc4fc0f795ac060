"""The receiving half of a connection: what each frame type does (RFC 9113 6, 8)."""

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from . import frame_writer
from .codes import INITIAL_WINDOW_SIZE, ErrorCode, SettingId
from .errors import ConnectionFault, MalformedFault, StreamFault
from .events import (
    DataReceived,
    Event,
    GoAwayReceived,
    InformationalReceived,
    PingAcknowledged,
    PushPromised,
    RequestReceived,
    ResponseReceived,
    SettingsAcknowledged,
    SettingsReceived,
    TrailersReceived,
)
from .fields import FieldCheck, Fields, RequestHead
from .flow import ReceiveWindow, widened
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
from .guard import calm
from .header_block import HeaderBlock, oversized
from .hpack import HDInflater
from .limits import Limits
from .priority import parse_priority
from .sending import Sender
from .settings import check
from .stream import Stream, refuse
from .stream_state import INPUTS, STEPS, Input, Reaction, State

# Plain integers for the hot path.
_OPEN: Final = int(State.OPEN)
_HALF_CLOSED_REMOTE: Final = int(State.HALF_CLOSED_REMOTE)
_CLOSED: Final = int(State.CLOSED)
_RECV_HEADERS: Final = int(Input.RECV_HEADERS)
_RECV_DATA: Final = int(Input.RECV_DATA)
_RECV_END_STREAM: Final = int(Input.RECV_END_STREAM)

_MEMO_HEADS: Final = 64
_MEMO_OCTETS: Final = 256


class Receiver(Sender):
    """Follow the peer's frames; each method returns an event or None, or raises a fault."""

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
        self.is_short_of_memory = False  # of the whole server: no new stream is taken
        self.held_slots = 0  # closed streams whose handlers still run
        self._check = FieldCheck(extended_connect)
        self._inflater = HDInflater(
            max_list_size=limits.max_header_list_size_hard,
            max_fields=limits.max_header_fields_hard,
            max_string=4 * limits.max_header_list_size,
        )
        self._heads: dict[bytes, RequestHead] = {}
        self._is_repeatable = False  # the block last decoded did not change the dynamic table
        self._block: HeaderBlock | None = None
        self._unacknowledged: deque[tuple[tuple[int, int], ...]] = deque()
        self._stream_window = INITIAL_WINDOW_SIZE  # that the peer knows of
        self._early_priorities: dict[int, tuple[int, bool]] = {}

    # Streams that are not live.

    def _not_live(self, stream_id: int, item: Input) -> None:
        """React to a frame on an idle or closed stream: always raises."""
        state = self.streams.state_of(stream_id)
        # A skipped identifier was never in use (RFC 9113 5.1.1): a stream error has no stream to end there.
        if item == Input.RECV_DATA and state == State.CLOSED and self.streams.was_skipped(stream_id):
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"DATA on stream {stream_id}, which was skipped")
        outcome = STEPS[state * INPUTS + item]
        if type(outcome) is Reaction:
            refuse(outcome, stream_id, State(state), item)
        # What opens a stream is dealt with elsewhere; here it came on a stream that the peer may not open.
        raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"{item.name} on stream {stream_id}, which is idle")

    def _end_received(self, stream: Stream) -> None:
        """Follow the peer's END_STREAM."""
        # RFC 9113 8.1.1: "the value of the Content-Length header field does not equal the sum of the DATA
        # frame payload lengths that form the content" makes a message malformed.
        if stream.expected > 0:
            raise MalformedFault(stream.id, f"{stream.expected} octets fewer than content-length says")
        stream.step(_RECV_END_STREAM)
        if stream.state >= _CLOSED:
            self._close(stream, 0)

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
        if stream is None or stream.state not in (3, 4):  # open, half-closed (local)
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
        block.add(frame.fragment)
        if not frame.end_headers:
            return None
        self._block = None
        if block.promised_stream_id:
            return self._promised_block(block.stream_id, block.promised_stream_id, block.join())
        return self._field_block(block.stream_id, block.end_stream, block.join())

    def _inflate(self, block: bytes) -> Fields:
        """Decode a field block; this happens to every one, whatever becomes of its stream (RFC 9113 4.3)."""
        fault = oversized(len(block), self.limits)
        if fault is not None:
            raise fault
        inflater = self._inflater
        version = inflater.version
        fields = inflater.inflate(block)
        self._is_repeatable = inflater.version == version
        if not self._is_repeatable:
            self._heads.clear()
        return fields

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

    def _refuse(self, stream_id: int, reason: str) -> None:
        self.stats["streams_refused"] += 1
        raise StreamFault(stream_id, ErrorCode.REFUSED_STREAM, reason)

    def _answer(self, stream_id: int, status: int, end_stream: bool, error_code: int = 0) -> None:
        """Answer a request that no handler shall see; then stop its content, if any."""
        stream = Stream(
            stream_id, _HALF_CLOSED_REMOTE if end_stream else _OPEN, self.remote.initial_window_size
        )
        if status == 431:
            self.stats["answered_431"] += 1
            self.guard.glitch()
        block, _ = self.response_block(status, None)
        self._write_control(frame_writer.field_block(stream_id, block, True, 16_384))
        stream.step(Input.SEND_HEADERS)
        stream.step(Input.SEND_END_STREAM)
        if stream.state < _CLOSED:
            stream.step(Input.SEND_RST_STREAM)
            self._write_control(frame_writer.rst_stream(stream_id, error_code))
        self.streams.remember(stream_id, stream.state)

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

    # Client: responses and promises, RFC 9113 8.1, 8.4.

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

    # The small frames.

    def _priority(self, _frame: PriorityFrame) -> Event | None:
        # RFC 9113 5.3.2: the scheme is deprecated; the frame is checked, counted and dropped.
        self.guard.priority()
        return None

    def _priority_update(self, frame: PriorityUpdateFrame) -> Event | None:
        stream_id = frame.prioritized_stream_id
        # RFC 9218 7.1: "If a client receives a PRIORITY_UPDATE frame, it MUST respond with a connection
        # error of type PROTOCOL_ERROR"; so must a server if the Prioritized Stream ID is 0x0 or a push
        # stream that is idle.
        streams = self.streams
        if self.is_client or stream_id == 0:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"PRIORITY_UPDATE for stream {stream_id}")
        self.guard.priority()
        stream = streams.live.get(stream_id)
        if stream is not None:
            self.scheduler.change(stream, *parse_priority(frame.field_value))
            return None
        if streams.state_of(stream_id) != State.IDLE:
            return None
        if not stream_id & 1:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"PRIORITY_UPDATE for idle push {stream_id}")
        early = self._early_priorities
        early[stream_id] = parse_priority(frame.field_value)
        # RFC 9218 7.1: "The number of streams that have been prioritized but remain in the 'idle' state
        # plus the number of active streams ... cannot exceed the value of the
        # SETTINGS_MAX_CONCURRENT_STREAMS parameter. Servers that receive such a PRIORITY_UPDATE MUST
        # respond with a connection error of type PROTOCOL_ERROR."
        if len(early) + streams.remote_count > self.limits.max_concurrent_streams:
            for skipped in [item for item in early if item <= streams.last_remote_id]:
                del early[skipped]
            if len(early) + streams.remote_count > self.limits.max_concurrent_streams:
                raise ConnectionFault(
                    ErrorCode.PROTOCOL_ERROR,
                    "max_concurrent_streams: too many idle streams prioritized",
                    "max_concurrent_streams",
                )
        return None

    def _rst_stream(self, frame: RstStreamFrame) -> Event | None:
        stream = self.streams.live.get(frame.stream_id)
        if stream is None:
            self._not_live(frame.stream_id, Input.RECV_RST_STREAM)
            return None
        stream.step(Input.RECV_RST_STREAM)
        self.stats["resets_received"] += 1
        self._close(stream, frame.error_code)
        if not self.is_client:
            self.guard.resets.spend()
        return None

    def _settings(self, frame: SettingsFrame) -> Event | None:
        if frame.ack:
            if not self._unacknowledged:
                self.guard.glitch()
                return None
            self._apply_local(self._unacknowledged.popleft())
            return SettingsAcknowledged()
        self.stats["settings"] += 1
        self.guard.settings.spend()
        if len(frame.settings) > self.limits.max_settings_entries:
            raise calm("max_settings_entries", f"{len(frame.settings)} in one frame")
        # RFC 9113 6.5.3: "The values in the SETTINGS frame MUST be processed in the order they appear".
        for identifier, value in frame.settings:
            check(identifier, value, self.is_client, self.remote)
            if identifier == SettingId.INITIAL_WINDOW_SIZE:
                self._change_send_windows(value - self.remote.initial_window_size)
            elif identifier == SettingId.HEADER_TABLE_SIZE and value != self.remote.header_table_size:
                self._deflater.change_table_size(value)
                self._blocks.clear()
            self.remote.set(identifier, value)
        self._write_ack(frame_writer.SETTINGS_ACK)
        return SettingsReceived()

    def _change_send_windows(self, delta: int) -> None:
        """Apply a change of the peer's INITIAL_WINDOW_SIZE to all streams (RFC 9113 6.9.2)."""
        if not delta:
            return
        for stream in self.streams.live.values():
            window = widened(stream.send_window, delta)
            # RFC 9113 6.9.2: "An endpoint MUST treat a change to SETTINGS_INITIAL_WINDOW_SIZE that causes
            # any flow-control window to exceed the maximum size as a connection error of type
            # FLOW_CONTROL_ERROR."
            if window is None:
                raise ConnectionFault(
                    ErrorCode.FLOW_CONTROL_ERROR, f"INITIAL_WINDOW_SIZE overflows stream {stream.id}"
                )
            stream.send_window = window
            self._reschedule(stream)

    def _reschedule(self, stream: Stream) -> None:
        """Follow a change of a stream's send window."""
        if stream.body is not None and not stream.is_deferred:
            if stream.send_window > 0:
                self.scheduler.add(stream)
            else:
                self.scheduler.remove(stream)

    def _apply_local(self, entries: tuple[tuple[int, int], ...]) -> None:
        """Hold the peer to settings of ours that it acknowledged (RFC 9113 6.5.3)."""
        for identifier, value in entries:
            if identifier == SettingId.INITIAL_WINDOW_SIZE:
                delta = value - self._stream_window
                self._stream_window = value
                for stream in self.streams.live.values():
                    if delta and stream.receive_window is not None:
                        stream.receive_window.adjust(delta)
            elif identifier == SettingId.HEADER_TABLE_SIZE:
                self._inflater.change_table_size(value)
                self._heads.clear()

    def _ping(self, frame: PingFrame) -> Event | None:
        # RFC 9113 6.7: "An endpoint MUST NOT respond to PING frames containing this flag."
        if frame.ack:
            return PingAcknowledged(frame.payload)
        self.stats["pings"] += 1
        self.guard.pings.spend()
        self._write_ack(frame_writer.ping(frame.payload, ack=True))
        return None

    def _goaway(self, frame: GoAwayFrame) -> Event | None:
        last = frame.last_stream_id
        if self.goaway_received is not None:
            self.guard.glitch()
            last = min(last, self.goaway_received)
        self.goaway_received = last
        if self.is_client:
            # RFC 9113 6.8: streams above the last identifier were not processed and can be tried again.
            for stream in [s for s in self.streams.live.values() if s.id & 1 and s.id > last]:
                stream.state = State.CLOSED_BY_PEER
                self._close(stream, ErrorCode.REFUSED_STREAM)
        return GoAwayReceived(frame.last_stream_id, frame.error_code, frame.debug_data)

    def _window_update(self, frame: WindowUpdateFrame) -> Event | None:
        stream_id, increment = frame
        self.guard.window_update()
        if stream_id == 0:
            # RFC 9113 6.9: an increment of 0 on the connection is a connection error PROTOCOL_ERROR; 6.9.1:
            # an overflow "the connection" is one of FLOW_CONTROL_ERROR.
            if increment == 0:
                raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0 on the connection")
            window = widened(self.send_window, increment)
            if window is None:
                raise ConnectionFault(ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE overflows the connection")
            self.send_window = window
            return None
        stream = self.streams.live.get(stream_id)
        if stream is None:
            self._not_live(stream_id, Input.RECV_WINDOW_UPDATE)
            return None
        stream.step(Input.RECV_WINDOW_UPDATE)
        # RFC 9113 6.9: "A receiver MUST treat the receipt of a WINDOW_UPDATE frame with a flow-control window
        # increment of 0 as a stream error of type PROTOCOL_ERROR".
        if increment == 0:
            raise StreamFault(
                stream_id, ErrorCode.PROTOCOL_ERROR, f"WINDOW_UPDATE of 0 on stream {stream_id}"
            )
        window = widened(stream.send_window, increment)
        # RFC 9113 6.9.1: "For streams, the sender sends a RST_STREAM with an error code of
        # FLOW_CONTROL_ERROR".
        if window is None:
            raise StreamFault(
                stream_id, ErrorCode.FLOW_CONTROL_ERROR, f"stream {stream_id}'s window overflows"
            )
        stream.send_window = window
        self._reschedule(stream)
        return None

    def _unknown(self, _frame: RawFrame) -> Event | None:
        # RFC 9113 5.5: "Implementations MUST discard frames that have unknown or unsupported types."
        self.guard.glitch()
        return None

    RECEIVERS: Final[dict[type, Callable[[Any, Any], Event | None]]] = {
        DataFrame: _data,
        HeadersFrame: _headers,
        PriorityFrame: _priority,
        RstStreamFrame: _rst_stream,
        SettingsFrame: _settings,
        PushPromiseFrame: _push_promise,
        PingFrame: _ping,
        GoAwayFrame: _goaway,
        WindowUpdateFrame: _window_update,
        ContinuationFrame: _continuation,
        PriorityUpdateFrame: _priority_update,
        RawFrame: _unknown,
    }
