"""What the Python client programs share: print one JSON object a scenario.

These programs run in environments of their own, where nothing of the project can be imported.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from typing import Any

BASE, AUTHORITY, BODY_FILE = sys.argv[1:4]
IS_TLS = BASE.startswith("https:")
with open(BODY_FILE, "rb") as file:
    BODY = file.read()


def url(scenario: str, path: str) -> str:
    """Return the URL of a scenario; the query tells the origin's log which one it is."""
    return f"{BASE}{path}?{scenario}"


def content(status: int | None, body: bytes, **more: Any) -> dict[str, Any]:
    """Return the claims about a response with content; the status is left out where it is not shown."""
    shown = {} if status is None else {"status": status}
    return {**shown, "length": len(body), "sha256": hashlib.sha256(body).hexdigest(), **more}


def say(scenario: str, claims: dict[str, Any]) -> None:
    """Print the claims of a scenario."""
    print(json.dumps({"scenario": scenario, **claims}), flush=True)


def attempt(scenario: str, scene: Callable[[], dict[str, Any]]) -> None:
    """Run a scenario and print what it claims, or the error that it ended with."""
    try:
        claims = scene()
    except Exception as error:  # noqa: BLE001 - whatever a client raises is what is to be reported
        claims = {"error": f"{type(error).__name__}: {error}"}
    say(scenario, claims)


def unsupported(scenario: str, reason: str) -> None:
    """Print that the client has no interface for a scenario."""
    say(scenario, {"unsupported": reason})
