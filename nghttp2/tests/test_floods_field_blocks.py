"""Field blocks that cost more than they weigh, fed in three ways, with the same end (RFC 9113 10.5.1)."""

import pytest

from nghttp2 import frame_writer as write

from .floods import CALM, FEEDS, ending, flood, pieces
from .peer import GET, Peer

COMPRESSION = 9
PROTOCOL = 1

REQUEST = bytes.fromhex("82 86 84 01 01 61")  # GET http://a/, nothing of it indexed
SEED = REQUEST + bytes.fromhex("40 01 78 7f a1 1e") + b"v" * 4000  # x: v..., which becomes index 62
COUNT_SEED = REQUEST + bytes.fromhex("40 01 61 00")  # an empty field, index 62
COOKIE_SEED = REQUEST + bytes.fromhex("60 03") + b"a=b"  # a cookie crumb, index 62


def headers(stream_id: int, block: bytes, flags: int = 5) -> bytes:
    """Return HEADERS, by default with END_STREAM and END_HEADERS."""
    return write.frame(1, flags, stream_id, block)


def continued(fragment: bytes, count: int, piece: bytes, last: bytes | None = None) -> bytes:
    """Return HEADERS of stream 1 and `count` CONTINUATION frames, and one with END_HEADERS if asked for."""
    ends = b"" if last is None else write.frame(9, 4, 1, last)
    return headers(1, fragment, 1) + write.frame(9, 0, 1, piece) * count + ends


def bomb(seed: bytes, blocks: int) -> bytes:
    """Return a block that fills the table and blocks of 16,000 references to its newest entry."""
    return headers(1, seed) + b"".join(headers(2 * n + 3, REQUEST + b"\xbe" * 16_000) for n in range(blocks))


# (row, what is sent, code and limit of the GOAWAY, handlers before it)
ENDS = [
    ("h1-hpack-bomb", bomb(SEED, 4), (CALM, "max_header_fields"), 1),
    ("h1-hpack-bomb, few fields", headers(1, SEED) + headers(3, REQUEST + b"\xbe" * 70),
     (CALM, "max_header_list_size"), 1),
    ("h2-count-bomb", bomb(COUNT_SEED, 8), (CALM, "max_header_fields"), 1),
    ("h2-cookie-bomb", bomb(COOKIE_SEED, 8), (CALM, "max_header_fields"), 1),
    ("h3-cont-empty", continued(REQUEST, 1000, b""), (CALM, "too_many_continuations"), 0),
    ("h3-cont-1k", continued(REQUEST, 1000, b"\x82" * 1024), (CALM, "too_many_continuations"), 0),
    ("h3-cont-bytewise", continued(REQUEST, 9, b"\x82"), (CALM, "too_many_continuations"), 0),
    ("h3-interleave ping", headers(1, REQUEST, 1) + write.ping(b"12345678"), PROTOCOL, 0),
    ("h3-interleave other stream", headers(1, REQUEST, 1) + headers(3, REQUEST), PROTOCOL, 0),
    ("h3-interleave unknown type", headers(1, REQUEST, 1) + write.frame(0xBB, 0, 1, b""), PROTOCOL, 0),
    ("h5-int-long 15,000 octets", headers(1, b"\xff" + b"\x80" * 15_000 + b"\x01"), COMPRESSION, 0),
    ("h5-int-long 7 octets", headers(1, b"\xff" + b"\x80" * 6 + b"\x01"), COMPRESSION, 0),
    ("h5-int-long 2^32", headers(1, bytes.fromhex("ff 81 ff ff ff 0f")), COMPRESSION, 0),
    ("h5-int-long 2^64", headers(1, bytes.fromhex("ff 81 ff ff ff ff ff ff ff ff 01")), COMPRESSION, 0),
    # 4 MiB, to come in CONTINUATION frames of 16 KiB; in a block that is complete it is cut off.
    ("h6-declared-len value",
     continued(REQUEST + bytes.fromhex("00 01 78 7f 81 ff ff 01"), 100, b"v" * 16_384),
     (CALM, "max_field_block"), 0),
    ("h6-declared-len name",
     continued(REQUEST + bytes.fromhex("40 ff 81 ff ff 01"), 100, b"v" * 16_384),
     (CALM, "max_field_block"), 0),
    ("h6-declared-len in CONTINUATION",
     continued(REQUEST + b"\x00", 1, bytes.fromhex("01 78 7f 81 ff ff 01")),
     (CALM, "max_field_block"), 0),
    ("h6-declared-len complete",
     headers(1, REQUEST + bytes.fromhex("00 01 78 7f 81 ff ff 01")), COMPRESSION, 0),
    ("h7-huff-eos value", headers(1, bytes.fromhex("00 01 78 84 ff ff ff ff")), COMPRESSION, 0),
    ("h7-huff-eos name", headers(1, bytes.fromhex("00 84 ff ff ff ff 00")), COMPRESSION, 0),
    ("h7-huff-pad8 value", headers(1, bytes.fromhex("00 01 78 82 1f ff")), COMPRESSION, 0),
    ("h7-huff-pad8 name", headers(1, bytes.fromhex("00 82 1f ff 00")), COMPRESSION, 0),
    ("h7-huff-pad0 value", headers(1, bytes.fromhex("00 01 78 81 18")), COMPRESSION, 0),
    ("h7-huff-pad0 name", headers(1, bytes.fromhex("00 81 18 00")), COMPRESSION, 0),
    ("h7-huff-truncated value", headers(1, bytes.fromhex("00 01 78 85 1f")), COMPRESSION, 0),
    ("h7-huff-truncated name", headers(1, bytes.fromhex("00 85 1f")), COMPRESSION, 0),
    ("h8-tsu-mid", headers(1, REQUEST + b"\x20"), COMPRESSION, 0),
    ("h8-tsu-over", headers(1, bytes.fromhex("3f e2 1f") + REQUEST), COMPRESSION, 0),
    ("h8-tsu-spam", headers(1, b"\x20" * 8000 + REQUEST), COMPRESSION, 0),
    ("h-index0", headers(1, REQUEST + b"\x80"), COMPRESSION, 0),
    ("index-oob", headers(1, REQUEST + b"\xbe"), COMPRESSION, 0),
    ("truncated name", headers(1, REQUEST + b"\x00\x00"), COMPRESSION, 0),
]  # fmt: skip


@pytest.mark.parametrize("how", FEEDS)
@pytest.mark.parametrize(("wire", "end", "handlers"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_a_field_block_ends_the_connection(
    wire: bytes, end: int | tuple[int, str], handlers: int, how: str
) -> None:
    peer = Peer(settings=((4, 0),))
    flood(peer, wire, how)
    frames = peer.frames()
    found = ending(frames)
    assert found is not None, frames
    assert found == end if isinstance(end, tuple) else found[0] == end
    assert len(peer.handler.instances) == handlers
    assert sum(peer.server.connection.accounted_memory().values()) < 1 << 20
    assert peer.server.closed


def test_nothing_is_held_of_a_string_that_is_too_long() -> None:
    # h6-declared-len: the end comes with the octets of the length.
    peer = Peer()
    wire = headers(1, REQUEST + bytes.fromhex("00 01 78 7f 81 ff ff"), 1) + write.frame(9, 0, 1, b"\x01")
    for piece in pieces(wire, "frame by frame"):
        assert not peer.server.connection.is_terminated
        peer.sends(piece)
    assert peer.server.connection.is_terminated
    assert peer.server.connection.accounted_memory()["field_block"] == 0


# (row, what is sent, the streams that are answered, each with its status)
SERVED = [
    ("h2-cookie-legit", [headers(1, REQUEST + (b"\x0f\x11\x7f\x09" + b"c" * 136) * 60)], {1: b"200"}),
    ("h3-cont-exact", [continued(REQUEST[:1], 7, b"", REQUEST[1:])], {1: b"200"}),
    ("h3-cont-exact, octets", [
        headers(1, REQUEST[:1], 1), *(write.frame(9, 0, 1, REQUEST[n : n + 1]) for n in range(1, 5)),
        write.frame(9, 0, 1, b""), write.frame(9, 0, 1, REQUEST[5:]), write.frame(9, 0, 1, b""),
        write.frame(9, 4, 1, b""),
    ], {1: b"200"}),
    # Above the limit of the list, below four times as much: answered 431, and the table is in step.
    ("h1 between the limits", [headers(1, SEED), headers(3, REQUEST + b"\xbe" * 30), headers(5, REQUEST)],
     {1: b"200", 3: b"431", 5: b"200"}),
]  # fmt: skip


@pytest.mark.parametrize("how", FEEDS)
@pytest.mark.parametrize(("wire", "answers"), [row[1:] for row in SERVED], ids=[row[0] for row in SERVED])
def test_a_field_block_near_a_limit_is_answered(
    wire: list[bytes], answers: dict[int, bytes], how: str
) -> None:
    peer = Peer()
    flood(peer, b"".join(wire), how)
    answered = {frame[1]: frame[2][b":status"] for frame in peer.seen() if frame[0] == "HEADERS"}
    assert answered == answers
    assert peer.is_alive()


@pytest.mark.parametrize("how", FEEDS)
def test_a_block_that_is_answered_431_leaves_the_table_in_step(how: str) -> None:
    # h10-sync: the rejected block adds x: 1, which becomes index 62, so that the first field is 63.
    peer = Peer()
    first = headers(1, REQUEST + bytes.fromhex("40 01 78 7f 81 06") + b"v" * 896)
    rejected = headers(3, REQUEST + b"\xbe" * 80 + bytes.fromhex("40 01 78 01 31"))
    flood(peer, first + rejected + headers(5, REQUEST + b"\xbe\xbf"), how)
    assert [frame[2] for frame in peer.seen() if frame[0] == "HEADERS"][1] == {b":status": b"431"}
    assert [handler.stream_id for handler in peer.handler.instances] == [1, 5]
    assert peer.handler.instances[-1].headers[4:] == [(b"x", b"1"), (b"x", b"v" * 896)]


def test_an_empty_name_is_a_stream_error() -> None:
    peer = Peer()
    peer.sends(headers(1, REQUEST + bytes.fromhex("00 00 00")))
    assert peer.seen() == [("HEADERS", 1, {b":status": b"400"}, True)]
    assert peer.calls == []
    assert peer.is_alive()


def test_the_encoder_keeps_to_4096_octets_whatever_the_peer_allows() -> None:
    # h9-peer-table
    peer = Peer(settings=((1, 2**32 - 1),))
    peer.inflater.change_table_size(2**32 - 1)
    for n in range(1000):
        peer.requests(2 * n + 1, GET)
        peer.handler.instances.clear()
        assert peer.seen()[0][2] == {b":status": b"200"}
    for number, size in ((3001, 0), (3003, 2**32 - 1)):
        peer.sends(write.settings(((1, size),)))
        peer.frames()
        peer.inflater.change_table_size(size)
        peer.requests(number, GET)
        assert peer.seen()[0][2] == {b":status": b"200"}
        assert sum(entry.space() for entry in peer.inflater.get_hd_table()) <= min(size, 4096)
