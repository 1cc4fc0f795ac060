"""Clients on Node.js: node:http2 (libnghttp2) and undici (its own session code on node:http2)."""

import json
import shutil
from collections.abc import Sequence

from ..home import PROGRAMS, node_modules
from ..processes import run
from .base import Available
from .client import ProgramClient, Visit, arguments


class NodeHttp2(ProgramClient):
    """The core module node:http2."""

    name = "node_http2"
    default = True
    hint = "apt-get install nodejs"

    def available(self) -> Available:
        """Ask node for its version and that of nghttp2."""
        if shutil.which("node") is None:
            return Available(reason="no node in PATH")
        done = run(["node", "-p", "JSON.stringify(process.versions)"], timeout_s=20)
        versions = json.loads(done.stdout)
        return Available(f"{versions['node']} (nghttp2 {versions['nghttp2']})")

    def command(self, visit: Visit) -> Sequence[str]:
        """Run the program."""
        return ["node", str(PROGRAMS / "node_client.mjs"), *arguments(visit)]


class Undici(ProgramClient):
    """The npm package undici."""

    name = "undici"
    default = True
    hint = "interop/install-peers.sh npm"

    def available(self) -> Available:
        """Look for the package."""
        if shutil.which("node") is None:
            return Available(reason="no node in PATH")
        manifest = node_modules() / "undici" / "package.json"
        if not manifest.exists():
            return Available(reason="undici is not among the npm packages")
        return Available(json.loads(manifest.read_text())["version"])

    def command(self, visit: Visit) -> Sequence[str]:
        """Run the program; the last argument says where its packages are."""
        return ["node", str(PROGRAMS / "undici_client.mjs"), *arguments(visit), str(node_modules())]


PEERS = (NodeHttp2(), Undici())
