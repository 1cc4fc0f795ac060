"""Fake run records of h2conf: lines as it writes them, with no more than `h2interop judge` reads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PREFACE = "50 52 49 20 2a 20 48 54 54 50 2f 32 2e 30 0d 0a 0d 0a 53 4d 0d 0a 0d 0a"
SETTINGS = "00 00 06 04 00 00 00 00 00 00 02 00 00 00 00"


def entry(direction: str, wire: str, **changes: Any) -> dict[str, Any]:
    """Return a line of a transcript."""
    octets = bytes.fromhex(wire)
    is_raw = octets.startswith(b"PRI")
    return {
        "on": "a",
        "dir": direction,
        "phase": "case",
        "type": "RAW" if is_raw else "FRAME",
        "length": len(octets) if is_raw else int.from_bytes(octets[:3], "big"),
        "hex": wire,
        **changes,
    }


def sends(*wires: str) -> list[dict[str, Any]]:
    """Return a transcript that sends these frames after the handshake."""
    return [entry("send", wire) for wire in (PREFACE, SETTINGS, *wires)]


def case(slug: str, verdict: str = "pass", outcome: str = "as it should", **changes: Any) -> dict[str, Any]:
    """Return a line of a case."""
    return {
        "kind": "case",
        "id": f"server/{slug}",
        "title": f"Title of {slug}",
        "level": "MUST",
        "verdict": verdict,
        "outcome": outcome,
        "flags": [],
        "reason": "",
        "control": None,
        "transcript": sends("00 00 00 04 01 00 00 00 01"),
        **changes,
    }


def write(
    path: Path,
    cases: Sequence[Mapping[str, Any]],
    selection: Sequence[str] = (),
    seconds: float = 2.0,
    deaths: Sequence[str] = (),
) -> Path:
    """Write a whole record."""
    header = {"kind": "header", "selection": list(selection), "level": []}
    footer = {"kind": "footer", "duration_ms": seconds * 1000, "deaths": list(deaths)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in (header, *cases, footer)), encoding="utf-8")
    return path
