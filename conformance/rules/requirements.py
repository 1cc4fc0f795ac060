"""Reads vectors/requirements/*.yaml: the rules that cases cite, each with its level and summary."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..reading.places import VECTORS

_ID: Final = re.compile(r"  - id: *(\S+)\s*\Z")
_LEVEL: Final = re.compile(r"    level: *([A-Z ]+?)\s*\Z")
_SUMMARY: Final = re.compile(r"    summary: *(.+?)\s*\Z")

STRENGTH: Final = ("INFO", "MAY", "SHOULD", "MUST")
"""Levels of a case, weakest first."""

LEVEL_OF: Final[dict[str, str]] = {
    "MUST": "MUST",
    "MUST NOT": "MUST",
    "SHALL": "MUST",
    "SHALL NOT": "MUST",
    "REQUIRED": "MUST",
    "SHOULD": "SHOULD",
    "SHOULD NOT": "SHOULD",
    "RECOMMENDED": "SHOULD",
    "NOT RECOMMENDED": "SHOULD",
    "MAY": "MAY",
    "OPTIONAL": "MAY",
    "INFO": "INFO",
}
"""Keyword of a requirement -> level of a case that cites it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One rule: `level` is its keyword."""

    id: str
    level: str
    summary: str


def load_requirements(folder: Path = VECTORS) -> dict[str, Requirement]:
    """Return all requirements by id.

    The catalogues are read line by line, in the layout that `h2conf vectors lint` holds them to: a run needs
    only these three keys, and the whole of YAML would take longer than the cases.
    """
    result: dict[str, Requirement] = {}
    for path in sorted((folder / "requirements").glob("*.yaml")):
        identifier = level = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _ID.match(line):
                identifier, level = match[1].strip("\"'"), ""
            elif match := _LEVEL.match(line):
                level = match[1]
                result[identifier] = Requirement(identifier, level, "")
            elif (match := _SUMMARY.match(line)) and identifier in result:
                result[identifier] = Requirement(identifier, level, match[1].strip("\"'"))
    return result


def told(identifier: str, known: Mapping[str, Requirement]) -> str:
    """Return what there is to say about a rule beside its id."""
    if requirement := known.get(identifier):
        return f"{requirement.level}: {requirement.summary}"
    return f"({'a limit, not a' if identifier.startswith('limits/') else 'no'} rule of an RFC)"


def strongest(levels: list[str]) -> str:
    """Return the level of a case that cites rules of these keywords."""
    return max((LEVEL_OF.get(level, "INFO") for level in levels), key=STRENGTH.index, default="INFO")
