"""Suites of ours -> files of other formats, by name and text."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ..frame.judge import FLAGS
from ..frame.vector import parse_suite
from ..reading import nodes
from . import bundle, frame_export, frame_json, grouped_json, hpack_json
from .losses import Losses, NotExpressible
from .plain import Suite, plain

JSON: Final = "json"


class Exported(NamedTuple):
    """File name -> text, and what was lost on the way."""

    files: dict[str, str]
    losses: Losses


def flag_meanings(root: Path) -> dict[str, Mapping[str, str]]:
    """Return what each flag means: the table of vectors/verdicts.yaml, and the frame readers' own."""
    found: dict[str, Mapping[str, str]] = {flag: {"meaning": text} for flag, text in FLAGS.items()}
    table = root / "verdicts.yaml"
    if table.is_file():
        found |= plain(nodes.load(table))["flags"]
    return found


def _place(files: dict[str, str], name: str, text: str, other: str) -> None:
    """Keep a text under its name, or under `other` when the name is taken by another case."""
    files[name if name not in files else other] = text


def _frames(suites: list[Suite], _root: Path) -> Exported:
    losses = Losses()
    files: dict[str, str] = {}
    for suite in suites:
        if suite.role != "frame":
            continue
        for vector in parse_suite(nodes.load(suite.path), own=True).vectors:
            try:
                text = frame_json.text(frame_export.export_case(vector, losses))
            except NotExpressible as error:
                losses.left_out[str(error)] += 1
                continue
            _place(files, frame_export.file_name(vector), text, f"{vector.id}.json")
    return Exported(files, losses)


def _stories(suites: list[Suite], _root: Path) -> Exported:
    losses = Losses()
    files: dict[str, str] = {}
    for suite in suites:
        if suite.role != "codec":
            continue
        for case in suite.cases:
            try:
                text = hpack_json.text(hpack_json.export_case(case, losses))
            except NotExpressible as error:
                losses.left_out[str(error)] += 1
                continue
            name = hpack_json.file_name(case, suite.name.rpartition("/")[2])
            _place(files, name, text, f"{suite.name}/{case['id']}.json")
    return Exported(files, losses)


def _grouped(suites: list[Suite], root: Path) -> Exported:
    losses = Losses()
    files: dict[str, str] = {}
    for suite in suites:
        losses.cases += len(suite.cases)
        if suite.role not in ("frame", "codec"):
            losses.left_out["a dialogue of several steps"] += len(suite.cases)
    for role in ("frame", "codec"):
        chosen = [suite for suite in suites if suite.role == role]
        if chosen:
            document = grouped_json.document(role, chosen, flag_meanings(root))
            files[f"{role}_test.json"] = grouped_json.text(document)
    return Exported(files, losses)


def _json(suites: list[Suite], root: Path) -> Exported:
    losses = Losses()
    losses.cases = sum(len(suite.cases) for suite in suites)
    return Exported({"vectors.json": bundle.text(bundle.document(suites, root))}, losses)


EXPORTERS: Final[dict[str, Callable[[list[Suite], Path], Exported]]] = {
    JSON: _json,
    frame_json.NAME: _frames,
    hpack_json.NAME: _stories,
    grouped_json.NAME: _grouped,
}
"""Format -> what writes it."""
