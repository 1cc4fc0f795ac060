"""nghttpx, the proxy of the nghttp2 project."""

from collections.abc import Sequence

from ..home import tool
from ..place import Place
from .base import Available
from .proxy import Proxy
from .versions import of_program


class Nghttpx(Proxy):
    """nghttpx with one worker."""

    name = "nghttpx"
    hint = "apt-get install nghttp2-proxy"
    default = True

    def available(self) -> Available:
        return of_program("nghttpx", "--version")

    def launch(self, place: Place) -> Sequence[str]:
        return [str(tool("nghttpx")), f"--conf={place.write('nghttpx.conf.j2')}"]


PEERS = (Nghttpx(),)
