"""The comparison of servers: that it measures what it says; no timing decides anything here."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from .. import cpu
from ..bench_server import WORKLOADS, LoadFailed, main, report, targets
from ..load import Load


def test_cpu_time_of_this_process_is_what_the_interpreter_says() -> None:
    before = time.process_time()
    assert before <= cpu.of_process(os.getpid()) <= time.process_time()
    ticks = 2 / os.sysconf("SC_CLK_TCK")
    assert cpu.of_group(os.getpgrp()) >= before - ticks


def test_the_load_makes_the_requests_that_it_says() -> None:
    with targets([]) as (ours,):
        with Load(ours.ports[False], 3, 10) as load:
            load.run(1000)
        assert [connection._next_id for connection in load._connections] == [683, 663, 663]


def test_the_best_round_stands() -> None:
    plain = WORKLOADS[0]
    costs = {plain.name: {"nghttp2": [12e-6, 10e-6], "hypercorn": [250e-6, 200e-6]}}
    flat = {"connections": {"1": [10e-6, 11e-6], "10": [12e-6, 13e-6]}}
    lines = list(report(costs, flat, [plain]))
    assert lines[1].split() == [
        "GET",
        "-c4",
        "-m10",
        "10.00",
        "us",
        "200.00",
        "us",
        "(20.0x)",
        "<=",
        "20",
        "us",
    ]
    assert lines[2] == "connections: 1: 10.00 us, 10: 12.00 us; spread 20% (goal: <= 15%)"


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("h2load") is None, reason="h2load is not installed")
def test_a_run_shorter_than_a_tick_of_the_clock_has_no_ratio() -> None:
    costs = {workload.name: {"nghttp2": [0.0], "hypercorn": [2e-4]} for workload in WORKLOADS}
    lines = list(report(costs, {"connections": {"1": [0.0], "10": [1e-6]}}, WORKLOADS))
    assert lines[1].count("too short to tell") == 1
    assert "spread too short to tell" in lines[-1]


def test_every_workload_runs_and_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "result.json"
    words = ["--rounds=1", "--seconds=0.001", "--servers=", "--no-flat", f"--json={file}"]
    assert main(words) == 0
    kept = json.loads(file.read_text())
    assert list(kept["cpu_seconds_per_request"]) == [workload.name for workload in WORKLOADS]
    assert list(kept["servers"]) == ["nghttp2"]
    assert "TLS is" in capsys.readouterr().out


@pytest.mark.peers
@pytest.mark.skipif(shutil.which("h2load") is None, reason="h2load is not installed")
def test_a_load_that_fails_is_not_measured(tmp_path: Path) -> None:
    posted = tmp_path / "posted"
    posted.write_bytes(b"not 64 KiB")
    with targets([]) as (ours,), pytest.raises(LoadFailed):
        ours.cost(next(item for item in WORKLOADS if item.posts), 10, posted)
