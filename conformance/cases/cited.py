"""What a case cites: rules of the catalogue, of which the strongest gives the case its level."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Protocol

from ..reading.nodes import Value
from ..rules.requirements import Requirement, strongest
from .select import Selectable

_REQUIREMENT: Final = re.compile(r"rfc[0-9]+/[0-9A-Z.]+-[0-9a-z.]+(?:#[0-9]+[a-z]?)?\Z")
_LIMIT: Final = re.compile(r"limits/[a-z0-9-]+\Z")
_IMPORTED: Final = "import/"


def check_cited(
    keys: Mapping[str, Value],
    req: tuple[str, ...],
    level: str,
    known: Mapping[str, Requirement],
    *,
    own: bool = False,
) -> None:
    """Hold that every cited rule exists and that the level is that of the strongest.  Raises VectorError.

    keys: the case, for the places of faults.  own: a user's case.  It may cite nothing, or where it was
    imported from; neither makes it stronger than INFO.
    """
    if not req:
        check_uncited(keys, level, own=own)
        return
    levels = []
    for identifier in req:
        if identifier in known:
            levels.append(known[identifier].level)
        elif _LIMIT.match(identifier) or (own and identifier.startswith(_IMPORTED)):
            levels.append("INFO")
        elif _REQUIREMENT.match(identifier):
            raise keys["req"].error(f"unknown requirement {identifier!r} (see vectors/requirements)")
        else:
            raise keys["req"].error(f"no requirement id: {identifier!r}")
    if (due := strongest(levels)) != level:
        raise keys["level"].error(f"the level is {level}, but the strongest requirement makes it {due}")


def check_uncited(keys: Mapping[str, Value], level: str, *, own: bool) -> None:
    """Hold that a case which cites nothing is a user's, and INFO.  Raises VectorError."""
    if not own:
        raise keys["req"].error("a case cites at least one requirement")
    if level != "INFO":
        raise keys["level"].error(f"a case that cites no requirement is INFO, not {level}")


class Vector(Selectable, Protocol):
    """A vector of the codec or frame role, by what it cites."""

    @property
    def slug(self) -> str:
        """Its id without the suite."""

    @property
    def imported(self) -> bool:
        """Whether it says where it came from: then who imported it answers for its level."""

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of what is acceptable."""


def check_vectors(
    root: Value,
    vectors: Sequence[Vector],
    known: Mapping[str, Requirement],
    flags: Collection[str],
    *,
    own: bool,
) -> None:
    """Hold the vectors of a file to the catalogue and the flags there are.  Raises VectorError."""
    for node, vector in zip(root.mapping()["cases"].items(), vectors, strict=True):
        root.source.case = vector.slug
        keys = node.mapping()
        if not vector.imported:
            check_cited(keys, vector.req, vector.level, known, own=own)
        for flag in vector.flags:
            if flag not in flags:
                raise keys.get("also", node).error(f"unknown flag {flag!r}")
    root.source.case = None
