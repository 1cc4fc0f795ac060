"""Hypercorn: an ASGI server on the package h2."""

from collections.abc import Sequence

from ..home import PROGRAMS, tool
from ..place import Place
from .base import Available
from .server import Server
from .versions import of_package


class Hypercorn(Server):
    """Hypercorn with the ASGI application of the programs' folder."""

    name = "hypercorn"
    hint = "pip install hypercorn"
    default = True

    def available(self) -> Available:
        return of_package("hypercorn")

    def launch(self, place: Place) -> Sequence[str]:
        words = [str(tool("hypercorn")), f"--bind=127.0.0.1:{place.port}", "--graceful-timeout=1"]
        if place.certificates is not None:
            words += [f"--certfile={place.certificates.chain}", f"--keyfile={place.certificates.key}"]
        return [*words, f"{PROGRAMS / 'asgi.py'}:app"]


PEERS = (Hypercorn(),)
