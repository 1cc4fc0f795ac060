"""`h2conf vectors import` and `h2conf vectors export`: exchange with the formats of other projects."""

import argparse
import fnmatch
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import NothingSelected, UsageError
from ..exchange.exporting import EXPORTERS
from ..exchange.importing import IMPORTERS, Request, import_files, json_files
from ..exchange.losses import Losses
from ..exchange.plain import Suite, load_suites, suite_files
from ..exchange.yaml_text import suite_text
from ..exitcodes import Exit
from ..frame.vector import LEVELS
from ..reading.places import VECTORS


def register(subparsers: Any) -> None:
    """Add both parsers below `vectors`."""
    importer = subparsers.add_parser("import", help="turn JSON files of another format into YAML suites")
    importer.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="JSON files, or folders of them"
    )
    importer.add_argument("--from", dest="format", required=True, choices=sorted(IMPORTERS))
    importer.add_argument(
        "--req", action="append", metavar="ID", help="requirement of each case (import/FORMAT)"
    )
    importer.add_argument("--level", default="INFO", choices=LEVELS, help="level of each case (INFO)")
    importer.add_argument("--suite", metavar="NAME", help="name of the suite (imported-...)")
    importer.add_argument(
        "--out", type=Path, metavar="DIR", help="write DIR/SUITE.yaml; else standard output"
    )
    importer.set_defaults(execute=execute_import)

    exporter = subparsers.add_parser("export", help="write vectors in another format")
    exporter.add_argument(
        "select", nargs="*", metavar="SUITE", help="suites by name or glob, or YAML files (all)"
    )
    exporter.add_argument("--to", dest="format", required=True, choices=sorted(EXPORTERS))
    exporter.add_argument(
        "--out", type=Path, metavar="DIR", help="write files below DIR; else standard output"
    )
    exporter.add_argument("--vectors", type=Path, default=VECTORS, metavar="DIR", help=argparse.SUPPRESS)
    exporter.set_defaults(execute=execute_export)


def execute_import(arguments: argparse.Namespace) -> int:
    """Import; what could not be carried is told on standard error."""
    request = Request(
        files=tuple(json_files(arguments.paths)),
        req=tuple(arguments.req or (f"import/{arguments.format}",)),
        level=arguments.level,
        suite=arguments.suite,
    )
    if not request.files:
        raise NothingSelected("no JSON file there")
    imported = import_files(arguments.format, request)
    _tell(imported.losses, "our vectors", imported.refused)
    if not imported.suites:
        raise NothingSelected("no case could be imported")
    comment = f"Imported from {arguments.format}."
    texts = {f"{suite['suite']}.yaml": suite_text(suite, comment) for suite in imported.suites}
    _write(texts, arguments.out)
    return Exit.OK


def execute_export(arguments: argparse.Namespace) -> int:
    """Export; what could not be carried is told on standard error."""
    suites = list(_selected(arguments.select, arguments.vectors))
    if not suites:
        raise NothingSelected(f"no suite matches {' '.join(arguments.select)}")
    exported = EXPORTERS[arguments.format](suites, arguments.vectors)
    if not exported.losses.cases:
        raise NothingSelected(f"no suite has cases for {arguments.format}")
    _tell(exported.losses, arguments.format, ())
    _write(exported.files, arguments.out)
    return Exit.OK


def _selected(select: Iterable[str], root: Path) -> Iterable[Suite]:
    patterns = [text for text in select if not text.endswith(".yaml")]
    files = [Path(text) for text in select if text.endswith(".yaml")]
    if files:
        yield from load_suites(root, files)
    if patterns or not files:
        # A suite is named after its file, so that only the files asked for are read.
        chosen = [path for path in suite_files(root) if _is_chosen(path, root, patterns)]
        yield from load_suites(root, chosen) if chosen else ()


def _is_chosen(path: Path, root: Path, patterns: list[str]) -> bool:
    name = path.relative_to(root).with_suffix("").as_posix()
    return not patterns or any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _tell(losses: Losses, target: str, refused: Iterable[str]) -> None:
    for line in (*refused, *losses.lines(target)):
        print(line, file=sys.stderr)


def _write(texts: dict[str, str], folder: Path | None) -> None:
    if folder is None:
        if len(texts) > 1:
            raise UsageError(f"{len(texts)} files do not fit on standard output: give --out DIR")
        sys.stdout.writelines(texts.values())
        return
    for name, text in texts.items():
        path = (folder / name).resolve()
        # A name may come from an imported file's `source`: it never leads out of the folder.
        if not path.is_relative_to(folder.resolve()):
            raise UsageError(f"the file name {name!r} leads out of {folder}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"wrote {len(texts)} file{'s' if len(texts) != 1 else ''} to {folder}", file=sys.stderr)
