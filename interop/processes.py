"""Peers are processes: each in its own process group, bounded in time, its output kept."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

KILL_AFTER_S = 2.0
"""Grace between SIGTERM and SIGKILL, in seconds."""


class PeerNotReady(Exception):
    """A server process ended, or did not accept a connection, before its deadline."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that ran to its end, or was killed at its deadline (`returncode` None)."""

    command: tuple[str, ...]
    returncode: int | None
    stdout: bytes
    stderr: bytes
    ms: float

    @property
    def output(self) -> str:
        """Both streams as text, for evidence."""
        text = self.stdout.decode(errors="replace")
        if self.stderr:
            text += "\n[stderr]\n" + self.stderr.decode(errors="replace")
        return text


def run(
    command: Sequence[str],
    *,
    timeout_s: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes | None = None,
) -> Finished:
    """Run `command` in its own process group and wait; at `timeout_s` seconds the group is killed."""
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=None if env is None else {**os.environ, **env},
        cwd=cwd,
        start_new_session=True,
    )
    returncode: int | None
    try:
        stdout, stderr = process.communicate(stdin, timeout=timeout_s)
        returncode = process.returncode
    except subprocess.TimeoutExpired:
        _signal_group(process, signal.SIGKILL)
        stdout, stderr = process.communicate()
        returncode = None
    finally:
        # Children that outlive their parent must not outlive the cell.
        _signal_group(process, signal.SIGKILL)
    elapsed_ms = (time.monotonic() - started) * 1000
    return Finished(tuple(command), returncode, stdout, stderr, elapsed_ms)


@dataclass(slots=True)
class Served:
    """A server process that accepted a connection on `port`."""

    process: subprocess.Popen[bytes]
    port: int
    command: tuple[str, ...]
    log: Path

    def output(self) -> str:
        """Everything that the process wrote so far."""
        return self.log.read_text(errors="replace")


@contextmanager
def serve(
    command: Callable[[int], Sequence[str]],
    *,
    ready_s: float = 10.0,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    attempts: int = 3,
) -> Iterator[Served]:
    """Start `command(port)` on a free port and yield once it accepts connections; stop its group at the end.

    The port is bound, read back and released before the start, so another program may take it first:
    then the process ends at once and the next attempt takes another port.
    """
    with tempfile.TemporaryDirectory(prefix="h2interop-") as folder:
        log = Path(folder) / "output"
        for attempt in range(attempts):
            port = free_port()
            words = tuple(command(port))
            with log.open("wb") as sink:
                process = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    env=None if env is None else {**os.environ, **env},
                    cwd=cwd,
                    start_new_session=True,
                )
            try:
                if _accepts(process, port, ready_s):
                    yield Served(process, port, words, log)
                    return
                if process.poll() is None or attempt == attempts - 1:
                    said = log.read_text(errors="replace")[-2000:]
                    raise PeerNotReady(f"{words[0]} did not accept on port {port}: {said}")
            finally:
                stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process group: SIGTERM, then SIGKILL after a grace."""
    _signal_group(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(KILL_AFTER_S)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts(process: subprocess.Popen[bytes], port: int, ready_s: float) -> bool:
    deadline = time.monotonic() + ready_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            # No event tells when a foreign program listens, so this polls.
            time.sleep(0.02)
    return False


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
