"""Two connections without I/O under one face: ours and h2's, in both roles, observed in the same words."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Protocol

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from nghttp2 import events as ours
from nghttp2.body import DATA_DEFERRED, DATA_EOF, DATA_OK, GeneratorBody
from nghttp2.connection import Connection

from .moves import REQUEST, RESPONSE


class Endpoint(Protocol):
    """A connection after its handshake; every method returns what was observed, one word an observation."""

    def receive(self, octets: bytes) -> list[str]:
        """Feed octets of the peer."""

    def open(self, ends: bool) -> list[str]:
        """Send a request's head on the next stream (client). "refused" if the peer takes none."""

    def respond(self, stream_id: int, ends: bool) -> list[str]:
        """Send a response's head; with `ends` as the whole message. "refused" if that is not possible."""

    def content(self, stream_id: int, size: int, ends: bool) -> list[str]:
        """Send 1 to 16,384 octets behind the head; without room for all of them tell the smaller window."""

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


class _Content:
    """A body that has what it was given, and waits for more until it was told to end."""

    def __init__(self) -> None:
        self.size = 0
        self.ends = False

    def read(self, size: int) -> tuple[bytes | None, int]:
        """Return what there is: the windows were asked before it was put here."""
        if not self.size:
            return None, DATA_DEFERRED
        taken = min(size, self.size)
        self.size -= taken
        return bytes(taken), DATA_EOF if self.ends and not self.size else DATA_OK


class OurEndpoint:
    """`nghttp2.connection.Connection`."""

    def __init__(self, is_client: bool) -> None:
        self._connection = Connection(is_client, clock=lambda: 0.0)
        self._streams: dict[int, Any] = {}
        self._content: dict[int, _Content] = {}
        self._drain()

    def open(self, ends: bool) -> list[str]:
        if not self._connection.can_open:
            return ["refused"]
        stream = self._connection.send_request(list(REQUEST), end_stream=ends)
        self._streams[stream.id] = stream
        return observed_frames(self._drain())

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

    def content(self, stream_id: int, size: int, ends: bool) -> list[str]:
        stream = self._streams.get(stream_id)
        if stream is None or not stream.final_sent or not stream.can_send:
            return ["refused"]
        window = min(stream.send_window, self._connection.send_window)
        if window < size:
            return [f"window {window}"]
        content = self._content.get(stream_id)
        if content is None:
            content = self._content[stream_id] = _Content()
            self._connection.send_body(stream, GeneratorBody(content.read))
        content.size, content.ends = size, ends
        self._connection.resume(stream)
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
            case ours.PushPromised(stream, promised, _):
                self._streams[promised.id] = promised
                return [f"promise {promised.id} on {stream.id}"]
            case ours.GoAwayReceived(last, _, _):
                return [f"goaway {last}"]
        return []


class H2Endpoint:
    """`h2.connection.H2Connection`."""

    name = "h2"
    version = version("h2")

    def __init__(self, is_client: bool) -> None:
        self._connection = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=is_client, header_encoding=None)
        )
        self._answered: set[int] = set()  # streams whose head went out
        self._connection.initiate_connection()
        self._connection.data_to_send()

    def open(self, ends: bool) -> list[str]:
        stream_id = self._connection.get_next_available_stream_id()
        try:
            self._connection.send_headers(stream_id, list(REQUEST), end_stream=ends)
        except h2.exceptions.ProtocolError:
            return ["refused"]
        self._answered.add(stream_id)
        return observed_frames(self._connection.data_to_send())

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

    def content(self, stream_id: int, size: int, ends: bool) -> list[str]:
        if stream_id not in self._connection.streams or stream_id not in self._answered:
            return ["refused"]
        if self._connection.state_machine.state == h2.connection.ConnectionState.CLOSED:
            return ["refused"]  # it would complain of the window first
        window = self._connection.local_flow_control_window(stream_id)
        try:
            self._connection.send_data(stream_id, bytes(size), end_stream=ends)
        except h2.exceptions.FlowControlError:
            return [f"window {window}"]
        except h2.exceptions.ProtocolError:
            return ["refused"]
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
            case h2.events.PushedStreamReceived():
                return [f"promise {event.pushed_stream_id} on {event.parent_stream_id}"]
            case h2.events.ConnectionTerminated():
                return [f"goaway {event.last_stream_id}"]
        return []
