"""A server of the field: how it is started, and our client's scenarios against it."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ..place import Place
from ..results import Cell, Part, Result, Transport
from ..scenarios import Scenario
from .base import Peer, Site


class Server(Peer):
    """A program that listens on `place.port` in the foreground until SIGTERM."""

    part = Part.SERVERS
    cannot: ClassVar[Mapping[Scenario, str]] = {}
    """Scenarios that it cannot take part in, with the reason."""

    @abstractmethod
    def launch(self, place: Place) -> Sequence[str]:
        """Write the configuration into `place.folder` and return the command's words."""

    def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
        yield from self.row(version, transport, Result.UNSUPPORTED, "our client does not drive it yet")
