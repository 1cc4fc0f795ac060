"""What one connection carried, read from its octets alone: frames as lines of evidence, facts of streams.

Nothing here asks our implementation: frames are cut by their nine-octet header and field blocks are decoded
by the package hpack, so that the log can convict either side.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import hpack

from .framenames import ACK, END_HEADERS, END_STREAM, PADDED, PRIORITY, SETTINGS, Kind, error_name
from .streamlog import Message, StreamLog

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_LINES: Final = 20_000
"""Lines kept of one connection."""


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
