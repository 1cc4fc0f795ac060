"""An HTTP/2 connection without I/O, server or client (RFC 9113 3.4, 5.4).

Octets go in through `receive_data`, which only buffers; events are pulled one at a time with `next_event`, so
that the owner may answer one before the next frame is looked at; octets come out of `data_to_send`.
"""

import sys
from collections.abc import Callable
from typing import Final

from . import frame_writer
from .codes import INITIAL_WINDOW_SIZE, PREFACE, ErrorCode
from .errors import ConnectionFault, MalformedFault, StreamFault, UsageError
from .events import ConnectionTerminated, Event
from .fields import Fields
from .frame_reader import FrameReader
from .frames import ContinuationFrame, SettingsFrame
from .limits import DEFAULT_LIMITS, Limits
from .receiving import Receiver
from .settings import client_settings, server_settings
from .stream import Discard, Stream
from .stream_state import Input, State

_SEND_RST_STREAM: Final = int(Input.SEND_RST_STREAM)
FIXED_MEMORY: Final = 64 * 1024
"""Octets that a connection is taken to need for itself."""

_DEBUG_DATA: Final = 256  # octets of a reason in GOAWAY


class Connection(Receiver):
    """One endpoint of a connection.

    clock: seconds, never backwards; it only paces the rate limits.  extended_connect: announce RFC 8441
    (server).
    enable_push: allow PUSH_PROMISE (client).
    """

    def __init__(
        self,
        is_client: bool,
        limits: Limits = DEFAULT_LIMITS,
        *,
        clock: Callable[[], float],
        extended_connect: bool = False,
        enable_push: bool = True,
    ) -> None:
        super().__init__(is_client, limits, clock, extended_connect=extended_connect, enable_push=enable_push)
        self._base_memory = FIXED_MEMORY + limits.header_table_size + limits.max_encoder_table_size
        self._reader = FrameReader(limits.max_frame_size)
        self._preface = b"" if is_client else PREFACE  # what is still to come of it
        self.settings_received = False
        self.frames_left = sys.maxsize  # `next_event` looks at no more of them
        self.streams_left = sys.maxsize  # and no further once so many were opened
        if is_client:
            self._write(PREFACE)
            entries = client_settings(limits, enable_push)
        else:
            entries = server_settings(limits, extended_connect)
        self._send_settings(entries)
        # The connection's window starts at 65,535 octets and is changed by WINDOW_UPDATE only (RFC 9113
        # 6.9.2).
        if limits.connection_window > INITIAL_WINDOW_SIZE:
            self._write(frame_writer.window_update(0, limits.connection_window - INITIAL_WINDOW_SIZE))

    def _send_settings(self, entries: tuple[tuple[int, int], ...]) -> None:
        self._write(frame_writer.settings(entries))
        self._unacknowledged.append(entries)

    @property
    def awaits_settings_ack(self) -> bool:
        """SETTINGS of ours were not acknowledged yet."""
        return bool(self._unacknowledged)

    @property
    def preface_missing(self) -> bool:
        """The client's 24 octets did not all come yet (RFC 9113 3.4)."""
        return bool(self._preface)

    @property
    def has_open_block(self) -> bool:
        """A field block waits for its CONTINUATION."""
        return self._block is not None

    @property
    def has_events(self) -> bool:
        """Events wait that came of what was done already."""
        return bool(self._events)

    def pop_event(self) -> Event:
        """Return an event that came of sending or closing, without looking at the input."""
        return self._events.popleft()

    @property
    def buffered(self) -> int:
        """Octets received and not yet looked at."""
        return len(self._reader)

    @property
    def has_input(self) -> bool:
        """`next_event` has something to look at."""
        return not self.is_terminated and bool(
            self._events or self._preface_ready() or self._reader.has_frame()
        )

    def _preface_ready(self) -> bool:
        return bool(self._preface) and len(self._reader) > 0

    def receive_data(self, data: bytes) -> None:
        """Append octets from the peer; after a connection error they are dropped."""
        if self.is_terminated:
            return
        self.stats["octets_received"] += len(data)
        self._reader.receive(data)

    def next_event(self) -> Event | None:
        """Return the next event, or None until more octets come.

        Frames that need no attention of the owner (PING, WINDOW_UPDATE, ...) are dealt with on the way.
        """
        events = self._events
        receivers = self.RECEIVERS
        while True:
            if events:
                return events.popleft()
            if self.is_terminated or self.frames_left <= 0 or self.streams_left <= 0:
                return None
            try:
                if self._preface and not self._take_preface():
                    return None
                frame = self._reader.next_frame()
                if frame is None:
                    return None
                self.frames_left -= 1
                kind = type(frame)
                # RFC 9113 6.10: within a field block "any other frame type or a frame on any other stream ...
                # MUST be treated as a connection error of type PROTOCOL_ERROR".
                if self._block is not None and (
                    not isinstance(frame, ContinuationFrame) or frame.stream_id != self._block.stream_id
                ):
                    raise ConnectionFault(
                        ErrorCode.PROTOCOL_ERROR, f"{kind.__name__} within the field block of another stream"
                    )
                if not self.settings_received:
                    self._take_first(frame)
                event = receivers[kind](self, frame)
                if event is not None:
                    return event
            except Discard:
                self._discarded()
            except StreamFault as fault:
                self._stream_fault(fault)
            except ConnectionFault as fault:
                self._fail(fault)

    def _take_preface(self) -> bool:
        """Compare what came with the preface; True once it is complete."""
        received = self._reader.take(len(self._preface))
        if not self._preface.startswith(received):
            # RFC 9113 3.4: "Clients and servers MUST treat an invalid connection preface as a connection
            # error of type PROTOCOL_ERROR."
            self._reader.take(self.limits.max_frame_size)
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"the connection preface has {received!r}")
        self._preface = self._preface[len(received) :]
        return not self._preface

    def _take_first(self, frame: object) -> None:
        # RFC 9113 3.4: the preface includes "a SETTINGS frame ... This sequence MUST be followed by a
        # SETTINGS frame"; its acknowledgement is no substitute.
        if type(frame) is not SettingsFrame or frame.ack:
            raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"{type(frame).__name__} before SETTINGS")
        self.settings_received = True

    def _discarded(self) -> None:
        try:
            self.guard.glitch()
        except ConnectionFault as fault:
            self._fail(fault)

    def _stream_fault(self, fault: StreamFault) -> None:
        """Reset a stream because of what the peer did (RFC 9113 5.4.2)."""
        stream_id, code = fault.stream_id, fault.error_code
        try:
            if isinstance(fault, MalformedFault):
                self.stats["malformed"] += 1
            if code == ErrorCode.REFUSED_STREAM:
                self.guard.refusals.spend()
            else:
                self.guard.resets.spend()
            stream = self.streams.live.get(stream_id)
            if stream is None:
                self._fault_without_stream(fault)
                return
            if not stream.is_closed:
                stream.step(_SEND_RST_STREAM)
                self.stats["resets_sent"] += 1
                self._write_control(frame_writer.rst_stream(stream_id, code))
                self._close(stream, code)
        except ConnectionFault as escalated:
            self._fail(escalated)

    def _fault_without_stream(self, fault: StreamFault) -> None:
        stream_id, code = fault.stream_id, fault.error_code
        state = self.streams.state_of(stream_id)
        # RFC 9113 6.4: "RST_STREAM frames MUST NOT be sent for a stream in the 'idle' state."  A malformed
        # PRIORITY on a closed stream leaves no stream to reset either.
        if state == State.IDLE or code == ErrorCode.FRAME_SIZE_ERROR:
            raise ConnectionFault(code, fault.reason)
        self.stats["resets_sent"] += 1
        self._write_control(frame_writer.rst_stream(stream_id, code))
        self.streams.remember(stream_id, State.CLOSED_BY_US)

    def _fail(self, fault: ConnectionFault) -> None:
        """End the connection because of what the peer did (RFC 9113 5.4.1)."""
        debug = fault.reason
        if fault.limit is not None:
            self.stats.add(f"limit:{fault.limit}")
            if not debug.startswith(fault.limit):
                debug = f"{fault.limit}: {debug}"
        self.stats["connection_errors"] += 1
        self.terminate(fault.error_code, debug)

    def terminate(self, error_code: int, reason: str = "") -> None:
        """Write GOAWAY, close every stream, and read nothing more; no effect if that was done already."""
        if self.is_terminated:
            return
        self.is_terminated = True
        last = self.streams.last_remote_id
        self.goaway(last, error_code, reason.encode("ascii", "backslashreplace")[:_DEBUG_DATA])
        self._promised.clear()
        self.abandon_streams()
        self._events.append(ConnectionTerminated(error_code, reason))

    def abandon_streams(self, error_code: int = ErrorCode.INTERNAL_ERROR) -> None:
        """Close every live stream without a frame: the connection is gone."""
        self.is_terminated = True
        self._block = None
        self._reader.clear()
        for stream in list(self.streams.live.values()):
            stream.state = State.CLOSED_BY_US
            self._close(stream, error_code)

    # Client.

    @property
    def can_open(self) -> bool:
        """Another stream of ours fits the peer's MAX_CONCURRENT_STREAMS, and the peer takes new ones."""
        return (
            not self.is_terminated
            and self.goaway_received is None
            and self.streams.local_count < self.remote.max_concurrent_streams
        )

    def send_request(self, fields: Fields, end_stream: bool) -> Stream:
        """Open a stream with a request head; `fields` with pseudo-header fields first, names in lower case.

        Raises UsageError if `can_open` is false.
        """
        if not self.can_open:
            raise UsageError("the connection takes no new stream at present")
        stream = Stream(self.streams.take_local_id(), State.IDLE, self.remote.initial_window_size)
        method = fields[0][1] if fields and fields[0][0] == b":method" else dict(fields).get(b":method")
        stream.is_head = method == b"HEAD"
        stream.is_tunnel = method == b"CONNECT"
        self.streams.add(stream)
        block, _ = self._encode(fields)
        self.stats["streams_opened"] += 1
        self.send_headers(stream, block, end_stream)
        return stream

    # Memory.

    def accounted_memory(self) -> dict[str, int]:
        """Return the octets held because of the peer, by what they are for."""
        return {
            "read_buffer": len(self._reader),
            "field_block": len(self._block) if self._block is not None else 0,
            "fields": self.live_header_bytes,
            "received": self.held,
            "output": self.out_size,
            "hpack": self.limits.header_table_size + self.limits.max_encoder_table_size,
            "fixed": FIXED_MEMORY,
        }

    def memory(self) -> int:
        """Return the sum of `accounted_memory`, cheaply."""
        held = self.held + self.live_header_bytes + self._out_size + len(self._reader) + self._base_memory
        return held + len(self._block) if self._block is not None else held
