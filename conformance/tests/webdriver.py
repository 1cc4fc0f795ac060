"""A small WebDriver client: headless Chromium, driven through chromedriver over loopback."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Space": " ", "ShiftTab": "\ue008\ue004"}


def missing() -> str | None:
    """Return why there is no browser, or None."""
    names = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"not installed: {', '.join(names)}" if names else None


class Browser:
    """One session.  Errors of the driver raise RuntimeError."""

    def __init__(self, port: int, profile: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        options = {"binary": shutil.which("chromium"), "args": [*FLAGS, f"--user-data-dir={profile}"]}
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._path = f"/session/{session['sessionId']}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        value = json.loads(self._connection.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value:
            raise RuntimeError(f"{path}: {value['error']}: {value.get('message')}")
        return value

    def close(self) -> None:
        self._ask("DELETE", self._path)
        self._connection.close()

    def resize(self, width: int, height: int, *, mobile: bool) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        command = {"cmd": "Emulation.setDeviceMetricsOverride", "params": size}
        self._ask("POST", f"{self._path}/goog/cdp/execute", command)

    def open(self, url: str) -> None:
        # By way of an empty page: a change of the fragment alone would not load the page again.
        self._ask("POST", f"{self._path}/url", {"url": "about:blank"})
        self._ask("POST", f"{self._path}/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        return self._ask("POST", f"{self._path}/execute/sync", {"script": script, "args": list(arguments)})

    def click(self, selector: str) -> None:
        self._ask("POST", f"{self._path}/element/{self._find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        self._ask("POST", f"{self._path}/element/{self._find(selector)}/value", {"text": text})

    def press(self, key: str, times: int = 1) -> None:
        codes = KEYS[key]
        strokes = [{"type": "keyDown", "value": c} for c in codes]
        strokes += [{"type": "keyUp", "value": c} for c in reversed(codes)]
        source = {"type": "key", "id": "keyboard", "actions": strokes * times}
        self._ask("POST", f"{self._path}/actions", {"actions": [source]})

    def log(self) -> list[dict[str, Any]]:
        found = self._ask("POST", f"{self._path}/se/log", {"type": "browser"})
        assert isinstance(found, list)
        return found

    def _find(self, selector: str) -> str:
        found = self._ask("POST", f"{self._path}/element", {"using": "css selector", "value": selector})
        return str(found[ELEMENT])


@contextmanager
def browser() -> Iterator[Browser]:
    """Start chromedriver on a free port and a browser with a fresh profile; end both."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True) as driver,
    ):
        try:
            assert driver.stdout is not None
            port = next(
                int(found[1])
                for row in driver.stdout
                if (found := re.search(r"started successfully on port (\d+)", row))
            )
            session = Browser(port, profile)
            try:
                yield session
            finally:
                session.close()
        finally:
            driver.terminate()
