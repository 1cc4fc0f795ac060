"""A target as a forked child sees it: its process belongs to the parent, who alone can tell how it fares."""

from ..cases.tlswish import TlsWish
from ..peer.transport import Transport
from .base import Target


class ParentsTarget:
    """Connects like the target itself; whether the process lives shows in whether it can be connected to."""

    def __init__(self, target: Target) -> None:
        """Take over everything but the care for the process."""
        self._target = target
        self.spec = target.spec
        self.kind = target.kind
        self.scheme = target.scheme
        self.authority = target.authority
        self.loopback = target.loopback
        self.virtual = target.virtual
        self.concurrent = target.concurrent
        self.version = target.version

    def start(self) -> None:
        """It is started."""

    def connect(self, timeout: float, tls: TlsWish | None = None) -> Transport:
        """Open a connection.  Raises OSError."""
        return self._target.connect(timeout, tls)

    def over_tls(self) -> Target | None:
        """Return the same server over TLS."""
        secure = self._target.over_tls()
        return None if secure is None else ParentsTarget(secure)

    def gone(self) -> str | None:
        """Only a parent can wait for its child."""
        return None

    def restart(self) -> None:
        """The parent does that."""

    def stop(self) -> None:
        """The parent does that."""
