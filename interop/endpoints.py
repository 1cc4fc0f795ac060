"""Two connections without I/O under one face: ours and h2's, in both roles, observed in the same words."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Protocol

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from nghttp2 import events as ours
from nghttp2.connection import Connection

from .moves import REQUEST, RESPONSE

CONTENT = b"0123456789"
"""What an endpoint answers with: 10 octets, small enough for any window that is not closed."""


class Endpoint(Protocol):
    """A connection after its handshake; every method returns what was observed, one word an observation."""

    def receive(self, octets: bytes) -> list[str]:
        """Feed octets of the peer."""

    def respond(self, stream_id: int, ends: bool) -> list[str]:
        """Send a response's head; with `ends` as the whole message. "refused" if that is not possible."""

    def reset(self, stream_id: int) -> list[str]:
        """Reset a stream with CANCEL. "refused" if that is not possible."""


def split(octets: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield (type, flags, stream identifier, payload) of each frame."""
    at = 0
    while at < len(octets):
        length = int.from_bytes(octets[at : at + 3], "big")
        stream_id = int.from_bytes(octets[at + 5 : at + 9], "big") & 0x7FFF_FFFF
        yield octets[at + 3], octets[at + 4], stream_id, octets[at + 9 : at + 9 + length]
        at += 9 + length


def observed_frames(octets: bytes) -> list[str]:
    """Name the frames that show a decision; field blocks and credit are left out: they may differ freely."""
    seen = []
    for kind, flags, stream_id, payload in split(octets):
        code = int.from_bytes(payload[:4], "big")
        if kind == 0x03:
            seen.append(f"RST_STREAM({stream_id}, {code})")
        elif kind == 0x04 and flags & 1:
            seen.append("SETTINGS ACK")
        elif kind == 0x06:
            seen.append(f"PING({payload.hex()}, {'ack' if flags & 1 else 'new'})")
        elif kind == 0x07:
            # Which connection error is a matter of taste as long as it is one (RFC 9113 5.4).
            seen.append("GOAWAY" if int.from_bytes(payload[4:8], "big") else "GOAWAY(NO_ERROR)")
        elif kind == 0x00:
            seen.append(f"DATA({stream_id}, {len(payload)}{', END_STREAM' if flags & 1 else ''})")
        elif kind == 0x01:
            seen.append(f"HEADERS({stream_id}{', END_STREAM' if flags & 1 else ''})")
    return seen


class OurEndpoint:
    """`nghttp2.connection.Connection`."""

    def __init__(self, is_client: bool) -> None:
        self._connection = Connection(is_client, clock=lambda: 0.0)
        self._streams: dict[int, Any] = {}
        self._drain()

    def open(self) -> None:
        """Open a stream with a request that has no content (client)."""
        stream = self._connection.send_request(list(REQUEST), end_stream=True)
        self._streams[stream.id] = stream
        self._drain()

    def receive(self, octets: bytes) -> list[str]:
        self._connection.receive_data(octets)
        return [*self._events(), *observed_frames(self._drain())]

    def respond(self, stream_id: int, ends: bool) -> list[str]:
        stream = self._streams.get(stream_id)
        if stream is None or stream.final_sent or not stream.can_send:
            return ["refused"]
        block, _ = self._connection.response_block(200, list(RESPONSE[1:]))
        self._connection.send_headers(stream, block, end_stream=ends)
        return observed_frames(self._drain())

    def reset(self, stream_id: int) -> list[str]:
        stream = self._streams.get(stream_id)
        if stream is None or stream.is_closed:
            return ["refused"]
        self._connection.reset(stream, 8)
        self._events()
        return observed_frames(self._drain())

    def _drain(self) -> bytes:
        written = b""
        while data := self._connection.data_to_send():
            written += data
        return written

    def _events(self) -> list[str]:
        seen: list[str] = []
        while (event := self._connection.next_event()) is not None:
            seen += self._name(event)
        return seen

    def _name(self, event: ours.Event) -> list[str]:
        match event:
            case ours.RequestReceived(stream, _, end_stream):
                self._streams[stream.id] = stream
                return [f"request {stream.id}", *([f"ended {stream.id}"] if end_stream else [])]
            case ours.ResponseReceived(stream, _, end_stream):
                return [f"response {stream.id}", *([f"ended {stream.id}"] if end_stream else [])]
            case ours.InformationalReceived(stream, _):
                return [f"informational {stream.id}"]
            case ours.DataReceived(stream, data, end_stream):
                self._connection.consume(stream, len(data))
                words = [f"data {stream.id} {data.hex()}"] if data else []
                return [*words, *([f"ended {stream.id}"] if end_stream else [])]
            case ours.TrailersReceived(stream, _):
                return [f"trailers {stream.id}", f"ended {stream.id}"]
            case ours.GoAwayReceived(last, _, _):
                return [f"goaway {last}"]
        return []


class H2Endpoint:
    """`h2.connection.H2Connection`."""

    name = "h2"

    def __init__(self, is_client: bool) -> None:
        self._connection = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=is_client, header_encoding=None)
        )
        self._answered: set[int] = set()
        self._connection.initiate_connection()
        self._connection.data_to_send()

    @staticmethod
    def version() -> str:
        """Return the version of the package."""
        return version("h2")

    def open(self) -> None:
        """Open a stream with a request that has no content (client)."""
        self._connection.send_headers(
            self._connection.get_next_available_stream_id(), list(REQUEST), end_stream=True
        )
        self._connection.data_to_send()

    def receive(self, octets: bytes) -> list[str]:
        try:
            events = self._connection.receive_data(octets)
        except h2.exceptions.ProtocolError:
            events = []
        words = [word for event in events for word in self._name(event)]
        return [*words, *observed_frames(self._connection.data_to_send())]

    def respond(self, stream_id: int, ends: bool) -> list[str]:
        # A call for a stream that it does not know would end h2's connection.
        if stream_id not in self._connection.streams or stream_id in self._answered:
            return ["refused"]
        try:
            self._connection.send_headers(stream_id, list(RESPONSE), end_stream=ends)
        except h2.exceptions.ProtocolError:
            return ["refused"]
        self._answered.add(stream_id)
        return observed_frames(self._connection.data_to_send())

    def reset(self, stream_id: int) -> list[str]:
        if stream_id not in self._connection.streams:
            return ["refused"]
        try:
            self._connection.reset_stream(stream_id, 8)
        except h2.exceptions.ProtocolError:
            return ["refused"]
        return observed_frames(self._connection.data_to_send())

    def _name(self, event: Any) -> list[str]:
        match event:
            case h2.events.RequestReceived():
                return [f"request {event.stream_id}"]
            case h2.events.InformationalResponseReceived():
                return [f"informational {event.stream_id}"]
            case h2.events.ResponseReceived():
                return [f"response {event.stream_id}"]
            case h2.events.DataReceived():
                self._connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                return [f"data {event.stream_id} {event.data.hex()}"] if event.data else []
            case h2.events.TrailersReceived():
                return [f"trailers {event.stream_id}"]
            case h2.events.StreamEnded():
                return [f"ended {event.stream_id}"]
            case h2.events.ConnectionTerminated():
                return [f"goaway {event.last_stream_id}"]
        return []
