"""Handlers' callbacks: one after another, plain or asynchronous, once each (RFC 9113 8.1).

What a server's handlers and a client's have in common.
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Protocol

from .codes import ErrorCode
from .driver import Driver
from .events import BodyFailed, ConnectionTerminated, StreamClosed
from .stream import Stream

Callback = Callable[..., Awaitable[None] | None]


class Handler(Protocol):
    """What is needed of a handler here."""

    stream_id: int
    _stream: Stream
    _queue: deque[tuple[Callback, tuple[Any, ...], int]] | None
    _task: Any
    _close_code: int | None

    def on_close(self, error_code: int) -> Awaitable[None] | None:
        """The stream is closed."""


class CallbackDriver(Driver):
    """A Driver whose streams have a handler as their `context`."""

    log: ClassVar[logging.Logger]

    def _call(self, handler: Any, callback: Callback, arguments: tuple[Any, ...], credit: int) -> None:
        """Call now, or after the asynchronous callback that is running; then give the credit back."""
        if handler._queue is not None:
            handler._queue.append((callback, arguments, credit))
            return
        stream = handler._stream
        try:
            result = callback(*arguments)
        except Exception:  # noqa: BLE001 - the application's: it costs one stream
            self._failed(stream, callback.__name__)
            return
        if result is not None:
            self._run(handler, result, credit)
        elif credit:
            self.connection.consume(stream, credit)

    def _run(self, handler: Any, first: Awaitable[None], credit: int = 0) -> None:
        """Start the task of an asynchronous callback, which also runs those that come meanwhile."""
        handler._queue = deque()

        def done() -> None:
            _close(first)
            left, handler._task, handler._queue = handler._queue, None, None
            if not handler._close_code:
                # What came after the task found nothing more to do and before this was called.
                for late in left:
                    self._call(handler, *late)
            if handler._task is None and handler._close_code is not None:
                self.connection.held_slots -= 1
                self._finish(handler)
            self.wake()

        handler._task = self._spawn(self._run_queue(handler, first, credit), done)

    async def _run_queue(self, handler: Any, first: Awaitable[None], credit: int) -> None:
        stream = handler._stream
        queue = handler._queue
        pending: Awaitable[None] | None = first
        try:
            while True:
                if pending is not None:
                    await pending
                self.connection.consume(stream, credit)
                self.wake()
                if not queue:
                    return
                callback, arguments, credit = queue.popleft()
                pending = callback(*arguments)
        except Exception:  # noqa: BLE001 - the application's: it costs one stream
            self._failed(stream, "an asynchronous callback")
            self.wake()

    def _closed(self, event: StreamClosed) -> None:
        stream, error_code = event
        handler = stream.context
        if handler is None:
            return
        stream.context = None
        handler._close_code = error_code
        if handler._task is None:
            self._finish(handler)
            return
        # The slot of an asynchronous handler is free once it ended; on_close comes then.
        self.connection.held_slots += 1
        if error_code:
            handler._task.cancel()

    def _finish(self, handler: Handler) -> None:
        """Call `on_close`."""
        try:
            result = handler.on_close(handler._close_code or 0)
            if result is not None:
                self.connection.held_slots += 1  # the connection is not done before this is
                self._spawn(self._run_alone(result, handler.stream_id), lambda: self._on_close_done(result))
        except Exception:
            self.log.exception("on_close of stream %d failed", handler.stream_id)

    async def _run_alone(self, pending: Awaitable[None], stream_id: int) -> None:
        try:
            await pending
        except Exception:
            self.log.exception("on_close of stream %d failed", stream_id)

    def _on_close_done(self, pending: Awaitable[None]) -> None:
        _close(pending)
        self.connection.held_slots -= 1
        self.wake()

    def _body_failed(self, event: BodyFailed) -> None:
        self.stats["handler_errors"] += 1
        self.log.error("the body of stream %d failed", event.stream.id, exc_info=event.error)

    def _failed(self, stream: Stream, callback: str) -> None:
        """Reset a stream whose handler raised; call this where the exception is handled."""
        self.stats["handler_errors"] += 1
        self.log.exception("%s of stream %d failed", callback, stream.id)
        self.connection.reset(stream, ErrorCode.INTERNAL_ERROR)

    def _terminated(self, event: ConnectionTerminated) -> None:
        level = logging.INFO if event.error_code else logging.DEBUG
        self.log.log(level, "the connection ended: %s", event.reason)
        self._is_finished = True


def _close(pending: Awaitable[None]) -> None:
    """Let go of a coroutine that was not even begun, because its task was cancelled before that."""
    close = getattr(pending, "close", None)
    if close is not None:
        close()
