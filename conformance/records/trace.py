"""Requirement -> cases: which obligation is judged by which case, and which by none."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import UsageError
from ..reading.nodes import load
from ..reading.places import VECTORS
from ..rules.catalogue import ABSOLUTE, ROLES, Row
from .record import Line

FOLDERS: Final = ("server", "client", "proxy", "hpack", "frames")
ROLE_UNDER_TEST: Final = {role: role for role in ROLES} | {"frame": "codec"}
"""Role of a vector file -> role of the catalogue: a reader of single frames is a codec too."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A case and a requirement it cites; `path` and `line` of the case for messages."""

    case: str
    role: str
    requirement: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Traced:
    """One row with the cases that cite it, by role."""

    row: Row
    cases: Mapping[str, tuple[str, ...]]

    def is_covered(self, role: str) -> bool:
        """Whether a case of this role cites it."""
        return bool(self.cases.get(role))

    def is_gap(self, role: str) -> bool:
        """Whether it can be seen on a target in `role` and no case looks."""
        return self.row.is_observable(role) and not self.is_covered(role)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Numbers of one role over the selected rows.  `absolute` counts MUST and MUST NOT alone."""

    role: str
    observable: int
    covered: int
    absolute: int
    absolute_covered: int
    keyed: int
    unkeyed: int
    reasons: Mapping[str, int]

    @property
    def percent(self) -> float:
        """Covered part of the observable MUST and MUST NOT rows, 0 to 100; 100 when there are none."""
        return 100.0 * self.absolute_covered / self.absolute if self.absolute else 100.0


def load_citations(folder: Path = VECTORS) -> list[Citation]:
    """Read what every vector file cites.

    Raises VectorError for a file that has not even this much, UsageError for a folder without vector files.
    """
    found: list[Citation] = []
    paths = [path for name in FOLDERS for path in sorted((folder / name).glob("*.yaml"))]
    if not paths:
        raise UsageError(f"{folder} holds no vectors: expected YAML files in one of {', '.join(FOLDERS)}")
    for path in paths:
        root = load(path)
        keys = root.mapping()
        if "suite" not in keys or "cases" not in keys:
            raise root.error("a vector file needs suite and cases")
        role = keys["role"].one_of(ROLE_UNDER_TEST, "a role:") if "role" in keys else "server"
        suite = keys["suite"].text()
        for case in keys["cases"].items():
            fields = case.mapping()
            if "id" not in fields or "req" not in fields:
                raise case.error("a case needs id and req")
            name = f"{suite}/{fields['id'].text()}"
            found += [
                Citation(name, ROLE_UNDER_TEST[role], item.text(), item.source.path, item.line)
                for item in fields["req"].items()
            ]
    return found


def case_ids(folder: Path = VECTORS) -> set[str]:
    """Return the ids of all cases of every role."""
    return {citation.case for citation in load_citations(folder)}


def trace(rows: Mapping[str, Row], citations: Iterable[Citation]) -> tuple[list[Traced], list[Citation]]:
    """Return every row with its cases, and the citations of requirements that do not exist."""
    cases: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    unknown: list[Citation] = []
    for citation in citations:
        if citation.requirement in rows:
            cases[citation.requirement][citation.role].append(citation.case)
        else:
            unknown.append(citation)
    traced = [
        Traced(row, {role: tuple(dict.fromkeys(names)) for role, names in cases[row.id].items()})
        for row in rows.values()
    ]
    return traced, unknown


def coverage(traced: Collection[Traced], role: str) -> Coverage:
    """Count one role."""
    seen = [item for item in traced if item.row.is_observable(role)]
    absolute = [item for item in seen if item.row.level in ABSOLUTE]
    return Coverage(
        role=role,
        observable=len(seen),
        covered=sum(item.is_covered(role) for item in seen),
        absolute=len(absolute),
        absolute_covered=sum(item.is_covered(role) for item in absolute),
        keyed=sum(item.row.is_keyed for item in seen),
        unkeyed=sum(not item.row.is_keyed for item in seen),
        reasons=Counter(item.row.observable[role] for item in traced if not item.row.is_observable(role)),
    )


def as_json(traced: Collection[Traced], roles: Iterable[str]) -> Line:
    """Return matrix and numbers as one JSON object."""
    return {
        "format": 1,
        "requirements": [
            {
                "id": item.row.id,
                "section": item.row.section,
                "actor": list(item.row.actor),
                "level": item.row.level,
                "keyed": item.row.is_keyed,
                "summary": item.row.summary,
                "observable": dict(item.row.observable),
                "cases": {role: list(names) for role, names in item.cases.items()},
            }
            for item in traced
        ],
        "coverage": [
            {
                "role": numbers.role,
                "observable": numbers.observable,
                "covered": numbers.covered,
                "must_observable": numbers.absolute,
                "must_covered": numbers.absolute_covered,
                "must_percent": round(numbers.percent, 2),
                "keyed": numbers.keyed,
                "unkeyed": numbers.unkeyed,
                "not_observable": dict(numbers.reasons),
            }
            for numbers in (coverage(traced, role) for role in roles)
        ],
    }
