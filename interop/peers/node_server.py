"""node:http2 as a server."""

import shutil
from collections.abc import Sequence

from ..home import PROGRAMS
from ..place import Place
from .base import Available
from .server import Server
from .versions import of_node


class NodeServer(Server):
    """The origin's endpoints on node:http2, in its stream interface."""

    name = "node"
    hint = "apt-get install nodejs"
    default = True

    def available(self) -> Available:
        return of_node()

    def launch(self, place: Place) -> Sequence[str]:
        words = [str(shutil.which("node")), str(PROGRAMS / "node-server.mjs"), str(place.port)]
        words.append(str(place.fill() / "download"))
        if place.certificates is None:
            return words
        return [*words, str(place.certificates.key), str(place.certificates.chain)]


PEERS = (NodeServer(),)
