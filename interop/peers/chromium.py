"""Chromium, headless, without a driver: a page of the origin runs the scenarios and the DOM is dumped."""

import base64
import hashlib
import html
import re
import shlex
import shutil
import ssl
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..home import PROGRAMS
from ..processes import run
from ..results import Transport
from ..scenarios import Scenario
from .base import Available
from .client import ClientPeer, Report, Visit, read_claims

TIMEOUT_S = 40.0
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
)


class Chromium(ClientPeer):
    """Chromium's network stack."""

    name = "chromium"
    default = True
    hint = "apt-get install chromium-headless-shell"
    page = (PROGRAMS / "browser.html").read_text(encoding="utf-8")
    lacks: ClassVar = {Transport.H2C: "browsers speak HTTP/2 over TLS only"}

    def available(self) -> Available:
        """Look for a browser and ask for its version."""
        name = _browser()
        if name is None:
            return Available(reason=f"none of {', '.join(NAMES)} in PATH")
        found = re.search(r"(\d+(?:\.\d+)+)", run([name, "--version"], timeout_s=20).output)
        return Available(found.group(1) if found else "?")

    def drive(self, visit: Visit) -> Report:
        """Open the page and wait for its end, in the browser's virtual time."""
        done = run(
            [
                _browser() or "",
                *FLAGS,
                f"--ignore-certificate-errors-spki-list={_pin(visit)}",
                f"--user-data-dir={visit.folder / 'profile'}",
                "--virtual-time-budget=30000",
                "--dump-dom",
                f"{visit.base}/page",
            ],
            timeout_s=TIMEOUT_S,
        )
        text = html.unescape(done.stdout.decode(errors="replace"))
        shown = text[text.find('<pre id="claims">') :] + done.stderr.decode(errors="replace")
        return Report(
            read_claims(text, done.returncode),
            dict.fromkeys(Scenario, shlex.join(done.command)),
            dict.fromkeys(Scenario, shown),
        )


def _browser() -> str | None:
    return next((name for name in NAMES if shutil.which(name)), None)


def _pin(visit: Visit) -> str:
    """Return the digest of the leaf's public key: Chromium accepts what has it, trusted or not."""
    first = visit.certificates.chain.read_text().split("-----END CERTIFICATE-----")[0]
    certificate = x509.load_der_x509_certificate(
        ssl.PEM_cert_to_DER_cert(f"{first}-----END CERTIFICATE-----\n")
    )
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


PEERS = (Chromium(),)
