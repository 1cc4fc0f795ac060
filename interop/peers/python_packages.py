"""Clients that are Python packages: httpx (h2), niquests (jh2), pycurl (libcurl), grpcio (its C core)."""

from collections.abc import Sequence
from typing import ClassVar

from ..home import PROGRAMS, python
from ..processes import run
from .base import Available
from .client import ProgramClient, Visit, arguments

_ASK = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]), sep='\\n')"


class PackageClient(ProgramClient):
    """A package in one of the virtual environments and a program that uses it."""

    default = True
    packages: ClassVar[tuple[str, ...]]
    """The client, then what else its version should tell."""
    program: ClassVar[str]
    environment_name: ClassVar[str] = "venv"

    def available(self) -> Available:
        """Ask the environment for the packages' versions."""
        interpreter = python(self.environment_name)
        if interpreter is None:
            return Available(reason=f"no environment {self.environment_name}")
        code = (
            "import sys; from importlib.metadata import version as v; print(*map(v, sys.argv[1:]), sep='\\n')"
        )
        done = run([str(interpreter), "-c", code, *self.packages], timeout_s=20)
        if done.returncode:
            return Available(reason=f"{self.packages[0]} is not in the environment {self.environment_name}")
        versions = done.stdout.decode().split()
        others = [f"{name} {v}" for name, v in zip(self.packages[1:], versions[1:], strict=True)]
        return Available(versions[0] + (f" ({', '.join(others)})" if others else ""))

    def command(self, visit: Visit) -> Sequence[str]:
        """Run the program in its environment."""
        return [
            str(python(self.environment_name)),
            str(PROGRAMS / self.program),
            *arguments(visit),
        ]


class Httpx(PackageClient):
    """httpx over hyper-h2."""

    name = "httpx"
    packages = ("httpx", "h2")
    program = "httpx_client.py"
    hint = "interop/install-peers.sh pip"


class Niquests(PackageClient):
    """niquests over jh2; it replaces urllib3 and therefore has its own environment."""

    name = "niquests"
    packages = ("niquests", "jh2")
    program = "niquests_client.py"
    environment_name = "venv-niquests"
    hint = "interop/install-peers.sh pip"


class Pycurl(PackageClient):
    """pycurl with the libcurl and nghttp2 of its wheel."""

    name = "pycurl"
    packages = ("pycurl",)
    program = "pycurl_client.py"
    hint = "interop/install-peers.sh pip"

    def available(self) -> Available:
        """Add the versions of the libraries in the wheel."""
        found = super().available()
        if not found:
            return found
        done = run([str(python()), "-c", "import pycurl; print(pycurl.version)"], timeout_s=20)
        libraries = dict(word.split("/") for word in done.stdout.decode().split() if "/" in word)
        known = [f"{name} {libraries[name]}" for name in ("libcurl", "nghttp2") if name in libraries]
        return Available(f"{found.version} ({', '.join(known)})")


class Grpcio(PackageClient):
    """The C core of gRPC (chttp2) through generic methods."""

    name = "grpcio"
    packages = ("grpcio",)
    program = "grpc_client.py"
    hint = "interop/install-peers.sh pip"


class RustH2(PackageClient):
    """Rust's h2 below hyper and reqwest, in the wheel of pyreqwest."""

    name = "rust_h2"
    default = False
    packages = ("pyreqwest",)
    program = "reqwest_client.py"
    hint = "interop/install-peers.sh extended"


PEERS = (Httpx(), Niquests(), Pycurl(), Grpcio(), RustH2())
