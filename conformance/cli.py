"""The command `h2conf`: builds the parser from the command modules and runs the chosen one."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from . import __version__, commands
from .errors import HarnessError
from .exitcodes import Exit
from .parser import Parser

ORDER = ("run", "list", "explain", "show", "diff", "baseline", "trace", "vectors", "serve")
"""Order of the commands in the help text; others follow by name."""


class CommandModule(Protocol):
    """A module of `commands`."""

    def register(self, subparsers: Any) -> None:
        """Add the parser of this command; argparse has no public type for `subparsers`."""


def command_modules(word: str | None = None) -> tuple[list[CommandModule], list[CommandModule]]:
    """Return the modules of the top-level commands and those below `vectors`, in order of the help text.

    word: the command that was given.  Only what it needs is imported, for a run is over in a second.
    """
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    names.sort(key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    if word == "vectors":
        names = [name for name in names if name.startswith("vectors_")]
    elif word in names:
        names = [word]
    loaded: dict[str, Any] = {n: importlib.import_module(f"{commands.__name__}.{n}") for n in names}
    below = [module for name, module in loaded.items() if name.startswith("vectors_")]
    return [module for name, module in loaded.items() if not name.startswith("vectors_")], below


def build_parser(word: str | None = None) -> argparse.ArgumentParser:
    """Build the command line: of one command, or the whole of it when `word` is none of them."""
    parser = Parser(
        prog="h2conf", description="Judge HTTP/2 servers, HPACK codecs and frame readers with YAML vectors."
    )
    parser.add_argument("--version", action="version", version=f"h2conf {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    top, below = command_modules(word)
    for module in top:
        module.register(subparsers)
    if below:
        vectors = subparsers.add_parser("vectors", help="check, format, generate and exchange the vectors")
        vectors_subparsers = vectors.add_subparsers(metavar="COMMAND", required=True)
        for module in below:
            module.register(vectors_subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    arguments = build_parser(words[0] if words else None).parse_args(words)
    try:
        return int(arguments.execute(arguments))
    except HarnessError as error:
        print(f"h2conf: {error}", file=sys.stderr)
        return int(error.exit)
    except KeyboardInterrupt:
        print("h2conf: interrupted", file=sys.stderr)
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our standard output went away (`h2conf list | head`): nobody is left to tell.
        sys.stderr.close()
        return int(Exit.OK)
