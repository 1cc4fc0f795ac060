"""A proxy of the field between our client and our origin, HTTP/2 on both sides."""

from collections.abc import Iterator
from typing import ClassVar, Final

from ..behind import Behind
from ..origin import Origin
from ..results import Cell, Part, Transport
from .base import Site
from .server import Server

NO_PUSH: Final = "does not pass on pushes: it tells the origin ENABLE_PUSH=0 or resets what is promised"
"""Why most proxies cannot take part in the scenario of pushes."""


class Proxy(Server):
    """A program that forwards everything to `place.upstream` over cleartext HTTP/2.

    One that is a server as well inherits from this first: `class NginxProxy(Proxy, Nginx)`.
    """

    part: ClassVar[Part] = Part.PROXIES

    def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
        """Start an origin and the proxy, and have our client visit."""
        certificates = site.certificates if transport is Transport.TLS else None
        with Origin(None) as origin:
            yield from self.serve_and_visit(site.folder, certificates, version, transport, Behind(origin))
