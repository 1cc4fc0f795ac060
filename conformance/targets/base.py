"""The interface of all targets of role server."""

from typing import Protocol

from ..cases.tlswish import TlsWish
from ..peer.transport import Transport


class Target(Protocol):
    """A server under test."""

    spec: str  # as the user wrote it
    kind: str  # tcp, tls, exec, py, embedded
    scheme: str  # http or https
    authority: str
    loopback: bool
    virtual: bool  # whether time is virtual, so that waiting is free
    concurrent: bool  # whether cases may run side by side
    version: str | None

    def start(self) -> None:
        """Make it reachable.  Raises TargetError."""

    def connect(self, timeout: float, tls: TlsWish | None = None) -> Transport:
        """Open a connection.  Raises OSError when it is refused; `tls` means nothing in cleartext."""

    def over_tls(self) -> "Target | None":
        """Return the same server over TLS, for cases that need it, when it is reached in cleartext."""

    def gone(self) -> str | None:
        """Return why the process is known to be gone, or None."""

    def restart(self) -> None:
        """Bring it back after a crash; nothing happens for a target that is not ours to start."""

    def stop(self) -> None:
        """End what `start` began."""
