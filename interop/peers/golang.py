"""Extended client: net/http of Go's standard library (1.24 and later, which know cleartext HTTP/2)."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..home import PROGRAMS, home, tool
from ..processes import run
from .base import Available
from .client import ProgramClient, Visit, arguments

BUILD_S = 240.0
"""The first build compiles the standard library."""


class Go(ProgramClient):
    """A program built once for each version of Go and of itself."""

    name = "go"
    hint = "interop/install-peers.sh extended"
    timeout_s = 60

    def available(self) -> Available:
        """Ask for the version and build the program."""
        go = tool("go")
        if go is None:
            return Available(reason="no go in PATH")
        found = re.search(r"go(\d+)\.(\d+)\S*", run([go, "version"], timeout_s=20).output)
        if found is None or (int(found.group(1)), int(found.group(2))) < (1, 24):
            return Available(reason="go is older than 1.24")
        version = found.group()[2:]
        done = run([go, "build", "-o", str(_binary()), str(_source())], timeout_s=BUILD_S, env=_environment())
        if done.returncode != 0:
            return Available(reason=f"go build failed: {done.output[-500:]}")
        return Available(version)

    def command(self, visit: Visit) -> Sequence[str]:
        """Run what was built."""
        return [str(_binary()), *arguments(visit)]


def _source() -> Path:
    return PROGRAMS / "client.go"


def _binary() -> Path:
    return home() / "go" / "client"


def _environment() -> Mapping[str, str]:
    """No network, and caches of its own."""
    cache = home() / "go"
    return {
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=mod",
        "GOCACHE": str(cache / "cache"),
        "GOPATH": str(cache / "path"),
        "CGO_ENABLED": "0",
    }


PEERS = (Go(),)
