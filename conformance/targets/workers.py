"""The processes behind a target that serve its connections: one may die while their parent lives on."""

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
LISTEN: Final = "0A"
ENDED: Final = ("Z", "X")
"""States of a process that is over, reaped or not."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process; `started`, in ticks since the machine's start, tells it from a later one with its number."""

    pid: int
    started: int


@dataclass(frozen=True, slots=True)
class _Stat:
    """What /proc tells of a process."""

    state: str
    session: int
    started: int
    wait_status: int  # once it has ended; 0 for whoever may not know


def workers(session: int, port: int) -> tuple[Worker, ...]:
    """Return the processes of a session, without its leader, that hold a socket listening on a loopback port.

    Empty where the system does not tell (no /proc, a process of another user).
    """
    sockets = set(_listening(port))
    found = []
    for pid in _pids() if sockets else ():
        stat = _stat(pid)
        if stat is not None and stat.session == session != pid and sockets.intersection(_sockets(pid)):
            found.append(Worker(pid, stat.started))
    return tuple(found)


def ended(worker: Worker) -> str | None:
    """Return how a worker ended, or None while it lives."""
    stat = _stat(worker.pid)
    if stat is None or stat.started != worker.started:
        return "ended"
    if stat.state not in ENDED:
        return None
    number = stat.wait_status & 0x7F
    return f"ended with {signal.Signals(number).name}" if number else "ended"


def _pids() -> Iterator[int]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            yield int(entry.name)


def _stat(pid: int) -> _Stat | None:
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # a program's name may hold blanks and brackets
    return _Stat(fields[0], int(fields[3]), int(fields[19]), int(fields[49]))


def _sockets(pid: int) -> Iterator[str]:
    try:
        for entry in (PROC / str(pid) / "fd").iterdir():
            target = entry.readlink().name
            if target.startswith("socket:["):
                yield target
    except OSError:
        return  # it ended, or is somebody else's


def _listening(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if words[3] == LISTEN and int(words[1].rpartition(":")[2], 16) == port:
                yield f"socket:[{words[9]}]"
