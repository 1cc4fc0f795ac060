"""Turns of dialogues: who waits for long lets others act, and acts again only when it is its turn."""

import threading
from collections.abc import Callable

import pytest

from ..peer.transport import Chosen
from ..peer.turns import PROMPT, PROMPT_ALONE, PoliteTransport, Turns

PATIENT = 5.0


class Silent:
    """A transport on which nothing arrives; its clock moves by what is waited for."""

    tls: Chosen | None = None

    def __init__(self, turns: Turns, arrives_at: float | None = None) -> None:
        self.turns = turns
        self.arrives_at = arrives_at
        self.time = 0.0
        self.waits: list[tuple[float, bool]] = []  # seconds, whether another one could act meanwhile

    def now(self) -> float:
        return self.time

    def receive(self, timeout: float) -> bytes | None:
        self.waits.append((timeout, could_act(self.turns)))
        if self.arrives_at is not None and self.time + timeout >= self.arrives_at:
            self.time = self.arrives_at
            return b"x"
        self.time += timeout
        return None

    def send(self, data: bytes, timeout: float) -> None:
        raise AssertionError("nothing is sent")

    def pause(self, seconds: float) -> None:
        raise AssertionError("nothing is sent in pieces")

    def shutdown(self) -> None:
        """Nothing is left to close."""

    def close(self) -> None:
        """Nothing is left to close."""


def could_act(turns: Turns) -> bool:
    """Return whether another thread gets a turn now."""
    acted = threading.Event()

    def act() -> None:
        with turns.taken():
            acted.set()

    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return acted.wait(0.05)


def test_who_waits_for_long_steps_aside() -> None:
    turns = Turns(1)
    silent = Silent(turns)
    with turns.taken():
        assert PoliteTransport(silent, turns).receive(3.0) is None
    assert silent.waits == [(PROMPT_ALONE, False), (3.0 - PROMPT_ALONE, True)]


def test_who_is_answered_at_once_keeps_the_turn() -> None:
    turns = Turns(1)
    silent = Silent(turns, arrives_at=PROMPT_ALONE / 2)
    with turns.taken():
        assert PoliteTransport(silent, turns).receive(3.0) == b"x"
    assert silent.waits == [(PROMPT_ALONE, False)]


def test_a_short_wait_is_one_wait() -> None:
    turns = Turns(1)
    silent = Silent(turns)
    with turns.taken():
        assert PoliteTransport(silent, turns).receive(PROMPT_ALONE) is None
    assert silent.waits == [(PROMPT_ALONE, False)]


def test_among_others_a_target_is_given_more_time() -> None:
    turns = Turns(12)
    silent = Silent(turns)
    with turns.taken():
        PoliteTransport(silent, turns).receive(3.0)
    assert [seconds for seconds, _ in silent.waits] == [PROMPT, 3.0 - PROMPT]


def test_a_target_of_which_much_is_asked_is_given_all_the_time() -> None:
    turns = Turns(2, demanding=True)
    silent = Silent(turns)
    with turns.taken():
        assert PoliteTransport(silent, turns).receive(3.0) is None
    assert [seconds for seconds, _ in silent.waits] == [3.0]


def test_who_waits_for_a_target_that_has_read_everything_steps_aside_at_once() -> None:
    turns = Turns(1, demanding=True)
    silent = Silent(turns)
    with turns.taken(), turns.idle():
        assert PoliteTransport(silent, turns).receive(3.0) is None
    assert silent.waits == [(3.0, True)]


def test_who_waits_for_the_close_of_an_idle_target_steps_aside_soon() -> None:
    turns = Turns(12)
    silent = Silent(turns)
    with turns.taken(), turns.idle(0.02):
        PoliteTransport(silent, turns).receive(3.0)
    assert [seconds for seconds, _ in silent.waits] == [0.02, 2.98]
    assert turns.prompt == PROMPT


def test_a_target_that_is_far_away_is_given_ten_round_trips() -> None:
    turns = Turns(1, rtt=0.2)
    silent = Silent(turns)
    with turns.taken():
        PoliteTransport(silent, turns).receive(3.0)
    assert [seconds for seconds, _ in silent.waits] == [2.0, 1.0]


def test_who_stepped_aside_waits_for_a_turn_again() -> None:
    turns = Turns(1)
    other_acts, first_may_go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def other() -> None:
        with turns.taken():
            other_acts.set()
            first_may_go_on.wait(PATIENT)
            assert not ended.is_set()

    with turns.taken():
        thread = threading.Thread(target=other)
        with turns.aside():
            thread.start()
            assert other_acts.wait(PATIENT)
            first_may_go_on.set()
        ended.set()
    thread.join(PATIENT)
    assert not thread.is_alive()


def test_who_stepped_aside_acts_before_those_who_only_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1)
    order: list[str] = []
    away, others_wait, queued = threading.Event(), threading.Event(), threading.Event()
    wait_for = turns._returners.wait_for

    def tell_and_wait(is_free: Callable[[], bool]) -> bool:
        queued.set()
        return wait_for(is_free)

    monkeypatch.setattr(turns._returners, "wait_for", tell_and_wait)

    def returns() -> None:
        with turns.taken():
            with turns.aside():
                away.set()
                others_wait.wait(PATIENT)
            order.append("returned")

    def begins() -> None:
        with turns.taken():
            order.append("began")

    first = threading.Thread(target=returns)
    first.start()
    assert away.wait(PATIENT)
    with turns.taken():
        beginners = [threading.Thread(target=begins) for _ in range(3)]
        for thread in beginners:
            thread.start()
        others_wait.set()
        assert queued.wait(PATIENT)
    for thread in (first, *beginners):
        thread.join(PATIENT)
    assert order == ["returned", "began", "began", "began"]
