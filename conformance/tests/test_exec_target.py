"""Targets started by the harness: ports, folders, crashes, and what is left behind (nothing)."""

import os
import sys
from pathlib import Path

import pytest

from ..cli import main
from ..errors import TargetError
from ..exitcodes import Exit
from ..targets.exec import ExecTarget
from .test_run import record_of

ROOT = Path(__file__).resolve().parents[2]
CRASHING = f"env PYTHONPATH={ROOT} {sys.executable} -m conformance.tests.crashing_server {{port}}"


def test_a_crash_is_a_failure_of_its_case_alone_and_the_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    selection = [
        "server/6.3-priority/on-stream-0",
        "server/6.7-ping/acknowledged",
        "server/6.7-ping/ack-not-answered",
    ]
    arguments = ["-t", f"exec:{CRASHING}", "-q", "-o", f"jsonl={path}"]
    assert main(["run", *selection, *arguments]) == Exit.FAILED
    cases = {line["id"]: line for line in record_of(path)[1:-1]}
    crashed = cases["server/6.3-priority/on-stream-0"]
    assert crashed["verdict"] == "fail"
    assert crashed["crash"]
    assert "exit code 3" in crashed["reason"]
    assert "dying: no PRIORITY, please" in crashed["reason"]
    others = [line for name, line in cases.items() if name.startswith("server/6.7")]
    assert [line["verdict"] for line in others] == ["pass", "pass"]
    assert not any(line["crash"] for line in others)


def test_the_process_and_its_folder_are_gone_after_the_run() -> None:
    script = "import sys, time; print(sys.argv); time.sleep(60)"
    target = ExecTarget("exec:x", f"{sys.executable} -c '{script}' {{dir}} {{port}}")
    target._spawn()
    process, folder = target._process, target._folder
    assert process is not None
    assert folder is not None
    assert (Path(folder.name) / "index.html").is_file()
    target.stop()
    assert process.poll() is not None
    assert not Path(folder.name).exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("/no/such/program {port}", "cannot start /no/such/program"),
        (
            f"{sys.executable} -c 'print(12345); raise SystemExit(7)' {{port}}",
            "exited with 7; its last words: 12345",
        ),
    ],
)
def test_a_command_that_does_not_start_says_why(command: str, reason: str) -> None:
    target = ExecTarget("exec:x", command)
    try:
        with pytest.raises(TargetError) as caught:
            target.start()
    finally:
        target.stop()
    assert reason in str(caught.value)
