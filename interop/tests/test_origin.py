"""origin.py: endpoints answer as the scenarios want, and every octet is in the log."""

import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from ..certificates import issue
from ..origin import AT_ONCE, GREETING, NOT_FOUND, PUSHED, TRAILER, Origin
from ..payload import DOWNLOAD_SIZE
from ..streamlog import peak
from ..wirelog import ConnectionLog


class Client:
    """hyper-h2 on a blocking socket: requests go out, events are collected until all are answered."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(10)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.h2.increment_flow_control_window(1 << 30)
        self.events: dict[int, list[Any]] = {}
        self.flush()

    def flush(self) -> None:
        self.sock.sendall(self.h2.data_to_send())

    def request(self, path: str, method: str = "GET", body: bytes = b"", **fields: str) -> int:
        stream_id = int(self.h2.get_next_available_stream_id())
        pseudo = {":method": method, ":scheme": "http", ":authority": "localhost", ":path": path}
        more = {name.replace("_", "-"): value for name, value in fields.items()}
        self.h2.send_headers(stream_id, [*pseudo.items(), *more.items()], end_stream=not body)
        if body:
            self.h2.send_data(stream_id, body, end_stream=True)
        self.events[stream_id] = []
        self.flush()
        return stream_id

    def receive(self) -> None:
        for event in self.h2.receive_data(self.sock.recv(65_536)):
            stream_id: int = getattr(event, "stream_id", None) or 0
            self.events.setdefault(stream_id, []).append(event)
            if isinstance(event, h2.events.DataReceived):
                self.h2.acknowledge_received_data(event.flow_controlled_length, stream_id)
        self.flush()

    def until(self, kind: type, stream_id: int) -> Any:
        while not (found := [event for event in self.events.get(stream_id, []) if type(event) is kind]):
            self.receive()
        return found[0]

    def whole(self, stream_id: int) -> tuple[str, bytes]:
        self.until(h2.events.StreamEnded, stream_id)
        fields = dict(self.until(h2.events.ResponseReceived, stream_id).headers)
        pieces = [e.data for e in self.events[stream_id] if type(e) is h2.events.DataReceived]
        return fields[":status"], b"".join(pieces)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin(None) as origin:
        yield origin


@pytest.fixture
def client(origin: Origin) -> Iterator[Client]:
    with socket.create_connection(("127.0.0.1", origin.port)) as sock:
        yield Client(sock)


def test_small_answers_and_echo(client: Client) -> None:
    assert client.whole(client.request("/get?get")) == ("200", GREETING)
    assert client.whole(client.request("/missing?not_found")) == ("404", NOT_FOUND)
    assert client.whole(client.request("/echo?echo", "POST", b"again")) == ("200", b"again")
    assert client.whole(client.request("/get?head", "HEAD")) == ("200", b"")


def test_the_download_is_large_and_the_same_each_time(client: Client, origin: Origin) -> None:
    status, body = client.whole(client.request("/download?download"))
    assert (status, len(body)) == ("200", DOWNLOAD_SIZE)
    assert body == origin.download


def test_trailers_follow_a_body_without_a_length(client: Client) -> None:
    stream_id = client.request("/trailers?trailers")
    assert client.whole(stream_id)[1] == GREETING
    assert TRAILER in client.until(h2.events.TrailersReceived, stream_id).headers
    assert "content-length" not in dict(client.until(h2.events.ResponseReceived, stream_id).headers)


def test_slow_answers_when_ten_are_in_flight(client: Client, origin: Origin) -> None:
    streams = [client.request(f"/slow?streams-{n}") for n in range(AT_ONCE - 1)]
    # A later answer shows that the nine were read and are not answered.
    client.whole(client.request("/get?get"))
    assert all(not client.events[stream_id] for stream_id in streams)
    streams.append(client.request("/slow?streams-9"))
    assert {client.whole(stream_id) for stream_id in streams} == {("200", GREETING)}
    assert peak(origin.connections[0].of("streams")) == AT_ONCE


def test_an_endless_body_ends_when_the_client_resets_it(client: Client, origin: Origin) -> None:
    stream_id = client.request("/endless?cancel")
    client.until(h2.events.DataReceived, stream_id)
    client.h2.reset_stream(stream_id, 8)
    client.flush()
    assert client.whole(client.request("/get?cancel")) == ("200", GREETING)
    (given_up, after) = origin.connections[0].of("cancel")
    assert given_up.request.reset == 8
    assert after.is_whole


def test_a_push_is_promised_and_sent(client: Client) -> None:
    client.whole(client.request("/push?push"))
    assert client.whole(2) == ("200", PUSHED)


def test_a_grpc_request_gets_a_grpc_reply(client: Client) -> None:
    message = struct.pack(">BL", 0, 5) + b"hello"
    stream_id = client.request("/echo?echo", "POST", message, content_type="application/grpc")
    assert client.whole(stream_id) == ("200", message)
    assert ("grpc-status", "0") in client.until(h2.events.TrailersReceived, stream_id).headers
    stream_id = client.request("/get?get", "POST", message, content_type="application/grpc")
    assert client.whole(stream_id)[1] == struct.pack(">BL", 0, len(GREETING)) + GREETING


def test_a_100_is_sent_to_who_waits_for_it(client: Client) -> None:
    stream_id = int(client.h2.get_next_available_stream_id())
    fields = [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/echo?continue")]
    client.h2.send_headers(stream_id, [*fields, ("expect", "100-Continue")])
    client.flush()
    assert client.until(h2.events.InformationalResponseReceived, stream_id).headers == [(":status", "100")]
    client.h2.send_data(stream_id, b"now", end_stream=True)
    client.flush()
    assert client.whole(stream_id) == ("200", b"now")


def test_over_tls_the_log_has_the_plain_frames(tmp_path: Path) -> None:
    certificates = issue(tmp_path)
    with Origin(certificates) as origin:
        context = ssl.create_default_context(cafile=str(certificates.authority))
        context.set_alpn_protocols(["h2"])
        sock = socket.create_connection(("127.0.0.1", origin.port))
        with context.wrap_socket(sock, server_hostname="localhost") as tls:
            client = Client(tls)
            assert client.whole(client.request("/get?get")) == ("200", GREETING)
    (log,) = origin.connections
    assert isinstance(log, ConnectionLog)
    assert log.fault == ""
    assert log.of("get")[0].is_whole


def test_leaving_the_origin_ends_connections_that_stay_open(client: Client) -> None:
    with Origin(None) as other, socket.create_connection(("127.0.0.1", other.port)) as sock:
        stayed = Client(sock)
        assert stayed.whole(stayed.request("/get?get")) == ("200", GREETING)
        port = other.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()
