"""One frame of every type, length, stream and set of flags, fed in three ways, judged by model.py."""

from collections.abc import Iterator

import pytest

from nghttp2 import HDDeflater, ServerSession
from nghttp2 import frame_writer as write
from nghttp2.codes import PREFACE
from nghttp2.frame_reader import FrameReader
from nghttp2.frames import GoAwayFrame, PingFrame, RstStreamFrame

from . import model
from .peer import GET, POST, recorder

KINDS = (*range(10), model.PRIORITY_UPDATE, model.UNKNOWN)
RIGHT = {0: 5, 1: 5, 2: 5, 3: 4, 4: 6, 5: 5, 6: 8, 7: 8, 8: 4, 9: 5, 0x10: 4, model.UNKNOWN: 5}
FLAGS = (*range(0x10), 0x20, 0x21, 0x24, 0x25, 0x28, 0x29, 0x2C, 0x2D, 0x40, 0x80, 0xFE, 0xFF)
FENCE = b"a fence."

# Octets of which a payload is made: padding and increments of 0, then small ones, then `:method: GET`.
FILLS = (b"\x00", b"\x01", b"\x82")


def payloads(kind: int) -> list[bytes]:
    right = RIGHT[kind]
    lengths = (0, right - 1, right, right + 1)
    return [fill * length for fill in FILLS for length in lengths if length or fill == FILLS[0]]


def opening() -> bytes:
    """Return what brings stream 1 to open, 3 to half-closed (remote), 5 to closed."""
    deflater = HDDeflater()
    return b"".join(
        (
            PREFACE,
            write.settings(()),
            write.SETTINGS_ACK,
            write.field_block(1, deflater.deflate(POST), False, 16_384),
            write.field_block(3, deflater.deflate(GET), True, 16_384),
            write.field_block(5, deflater.deflate(GET), True, 16_384),
        )
    )


OPENING = opening()


def answer_the_third(self: object) -> None:
    if self.stream_id == 5:  # type: ignore[attr-defined] # a handler
        self.send_response(204)  # type: ignore[attr-defined] # a handler


def session() -> ServerSession:
    server = ServerSession(recorder(on_request_done=answer_the_third))
    server.receive(OPENING)
    while server.data_to_send():
        pass
    return server


def reaction(server: ServerSession, stream_id: int) -> model.Outcome:
    """Say in the model's words what the server did about the frame and the PING after it."""
    reader = FrameReader()
    while octets := server.data_to_send():
        reader.receive(octets)
    reset: int | None = None
    is_fenced = False
    while (frame := reader.next_frame()) is not None:
        match frame:
            case GoAwayFrame(_, code):
                assert server.closed
                assert not is_fenced
                return ("end", code)
            case RstStreamFrame(number, code) if code or number != model.OPEN:
                assert number == stream_id
                assert reset is None
                reset = code
            case PingFrame(payload, True) if payload == FENCE:
                is_fenced = True
    assert is_fenced
    assert not server.closed
    return "alive" if reset is None else ("rst", reset)


def cases(kind: int) -> Iterator[tuple[int, int, bytes]]:
    for stream_id in model.STREAMS:
        for flags in FLAGS:
            for payload in payloads(kind):
                yield stream_id, flags, payload


def feeds(wire: bytes, split: int) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Return the input whole, frame by frame, and octet by octet."""
    return [wire], [wire[:split], wire[split:]], [wire[at : at + 1] for at in range(len(wire))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_gets_the_reaction_of_the_model(kind: int) -> None:
    wrong = []
    for stream_id, flags, payload in cases(kind):
        frame = write.frame(kind, flags, stream_id, payload)
        right = model.expected(kind, flags, stream_id, payload)
        for name, chunks in zip("wfo", feeds(frame + write.ping(FENCE), len(frame)), strict=True):
            server = session()
            for chunk in chunks:
                server.receive(chunk)
            seen = reaction(server, stream_id)
            if seen not in right:
                wrong.append((name, stream_id, hex(flags), payload.hex(), seen, right))
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_above_max_frame_size_ends_the_connection(kind: int) -> None:
    for stream_id in model.STREAMS:
        server = session()
        server.receive(write.frame(kind, 0, stream_id, bytes(model.MAX_FRAME_SIZE + 1)))
        assert reaction(server, stream_id) == ("end", model.SIZE)


def test_there_are_more_than_ten_thousand_combinations() -> None:
    assert sum(len(list(cases(kind))) for kind in KINDS) > 10_000
