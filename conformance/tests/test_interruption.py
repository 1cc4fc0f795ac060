"""SIGTERM and Ctrl-C: every report is whole, the target's processes are gone, the exit code tells."""

import os
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ..errors import TargetError
from ..exitcodes import Exit
from ..run.interruption import SIGNALS, Interruption
from ..targets.embedded_process import EmbeddedTarget
from ..targets.exec import ExecTarget
from .test_exec_target import ROOT
from .test_run import record_of

PYTHON = shlex.quote(sys.executable)
MUTE_ADAPTER = "import sys; sys.stdin.read()"


class Started:
    """A run in a process; the target and a child of it hold a pipe, whose end tells that both are gone."""

    def __init__(self, folder: Path, target: str, *more: str) -> None:
        """`target`: kind and command; a shell becomes it once it has told that it is there."""
        self.record, self.junit = folder / "run.jsonl", folder / "run.xml"
        fifo = folder / "fifo"
        os.mkfifo(fifo)
        self._alive = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        kind, _, command = target.partition(":")
        script = f"exec 3> {shlex.quote(str(fifo))}; echo here >&3; sleep 600 & exec {command}"
        reports = ["-o", f"jsonl={self.record}", "-o", f"junit={self.junit}"]
        words = ["run", "-t", f"{kind}:sh -c {shlex.quote(script)}", *more, "-v", *reports]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "conformance", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self._heard() == b"here\n"

    def _heard(self) -> bytes:
        """Wait for something from the target, or for its end."""
        assert select.select([self._alive], [], [], 30)[0], "nothing is heard of the target"
        return os.read(self._alive, 20)

    def interrupt(self, number: signal.Signals) -> list[dict[str, Any]]:
        """Send the signal and return the record, after a look at the rest."""
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        assert self.process.returncode == Exit.INTERRUPTED
        assert self._heard() == b""
        assert ElementTree.parse(self.junit).getroot().tag == "testsuites"
        return record_of(self.record)

    def end(self) -> None:
        """Leave nothing behind when the test fails."""
        self.process.kill()
        self.process.communicate()
        os.close(self._alive)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    runs = []

    def start(target: str, *more: str) -> Started:
        runs.append(Started(tmp_path, target, *more))
        return runs[-1]

    yield start
    for run in runs:
        run.end()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_run_under_way_is_told_as_far_as_it_came(started: Any, number: signal.Signals) -> None:
    run = started(
        f"exec:env PYTHONPATH={ROOT} {PYTHON} -m conformance.tests.wearing_server {{port}} 0 /dev/null",
        *("--repeat", "30"),  # so that the signal comes long before the end
    )
    for line in run.process.stdout:
        if " server/" in line:  # the line of a case
            break
    header, *cases, footer = run.interrupt(number)
    assert header["needs"]
    assert 0 < len(cases) < 900
    assert (footer["kind"], footer["exit"]) == ("footer", Exit.INTERRUPTED)


def test_a_run_whose_target_is_not_ready_yet_has_its_reports(started: Any) -> None:
    run = started("exec:sleep 600 {port}", "server/6.7-ping")
    header, footer = run.interrupt(signal.SIGTERM)
    assert header["kind"] == "header"
    assert footer["exit"] == Exit.INTERRUPTED


@pytest.mark.parametrize("target", [ExecTarget("exec:x", "sleep 600 {port}"), EmbeddedTarget()])
def test_a_target_that_was_stopped_starts_nothing_any_more(target: ExecTarget | EmbeddedTarget) -> None:
    target.stop()
    with pytest.raises(TargetError, match="the run is over"):
        target.start()


def test_an_adapter_that_does_not_answer_is_ended_too(started: Any) -> None:
    run = started(f'stdio:{PYTHON} -c "{MUTE_ADAPTER}"', "--role", "codec")
    header, footer = run.interrupt(signal.SIGTERM)
    assert header["role"] == "codec"
    assert footer["exit"] == Exit.INTERRUPTED


def test_an_interruption_waits_for_the_end_of_a_line() -> None:
    interruption = Interruption()
    done = []

    def tell() -> None:
        with interruption.held():
            signal.raise_signal(signal.SIGTERM)
            done.append("the line")

    with interruption.caught():
        with pytest.raises(KeyboardInterrupt):
            tell()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        interruption.over()
        signal.raise_signal(signal.SIGTERM)
        done.append("the footer")
    assert done == ["the line", "the footer"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_an_interruption_that_was_swallowed_comes_again() -> None:
    interruption = Interruption()
    with interruption.caught():
        with suppress(KeyboardInterrupt):  # as Python does in a callback of a fork
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt), interruption.held():
            pass


def test_a_signal_that_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interruption().caught():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
