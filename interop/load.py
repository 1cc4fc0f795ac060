"""A load that knows where it is: requests over chosen connections, a fixed number of them in flight.

h2load cannot say what the requests after the first 10,000 of a connection cost, nor keep 900 connections
open while ten requests are in flight; this can.
"""

import socket
from typing import Final, Self

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# SETTINGS; its acknowledgement; connection window + 2^30 (RFC 9113 6.5, 6.9).
_OPENING: Final = _PREFACE + bytes.fromhex(
    "000000 04 00 00000000  000000 04 01 00000000  000004 08 00 00000000 40000000"
)
# :method GET, :scheme http, :path /, :authority a (RFC 7541 6.1, 6.2.2), nothing of it indexed.
_BLOCK: Final = bytes.fromhex("82 86 84 01 01 61")
_HEADERS: Final = 1
_END_STREAM: Final = 1
_TIMEOUT_S: Final = 20.0


class Connection:
    """A connection that sends GET requests and counts the responses that ended."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(_OPENING)
        self._next_id = 1
        self._rest = b""

    def exchange(self, count: int) -> None:
        """Send `count` requests in one write and wait for the responses.  Raises OSError if they fail."""
        head = len(_BLOCK).to_bytes(3, "big") + bytes((_HEADERS, 5))
        first = self._next_id
        self._next_id += 2 * count
        self._socket.sendall(
            b"".join(
                [head + stream_id.to_bytes(4, "big") + _BLOCK for stream_id in range(first, self._next_id, 2)]
            )
        )
        while count:
            count -= self._ended()

    def _ended(self) -> int:
        """Read once; return how many streams ended."""
        received = self._socket.recv(1 << 18)
        if not received:
            raise ConnectionError("the server closed the connection")
        data = self._rest + received
        position, ended = 0, 0
        while len(data) - position >= 9:
            after = position + 9 + int.from_bytes(data[position : position + 3], "big")
            if len(data) < after:
                break
            kind, flags = data[position + 3], data[position + 4]
            if kind in (3, 7):
                raise ConnectionError(f"the server sent {data[position:after].hex()}")
            ended += kind < 2 and flags & _END_STREAM
            position = after
        self._rest = data[position:]
        return ended

    def close(self) -> None:
        """End it."""
        self._socket.close()


class Load:
    """Requests over `count` connections in turn, `in_flight` at a time on one of them."""

    def __init__(self, port: int, count: int, in_flight: int) -> None:
        self._in_flight = in_flight
        self._connections: list[Connection] = []
        self._turn = 0
        for _ in range(count):
            connection = Connection(port)
            self._connections.append(connection)
            connection.exchange(1)

    def run(self, requests: int) -> None:
        """Make so many requests, or a few more."""
        for _ in range(-(-requests // self._in_flight)):
            self._connections[self._turn].exchange(self._in_flight)
            self._turn = (self._turn + 1) % len(self._connections)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for connection in self._connections:
            connection.close()
