"""Reads the dialogue cases of vectors/{server,client,proxy}/*.yaml, strictly: any doubt is a VectorError."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import VectorError
from ..reading.nodes import Value, load
from ..reading.places import VECTORS
from ..reading.uncollected import uncollected
from ..rules import needs
from ..rules.requirements import STRENGTH, Requirement, load_requirements
from ..rules.situations import Situations, load_situations, parse_acceptable
from .case import Case, Expect, Step, expects_error
from .cited import check_cited
from .stepspec import has_expect, parse_steps

FORMAT: Final = 1
ROLES: Final = ("server", "client", "proxy")
"""Roles that a file of cases may have."""
DRIVEN: Final = ("server",)
"""Of those, the roles whose cases can be run against a target."""
PROFILES: Final = ("rfc9113", "rfc7540", "any")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*\Z")

CASE_REQUIRED: Final = ("id", "title", "req", "level", "steps")
CASE_OPTIONAL: Final = (
    "situation",
    "needs",
    "after",
    "profile",
    "also",
    "control",
    "note",
    "slow",
    "flood",
    "whole_run",
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What cases refer to: requirements and situations."""

    requirements: Mapping[str, Requirement]
    situations: Situations


def load_catalogue(folder: Path = VECTORS) -> Catalogue:
    """Read both."""
    return Catalogue(load_requirements(folder), load_situations(folder))


def suite_files(role: str, folder: Path = VECTORS) -> list[Path]:
    """Return the files of a role, by name."""
    return sorted((folder / role).glob("*.yaml"))


def load_cases(
    role: str = "server",
    folder: Path = VECTORS,
    catalogue: Catalogue | None = None,
    wanted: Callable[[str], bool] | None = None,
) -> list[Case]:
    """Read all cases of a role, or of the `wanted` suites.  Raises VectorError at the first thing wrong."""
    catalogue = catalogue or load_catalogue(folder)
    own = folder != VECTORS
    cases: list[Case] = []
    with uncollected():
        for path in suite_files(role, folder):
            if wanted is None or wanted(f"{role}/{path.stem}"):
                cases += load_suite(path, catalogue, own=own)
    check_after(cases, wanted)
    return cases


def check_after(cases: Sequence[Case], wanted: Callable[[str], bool] | None = None) -> None:
    """Hold that whatever a case comes after is there, as far as it is `wanted`.  Raises VectorError."""
    known = {case.id for case in cases}
    for case in cases:
        for other in case.after:
            if other not in known and (wanted is None or wanted(other.rpartition("/")[0])):
                raise VectorError(case.path, case.line, case.id, f"after names the unknown case {other!r}")


def load_suite(path: Path, catalogue: Catalogue, *, own: bool = False) -> list[Case]:
    """Read one file.  Raises VectorError.  own: a user's, of which the suite has any name."""
    return parse_suite(load(path), catalogue, None if own else f"{path.parent.name}/{path.stem}")


def parse_suite(root: Value, catalogue: Catalogue, name: str | None = None) -> list[Case]:
    """Read one file.  Raises VectorError.

    name: the suite that its path stands for; None for a user's file.  Its suite has any name, and a case may
    cite no requirement: it is INFO then.
    """
    keys = root.fields(required=("format", "suite", "spec", "cases"), optional=("role", "profile", "note"))
    if keys["format"].integer() != FORMAT:
        raise keys["format"].error(f"only format {FORMAT} is known")
    suite = keys["suite"].text()
    if name is not None and suite != name:
        raise keys["suite"].error(f"the suite of this file is {name}, not {suite}")
    role = keys["role"].one_of(ROLES) if "role" in keys else "server"
    profile = keys["profile"].one_of(PROFILES) if "profile" in keys else "rfc9113"
    spec = keys["spec"].text()
    cases: list[Case] = []
    seen: set[str] = set()
    for value in keys["cases"].items():
        case = _case(value, _File(suite, spec, role, profile, own=name is None), catalogue)
        if case.id in seen:
            raise value.error("this id is taken already")
        seen.add(case.id)
        cases.append(case)
        root.source.case = None
    return cases


class _File(NamedTuple):
    """What the cases of a file have in common."""

    suite: str
    spec: str
    role: str
    profile: str
    own: bool


def _case(value: Value, file: _File, catalogue: Catalogue) -> Case:
    early = value.mapping().get("id")
    value.source.case = early.text() if early is not None and early.is_text else None
    keys = value.fields(required=CASE_REQUIRED, optional=CASE_OPTIONAL)
    slug = keys["id"].text()
    if not _SLUG.match(slug):
        raise keys["id"].error(f"an id is lower-case words joined by hyphens, not {slug!r}")
    req = tuple(item.text() for item in keys["req"].items())
    level = keys["level"].one_of(STRENGTH, "a level:")
    check_cited(keys, req, level, catalogue.requirements, own=file.own)
    situation = keys["situation"].text() if "situation" in keys else None
    if situation is not None and situation not in catalogue.situations.situations:
        raise keys["situation"].error(f"unknown situation {situation!r} (see vectors/verdicts.yaml)")
    steps = parse_steps(keys["steps"])
    if not has_expect(steps):
        raise keys["steps"].error("a case without expect judges nothing")
    if situation is None and req:
        for step in steps:
            if isinstance(step, Expect) and (expects_error(step) or step.kind in ("drop", "outcome")):
                raise value.error(f"a case that expects {step.kind} needs a situation")
    return Case(
        id=f"{file.suite}/{slug}",
        suite=file.suite,
        title=keys["title"].text(),
        spec=file.spec,
        role=file.role,
        profile=keys["profile"].one_of(PROFILES) if "profile" in keys else file.profile,
        req=req,
        level=level,
        situation=situation,
        needs=tuple(item.one_of(needs.NEEDS, "a need:") for item in keys["needs"].items())
        if "needs" in keys
        else (),
        after=tuple(item.text() for item in keys["after"].items()) if "after" in keys else (),
        also=tuple(parse_acceptable(item, catalogue.situations.flags) for item in keys["also"].items())
        if "also" in keys
        else (),
        control=_control(keys["control"]) if "control" in keys else None,
        note=keys["note"].text() if "note" in keys else None,
        steps=steps,
        slow="slow" in keys and keys["slow"].boolean(),
        flood="flood" in keys and keys["flood"].boolean(),
        path=value.source.path,
        line=value.line,
        hash=_content_hash(value),
        whole_run=_whole_run(keys["whole_run"], steps) if "whole_run" in keys else (),
        own=file.own,
    )


def _whole_run(value: Value, steps: Sequence[Step]) -> tuple[str, ...]:
    """Read the passive rules for which a case speaks: it has to judge them itself as well."""
    judged = {
        rule
        for step in steps
        if isinstance(step, Expect) and step.kind == "monitor"
        for rule in step.arguments["rules"]
    }
    return tuple(item.one_of(judged, "a rule of the case's own monitor:") for item in value.items())


def _control(value: Value) -> tuple[Step, ...] | str:
    """Read the legal twin's steps, or `none: why there is none`."""
    if value.is_sequence:
        return parse_steps(value)
    if value.is_mapping:
        return "none: " + value.fields(required=("none",))["none"].text()
    text = value.text()
    if not re.match(r"none: \S", text):
        raise value.error('expected steps, or "none: " and the reason')
    return text


def _content_hash(value: Value) -> str:
    """Return 16 hex digits of the case's content; a note is not content."""
    return hashlib.sha256(repr(_content(value, top=True)).encode()).hexdigest()[:16]


def _content(value: Value, top: bool = False) -> object:
    if value.is_mapping:
        return sorted(
            (name, _content(item)) for name, item in value.mapping().items() if not (top and name == "note")
        )
    if value.is_sequence:
        return [_content(item) for item in value.items()]
    return value.scalar_or_none()
