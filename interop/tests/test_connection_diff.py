"""Our connection against h2's, in both roles."""

from collections import Counter

import pytest

from ..comparison import Comparison, compare, play, word
from ..connection_diff import CLIENT, SERVER
from ..differences import load
from ..differential import Disagreement, StateMachine, search
from ..moves import REQUEST, RESPONSE, Kind, Move, frame, literals


def request(stream_id: int, ends: bool = True) -> Move:
    return Move(Kind.REQUEST, stream_id, frame(1, 0x05 if ends else 0x04, stream_id, literals(REQUEST)), ends)


def response(stream_id: int, ends: bool = True) -> Move:
    return Move(
        Kind.RESPONSE, stream_id, frame(1, 0x05 if ends else 0x04, stream_id, literals(RESPONSE)), ends
    )


def settings(number: int, value: int) -> Move:
    return Move(Kind.SETTINGS, 0, frame(4, 0, 0, number.to_bytes(2, "big") + value.to_bytes(4, "big")))


def credit(stream_id: int, increment: int) -> Move:
    return Move(Kind.WINDOW_UPDATE, stream_id, frame(8, 0, stream_id, increment.to_bytes(4, "big")))


def watch(role: str, dialogue: list[Move]) -> list[list[str]]:
    """Return what both sides let be seen of each move; they have to agree."""
    now = Comparison(role)
    seen = [(play(now.mine, move), play(now.other, move)) for move in dialogue]
    assert all(ours == theirs for ours, theirs in seen)
    assert compare(dialogue, role) == []
    return [ours for ours, _ in seen]


@pytest.mark.parametrize("machine", [SERVER, CLIENT], ids=lambda machine: machine.name)
def test_no_difference_is_unexplained(machine: StateMachine) -> None:
    found = search(machine, load(), examples=100, seed_number=9113)
    assert found.unexplained is None
    assert found.examples >= 100


@pytest.mark.parametrize("machine", [SERVER, CLIENT], ids=lambda machine: machine.name)
def test_a_difference_without_an_entry_is_found(machine: StateMachine) -> None:
    assert search(machine, (), examples=300, seed_number=9113).unexplained is not None


@pytest.mark.parametrize(
    ("machine", "places"),
    [
        (SERVER, {"data on open", "respond on half-closed-remote", "content on open", "request on idle"}),
        (CLIENT, {"response on half-closed-local", "response on reserved", "content on open"}),
    ],
    ids=["server", "client"],
)
def test_a_dialogue_gets_somewhere(
    machine: StateMachine, places: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[str] = Counter()
    make = Comparison.make

    def counted(now: Comparison, move: Move) -> Disagreement | None:
        seen[f"{move.kind} on {now.story.state(move.stream_id)}"] += 1
        return make(now, move)

    monkeypatch.setattr(Comparison, "make", counted)
    found = search(machine, load(), examples=120, seed_number=9113)
    assert sum(seen.values()) > 10 * found.examples
    assert places <= set(seen)


def test_a_legal_exchange_is_served_alike() -> None:
    dialogue = [
        request(1, ends=False),
        Move(Kind.DATA, 1, frame(0, 0x08, 1, b"\x02hi\x00\x00")),
        Move(Kind.DATA, 1, frame(0, 0x01, 1, b"!"), True),
        Move(Kind.RESPOND, 1, ends=True),
        request(3),
        Move(Kind.RST_STREAM, 3, frame(3, 0, 3, bytes(4))),
    ]
    assert watch("server", dialogue) == [
        ["request 1"],
        ["data 1 6869"],
        ["data 1 21", "ended 1"],
        ["HEADERS(1, END_STREAM)"],
        ["ended 3", "request 3"],
        [],
    ]


def test_a_response_is_received_alike() -> None:
    dialogue = [response(1, ends=False), Move(Kind.DATA, 1, frame(0, 0x01, 1, b"a"), True), response(3)]
    assert watch("client", dialogue) == [
        ["response 1"],
        ["data 1 61", "ended 1"],
        ["ended 3", "response 3"],
    ]


def test_content_is_held_back_by_the_same_windows() -> None:
    def content(size: int, ends: bool = False) -> Move:
        return Move(Kind.CONTENT, 1, ends=ends, size=size)

    dialogue = [
        settings(4, 20),
        request(1),
        Move(Kind.RESPOND, 1),
        content(15),
        content(15),
        settings(4, 0),
        credit(1, 16),
        content(1),
        content(1),
        credit(1, 4),
        content(4, ends=True),
    ]
    assert watch("server", dialogue)[3:] == [
        ["DATA(1, 15)"],
        ["window 5"],
        ["SETTINGS ACK"],
        [],
        ["DATA(1, 1)"],
        ["window 0"],
        [],
        ["DATA(1, 4, END_STREAM)"],
    ]


def test_a_promise_is_received_alike() -> None:
    promise = Move(Kind.PUSH_PROMISE, 1, frame(5, 0x04, 1, bytes((0, 0, 0, 2)) + literals(REQUEST)))
    assert watch("client", [promise, response(2)]) == [["promise 2 on 1"], ["ended 2", "response 2"]]


def test_a_client_opens_no_more_streams_than_the_server_takes() -> None:
    dialogue = [settings(3, 4), Move(Kind.OPEN, 7, ends=True), Move(Kind.OPEN, 9, ends=True)]
    assert watch("client", dialogue) == [["SETTINGS ACK"], ["HEADERS(7, END_STREAM)"], ["refused"]]


@pytest.mark.parametrize("stream_id", [2, 7])
def test_a_response_on_a_stream_that_was_never_opened_ends_the_connection(stream_id: int) -> None:
    now = Comparison("client")
    assert word(play(now.mine, response(stream_id))) == "connection error"
    assert word(play(now.other, response(stream_id))) == "connection error"
