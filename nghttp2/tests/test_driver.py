"""driver.py: every timeout at its time, on a virtual clock."""

from typing import Any

import pytest

from nghttp2 import UsageError
from nghttp2 import frame_writer as write
from nghttp2.codes import PREFACE

from .peer import GET, POST, Peer, recorder

# f15: (what was sent before the client stopped, when the connection ends, GOAWAY's code, the limit)
STOPS = [
    ("nothing", b"", 10.0, 1, "preface_timeout"),
    ("half a preface", PREFACE[:10], 10.0, 1, "preface_timeout"),
    ("no settings", PREFACE, 10.0, 1, "settings_timeout"),
    ("no acknowledgement", PREFACE + write.settings(()), 5.0, 4, "settings_ack_timeout"),
    (
        "an unfinished field block",
        PREFACE + write.settings(()) + write.SETTINGS_ACK + write.frame(1, 1, 1, b"\x82"),
        10.0,
        1,
        "header_block_timeout",
    ),
    ("idle", PREFACE + write.settings(()) + write.SETTINGS_ACK, 60.0, 0, "idle_timeout"),
]


@pytest.mark.parametrize(
    ("sent", "seconds", "code", "limit"), [r[1:] for r in STOPS], ids=[r[0] for r in STOPS]
)
def test_a_client_that_stops_is_closed_at_its_time(
    sent: bytes, seconds: float, code: int, limit: str
) -> None:
    peer = Peer(handshake=False)
    peer.sends(sent)
    peer.frames()
    assert peer.server.next_deadline() == seconds
    peer.server.advance(seconds - 0.001)
    assert peer.seen() == []
    peer.server.advance(0.001)
    assert peer.seen()[-1][::2] == ("GOAWAY", code)
    assert peer.server.stats[f"limit:{limit}"] == 1
    assert peer.server.closed


def test_an_upload_that_stops_is_reset_and_the_connection_lives() -> None:
    peer = Peer(idle_timeout=None)
    peer.requests(1, [*POST, (b"content-length", b"10")], end_stream=False)
    peer.server.advance(20)
    peer.data(1, b"x")
    peer.server.advance(29.9)
    assert peer.seen() == []
    peer.server.advance(0.2)
    assert peer.seen() == [("RST_STREAM", 1, 8)]
    assert peer.calls[-1] == (1, "close", 8)
    assert peer.is_alive()


def test_an_open_exchange_may_rest() -> None:
    def on_headers(self: Any) -> None:
        self.send_response(200, None, lambda n: (None, 2))

    peer = Peer(recorder(on_headers=on_headers))
    peer.requests(1, POST, end_stream=False)
    peer.frames()
    peer.server.advance(3600)
    assert peer.seen() == []
    peer.data(1, b"still here")
    assert (1, "data", b"still here") in peer.calls


def test_an_application_that_thinks_is_not_hurried() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    peer.requests(1)
    peer.server.advance(3600)
    assert peer.seen() == []
    assert peer.is_alive()


def test_handlers_may_be_timed_on_request() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None), handler_timeout=5.0)
    peer.requests(1)
    peer.server.advance(4.9)
    assert peer.seen() == []
    peer.server.advance(0.2)
    assert peer.seen() == [("RST_STREAM", 1, 8)]


def test_timeouts_may_be_switched_off() -> None:
    peer = Peer(idle_timeout=None)
    peer.server.advance(10**6)
    assert not peer.server.closed
    assert peer.server.next_deadline() is None


def test_traffic_puts_the_idle_timeout_off() -> None:
    peer = Peer()
    for _ in range(5):
        peer.server.advance(50)
        assert peer.is_alive()
    peer.server.advance(60)
    peer.frames()
    assert peer.server.closed


def test_next_deadline_is_what_comes_first() -> None:
    peer = Peer()
    peer.server.call_later(70, lambda: None)
    assert peer.server.next_deadline() == 60
    peer.server.call_later(3, lambda: None)
    assert peer.server.next_deadline() == 3
    peer.server.advance(1)
    assert peer.server.next_deadline() == 2


def test_timers_run_in_order_and_one_that_fails_harms_no_other(caplog: pytest.LogCaptureFixture) -> None:
    peer = Peer()
    ran: list[int] = []
    peer.server.call_later(2, lambda: ran.append(2))
    peer.server.call_later(1, lambda: ran.append(1 // 0))

    def again() -> None:
        peer.server.call_later(0.1, lambda: ran.append(1))

    peer.server.call_later(1.5, again)
    peer.server.advance(2)
    assert ran == [1, 2]
    assert "ZeroDivisionError" in caplog.text


def test_wake_at_follows_the_earliest_deadline() -> None:
    now = [100.0]
    woken: list[bool] = []
    peer = Peer(session={"clock": lambda: now[0], "on_wake": lambda: woken.append(True)})
    assert not woken
    peer.server.call_later(2, lambda: None)
    assert woken
    assert peer.server.wake_at == 102.0
    with pytest.raises(UsageError):
        peer.server.advance(1)
    now[0] = 102.0
    peer.server.tick()
    assert peer.server.wake_at > 102.0


def test_a_turn_is_bounded() -> None:
    peer = Peer(recorder(), frames_per_turn=10)
    peer.server.feed(write.ping(b"12345678") * 25)
    turns = [peer.server.turn() for _ in range(3)]
    assert turns == [True, True, False]
    assert len(peer.frames()) == 25


def test_a_lost_connection_closes_every_handler() -> None:
    peer = Peer(recorder(on_request_done=lambda self: None))
    for stream_id in (1, 3):
        peer.requests(stream_id, GET)
    peer.server.lost()
    assert [call for call in peer.calls if call[1] == "close"] == [(1, "close", 2), (3, "close", 2)]
    assert peer.server.closed
    assert peer.server.next_deadline() is None


def test_in_a_burst_credit_waits_for_the_frame_that_has_begun() -> None:
    peer = Peer()
    server = peer.server
    peer.requests(1, POST, end_stream=False)
    frame = write.frame(0, 0, 1, b"x" * 16_384)
    server.is_burst = True
    server.receive(frame * 3 + frame[:100])
    assert peer.seen() == []
    server.receive(frame[100:] + write.frame(0, 0, 1, b"x" * 16_384))
    assert peer.seen() == [("RST_STREAM", 1, 3)]

    peer.requests(3, POST, end_stream=False)
    frame = write.frame(0, 0, 3, b"x" * 16_383)
    server.receive(frame * 3 + frame[:100])
    assert peer.seen() == []
    server.receive(frame[100:])
    assert peer.seen() == [("WINDOW_UPDATE", 3, 4 * 16_383)]


def test_out_of_a_burst_credit_waits_for_nothing() -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    frame = write.frame(0, 0, 1, b"x" * 16_384)
    peer.server.receive(frame * 3 + frame[:100])
    assert peer.seen() == [("WINDOW_UPDATE", 1, 3 * 16_384)]
