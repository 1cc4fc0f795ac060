"""What a peer is to the matrix: a name, a way to find it, and cells."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ..certificates import Certificates
from ..results import Cell, Part, Result, Transport
from ..scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Available:
    """Whether a peer is there: its version, or else the reason why not."""

    version: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class Site:
    """What one peer may use during its run."""

    folder: Path
    """An empty folder of its own, removed afterwards."""
    certificates: Certificates


class Peer(ABC):
    """One program of the field.  A module of `peers` holds one or more instances in `PEERS`."""

    name: ClassVar[str]
    part: ClassVar[Part]
    hint: ClassVar[str]
    """How to install it: a command."""
    default: ClassVar[bool] = False
    """Whether install-peers.sh installs it, so that `--require default` asks for it."""
    scenarios: ClassVar[tuple[Scenario, ...]] = tuple(Scenario)
    """What makes sense for it; everything else is left out of its row."""
    lacks: ClassVar[Mapping[Transport, str]] = {}
    """Transports that it cannot do at all, with the reason."""

    @abstractmethod
    def available(self) -> Available:
        """Look for the program and ask for its version."""

    @abstractmethod
    def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
        """Run every scenario over one transport and yield one cell for each of `scenarios`.

        Bounded in time.  A peer that fails yields failed cells; an exception is a fault of the harness.
        """

    def cell(
        self, version: str, scenario: Scenario, transport: Transport, result: Result, reason: str
    ) -> Cell:
        """Make a cell that has no evidence."""
        return Cell(self.part, self.name, version, scenario.value, transport, result, reason)

    def row(self, version: str, transport: Transport, result: Result, reason: str) -> Iterator[Cell]:
        """Make the same cell for every scenario."""
        for scenario in self.scenarios:
            yield self.cell(version, scenario, transport, result, reason)
