"""`h2interop list`: the peers, which of them are here, and how to get the others."""

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from ..errors import Exit
from ..registry import all_peers

WIDTH = 240
"""Columns that the longest reason and hint need together."""


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser("list", help="list the peers and what is installed")
    parser.add_argument("--install-hints", action="store_true", help="say how to get each of them")
    parser.add_argument("--json", action="store_true", help="as JSON Lines")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Look for every peer."""
    # Not wrapped: a hint is a line to be copied.
    console = Console(highlight=False, soft_wrap=True, width=WIDTH)
    table = Table(box=None, pad_edge=False, header_style="bold")
    hint = ("how to install",) if arguments.install_hints else ()
    for heading in ("part", "peer", "set", "version", *hint):
        table.add_column(heading, no_wrap=True)
    for peer in all_peers():
        found = peer.available()
        kind = "default" if peer.default else "extended"
        if arguments.json:
            record = {
                "part": peer.part,
                "peer": peer.name,
                "set": kind,
                "version": found.version,
                "reason": found.reason,
                "hint": peer.hint,
            }
            print(json.dumps(record))
            continue
        version = found.version if found else f"[dim]not installed: {found.reason}[/]"
        table.add_row(peer.part, peer.name, kind, version, *([peer.hint] if arguments.install_hints else []))
    if not arguments.json:
        console.print(table, crop=False)
    return Exit.OK
