"""TLS for HTTP/2: ALPN `h2`, TLS 1.2 or later (RFC 9113 3.2, 9.2)."""

import ssl
from typing import Any, Final, Protocol, TypeAlias

TLSContext: TypeAlias = ssl.SSLContext


_EPHEMERAL: Final = ("kx-ecdhe", "kx-dhe")


class Transport(Protocol):
    """What is asked of a connection here."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what asyncio knows of a transport."""


def prepare(context: TLSContext) -> TLSContext:
    """Make a context offer `h2` and nothing older than TLS 1.2; returns it."""
    context.set_alpn_protocols(["h2"])
    # RFC 9113 9.2: "Implementations of HTTP/2 MUST use TLS version 1.2 or higher for HTTP/2 over TLS."
    if context.minimum_version < ssl.TLSVersion.TLSv1_2:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    # RFC 9113 9.2.2: with TLS 1.2, cipher suites without ephemeral keys and AEAD SHOULD NOT be used.
    suites = [
        suite["name"]
        for suite in context.get_ciphers()
        if suite["protocol"] == "TLSv1.2" and suite["aead"] and suite["kea"] in _EPHEMERAL
    ]
    if suites:
        context.set_ciphers(":".join(suites))
    # RFC 9113 9.2.1: compression and renegotiation MUST be disabled with TLS 1.2.
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def agreed_on_h2(transport: Transport) -> bool:
    """Tell whether ALPN chose `h2`; true without TLS, where prior knowledge stands for it (RFC 9113 3.3)."""
    tls = transport.get_extra_info("ssl_object")
    return tls is None or tls.selected_alpn_protocol() == "h2"


def peer_certificate(transport: Transport) -> dict[str, Any] | None:
    """Return the peer's verified certificate, or None."""
    certificate: dict[str, Any] | None = transport.get_extra_info("peercert")
    return certificate or None


def refused_h2(error: Exception) -> bool:
    """Tell whether a handshake failed because the peer does not speak `h2` (RFC 7301 3.2)."""
    return isinstance(error, ssl.SSLError) and "NO_APPLICATION_PROTOCOL" in str(error)
