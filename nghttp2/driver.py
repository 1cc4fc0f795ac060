"""What a server's and a client's side of a connection have in common: turns, time, tasks (RFC 9113 5.4, 9.1).

A session is driven from outside: octets in by `receive`, octets out by `data_to_send`, time by `advance`.
session.py does so over asyncio; a test does it in memory, with a clock of its own.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final, Protocol

from .codes import ErrorCode
from .connection import Connection
from .deadlines import Deadlines
from .errors import UsageError
from .guard import MemoryBudget, Stats
from .limits import Limits
from .timers import NEVER, Timer, Timers, VirtualClock

_ROOM: Final = 256 * 1024  # octets that are made at once, at most
_IDLE_BODY_S: Final = 0.01  # until a body that gave nothing is asked again


class Spawn(Protocol):
    """Starts a coroutine; `done` is called when it ended, however it did."""

    def __call__(self, coroutine: Coroutine[Any, Any, None], done: Callable[[], None]) -> Any:
        """Return something with `cancel()`."""


def no_tasks(coroutine: Coroutine[Any, Any, None], done: Callable[[], None]) -> Any:  # noqa: ARG001 - a Spawn
    """Refuse a coroutine: there is no event loop."""
    coroutine.close()
    raise UsageError("asynchronous callbacks and bodies need an event loop")


class Driver(Deadlines):
    """A connection, a clock, and what happens by and by.

    on_wake: called when there is something to send, or an earlier `wake_at`, that did not come of `receive`,
    `turn`, `tick` or `advance`.  spawn: runs coroutines.  budget: what connections may hold together.
    """

    reactions: ClassVar[dict[type, Callable[[Any, Any], None]]] = {}
    tasks_outlive_connection: ClassVar[bool] = False
    """The callbacks of streams that ended well go on when the connection is lost."""

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] | None,
        on_wake: Callable[[], None] | None,
        spawn: Spawn,
        make_connection: Callable[[Callable[[], float]], Connection],
        budget: MemoryBudget | None = None,
    ) -> None:
        self._virtual_clock = VirtualClock() if clock is None else None
        self.clock: Callable[[], float] = clock or self._virtual_clock or VirtualClock()
        self.limits = limits
        self.connection = make_connection(self.clock)
        self._budget = budget or MemoryBudget(limits.memory_budget)
        self._reported = 0  # to the budget
        self.wake_at = NEVER  # on the clock: when `tick` has to be called
        self._on_wake = on_wake
        self._spawn = spawn
        self._room = min(_ROOM, limits.max_send_buffer)
        self._is_busy = 1  # until this is made
        self.is_burst = False  # the transport has a lot to read: more than was fed so far
        self._is_lost = False
        self._is_finished = False  # nothing but what is written already will be sent
        self._timers = Timers()
        self._opened_at = self._active_at = self.clock()
        self._settings_at: float | None = None
        self._block_at: float | None = None
        checks = (limits.body_timeout, limits.send_timeout, limits.handler_timeout)
        self._stream_check = min((item for item in checks if item is not None), default=None)
        self._arm_after(limits.preface_timeout)
        self._is_busy = 0

    @property
    def stats(self) -> Stats:
        """Counters of this connection, by name."""
        return self.connection.stats

    @property
    def closed(self) -> bool:
        """Nothing more will be sent: the transport is to be closed."""
        return self._is_lost or (self._is_finished and not self.connection.wants_to_send)

    # Octets.

    def receive(self, data: bytes) -> None:
        """Take octets from the peer and act on all of them."""
        self.feed(data)
        while self.turn():
            pass

    def feed(self, data: bytes) -> None:
        """Take octets from the peer for the next `turn`."""
        self._active_at = self.clock()
        self.connection.is_short_of_memory = self._budget.refuses_streams
        self.connection.receive_data(data)

    def turn(self) -> bool:
        """Do a bounded amount of work on what came; return whether more is waiting."""
        connection = self.connection
        next_event = connection.next_event
        reactions = self.reactions
        frames = connection.frames_left = self.limits.frames_per_turn
        connection.streams_left = self.limits.new_streams_per_turn
        self._is_busy += 1
        try:
            while (event := next_event()) is not None:
                react = reactions.get(type(event))
                if react is not None:
                    react(self, event)
            self.stats["frames_received"] += frames - connection.frames_left
            self._after_work()
        finally:
            self._is_busy -= 1
        is_cut = connection.frames_left <= 0 or connection.streams_left <= 0
        is_more = is_cut and connection.has_input
        # In a burst, what was sent before we give credit back is charged first: the rest of a frame that is
        # cut off is sure to come.  Then a peer that sends beyond its windows is found out.
        connection.has_more_input = is_more or (self.is_burst and connection.buffered > 0)
        return is_more

    def data_to_send(self) -> bytes:
        """Return octets for the peer, about 256 KiB at most; call again until it returns nothing."""
        connection = self.connection
        self._is_busy += 1
        try:
            data = connection.data_to_send(self._room)
            if connection.has_events:
                self._drain_events()
                self._after_work()
        finally:
            self._is_busy -= 1
        if connection.idle_bodies:
            self._ask_again()
        return data

    def _drain_events(self) -> None:
        """React to events that came of sending or of time."""
        connection = self.connection
        reactions = self.reactions
        self._is_busy += 1
        try:
            while connection.has_events:
                event = connection.pop_event()
                react = reactions.get(type(event))
                if react is not None:
                    react(self, event)
        finally:
            self._is_busy -= 1

    def _ask_again(self) -> None:
        """Look again, after a while, at bodies that gave nothing without saying DATA_DEFERRED."""
        streams = self.connection.idle_bodies[:]
        self.connection.idle_bodies.clear()

        def ask() -> None:
            for stream in streams:
                self.connection.resume(stream)

        self.call_later(_IDLE_BODY_S, ask)

    def end_of_input(self) -> None:
        """Note that the peer sends nothing more: end the connection once nothing is being sent."""
        self.connection.terminate(ErrorCode.NO_ERROR, "end of input")
        self._drain_events()

    def lost(self) -> None:
        """Note that the transport is gone; every stream that was live is closed with INTERNAL_ERROR."""
        if not self._is_lost:
            self._is_lost = True
            self.connection.abandon_streams()
            self._drain_events()
            self._timers.clear()
            self._budget.used -= self._reported
            self._reported = 0
            self.wake_at = NEVER

    def set_writable(self, is_writable: bool) -> None:
        """Tell whether the transport has room; without it no body is read."""
        self.connection.may_write_bodies = is_writable

    def wake(self) -> None:
        """Have what the application just did sent, unless that happens anyway."""
        if not self._is_busy and not self._is_lost:
            self._is_busy += 1
            try:
                self._drain_events()
                self._after_work()
            finally:
                self._is_busy -= 1
            if self._on_wake is not None:
                self._on_wake()

    # Time.

    def next_deadline(self) -> float | None:
        """Return the seconds until something is due, 0 if it is now, None if nothing is."""
        when = self._earliest()
        return None if when == NEVER else max(0.0, when - self.clock())

    def advance(self, seconds: float) -> None:
        """Let time pass on the virtual clock; whatever becomes due happens at its moment.

        Raises UsageError if the session was given a clock.
        """
        clock = self._virtual_clock
        if clock is None:
            raise UsageError("the session's clock is not a virtual one")
        end = clock.now + seconds
        while (when := self._earliest()) <= end:
            clock.now = max(clock.now, when)
            self.tick()
        clock.now = end

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` after `delay_s` seconds on the session's clock; return what can be cancelled."""
        when = self.clock() + max(0.0, delay_s)
        timer = self._timers.add(when, callback)
        self._arm(when)
        return timer

    def tick(self) -> None:
        """Do what is due by the clock."""
        if self._is_lost:
            return
        now = self.clock()
        self._is_busy += 1
        try:
            self._timers.run(now)
            for when, action in list(self._deadlines()):
                if when <= now:
                    action()
            self._drain_events()
            self.wake_at = self._earliest()
            self._after_work()
        finally:
            self._is_busy -= 1

    def _earliest(self) -> float:
        if self._is_lost:
            return NEVER
        return min([self._timers.earliest(), *(when for when, _ in self._deadlines())])

    def _arm(self, when: float) -> None:
        if when < self.wake_at:
            self.wake_at = when
            if not self._is_busy and self._on_wake is not None:
                self._on_wake()

    def _arm_after(self, timeout: float | None) -> None:
        if timeout is not None:
            when = self._active_at + timeout
            if when < self.wake_at:
                self._arm(when)

    def _after_work(self) -> None:
        """See what a turn changed about what is waited for."""
        connection = self.connection
        memory = connection.memory()
        if memory != self._reported:
            self._budget.used += memory - self._reported
            self._reported = memory
        if self._settings_at is None:
            if connection.settings_received:
                self._settings_at = self.clock()
                self._arm_after(self.limits.settings_ack_timeout)
            elif not connection.preface_missing:
                self._arm_after(self.limits.settings_timeout)
        if connection.has_open_block:
            if self._block_at is None:
                self._block_at = self.clock()
                self._arm_after(self.limits.header_block_timeout)
        else:
            self._block_at = None
        self._arm_after(self._stream_check if connection.streams.live else self.limits.idle_timeout)
