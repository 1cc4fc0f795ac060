"""A client as a peer: drive it at a fresh origin, then judge its claims and the origin's log together."""

import json
import shlex
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from ..certificates import Certificates
from ..checks import BODY, Verdict, judge
from ..origin import Origin
from ..processes import run
from ..results import Cell, Evidence, Part, Transport
from ..scenarios import PATHS, Scenario
from .base import Peer, Site

TIMEOUT_S = 60.0
"""For one program that runs all scenarios."""
MAX_OUTPUT = 4000
"""Characters of a program's output kept in a cell."""
MAX_LINES = 80
"""Lines of the frame log kept in a cell: the first ones, then the last ones."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a client is to go, and what it may use."""

    port: int
    transport: Transport
    certificates: Certificates
    folder: Path
    body: Path
    """The file to send to `/echo`."""

    @property
    def base(self) -> str:
        """Scheme and authority of the origin."""
        if self.transport is Transport.TLS:
            return f"https://localhost:{self.port}"
        return f"http://127.0.0.1:{self.port}"

    def url(self, scenario: Scenario, path: str = "", number: int | None = None) -> str:
        """Return the URL of a scenario: the query tells the log which one it is."""
        suffix = "" if number is None else f"-{number}"
        return f"{self.base}{path or PATHS[scenario]}?{scenario.value}{suffix}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a client said: claims by scenario, and for evidence the command and the output of each."""

    claims: Mapping[Scenario, Mapping[str, Any]]
    command: Mapping[Scenario, str]
    output: Mapping[Scenario, str]


class ClientPeer(Peer):
    """A real client against our server."""

    part: ClassVar[Part] = Part.CLIENTS
    page: ClassVar[str] = ""
    """What `/page` shows."""

    @abstractmethod
    def drive(self, visit: Visit) -> Report:
        """Make the client do every scenario."""

    def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
        """Drive the client at an origin of its own and judge."""
        body = site.folder / "body"
        body.write_bytes(BODY)
        with Origin(site.certificates if transport is Transport.TLS else None, self.page) as origin:
            report = self.drive(Visit(origin.port, transport, site.certificates, site.folder, body))
        for scenario in self.scenarios:
            verdict = judge(scenario, report.claims.get(scenario), origin.connections)
            evidence = Evidence(
                report.command.get(scenario, ""),
                report.output.get(scenario, "")[-MAX_OUTPUT:],
                tuple(_frames(verdict)),
            )
            ms = max((stream.ms for stream in verdict.streams), default=0.0)
            yield Cell(
                self.part,
                self.name,
                version,
                scenario.value,
                transport,
                verdict.result,
                verdict.reason,
                round(ms, 1),
                evidence,
            )


class ProgramClient(ClientPeer):
    """A client driven by one program of ours in its language, which prints one JSON object of claims."""

    timeout_s: ClassVar[float] = TIMEOUT_S

    @abstractmethod
    def command(self, visit: Visit) -> Sequence[str]:
        """Return the command line; by custom it ends with `arguments(visit)`."""

    def environment(self, visit: Visit) -> Mapping[str, str]:  # noqa: ARG002 - for subclasses
        """Return what to add to the environment."""
        return {}

    def drive(self, visit: Visit) -> Report:
        """Run the program and read its claims."""
        done = run(
            self.command(visit),
            timeout_s=self.timeout_s,
            env=self.environment(visit),
            cwd=visit.folder,
        )
        shown = shlex.join(done.command)
        output = done.output
        if done.returncode is None:
            output += f"\n[killed after {self.timeout_s:g} s]"
        elif done.returncode:
            output += f"\n[exit {done.returncode}]"
        return Report(
            read_claims(done.stdout.decode(errors="replace"), done.returncode),
            dict.fromkeys(Scenario, shown),
            dict.fromkeys(Scenario, output),
        )


def arguments(visit: Visit) -> tuple[str, ...]:
    """Return what every program takes: base URL, file of the authority, file of the body."""
    return visit.base, str(visit.certificates.authority), str(visit.body)


def read_claims(output: str, returncode: int | None) -> dict[Scenario, Mapping[str, Any]]:
    """Read the JSON objects among the lines of a program's output, one for each scenario.

    A program writes `{"scenario": "get", ...}` as soon as it knows, so that what came before a crash or a
    hang is not lost; what is missing then says how the program ended.
    """
    claims: dict[Scenario, Mapping[str, Any]] = {}
    for text in output.splitlines():
        if text.startswith("{"):
            try:
                said = json.loads(text)
                claims[Scenario(said.pop("scenario"))] = said
            except (ValueError, KeyError):
                continue  # a line of something else; the output is kept as evidence
    if returncode != 0:
        how = "was killed at its time limit" if returncode is None else f"ended with exit code {returncode}"
        for scenario in Scenario:
            claims.setdefault(scenario, {"error": f"the program {how}"})
    return claims


def _frames(verdict: Verdict) -> Iterator[str]:
    if verdict.log is None:
        return
    lines = list(verdict.log.evidence(verdict.streams))
    if len(lines) > MAX_LINES:
        half = MAX_LINES // 2
        lines = [*lines[:half], f"... {len(lines) - 2 * half} lines left out", *lines[-half:]]
    yield from lines
