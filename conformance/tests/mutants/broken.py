"""Servers that are broken altogether, written without the implementation; a judge must not be fooled."""

from .wire import (
    ACK,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    PING,
    PREFACE,
    PROTOCOL_ERROR,
    SETTINGS,
    Frame,
    goaway,
    rst_stream,
    split,
)

STATUS_500 = b"\x8e"
""":status 500, indexed."""
CODES = range(14)


class Broken:
    """Shakes hands; what follows is up to its kind.  A MemoryTarget."""

    def __init__(self) -> None:
        self.closed = False
        self._buffer = bytearray()
        self._left = len(PREFACE)
        self._out = bytearray()
        self._is_ready = False
        self.say(Frame(SETTINGS))

    def say(self, frame: Frame) -> None:
        self._out += bytes(frame)

    def receive(self, data: bytes) -> None:
        if not data:
            self.closed = True
        skipped = min(self._left, len(data))
        self._left -= skipped
        self._buffer += data[skipped:]
        for frame in split(self._buffer):
            if frame.type == SETTINGS and frame.has(ACK):
                self._is_ready = True
            elif frame.type == SETTINGS and not self._is_ready:
                self.say(Frame(SETTINGS, ACK))
            elif not self.closed:
                self.react(frame)

    def react(self, frame: Frame) -> None:
        raise NotImplementedError

    def data_to_send(self) -> bytes:
        data, self._out = bytes(self._out), bytearray()
        return data

    def next_deadline(self) -> float | None:
        return None

    def advance(self, seconds: float) -> None:
        pass


class HangsUp(Broken):
    """Closes the connection at any frame behind the handshake."""

    def react(self, frame: Frame) -> None:
        self.closed = True


class HangsUpButPongs(Broken):
    """The same, but PING is answered."""

    def react(self, frame: Frame) -> None:
        if frame.type == PING and not frame.has(ACK):
            self.say(Frame(PING, ACK, 0, frame.payload))
        else:
            self.closed = True


class SaysEveryCode(Broken):
    """Sends every error code, for the stream and for the connection, and closes nothing."""

    def react(self, frame: Frame) -> None:
        for code in CODES:
            if frame.stream:
                self.say(rst_stream(frame.stream, code))
            self.say(goaway(0, code))


class SaysEveryCodeAndPongs(SaysEveryCode):
    """The same, but PING is answered and nothing else."""

    def react(self, frame: Frame) -> None:
        if frame.type == PING and not frame.stream:
            self.say(Frame(PING, ACK, 0, frame.payload))
        else:
            super().react(frame)


class FailsEverything(HangsUpButPongs):
    """Says PROTOCOL_ERROR before it closes."""

    def react(self, frame: Frame) -> None:
        super().react(frame)
        if self.closed:
            self.say(goaway(0, PROTOCOL_ERROR))


class ResetsEverything(SaysEveryCodeAndPongs):
    """Resets the stream of every frame, once, with PROTOCOL_ERROR."""

    def react(self, frame: Frame) -> None:
        if not frame.stream:
            super().react(frame)
        elif frame.stream not in self.reset:
            self.reset.add(frame.stream)
            self.say(rst_stream(frame.stream, PROTOCOL_ERROR))

    def __init__(self) -> None:
        super().__init__()
        self.reset: set[int] = set()


class Answers500(Broken):
    """Answers every HEADERS with 500, PING with its ACK, SETTINGS with theirs, and minds nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self._answered: set[int] = set()

    def react(self, frame: Frame) -> None:
        if frame.type == PING and not frame.has(ACK):
            self.say(Frame(PING, ACK, 0, frame.payload))
        elif frame.type == SETTINGS and not frame.has(ACK):
            self.say(Frame(SETTINGS, ACK))
        elif frame.type == HEADERS and frame.stream not in self._answered:
            self._answered.add(frame.stream)
            self.say(Frame(HEADERS, END_HEADERS | END_STREAM, frame.stream, STATUS_500))


class Answers400(Answers500):
    """Answers every HEADERS with 400."""

    def say(self, frame: Frame) -> None:
        if frame.type == HEADERS:
            frame.payload = b"\x8c"
        super().say(frame)


SERVERS: dict[type[Broken], int | None] = {
    HangsUp: None,
    HangsUpButPongs: None,
    SaysEveryCode: None,
    SaysEveryCodeAndPongs: None,
    FailsEverything: None,
    ResetsEverything: None,
    Answers500: 500,
    Answers400: 400,
}
"""Each with the status that it answers to a plain GET."""
