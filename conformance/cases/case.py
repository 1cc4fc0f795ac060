"""A dialogue case as the engine sees it: what is sent, what is expected, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..rules.situations import Acceptable
from .framespec import FrameSpec
from .tlswish import TlsWish
from .values import Number


@dataclass(frozen=True, slots=True)
class Handshake:
    """Connect, exchange prefaces, acknowledge the target's SETTINGS, wait for the ACK of ours."""

    settings: tuple[tuple[int, Number], ...] | None = None  # None: ENABLE_PUSH = 0 alone
    credit: bool = True  # whether received DATA is given back by WINDOW_UPDATE
    ack: bool = True
    tls: TlsWish | None = None
    on: str = "a"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Connect:
    """Open the transport only."""

    credit: bool = True
    ack: bool = True
    tls: TlsWish | None = None
    on: str = "a"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Send:
    """Frames in one write (or in pieces of `split` octets), the whole list `repeat` times."""

    frames: tuple[FrameSpec, ...]
    legal: tuple[FrameSpec, ...] | None = None  # what the control sends in its place
    split: int = 0
    repeat: Number = 1
    fenced: bool = False  # each repetition by itself: room in the connection window, a write, a fence
    answered: bool = False  # and the ends of the responses to its requests
    on: str = "a"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """Content as DATA frames: inside the peer's windows, or with `heed` off past them on purpose."""

    stream: int
    size: Number
    frame: int = 16_384
    pad: int | None = None
    end_stream: bool = True
    heed: bool = True
    legal: "Upload | None" = None
    on: str = "a"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Fence:
    """PING with a fresh payload, and its ACK."""

    on: str = "a"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""

    on: str = "a"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Close our direction only."""

    on: str = "a"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Expect:
    """A macro and its arguments; EXPECTS in `expectspec` lists them."""

    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    on: str = "a"
    line: int = 0


Step = Handshake | Connect | Send | Upload | Fence | Close | Shutdown | Expect


@dataclass(frozen=True, slots=True)
class Case:
    """One requirement and one stimulus."""

    id: str  # suite/slug
    suite: str
    title: str
    spec: str
    role: str
    profile: str
    req: tuple[str, ...]
    level: str
    situation: str | None
    needs: tuple[str, ...]
    after: tuple[str, ...]
    also: tuple[Acceptable, ...]
    control: tuple[Step, ...] | str | None  # steps, the reason why there is none, or None: derived
    note: str | None
    steps: tuple[Step, ...]
    slow: bool
    flood: bool
    path: str
    line: int
    hash: str
    whole_run: tuple[str, ...] = ()  # passive rules for which the case speaks, for all of the run
    own: bool = False  # from a file of the user, not from ours

    @property
    def expects_error(self) -> bool:
        """Whether the case's best outcome is a reaction to a fault."""
        return any(isinstance(step, Expect) and expects_error(step) for step in self.steps)


def expects_error(expect: Expect) -> bool:
    """Return whether an expectation is for a reaction to a fault."""
    if expect.kind in ("connection_error", "stream_error", "malformed"):
        return True
    return expect.kind == "outcome" and expect.arguments["outcomes"][0].is_error
