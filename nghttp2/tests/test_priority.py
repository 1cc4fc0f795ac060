"""priority.py: Priority field values, typed from RFC 9218 4 and RFC 8941, and the scheduler's order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nghttp2.priority import Scheduler, parse_priority
from nghttp2.stream import Stream
from nghttp2.stream_state import State


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"", (3, False)),
        (b"u=0", (0, False)),
        (b"u=7", (7, False)),
        (b"u=8", (3, False)),
        (b"u=-1", (3, False)),
        (b"u=1.5", (3, False)),
        (b'u="1"', (3, False)),
        (b"u", (3, False)),
        (b"i", (3, True)),
        (b"i=?1", (3, True)),
        (b"i=?0", (3, False)),
        (b"i=1", (3, False)),
        (b"u=5, i", (5, True)),
        (b"u=5,i", (5, True)),
        (b"i, u=5", (5, True)),
        (b"u=5;x=y, i;z", (5, True)),
        (b"u=5, x=(1 2), y=:AAAA:, i", (5, True)),
        (b"u=1, u=2", (2, False)),
        (b",,", (3, False)),
        (b"u=1, ,i", (3, False)),
        (b"U=1", (3, False)),
        (b"u=1" + b" " * 300, (1, False)),
        (b"u=1, x=" + b"a" * 300, (3, False)),
    ],
)
def test_a_field_value_is_parsed(value: bytes, expected: tuple[int, bool]) -> None:
    assert parse_priority(value) == expected


@given(st.binary(max_size=300))
def test_no_field_value_raises(value: bytes) -> None:
    urgency, _ = parse_priority(value)
    assert 0 <= urgency <= 7


def stream(number: int, urgency: int = 3, incremental: bool = False) -> Stream:
    made = Stream(number, State.HALF_CLOSED_REMOTE, 100)
    made.urgency, made.is_incremental = urgency, incremental
    return made


def served(scheduler: Scheduler, frames: int) -> list[int]:
    order = []
    for _ in range(frames):
        first = scheduler.first()
        assert first is not None
        order.append(first.id)
        scheduler.give_way(first)
    return order


def test_urgency_then_stream_order_then_turns() -> None:
    scheduler = Scheduler()
    for item in (stream(5), stream(3), stream(7, 1, True), stream(9, 1, True)):
        scheduler.add(item)
    assert served(scheduler, 4) == [7, 9, 7, 9]
    for number in (7, 9):
        scheduler.remove(next(item for item in [*scheduler._queues[1]] if item.id == number))
    assert served(scheduler, 2) == [3, 3]
    assert scheduler.count == 2


def test_adding_and_removing_twice_changes_nothing() -> None:
    scheduler = Scheduler()
    one = stream(1)
    for _ in range(2):
        scheduler.add(one)
    assert scheduler.count == 1
    for _ in range(2):
        scheduler.remove(one)
    assert scheduler.count == 0
    assert scheduler.first() is None


def test_a_change_keeps_a_queued_stream_queued() -> None:
    scheduler = Scheduler()
    one, two = stream(1), stream(3)
    scheduler.add(one)
    scheduler.add(two)
    scheduler.change(one, 7, True)
    assert served(scheduler, 1) == [3]
    waiting = stream(5)
    scheduler.change(waiting, 0, False)
    assert not waiting.is_queued
