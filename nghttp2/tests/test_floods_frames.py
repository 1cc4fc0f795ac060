"""Floods of frames, fed in three ways by a client that reads nothing, with the same end (RFC 9113 10.5).

A row has the code of the GOAWAY, the limit that its debug data names, and how many handlers may have run.
"""

from collections.abc import Callable
from typing import Any

import pytest

from nghttp2 import frame_writer as write

from .floods import CALM, FEEDS, ending, flood
from .peer import GET, POST, Peer, recorder, replaced

MIB = 1024 * 1024
PROTOCOL, FLOW_CONTROL, FRAME_SIZE = 1, 3, 6

GET_BLOCK = bytes.fromhex("82 86 84 01 01 61")  # GET http://a/, nothing of it indexed
POST_BLOCK = b"\x83" + GET_BLOCK[1:]
NO_PATH = bytes.fromhex("82 86 01 01 61")

DATA, HEADERS, PRIORITY, RST_STREAM = 0, 1, 2, 3


def slow() -> Any:
    """Make a handler that never answers."""
    return recorder(on_request_done=lambda self: None)


def get(stream_id: int) -> bytes:
    """Return a request."""
    return write.frame(HEADERS, 5, stream_id, GET_BLOCK)


def post(stream_id: int) -> bytes:
    """Return a request with content to come."""
    return write.frame(HEADERS, 4, stream_id, POST_BLOCK)


def each(count: int, *makers: Callable[[int], bytes]) -> bytes:
    """Return the frames that `makers` give for the first `count` streams."""
    return b"".join(make(2 * n + 1) for n in range(count) for make in makers)


def data(content: bytes, flags: int = 0) -> bytes:
    """Return DATA of stream 1."""
    return write.frame(DATA, flags, 1, content)


# Streams that the client makes the server reset (f5) and gives up itself (f4) draw on one budget of 200.
FLOODS: list[tuple[str, bytes, str, int]] = [
    ("f1-ping-noread", write.ping(b"12345678") * 20_000, "ping_rate", 0),
    ("f2-settings-noread", write.settings(()) * 20_000, "settings_rate", 0),
    ("f2-settings-entries", write.settings(((0xFF, 1),) * 2730), "max_settings_entries", 0),
    ("f3-bad-requests", each(5000, lambda n: write.frame(HEADERS, 5, n, NO_PATH)), "too_many_resets", 0),
    ("f4-rapid-reset", each(5000, get, lambda n: write.rst_stream(n, 8)), "too_many_resets", 201),
    ("f5-myr-wu0", each(3000, get, lambda n: write.window_update(n, 0)), "too_many_resets", 201),
    ("f5-myr-wu-overflow", each(3000, get, lambda n: write.window_update(n, 2**31 - 1)),
     "too_many_resets", 201),
    ("f5-myr-data-after-es", each(3000, get, lambda n: write.frame(DATA, 0, n, b"late")),
     "too_many_resets", 201),
    ("f5-myr-prio-len", each(3000, get, lambda n: write.frame(PRIORITY, 0, n, b"1234")),
     "too_many_resets", 201),
    ("f6-empty-data", post(1) + data(b"") * 19_000, "too_many_empty_frames", 1),
    ("f6-empty-data pad-only", post(1) + data(b"\x0a" + bytes(10), 8) * 19_000, "too_many_empty_frames", 1),
    ("f6-empty-data 1-byte", post(1) + data(b"x") * 19_000, "too_much_small_data", 1),
    ("f8-priority", each(19_000, lambda n: write.frame(PRIORITY, 0, n, bytes(4) + b"\x0f")),
     "too_many_priority_frames", 0),
    ("f9-wu-flood", write.window_update(0, 1) * 20_000, "too_many_window_updates", 0),
    ("f10-unknown 0 B", write.frame(0xBB, 0, 0, b"") * 20_000, "too_many_glitches", 0),
    ("f11-streams", each(2000, get), "too_many_refused", 100),
]  # fmt: skip


@pytest.mark.parametrize("how", FEEDS)
@pytest.mark.parametrize(
    ("wire", "limit", "handlers"), [row[1:] for row in FLOODS], ids=[row[0] for row in FLOODS]
)
def test_a_flood_ends_in_enhance_your_calm(wire: bytes, limit: str, handlers: int, how: str) -> None:
    peer = Peer(slow())
    flood(peer, wire, how)
    assert ending(peer.frames()) == (CALM, limit)
    assert peer.server.stats[f"limit:{limit}"] == 1
    started = peer.handler.instances
    assert len(started) <= handlers
    assert [call for call in peer.calls if call[1] == "close"] != [] or not started
    assert sum(call[1] == "close" for call in peer.calls) == len(started)
    assert peer.server.closed


def test_acknowledgements_that_are_not_read_end_at_1000() -> None:
    # f1-ping-noread, f2-settings-noread, were there no limit on their rates
    for frame in (write.ping(b"12345678"), write.settings(())):
        peer = Peer(ping_burst=10**6, settings_burst=10**6)
        peer.sends(frame * 1000)
        assert not peer.server.closed
        peer.sends(frame)
        assert ending(peer.frames()) == (CALM, "max_queued_acks")


def test_padding_that_is_as_long_as_the_payload_ends_at_the_first_stream() -> None:
    # f5-myr-padding: RFC 9113 6.1 makes it a connection error, so that it resets nothing.
    peer = Peer(slow())
    flood(peer, each(3000, post, lambda n: write.frame(DATA, 8, n, b"\x05abc")))
    assert peer.seen() == [("GOAWAY", 1, PROTOCOL)]
    assert len(peer.handler.instances) == 1


def test_unknown_frames_of_16_kib_are_dropped_until_there_are_too_many() -> None:
    # f10-unknown: 400 are fewer than the glitches that are tolerated; their octets are not held.
    peer = Peer()
    for _ in range(400):
        peer.sends(write.frame(0xBB, 0, 0, b"x" * 16_384))
    assert peer.is_alive()
    assert peer.server.connection.accounted_memory()["read_buffer"] == 0
    for _ in range(601):
        peer.sends(write.frame(0xBB, 0, 0, b"x" * 16_384))
    assert ending(peer.frames()) == (CALM, "too_many_glitches")


# (row, settings, what is sent, what is seen); no code: nothing is sent
ERRORS: list[tuple[str, bytes, list[tuple[Any, ...]]]] = [
    ("f8-priority self-dependency",
     get(1) + write.frame(PRIORITY, 0, 1, b"\x00\x00\x00\x01\x0f"), []),
    ("f8-priority length 4, live", get(1) + write.frame(PRIORITY, 0, 1, bytes(4)),
     [("RST_STREAM", 1, FRAME_SIZE)]),
    ("f8-priority length 4, idle", write.frame(PRIORITY, 0, 1, bytes(4)), [("GOAWAY", 0, FRAME_SIZE)]),
    ("f9-wu-overflow stream", get(1) + write.window_update(1, 2**31 - 1), [("RST_STREAM", 1, FLOW_CONTROL)]),
    ("f9-wu-overflow connection", write.window_update(0, 2**31 - 1), [("GOAWAY", 0, FLOW_CONTROL)]),
    ("f9-wu-overflow settings", write.settings(((4, 2**31),)), [("GOAWAY", 0, FLOW_CONTROL)]),
    ("f12-settings-values push 2", write.settings(((2, 2),)), [("GOAWAY", 0, PROTOCOL)]),
    ("f12-settings-values window 2^31", write.settings(((4, 2**31),)), [("GOAWAY", 0, FLOW_CONTROL)]),
    ("f12-settings-values frame size 16383", write.settings(((5, 16_383),)), [("GOAWAY", 0, PROTOCOL)]),
    ("f12-settings-values frame size 2^24", write.settings(((5, 2**24),)), [("GOAWAY", 0, PROTOCOL)]),
]  # fmt: skip


@pytest.mark.parametrize("how", FEEDS)
@pytest.mark.parametrize(("wire", "seen"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_one_wrong_frame_costs_what_rfc_9113_says(wire: bytes, seen: list[tuple[Any, ...]], how: str) -> None:
    peer = Peer(slow())
    flood(peer, wire, how)
    assert peer.seen() == seen
    assert peer.server.closed == any(frame[0] == "GOAWAY" for frame in seen)


# f1-ping-read, f4-legit-cancel, f6 with 256 octets: what looks like a flood and is none.


def test_pings_read_end_at_the_rate_and_one_a_second_goes_on() -> None:
    peer = Peer()
    for _ in range(250):
        peer.sends(write.ping(b"12345678") * 20)
        if ending(peer.frames()) is not None:
            break
        peer.server.advance(0.004)
    assert peer.server.stats["limit:ping_rate"] == 1
    assert 1000 <= peer.server.stats["pings"] <= 1100
    peer = Peer(ping_burst=5, ping_rate=1.0, idle_timeout=None)
    for _ in range(500):
        peer.sends(write.ping(b"12345678"))
        peer.frames()
        peer.server.advance(1)
    assert not peer.server.closed


def test_a_tenth_cancelled_over_time_is_no_flood() -> None:
    peer = Peer(slow())
    for n in range(2000):
        peer.requests(2 * n + 1)
        if n % 10 == 0:
            peer.sends(write.rst_stream(2 * n + 1, 8))
        else:
            peer.handler.instances[-1].send_response(200)
        peer.frames()
        peer.server.advance(0.05)
    assert not peer.server.closed


def test_an_upload_in_frames_of_256_octets_passes() -> None:
    peer = Peer(recorder(on_data=lambda self, data: None))
    peer.requests(1, POST, end_stream=False)
    for _ in range(4000):
        peer.data(1, b"x" * 256)
        peer.frames()
    peer.data(1, b"", end_stream=True)
    assert (1, "close", 0) in peer.calls


def test_streams_of_small_messages_pass_for_minutes() -> None:
    peer = Peer(slow())
    peer.requests(1, POST, end_stream=False)
    for _ in range(20 * 180):
        peer.data(1, b"a message of forty octets, as in gRPC....")
        peer.frames()
        peer.server.advance(0.05)
    assert not peer.server.closed


def test_malformed_requests_are_each_reset_until_the_budget_is_spent() -> None:
    # f3-bad-requests
    peer = Peer()
    for n in range(200):
        peer.requests(2 * n + 1, replaced(GET, path=b""))
        assert peer.seen() == [("RST_STREAM", 2 * n + 1, 1)]
    peer.requests(401, replaced(GET, path=b""))
    assert ending(peer.frames()) == (CALM, "too_many_resets")
    assert peer.calls == []


def test_streams_over_the_limit_are_refused_until_their_own_budget_is_spent() -> None:
    # f11-streams
    peer = Peer(slow())
    flood(peer, each(1100, get))
    assert peer.server.stats["streams_refused"] == 1000
    assert {frame[2] for frame in peer.seen()} == {7}
    assert len(peer.handler.instances) == 100
    peer.sends(get(2201))
    assert ending(peer.frames()) == (CALM, "too_many_refused")


def test_new_streams_have_a_bound_of_their_own_in_a_turn() -> None:
    peer = Peer(slow(), new_streams_per_turn=7, frames_per_turn=100)
    peer.server.feed(each(20, get))
    assert [(peer.server.turn(), len(peer.handler.instances)) for _ in range(3)] == [
        (True, 7), (True, 14), (False, 20),
    ]  # fmt: skip
    peer.server.feed(write.ping(b"12345678") * 150)
    assert [(peer.server.turn(), peer.server.stats["pings"]) for _ in range(2)] == [(True, 100), (False, 150)]


# Windows and time.


def big(size: int) -> Any:
    """Make a handler that answers with `size` octets."""
    content = b"x" * size
    return recorder(
        on_headers=lambda self: self.send_response(200, None, iter([content])),
        on_request_done=lambda self: None,
    )


def test_a_stalled_response_is_cancelled_at_its_time_and_the_connection_lives() -> None:
    # h2-hold
    peer = Peer(big(4 * MIB), settings=((4, 0),))
    for n in range(100):
        peer.requests(2 * n + 1)
    peer.frames()
    closed = 0
    for _ in range(40):
        peer.server.advance(1)
        peer.sends(*(write.window_update(2 * n + 1, 1) for n in range(0, 100, 10)))
        closed += sum(frame[0] == "RST_STREAM" and frame[2] == 8 for frame in peer.seen())
        assert peer.server.connection.out_size <= MIB
    assert closed == 100
    assert peer.is_alive()


def test_a_window_opened_octet_by_octet_gives_one_frame_each_and_ends() -> None:
    # f7-window-drip
    peer = Peer(big(4 * MIB), settings=((4, 0),))
    peer.requests(1)
    peer.frames()
    sent = 0
    for _ in range(5000):
        peer.sends(write.window_update(1, 1))
        assert len([frame for frame in peer.seen() if frame[0] == "DATA"]) <= 1
        sent += 1
        peer.server.advance(0.1)
        if peer.server.stats["timeouts"]:
            break
    assert peer.server.stats["limit:send_timeout"] == 1
    assert sent <= 320


def test_output_stays_bounded_when_windows_are_huge_and_nobody_reads() -> None:
    # f7-tcp-noread: the transport has no room after the first write, until the write timeout.
    peer = Peer(big(4 * MIB), settings=((4, 2**31 - 1),))
    peer.sends(write.window_update(0, 2**31 - 1 - 65_535))
    for n in range(100):
        peer.requests(2 * n + 1)
    assert len(peer.server.data_to_send()) <= MIB
    peer.server.set_writable(False)
    assert peer.server.connection.out_size <= MIB
    peer.server.advance(31)
    assert peer.server.stats["limit:send_timeout"] == 100
    assert not peer.server.connection.streams.live


def test_credit_of_discarded_data_comes_back() -> None:
    # f16-window-credit: padding, and DATA of streams that were reset.
    peer = Peer(reset_burst=10**6)
    window = peer.server.connection.receive_window
    start = window.available + window.unreturned
    for n in range(1000):
        peer.requests(2 * n + 1, POST, end_stream=False)
        peer.sends(
            write.window_update(2 * n + 1, 0),
            write.frame(DATA, 8, 2 * n + 1, b"\xff" + bytes(16_000)),
        )
        peer.frames()
    assert window.available + window.unreturned == start
    peer.requests(2001, POST, end_stream=False)
    peer.data(2001, b"still here", end_stream=True)
    assert ("DATA", 2001, b"still here", True) in peer.seen()


def test_after_a_fatal_frame_nothing_is_read() -> None:
    # f13-after-fatal
    import random

    chance = random.Random(7)
    for _ in range(500):
        peer = Peer()
        peer.sends(bytes.fromhex("000000 00 00 00000000") + chance.randbytes(chance.randrange(200)))
        assert peer.seen() == [("GOAWAY", 0, 1)]
        peer.sends(chance.randbytes(50), get(1))
        assert peer.seen() == []
        assert peer.calls == []


def test_a_shutdown_amid_fifty_exchanges_finishes_those_that_were_accepted() -> None:
    # f14-goaway-x2: uploads and downloads, and new streams between the two GOAWAYs and after.
    content = b"d" * 100_000

    def answer(self: Any) -> None:
        self.send_response(200, None, iter([self.content or content]))

    peer = Peer(recorder(on_request_done=answer), settings=((4, 1 << 20),))
    peer.sends(write.window_update(0, 1 << 28))
    for n in range(50):
        peer.requests(2 * n + 1, POST if n % 2 else GET, end_stream=n % 2 == 0)
    received: dict[int, bytes] = {}
    ended: set[int] = set()
    goaways: list[int] = []

    def read() -> list[tuple[Any, ...]]:
        frames = peer.seen()
        for frame in frames:
            if frame[0] == "DATA":
                received[frame[1]] = received.get(frame[1], b"") + frame[2]
                ended.update({frame[1]} if frame[3] else ())
            elif frame[0] == "GOAWAY":
                goaways.append(frame[1])
                assert frame[2] == 0
        return frames

    peer.server.shutdown()
    peer.requests(101)  # between the two
    pings = [frame for frame in read() if frame[0] == "PING"]
    assert goaways == [2**31 - 1]
    peer.sends(*(write.ping(frame[1], ack=True) for frame in pings))
    peer.requests(103)  # after the second
    read()
    assert goaways == [2**31 - 1, 101]
    for n in range(1, 50, 2):
        peer.data(2 * n + 1, b"upload %d" % n, end_stream=True)
    while not peer.server.closed:
        assert read()
    assert 103 not in received
    assert ended == {2 * n + 1 for n in range(51)} == set(received)
    assert all(
        octets == (b"upload %d" % (number // 2) if number // 2 % 2 else content)
        for number, octets in received.items()
    )
    assert sum(call[1:] == ("close", 0) for call in peer.calls) == 51
