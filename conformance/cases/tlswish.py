"""What one connection of a case asks for in its TLS handshake (RFC 9113 9.2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TlsWish:
    """What one connection asks for in its TLS handshake, in place of the target's usual."""

    versions: tuple[str, str] | None = None  # lowest, highest
    alpn: tuple[str, ...] | None = None
    ciphers: str | None = None
    curves: str | None = None
    server_name: str | None = None
