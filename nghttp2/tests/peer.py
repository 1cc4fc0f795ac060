"""A client in memory for tests: sends any octets to a ServerSession and reads the frames that come back."""

from collections.abc import Callable
from typing import Any, ClassVar

from nghttp2 import BaseRequestHandler, HDDeflater, HDInflater, Limits, ServerSession
from nghttp2 import frame_writer as write
from nghttp2.codes import PREFACE
from nghttp2.frame_reader import FrameReader
from nghttp2.frames import (
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

GET = [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"a.example")]
POST = [(b":method", b"POST"), *GET[1:]]


def replaced(fields: list[tuple[bytes, bytes]], **pseudo: bytes) -> list[tuple[bytes, bytes]]:
    """Return the fields with other values of pseudo-header fields, given without their colon."""
    values = {b":" + name.encode(): value for name, value in pseudo.items()}
    return [(name, values.get(name, value)) for name, value in fields]


class Recorder(BaseRequestHandler):
    """Notes every callback in `calls`; answers 200 with the request's content once the request is done."""

    calls: ClassVar[list[tuple[Any, ...]]]
    instances: ClassVar[list["Recorder"]]

    def __init__(self, http2: ServerSession, stream_id: int) -> None:
        super().__init__(http2, stream_id)
        self.content = b""
        self.instances.append(self)

    def note(self, *call: Any) -> None:
        self.calls.append((self.stream_id, *call))

    def on_headers(self) -> None:
        self.note("headers")

    def on_data(self, data: bytes) -> None:
        self.note("data", data)
        self.content += data

    def on_request_done(self) -> None:
        self.note("done")
        self.send_response(200, [], self.content)

    def on_close(self, error_code: int) -> None:
        self.note("close", error_code)


def recorder(**methods: Callable[..., Any]) -> type[Recorder]:
    """Make a handler class of its own, with empty notes and the given methods in place of Recorder's."""
    return type("Handler", (Recorder,), {"calls": [], "instances": [], **methods})


class Peer:
    """The client's end; `handler` is a class made by `recorder`."""

    def __init__(
        self,
        handler: type[BaseRequestHandler] | None = None,
        *,
        handshake: bool = True,
        settings: tuple[tuple[int, int], ...] = (),
        session: dict[str, Any] | None = None,
        **limits: Any,
    ) -> None:
        self.handler: Any = handler or recorder()
        self.server = ServerSession(self.handler, Limits(**limits), **(session or {}))
        self.deflater = HDDeflater()
        self.inflater = HDInflater()
        self.reader = FrameReader(1 << 24)
        if handshake:
            self.sends(PREFACE, write.settings(settings), write.SETTINGS_ACK)
            self.frames()

    @property
    def calls(self) -> list[tuple[Any, ...]]:
        calls: list[tuple[Any, ...]] = self.handler.calls
        return calls

    def sends(self, *octets: bytes) -> None:
        self.server.receive(b"".join(octets))

    def block(self, fields: list[tuple[bytes, bytes]]) -> bytes:
        return self.deflater.deflate(fields)

    def requests(
        self, stream_id: int = 1, fields: list[tuple[bytes, bytes]] | None = None, end_stream: bool = True
    ) -> None:
        block = self.block(GET if fields is None else fields)
        self.sends(write.field_block(stream_id, block, end_stream, 16_384))

    def data(self, stream_id: int, data: bytes, end_stream: bool = False) -> None:
        self.sends(write.frame(0, int(end_stream), stream_id, data))

    def frames(self) -> list[Frame]:
        """Return what the server sent since the last call."""
        found: list[Frame] = []
        while octets := self.server.data_to_send():
            self.reader.receive(octets)
        while (frame := self.reader.next_frame()) is not None:
            found.append(frame)
        return found

    def seen(self) -> list[tuple[Any, ...]]:
        """Return the same in short: (name, what matters); field blocks decoded."""
        return [self.short(frame) for frame in self.frames()]

    def short(self, frame: Frame) -> tuple[Any, ...]:
        match frame:
            case HeadersFrame(stream_id, fragment, end_stream):
                return ("HEADERS", stream_id, dict(self.inflater.inflate(fragment)), end_stream)
            case PushPromiseFrame(stream_id, promised, fragment):
                return ("PUSH_PROMISE", stream_id, promised, dict(self.inflater.inflate(fragment)))
            case DataFrame(stream_id, data, end_stream):
                return ("DATA", stream_id, data, end_stream)
            case RstStreamFrame(stream_id, code):
                return ("RST_STREAM", stream_id, code)
            case GoAwayFrame(last, code, _):
                return ("GOAWAY", last, code)
            case PingFrame(payload, ack):
                return ("PING", payload, ack)
            case SettingsFrame(entries, ack):
                return ("SETTINGS", entries, ack)
            case WindowUpdateFrame(stream_id, increment):
                return ("WINDOW_UPDATE", stream_id, increment)
        return (type(frame).__name__, *frame)

    def is_alive(self) -> bool:
        """Tell whether a PING is still answered, and a new request served."""
        self.sends(write.ping(b"alive..?"))
        return ("PING", b"alive..?", True) in self.seen()
