"""Servers in memory that are broken through and through, to measure the judge by."""

from ..wire.codes import ACK, END_HEADERS, END_STREAM, FRAME_HEADER, PREFACE, Error, Type
from ..wire.frames import FrameSplitter, RawFrame, encode_frame
from ..wire.literal import block


class BadServer:
    """Shakes hands like a good server; what comes after is up to the subclass."""

    def __init__(self) -> None:
        self.closed = False
        self._out = bytearray()
        self._head = bytearray()
        self._splitter = FrameSplitter()
        self._shaken = False

    def receive(self, data: bytes) -> None:
        """Take octets."""
        if not data:
            self.closed = True
            return
        missing = len(PREFACE) - len(self._head)
        if missing > 0:
            self._head += data[:missing]
            data = data[missing:]
            if len(self._head) < len(PREFACE):
                return
            self.preface(bytes(self._head))
        for frame in self._splitter.feed(data):
            if self.closed:
                return
            if frame.type == Type.SETTINGS and not self._shaken:
                self._shaken = True
                self.send(Type.SETTINGS, ACK, 0, b"")
            elif frame.type == Type.SETTINGS and frame.flags & ACK:
                continue
            else:
                self.frame(frame)

    def preface(self, octets: bytes) -> None:
        """Answer the 24 octets, right or wrong."""
        self.send(Type.SETTINGS, 0, 0, b"")

    def frame(self, frame: RawFrame) -> None:
        """React to a frame after the handshake."""
        raise NotImplementedError

    def send(self, frame_type: int, flags: int, stream_id: int, payload: bytes) -> None:
        """Queue a frame."""
        self._out += encode_frame(frame_type, flags, stream_id, payload)

    def data_to_send(self) -> bytes:
        """Return what is queued."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def next_deadline(self) -> float | None:
        """No timers."""
        return None

    def advance(self, seconds: float) -> None:
        """No timers."""


class HangsUp(BadServer):
    """Closes without a word on any frame after the handshake."""

    def frame(self, frame: RawFrame) -> None:
        self.closed = True


class HangsUpOnAllButPing(BadServer):
    """Closes without a word on any frame but PING, so that every fence is answered."""

    def frame(self, frame: RawFrame) -> None:
        if frame.type == Type.PING:
            self.send(Type.PING, ACK, 0, frame.payload)
        else:
            self.closed = True


class EveryError(BadServer):
    """Answers every frame with GOAWAY and RST_STREAM of every code, and never closes."""

    def frame(self, frame: RawFrame) -> None:
        if frame.type == Type.PING:
            self.send(Type.PING, ACK, 0, frame.payload)
        for code in Error:
            self.send(Type.GOAWAY, 0, 0, bytes(4) + code.to_bytes(4, "big"))
            if frame.stream_id:
                self.send(Type.RST_STREAM, 0, frame.stream_id, code.to_bytes(4, "big"))


class GoawayAndClose(BadServer):
    """Ends every connection at its first frame, with the code that is due most often."""

    def frame(self, frame: RawFrame) -> None:
        self.send(Type.GOAWAY, 0, 0, bytes(4) + Error.PROTOCOL_ERROR.to_bytes(4, "big"))
        self.closed = True


class AnswersAll(BadServer):
    """Answers every HEADERS with one status, whatever it says, and takes no notice of anything else."""

    status = b"500"

    def frame(self, frame: RawFrame) -> None:
        if frame.type == Type.PING and not frame.flags & ACK:
            self.send(Type.PING, ACK, 0, frame.payload)
        elif frame.type == Type.SETTINGS:
            self.send(Type.SETTINGS, ACK, 0, b"")
        elif frame.type == Type.HEADERS:
            self.send(
                Type.HEADERS, END_STREAM | END_HEADERS, frame.stream_id, block([(b":status", self.status)])
            )


class Answers400(AnswersAll):
    """400 to everything."""

    status = b"400"


class Answers404(AnswersAll):
    """404 to everything."""

    status = b"404"


class Answers200(AnswersAll):
    """200 to everything."""

    status = b"200"


class Mute(BadServer):
    """Never says anything."""

    def preface(self, octets: bytes) -> None:
        """Say nothing."""

    def send(self, frame_type: int, flags: int, stream_id: int, payload: bytes) -> None:
        """Say nothing."""

    def frame(self, frame: RawFrame) -> None:
        """Say nothing."""


class Raises(BadServer):
    """Fails with an exception at the first PRIORITY: for an object in memory that is a crash."""

    def frame(self, frame: RawFrame) -> None:
        if frame.type == Type.PRIORITY:
            raise RuntimeError(f"no PRIORITY, please (of {FRAME_HEADER} octets and more)")
        if frame.type == Type.PING and not frame.flags & ACK:
            self.send(Type.PING, ACK, 0, frame.payload)
        elif frame.type == Type.HEADERS:
            self.send(Type.HEADERS, END_STREAM | END_HEADERS, frame.stream_id, block([(b":status", b"200")]))
