"""nginx: as a server of files, and as a proxy."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .proxy import NO_PUSH, Proxy
from .server import Server
from .versions import of_program


class Nginx(Server):
    """nginx serving files, with one pushed page, a trailer, and echo by a server-side include."""

    name = "nginx"
    hint = "apt-get install nginx-light"
    default = True

    def available(self) -> Available:
        return of_program("nginx", "-v")

    def launch(self, place: Place) -> Sequence[str]:
        place.fill()
        return [str(tool("nginx")), "-c", str(place.write("nginx.conf.j2"))]


class NginxProxy(Proxy, Nginx):
    """nginx with grpc_pass, which carries any request."""

    cannot = MappingProxyType({Scenario.PUSH: NO_PUSH})


PEERS = (Nginx(), NginxProxy())
