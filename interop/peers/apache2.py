"""Apache httpd with mod_http2: as a server of files, and as a proxy."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .proxy import NO_PUSH, Proxy
from .server import Server
from .versions import of_program


class Apache2(Server):
    """Apache serving files, one pushed page, and what it is sent by a CGI program."""

    name = "apache2"
    hint = "apt-get install apache2-bin"
    default = True
    cannot = MappingProxyType(
        {Scenario.TRAILERS: "serves files; sends trailers only from an origin behind it"}
    )

    def available(self) -> Available:
        return of_program("apache2", "-v")

    def launch(self, place: Place) -> Sequence[str]:
        place.fill()
        place.open_to_all()
        place.write("echo.sh").chmod(0o755)
        configuration = place.write("apache2.conf.j2")
        return [str(tool("apache2")), "-f", str(configuration), "-DFOREGROUND"]


class Apache2Proxy(Proxy, Apache2):
    """Apache with mod_proxy_http2."""

    cannot = MappingProxyType({Scenario.PUSH: NO_PUSH})


PEERS = (Apache2(), Apache2Proxy())
