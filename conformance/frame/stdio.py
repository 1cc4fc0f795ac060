"""A frame reader behind an adapter process: JSON Lines on standard input and output."""

import contextlib
import json
import os
import queue
import shlex
import signal
import subprocess
import threading
from typing import Any, Final

from ..errors import TargetError
from .answer import Answer, BadAnswer, parse_answer
from .reader import ReaderCrash
from .vector import Context

ANSWER_S: Final = 10.0
"""Longest wait for one answer, in seconds; the last resort against a reader that hangs."""


class StdioReader:
    """Keeps one adapter process; starts a new one after a crash, so that one wire spoils no other."""

    def __init__(self, command: str, answer_s: float = ANSWER_S) -> None:
        """Start `command` (split as a shell would) and say hello.  Raises TargetError."""
        self._arguments = shlex.split(command)
        if not self._arguments:
            raise TargetError("stdio: needs a command")
        self._answer_s = answer_s
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        try:
            hello = self._ask({"op": "hello"})
        except (ReaderCrash, BadAnswer) as error:
            self.close()
            raise TargetError(f"stdio:{command}: {error}") from error
        self.name = str(hello.get("name", self._arguments[0]))
        self.version = str(hello["version"]) if hello.get("version") is not None else None
        self.can = frozenset(str(ability) for ability in hello.get("can", ()))
        if "frame" not in self.can:
            self.close()
            raise TargetError(f"stdio:{command}: the adapter cannot read frames (no 'frame' in its `can`)")

    def read(self, wire: bytes, context: Context) -> Answer:
        """Ask for one wire."""
        return parse_answer(self._ask({"op": "frame", "wire": wire.hex(), "context": context._asdict()}))

    def close(self) -> None:
        """End the process and its children."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # What was still to be written to a dead process is of no use to anybody.
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _start(self) -> subprocess.Popen[str]:
        try:
            process = subprocess.Popen(
                self._arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
        except OSError as error:
            raise TargetError(f"cannot start {self._arguments[0]}: {error.strerror}") from error
        self._lines = lines = queue.SimpleQueue[str | None]()
        self._process = process
        threading.Thread(target=_pump, args=(process, lines), daemon=True).start()
        return process

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = self._lines.get(timeout=self._answer_s)
        except BrokenPipeError:
            line = None
        except queue.Empty:
            self.close()
            raise ReaderCrash(f"no answer within {self._answer_s:g} s") from None
        if line is None:
            code = process.wait()
            self.close()
            raise ReaderCrash(f"the process ended with code {code}")
        try:
            answer = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadAnswer(f"not JSON: {line.strip()[:80]!r}") from error
        if not isinstance(answer, dict):
            raise BadAnswer(f"not a JSON object: {line.strip()[:80]!r}")
        return answer


def _pump(process: subprocess.Popen[str], lines: "queue.SimpleQueue[str | None]") -> None:
    """Move the process's lines to a queue, so that waiting for one can end; None marks the end."""
    assert process.stdout is not None
    with contextlib.suppress(ValueError):  # closed while reading: the reader was ended by us
        for line in process.stdout:
            lines.put(line)
    lines.put(None)
