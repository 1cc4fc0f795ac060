"""Work in several processes: of one process, Python runs one thread at a time.

Each child is a fork, so that only what comes of the work has to be sent.
"""

import io
import os
import pickle
import selectors
import signal
import sys
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Final, TypeVar

from .interruption import SIGNALS

Told = TypeVar("Told")
LENGTH: Final = 8
"""Octets of the length in front of each thing told."""

Work = Callable[[Sequence[int]], Iterator[tuple[int, Told]]]
"""Does the jobs with these numbers and yields what comes of each, in any order."""


def supported() -> bool:
    """Return whether processes can be forked here and there is a second core to run them."""
    return hasattr(os, "fork") and len(_cores()) > 1


def _cores() -> Sequence[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)


def divided(jobs: int, processes: int, work: Work[Told]) -> Generator[tuple[int, Told], None, None]:
    """Do jobs 0 to `jobs` - 1 in `processes` children and yield what comes of each as it comes.

    A child that ends early leaves its jobs undone; which they are the caller sees by what is missing.
    """
    children: dict[int, int] = {}  # process -> what its pipe is read from
    try:
        with selectors.DefaultSelector() as selector:
            for number in range(processes):
                pid, pipe = _forked(range(number, jobs, processes), work)
                children[pid] = pipe
                selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    length = _read(key.fd, LENGTH)
                    told = length and _read(key.fd, int.from_bytes(length, "big"))
                    if told:
                        yield pickle.loads(told)
                    else:
                        selector.unregister(key.fd)
    finally:
        for pid, pipe in children.items():
            os.close(pipe)
            _end(pid)


def _read(pipe: int, octets: int) -> bytes:
    """Return that many octets, or none at all once the other end is closed."""
    data = bytearray()
    while len(data) < octets:
        piece = os.read(pipe, octets - len(data))
        if not piece:
            return b""
        data += piece
    return bytes(data)


def _forked(numbers: Sequence[int], work: Work[Told]) -> tuple[int, int]:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # The other threads of this process draw the progress bar: no child needs what they lock.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    try:
        os.close(reading)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # the parent ends its children
        # Unbuffered: closing has nothing left to write, and what went wrong is said before the parent sees
        # the end of the pipe and ends this process.
        with os.fdopen(writing, "wb", buffering=0) as stream:
            status = _work(numbers, work, stream)
    finally:
        sys.stderr.flush()
        os._exit(status)


def _work(numbers: Sequence[int], work: Work[Told], stream: io.RawIOBase) -> int:
    """Do the work in the child, tell what comes of it, and return the exit status."""
    try:
        for told in work(numbers):
            data = pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
            _write(stream, len(data).to_bytes(LENGTH, "big") + data)
    except BrokenPipeError:
        return 0  # the parent is gone
    except BaseException as error:  # noqa: BLE001  # a fork must never go on as if it were its parent
        os.write(2, f"h2conf: a process of the run ended: {type(error).__name__}: {error}\n".encode())
        return 1
    return 0


def _write(stream: io.RawIOBase, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[stream.write(view) or 0 :]


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    os.waitpid(pid, 0)
