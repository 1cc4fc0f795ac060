"""Octets, fields and answers as short lines for reasons and transcripts."""

import time
from collections.abc import Sequence
from typing import Any, Final

from .codec import Decoded, Refused
from .vector import Field

SHOWN_OCTETS: Final = 256
SHOWN_TEXT: Final = 160
SHOWN_START: Final = 32


def octets(data: bytes) -> str:
    """Return spaced hex, cut after SHOWN_OCTETS."""
    return data[:SHOWN_OCTETS].hex(" ") + (" ..." if len(data) > SHOWN_OCTETS else "")


def block(data: bytes) -> str:
    """Return a block for the eye: its length, and its first octets as hex."""
    hexes = data[:SHOWN_START].hex(" ") + (" ..." if len(data) > SHOWN_START else "")
    return f"block of {len(data)} octets: {hexes}" if data else "block of no octets"


def field(pair: Field) -> str:
    """Return one field as `name: value`, octets that are not ASCII escaped."""
    return ": ".join(part.decode("ascii", "backslashreplace") for part in pair)


def fields(pairs: Sequence[Field]) -> str:
    """Return fields on one line, cut after SHOWN_TEXT characters."""
    text = ", ".join(repr(field(pair))[1:-1] for pair in pairs) or "no fields"
    return text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]}... ({len(pairs)} fields)"


def answer(given: Decoded | Refused) -> str:
    """Return what a decoder answered."""
    if isinstance(given, Refused):
        return f"error: {given.reason}" if given.reason else "error"
    marks = f" (never indexed: {', '.join(map(str, given.never))})" if given.never else ""
    return fields(given.fields) + marks


class Transcript:
    """Collects the entries of the run record: blocks that went in, answers that came out."""

    def __init__(self) -> None:
        """Begin in the phase `case`."""
        self.entries: list[dict[str, Any]] = []
        self._begin = time.perf_counter()
        self.phase = "case"

    def sent(self, kind: str, summary: str, data: bytes = b"") -> None:
        """Note what the codec was given."""
        self._add("send", kind, summary, data)

    def received(self, kind: str, summary: str, data: bytes = b"") -> None:
        """Note what it answered."""
        self._add("recv", kind, summary, data)

    def _add(self, direction: str, kind: str, summary: str, data: bytes) -> None:
        spent = round((time.perf_counter() - self._begin) * 1000, 3)
        entry = {"ms": spent, "on": "a", "dir": direction, "phase": self.phase, "type": kind, "stream": 0}
        entry |= {"flags": [], "length": len(data), "summary": summary, "hex": octets(data)}
        self.entries.append(entry)
