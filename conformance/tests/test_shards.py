"""Work in forked processes: everything comes back, and what a child leaves undone can be told."""

import os
from collections.abc import Iterator, Sequence

import pytest

from ..run.shards import divided

BIG = "x" * 200_000
"""More than a pipe holds."""


def squares(numbers: Sequence[int]) -> Iterator[tuple[int, tuple[int, str]]]:
    for number in numbers:
        yield number, (number * number, BIG)


def test_every_job_is_done_once() -> None:
    assert sorted(divided(7, 2, squares)) == [(n, (n * n, BIG)) for n in range(7)]


def test_the_jobs_are_done_in_other_processes() -> None:
    pids = {pid for _, pid in divided(4, 2, lambda numbers: ((n, os.getpid()) for n in numbers))}
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_a_child_that_ends_early_leaves_its_jobs(capfd: pytest.CaptureFixture[str]) -> None:
    def work(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        for number in numbers:
            if number == 3:
                raise ValueError("no three")
            yield number, number

    assert sorted(divided(6, 2, work)) == [(0, 0), (1, 1), (2, 2), (4, 4)]
    assert "a process of the run ended: ValueError: no three" in capfd.readouterr().err


def test_children_are_ended_when_nobody_listens_any_more() -> None:
    def work(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        while True:
            yield numbers[0], os.getpid()

    told = divided(2, 2, work)
    pid = next(told)[1]
    told.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
