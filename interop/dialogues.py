"""Random dialogues as cases that any server can be given, and their minimisation by vote."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from .moves import LOCAL, Move
from .stray import server_moves
from .vote import Vote

Dialogue = tuple[Move, ...]

_from_the_peer = server_moves.filter(lambda move: move.kind not in LOCAL)
dialogues: st.SearchStrategy[Dialogue] = st.lists(_from_the_peer, min_size=1, max_size=8).map(tuple)


class _Quoted(str):
    """Text that YAML shows in quotes: hexadecimal octets have to be."""


class _Dumper(yaml.SafeDumper):
    """A dumper of its own, since representers belong to the class."""


_Dumper.add_representer(
    _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)

OUTCOMES = (
    *("serve", "drop", "malformed", "stream_error(*)", "connection_error(*)", "close"),
    *(f"response({hundred}xx)" for hundred in (2, 3, 4, 5)),
)
"""Everything that can be observed: a vote wants the observation, not a verdict."""


def draw(count: int, seed_number: int) -> list[Dialogue]:
    """Draw `count` dialogues; the same seed gives the same."""
    drawn: list[Dialogue] = []

    @seed(seed_number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(dialogues)
    def keep(dialogue: Dialogue) -> None:
        drawn.append(dialogue)

    keep()
    return drawn


def case(slug: str, dialogue: Dialogue) -> dict[str, Any]:
    """Return a dialogue as a case: one write a move, then whatever is observed on the last move's stream."""
    sends = [{"send": {"RAW": {"octets": _Quoted(move.octets.hex(" "))}}} for move in dialogue]
    last = dialogue[-1]
    expect: dict[str, Any] = {"outcome": list(OUTCOMES)}
    if last.stream_id:
        expect["stream"] = last.stream_id
    return {
        "id": slug,
        "title": " then ".join(f"{move.kind}{f' {move.label}' if move.label else ''}" for move in dialogue),
        "req": [],
        "level": "INFO",
        "control": "none: a vote asks for the observation, not for a verdict",
        "steps": ["handshake", *sends, {"expect": expect}],
    }


def write(dialogues_by_slug: dict[str, Dialogue], file: Path) -> None:
    """Write a suite of dialogues."""
    suite = {
        "format": 1,
        "suite": f"votes/{file.stem}",
        "spec": "RFC 9113 5",
        "role": "server",
        "cases": [case(slug, dialogue) for slug, dialogue in dialogues_by_slug.items()],
    }
    text = yaml.dump(suite, Dumper=_Dumper, sort_keys=False, width=110)
    file.write_text(text, encoding="utf-8")


def shorter(dialogue: Dialogue) -> list[Dialogue]:
    """Return every dialogue that lacks one move of this one."""
    return [dialogue[:i] + dialogue[i + 1 :] for i in range(len(dialogue)) if len(dialogue) > 1]


def minimise(dialogue: Dialogue, folder: Path, ask: Callable[[Path], Sequence[Vote]]) -> Dialogue:
    """Drop moves as long as the voters still disagree; every round asks about all candidates at once."""
    for number in range(len(dialogue)):
        candidates = {f"without-{i}": candidate for i, candidate in enumerate(shorter(dialogue))}
        if not candidates:
            break
        file = folder / f"round-{number}.yaml"
        write(candidates, file)
        split = [vote for vote in ask(file) if len(vote.clusters) > 1]
        if not split:
            break
        dialogue = candidates[split[0].case.rpartition("/")[2]]
    return dialogue
