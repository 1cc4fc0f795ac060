"""guard.py and limits.py: buckets, counters, bounds, memory; floods themselves are in test_floods_*.py."""

import gc
import sys
from typing import Any

import pytest

from nghttp2 import Limits, UsageError
from nghttp2 import frame_writer as write
from nghttp2.errors import ConnectionFault
from nghttp2.guard import COUNTERS, Bucket, MemoryBudget, Stats

from .peer import GET, Peer, Recorder, recorder

CALM = 11
MIB = 1024 * 1024


def idle() -> type[Recorder]:
    """Make a handler that never answers."""
    return recorder(on_request_done=lambda self: None)


def ends_calm(peer: Peer, limit: str) -> bool:
    """Tell whether the connection ended because of `limit`, which stands in the debug data and in stats."""
    raw = b""
    while octets := peer.server.data_to_send():
        raw += octets
    peer.reader.receive(raw)
    last = None
    while (frame := peer.reader.next_frame()) is not None:
        last = frame
    assert type(last).__name__ == "GoAwayFrame", last
    assert last.error_code == CALM, last  # type: ignore[union-attr] # checked above
    assert last.debug_data.startswith(limit.encode()), last  # type: ignore[union-attr] # checked above
    assert peer.server.stats[f"limit:{limit}"] == 1
    assert peer.server.closed
    return True


def test_a_bucket_refills_by_time_up_to_its_burst() -> None:
    now = [0.0]
    bucket = Bucket("name", 2, 1.0, lambda: now[0])
    bucket.spend()
    bucket.spend()
    now[0] = 1.0
    bucket.spend()
    with pytest.raises(ConnectionFault) as caught:
        bucket.spend()
    assert (caught.value.error_code, caught.value.limit) == (CALM, "name")
    now[0] = 100.0
    for _ in range(2):
        bucket.spend()
    with pytest.raises(ConnectionFault):
        bucket.spend(0.5)


def test_stats_have_all_counters_from_the_start() -> None:
    assert list(Stats()) == list(COUNTERS)
    assert set(Stats().values()) == {0}


@pytest.mark.parametrize(
    "wrong", [{"max_frame_size": 100}, {"stream_window": 2**31}, {"connection_window": 5}, {"ping_rate": -1}]
)
def test_limits_that_cannot_be_announced_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Limits(**wrong)


def test_settings_frames_end_at_the_rate_and_at_32_entries() -> None:
    peer = Peer()
    peer.sends(write.settings(()) * 20_000)
    assert ends_calm(peer, "settings_rate")
    peer = Peer()
    peer.sends(write.settings(((0xFF, 1),) * 32))
    assert not peer.server.closed
    peer.sends(write.settings(((0xFF, 1),) * 33))
    assert ends_calm(peer, "max_settings_entries")


def test_priority_frames_are_bounded_by_the_streams_opened() -> None:
    peer = Peer()
    peer.sends(b"".join(write.frame(2, 0, 2 * n + 1, bytes(4) + b"\x0f") for n in range(19_000)))
    assert ends_calm(peer, "too_many_priority_frames")
    assert peer.server.stats["priority_frames"] == 1101


def test_resets_of_a_closed_stream_are_bounded_by_the_data_sent() -> None:
    # OkHttp 3.13 answers each DATA frame of a stream that it gave up with one more RST_STREAM.
    endless = recorder(on_request_done=lambda self: self.send_response(200, [], lambda n: (b"x" * n, 0)))
    peer = Peer(endless, settings=((4, 8 * MIB),))
    peer.sends(write.window_update(0, 1 << 30))
    for stream_id in (1, 3, 5):
        peer.requests(stream_id)
        received = sum(type(frame).__name__ == "DataFrame" for frame in peer.frames())
        assert received == 512
        peer.sends(write.rst_stream(stream_id, 8) + write.rst_stream(stream_id, 1) * (received - 1))
    assert peer.is_alive()
    peer.sends(write.rst_stream(1, 1) * 1100)
    assert ends_calm(peer, "too_many_glitches")


# Field blocks.


def opening(fragment: bytes, flags: int = 1) -> bytes:
    return write.frame(1, flags, 1, fragment)


def test_a_block_of_over_64_kib_ends_the_connection() -> None:
    peer = Peer()
    peer.sends(opening(b"x" * 16_384), write.frame(9, 0, 1, b"x" * 16_384) * 4)
    assert ends_calm(peer, "max_field_block")


def test_an_hpack_bomb_ends_at_4_times_the_list_limit_and_is_431_below() -> None:
    peer = Peer(max_header_fields_hard=20_000)
    peer.requests(1, [*GET, (b"x", b"v" * 3000)])
    assert peer.seen()[0][2] == {b":status": b"200"}
    peer.calls.clear()
    base = peer.block(GET)
    peer.sends(write.field_block(3, base + b"\xbe" * 30, True, 16_384))
    assert peer.seen() == [("HEADERS", 3, {b":status": b"431"}, True)]
    peer.sends(write.field_block(5, base + b"\xbe" * 16_000, True, 16_384))
    assert ends_calm(peer, "max_header_list_size")
    assert peer.calls == []


def test_a_thousand_and_one_fields_end_the_connection_crumbs_included() -> None:
    for field in ((b"a", b""), (b"cookie", b"a=b-not-so-short-cookie")):
        peer = Peer(max_header_list_size=MIB, max_header_list_size_hard=4 * MIB)
        peer.requests(1, [*GET, field])
        peer.frames()
        peer.calls.clear()
        peer.sends(write.field_block(3, peer.block(GET) + b"\xbe" * 16_000, True, 16_384))
        assert ends_calm(peer, "max_header_fields")
        assert peer.calls == []


def test_a_browsers_hundred_cookie_crumbs_pass() -> None:
    peer = Peer()
    peer.requests(1, [*GET, *((b"cookie", b"crumb%d=%s" % (n, b"v" * 80)) for n in range(100))])
    assert peer.seen()[0][2] == {b":status": b"200"}
    assert peer.handler.instances[0].headers[-1][1].count(b"; ") == 99


def test_live_header_bytes_are_bounded_by_refusing() -> None:
    peer = Peer(idle(), max_live_header_bytes=3000)
    for n in range(4):
        peer.requests(2 * n + 1, [*GET, (b"x", b"v" * 900)])
    assert peer.seen() == [("RST_STREAM", 7, 7), ("RST_STREAM", 5, 7)][::-1]
    peer.sends(write.rst_stream(1, 8))
    peer.requests(9, [*GET, (b"x", b"v" * 900)])
    assert (9, "headers") in peer.calls


# What is held for a peer that does not read or give credit.


def big(size: int) -> type[Recorder]:
    content = b"x" * size
    return recorder(
        on_headers=lambda self: self.send_response(200, None, iter([content])),
        on_request_done=lambda self: None,
    )


def test_a_paused_download_lives_while_it_makes_progress() -> None:
    peer = Peer(big(100_000), settings=((4, 0),))
    peer.requests(1)
    peer.frames()
    for _ in range(21):
        peer.server.advance(25)
        peer.sends(write.window_update(1, 5000), write.window_update(0, 5000))
        peer.frames()
    assert peer.calls[-1] == (1, "close", 0)


# Memory.


def test_accounted_memory_stays_within_the_promise() -> None:
    cases: list[bytes] = [
        write.field_block(1, b"\x82" * 100, False, 16_384),
        opening(b"x" * 16_000) + write.frame(9, 0, 1, b"y" * 16_000) * 2,
        write.ping(b"12345678") * 900,
        b"\x00\x40\x00\x00\x00\x00\x00\x00\x01" + b"x" * 16_000,
    ]
    for octets in cases:
        peer = Peer(idle())
        peer.sends(octets)
        assert sum(peer.server.connection.accounted_memory().values()) <= 4 * MIB
    peer = Peer(big(4 * MIB), settings=((4, 2**31 - 1),))
    for n in range(100):
        peer.requests(2 * n + 1, [*GET, (b"x", b"v" * 9000)])
    assert sum(peer.server.connection.accounted_memory().values()) <= 4 * MIB


def test_closed_streams_are_forgotten() -> None:
    peer = Peer()
    for n in range(1000):
        peer.requests(2 * n + 1)
        peer.frames()
    streams = peer.server.connection.streams
    assert not streams.live
    assert len(streams._closed) == 100
    assert peer.server.connection.live_header_bytes == 0


def test_new_streams_are_refused_when_the_servers_memory_is_spent() -> None:
    budget = MemoryBudget(400_000)
    session = {"budget": budget}
    first, second = Peer(idle(), session=session), Peer(idle(), session=session)
    first.requests(1)
    second.server.receive(b"")  # the budget is told once a turn
    assert budget.used == sum(
        sum(peer.server.connection.accounted_memory().values()) for peer in (first, second)
    )
    for n in range(1, 9):
        first.requests(2 * n + 1, [*GET, (b"x", b"v" * 30_000)])
    second.requests(1)
    assert second.seen() == [("RST_STREAM", 1, 7)]
    assert second.server.stats["limit:memory_budget"] == 1
    first.server.lost()
    second.requests(3)
    assert (3, "headers") in second.calls
    second.server.lost()
    assert budget.used == 0


def test_memory_is_flat_over_ten_thousand_requests_on_a_connection() -> None:
    handler = recorder(
        on_headers=lambda self: self.send_response(200, None, b"x"), on_request_done=lambda s: None
    )
    peer = Peer(handler)
    number = 1

    def serve(count: int) -> int:
        nonlocal number
        for _ in range(count):
            peer.requests(number, [*GET, (b"x-number", b"%d" % number)])
            peer.sends(write.window_update(0, 1))
            peer.frames()
            number += 2
        peer.calls.clear()
        peer.handler.instances.clear()
        gc.collect()
        return sys.getallocatedblocks()

    serve(2000)
    before = serve(2000)
    assert serve(8000) - before < 1000
