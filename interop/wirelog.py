"""What one connection carried, read from its octets alone: frames as lines of evidence, facts of streams.

Nothing here asks our implementation: frames are cut by their nine-octet header and field blocks are decoded
by the package hpack, so that the log can convict either side.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import hpack

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_LINES: Final = 20_000
"""Lines kept of one connection."""
GRPC_PREFIX: Final = 5
"""Octets before a gRPC message: a flag and its length."""

Fields = list[tuple[str, str]]


class Kind(IntEnum):
    """Frame types (RFC 9113 6)."""

    DATA = 0
    HEADERS = 1
    PRIORITY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PUSH_PROMISE = 5
    PING = 6
    GOAWAY = 7
    WINDOW_UPDATE = 8
    CONTINUATION = 9


ERRORS: Final = (
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
)
SETTINGS: Final = {
    1: "HEADER_TABLE_SIZE",
    2: "ENABLE_PUSH",
    3: "MAX_CONCURRENT_STREAMS",
    4: "INITIAL_WINDOW_SIZE",
    5: "MAX_FRAME_SIZE",
    6: "MAX_HEADER_LIST_SIZE",
    8: "ENABLE_CONNECT_PROTOCOL",
    9: "NO_RFC7540_PRIORITIES",
}
END_STREAM: Final = 0x1
ACK: Final = 0x1
END_HEADERS: Final = 0x4
PADDED: Final = 0x8
PRIORITY: Final = 0x20


def error_name(code: int) -> str:
    """Return the name of an error code (RFC 9113 7)."""
    return ERRORS[code] if code < len(ERRORS) else f"0x{code:x}"


@dataclass(slots=True)
class Message:
    """A request or a response on the wire; `at` and `ended_at` count frames of the connection."""

    fields: Fields = field(default_factory=list)
    trailers: Fields = field(default_factory=list)
    informational: list[int] = field(default_factory=list)
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    reset: int | None = None
    """Error code of the sender's RST_STREAM."""
    first_data_at: int | None = None
    informed_at: int | None = None
    ended_at: int | None = None

    def get(self, name: str) -> str | None:
        """Return the first field of this name."""
        return next((value for key, value in self.fields if key == name), None)

    @property
    def sha256(self) -> str:
        """Return the digest of the content, a gRPC message's without its prefix."""
        return self.digest.hexdigest()

    def add(self, content: bytes) -> None:
        """Count and hash content."""
        if (self.get("content-type") or "").startswith("application/grpc"):
            prefix = max(0, GRPC_PREFIX - self.size)
            self.digest.update(content[prefix:])
        else:
            self.digest.update(content)
        self.size += len(content)


@dataclass(slots=True)
class StreamLog:
    """One stream; times in ms since the connection's first octet."""

    stream_id: int
    at: int
    opened_ms: float
    request: Message = field(default_factory=Message)
    response: Message = field(default_factory=Message)
    promised_on: int | None = None
    closed_at: int | None = None
    closed_ms: float | None = None

    @property
    def path(self) -> str:
        """`:path` without its query."""
        return (self.request.get(":path") or "").partition("?")[0]

    @property
    def query(self) -> str:
        """The query, in which a client says which scenario a request belongs to."""
        return (self.request.get(":path") or "").partition("?")[2]

    @property
    def status(self) -> int | None:
        """`:status` of the final response."""
        text = self.response.get(":status")
        return int(text) if text else None

    @property
    def is_whole(self) -> bool:
        """Whether both messages ended and neither side reset the stream."""
        ends = self.request.ended_at is not None and self.response.ended_at is not None
        return ends and self.request.reset is None and self.response.reset is None

    @property
    def ms(self) -> float:
        """How long the stream was open."""
        return 0.0 if self.closed_ms is None else self.closed_ms - self.opened_ms


def peak(streams: Iterable[StreamLog]) -> int:
    """Return how many of these streams were open at the same moment, at most."""
    moves = sorted(
        move
        for stream in streams
        for move in ((stream.at, 1), *(() if stream.closed_at is None else ((stream.closed_at, -1),)))
    )
    highest = now = 0
    for _, step in moves:
        now += step
        highest = max(highest, now)
    return highest


@dataclass(slots=True)
class Line:
    """A frame, or a run of DATA or of WINDOW_UPDATE frames, as one line of evidence."""

    ms: float
    sender: str
    stream_id: int
    text: str
    count: int = 1
    total: int = 0
    is_end: bool = False

    def __str__(self) -> str:
        text = self.text
        if text in {"DATA", "WINDOW_UPDATE"}:
            unit = "octets" if text == "DATA" else "of credit"
            frames = f"{self.count} frames, " if self.count > 1 else ""
            text = f"{text} {frames}{self.total} {unit}{' END_STREAM' if self.is_end else ''}"
        elif self.count > 1:
            text = f"{text} ({self.count} times)"
        return f"{self.ms:9.1f} {self.sender:6} {self.stream_id:>4} {text}"


class _Side:
    """What one side sent."""

    def __init__(self, sender: str) -> None:
        self.sender = sender
        self.buffer = bytearray()
        self.decoder = hpack.Decoder(max_header_list_size=1 << 20)
        self.decoder.max_allowed_table_size = (1 << 32) - 1
        self.block: bytearray | None = None
        self.block_of = (0, 0, 0)
        """Kind, flags and stream of the open field block."""
        self.promised = 0


class ConnectionLog:
    """One connection; give it all octets of both sides in the order in which our side saw them."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.lines: list[Line] = []
        self.lines_left_out = 0
        self.streams: dict[int, StreamLog] = {}
        self.client_settings: dict[int, int] = {}
        self.goaway: dict[str, tuple[int, int, bytes]] = {}
        """By sender: last stream, error code, debug data."""
        self.fault = ""
        """Why reading stopped: octets that are not HTTP/2."""
        self._client = _Side("client")
        self._server = _Side("server")
        self._has_preface = False
        self._at = 0
        self._runs: dict[tuple[str, int, int], Line] = {}

    def from_client(self, octets: bytes) -> None:
        """Take what the client sent."""
        buffer = self._client.buffer
        buffer += octets
        if not self._has_preface and len(buffer) >= len(PREFACE):
            if not buffer.startswith(PREFACE):
                self.fault = self.fault or f"the client began with {bytes(buffer[:24])!r}"
            self._has_preface = True
            del buffer[: len(PREFACE)]
        if self._has_preface:
            self._read(self._client)

    def from_server(self, octets: bytes) -> None:
        """Take what the server sent."""
        self._server.buffer += octets
        self._read(self._server)

    def of(self, query: str) -> list[StreamLog]:
        """Return the streams that the client opened for a scenario, in order."""
        return [s for s in self.streams.values() if s.promised_on is None and s.query.split("-")[0] == query]

    def evidence(self, streams: Iterable[StreamLog]) -> Iterator[str]:
        """Yield the lines of these streams, of what was promised on them and of the connection itself."""
        wanted = {0, *(stream.stream_id for stream in streams)}
        wanted |= {s.stream_id for s in self.streams.values() if s.promised_on in wanted}
        for line in self.lines:
            if line.stream_id in wanted:
                yield str(line)

    def _read(self, side: _Side) -> None:
        buffer = side.buffer
        start = 0
        while not self.fault and len(buffer) - start >= 9:
            length = int.from_bytes(buffer[start : start + 3], "big")
            if len(buffer) - start < 9 + length:
                break
            stream_id = int.from_bytes(buffer[start + 5 : start + 9], "big") & 0x7FFF_FFFF
            payload = bytes(buffer[start + 9 : start + 9 + length])
            self._at += 1
            try:
                self._frame(side, buffer[start + 3], buffer[start + 4], stream_id, payload)
            except (hpack.HPACKError, IndexError, ValueError) as error:
                self.fault = f"{side.sender}: {type(error).__name__}: {error}"
            start += 9 + length
        del buffer[:start]

    def _frame(self, side: _Side, kind: int, flags: int, stream_id: int, payload: bytes) -> None:
        match kind:
            case Kind.DATA:
                self._data(side, flags, stream_id, _unpadded(flags, payload))
            case Kind.HEADERS | Kind.PUSH_PROMISE:
                content = _unpadded(flags, payload)
                if kind == Kind.PUSH_PROMISE:
                    side.promised = int.from_bytes(content[:4], "big") & 0x7FFF_FFFF
                    content = content[4:]
                elif flags & PRIORITY:
                    content = content[5:]
                side.block = bytearray(content)
                side.block_of = (kind, flags, stream_id)
                self._end_block(side, flags)
            case Kind.CONTINUATION:
                if side.block is None:
                    raise ValueError("CONTINUATION without HEADERS")
                side.block += payload
                self._end_block(side, flags)
            case Kind.RST_STREAM:
                code = int.from_bytes(payload[:4], "big")
                self._note(side, stream_id, f"RST_STREAM {error_name(code)}")
                stream = self.streams.get(stream_id)
                if stream is not None and stream.closed_at is None:
                    # Some clients send more of them, or one behind the end: those change nothing.
                    self._message(side, stream).reset = code
                    self._close(stream)
            case Kind.WINDOW_UPDATE:
                self._run(
                    side, Kind.WINDOW_UPDATE, stream_id, int.from_bytes(payload[:4], "big"), is_end=False
                )
            case _:
                self._note(side, stream_id, self._describe(side, kind, flags, payload))

    def _describe(self, side: _Side, kind: int, flags: int, payload: bytes) -> str:
        match kind:
            case Kind.SETTINGS if flags & ACK:
                return "SETTINGS ACK"
            case Kind.SETTINGS:
                entries = [
                    (int.from_bytes(payload[n : n + 2], "big"), int.from_bytes(payload[n + 2 : n + 6], "big"))
                    for n in range(0, len(payload), 6)
                ]
                if side is self._client:
                    self.client_settings.update(entries)
                words = [f"{SETTINGS.get(number, hex(number))}={value}" for number, value in entries]
                return " ".join(["SETTINGS", *words])
            case Kind.PING:
                return f"PING{' ACK' if flags & ACK else ''} {payload.hex()}"
            case Kind.GOAWAY:
                last, code = (int.from_bytes(payload[n : n + 4], "big") for n in (0, 4))
                self.goaway[side.sender] = (last, code, payload[8:])
                said = f" {payload[8:].decode(errors='replace')!r}" if payload[8:] else ""
                return f"GOAWAY {error_name(code)} last={last}{said}"
            case Kind.PRIORITY:
                return f"PRIORITY {payload.hex()}"
        return f"type 0x{kind:02x} flags 0x{flags:02x} {payload[:64].hex()}"

    def _message(self, side: _Side, stream: StreamLog) -> Message:
        return stream.request if side is self._client else stream.response

    def _data(self, side: _Side, flags: int, stream_id: int, content: bytes) -> None:
        ends = bool(flags & END_STREAM)
        self._run(side, Kind.DATA, stream_id, len(content), is_end=ends)
        stream = self.streams.get(stream_id)
        if stream is None:
            return
        message = self._message(side, stream)
        if message.first_data_at is None:
            message.first_data_at = self._at
        message.add(content)
        if ends:
            self._end(stream, message)

    def _end_block(self, side: _Side, flags: int) -> None:
        if not flags & END_HEADERS or side.block is None:
            return
        kind, first_flags, stream_id = side.block_of
        fields = [(_text(n), _text(v)) for n, v in side.decoder.decode(bytes(side.block), raw=True)]
        side.block = None
        ends = kind == Kind.HEADERS and bool(first_flags & END_STREAM)
        shown = " ".join(f"{name}: {value}" for name, value in fields)
        name = Kind(kind).name if kind == Kind.HEADERS else f"PUSH_PROMISE promises {side.promised}"
        self._note(side, stream_id, f"{name}{' END_STREAM' if ends else ''} {shown}")
        if kind == Kind.PUSH_PROMISE:
            promised = self._open(side.promised)
            promised.promised_on = stream_id
            promised.request.fields = fields
            promised.request.ended_at = self._at
            return
        stream = self.streams.get(stream_id) or self._open(stream_id)
        message = self._message(side, stream)
        status = dict(fields).get(":status", "")
        if status.startswith("1"):
            message.informational.append(int(status))
            message.informed_at = message.informed_at or self._at
        elif message.fields:
            message.trailers = fields
        else:
            message.fields = fields
        if ends:
            self._end(stream, message)

    def _open(self, stream_id: int) -> StreamLog:
        stream = self.streams[stream_id] = StreamLog(stream_id, self._at, self._ms())
        return stream

    def _end(self, stream: StreamLog, message: Message) -> None:
        message.ended_at = self._at
        if stream.request.ended_at is not None and stream.response.ended_at is not None:
            self._close(stream)

    def _close(self, stream: StreamLog) -> None:
        if stream.closed_at is None:
            stream.closed_at = self._at
            stream.closed_ms = self._ms()

    def _ms(self) -> float:
        return (time.monotonic() - self.started) * 1000

    def _note(self, side: _Side, stream_id: int, text: str) -> None:
        """Add a line, or count one more of the same."""
        last = self.lines[-1] if self.lines else None
        if last is not None and (last.sender, last.stream_id, last.text) == (side.sender, stream_id, text):
            last.count += 1
        else:
            self._line(side, stream_id, text)

    def _line(self, side: _Side, stream_id: int, text: str) -> Line:
        line = Line(self._ms(), side.sender, stream_id, text)
        self._runs.clear()
        if len(self.lines) < MAX_LINES:
            self.lines.append(line)
        else:
            self.lines_left_out += 1
        return line

    def _run(self, side: _Side, kind: Kind, stream_id: int, amount: int, *, is_end: bool) -> None:
        """Add to the line of the run: only DATA and WINDOW_UPDATE frames came since it began."""
        key = (side.sender, int(kind), stream_id)
        line = self._runs.get(key)
        if line is None:
            runs = dict(self._runs)
            line = self._line(side, stream_id, kind.name)
            line.count = 0
            self._runs = {**runs, key: line}
        line.count += 1
        line.total += amount
        line.is_end = line.is_end or is_end


def _unpadded(flags: int, payload: bytes) -> bytes:
    if not flags & PADDED:
        return payload
    return payload[1 : len(payload) - payload[0]]


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "backslashreplace")
