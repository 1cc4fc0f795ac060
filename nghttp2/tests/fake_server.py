"""A server in memory for tests: sends any octets to a ClientSession and reads the frames that come back."""

from typing import Any, ClassVar

from nghttp2 import BaseResponseHandler, ClientSession, HDDeflater, HDInflater, Limits, PushPromise
from nghttp2 import frame_writer as write
from nghttp2.codes import PREFACE
from nghttp2.fields import Fields
from nghttp2.frame_reader import FrameReader
from nghttp2.requesting import CLIENT_LIMITS

from .peer import Peer


class Reply(BaseResponseHandler):
    """Notes every callback in `calls`."""

    accepts: ClassVar[bool] = False

    def __init__(self, calls: list[tuple[Any, ...]] | None = None) -> None:
        self.calls: list[tuple[Any, ...]] = [] if calls is None else calls
        self.content = b""
        self.promises: list[PushPromise] = []
        self.pushed_reply: Reply | None = None

    @property
    def names(self) -> list[Any]:
        return [call[0] for call in self.calls]

    def on_informational(self, status: int, headers: Fields) -> None:
        self.calls.append(("informational", status, headers[1:]))

    def on_headers(self) -> None:
        self.calls.append(("headers", self.status))

    def on_data(self, data: bytes) -> None:
        self.calls.append(("data", data))
        self.content += data

    def on_response_done(self) -> None:
        self.calls.append(("done",))

    def on_close(self, error_code: int) -> None:
        self.calls.append(("close", error_code))

    def on_push_promise(self, promise: PushPromise) -> None:
        self.calls.append(("promise", promise.path))
        self.promises.append(promise)
        if self.accepts:
            self.pushed_reply = Reply()
            self.accept_push(promise, self.pushed_reply)
        else:
            super().on_push_promise(promise)


class Accepting(Reply):
    """Accepts every promise."""

    accepts = True


class FakeServer(Peer):
    """The server's end of a connection to `client`."""

    def __init__(
        self,
        *,
        handshake: bool = True,
        settings: tuple[tuple[int, int], ...] = (),
        session: dict[str, Any] | None = None,
        **limits: Any,
    ) -> None:
        options = {"server_address": ("192.0.2.1", 80), "authority": "a.example", **(session or {})}
        chosen = Limits(**limits) if limits else CLIENT_LIMITS
        self.client = ClientSession(chosen, **options)
        self.deflater = HDDeflater()
        self.inflater = HDInflater()
        self.reader = FrameReader(1 << 24)
        self.preface = PREFACE
        if handshake:
            self.sends(write.settings(settings), write.SETTINGS_ACK)
            self.frames()

    def sends(self, *octets: bytes) -> None:
        self.client.receive(b"".join(octets))

    def responds(
        self, stream_id: int, *fields: tuple[bytes, bytes], status: bytes = b"200", end_stream: bool = True
    ) -> None:
        block = self.block([(b":status", status), *fields])
        self.sends(write.field_block(stream_id, block, end_stream, 16_384))

    def promises(self, stream_id: int, promised_id: int, path: bytes, **pseudo: bytes) -> None:
        values = {b"method": b"GET", b"scheme": b"http", b"authority": b"a.example", b"path": path}
        values.update({name.encode(): value for name, value in pseudo.items()})
        block = self.block([(b":" + name, value) for name, value in values.items()])
        self.sends(write.push_promise(stream_id, promised_id, block, 16_384))

    def resets(self, stream_id: int, error_code: int) -> None:
        self.sends(write.rst_stream(stream_id, error_code))

    def frames(self) -> list[Any]:
        """Return what the client sent since the last call."""
        found: list[Any] = []
        while octets := self.client.data_to_send():
            if self.preface:
                assert octets.startswith(self.preface)
                octets, self.preface = octets[len(self.preface) :], b""
            self.reader.receive(octets)
        while (frame := self.reader.next_frame()) is not None:
            found.append(frame)
        return found

    def asks(
        self, method: str = "GET", url: str = "/", *, handler: Reply | None = None, **kwargs: Any
    ) -> Reply:
        """Have the client send a request; return its handler."""
        chosen = Reply() if handler is None else handler
        assert self.client.send_request(method, url, handler=chosen, **kwargs) is chosen
        return chosen

    def is_alive(self) -> bool:
        """Tell whether the client still answers a PING."""
        self.sends(write.ping(b"alive..?"))
        return ("PING", b"alive..?", True) in self.seen()
