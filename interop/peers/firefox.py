"""Extended client: Firefox, headless, over WebDriver BiDi; the page of the origin runs the scenarios."""

import re
import shutil
from collections.abc import Sequence
from typing import ClassVar

from ..home import PROGRAMS, node_modules
from ..processes import run
from ..results import Transport
from .base import Available
from .client import ProgramClient, Visit

PREFERENCES = {
    "browser.shell.checkDefaultBrowser": "false",
    "datareporting.policy.dataSubmissionEnabled": "false",
    "network.captive-portal-service.enabled": "false",
    "network.connectivity-service.enabled": "false",
    "network.proxy.type": "0",
    "browser.safebrowsing.malware.enabled": "false",
    "browser.safebrowsing.phishing.enabled": "false",
    "app.update.enabled": "false",
    "services.settings.server": '"http://127.0.0.1:9/"',
}
"""Nothing but the origin is to be asked."""


class Firefox(ProgramClient):
    """Firefox's network stack, Necko."""

    name = "firefox"
    hint = "apt-get install firefox-esr; interop/install-peers.sh npm"
    page = (PROGRAMS / "browser.html").read_text(encoding="utf-8")
    lacks: ClassVar = {Transport.H2C: "browsers speak HTTP/2 over TLS only"}

    def available(self) -> Available:
        """Look for the browser, node, and the npm package whose WebSocket the program uses."""
        for name in ("firefox-esr", "node"):
            if shutil.which(name) is None:
                return Available(reason=f"no {name} in PATH")
        if not (node_modules() / "undici").exists():
            return Available(reason="undici is not among the npm packages")
        found = re.search(r"[\d.]+", run(["firefox-esr", "--version"], timeout_s=30).output)
        return Available(found.group() if found else "?")

    def command(self, visit: Visit) -> Sequence[str]:
        """Make a profile and run the program."""
        profile = visit.folder / "profile"
        profile.mkdir()
        lines = [f'user_pref("{name}", {value});' for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [
            "node",
            str(PROGRAMS / "firefox.mjs"),
            f"{visit.base}/page",
            str(profile),
            str(node_modules()),
        ]


PEERS = (Firefox(),)
