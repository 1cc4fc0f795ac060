"""`h2interop serve`: run one server or proxy of the field in the foreground, ready for `exec:` targets."""

import argparse
import contextlib
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from ..certificates import issue
from ..errors import Exit, InteropError
from ..peers.server import Server
from ..place import Place
from ..processes import KILL_AFTER_S
from ..registry import all_peers
from ..results import Part, Transport


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser(
        "serve",
        help="run a server or proxy of the field on a port",
        description="Write a configuration for NAME into a folder of its own and run it in the foreground.",
        epilog="Example: h2conf run -t 'exec:h2interop serve nginx {port}'",
    )
    parser.add_argument(
        "name", metavar="NAME", help="a server, or with --upstream a proxy; `h2interop list` shows them"
    )
    parser.add_argument("port", type=int, metavar="PORT", help="loopback port to listen on")
    parser.add_argument("--tls", action="store_true", help="serve TLS with a certificate of its own")
    parser.add_argument(
        "--upstream", type=int, default=0, metavar="PORT", help="as a proxy to this port (cleartext HTTP/2)"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the program until it ends or SIGTERM comes; its end is the command's end."""
    server = find(arguments.name, Part.PROXIES if arguments.upstream else Part.SERVERS)
    transport = Transport.TLS if arguments.tls else Transport.H2C
    if transport in server.lacks:
        raise InteropError(f"{server.name}: {server.lacks[transport]}", Exit.USAGE)
    if not (available := server.available()):
        raise InteropError(f"{server.name}: {available.reason}; {server.hint}")
    with tempfile.TemporaryDirectory(prefix="h2interop-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        certificates = None
        if arguments.tls:
            certificates = issue(folder)
            print(f"certificate authority: {certificates.authority}", flush=True)
        own = folder / "own"
        own.mkdir()
        place = Place(arguments.port, own, certificates, arguments.upstream)
        returncode = _run(server, place)
    if returncode < 0:
        # Whoever watches this process is to see the same end.
        signal.signal(-returncode, signal.SIG_DFL)
        os.kill(os.getpid(), -returncode)
    return returncode


def _run(server: Server, place: Place) -> int:
    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    process = subprocess.Popen(server.launch(place), stdin=subprocess.DEVNULL)
    try:
        return process.wait()
    except (SystemExit, KeyboardInterrupt):
        process.terminate()
        raise
    finally:
        # It shares our process group, so that whoever ends the group ends it as well.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(KILL_AFTER_S)
        process.kill()
        process.wait()


def find(name: str, part: Part) -> Server:
    """Return the server or proxy of that name; raises InteropError for an unknown one."""
    for peer in all_peers():
        if isinstance(peer, Server) and peer.part is part and peer.name == name:
            return peer
    known = ", ".join(sorted(_names(part)))
    raise InteropError(f"{name} is none of our {part} (known: {known})", Exit.USAGE)


def _names(part: Part = Part.SERVERS) -> list[str]:
    return [peer.name for peer in all_peers() if isinstance(peer, Server) and peer.part is part]
