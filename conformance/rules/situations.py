"""Reads vectors/verdicts.yaml: what the RFCs allow in each situation, and what the flags mean."""

from dataclasses import dataclass
from pathlib import Path

from ..reading.nodes import Value, load
from ..reading.places import VECTORS
from .outcome import Outcome, parse_outcome


@dataclass(frozen=True, slots=True)
class Acceptable:
    """An outcome that is allowed though it is not the best, and the flag that says why."""

    outcomes: tuple[Outcome, ...]
    flag: str


@dataclass(frozen=True, slots=True)
class Situation:
    """One row of the table."""

    name: str
    role: str
    section: str
    when: str
    best: tuple[Outcome, ...]
    acceptable: tuple[Acceptable, ...]
    forbidden: tuple[Outcome, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Flag:
    """What a flag beside a verdict means; an informational one changes no verdict."""

    name: str
    section: str
    meaning: str
    information: bool


@dataclass(frozen=True, slots=True)
class Situations:
    """The whole table."""

    situations: dict[str, Situation]
    flags: dict[str, Flag]


def parse_acceptable(value: Value, flags: dict[str, Flag] | None) -> Acceptable:
    """Read `{outcome: .., flag: ..}`; the flag has to be known when `flags` is given."""
    fields = value.fields(required=("outcome", "flag"), optional=("when", "why"))
    flag = fields["flag"].text()
    if flags is not None and flag not in flags:
        raise fields["flag"].error(f"unknown flag {flag!r}")
    return Acceptable(tuple(parse_outcome(item) for item in fields["outcome"].one_or_more()), flag)


def _situation(name: str, value: Value, flags: dict[str, Flag]) -> Situation:
    keys = value.fields(
        required=("section", "when", "best", "why"),
        optional=("role", "profile", "acceptable", "forbidden", "never"),
    )
    return Situation(
        name,
        keys["role"].text() if "role" in keys else "server",
        keys["section"].text(),
        keys["when"].text(),
        tuple(parse_outcome(item) for item in keys["best"].items()),
        tuple(parse_acceptable(item, flags) for item in keys["acceptable"].items())
        if "acceptable" in keys
        else (),
        tuple(parse_outcome(item) for item in keys["forbidden"].items()) if "forbidden" in keys else (),
        keys["why"].text(),
    )


def _flag(name: str, value: Value) -> Flag:
    keys = value.fields(required=("section", "meaning"), optional=("information",))
    information = keys["information"].boolean() if "information" in keys else False
    return Flag(name, keys["section"].text(), keys["meaning"].text(), information)


def load_situations(folder: Path = VECTORS) -> Situations:
    """Read the table.  Raises VectorError."""
    root = load(folder / "verdicts.yaml").fields(required=("format", "flags", "general", "situations"))
    if root["format"].integer() != 1:
        raise root["format"].error("only format 1 is known")
    flags = {name: _flag(name, value) for name, value in root["flags"].mapping().items()}
    situations = {
        name: _situation(name, value, flags) for name, value in root["situations"].mapping().items()
    }
    return Situations(situations, flags)
