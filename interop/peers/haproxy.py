"""HAProxy: answering by itself, and as a proxy."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .proxy import NO_PUSH, Proxy
from .server import Server
from .versions import of_program


class Haproxy(Server):
    """HAProxy with answers of its own: `http-request return`, and Lua for echo and large ones."""

    name = "haproxy"
    hint = "apt-get install haproxy"
    default = True
    cannot = MappingProxyType(
        {
            Scenario.TRAILERS: "its own answers have no trailers",
            Scenario.PUSH: "never pushes",
        }
    )

    def available(self) -> Available:
        return of_program("haproxy", "-v")

    def launch(self, place: Place) -> Sequence[str]:
        place.fill()
        return [str(tool("haproxy")), "-db", "-f", str(place.write("haproxy.cfg.j2"))]


class HaproxyProxy(Proxy, Haproxy):
    """HAProxy with an origin behind it."""

    cannot = MappingProxyType({Scenario.PUSH: NO_PUSH})


PEERS = (Haproxy(), HaproxyProxy())
