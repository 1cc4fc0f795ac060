"""How many dialogues may act at a time; one that only waits lets another one act."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from .transport import Chosen, Transport

PROMPT: Final = 0.1
"""Seconds within which a target answers if it answers at once; whoever waits longer steps aside."""
PROMPT_ALONE: Final = 0.02
"""The same for a target that has one dialogue to serve."""
ROUND_TRIPS: Final = 10
"""The same for a target that is far away."""


class Turns:
    """The turns of dialogues that run side by side.

    A target that has the close of a connection wait for a second would otherwise keep most of them from
    acting: those that wait ask nothing of it.  Whoever stepped aside goes before whoever only begins: its
    connection is open, and a server closes one that is idle for long.
    """

    def __init__(self, width: int, rtt: float = 0.0, *, demanding: bool = False) -> None:
        """`width`: dialogues that act at a time.  `rtt`: the target's round trip in seconds.

        demanding: the dialogues ask much of the target.  It is busy when it is late, and gets no more to do.
        """
        prompt = max(PROMPT if width > 1 else PROMPT_ALONE, ROUND_TRIPS * rtt)
        self._prompt = math.inf if demanding else prompt
        self._of_thread = threading.local()
        self._free = width
        self._returning = 0
        lock = threading.Lock()
        self._returners = threading.Condition(lock)
        self._beginners = threading.Condition(lock)

    @property
    def prompt(self) -> float:
        """Seconds after which whoever waits steps aside."""
        return float(getattr(self._of_thread, "prompt", self._prompt))

    @contextmanager
    def idle(self, prompt: float = 0.0) -> Iterator[None]:
        """Wait for a target that has read everything and has nothing to do: others may act.

        prompt: seconds after which one steps aside.
        """
        self._of_thread.prompt = min(prompt, self._prompt)
        try:
            yield
        finally:
            del self._of_thread.prompt

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Act, as soon as it is one's turn."""
        with self._beginners:
            self._beginners.wait_for(lambda: self._free > 0 and not self._returning)
            self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Give one's turn to others, and wait for the next one at the end."""
        self._give()
        try:
            yield
        finally:
            with self._returners:
                self._returning += 1
                self._returners.wait_for(lambda: self._free > 0)
                self._returning -= 1
                self._take()

    def _take(self) -> None:
        self._free -= 1
        if self._free:
            self._wake_one()  # two turns may have become free before the first of those woken ran

    def _give(self) -> None:
        with self._returners:
            self._free += 1
            self._wake_one()

    def _wake_one(self) -> None:
        (self._returners if self._returning else self._beginners).notify()


class PoliteTransport:
    """A transport that steps aside while nothing arrives."""

    def __init__(self, transport: Transport, turns: Turns) -> None:
        """`turns`: one of them is taken by whoever uses the transport."""
        self._transport = transport
        self._turns = turns
        self.tls: Chosen | None = transport.tls
        self.now = transport.now
        self.send = transport.send
        self.pause = transport.pause
        self.shutdown = transport.shutdown
        self.close = transport.close

    def receive(self, timeout: float) -> bytes | None:
        """Return what has arrived, or None when nothing does in `timeout` seconds.  Raises Ended."""
        begin = self.now()
        prompt = self._turns.prompt
        data = self._transport.receive(min(timeout, prompt)) if prompt else None
        left = timeout - (self.now() - begin)
        if data is not None or left <= 0:
            return data
        with self._turns.aside():
            return self._transport.receive(left)
