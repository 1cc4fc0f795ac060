"""Targets started by the harness: `exec:CMD {port}`, in a process group of their own."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from ..errors import TargetError
from ..peer.transport import Ended, SocketTransport
from ..wire.codes import PREFACE, Type
from ..wire.frames import FrameSplitter, encode_frame
from .jsonlines import words_of
from .tcp import TcpTarget, open_socket
from .workers import Worker, ended, workers

READY_SECONDS: Final = 15.0
"""Until the first handshake has to succeed."""
ATTEMPTS: Final = 5
"""Starts before giving up: another process may take the port between our release and the bind."""
STOP_SECONDS: Final = 3.0
"""Between SIGTERM and SIGKILL."""
LAST_OCTETS: Final = 4_096
"""Of what the process wrote: enough to find its last words."""
INDEX: Final = b"<!DOCTYPE html><title>h2conf</title><p>A page of the harness.\n"


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ExecTarget(TcpTarget):
    """A server process; `{port}` in the command is its port, `{dir}` a folder with an index.html."""

    kind = "exec"

    def __init__(self, spec: str, command: str) -> None:
        """`command`: words as for a shell, which is not used.  Raises UsageError."""
        super().__init__(spec, "127.0.0.1", 0)
        self._words = words_of(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._workers: tuple[Worker, ...] = ()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._spawning = threading.Lock()
        self._is_over = False
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  # closed in stop

    def start(self) -> None:
        """Start the process and wait until a handshake succeeds."""
        reason = "did not start"
        for _ in range(ATTEMPTS):
            self.port = free_port()
            self.authority = f"127.0.0.1:{self.port}"
            self._spawn()
            reason = self._wait_ready() or ""
            if not reason and self._process is not None:
                self._workers = workers(self._process.pid, self.port)
                return
            exited = self._process is not None and self._process.poll() is not None
            self._kill()
            if not exited:
                break
        raise TargetError(f"{self.spec}: {reason}{self._tail()}")

    def _spawn(self) -> None:
        if self._folder is None and any("{dir}" in word for word in self._words):
            self._folder = tempfile.TemporaryDirectory(prefix="h2conf-")
            (Path(self._folder.name) / "index.html").write_bytes(INDEX)
        folder = self._folder.name if self._folder else ""
        words = [word.replace("{port}", str(self.port)).replace("{dir}", folder) for word in self._words]
        try:
            with self._spawning:  # `stop` may come from another thread in the meantime
                if self._is_over:
                    raise TargetError(f"{self.spec}: the run is over")
                self._output.seek(0)
                self._output.truncate()
                self._process = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=self._output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise TargetError(f"{self.spec}: cannot start {words[0]}: {error.strerror}") from error

    def _wait_ready(self) -> str | None:
        """Return why it is not ready, or None."""
        deadline = time.monotonic() + READY_SECONDS
        pause = 0.005
        while time.monotonic() < deadline:
            if self._process is not None and (code := self._process.poll()) is not None:
                return f"exited with {code}"
            if self._speaks():
                return None
            time.sleep(pause)  # a process that starts has nothing to fence
            pause = min(pause * 1.5, 0.1)
        return f"no HTTP/2 handshake within {READY_SECONDS:.0f} s"

    def _speaks(self) -> bool:
        """Return whether the target answers a preface with SETTINGS."""
        try:
            transport = SocketTransport(open_socket(self.host, self.port, 1.0))
        except OSError:
            return False
        try:
            transport.send(PREFACE + encode_frame(Type.SETTINGS, 0, 0, b""), 1.0)
            splitter = FrameSplitter()
            while (data := transport.receive(1.0)) is not None:
                if any(frame.type == Type.SETTINGS for frame in splitter.feed(data)):
                    return True
            return False
        except Ended:
            return False
        finally:
            transport.close()

    def gone(self) -> str | None:
        """Return why the process, or one that served for it from the start, is gone, or None."""
        if self._process is None:
            return "the process was not started"
        code = self._process.poll()
        if code is None:
            how = next(filter(None, map(ended, self._workers)), None)
            return how and f"a worker process {how}{self._tail()}"
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"the process ended with {name}{self._tail()}"

    def restart(self) -> None:
        """Start it again after a crash."""
        self._kill()
        self.start()

    def _tail(self) -> str:
        # The file's position is that of the process, which may live and write on.
        descriptor = self._output.fileno()
        size = os.fstat(descriptor).st_size
        octets = os.pread(descriptor, LAST_OCTETS, max(0, size - LAST_OCTETS))
        lines = octets.decode("utf-8", "replace").strip().splitlines()
        return f"; its last words: {' | '.join(lines[-3:])}" if lines else ""

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            try:
                process.wait(STOP_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        # Workers may outlive their parent; the group is ours alone.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End the process group, start none any more, and remove the folder."""
        with self._spawning:
            self._is_over = True
        self._kill()
        self._output.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
