"""H2O: files, and answers by mruby."""

from collections.abc import Sequence
from types import MappingProxyType

from ..home import tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .server import Server
from .versions import of_program


class H2o(Server):
    """H2O serving files, with echo and one pushed page by mruby."""

    name = "h2o"
    hint = "apt-get install h2o"
    default = True
    cannot = MappingProxyType({Scenario.TRAILERS: "this version sends no trailers"})

    def available(self) -> Available:
        return of_program("h2o", "--version")

    def launch(self, place: Place) -> Sequence[str]:
        place.fill()
        return [str(tool("h2o")), "-c", str(place.write("h2o.yaml.j2"))]


PEERS = (H2o(),)
