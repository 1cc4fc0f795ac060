"""Granian: an ASGI server on Rust's hyper."""

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from cryptography.hazmat.primitives import serialization

from ..home import PROGRAMS, tool
from ..place import Place
from ..scenarios import Scenario
from .base import Available
from .server import Server
from .versions import of_package


class Granian(Server):
    """Granian with the ASGI application of the programs' folder."""

    name = "granian"
    hint = "pip install granian"
    default = True
    cannot = MappingProxyType(
        {
            Scenario.TRAILERS: "its ASGI offers no http.response.trailers",
            Scenario.PUSH: "its ASGI offers no http.response.push",
        }
    )

    def available(self) -> Available:
        return of_package("granian")

    def launch(self, place: Place) -> Sequence[str]:
        words = [str(tool("granian")), "--interface=asgi", "--http=2", "--host=127.0.0.1"]
        words += [f"--port={place.port}", f"--working-dir={PROGRAMS}", "--no-ws"]
        if place.certificates is not None:
            words += [
                "--ssl-protocol-min=tls1.2",
                f"--ssl-certificate={place.certificates.chain}",
                f"--ssl-keyfile={_as_pkcs8(place.certificates.key, place.folder)}",
            ]
        return [*words, "asgi:app"]


def _as_pkcs8(key: Path, folder: Path) -> Path:
    """Write `key` in the only form that Granian reads and return the new path."""
    private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    path = folder / "pkcs8.pem"
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


PEERS = (Granian(),)
