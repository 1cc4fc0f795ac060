"""Our connection against h2's, in both roles."""

import pytest

from ..connection_diff import CLIENT, SERVER, clients, compare_clients, compare_servers, play, servers, word
from ..differences import load
from ..differential import Search, search
from ..moves import REQUEST, RESPONSE, Kind, Move, frame, literals


def request(stream_id: int, ends: bool = True) -> Move:
    return Move(Kind.REQUEST, stream_id, frame(1, 0x05 if ends else 0x04, stream_id, literals(REQUEST)), ends)


def response(stream_id: int, ends: bool = True) -> Move:
    return Move(
        Kind.RESPONSE, stream_id, frame(1, 0x05 if ends else 0x04, stream_id, literals(RESPONSE)), ends
    )


@pytest.mark.parametrize("comparison", [SERVER, CLIENT], ids=lambda c: c.name)
def test_no_difference_is_unexplained(comparison: Search[object]) -> None:
    found = search(comparison, load(), examples=300, seed_number=9113)
    assert found.unexplained is None


@pytest.mark.parametrize("comparison", [SERVER, CLIENT], ids=lambda c: c.name)
def test_a_difference_without_an_entry_is_found(comparison: Search[object]) -> None:
    assert search(comparison, (), examples=300, seed_number=9113).unexplained is not None


def test_a_legal_exchange_is_served_alike() -> None:
    dialogue = [
        request(1, ends=False),
        Move(Kind.DATA, 1, frame(0, 0x08, 1, b"\x02hi\x00\x00")),
        Move(Kind.DATA, 1, frame(0, 0x01, 1, b"!"), True),
        Move(Kind.RESPOND, 1, ends=True),
        request(3),
        Move(Kind.RST_STREAM, 3, frame(3, 0, 3, bytes(4))),
    ]
    ours, theirs = servers()
    seen = [(play(ours, move), play(theirs, move)) for move in dialogue]
    assert [mine for mine, _ in seen] == [
        ["request 1"],
        ["data 1 6869"],
        ["data 1 21", "ended 1"],
        ["HEADERS(1, END_STREAM)"],
        ["ended 3", "request 3"],
        [],
    ]
    assert all(mine == other for mine, other in seen)
    assert compare_servers(dialogue) == []


def test_a_response_is_received_alike() -> None:
    dialogue = [response(1, ends=False), Move(Kind.DATA, 1, frame(0, 0x01, 1, b"a"), True), response(3)]
    ours, _ = clients()
    assert [play(ours, move) for move in dialogue] == [
        ["response 1"],
        ["data 1 61", "ended 1"],
        ["ended 3", "response 3"],
    ]
    assert compare_clients(dialogue) == []


@pytest.mark.parametrize("stream_id", [2, 7])
def test_a_response_on_a_stream_that_was_never_opened_ends_the_connection(stream_id: int) -> None:
    ours, theirs = clients()
    assert word(play(ours, response(stream_id))) == "connection error"
    assert word(play(theirs, response(stream_id))) == "connection error"
