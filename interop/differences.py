"""Accepted differences between us and a peer: reviewed data, not tolerance.

Each entry of differences.yaml says who differs, where, what the RFC says and who is right, with an example
that must still differ: when a peer mends its side the entry fails and goes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import Exit, InteropError

FILE = Path(__file__).parent / "differences.yaml"
KINDS = ("codec", "frame", "connection")
ANY = "any"
"""Stands for every outcome, where one cause shows itself in many."""
RIGHTS = ("ours", "theirs", "both")
_KEYS = {"id", "kind", "peer", "versions", "when", "ours", "theirs", "spec", "rule", "right", "example"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One accepted difference."""

    id: str
    kind: str
    """codec, frame or connection."""
    peer: str
    versions: str
    """Versions of the peer in which it was seen."""
    when: str
    """Feature of the input that has to be there."""
    ours: str
    theirs: str
    """Outcome of either side, in the words of the kind."""
    spec: str
    rule: str
    right: str
    """Who is right by the RFC: ours, theirs, or both."""
    example: Mapping[str, Any]

    def explains(self, kind: str, peer: str, features: Iterable[str], ours: str, theirs: str) -> bool:
        """Tell whether this entry covers a disagreement that was found."""
        same = (self.kind, self.peer) == (kind, peer)
        return same and self.ours in (ours, ANY) and self.theirs in (theirs, ANY) and self.when in features


def load(file: Path = FILE) -> tuple[Difference, ...]:
    """Read the accepted differences; a wrong entry is an InteropError that names it."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    entries = []
    seen: set[str] = set()
    for number, entry in enumerate(document["differences"], 1):
        name = entry.get("id", f"entry {number}")
        wrong = set(entry) ^ _KEYS
        if wrong:
            raise InteropError(f"{file.name}: {name}: missing or unknown: {sorted(wrong)}", Exit.INVALID)
        if entry["kind"] not in KINDS or entry["right"] not in RIGHTS:
            raise InteropError(f"{file.name}: {name}: kind or right is not one of the known", Exit.INVALID)
        if name in seen:
            raise InteropError(f"{file.name}: {name}: stands twice", Exit.INVALID)
        seen.add(name)
        entries.append(Difference(**entry))
    return tuple(entries)
