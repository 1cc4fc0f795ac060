"""nghttpd, the server of the nghttp2 project: files, and uploads sent back."""

from collections.abc import Sequence

from ..home import tool
from ..place import Place
from .base import Available
from .server import Server
from .versions import of_program


class Nghttpd(Server):
    """nghttpd with echo, a trailer on every response with content, and one pushed page."""

    name = "nghttpd"
    hint = "apt-get install nghttp2-server"
    default = True

    def available(self) -> Available:
        return of_program("nghttpd", "--version")

    def launch(self, place: Place) -> Sequence[str]:
        words = [
            str(tool("nghttpd")),
            "--address=127.0.0.1",
            f"--htdocs={place.fill()}",
            "--echo-upload",
            "--trailer=x-trailer: the end",
            "--push=/push=/pushed",
        ]
        if place.certificates is None:
            return [*words, "--no-tls", str(place.port)]
        return [*words, str(place.port), str(place.certificates.key), str(place.certificates.chain)]


PEERS = (Nghttpd(),)
