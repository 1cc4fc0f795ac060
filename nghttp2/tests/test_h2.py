"""The server against h2 from PyPI, in memory: another reading of the same RFC."""

import pytest

h2_connection = pytest.importorskip("h2.connection")
h2_config = pytest.importorskip("h2.config")
h2_events = pytest.importorskip("h2.events")
h2_settings = pytest.importorskip("h2.settings")

from nghttp2 import ServerSession  # noqa: E402 - after the skips

from .peer import GET, POST, Recorder, recorder  # noqa: E402 - after the skips


class Client:
    """h2's client side joined to a ServerSession."""

    def __init__(self, handler: type[Recorder]) -> None:
        self.server = ServerSession(handler)
        self.h2 = h2_connection.H2Connection(
            h2_config.H2Configuration(client_side=True, header_encoding=None)
        )
        self.h2.initiate_connection()
        self.events: list[object] = []
        self.exchange()

    def exchange(self) -> None:
        """Move octets both ways until there are none; give back all credit."""
        while True:
            up = self.h2.data_to_send()
            if up:
                self.server.receive(up)
            down = self.server.data_to_send()
            if down:
                for event in self.h2.receive_data(down):
                    self.events.append(event)
                    if isinstance(event, h2_events.DataReceived):
                        self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if not up and not down:
                return

    def of(self, kind: type) -> list[object]:
        return [event for event in self.events if isinstance(event, kind)]


def test_a_megabyte_is_echoed_with_h2s_flow_control() -> None:
    client = Client(recorder())
    content = bytes(range(256)) * 4096
    client.h2.send_headers(1, POST)
    position = 0
    while position < len(content):
        room = min(client.h2.local_flow_control_window(1), client.h2.max_outbound_frame_size)
        assert room > 0
        client.h2.send_data(1, content[position : position + room])
        position += room
        client.exchange()
    client.h2.end_stream(1)
    client.exchange()
    received = b"".join(event.data for event in client.of(h2_events.DataReceived))  # type: ignore[attr-defined] # h2 is untyped here
    assert received == content
    assert len(client.of(h2_events.StreamEnded)) == 1


def test_a_thousand_requests_in_turn_and_a_hundred_at_once() -> None:
    client = Client(recorder())
    for number in range(1000):
        client.h2.send_headers(2 * number + 1, [*GET, (b"x-number", b"%d" % number)], end_stream=True)
        if number < 900 or number == 999:
            client.exchange()
    assert len(client.of(h2_events.ResponseReceived)) == 1000
    assert len(client.of(h2_events.StreamEnded)) == 1000
    assert not client.of(h2_events.StreamReset)


def test_settings_trailers_push_and_informational_responses() -> None:
    def on_request_done(self: Recorder) -> None:
        self.send_informational(103, [("link", "</a>")])
        self.push("/pushed", body=b"pushed")
        self.send_response(200, None, b"content", trailers=[("x-sum", "1")])

    client = Client(recorder(on_request_done=on_request_done))
    client.h2.update_settings(
        {h2_settings.SettingCodes.INITIAL_WINDOW_SIZE: 3, h2_settings.SettingCodes.HEADER_TABLE_SIZE: 100}
    )
    client.exchange()
    client.h2.send_headers(1, POST)
    client.h2.send_headers(1, [(b"x-up", b"2")], end_stream=True)
    client.exchange()
    for kind in ("InformationalResponseReceived", "PushedStreamReceived", "TrailersReceived"):
        assert len(client.of(getattr(h2_events, kind))) == 1, kind
    assert len(client.of(h2_events.StreamEnded)) == 2
    client.h2.update_settings({h2_settings.SettingCodes.HEADER_TABLE_SIZE: 4096})
    client.exchange()
    client.h2.send_headers(3, GET, end_stream=True)
    client.exchange()
    assert len(client.of(h2_events.StreamEnded)) == 4
