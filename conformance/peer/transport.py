"""What a peer talks through: sockets (plain or TLS), behind an interface that memory serves as well."""

import select
import socket
import ssl
import time
from typing import Final, NamedTuple, Protocol

CHUNK: Final = 65_536
"""Octets read at a time."""


class Ended(Exception):  # an event more than an error: the target closed
    """The target closed the connection: `how` is `fin` or `reset`."""

    def __init__(self, how: str) -> None:
        """Keep how it ended."""
        super().__init__(how)
        self.how = how


class Chosen(NamedTuple):
    """What a TLS handshake chose."""

    version: str  # 1.2, 1.3
    alpn: str | None
    cipher: str

    def __str__(self) -> str:
        """Say it in a line."""
        return f"TLS {self.version}, ALPN {self.alpn or 'none'}, {self.cipher}"


class Transport(Protocol):
    """One connection to the target."""

    tls: Chosen | None  # None in cleartext

    def send(self, data: bytes, timeout: float) -> None:
        """Send all of it; what arrives meanwhile is kept.  Raises Ended."""

    def receive(self, timeout: float) -> bytes | None:
        """Return what has arrived, or None when nothing does in `timeout` seconds.  Raises Ended."""

    def pause(self, seconds: float) -> None:
        """Let the target read what was sent, before more is."""

    def shutdown(self) -> None:
        """Close our direction."""

    def close(self) -> None:
        """Close the connection."""

    def now(self) -> float:
        """Return the time in seconds, from any zero: real for sockets, virtual in memory."""


def _chosen(connection: ssl.SSLSocket) -> Chosen:
    version = (connection.version() or "").removeprefix("TLSv")
    cipher = connection.cipher()
    return Chosen(version, connection.selected_alpn_protocol(), cipher[0] if cipher else "")


class EndedTransport:
    """A connection that ended before it began: the TLS handshake was refused."""

    tls: Chosen | None = None

    def __init__(self, reason: str) -> None:
        """`reason`: what the TLS library said."""
        self._reason = reason

    def now(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def send(self, data: bytes, timeout: float) -> None:  # noqa: ARG002  # nothing can be sent
        """Tell that it has ended."""
        raise Ended(self._reason)

    def receive(self, timeout: float) -> bytes | None:  # noqa: ARG002  # nothing can come
        """Tell that it has ended."""
        raise Ended(self._reason)

    def pause(self, seconds: float) -> None:
        """Nothing to wait for."""

    def shutdown(self) -> None:
        """Nothing is left to close."""

    def close(self) -> None:
        """Nothing is left to close."""


class SocketTransport:
    """A socket, plain or TLS, never blocking for longer than asked."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over a connected socket."""
        connection.setblocking(False)
        self._socket = connection
        self._tls = connection if isinstance(connection, ssl.SSLSocket) else None
        self.tls = _chosen(connection) if isinstance(connection, ssl.SSLSocket) else None
        self._poll = select.poll()
        self._events = 0
        self._inbox: list[bytes] = []
        self._ended: str | None = None

    def now(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def _wait(self, events: int, timeout: float) -> int:
        """Wait for any of `events`; return those that hold."""
        if events != self._events:
            self._poll.register(self._socket, events)
            self._events = events
        ready = self._poll.poll(max(0.0, timeout) * 1000)
        return ready[0][1] if ready else 0

    def _read(self) -> bytes | None:
        """Read what is there; None when nothing is.  Raises Ended."""
        try:
            data = self._socket.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except ssl.SSLZeroReturnError as error:
            raise Ended("fin") from error
        except (ConnectionError, ssl.SSLError) as error:
            how = "fin" if isinstance(error, ssl.SSLEOFError) else "reset"
            raise Ended(how) from error
        except OSError as error:
            raise Ended("reset") from error
        if not data:
            raise Ended("fin")
        return data

    def receive(self, timeout: float) -> bytes | None:
        """Return what has arrived, or None when nothing does in time."""
        if self._inbox:
            data = b"".join(self._inbox)
            self._inbox.clear()
            return data
        if self._ended:
            raise Ended(self._ended)
        if self._tls is None or not self._tls.pending():
            deadline = self.now() + timeout
            while True:
                left = deadline - self.now()
                if not self._wait(select.POLLIN, left):
                    return None
                found = self._read()
                if found is not None:
                    return found
                if left <= 0:  # TLS records that hold no data, time and again
                    return None
        return self._read()

    def send(self, data: bytes, timeout: float) -> None:
        """Send all of it, reading meanwhile so that two full buffers cannot block each other."""
        view = memoryview(data)
        deadline = self.now() + timeout
        while view:
            try:
                sent = self._socket.send(view)
                view = view[sent:]
                continue
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                pass
            except OSError as error:
                self._drain()
                raise Ended("reset") from error
            left = deadline - self.now()
            # Once the target has closed its direction there is nothing to read, and always "readable".
            events = select.POLLOUT if self._ended else select.POLLIN | select.POLLOUT
            ready = self._wait(events, left)
            if not ready or left <= 0:
                raise Ended("stalled")
            if ready & ~select.POLLOUT and not self._ended:
                self._drain()

    def _drain(self) -> None:
        """Keep what has arrived: a GOAWAY may stand before the reset."""
        try:
            while (data := self._read()) is not None:
                self._inbox.append(data)
        except Ended as error:
            self._ended = error.how

    def pause(self, seconds: float) -> None:
        """Sleep: that a target has read half a frame is the one thing that no fence can tell."""
        time.sleep(seconds)

    def shutdown(self) -> None:
        """Close our direction: FIN, and for TLS close_notify first."""
        try:
            if self._tls is not None:
                try:
                    self._tls.unwrap()
                except (ssl.SSLError, ValueError):
                    return  # close_notify is out; the answer comes later or never
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            return  # already gone, which the next receive tells

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
