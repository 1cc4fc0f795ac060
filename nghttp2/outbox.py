"""What all parts of a connection share: state, output, the ends of streams (RFC 9113 5.4, 6.7-6.9)."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from . import frame_writer
from .body import Octets
from .codes import INITIAL_WINDOW_SIZE, FrameType
from .events import Event, StreamClosed
from .fields import SECRET_FIELDS, Fields, outgoing
from .flow import ReceiveWindow
from .guard import Guard, calm
from .hpack import HDDeflater
from .limits import Limits
from .priority import Scheduler
from .settings import Settings
from .stream import Stream
from .stream_state import Input, State
from .streams import Streams

Headers: TypeAlias = Iterable[tuple[str | bytes, str | bytes]]
"""Regular fields as an application gives them; `str` is sent as UTF-8."""

CHUNK: Final = 16_384
"""Octets of a frame of ours, whatever larger size the peer allows."""

# Plain integers for the hot path.
_CLOSED: Final = int(State.CLOSED)
_HEADERS: Final = int(FrameType.HEADERS)
_END_STREAM: Final = 0x01
_END_HEADERS: Final = 0x04

_MEMO_BLOCKS: Final = 256
_MEMO_OCTETS: Final = 512

_pack_header = frame_writer.pack_header


class Outbox:
    """The state of a connection and the frames that need nothing but a place in the output."""

    def __init__(self, is_client: bool, limits: Limits, clock: Callable[[], float]) -> None:
        self.is_client = is_client
        self.limits = limits
        self.clock = clock
        self.guard = Guard(limits, clock)
        self.stats = self.guard.stats
        self.streams = Streams(is_client, limits.closed_streams_remembered)
        self.remote = Settings()
        self.send_window = INITIAL_WINDOW_SIZE
        self.receive_window = ReceiveWindow(limits.connection_window)
        self.scheduler = Scheduler()
        self.may_write_bodies = True  # the transport has room
        self.goaway_received: int | None = None  # its last stream identifier
        self.goaway_sent: int | None = None
        self.is_terminated = False
        self.idle_bodies: list[Stream] = []  # gave nothing and did not say DATA_DEFERRED
        self.live_header_bytes = 0
        self.held = 0  # content octets received and not yet consumed, of all streams
        self._deflater = HDDeflater(limits.max_encoder_table_size)
        self._blocks: dict[object, tuple[bytes, int]] = {}
        self._events: deque[Event] = deque()
        self._out: list[Octets] = []
        self._out_size = 0
        self._queued_acks = 0
        self._queued_frames = 0
        self._early: list[Stream] = []  # answered before the request ended
        self._due: list[Stream] = []  # streams whose credit is to be announced
        self._connection_due = False
        self.has_more_input = False  # octets came that were not looked at: they are charged before credit
        self._promised: deque[tuple[Stream, Callable[[], None]]] = deque()

    # Output.

    @property
    def out_size(self) -> int:
        """Octets written and not yet taken by `data_to_send`."""
        return self._out_size

    def _write(self, data: bytes) -> None:
        self._out.append(data)
        self._out_size += len(data)

    def _write_control(self, data: bytes) -> None:
        """Write a frame that the peer made us send."""
        self._queued_frames += 1
        if self._queued_frames > self.limits.max_queued_frames:
            raise calm(
                "max_queued_frames", f"more than {self.limits.max_queued_frames} wait for the peer to read"
            )
        self._out.append(data)
        self._out_size += len(data)

    def _write_ack(self, data: bytes) -> None:
        self._queued_acks += 1
        if self._queued_acks > self.limits.max_queued_acks:
            raise calm(
                "max_queued_acks", f"more than {self.limits.max_queued_acks} wait for the peer to read"
            )
        self._write_control(data)

    # Field blocks.

    def response_block(self, status: int, headers: Headers | None) -> tuple[bytes, int]:
        """Check and encode a response's header section; return the block and the content-length or -1.

        The block must be written before another one is encoded.  Raises ValueError, TypeError (see
        `outgoing`).
        """
        key: object = status
        try:
            if headers:
                headers = tuple(headers)
                key = (status, headers)
            found = self._blocks.get(key)
        except TypeError:  # a field is a list or a bytearray
            key = found = None
        if found is not None:
            return found
        return self._encode([(b":status", b"%d" % status), *outgoing(headers)], key)

    def _encode(self, fields: Fields, key: object = None) -> tuple[bytes, int]:
        content_length = -1
        for name, value in fields:
            if name == b"content-length":
                content_length = int(value)
            elif name in SECRET_FIELDS:
                key = None
        version = self._deflater.version
        block = self._deflater.deflate(fields)
        result = (block, content_length)
        # A block may be used again as long as the dynamic table stays as it is.
        if self._deflater.version != version or len(self._blocks) >= _MEMO_BLOCKS:
            self._blocks.clear()
        elif key is not None and len(block) <= _MEMO_OCTETS:
            self._blocks[key] = result
        return result

    def _write_field_block(self, stream_id: int, block: bytes, end_stream: bool) -> None:
        size = len(block)
        if size <= CHUNK:
            flags = _END_HEADERS | _END_STREAM if end_stream else _END_HEADERS
            self._write(_pack_header(size >> 8, size & 0xFF, _HEADERS, flags, stream_id) + block)
        else:
            self._write(frame_writer.field_block(stream_id, block, end_stream, CHUNK))

    # Ends.

    def reset(self, stream: Stream, error_code: int) -> None:
        """Write RST_STREAM and close (RFC 9113 5.4.2); no effect on a closed stream."""
        if stream.state < _CLOSED:
            stream.step(Input.SEND_RST_STREAM)
            self.stats["resets_sent"] += 1
            self._write(frame_writer.rst_stream(stream.id, error_code))
            self._close(stream, error_code)

    def _close(self, stream: Stream, error_code: int) -> None:
        """Let go of a stream that reached a closed state."""
        if stream.is_queued:
            self.scheduler.remove(stream)
        if stream.body is not None:
            stream.body.close()
            stream.body = None
        if stream.held:
            self.held -= stream.held
            self._release_connection(stream.held)
            stream.held = 0
        self.live_header_bytes -= stream.header_bytes
        stream.close_code = error_code
        self.streams.close(stream)
        self._events.append(StreamClosed(stream, error_code))

    def consume(self, stream: Stream, size: int) -> None:
        """Give back the credit of `size` content octets that the application is done with (RFC 9113 6.9)."""
        if not size or not stream.held:
            return  # the credit went back when the stream was closed
        stream.held -= size
        self.held -= size
        if self.guard.is_strained:
            self.guard.useful(size)
        self._release_stream(stream, size)
        self._release_connection(size)

    def _release_stream(self, stream: Stream, size: int) -> None:
        window = stream.receive_window
        if window is not None and window.release(size):
            self._due.append(stream)

    def _release_connection(self, size: int) -> None:
        if self.receive_window.release(size):
            self._connection_due = True

    @property
    def _owes_credit(self) -> bool:
        return (self._connection_due or bool(self._due)) and not (self.has_more_input or self.is_terminated)

    def _announce_credit(self) -> None:
        """Write WINDOW_UPDATE for what was consumed (RFC 9113 6.9): one for a stream, one for all."""
        if self._connection_due:
            self._connection_due = False
            self._write(frame_writer.window_update(0, self.receive_window.announce()))
        for stream in self._due:
            if stream.can_receive and stream.receive_window is not None:
                self._write(frame_writer.window_update(stream.id, stream.receive_window.announce()))
        self._due.clear()

    # Connection.

    def ping(self, payload: bytes) -> None:
        """Write PING (RFC 9113 6.7); the answer is a PingAcknowledged event."""
        if len(payload) != 8:
            raise ValueError(f"a PING has 8 octets, not {len(payload)}")
        self._write(frame_writer.ping(payload))

    def goaway(self, last_stream_id: int, error_code: int = 0, debug_data: bytes = b"") -> None:
        """Write GOAWAY; streams of the peer above `last_stream_id` are ignored from now on (RFC 9113 6.8)."""
        # RFC 9113 6.8: "Endpoints MUST NOT increase the value they send in the last stream identifier"
        if self.goaway_sent is not None:
            last_stream_id = min(last_stream_id, self.goaway_sent)
        self.goaway_sent = last_stream_id
        self._write(frame_writer.goaway(last_stream_id, error_code, debug_data))
