"""Rate limits on legal but costly traffic, and the counters of what happened (RFC 9113 10.5)."""

from collections.abc import Callable
from typing import Final

from .codes import ErrorCode
from .errors import ConnectionFault
from .limits import Limits

COUNTERS: Final = (
    "streams_opened",
    "streams_refused",
    "requests",
    "responses",
    "pushes",
    "malformed",
    "resets_received",
    "resets_sent",
    "late_resets",
    "handler_errors",
    "frames_received",
    "data_frames_sent",
    "octets_received",
    "octets_sent",
    "pings",
    "settings",
    "glitches",
    "empty_frames",
    "priority_frames",
    "window_updates",
    "answered_431",
    "timeouts",
    "connection_errors",
)


class Stats(dict[str, int]):
    """Counters by name; those of COUNTERS are always there, a tripped limit adds `limit:NAME`."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(COUNTERS, 0))

    def add(self, name: str, amount: int = 1) -> None:
        """Raise one counter, which may be new."""
        self[name] = self.get(name, 0) + amount

    def merge(self, other: dict[str, int]) -> None:
        """Add every counter of `other`."""
        for name, amount in other.items():
            self[name] = self.get(name, 0) + amount


class Bucket:
    """A token bucket: `burst` at once, `rate` a second after that.

    The clock is read only when the bucket is empty, so that a spend in ordinary traffic is one subtraction.
    """

    __slots__ = ("_burst", "_clock", "_rate", "_since", "_tokens", "limit")

    def __init__(self, limit: str, burst: float, rate: float, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._burst = self._tokens = float(burst)
        self._rate = rate
        self._clock = clock
        self._since = clock()

    def spend(self, amount: float = 1.0) -> None:
        """Take `amount` tokens.  Raises ConnectionFault(ENHANCE_YOUR_CALM) if there are not enough."""
        self._tokens -= amount
        if self._tokens < 0:
            now = self._clock()
            refilled = self._tokens + amount + (now - self._since) * self._rate
            self._tokens = min(self._burst, refilled) - amount
            self._since = now
            if self._tokens < 0:
                raise calm(self.limit, f"more than {self._burst:g} and {self._rate:g} a second")

    def refund(self, amount: float) -> None:
        """Put `amount` tokens back, up to the burst."""
        self._tokens = min(self._burst, self._tokens + amount)

    @property
    def is_full(self) -> bool:
        """Nothing was spent that has not come back."""
        return self._tokens >= self._burst


def calm(limit: str, reason: str) -> ConnectionFault:
    """Make the fault of a limit that tripped (RFC 9113 7: ENHANCE_YOUR_CALM)."""
    return ConnectionFault(ErrorCode.ENHANCE_YOUR_CALM, f"{limit}: {reason}", limit)


class MemoryBudget:
    """What all connections of a server may hold together; each reports how its share changes.

    New streams are refused above nine tenths, new connections above the whole.
    """

    __slots__ = ("limit", "used")

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.used = 0

    @property
    def refuses_streams(self) -> bool:
        """Nine tenths are in use."""
        return self.limit is not None and 10 * self.used > 9 * self.limit

    @property
    def refuses_connections(self) -> bool:
        """All of it is in use."""
        return self.limit is not None and self.used > self.limit


class Guard:
    """The buckets of one connection."""

    __slots__ = (
        "_limits",
        "_priority_allowance",
        "_window_update_allowance",
        "empty_frames",
        "glitches",
        "is_strained",
        "pings",
        "refusals",
        "resets",
        "settings",
        "small_data",
        "stats",
    )

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self.stats = Stats()
        self.pings = Bucket("ping_rate", limits.ping_burst, limits.ping_rate, clock)
        self.settings = Bucket("settings_rate", limits.settings_burst, limits.settings_rate, clock)
        self.resets = Bucket("too_many_resets", limits.reset_burst, limits.reset_rate, clock)
        self.refusals = Bucket("too_many_refused", limits.refused_burst, limits.refused_rate, clock)
        self.glitches = Bucket("too_many_glitches", limits.glitch_burst, limits.glitch_rate, clock)
        self.empty_frames = Bucket(
            "too_many_empty_frames", limits.empty_frame_burst, limits.empty_frame_rate, clock
        )
        self.small_data = Bucket(
            "too_much_small_data", limits.small_data_burst, limits.small_data_rate, clock
        )
        self.is_strained = False  # small or empty frames were counted that are not made up for
        self._priority_allowance = 100 + limits.priority_burst
        self._window_update_allowance = limits.window_update_burst

    def glitch(self) -> None:
        """Count an oddity that RFC 9113 tells us to tolerate."""
        self.stats["glitches"] += 1
        self.glitches.spend()

    def late_reset(self) -> None:
        """Count RST_STREAM on a closed stream: some clients answer so each DATA frame that was on its way."""
        stats = self.stats
        stats["late_resets"] += 1
        if stats["late_resets"] > stats["data_frames_sent"]:
            self.glitch()

    def empty_frame(self) -> None:
        """Count a DATA, HEADERS or CONTINUATION frame that carries nothing and ends nothing."""
        self.stats["empty_frames"] += 1
        self.is_strained = True
        self.empty_frames.spend()

    def data(self, size: int) -> None:
        """Weigh a DATA frame with `size` octets of content that does not end its stream."""
        threshold = self._limits.small_data_size
        if size == 0:
            self.empty_frame()
        elif size < threshold:
            self.is_strained = True
            self.small_data.spend(threshold - size)
        elif self.is_strained:
            self.useful(size)
            self.empty_frames.refund(1)

    def useful(self, size: int) -> None:
        """Make up for small frames with `size` octets that were sent or consumed; call it while strained."""
        self.small_data.refund(size)
        self.is_strained = not (self.small_data.is_full and self.empty_frames.is_full)

    def priority(self) -> None:
        """Count PRIORITY and PRIORITY_UPDATE, which are free only in proportion to the streams."""
        stats = self.stats
        stats["priority_frames"] += 1
        if stats["priority_frames"] > self._priority_allowance + 100 * stats["streams_opened"]:
            raise calm("too_many_priority_frames", f"{stats['priority_frames']} of them")

    def window_update(self) -> None:
        """Count WINDOW_UPDATE, which is free only in proportion to streams and to DATA sent."""
        stats = self.stats
        stats["window_updates"] += 1
        allowance = self._window_update_allowance + 2 * (
            stats["streams_opened"] + 10 * stats["data_frames_sent"]
        )
        if stats["window_updates"] > allowance:
            raise calm("too_many_window_updates", f"{stats['window_updates']} of them")
