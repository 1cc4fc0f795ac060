"""The requirement catalogue whole and strict: what the RFCs ask, of whom, and where it can be seen.

`requirements` reads the three keys that a run needs; `trace` needs all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..reading.nodes import Value, load
from ..reading.places import VECTORS

ROLES: Final = ("server", "client", "proxy", "codec")
LEVELS: Final = ("MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "MAY", "INFO")
ABSOLUTE: Final = frozenset({"MUST", "MUST NOT"})
ACTORS: Final = ("sender", "receiver", "server", "client", "intermediary", "codec")
REASONS: Final = (
    "other-role",
    "definition",
    "permission",
    "internal",
    "sender-choice",
    "needs-tls-stack",
    "long-time",
    "spec-authors",
    "user-agent",
)
"""Why a row cannot be seen on a target in a role; the schema of the catalogue says what each means."""


@dataclass(frozen=True, slots=True)
class Row:
    """One obligation.

    observable: for each role under test "yes", or the reason why it cannot be seen.
    is_keyed: whether the sentence has a keyword of BCP 14; rules without one have ids ending in `-u1`.
    """

    id: str
    section: str
    actor: tuple[str, ...]
    level: str
    summary: str
    observable: Mapping[str, str]
    is_keyed: bool

    @property
    def document(self) -> str:
        """Name of the catalogue, such as rfc9113."""
        return self.id.partition("/")[0]

    def is_observable(self, role: str) -> bool:
        """Whether a harness can see on the wire that a target in `role` obeys."""
        return self.observable[role] == "yes"


def load_rows(folder: Path = VECTORS) -> dict[str, Row]:
    """Read every catalogue, by id in the order of the files and their rows.

    Raises VectorError with file and line for a broken row or an id that exists twice.
    """
    rows: dict[str, Row] = {}
    for path in sorted((folder / "requirements").glob("*.yaml")):
        root = load(path).fields(("format", "document", "title", "requirements"))
        root["format"].integer(1, 1)
        document = root["document"].text()
        for value in root["requirements"].items():
            row = _row(value)
            if row.document != document:
                raise value.error(f"requirement {row.id} does not belong to {document}")
            if row.id in rows:
                raise value.error(f"requirement {row.id} exists already")
            rows[row.id] = row
    return rows


def _row(value: Value) -> Row:
    keys = value.fields(("id", "section", "actor", "level", "summary", "observable"), ("keyed",))
    observable = keys["observable"].fields(ROLES)
    return Row(
        id=keys["id"].text(),
        section=keys["section"].text(),
        actor=tuple(actor.one_of(ACTORS, "an actor:") for actor in keys["actor"].items()),
        level=keys["level"].one_of(LEVELS, "a level:"),
        summary=keys["summary"].text(),
        observable={
            role: seen.one_of(("yes", *REASONS), "yes or why not:") for role, seen in observable.items()
        },
        is_keyed=keys["keyed"].boolean() if "keyed" in keys else True,
    )
