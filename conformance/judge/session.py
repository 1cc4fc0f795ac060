"""What all cases of a run share: the target, its timing and paths, and what the RFCs allow."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from ..cases.case import Case
from ..cases.tlswish import TlsWish
from ..cases.values import ENDPOINTS, Variables
from ..peer.timing import Timing, flooded
from ..peer.transport import Transport
from ..peer.turns import PoliteTransport, Turns
from ..rules.situations import Acceptable, Situations
from ..targets.base import Target


@dataclass(slots=True)
class Session:
    """One run against one target."""

    target: Target
    situations: Situations
    timing: Timing
    path: str = "/"
    authority: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[tuple[bytes, bytes], ...] = ()
    baseline: int | None = None  # status of the plain GET of the self-check
    turns: Turns | None = None  # of the cases that run side by side
    mute: bool = False  # the target did not even shake hands when it was measured

    def for_case(self, case: Case) -> "Session":
        """Return the session for a case: over TLS for one that needs it, with more time for a flood."""
        secure = self.target.over_tls() if "tls" in case.needs else None
        session = self if secure is None else replace(self, target=secure)
        return replace(session, timing=flooded(self.timing)) if case.flood and not self.mute else session

    def acceptable(self, case: Case) -> tuple[Acceptable, ...]:
        """Return what a case allows besides the best: its own first, then its situation's."""
        if case.situation is None:
            return case.also
        return (*case.also, *self.situations.situations[case.situation].acceptable)

    def variables(self) -> Variables:
        """Return fresh variables for one connection."""
        texts = {
            "authority": self.authority or self.target.authority,
            "scheme": self.target.scheme,
            "path": self.path,
        }
        for name in ENDPOINTS:
            texts[f"path.{name}"] = self.endpoints.get(name, f"/{name}")
        texts["path.open"] = self.endpoints.get("open", texts["path.echo"])
        authority = texts["authority"]
        # RFC 9113 8.5: a tunnel leads to a host and a port; in memory there is no port.
        texts["path.connect"] = self.endpoints.get(
            "connect", authority if ":" in authority else f"{authority}:80"
        )
        return Variables(texts, headers=self.headers)

    def connect(self, tls: TlsWish | None = None) -> Transport:
        """Open a connection.  Raises OSError when the target refuses it."""
        transport = self.target.connect(self.timing.deadline, tls)
        return transport if self.turns is None else PoliteTransport(transport, self.turns)

    def idle(self, prompt: float = 0.0) -> AbstractContextManager[None]:
        """Let other cases act while this one waits, for longer than `prompt`, for a target that is idle."""
        return nullcontext() if self.turns is None else self.turns.idle(prompt)

    def is_normal(self, status: int | None) -> bool:
        """Return whether a status is what this target answers to a good request."""
        if status is None:
            return False
        return status == self.baseline if self.baseline is not None else status >= 200
