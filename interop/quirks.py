"""Known faults and limits of peers: each entry of quirks.yaml explains cells of one peer and version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml

from .errors import Exit, InteropError
from .results import Cell, Part, Result, Transport
from .scenarios import Scenario

FILE = Path(__file__).parent / "quirks.yaml"
_KEYS = {"part", "peer", "version", "scenarios", "transports", "result", "reason", "why", "bytes"}
_OPTIONAL = {"transports", "result", "bytes"}


@dataclass(frozen=True, slots=True)
class Quirk:
    """One explanation."""

    part: Part
    peer: str
    version: str
    """A pattern of the shell's kind for the beginning of the version, such as `7.88.*`."""
    scenarios: tuple[Scenario, ...]
    transports: tuple[Transport, ...]
    result: Result
    reason: str
    """A pattern that the cell's reason must match, so that another fault is not taken for this one."""
    why: str
    octets: str
    """The frames that show it, in hex."""

    def explains(self, cell: Cell) -> bool:
        """Tell whether this is what the cell is about."""
        return (
            cell.part is self.part
            and cell.peer == self.peer
            and fnmatchcase(cell.version.split(" ")[0], self.version)
            and cell.scenario in self.scenarios
            and cell.transport in self.transports
            and cell.result is self.result
            and fnmatchcase(cell.reason, self.reason)
        )

    def was_seen(self, cells: Iterable[Cell]) -> bool:
        """Tell whether some cell that this could explain has the result; true if none was run."""
        mine = [
            cell
            for cell in cells
            if cell.part is self.part
            and cell.peer == self.peer
            and fnmatchcase(cell.version.split(" ")[0], self.version)
            and cell.scenario in self.scenarios
            and cell.transport in self.transports
            and cell.result is not Result.NOT_INSTALLED
        ]
        return not mine or any(cell.result is self.result for cell in mine)


def explain(cell: Cell) -> Quirk | None:
    """Return the entry that explains a cell, or None."""
    return next((quirk for quirk in load() if quirk.explains(cell)), None)


@cache
def load() -> Sequence[Quirk]:
    """Read the file.  Raises InteropError if it is not well formed."""
    return tuple(parse(FILE.read_text(encoding="utf-8")))


def parse(text: str) -> Iterable[Quirk]:
    """Read the entries of a file.  Raises InteropError at the first that is not well formed."""
    for number, entry in enumerate(yaml.safe_load(text) or (), 1):
        if not isinstance(entry, dict) or not _KEYS - _OPTIONAL <= set(entry) <= _KEYS:
            raise InteropError(f"quirks.yaml: entry {number} lacks a key or has an unknown one", Exit.INVALID)
        try:
            yield Quirk(
                Part(entry["part"]),
                entry["peer"],
                str(entry["version"]),
                tuple(map(Scenario, entry["scenarios"])),
                tuple(map(Transport, entry.get("transports", [*Transport]))),
                Result(entry.get("result", "fail")),
                entry["reason"],
                entry["why"].strip(),
                entry.get("bytes", "").strip(),
            )
        except (ValueError, AttributeError, TypeError) as error:
            raise InteropError(f"quirks.yaml: entry {number}: {error}", Exit.INVALID) from error
