"""guard.py and limits.py: floods of legal frames end in ENHANCE_YOUR_CALM at their bounds, others pass."""

import gc
import sys
from typing import Any

import pytest

from nghttp2 import Limits, UsageError
from nghttp2 import frame_writer as write
from nghttp2.codes import PREFACE
from nghttp2.errors import ConnectionFault
from nghttp2.guard import COUNTERS, Bucket, MemoryBudget, Stats

from .peer import GET, POST, Peer, Recorder, recorder, replaced

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


def test_pings_not_read_end_at_1000_queued_acks() -> None:
    peer = Peer(ping_burst=10**6)
    peer.sends(write.ping(b"12345678") * 1000)
    assert not peer.server.closed
    peer.sends(write.ping(b"12345678") * 19_000)
    assert ends_calm(peer, "max_queued_acks")


def test_pings_read_end_at_the_rate_and_one_a_second_goes_on() -> None:
    peer = Peer()
    for _ in range(50):
        peer.sends(write.ping(b"12345678") * 20)
        peer.frames()
    assert not peer.server.closed
    peer.sends(write.ping(b"12345678") * 20)
    assert ends_calm(peer, "ping_rate")
    peer = Peer(ping_burst=5, ping_rate=1.0, idle_timeout=None)
    for _ in range(500):
        peer.sends(write.ping(b"12345678"))
        peer.frames()
        peer.server.advance(1)
    assert not peer.server.closed


def test_settings_frames_end_at_the_rate_and_at_32_entries() -> None:
    peer = Peer()
    peer.sends(write.settings(()) * 20_000)
    assert ends_calm(peer, "settings_rate")
    peer = Peer()
    peer.sends(write.settings(((0xFF, 1),) * 32))
    assert not peer.server.closed
    peer.sends(write.settings(((0xFF, 1),) * 33))
    assert ends_calm(peer, "max_settings_entries")


def test_malformed_requests_are_reset_until_the_budget_is_spent() -> None:
    peer = Peer()
    block = peer.block(replaced(GET, path=b""))
    peer.sends(b"".join(write.field_block(2 * n + 1, block, True, 16_384) for n in range(5000)))
    assert peer.server.stats["resets_sent"] == 200
    assert ends_calm(peer, "too_many_resets")
    assert peer.calls == []


def test_rapid_reset_ends_at_the_budget_with_every_handler_closed() -> None:
    peer = Peer(idle())
    peer.requests(1)
    block = peer.block(GET)
    peer.sends(
        b"".join(
            write.field_block(2 * n + 3, block, True, 16_384) + write.rst_stream(2 * n + 3, 8)
            for n in range(5000)
        )
    )
    assert ends_calm(peer, "too_many_resets")
    started = sum(call[1] == "headers" for call in peer.calls)
    assert started <= 203
    assert sum(call[1] == "close" for call in peer.calls) == started


@pytest.mark.parametrize(
    "primitive",
    [
        lambda n: write.window_update(n, 0),
        lambda n: write.window_update(n, 2**31 - 1),
        lambda n: write.frame(0, 0, n, b"late"),
        lambda n: write.frame(2, 0, n, b"1234"),
    ],
    ids=["wu0", "wu-overflow", "data-after-es", "prio-len"],
)
def test_making_the_server_reset_spends_the_same_budget(primitive: Any) -> None:
    peer = Peer(idle())
    for n in range(1, 6000, 2):
        peer.requests(n)
        peer.sends(primitive(n))
        assert len(peer.server.connection.streams.live) <= 100
        if peer.server.connection.is_terminated:
            break
    assert ends_calm(peer, "too_many_resets")


def test_a_tenth_cancelled_over_time_is_no_flood() -> None:
    peer = Peer(idle())
    for n in range(2000):
        peer.requests(2 * n + 1)
        if n % 10 == 0:
            peer.sends(write.rst_stream(2 * n + 1, 8))
        else:
            peer.handler.instances[-1].send_response(200)
        peer.frames()
        peer.server.advance(0.05)
    assert not peer.server.closed


@pytest.mark.parametrize(("size", "limit"), [(0, "too_many_empty_frames"), (1, "too_much_small_data")])
def test_frames_with_next_to_nothing_are_bounded(size: int, limit: str) -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.sends(write.frame(0, 0, 1, b"x" * size) * 19_000)
    assert ends_calm(peer, limit)
    assert len(peer.calls) < 150


def test_padding_alone_is_an_empty_frame() -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.sends(write.frame(0, 8, 1, bytes((10,)) + bytes(10)) * 19_000)
    assert ends_calm(peer, "too_many_empty_frames")


def test_an_upload_in_frames_of_256_octets_passes() -> None:
    peer = Peer(recorder(on_data=lambda self, data: None))
    peer.requests(1, POST, end_stream=False)
    for _ in range(4000):
        peer.data(1, b"x" * 256)
        peer.frames()
    peer.data(1, b"", end_stream=True)
    assert (1, "close", 0) in peer.calls


def test_streams_of_small_messages_pass_for_minutes() -> None:
    peer = Peer(idle())
    peer.requests(1, POST, end_stream=False)
    for _ in range(20 * 180):
        peer.data(1, b"a message of forty octets, as in gRPC....")
        peer.frames()
        peer.server.advance(0.05)
    assert not peer.server.closed


def test_priority_frames_are_bounded_by_the_streams_opened() -> None:
    peer = Peer()
    peer.sends(b"".join(write.frame(2, 0, 2 * n + 1, bytes(4) + b"\x0f") for n in range(19_000)))
    assert ends_calm(peer, "too_many_priority_frames")
    assert peer.server.stats["priority_frames"] == 1101


def test_window_updates_are_bounded_by_streams_and_data() -> None:
    peer = Peer()
    peer.sends(write.window_update(0, 1) * 20_000)
    assert ends_calm(peer, "too_many_window_updates")


def test_unknown_frames_are_bounded() -> None:
    for payload in (b"", b"x" * 16_384):
        peer = Peer()
        peer.sends(write.frame(0xBB, 0, 0, payload) * (1002 if payload else 20_000))
        assert ends_calm(peer, "too_many_glitches")


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


def test_streams_over_the_limit_are_refused_until_their_own_budget_is_spent() -> None:
    peer = Peer(idle())
    peer.requests(1)
    block = peer.block(GET)
    peer.sends(b"".join(write.field_block(2 * n + 3, block, True, 16_384) for n in range(1999)))
    assert peer.server.stats["streams_refused"] == 1001
    assert ends_calm(peer, "too_many_refused")
    assert sum(call[1] == "headers" for call in peer.calls) == 100


# Field blocks.


def opening(fragment: bytes, flags: int = 1) -> bytes:
    return write.frame(1, flags, 1, fragment)


@pytest.mark.parametrize("piece", [b"", b"\x00" * 1024, b"\x82"], ids=["empty", "1k", "bytewise"])
def test_more_than_8_continuations_end_the_connection(piece: bytes) -> None:
    peer = Peer()
    peer.sends(opening(b"\x82"), write.frame(9, 0, 1, piece) * 9)
    assert ends_calm(peer, "too_many_continuations")


def test_exactly_8_continuations_are_served() -> None:
    peer = Peer()
    block = peer.block(GET)
    pieces = [block[n : n + 1] for n in range(8)]
    peer.sends(
        opening(pieces[0]),
        *(write.frame(9, 0, 1, piece) for piece in pieces[1:]),
        write.frame(9, 4, 1, block[8:]),
    )
    assert (1, "done") in peer.calls


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


@pytest.mark.parametrize(
    "block", ["ff" + "80" * 15_000 + "01", "ff80808080808001", "ff81ffffff0f", "7f" + "ff" * 9 + "01"]
)
def test_over_long_integers_are_compression_errors(block: str) -> None:
    peer = Peer()
    peer.sends(write.field_block(1, bytes.fromhex(block), True, 16_384))
    assert peer.seen() == [("GOAWAY", 1, 9)] or peer.server.connection.stats["connection_errors"] == 1


def test_live_header_bytes_are_bounded_by_refusing() -> None:
    peer = Peer(idle(), max_live_header_bytes=3000)
    for n in range(4):
        peer.requests(2 * n + 1, [*GET, (b"x", b"v" * 900)])
    assert peer.seen() == [("RST_STREAM", 7, 7), ("RST_STREAM", 5, 7)][::-1]
    peer.sends(write.rst_stream(1, 8))
    peer.requests(9, [*GET, (b"x", b"v" * 900)])
    assert (9, "headers") in peer.calls


# The peer's settings.


def test_the_encoder_keeps_to_4096_octets_whatever_the_peer_allows() -> None:
    peer = Peer(settings=((1, 2**32 - 1),))
    peer.inflater.change_table_size(2**32 - 1)
    for n in range(1000):
        peer.requests(2 * n + 1)
        peer.handler.instances.clear()
        assert peer.seen()[0][2] == {b":status": b"200"}
    peer.sends(write.settings(((1, 0),)))
    peer.frames()
    peer.inflater.change_table_size(0)
    peer.requests(3001)
    assert peer.seen()[0][2] == {b":status": b"200"}
    assert sum(entry.space() for entry in peer.inflater.get_hd_table()) == 0


# What is held for a peer that does not read or give credit.


def big(size: int) -> type[Recorder]:
    content = b"x" * size
    return recorder(
        on_headers=lambda self: self.send_response(200, None, iter([content])),
        on_request_done=lambda self: None,
    )


def test_output_stays_bounded_when_windows_are_huge_and_nobody_reads() -> None:
    peer = Peer(big(4 * MIB), settings=((4, 2**31 - 1),))
    peer.sends(write.window_update(0, 2**31 - 1 - 65_535))
    for n in range(100):
        peer.requests(2 * n + 1)
    assert len(peer.server.data_to_send()) <= MIB
    assert peer.server.connection.out_size <= MIB


def test_a_stalled_response_is_cancelled_at_its_time_and_the_connection_lives() -> None:
    peer = Peer(big(4 * MIB), settings=((4, 0),))
    for n in range(100):
        peer.requests(2 * n + 1)
    peer.frames()
    closed = 0
    for _ in range(40):
        peer.server.advance(1)
        peer.sends(*(write.window_update(2 * n + 1, 1) for n in range(0, 100, 10)))
        closed += sum(frame[0] == "RST_STREAM" and frame[2] == 8 for frame in peer.seen())
    assert closed == 100
    assert peer.is_alive()


def test_a_window_opened_octet_by_octet_gives_one_frame_each_and_ends() -> None:
    peer = Peer(big(4 * MIB), settings=((4, 0),))
    peer.requests(1)
    peer.frames()
    sent = 0
    for _ in range(5000):
        peer.sends(write.window_update(1, 1))
        frames = peer.seen()
        assert len([frame for frame in frames if frame[0] == "DATA"]) <= 1
        sent += 1
        peer.server.advance(0.1)
        if peer.server.stats["timeouts"]:
            break
    assert peer.server.stats["limit:send_timeout"] == 1
    assert sent <= 320


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


def test_credit_of_discarded_data_comes_back() -> None:
    peer = Peer(reset_burst=10**6)
    window = peer.server.connection.receive_window
    start = window.available + window.unreturned
    for n in range(1000):
        peer.requests(2 * n + 1, POST, end_stream=False)
        peer.sends(
            write.window_update(2 * n + 1, 0),
            write.frame(0, 8, 2 * n + 1, b"\xff" + bytes(16_000)),
        )
        peer.frames()
    assert window.available + window.unreturned == start


def test_after_a_fatal_frame_nothing_is_read() -> None:
    import random

    chance = random.Random(7)
    for _ in range(500):
        peer = Peer()
        peer.sends(bytes.fromhex("000000 00 00 00000000") + chance.randbytes(chance.randrange(200)))
        assert peer.seen() == [("GOAWAY", 0, 1)]
        peer.sends(chance.randbytes(50), PREFACE)
        assert peer.seen() == []


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
