"""An adapter's process that speaks JSON Lines on its standard input and output: one answer a request."""

import contextlib
import json
import os
import queue
import shlex
import signal
import subprocess
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from ..errors import TargetError, UsageError

ANSWER_S: Final = 10.0
"""Longest wait for one answer, in seconds; the last resort against an adapter that hangs."""


class AdapterDied(Exception):
    """The process ended, or gave no answer in time: never the same as an error answer."""


class BadAnswer(Exception):
    """The adapter said something that the protocol does not know."""


def words_of(command: str) -> list[str]:
    """Split a command as a shell would.  Raises UsageError when a quotation has no end."""
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(f"{command}: {str(error).lower()}") from error


class Adapter:
    """Keeps one process in a group of its own; the next request after its death starts a new one."""

    def __init__(self, command: str, answer_s: float = ANSWER_S) -> None:
        """Start `command`, split as a shell would, and say hello.  Raises UsageError and TargetError."""
        self._arguments = words_of(command)
        if not self._arguments:
            raise UsageError("stdio: needs a command")
        self._answer_s = answer_s
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        try:
            hello = self.ask({"op": "hello"})
            if hello.get("ok") is not True or not _is_texts(hello.get("can")):
                raise BadAnswer(f'no answer to hello ("ok": true and a list "can"): {json.dumps(hello)[:80]}')
        except (AdapterDied, BadAnswer) as error:
            self.close()
            raise TargetError(f"stdio:{command}: {error}") from error
        except KeyboardInterrupt:
            self.close()
            raise
        self.name = str(hello.get("name", self._arguments[0]))
        self.version = str(hello["version"]) if hello.get("version") is not None else None
        self.can = frozenset(hello["can"])

    @property
    def is_running(self) -> bool:
        """Whether a process is there that remembers what it was told."""
        return self._process is not None

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request and return its answer.  Raises AdapterDied or BadAnswer."""
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
            raise AdapterDied(f"no answer within {self._answer_s:g} s") from None
        if line is None:
            code = process.wait()
            self.close()
            raise AdapterDied(f"the process ended with code {code}")
        try:
            answer = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadAnswer(f"not JSON: {line.strip()[:80]!r}") from error
        if not isinstance(answer, dict):
            raise BadAnswer(f"not a JSON object: {line.strip()[:80]!r}")
        return answer

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
        # Ctrl-C interrupts the main thread alone, and leaving the block waits for the other one: a process
        # that was started is always known to `close`.
        with ThreadPoolExecutor(1) as starter:
            return starter.submit(self._spawn).result()

    def _spawn(self) -> subprocess.Popen[str]:
        try:
            process = subprocess.Popen(
                self._arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",  # what is no text is no JSON either, and an answer like any other
                start_new_session=True,
            )
        except OSError as error:
            raise TargetError(f"cannot start {self._arguments[0]}: {error.strerror}") from error
        self._lines = lines = queue.SimpleQueue[str | None]()
        self._process = process
        threading.Thread(target=_pump, args=(process, lines), daemon=True).start()
        return process


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _pump(process: subprocess.Popen[str], lines: "queue.SimpleQueue[str | None]") -> None:
    """Move the process's lines to a queue, so that waiting for one can end; None marks the end."""
    assert process.stdout is not None
    with contextlib.suppress(ValueError):  # closed while reading: we ended the process
        for line in process.stdout:
            lines.put(line)
    lines.put(None)
