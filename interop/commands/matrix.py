"""`h2interop matrix`: run peers and show who can do what with us."""

import argparse
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from .. import evidence, quirks
from ..console import LEGEND, line, tables
from ..errors import Exit, InteropError
from ..matrix import Row, run
from ..registry import choose
from ..reports import FORMATS, Run
from ..results import Cell, Part, Result

WIDTH = 120
"""Columns that the tables need; a narrower terminal wraps them."""


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser("matrix", help="run real clients, servers and proxies against ours")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(Part)} (default: all)")
    parser.add_argument("--peers", default="", metavar="A,B", help="only these, default ones or not")
    parser.add_argument("--extended", action="store_true", help="also peers that are not in the default set")
    parser.add_argument("--require", choices=["default"], help="fail (3) if a default peer is not installed")
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="also write jsonl=FILE, html=FILE or md=FILE",
    )
    parser.add_argument("--evidence", type=Path, metavar="DIR", help="keep the evidence as files below DIR")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the peers; 1 if a failure has no explanation, 3 if a required peer is missing."""
    outputs = [_output(text) for text in arguments.output]
    try:
        parts = [Part(name) for name in arguments.parts]
    except ValueError as error:
        raise InteropError(f"{error} (parts: {', '.join(Part)})", Exit.USAGE) from error
    names = [name for name in arguments.peers.split(",") if name]
    peers = choose(parts, names, arguments.extended)
    width = max(WIDTH, shutil.get_terminal_size().columns)
    console = Console(highlight=False, soft_wrap=True, width=width)
    started = time.monotonic()
    rows = run(peers, lambda row: console.print(line(row)))
    result = Run(
        tuple(cell for row in rows for cell in row.cells),
        time.monotonic() - started,
        {peer.name: peer.hint for peer in peers},
    )
    for table in tables(result.cells):
        console.print(table, crop=False)
    console.print(LEGEND)
    for write, path in outputs:
        write(result, path)
    if arguments.evidence is not None:
        evidence.keep(result.cells, arguments.evidence)
    return _judge(console, result, rows, required=arguments.require is not None)


def _judge(console: Console, result: Run, rows: Sequence[Row], *, required: bool) -> int:
    failures = [cell for cell in result.cells if cell.result is Result.FAIL]
    open_ones = [cell for cell in failures if quirks.explain(cell) is None]
    for cell in open_ones:
        console.print(f"[red]unexplained[/]: {_name(cell)}: {cell.reason}", markup=True)
    stale = [quirk for quirk in quirks.load() if not quirk.was_seen(result.cells)]
    for quirk in stale:
        names = ", ".join(quirk.scenarios)
        console.print(f"quirk of {quirk.peer} {quirk.version} ({names}) no longer occurs: take it out")
    counts = {kind: sum(cell.result is kind for cell in result.cells) for kind in Result}
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    console.print(f"{summary}; {len(failures) - len(open_ones)} failures explained; {result.seconds:.0f} s")
    missing = {
        row.peer.name: row.peer.hint
        for row in rows
        if row.peer.default and any(cell.result is Result.NOT_INSTALLED for cell in row.cells)
    }
    if required and missing:
        for name, hint in missing.items():
            console.print(f"[red]missing[/]: {name}: {hint}")
        return Exit.HARNESS
    return Exit.FAILED if open_ones or stale else Exit.OK


def _name(cell: Cell) -> str:
    return f"{cell.peer} {cell.version} {cell.scenario} over {cell.transport}"


def _output(text: str) -> tuple[Any, Path]:
    kind, separator, path = text.partition("=")
    if not separator or kind not in FORMATS:
        raise InteropError(f"-o takes {' or '.join(f'{kind}=FILE' for kind in FORMATS)}", Exit.USAGE)
    return FORMATS[kind], Path(path)
