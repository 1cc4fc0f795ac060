"""JSON files of other projects -> suites of ours, ready to be written as YAML."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..errors import UsageError
from ..frame.write import case_data
from . import frame_import, frame_json, grouped_json, hpack_json
from .losses import Losses, NotExpressible


class Request(NamedTuple):
    """What the user wants of an import.

    req, level: of every imported case; where none are given, `import/FORMAT` and INFO say that nobody has
    tied the case to a rule yet.  suite: name instead of the one made from format and folder.
    """

    files: tuple[tuple[Path, str], ...]  # the file, and how its path is shown
    req: tuple[str, ...]
    level: str
    suite: str | None


class Imported(NamedTuple):
    """The suites, what was lost, and a line for each file that could not be taken."""

    suites: list[dict[str, Any]]
    losses: Losses
    refused: list[str]


def json_files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield the JSON files given, or below the folders given, each with the path that `source` keeps."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*.json")):
                yield file, file.relative_to(path).as_posix()
        elif path.is_file():
            yield path, path.name
        else:
            raise UsageError(f"no such file or folder: {path}")


def read_json(path: Path) -> Any:
    """Read a file.  Raises NotExpressible when it is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise NotExpressible("not a JSON file") from error


def slug_of(shown: str, taken: set[str]) -> str:
    """Return an id made from a path, different from those taken, and take it."""
    slug = re.sub(r"[^a-z0-9]+", "-", shown.lower().removesuffix(".json")).strip("-") or "case"
    number = 1
    unique = slug
    while unique in taken:
        number += 1
        unique = f"{slug}-{number}"
    taken.add(unique)
    return unique


def _frames(request: Request, losses: Losses, refused: list[str]) -> list[dict[str, Any]]:
    suite = request.suite or f"frames/imported-{frame_json.NAME}"
    taken: set[str] = set()
    cases = []
    for path, shown in request.files:
        try:
            document = read_json(path)
            slug = slug_of(shown, taken)
            vector = frame_import.import_case(
                document, shown, suite, slug, request.req, request.level, losses
            )
            cases.append(case_data(vector))
        except NotExpressible as error:
            _refuse(shown, error, losses, refused)
    return [_suite(suite, frame_json.NAME, "frame", cases)]


def _stories(request: Request, losses: Losses, refused: list[str]) -> list[dict[str, Any]]:
    suites: dict[str, list[dict[str, Any]]] = {}
    taken: dict[str, set[str]] = {}
    for path, shown in request.files:
        folder = path.resolve().parent.name
        suite = request.suite or f"hpack/imported-{slug_of(folder, set())}"
        slug = slug_of(Path(shown).name, taken.setdefault(suite, set()))
        try:
            case = hpack_json.import_case(read_json(path), shown, slug, request.req, request.level, losses)
            suites.setdefault(suite, []).append(case)
        except NotExpressible as error:
            _refuse(shown, error, losses, refused)
    return [_suite(suite, hpack_json.NAME, "codec", cases) for suite, cases in suites.items()]


def _grouped(request: Request, losses: Losses, refused: list[str]) -> list[dict[str, Any]]:
    suites: list[dict[str, Any]] = []
    for path, shown in request.files:
        try:
            found = grouped_json.import_suites(read_json(path))
        except NotExpressible as error:
            losses.cases += 1
            _refuse(shown, error, losses, refused)
            continue
        losses.cases += sum(len(suite["cases"]) for suite in found)
        suites += found
    return suites


def _refuse(shown: str, error: NotExpressible, losses: Losses, refused: list[str]) -> None:
    losses.left_out[str(error)] += 1
    losses.cases = max(losses.cases, losses.left_out.total())
    refused.append(f"{shown}: {error}")


def _suite(suite: str, spec: str, role: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    return {"format": 1, "suite": suite, "spec": spec, "role": role, "cases": cases}


IMPORTERS: Final[dict[str, Callable[[Request, Losses, list[str]], list[dict[str, Any]]]]] = {
    frame_json.NAME: _frames,
    hpack_json.NAME: _stories,
    grouped_json.NAME: _grouped,
}
"""Format -> what reads it."""


def import_files(name: str, request: Request) -> Imported:
    """Import files of the format `name`."""
    losses = Losses()
    refused: list[str] = []
    suites = [suite for suite in IMPORTERS[name](request, losses, refused) if suite["cases"]]
    return Imported(suites, losses, refused)
