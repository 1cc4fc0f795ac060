"""The one test server: the embedded one behind a gate that rewrites frames and faults as a change says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nghttp2.codes import ErrorCode
from nghttp2.connection import Connection
from nghttp2.stream_state import State

from .model import Change, Fault
from .wire import (
    CONTINUATION,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    MAX_FRAME_SIZE,
    PREFACE,
    PUSH_PROMISE,
    RST_STREAM,
    SETTINGS,
    Frame,
    split,
)


class Gate:
    """One connection; a MemoryTarget."""

    def __init__(self, change: Change, others: list[Gate] | None = None) -> None:
        """`others`: the connections of this server, to which this one is added."""
        self.change = change
        self.others: list[Gate] = [] if others is None else others
        self.server = change.server()
        self.others[:] = [*(other for other in self.others if not other.server.closed), self]
        self.connection: Connection = self.server.connection
        self.current: Frame | None = None  # the frame that the server is looking at
        self.block = 0  # stream of a field block that is not ended, as the client sent it
        self.highest = 0  # stream
        self.notes: dict[str, Any] = {}  # of the change
        self._opening = b""
        self.buffer = bytearray()
        self._is_raw = False
        self._out = bytearray()  # of the server, not a whole frame yet
        self._extra = bytearray()  # for the client, in front of what the server sends next
        if change.fault is not None:
            self._catch("_fail")
            self._catch("_stream_fault")
        if change.prepare is not None:
            change.prepare(self)

    def _catch(self, name: str) -> None:
        plain = getattr(self.connection, name)

        def caught(fault: Fault) -> None:
            assert self.change.fault is not None
            other = self.change.fault(self, fault)
            if other is fault:
                plain(fault)
            elif other is not None:
                kind = "_stream_fault" if hasattr(other, "stream_id") else "_fail"
                getattr(Connection, kind)(self.connection, other)

        setattr(self.connection, name, caught)

    # -- what changes use -------------------------------------------------------------------------------

    def replace(self, name: str, make: Callable[[Any], Any], of: Any = None) -> None:
        """Put another value or function, made from the present one, on the connection (or on `of`)."""
        owner = self.connection if of is None else of
        setattr(owner, name, make(getattr(owner, name)))

    def limit(self, **limits: Any) -> None:
        """Change limits; what was announced stays as it is."""
        self.server.limits = self.connection.limits = replace(self.connection.limits, **limits)

    def state(self, stream: int) -> int:
        """Return the state the server sees a stream in."""
        live = self.connection.streams.live.get(stream)
        return live.state if live is not None else self.connection.streams.state_of(stream)

    def is_idle(self, stream: int) -> bool:
        return self.state(stream) == State.IDLE

    def fail(self, code: int) -> None:
        """End the connection, though nothing is wrong."""
        self.connection.terminate(ErrorCode(code), "mutant")
        self.server.wake()

    def forget_output(self) -> None:
        """Lose what the server wrote and the client did not get yet, but not its SETTINGS."""
        begin = bytearray(b"".join(self.connection._out))
        kept = [bytes(frame) for frame in split(begin) if frame.type == SETTINGS]
        self.connection._out[:] = kept

    def reset(self, stream: int, code: int) -> None:
        """Reset a stream, whatever its state."""
        live = self.connection.streams.live.get(stream)
        if live is not None:
            self.connection.reset(live, code)
            self.server.wake()
        else:
            self.say(Frame(RST_STREAM, 0, stream, code.to_bytes(4, "big")))

    def pull(self) -> None:
        """Let the server write what it can at this moment."""
        self._out += self.server.data_to_send()

    def say(self, frame: Frame) -> None:
        """Send a frame of one's own."""
        self.say_octets(bytes(frame))

    def say_octets(self, octets: bytes) -> None:
        """Send octets in front of what the server sends next."""
        self._extra += octets

    # -- MemoryTarget -----------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        return self.server.closed and not self.change.stays_open

    def receive(self, data: bytes) -> None:
        if not data:
            self._pass(bytes(self.buffer))
            self.server.receive(b"")
            return
        if len(self._opening) < len(PREFACE):
            data = self._take_opening(data)
        self.buffer += data
        if not self._is_raw:
            for frame in split(self.buffer):
                self._take(frame)
            if int.from_bytes(self.buffer[:3], "big") > MAX_FRAME_SIZE:
                self._is_raw = True  # the server refuses it from its header alone
        if self._is_raw:
            self._pass(bytes(self.buffer))
            self.buffer.clear()

    def _take_opening(self, data: bytes) -> bytes:
        """Pass the preface on; return what is behind it."""
        missing = len(PREFACE) - len(self._opening)
        piece, rest = data[:missing], data[missing:]
        self._opening += piece
        if self.change.opening is not None:
            if len(self._opening) == len(PREFACE):
                self._pass(self.change.opening(self._opening))
        else:
            self._pass(piece)
            if not PREFACE.startswith(self._opening):
                self._is_raw = True
        return rest

    def _take(self, frame: Frame) -> None:
        rewrite = self.change.incoming
        frames = rewrite(self, frame) if rewrite is not None else None
        self._follow(frame)
        for item in [frame] if frames is None else frames:
            self.current = item
            self._pass(bytes(item))
        self.current = None

    def _follow(self, frame: Frame) -> None:
        if frame.type in (HEADERS, CONTINUATION, PUSH_PROMISE):
            self.block = 0 if frame.has(END_HEADERS) else frame.stream
        if frame.type == HEADERS:
            self.highest = max(self.highest, frame.stream)

    def _pass(self, octets: bytes) -> None:
        if octets and not self.server.closed:
            self.server.receive(octets)

    def data_to_send(self) -> bytes:
        said, self._extra = bytes(self._extra), bytearray()
        rewrite = self.change.outgoing
        self.pull()
        if rewrite is None:
            data, self._out = bytes(self._out), bytearray()
            return said + data
        sent = bytearray(said)
        for frame in split(self._out):
            frames = rewrite(self, frame)
            for item in [frame] if frames is None else frames:
                sent += bytes(item)
        sent += self._extra
        self._extra.clear()
        return bytes(sent)

    def next_deadline(self) -> float | None:
        return self.server.next_deadline()

    def advance(self, seconds: float) -> None:
        self.server.advance(seconds)


__all__ = ["END_STREAM", "Gate"]
