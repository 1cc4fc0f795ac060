"""Deaths of a target that belong to no case: whoever saw one keeps it, and nothing passes by it."""

import re
import shlex
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from ..cli import main
from ..exitcodes import Exit
from ..judge.attempt import Attempt
from ..judge.result import Result
from ..run.deaths import Deaths
from ..run.runner import WORTH_FORKING
from ..targets.base import Target
from ..targets.py import PyTarget
from .test_exec_target import CRASHING, ROOT
from .test_run import MEMORY, record_of

SEGFAULT = "the process ended with SIGSEGV"


RUNS = pytest.mark.parametrize(
    ("selection", "connections"),
    [
        pytest.param(["server/6.7-ping"], 15, id="in threads"),
        pytest.param(
            ["server/6.7-ping", "server/6.5.2*", "server/6.1-data", "server/8.3.1*"], 60, id="in processes"
        ),
    ],
)
"""Cases, and at how many connections the target dies: before they are done."""


class Mortal:
    """A target that is gone when it is told to be, and comes back."""

    kind = "exec"

    def __init__(self) -> None:
        self.reason: str | None = None
        self.starts = 1

    def gone(self) -> str | None:
        return self.reason

    def restart(self) -> None:
        self.reason = None
        self.starts += 1


def attempted(**values: Any) -> Attempt:
    """Return an attempt that was served well, apart from what is given."""
    verdict = values.pop("verdict", "acceptable")
    return Attempt(Result(verdict=verdict, outcome="close", reason="closed without GOAWAY"), **values)


@pytest.mark.parametrize(
    ("done", "is_crash"),
    [
        (attempted(ended=True, bare_close=True), True),
        (attempted(verdict="fail"), True),
        (attempted(verdict="pass"), False),
        (attempted(verdict="pass", ended=True), False),
    ],
)
def test_a_close_is_the_death_that_another_case_saw_first(done: Attempt, is_crash: bool) -> None:
    target, deaths = Mortal(), Deaths()
    as_target = cast(Target, target)
    target.reason = SEGFAULT
    deaths.look(as_target, attempted(crash=True), 0)
    assert (target.starts, deaths.generation) == (2, 1)
    deaths.look(as_target, done, 0)
    assert done.crash is is_crash
    assert target.starts == 2
    if is_crash:
        assert done.verdict == "fail"
        assert done.result.reason == f"crash: {SEGFAULT} (before: closed without GOAWAY)"
        assert deaths.how(done) == SEGFAULT


def test_a_close_is_a_death_that_nobody_noticed_yet() -> None:
    target, deaths = Mortal(), Deaths()
    target.reason = SEGFAULT
    done = attempted(ended=True, bare_close=True)
    deaths.look(cast(Target, target), done, 0)
    assert done.crash
    assert (target.starts, deaths.generation) == (2, 1)


def test_a_close_without_a_death_is_what_the_case_made_of_it() -> None:
    target, deaths = Mortal(), Deaths()
    done = attempted(ended=True, bare_close=True)
    deaths.look(cast(Target, target), done, 0)
    assert not done.crash
    assert target.starts == 1


def wearing(tmp_path: Path, connections: int, *more: str) -> str:
    """Return a target that dies once, at so many connections."""
    python = f"env PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)}"
    mark = shlex.quote(str(tmp_path / "mark"))
    return f"exec:{python} -m conformance.tests.wearing_server {{port}} {connections} {mark} {' '.join(more)}"


@RUNS
def test_a_death_that_no_case_brings_about_alone_fails_the_run(
    selection: list[str], connections: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "run.jsonl"
    arguments = ["-t", wearing(tmp_path, connections), "-o", f"jsonl={record}"]
    assert main(["run", *selection, *arguments]) == Exit.FAILED
    _, *cases, footer = record_of(record)
    assert (len(cases) >= WORTH_FORKING) == (len(selection) > 1)
    saw = [case for case in cases if case["crash"]]
    assert saw
    assert {case["verdict"] for case in saw} == {"flaky"}
    assert {case["alone"] for case in saw} <= {"pass", "acceptable"}
    told = (
        "the target crashed while this case ran beside others (the process ended with exit code 139; its last"
    )
    assert all(case["reason"].startswith(f"{told} words: worn out); alone it did not") for case in saw)
    assert all(case["history"][0] == "fail" and case["attempts"] == len(case["history"]) for case in saw)
    assert {case["verdict"] for case in cases if not case["crash"]} <= {"pass", "acceptable", "skip"}
    assert footer["deaths"] == ["the process ended with exit code 139; its last words: worn out"]
    assert "; the target died once: the process ended with exit code 139" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which processes serve a port")
@RUNS
def test_the_death_of_a_worker_is_seen_though_its_parent_serves_on(
    selection: list[str], connections: int, tmp_path: Path
) -> None:
    record = tmp_path / "run.jsonl"
    arguments = ["-q", "-t", wearing(tmp_path, connections, "worker"), "-o", f"jsonl={record}"]
    assert main(["run", *selection, *arguments]) == Exit.FAILED
    _, *cases, footer = record_of(record)
    (death,) = footer["deaths"]
    assert re.match(r"a worker process ended( with SIGSEGV)?; its last words: worn out", death)
    saw = [case for case in cases if case["crash"]]
    assert saw
    assert {case["verdict"] for case in saw} == {"flaky"}
    assert {case["verdict"] for case in cases if not case["crash"]} <= {"pass", "acceptable", "skip"}


def test_a_death_that_one_case_brings_about_is_not_laid_to_the_others(tmp_path: Path) -> None:
    record = tmp_path / "run.jsonl"
    selection = ["server/6.3-priority/on-stream-0", "server/6.7-ping"]
    arguments = ["-t", f"exec:{CRASHING}", "-q", "-o", f"jsonl={record}"]
    assert main(["run", *selection, *arguments]) == Exit.FAILED
    _, *cases, footer = record_of(record)
    assert [case["id"] for case in cases if case["crash"]] == selection[:1]
    assert footer["deaths"]


def test_a_target_that_is_gone_at_the_end_fails_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(PyTarget, "gone", lambda self: SEGFAULT)
    record = tmp_path / "run.jsonl"
    case = "server/6.7-ping/ack-not-answered"
    assert main(["run", case, "-t", MEMORY, "-o", f"jsonl={record}"]) == Exit.FAILED
    _, line, footer = record_of(record)
    assert (line["verdict"], line["crash"]) == ("pass", False)
    assert footer["deaths"] == [f"{SEGFAULT}, after the last case"]
    assert f"failed (exit 1): the target died once: {SEGFAULT}, after" in capsys.readouterr().out
