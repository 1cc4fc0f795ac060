"""A dialogue as a case that any server can be given: one write a move, with named frames."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .caseyaml import Case, dump
from .minimise import Dialogue
from .moves import LOCAL, Move
from .naming import named

OUTCOMES = (
    *("serve", "drop", "malformed", "stream_error(*)", "connection_error(*)", "close"),
    *(f"response({hundred}xx)" for hundred in (2, 3, 4, 5)),
)
"""Everything that can be observed: a vote wants the observation, not a verdict."""


def case(slug: str, dialogue: Dialogue) -> Case:
    """Return a dialogue as a case: one write a move, then whatever is observed on the last move's stream."""
    sends = [send(move) for move in dialogue]
    last = dialogue[-1]
    expect: dict[str, Any] = {"outcome": list(OUTCOMES)}
    if last.stream_id:
        expect["stream"] = last.stream_id
    return Case(
        id=slug,
        title=title(dialogue),
        req=[],
        level="INFO",
        control="none: a vote asks for the observation, not for a verdict",
        steps=["handshake", *sends, {"expect": expect}],
    )


def title(dialogue: Sequence[Move]) -> str:
    """Name the frames in order."""
    return " then ".join(", ".join(_names(move)) for move in dialogue)


def _names(move: Move) -> Iterator[str]:
    if move.kind in LOCAL:
        yield f"{move.kind} on {move.stream_id}"
    for item in named(move.octets):
        for name, fields in item.items():
            stream_id = fields.get("stream", 0)
            yield f"{name} on {stream_id}" if stream_id else name


def send(move: Move) -> dict[str, Any]:
    """Return one write of the peer as a step."""
    frames = named(move.octets)
    return {"send": frames[0] if len(frames) == 1 else frames}


def write_cases(cases: Sequence[Case], file: Path) -> None:
    """Write a suite of cases, named after its file."""
    suite = {
        "format": 1,
        "suite": f"votes/{file.stem}",
        "spec": "RFC 9113 5",
        "role": "server",
        "cases": list(cases),
    }
    file.write_text(dump(suite), encoding="utf-8")
