"""A server of the field: how it is started, and our client's scenarios against it."""

import shlex
import time
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from ..behind import Behind
from ..certificates import Certificates
from ..place import Place
from ..processes import PeerNotReady, Served, serve
from ..results import Cell, Evidence, Part, Result, Transport
from ..scenarios import Scenario
from ..visit import Destination, visit
from .base import Peer, Site

MAX_OUTPUT = 4000
"""Characters of a server's output kept in a cell."""
MAX_LINES = 80
"""Lines of the frame log kept in a cell: the first ones, then the last ones."""


class Server(Peer):
    """A program that listens on `place.port` in the foreground until SIGTERM."""

    part: ClassVar[Part] = Part.SERVERS
    cannot: ClassVar[Mapping[Scenario, str]] = {}
    """Scenarios that it cannot take part in, with the reason."""

    @abstractmethod
    def launch(self, place: Place) -> Sequence[str]:
        """Write the configuration into `place.folder` and return the command's words."""

    def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
        """Start it and have our client visit it."""
        certificates = site.certificates if transport is Transport.TLS else None
        yield from self.serve_and_visit(site.folder, certificates, version, transport)

    def serve_and_visit(
        self,
        folder: Path,
        certificates: Certificates | None,
        version: str,
        transport: Transport,
        behind: Behind | None = None,
    ) -> Iterator[Cell]:
        """Start it, with an origin behind it if there is one; yield the cells."""
        upstream = 0 if behind is None else behind.port

        def command(port: int) -> Sequence[str]:
            own = folder / str(port)
            own.mkdir()
            return self.launch(Place(port, own, certificates, upstream))

        try:
            with serve(command) as served:
                for scenario in self.scenarios:
                    yield self._cell(scenario, served, certificates, version, transport, behind)
        except PeerNotReady as error:
            yield from self.row(version, transport, Result.FAIL, str(error))

    def _cell(
        self,
        scenario: Scenario,
        served: Served,
        certificates: Certificates | None,
        version: str,
        transport: Transport,
        behind: Behind | None,
    ) -> Cell:
        if scenario in self.cannot:
            return self.cell(version, scenario, transport, Result.UNSUPPORTED, self.cannot[scenario])
        started = time.monotonic()
        visited = visit(scenario, Destination(served.port, certificates))
        ms = round((time.monotonic() - started) * 1000, 1)
        complaints = list(visited.complaints)
        if (returncode := served.process.poll()) is not None:
            complaints.append(f"the program ended with {returncode}")
        frames = [line for log in visited.logs for line in _some([str(line) for line in log.lines])]
        if behind is not None:
            more, lines = behind.look()
            complaints += more
            frames += _some(lines)
        evidence = Evidence(shlex.join(served.command), served.output()[-MAX_OUTPUT:], tuple(frames))
        return Cell(
            self.part,
            self.name,
            version,
            scenario.value,
            transport,
            Result.FAIL if complaints else Result.PASS,
            "; ".join(complaints),
            ms,
            evidence,
        )


def _some(lines: list[str]) -> list[str]:
    if len(lines) <= MAX_LINES:
        return lines
    half = MAX_LINES // 2
    return [*lines[:half], f"... {len(lines) - 2 * half} lines left out", *lines[-half:]]
