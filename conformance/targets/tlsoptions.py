"""What the user says about TLS on the command line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """Names and files."""

    sni: str | None = None
    insecure: bool = False
    certificate: str | None = None
    key: str | None = None
    cafile: str | None = None
    keylog: str | None = None
