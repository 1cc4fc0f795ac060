"""One connection to the target: sends frames, reads and answers what has to be answered, remembers all."""

import itertools
from collections.abc import Callable, Iterable
from typing import Final

from ..cases.framebuild import Outgoing
from ..cases.values import Variables
from ..wire.codes import (
    ACK,
    END_HEADERS,
    END_STREAM,
    MAX_31,
    Setting,
    Type,
)
from ..wire.describe import settings_of, unpad
from ..wire.frames import FrameSplitter, RawFrame, encode_frame
from ..wire.hpack import HpackError
from .log import Entry, Goaway
from .monitors import Monitors
from .sections import SectionReader
from .streams import Field, Reset, Stream
from .tablesize import TableSize
from .transport import Ended, Transport
from .windows import PeerWindows

_payloads = itertools.count(1)

PAUSE: Final = 0.0005
"""Seconds between the pieces of a split write, so that each is read by itself."""
MAX_PAUSES: Final = 0.15
"""Seconds of all these pauses together."""
HTTP1: Final = b"HTTP/1"


class Peer:
    """The judge's end of one connection."""

    def __init__(self, transport: Transport, variables: Variables) -> None:
        """`variables` takes up the target's settings as they come."""
        self.transport = transport
        self.variables = variables
        self.log: list[Entry] = []
        self.streams: dict[int, Stream] = {}
        self.goaways: list[Goaway] = []
        self.settings_received = 0
        self.acks_received = 0
        self.ended: str | None = None  # fin, reset
        self.shut = False  # we closed our direction
        self.http1 = b""
        self.credit = True
        self.ack_settings = True
        self.open_block = 0  # stream of a field block of ours that has no END_HEADERS yet
        self.highest = 0  # highest stream that a HEADERS of ours named
        self.last_used = 0  # stream of the last frame we sent on one
        self.unfenced = 0  # sends since the last fence was answered
        self.consumed: set[int] = set()  # positions in the log that an expectation has used
        self.undecodable: str | None = None
        self.windows = PeerWindows()
        self.table_size = TableSize()
        self.flow_octets = 0
        self.monitors = Monitors()
        self._open: set[int] = set()  # streams of ours that were not done when they were last looked at
        self._splitter = FrameSplitter()
        self._sections = SectionReader()
        self._unacknowledged: list[list[tuple[int, int]]] = []
        self._pings: set[bytes] = set()
        self._start = transport.now()
        self._begun = False

    # -- sending ----------------------------------------------------------------------------------------

    def send(self, pieces: Iterable[Outgoing], timeout: float, split: int = 0) -> None:
        """Send all pieces in one write, or in writes of `split` octets.  Raises Ended."""
        data = bytearray()
        at = self.transport.now()
        for piece in self.table_size.with_update(list(pieces)):
            self._note_sent(piece, at)
            if piece.frame is not None and piece.frame.stream_id:
                self.last_used = piece.frame.stream_id
            data += piece.octets
        self.unfenced += bool(data)
        self._write(bytes(data), timeout, split)

    def _write(self, data: bytes, timeout: float, split: int = 0) -> None:
        if self.ended:
            raise Ended(self.ended)
        if not data:
            return
        if not split:
            self.transport.send(data, timeout)
            return
        pause = min(PAUSE, MAX_PAUSES / (1 + len(data) / split))
        for at in range(0, len(data), split):
            self.transport.send(data[at : at + split], timeout)
            self.transport.pause(pause)

    def _note_sent(self, piece: Outgoing, at: float) -> None:
        frame = piece.frame
        self.log.append(Entry(at, "send", frame, piece.octets if frame is None else b"", piece.label))
        if frame is None or frame.type not in _TRACKED:
            return
        self.monitors.sent(frame)
        kind, stream_id = frame.type, frame.stream_id
        if kind in (Type.HEADERS, Type.CONTINUATION, Type.PUSH_PROMISE):
            self.open_block = 0 if frame.flags & END_HEADERS else stream_id
        if kind == Type.HEADERS and stream_id:
            stream = self.stream(stream_id)
            stream.opened = True
            stream.sent_end |= bool(frame.flags & END_STREAM)
            self.highest = max(self.highest, stream_id)
            self._count_open(stream)
        elif kind == Type.DATA:
            stream = self.stream(stream_id)
            stream.sent_end |= bool(frame.flags & END_STREAM)
            self.windows.use(stream_id, len(frame.payload))
            stream.overran |= self.windows.connection < 0 or self.stream_window(stream_id) < 0
        elif kind == Type.RST_STREAM:
            self.stream(stream_id).sent_reset = True
        elif kind == Type.SETTINGS and not frame.flags & ACK:
            self._unacknowledged.append(settings_of(frame.payload))

    def _count_open(self, stream: Stream) -> None:
        """Note whether a stream is one more than the target announced that it takes."""
        limit = self.variables.peer_settings.get(Setting.MAX_CONCURRENT_STREAMS)
        self._open.add(stream.id)
        if limit is None or len(self._open) <= limit:
            return
        self._open = {stream_id for stream_id in self._open if not self.streams[stream_id].is_done}
        stream.over_limit |= len(self._open) > limit

    def stream(self, stream_id: int) -> Stream:
        """Return what is known of a stream."""
        stream = self.streams.get(stream_id)
        if stream is None:
            stream = self.streams[stream_id] = Stream(stream_id)
        return stream

    def next_stream(self) -> int | None:
        """Return an unused stream identifier above all that were used, or None when there is none."""
        used = max([self.highest, *(s for s in self.windows.sent if s % 2), self.last_used])
        following = used + 1 + (used % 2)
        return following if following <= MAX_31 else None

    def stream_window(self, stream_id: int) -> int:
        """Return the octets of content that the target lets us send on a stream."""
        return self.windows.of_stream(stream_id, self.variables.peer("INITIAL_WINDOW_SIZE"))

    def ping(self, timeout: float) -> bytes:
        """Send a PING with a fresh payload and return the payload.  Raises Ended."""
        payload = b"h2cf" + (next(_payloads) & 0xFFFF_FFFF).to_bytes(4, "big")
        frame = RawFrame(Type.PING, 0, 0, payload)
        self._note_sent(Outgoing(encode_frame(*frame[:4]), frame), self.transport.now())
        self._write(encode_frame(*frame[:4]), timeout)
        return payload

    def ponged(self, payload: bytes) -> bool:
        """Return whether a PING was acknowledged."""
        return payload in self._pings

    def fence(self, timeout: float) -> bool:
        """Send PING and wait for its ACK: everything before it has then been read by the target."""
        try:
            payload = self.ping(timeout)
        except Ended as error:
            self.finish(error.how)
            return False
        pings = self._pings
        if self.wait(lambda: payload in pings, timeout) and payload in pings:
            self.unfenced = 0
            return True
        return False

    def note(self, text: str) -> None:
        """Write a remark into the transcript."""
        self.log.append(Entry(self.transport.now(), "note", None, b"", text))

    # -- receiving --------------------------------------------------------------------------------------

    def wait(self, done: Callable[[], bool], timeout: float) -> bool:
        """Read until `done`, the end of the connection or the timeout; return whether it is done."""
        if done():
            return True
        deadline = self.transport.now() + timeout
        while not self.ended:
            left = deadline - self.transport.now()
            if left <= 0 and timeout > 0:
                return False
            self._pump(max(left, 0.0))
            if done():
                return True
            if timeout <= 0:
                return False
        return False

    def finish(self, how: str) -> None:
        """Take note of the end; what arrived before it is read first."""
        while not self.ended:
            try:
                data = self.transport.receive(0)
            except Ended as error:
                self._end(error.how)
                return
            if data is None:
                self._end(how)
                return
            self._take(data)

    def _end(self, how: str) -> None:
        self.ended = how
        self.note({"fin": "the target closed the connection"}.get(how, f"the connection ended: {how}"))

    def _pump(self, timeout: float) -> None:
        try:
            data = self.transport.receive(timeout)
        except Ended as error:
            self._end(error.how)
            return
        if data is not None:
            self._take(data)

    def _take(self, data: bytes) -> None:
        if not self._begun:
            self._begun = True
            if data.startswith(HTTP1) or HTTP1.startswith(data[:6]):
                self.http1 = data
        elif self.http1:
            self.http1 += data
        if self.http1:
            self.log.append(Entry(self.transport.now(), "recv", None, data, "HTTP/1 text"))
            return
        replies: list[RawFrame] = []
        for frame in self._splitter.feed(data):
            self._frame(frame, replies)
        if replies:
            try:
                self._write(b"".join(encode_frame(*reply[:4]) for reply in replies), 1.0)
            except Ended as error:
                self.finish(error.how)
            else:
                at = self.transport.now()
                for reply in replies:
                    self._note_sent(Outgoing(b"", reply, "automatic"), at)

    def _frame(self, frame: RawFrame, replies: list[RawFrame]) -> None:
        position = len(self.log)
        self.log.append(Entry(self.transport.now(), "recv", frame, b"", ""))
        self.monitors.received(frame)
        handler = _HANDLERS.get(frame.type)
        if handler is not None:
            handler(self, frame, position, replies)

    def _on_settings(self, frame: RawFrame, _: int, replies: list[RawFrame]) -> None:
        if frame.flags & ACK:
            self.acks_received += 1
            for number, value in self._unacknowledged.pop(0) if self._unacknowledged else ():
                if number == Setting.HEADER_TABLE_SIZE:
                    self._sections.resize(value)
            return
        self.settings_received += 1
        settings = settings_of(frame.payload)
        self.variables.peer_settings.update(settings)
        if self.ack_settings:
            for number, value in settings:
                if number == Setting.HEADER_TABLE_SIZE:
                    self.table_size.acknowledged(value)
            replies.append(RawFrame(Type.SETTINGS, ACK, 0, b""))

    def _on_ping(self, frame: RawFrame, _: int, replies: list[RawFrame]) -> None:
        if frame.flags & ACK:
            self._pings.add(frame.payload)
        else:
            replies.append(RawFrame(Type.PING, ACK, 0, frame.payload))

    def _on_goaway(self, frame: RawFrame, position: int, _: list[RawFrame]) -> None:
        if len(frame.payload) >= 8:
            last = int.from_bytes(frame.payload[:4], "big") & MAX_31
            self.goaways.append(Goaway(position, last, int.from_bytes(frame.payload[4:8], "big")))

    def _on_rst_stream(self, frame: RawFrame, position: int, _: list[RawFrame]) -> None:
        if len(frame.payload) == 4:
            self.stream(frame.stream_id).resets.append(Reset(position, int.from_bytes(frame.payload, "big")))

    def _on_window_update(self, frame: RawFrame, _: int, __: list[RawFrame]) -> None:
        if len(frame.payload) != 4:
            return
        increment = int.from_bytes(frame.payload, "big") & MAX_31
        if frame.stream_id == 0 and not self.windows.sent:
            # A larger window from the start, not credit given back.
            self.variables.connection_window += increment
        self.windows.give(frame.stream_id, increment)

    def _on_data(self, frame: RawFrame, _: int, replies: list[RawFrame]) -> None:
        body, _padding = unpad(frame)
        stream = self.stream(frame.stream_id)
        octets = len(frame.payload)
        stream.add_data(body, octets, bool(frame.flags & END_STREAM))
        self.flow_octets += octets
        if self.credit and octets:
            increment = octets.to_bytes(4, "big")
            replies.append(RawFrame(Type.WINDOW_UPDATE, 0, 0, increment))
            if not stream.ended and not stream.sent_reset:
                replies.append(RawFrame(Type.WINDOW_UPDATE, 0, frame.stream_id, increment))

    def _on_headers(self, frame: RawFrame, _: int, __: list[RawFrame]) -> None:
        if self.undecodable is not None:
            return
        try:
            section = self._sections.take(frame)
        except HpackError as error:
            self.undecodable = str(error)
            self.monitors.broke("hpack-valid", str(error))
            self.note(f"the field block cannot be decoded: {error}")
            return
        if section is not None:
            self._field_section(*section)

    def _field_section(self, head: RawFrame, fields: list[Field], used_table: bool) -> None:
        shown = ", ".join(f"{_text(name)}: {_text(value)}" for name, value in fields)
        self.log.append(Entry(self.transport.now(), "note", None, b"", f"fields {shown}"))
        self.monitors.fields(head, fields)
        if head.type == Type.PUSH_PROMISE:
            promised = self.stream(int.from_bytes(unpad(head)[0][:4], "big") & MAX_31)
            promised.promised = promised.opened = True
            promised.method = dict(fields).get(b":method", b"GET")
            return
        self.stream(head.stream_id).add_headers(fields, bool(head.flags & END_STREAM))
        if used_table:
            self.monitors.dynamic_table = True

    def close(self) -> None:
        """Close the connection."""
        self.transport.close()


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "backslashreplace")


_TRACKED: Final = frozenset(Type) - {Type.PRIORITY, Type.PRIORITY_UPDATE, Type.ALTSVC, Type.ORIGIN}
"""Types of ours that change what is known of a connection."""
_HANDLERS: Final[dict[int, Callable[[Peer, RawFrame, int, list[RawFrame]], None]]] = {
    Type.SETTINGS: Peer._on_settings,
    Type.PING: Peer._on_ping,
    Type.GOAWAY: Peer._on_goaway,
    Type.RST_STREAM: Peer._on_rst_stream,
    Type.WINDOW_UPDATE: Peer._on_window_update,
    Type.DATA: Peer._on_data,
    Type.HEADERS: Peer._on_headers,
    Type.CONTINUATION: Peer._on_headers,
    Type.PUSH_PROMISE: Peer._on_headers,
}
