"""nginx: as a server of files."""

from collections.abc import Sequence

from ..home import tool
from ..place import Place
from .base import Available
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


PEERS = (Nginx(),)
