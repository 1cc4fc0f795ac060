"""Targets that run already: `tcp:HOST:PORT` in cleartext with prior knowledge (RFC 9113 3.3)."""

import ipaddress
import socket

from ..cases.tlswish import TlsWish
from ..errors import UsageError
from ..peer.transport import SocketTransport, Transport
from .base import Target


def split_address(text: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT`; IPv6 addresses stand in brackets.  Raises UsageError."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise UsageError(f"expected HOST:PORT, found {text!r}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_loopback(host: str) -> bool:
    """Return whether an address is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_socket(host: str, port: int, timeout: float) -> socket.socket:
    """Connect, without Nagle's delay.  Raises OSError."""
    connection = socket.create_connection((host, port), timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class TcpTarget:
    """A server that somebody else runs."""

    kind = "tcp"
    scheme = "http"
    virtual = False
    concurrent = True
    version: str | None = None

    def __init__(self, spec: str, host: str, port: int) -> None:
        """`spec`: as the user wrote it."""
        self.spec = spec
        self.host = host
        self.port = port
        shown = f"[{host}]" if ":" in host else host
        self.authority = f"{shown}:{port}"
        self.loopback = is_loopback(host)

    def start(self) -> None:
        """Nothing to do: it runs already."""

    def connect(self, timeout: float, tls: TlsWish | None = None) -> Transport:  # noqa: ARG002  # cleartext
        """Open a connection."""
        return SocketTransport(open_socket(self.host, self.port, timeout))

    def over_tls(self) -> Target | None:
        """Only one way to it is known."""
        return None

    def gone(self) -> str | None:
        """Whether it is gone is seen by connecting only."""
        return None

    def restart(self) -> None:
        """It is not ours to start."""

    def stop(self) -> None:
        """It is not ours to stop."""
