"""`h2interop list`: the peers, which of them are here, and how to get the others."""

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from ..errors import Exit
from ..registry import all_peers


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser("list", help="list the peers and what is installed")
    parser.add_argument("--install-hints", action="store_true", help="say how to get each of them")
    parser.add_argument("--json", action="store_true", help="as JSON Lines")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Look for every peer."""
    console = Console(highlight=False)
    table = Table("part", "peer", "set", "version", box=None, pad_edge=False, header_style="bold")
    if arguments.install_hints:
        table.add_column("how to install")
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
        console.print(table)
    return Exit.OK
