"""h2corn: an ASGI server on an HTTP/2 implementation of its own in Rust."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import PROGRAMS, tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .server import Server
from .versions import of_program


class H2corn(Server):
    """h2corn with the ASGI application of the programs' folder."""

    name = "h2corn"
    hint = "pip install h2corn"
    default = True
    cannot = MappingProxyType(
        {
            Scenario.TRAILERS: "its ASGI offers no http.response.trailers",
            Scenario.PUSH: "its ASGI offers no http.response.push",
        }
    )

    def available(self) -> Available:
        return of_program("h2corn", "--version")

    def launch(self, place: Place) -> Sequence[str]:
        words = [str(tool("h2corn")), f"--bind=127.0.0.1:{place.port}", f"--app-dir={PROGRAMS}"]
        words += ["--no-access-log"]
        if place.certificates is not None:
            words += [f"--certfile={place.certificates.chain}", f"--keyfile={place.certificates.key}"]
        return [*words, "asgi:app"]


PEERS = (H2corn(),)
