"""A target in the same process: octets in, octets out, and a clock that stands still until it is moved."""

from typing import Final, Protocol

from .transport import Chosen, Ended

MAX_TIMERS: Final = 10_000
"""Timers that may fire during one wait: a target that re-arms itself at once must not hang the harness."""


class MemoryTarget(Protocol):
    """What a factory named by `py:module:factory` returns: one connection, seen from the server."""

    @property
    def closed(self) -> bool:
        """Whether the target has closed the connection (after what `data_to_send` still returns)."""

    def receive(self, data: bytes) -> None:
        """Take octets from the client; `b""` means that the client closed its direction."""

    def data_to_send(self) -> bytes:
        """Return and forget the octets for the client."""

    def next_deadline(self) -> float | None:
        """Return the seconds until the next timer is due, or None."""

    def advance(self, seconds: float) -> None:
        """Move the clock and run the timers that are due."""


class TargetException(Exception):
    """The target raised: for an object in memory that is what a crash is for a process."""


class MemoryTransport:
    """Drives a MemoryTarget in virtual time."""

    tls: Chosen | None = None

    def __init__(self, target: MemoryTarget) -> None:
        """Take over one connection."""
        self._target = target
        self._now = 0.0
        self._open = True

    def now(self) -> float:
        """Return the virtual time."""
        return self._now

    def send(self, data: bytes, timeout: float) -> None:  # noqa: ARG002  # a call takes no virtual time
        """Hand the octets over."""
        if self._target.closed:
            raise Ended("reset")
        try:
            self._target.receive(data)
        except Exception as error:
            raise TargetException(f"{type(error).__name__}: {error}") from error

    def receive(self, timeout: float) -> bytes | None:
        """Return what the target sent, moving its clock from timer to timer for at most `timeout`."""
        try:
            return self._receive(timeout)
        except Ended:
            raise
        except Exception as error:
            raise TargetException(f"{type(error).__name__}: {error}") from error

    def _receive(self, timeout: float) -> bytes | None:
        target = self._target
        left = timeout
        for _ in range(MAX_TIMERS):
            if data := target.data_to_send():
                return data
            if target.closed:
                raise Ended("fin")
            if left <= 0:
                return None
            due = target.next_deadline()
            step = left if due is None else min(left, max(due, 0.0))
            target.advance(step)
            self._now += step
            left -= step
        return None

    def pause(self, seconds: float) -> None:
        """Every call is read at once."""

    def shutdown(self) -> None:
        """Tell the target that no more octets will come."""
        if self._open and not self._target.closed:
            self._open = False
            self._target.receive(b"")

    def close(self) -> None:
        """Tell the target that the connection is gone."""
        self.shutdown()
