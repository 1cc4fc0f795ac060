"""Messages to be sent: heads, bodies inside the windows, trailers, promises (RFC 9113 8.1, 8.4, 5.2)."""

from collections.abc import Callable
from typing import Final, TypeAlias

from . import frame_writer
from .body import DATA_DEFERRED, DATA_EOF, Body
from .codes import ErrorCode, FrameType
from .errors import UsageError
from .events import BodyFailed
from .fields import Fields, outgoing
from .outbox import CHUNK, Outbox
from .outbox import Headers as Headers
from .stream import Stream
from .stream_state import Input, State

Trailers: TypeAlias = Headers | Callable[[], Headers]
"""A trailer section, or a function that returns it once the body was sent."""

# Plain integers for the hot path.
_SEND_HEADERS: Final = int(Input.SEND_HEADERS)
_SEND_END_STREAM: Final = int(Input.SEND_END_STREAM)
_CLOSED: Final = int(State.CLOSED)
_HALF_CLOSED_LOCAL: Final = int(State.HALF_CLOSED_LOCAL)
_DATA: Final = int(FrameType.DATA)
_HEADERS: Final = int(FrameType.HEADERS)
_END_STREAM: Final = 0x01
_END_HEADERS: Final = 0x04

_PROGRESS: Final = 1024  # octets that must leave within send_timeout

_pack_header = frame_writer.pack_header


class Sender(Outbox):
    """The sending half of a connection."""

    @property
    def wants_to_send(self) -> bool:
        """`data_to_send` would return something."""
        return bool(
            self._out
            or self._early
            or self._owes_credit
            or (self._promised and self._has_slot)
            or (self.scheduler.count and self.send_window > 0 and self.may_write_bodies)
        )

    def data_to_send(self, room: int = 256 * 1024) -> bytes:
        """Return what is to be sent now; bodies add to it up to about `room` octets.

        Call it again until it returns nothing.
        """
        if self._owes_credit:
            self._announce_credit()
        if self._promised:
            self._start_promised()
        if self.scheduler.count and self.may_write_bodies:
            self._pump(room)
        if self._early:
            self._abandon_early()
        out = self._out
        if not out:
            return b""
        data = b"".join(out)
        out.clear()
        self._out_size = self._queued_acks = self._queued_frames = 0
        self.stats["octets_sent"] += len(data)
        return data

    # Messages.

    def send_message(
        self,
        stream: Stream,
        block: bytes,
        content: bytes | None,
        content_length: int = -1,
    ) -> bool:
        """Write HEADERS and, if it is small and nothing stands in its way, the whole content at once.

        Return False, with nothing written, if `send_headers` and `send_body` are needed.
        """
        size = 0 if content is None else len(content)
        if (
            size > CHUNK
            or len(block) > CHUNK
            or size > stream.send_window
            or size > self.send_window
            or self.scheduler.count
            or self._promised
            or self._out_size > self.limits.max_stream_send_buffer
            or not self.may_write_bodies
            or (content_length >= 0 and content_length != size and not stream.is_head)
        ):
            return False
        stream_id = stream.id
        stream.step(_SEND_HEADERS)
        stream.step(_SEND_END_STREAM)
        stream.final_sent = True
        length = len(block)
        out = self._out
        if size:
            assert content is not None
            out.append(
                _pack_header(length >> 8, length & 0xFF, _HEADERS, _END_HEADERS, stream_id)
                + block
                + _pack_header(size >> 8, size & 0xFF, _DATA, _END_STREAM, stream_id)
            )
            out.append(content)
            stream.send_window -= size
            self.send_window -= size
            stream.sent = size
            self.stats["data_frames_sent"] += 1
            self._out_size += length + size + 18
        else:
            flags = _END_HEADERS | _END_STREAM
            out.append(_pack_header(length >> 8, length & 0xFF, _HEADERS, flags, stream_id) + block)
            self._out_size += length + 9
        self._ended(stream)
        return True

    def send_headers(self, stream: Stream, block: bytes, end_stream: bool = False) -> None:
        """Write HEADERS of an open stream; END_STREAM if the message has no content and no trailers."""
        stream.step(_SEND_HEADERS)
        stream.final_sent = True
        self._write_field_block(stream.id, block, end_stream)
        if end_stream:
            stream.step(_SEND_END_STREAM)
            self._ended(stream)

    def send_informational(self, stream: Stream, status: int, headers: Headers | None = None) -> None:
        """Write a 1xx response (RFC 9113 8.1).  Raises UsageError if it is too late, ValueError for 101."""
        # RFC 9113 8.6: "HTTP/2 ... does not use the 101 (Switching Protocols) informational status code"
        if not 100 <= status <= 199 or status == 101:
            raise ValueError(f"{status} is not an informational status of HTTP/2")
        if stream.final_sent or not stream.can_send:
            raise UsageError("the final response was already sent")
        fields = outgoing(headers)
        # RFC 9110 8.6: "A server MUST NOT send a Content-Length header field in any response with a status
        # code of 1xx"
        if any(name == b"content-length" for name, _ in fields):
            raise ValueError("a 1xx response has no content-length")
        block, _ = self.response_block(status, fields)
        stream.step(_SEND_HEADERS)
        self._write_field_block(stream.id, block, False)

    def send_body(
        self, stream: Stream, body: Body, content_length: int = -1, trailers: Trailers | None = None
    ) -> None:
        """Attach the content that follows HEADERS; it leaves as windows and transport allow."""
        stream.body = body
        stream.trailers = trailers
        stream.owed = content_length
        stream.is_deferred = False
        stream.progress_time = self.clock()
        stream.progress_mark = stream.sent
        if stream.send_window > 0:
            self.scheduler.add(stream)

    def resume(self, stream: Stream) -> None:
        """Look at a deferred body again; no effect if it is not deferred."""
        if stream.is_deferred and stream.body is not None:
            stream.is_deferred = False
            stream.progress_time = self.clock()
            if stream.send_window > 0:
                self.scheduler.add(stream)

    def _pump(self, room: int) -> None:
        """Turn bodies into DATA frames, the most urgent first."""
        scheduler = self.scheduler
        out = self._out
        room -= self._out_size
        while room > 0 and self.send_window > 0:
            stream = scheduler.first()
            if stream is None:
                return
            body = stream.body
            assert body is not None, "a scheduled stream has a body"
            size = min(CHUNK, stream.send_window, self.send_window)
            try:
                data, flag = body.read(size)
                length = len(data)
                if length > size:
                    raise ValueError(f"the body returned {length} octets, {size} were asked for")
                if stream.owed >= 0:
                    stream.owed -= length
                    if stream.owed < 0 or (flag == DATA_EOF and stream.owed):
                        raise ValueError("the body has another size than its content-length")
            except Exception as error:  # noqa: BLE001 - application code: its failure ends one stream
                self._events.append(BodyFailed(stream, error))
                self.reset(stream, ErrorCode.INTERNAL_ERROR)
                continue
            if stream.state >= _CLOSED:
                continue  # the application reset it while it was asked
            if flag == DATA_DEFERRED:
                stream.is_deferred = True
                scheduler.remove(stream)
                continue
            is_last = flag == DATA_EOF
            if not length and not is_last:
                # Nothing, but no promise of `resume` either: look again later, do not spin.
                stream.is_deferred = True
                scheduler.remove(stream)
                self.idle_bodies.append(stream)
                continue
            ends = is_last and stream.trailers is None
            if length or ends:
                out.append(
                    _pack_header(length >> 8, length & 0xFF, _DATA, _END_STREAM if ends else 0, stream.id)
                )
                if length:
                    out.append(data)
                    stream.send_window -= length
                    self.send_window -= length
                    stream.sent += length
                    if self.guard.is_strained:
                        self.guard.useful(length)
                self._out_size += length + 9
                room -= length + 9
                self.stats["data_frames_sent"] += 1
            if is_last:
                scheduler.remove(stream)
                if ends:
                    stream.step(_SEND_END_STREAM)
                    self._ended(stream)
                else:
                    self._send_trailers(stream)
            elif stream.send_window <= 0:
                self.note_progress(stream)
                scheduler.remove(stream)
            else:
                scheduler.give_way(stream)

    def note_progress(self, stream: Stream) -> None:
        """Move a stream's mark if enough was sent since it was set (see Limits.send_timeout)."""
        if stream.sent - stream.progress_mark >= _PROGRESS:
            stream.progress_mark = stream.sent
            stream.progress_time = self.clock()

    def _send_trailers(self, stream: Stream) -> None:
        """End a message with its trailer section (RFC 9113 8.1)."""
        try:
            trailers = stream.trailers() if callable(stream.trailers) else stream.trailers
            fields = outgoing(trailers)
        except Exception as error:  # noqa: BLE001 - application code: its failure ends one stream
            self._events.append(BodyFailed(stream, error))
            self.reset(stream, ErrorCode.INTERNAL_ERROR)
            return
        block, _ = self._encode(fields)
        self._write_field_block(stream.id, block, True)
        stream.step(_SEND_END_STREAM)
        self._ended(stream)

    def _ended(self, stream: Stream) -> None:
        """Follow up our END_STREAM."""
        if stream.state >= _CLOSED:
            self._close(stream, 0)
        elif not self.is_client and stream.state == _HALF_CLOSED_LOCAL and not stream.is_tunnel:
            self._early.append(stream)
        elif stream.body is not None:
            stream.body.close()
            stream.body = None

    def _abandon_early(self) -> None:
        """Tell clients that go on sending a request which was answered (RFC 9113 8.1)."""
        early, self._early = self._early, []
        for stream in early:
            if stream.state == _HALF_CLOSED_LOCAL:
                # RFC 9113 8.1: a server "MAY request that the client abort transmission of a request
                # without error by sending a RST_STREAM with an error code of NO_ERROR after sending a
                # complete response"
                stream.step(Input.SEND_RST_STREAM)
                self._write(frame_writer.rst_stream(stream.id, ErrorCode.NO_ERROR))
                self._close(stream, 0)

    # Push.

    def promise(self, parent: Stream, stream_id: int, fields: Fields, start: Callable[[], None]) -> Stream:
        """Write PUSH_PROMISE on `parent` and return the reserved stream (RFC 9113 8.4.1).

        stream_id: from `streams.take_local_id`.  start: called when the pushed response may be sent; a slot
        of the peer is free then.
        """
        stream = Stream(stream_id, State.RESERVED_LOCAL, self.remote.initial_window_size)
        self.streams.add(stream, is_counted=False)
        block, _ = self._encode(fields)
        self._write(frame_writer.push_promise(parent.id, stream_id, block, CHUNK))
        self._promised.append((stream, start))
        self.stats["pushes"] += 1
        return stream

    @property
    def _has_slot(self) -> bool:
        return self.streams.local_count < self.remote.max_concurrent_streams

    def _start_promised(self) -> None:
        """Begin pushed responses while the peer's MAX_CONCURRENT_STREAMS has room (RFC 9113 5.1.2)."""
        while self._promised and self._has_slot:
            stream, start = self._promised.popleft()
            if stream.state < _CLOSED:
                self.streams.count(stream)
                start()
