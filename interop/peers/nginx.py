"""nginx: as a server of files."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .server import Server
from .versions import of_program


class Nginx(Server):
    """nginx serving files, with one pushed page."""

    name = "nginx"
    hint = "apt-get install nginx-light"
    default = True
    cannot = MappingProxyType(
        {
            Scenario.ECHO: "serves files; sends content back only from an origin behind it",
            Scenario.CONTINUE: "serves files; sends content back only from an origin behind it",
            Scenario.TRAILERS: "serves files; sends trailers only from an origin behind it",
        }
    )

    def available(self) -> Available:
        return of_program("nginx", "-v")

    def launch(self, place: Place) -> Sequence[str]:
        place.fill()
        return [str(tool("nginx")), "-c", str(place.write("nginx.conf.j2"))]


PEERS = (Nginx(),)
