"""asyncio's side of a session: a socket's octets, a loop's timers and tasks."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from .driver import Driver

log = logging.getLogger("nghttp2")

READ_BUFFER: Final = 64 * 1024
"""Octets of a buffer for what a transport reads at once."""

_HIGH_WATER: Final = 64 * 1024
_LOW_WATER: Final = 16 * 1024
_WRITES_PER_TURN: Final = 4  # of up to 256 KiB each, before other connections get their turn
_NEVER: Final = float("inf")


class SessionProtocol(asyncio.BufferedProtocol):
    """Drives a Driver (a server's or a client's session) over a transport.

    make_session: called as `make_session(protocol)` once the connection is made; returns None to refuse it.
    on_lost: called once, when the connection is gone and its tasks ended.
    buffer: what the transport reads into; all connections of one loop may share it, for its content is taken
    out before the loop turns to another.  (A plain Protocol would have 256 KiB allocated for each read.)
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        make_session: Callable[["SessionProtocol"], Driver | None],
        on_lost: Callable[["SessionProtocol"], None],
        buffer: memoryview,
    ) -> None:
        self.loop = loop
        self.session: Driver | None = None
        self.transport: asyncio.Transport | None = None
        self._make_session = make_session
        self._on_lost = on_lost
        self._buffer = buffer
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = _NEVER
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_write_paused = False
        self._is_read_paused = False
        self._is_closing = False
        self._is_lost = False
        self._turn_due = False
        self._flush_due = False
        self._is_flushing = False

    # From the transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the session, or close the transport if it is refused."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        # A TLS transport tells of a slow reader only above its own mark: it must not be left at its default.
        transport.set_write_buffer_limits(_HIGH_WATER, _LOW_WATER)
        session = self._make_session(self)
        if session is None:
            self._is_closing = True
            transport.close()
            return
        self.session = session
        self.flush()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        """Return where to put what is read."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Feed the session and send what that brings."""
        session = self.session
        if session is None or self._is_closing:
            return  # lingering: read, so that the peer can read our GOAWAY, and drop
        session.is_burst = 2 * nbytes >= len(self._buffer)
        session.feed(self._buffer[:nbytes].tobytes())
        if self._turn_due:
            return
        if session.turn():
            self._later_turn()
        self.flush()

    def eof_received(self) -> bool:
        """The peer sends nothing more: finish what it asked for, if the transport can, and close."""
        session = self.session
        if session is None or self._is_closing:
            return False
        session.end_of_input()
        self.flush()
        # TLS cannot be half-closed (asyncio).
        return not self._is_closing and self.transport is not None and self.transport.can_write_eof()

    def pause_writing(self) -> None:
        """Read no body while the transport is full."""
        self._is_write_paused = True
        if self.session is not None:
            self.session.set_writable(False)

    def resume_writing(self) -> None:
        """Go on sending, in the next turn of the loop.

        asyncio calls this in the middle of its own writing: a transport that failed or was closed by what we
        do here would tell of its loss twice, the second time with an exception (CPython 3.11).
        """
        self._is_write_paused = False
        if self.session is not None:
            self.session.set_writable(True)
            self._later_flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """End the session."""
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.session is None or not self.session.tasks_outlive_connection:
            for task in list(self._tasks):
                task.cancel()
        if self.session is not None:
            self.session.lost()  # what it starts, such as an asynchronous on_close, may run to its end
        self._is_lost = True
        if not self._tasks:
            self._on_lost(self)

    # To the transport.

    def wake(self) -> None:
        """The session has something to send or to wait for: now, unless a flush is on its way."""
        if not self._is_flushing:
            self.flush()

    def flush(self) -> None:
        """Write what there is while the transport has room, and set the timer."""
        session, transport = self.session, self.transport
        if session is None or transport is None or self._is_closing:
            return
        self._is_flushing = True
        try:
            writes = 0
            # A transport whose socket failed is closing, but tells so only in the next turn of the loop.
            while not self._is_write_paused and not transport.is_closing():
                data = session.data_to_send()
                if not data:
                    break
                transport.write(data)
                if not session.connection.wants_to_send:
                    break
                writes += 1
                if writes == _WRITES_PER_TURN:
                    self._later_flush()
                    break
        finally:
            self._is_flushing = False
        self._pace_reading(session, transport)
        if session.closed:
            self._close(session, transport)
        elif session.wake_at < self._timer_at:
            self._set_timer(session)

    def _pace_reading(self, session: Driver, transport: asyncio.Transport) -> None:
        """Stop reading from a peer that does not read, or whose input waits for its turn."""
        is_full = self._turn_due or session.connection.out_size > session.limits.stop_reading_above
        if is_full != self._is_read_paused:
            self._is_read_paused = is_full
            if is_full:
                transport.pause_reading()
            else:
                transport.resume_reading()

    def _later_turn(self) -> None:
        self._turn_due = True
        self.loop.call_soon(self._next_turn)

    def _next_turn(self) -> None:
        self._turn_due = False
        session = self.session
        if session is None or self._is_closing:
            return
        if session.turn():
            self._later_turn()
        self.flush()

    def _later_flush(self) -> None:
        if not self._flush_due:
            self._flush_due = True
            self.loop.call_soon(self._next_flush)

    def _next_flush(self) -> None:
        self._flush_due = False
        self.flush()

    def _close(self, session: Driver, transport: asyncio.Transport) -> None:
        """Close, but let the peer read our last words first."""
        if self._is_closing:
            return
        self._is_closing = True
        linger = session.limits.linger_timeout
        if not session.connection.stats["connection_errors"] or not linger:
            transport.close()
        elif transport.can_write_eof():
            # Closing with unread input would make the kernel send RST, and the GOAWAY would be lost.
            transport.write_eof()
            self._resume_to_drop(transport)
            self._timer_after(linger, transport.close)
        else:
            self._resume_to_drop(transport)
            self._timer_after(min(linger, 0.1), transport.close)

    def _resume_to_drop(self, transport: asyncio.Transport) -> None:
        if self._is_read_paused:
            self._is_read_paused = False
            transport.resume_reading()

    # Time and tasks.

    def _timer_after(self, delay: float, callback: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(delay, callback)

    def _set_timer(self, session: Driver) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = session.wake_at
        self._timer = self.loop.call_at(session.wake_at, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._timer_at = _NEVER
        session = self.session
        if session is not None and not self._is_closing:
            session.tick()
            self.flush()

    def spawn(self, coroutine: Coroutine[Any, Any, None], done: Callable[[], None]) -> asyncio.Task[None]:
        """Run a coroutine as a task that ends with the connection."""
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and task.exception() is not None:
                log.error("a task failed", exc_info=task.exception())
            done()
            if self._is_lost and not self._tasks:
                self._on_lost(self)

        task.add_done_callback(ended)
        return task
