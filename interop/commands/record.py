"""`h2interop record`: tap real clients' connections and keep their openings as cases."""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..caseyaml import Case, dump
from ..certificates import Certificates, issue
from ..checks import BODY
from ..errors import Exit, InteropError
from ..opening import NotHTTP2, fingerprint, opening_steps
from ..origin import Origin
from ..peers.client import ClientPeer, Visit
from ..processes import run
from ..registry import choose
from ..results import Part, Transport
from ..tap import Capture, RunningTap

CLIENT_TIMEOUT_S = 60.0


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser("record", help="turn real clients' connections into cases")
    parser.add_argument("--clients", metavar="A,B", help="clients of the matrix, or `all` that are installed")
    parser.add_argument("--name", default="recorded", help="slug of the case of COMMAND (default: recorded)")
    parser.add_argument(
        "--tls", action="store_true", help="COMMAND speaks TLS; the default is prior knowledge"
    )
    parser.add_argument("--to", type=int, metavar="PORT", help="tap this loopback port, not our own server")
    parser.add_argument("-o", "--output", type=Path, help="write the suite there (default: standard output)")
    parser.add_argument(
        "command",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="a client; {url} is replaced, {ca} is the file of the authority to trust",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the clients through a tap and write their openings; 1 if one of them made no request."""
    command = [word for word in arguments.command if word != "--"]
    if not command and not arguments.clients:
        raise InteropError("give --clients, or a client's command line with {url} in it", Exit.USAGE)
    cases: list[dict[str, Any]] = []
    failed = False
    with tempfile.TemporaryDirectory(prefix="h2interop-") as folder:
        certificates = issue(Path(folder))
        if command:
            captures = _tap_command(command, certificates, arguments.tls, arguments.to)
            failed |= not _keep(cases, arguments.name, shlex.join(command), captures)
        for peer, version, transport in _clients(arguments.clients):
            captures = _tap_peer(peer, transport, certificates)
            slug = f"{peer.name.replace('_', '-')}-{transport.value}"
            failed |= not _keep(cases, slug, f"{peer.name} {version}", captures)
    text = document(cases)
    if arguments.output is None:
        print(text, end="")
    else:
        arguments.output.write_text(text, encoding="utf-8")
    return Exit.FAILED if failed else Exit.OK


def _clients(names: str | None) -> list[tuple[ClientPeer, str, Transport]]:
    """Return the installed clients of the matrix that were asked for, with each transport they can do."""
    if not names:
        return []
    wanted = () if names == "all" else tuple(names.split(","))
    found = []
    for peer in choose([Part.CLIENTS], wanted, extended=True):
        available = peer.available()
        if available and isinstance(peer, ClientPeer):
            found += [(peer, available.version, t) for t in Transport if t not in peer.lacks]
    return found


def _tap_peer(peer: ClientPeer, transport: Transport, certificates: Certificates) -> list[Capture]:
    certs = certificates if transport is Transport.TLS else None
    with tempfile.TemporaryDirectory(prefix="h2interop-") as name:
        folder = Path(name)
        body = folder / "body"
        body.write_bytes(BODY)
        with Origin(certs, peer.page) as origin, RunningTap(origin.port, certs) as tap:
            peer.drive(Visit(tap.port, transport, certificates, folder, body))
            return list(tap.captures)


def _tap_command(
    command: Sequence[str], certificates: Certificates, tls: bool, port: int | None
) -> list[Capture]:
    certs = certificates if tls else None
    with Origin(certs) as origin, RunningTap(origin.port if port is None else port, certs) as tap:
        url = f"https://localhost:{tap.port}/get" if tls else f"http://127.0.0.1:{tap.port}/get"
        authority = str(certificates.authority)
        run(
            [word.replace("{url}", url).replace("{ca}", authority) for word in command],
            timeout_s=CLIENT_TIMEOUT_S,
        )
        return list(tap.captures)


def _keep(cases: list[dict[str, Any]], slug: str, client: str, captures: Sequence[Capture]) -> bool:
    """Add the first opening that holds a request; tell whether there is one."""
    reason = "it made no connection"
    for capture in captures:
        octets = bytes(capture.sent)
        try:
            steps = opening_steps(octets)
        except NotHTTP2 as error:
            reason = str(error)
            continue
        title = f"The opening of {client} is served"
        cases.append({"id": slug, "title": title, "note": fingerprint(octets), "steps": steps})
        return True
    print(f"h2interop record: {client}: {reason}", file=sys.stderr)
    return False


def document(cases: Sequence[dict[str, Any]]) -> str:
    """Return the YAML of a suite of recorded openings."""
    suite = {
        "format": 1,
        "suite": "server/real-openings",
        "spec": "RFC 9113 3.4",
        "role": "server",
        "cases": [
            Case(
                id=case["id"],
                title=case["title"],
                req=["rfc9113/3.4-u1"],
                level="MUST",
                note=case["note"],
                steps=case["steps"],
            )
            for case in cases
        ],
    }
    return dump(suite, "Openings of real clients (h2interop record); hosts and paths are the target's.")
