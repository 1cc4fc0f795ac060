"""Ctrl-C, and SIGTERM as CI sends it on a timeout: both end a run, neither inside the line of a report."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """What may interrupt a run: KeyboardInterrupt in the main thread, put off while it would do harm."""

    def __init__(self) -> None:
        """Nothing is put off, nothing has come."""
        self._is_held = False
        self._is_over = False
        self._came = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Take the signals; one that the caller of the process has ignored stays ignored."""
        taken = {}
        if threading.current_thread() is threading.main_thread():
            taken = {
                n: signal.signal(n, self._raise) for n in SIGNALS if signal.getsignal(n) != signal.SIG_IGN
            }
        try:
            yield
        finally:
            for number, handler in taken.items():
                signal.signal(number, handler)

    def hold(self) -> None:
        """Put an interruption off until `release`."""
        self._is_held = True

    def release(self) -> None:
        """Raise KeyboardInterrupt if one was put off."""
        self._is_held = False
        if self._came and not self._is_over:
            self._came = False
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put an interruption off until the end of the block."""
        self.hold()
        yield
        self.release()

    def over(self) -> None:
        """Let nothing interrupt the end of the run any more: it is short."""
        self._is_over = True

    def _raise(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # a handler's signature
        # Python swallows what is raised inside a callback of a fork or a finalizer: the next `release` raises
        # it again, unless the run is over by then.
        self._came = True
        if not self._is_held and not self._is_over:
            raise KeyboardInterrupt
