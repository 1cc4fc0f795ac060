"""The requirement catalogue: what the RFCs ask, in our own words (`vectors/requirements/*.yaml`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from .nodes import Value, load
from .places import VECTORS

ROLES: Final = ("server", "client", "codec", "proxy")
LEVELS: Final = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "INFO")
ABSOLUTE: Final = frozenset({"MUST", "MUST NOT"})
ACTORS: Final = (
    "client",
    "server",
    "sender",
    "receiver",
    "endpoint",
    "intermediary",
    "codec",
    "encoder",
    "decoder",
)
_ID: Final = re.compile(r"[a-z][a-z0-9]*/\S+\Z")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One obligation.

    observable: for each role under test "yes", or the reason why it cannot be seen.
    is_keyed: whether the sentence has a keyword of RFC 2119; rules without one have ids ending in `-u1`.
    """

    id: str
    section: str
    actor: tuple[str, ...]
    level: str
    summary: str
    observable: Mapping[str, str]
    is_keyed: bool
    path: str
    line: int

    @property
    def document(self) -> str:
        """Name of the catalogue, such as rfc9113."""
        return self.id.partition("/")[0]

    def is_observable(self, role: str) -> bool:
        """Whether a harness can see on the wire that a target in `role` obeys."""
        return self.observable.get(role) == "yes"


def load_catalogue(folder: Path = VECTORS / "requirements") -> dict[str, Requirement]:
    """Read every catalogue in `folder`; the ids keep the order of the files and the rows.

    Raises VectorError with file and line for a broken row or an id that exists twice.
    """
    found: dict[str, Requirement] = {}
    for path in sorted(folder.glob("*.yaml"), key=lambda path: (len(path.stem), path.stem)):
        root = load(path).fields(("format", "requirements"), ("document", "title", "note", "url"))
        root["format"].integer(1, 1)
        for row in root["requirements"].items():
            requirement = _requirement(row)
            if requirement.id in found:
                raise row.error(f"requirement {requirement.id} exists already")
            found[requirement.id] = requirement
    return found


@cache
def summaries() -> Mapping[str, str]:
    """Return id -> summary of the catalogue that belongs to this copy, read once."""
    return {requirement.id: requirement.summary for requirement in load_catalogue().values()}


def _requirement(row: Value) -> Requirement:
    keys = row.fields(("id", "section", "actor", "level", "summary", "observable"), ("keyed", "note"))
    name = keys["id"].text()
    if not _ID.match(name):
        raise keys["id"].error(f"a requirement's id is document/sentence, found {name!r}")
    observable = {role: reason.text() for role, reason in keys["observable"].fields((), ROLES).items()}
    if not observable:
        raise keys["observable"].error("names no role")
    return Requirement(
        id=name,
        section=keys["section"].text(),
        actor=tuple(actor.one_of(ACTORS) for actor in keys["actor"].one_or_more()),
        level=keys["level"].one_of(LEVELS),
        summary=keys["summary"].text(),
        observable=observable,
        is_keyed=keys["keyed"].boolean() if "keyed" in keys else True,
        path=row.source.path,
        line=row.line,
    )
