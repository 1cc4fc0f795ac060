"""A case of the suite as a document that can be shortened: fewer steps, frames, fields, settings.

It keeps its situation, so that the verdict table goes on to decide, and its good twin where it has one.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from .caseyaml import Case, Hex
from .cutting import Stays, without_what_does_no_harm
from .errors import Exit, InteropError

VECTORS = Path(__file__).parent.parent / "vectors"

Place: TypeAlias = tuple[int | str, ...]
"""Keys and positions that lead from the case to what is taken out."""

_LISTS = ("fields", "headers", "settings", "block", "omit")
"""What a frame lists one by one."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2 as the vectors have it: `on` is text, and what stands in quotes goes back into quotes."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _scalar(_: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    if node.style in ("'", '"'):
        return Hex(node.value)
    return {"true": True, "false": False}.get(node.value, node.value)


_Loader.add_constructor("tag:yaml.org,2002:str", _scalar)


def load(case_id: str, files: Sequence[Path] = ()) -> Case:
    """Return the case of a full id, from `files` or from the suite.  Raises InteropError."""
    suite, _, slug = case_id.rpartition("/")
    for file in (*files, VECTORS / f"{suite}.yaml"):
        if not file.is_file():
            continue
        # The loader is a SafeLoader.
        document = yaml.load(file.read_text(encoding="utf-8"), _Loader)
        for case in document["cases"]:
            if (document["suite"], case["id"]) == (suite, slug):
                profile = {"profile": document["profile"]} if "profile" in document else {}
                return Case({**profile, **case})
    raise InteropError(f"no file holds the case {case_id}", Exit.INVALID)


def minimise(case: Case, stays: Stays[Case]) -> Case:
    """Return a case of which `stays` is true as it is of `case`, with nothing left to take out."""
    # What it depends on does not stand beside it any more.
    case = Case({key: value for key, value in case.items() if key != "after"})
    before = None
    while case != before:
        before = case
        for cuts in (_steps, _frames, _items):
            case = without_what_does_no_harm(case, list(cuts(case)), _without, stays)
    return case


def _steps(case: Case) -> Iterator[Place]:
    steps = case["steps"]
    last = max(number for number, step in enumerate(steps) if _is_expect(step))
    for number, step in enumerate(steps):
        if number not in (0, last) and step != "handshake":
            yield ("steps", number)


def _is_expect(step: Any) -> bool:
    return isinstance(step, dict) and "expect" in step


def _frames(case: Case) -> Iterator[Place]:
    for number, step in enumerate(case["steps"]):
        sent = step.get("send") if isinstance(step, dict) else None
        if isinstance(sent, list) and len(sent) > 1:
            yield from (("steps", number, "send", position) for position in range(len(sent)))


def _items(case: Case) -> Iterator[Place]:
    for number, step in enumerate(case["steps"]):
        sent = step.get("send") if isinstance(step, dict) else None
        frames = sent if isinstance(sent, list) else [sent]
        for position, frame in enumerate(frames):
            where: Place = ("steps", number, "send", *((position,) if isinstance(sent, list) else ()))
            for name, values in (frame or {}).items():
                for key in _LISTS:
                    listed = values.get(key)
                    keys = range(len(listed)) if isinstance(listed, list) else listed
                    if isinstance(listed, list | dict):
                        yield from ((*where, name, key, item) for item in keys)


def _without(case: Case, places: frozenset[Place]) -> Case:
    case = deepcopy(case)
    # From the back, so that the positions in front stay what they are.
    for place in sorted(
        places, key=lambda place: [(isinstance(key, str), key) for key in place], reverse=True
    ):
        holder: Any = case
        for key in place[:-1]:
            holder = holder[key]
        del holder[place[-1]]
    return case


def _order(place: Place) -> list[tuple[bool, int | str]]:
    return [(isinstance(key, str), key) for key in place]
