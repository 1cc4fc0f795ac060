"""Dialogues get shorter in moves, frames, fields and octets as long as what matters stays."""

from collections.abc import Callable, Sequence

import pytest

from ..minimise import Dialogue, minimise
from ..moves import REQUEST, Kind, Move, frame, headers, literals
from ..naming import named, split

PING = Move(Kind.PING, 0, frame(6, 0, 0, bytes(8)))


def sent(*moves: Move) -> str:
    """Return the frames of a dialogue by name, as one text."""
    return " | ".join(str(named(move.octets)) for move in moves)


def shortest(dialogue: Dialogue, matters: Callable[[Dialogue], bool]) -> str:
    return sent(*minimise(dialogue, lambda candidates: [matters(candidate) for candidate in candidates]))


def test_moves_are_dropped() -> None:
    reset = Move(Kind.RST_STREAM, 3, frame(3, 0, 3, bytes(4)))
    kept = shortest((PING, reset, PING, PING), lambda moves: reset in moves)
    assert kept == "[{'RST_STREAM': {'stream': 3, 'error': 'NO_ERROR'}}]"


def test_frames_of_a_move_are_dropped() -> None:
    move = Move(Kind.BROKEN_SPLIT, 1, PING.octets + frame(0xFA, 0, 1) + PING.octets)
    assert shortest((move,), lambda moves: "UNKNOWN" in sent(*moves)) == (
        "[{'UNKNOWN': {'stream': 1, 'type': '0xfa', 'payload': ''}}]"
    )


def test_fields_and_their_octets_are_dropped_but_a_good_request_stays_whole() -> None:
    fields = (*REQUEST, (b"user-agent", b"example"), (b"X-Long-Name", b"a value"), (b"accept", b"*/*"))
    move = headers(Kind.MALFORMED_REQUEST, 1, fields, ends=True)
    kept = shortest((PING, move), lambda moves: "X" in sent(*moves))
    assert kept == "[{'REQUEST': {'stream': 1, 'headers': [['X', '']]}}]"


def in_pieces(*cuts: int) -> Move:
    """Return our good request in HEADERS and CONTINUATION frames."""
    block = literals(REQUEST)
    ends = [*cuts, len(block)]
    octets = frame(1, 0x01, 1, block[: cuts[0]])
    for start, end in zip(cuts, ends[1:], strict=True):
        octets += frame(9, 0x04 if end == len(block) else 0, 1, block[start:end])
    return Move(Kind.SPLIT_REQUEST, 1, octets, ends=True)


def test_a_field_block_in_pieces_becomes_one_frame() -> None:
    def has_the_request(moves: Dialogue) -> bool:
        return b"".join(piece[9:] for piece in split(moves[0].octets)) == literals(REQUEST)

    assert shortest((in_pieces(7, 9),), has_the_request) == "[{'REQUEST': {'stream': 1}}]"


def test_pieces_stay_where_they_matter() -> None:
    kept = shortest((in_pieces(7),), lambda moves: "CONTINUATION" in sent(*moves))
    assert kept == "[{'CONTINUATION': {'stream': 1, 'fields': []}}]"


@pytest.mark.parametrize(
    ("octets", "kept"),
    [
        (
            frame(0, 0x09, 1, b"\x03hello\x00\x00\x00"),
            "[{'DATA': {'stream': 1, 'end_stream': True}}]",
        ),
        (
            frame(1, 0x2D, 1, b"\x02" + bytes(3) + b"\x07\x0f" + literals(((b"t", b"1"),)) + bytes(2)),
            "[{'HEADERS': {'stream': 1, 'fields': []}}]",
        ),
        (frame(4, 0, 0, bytes.fromhex("0001 00000000 0004 00000005")), "[{'SETTINGS': {}}]"),
        (
            frame(7, 0, 0, bytes(8) + b"goodbye"),
            "[{'GOAWAY': {'last_stream': 0, 'error': 'NO_ERROR'}}]",
        ),
        (frame(6, 0, 0, b"12345678"), "[{'PING': {'payload': '31 32 33 34 35 36 37 38'}}]"),
        (frame(6, 0, 0, b"1234567"), "[{'PING': {'payload': ''}}]"),
    ],
)
def test_padding_settings_and_octets_are_dropped(octets: bytes, kept: str) -> None:
    def same_frame(moves: Dialogue) -> bool:
        return moves[0].octets[3:4] == octets[3:4] and moves[0].octets[4] & 1 == octets[4] & 1

    assert shortest((Move(Kind.DATA, 1, octets),), same_frame) == kept


def test_few_questions_are_asked() -> None:
    questions = 0

    def stays(candidates: Sequence[Dialogue]) -> list[bool]:
        nonlocal questions
        questions += 1
        return [any(move.kind == Kind.UNKNOWN for move in candidate) for candidate in candidates]

    unknown = Move(Kind.UNKNOWN, 1, frame(0xFA, 0, 1, bytes(100)))
    assert len(minimise((PING,) * 30 + (unknown,) + (PING,) * 30, stays)) == 1
    assert questions < 10
