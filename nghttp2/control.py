"""Frames without a message: PRIORITY to WINDOW_UPDATE, PRIORITY_UPDATE (RFC 9113 6.3-6.9, RFC 9218 7.1)."""

from collections import deque
from collections.abc import Callable

from . import frame_writer
from .codes import INITIAL_WINDOW_SIZE, ErrorCode, SettingId
from .errors import ConnectionFault, StreamFault
from .events import Event, GoAwayReceived, PingAcknowledged, SettingsAcknowledged, SettingsReceived
from .fields import RequestHead
from .flow import widened
from .frames import (
    GoAwayFrame,
    PingFrame,
    PriorityFrame,
    PriorityUpdateFrame,
    RawFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)
from .guard import calm
from .hpack import HDInflater
from .limits import Limits
from .priority import parse_priority
from .sending import Sender
from .settings import check
from .stream import Stream, refuse
from .stream_state import INPUTS, STEPS, Input, Reaction, State


class ControlReceiver(Sender):
    """Each method follows one frame; it returns an event or None, or raises a fault."""

    def __init__(self, is_client: bool, limits: Limits, clock: Callable[[], float]) -> None:
        super().__init__(is_client, limits, clock)
        self._inflater = HDInflater(
            max_list_size=limits.max_header_list_size_hard,
            max_fields=limits.max_header_fields_hard,
            # No limit on a string: it lies within a block of max_field_block octets, or the block is
            # truncated.
        )
        self._heads: dict[bytes, RequestHead] = {}  # of blocks that mean the same until the table changes
        self._unacknowledged: deque[tuple[tuple[int, int], ...]] = deque()
        self._stream_window = INITIAL_WINDOW_SIZE  # that the peer knows of
        self._early_priorities: dict[int, tuple[int, bool]] = {}  # of streams that are idle (RFC 9218 7.1)

    def _not_live(self, stream_id: int, item: Input) -> None:
        """React to a frame on an idle or closed stream: always raises."""
        state = self.streams.state_of(stream_id)
        outcome = STEPS[state * INPUTS + item]
        if type(outcome) is Reaction:
            refuse(outcome, stream_id, State(state), item)
        # What opens a stream is dealt with elsewhere; here it came on a stream that the peer may not open.
        raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"{item.name} on stream {stream_id}, which is idle")

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
            if self.streams.state_of(frame.stream_id) == State.IDLE:
                self._not_live(frame.stream_id, Input.RECV_RST_STREAM)
            # RFC 9113 5.1: frames on a closed stream can come of what was on its way.
            self.guard.late_reset()
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
