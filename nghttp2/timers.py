"""Clocks and timers without an event loop."""

import heapq
import itertools
import logging
from collections.abc import Callable
from typing import Final

log = logging.getLogger("nghttp2")

NEVER: Final = float("inf")
"""The moment of what is not waited for."""


class VirtualClock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Timer:
    """A callback that waits for its time."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Prevent the call; no effect after it."""
        self.callback = None


class Timers:
    """Callbacks in the order of their time."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._serials = itertools.count()

    def add(self, when: float, callback: Callable[[], None]) -> Timer:
        """Have `callback` called by `run` at `when` or later."""
        timer = Timer(callback)
        heapq.heappush(self._heap, (when, next(self._serials), timer))
        return timer

    def earliest(self) -> float:
        """Return when the next callback is due, or NEVER."""
        heap = self._heap
        while heap and heap[0][2].callback is None:
            heapq.heappop(heap)
        return heap[0][0] if heap else NEVER

    def run(self, now: float) -> None:
        """Call what is due; a callback that raises is logged, the others run all the same."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            timer = heapq.heappop(heap)[2]
            callback, timer.callback = timer.callback, None
            if callback is not None:
                try:
                    callback()
                except Exception:
                    log.exception("the callback of a timer failed")

    def clear(self) -> None:
        """Forget all of them."""
        self._heap.clear()
