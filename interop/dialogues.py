"""Random dialogues as cases that any server can be given, and their minimisation by vote."""

from collections.abc import Mapping
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from .ballot import Ballots
from .dialogue_case import case, write_cases
from .minimise import Dialogue
from .minimise import minimise as make_short
from .moves import LOCAL
from .stray import server_moves

_from_the_peer = server_moves.filter(lambda move: move.kind not in LOCAL)
dialogues: st.SearchStrategy[Dialogue] = st.lists(_from_the_peer, min_size=1, max_size=8).map(tuple)


def draw(number: int, seed_number: int) -> list[Dialogue]:
    """Draw `number` dialogues; the same seed gives the same."""
    drawn: list[Dialogue] = []

    @seed(seed_number)
    @settings(
        max_examples=number,
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


def write(dialogues_by_slug: Mapping[str, Dialogue], file: Path) -> None:
    """Write a suite of dialogues."""
    write_cases([case(slug, dialogue) for slug, dialogue in dialogues_by_slug.items()], file)


def minimise(dialogue: Dialogue, ballots: Ballots) -> Dialogue:
    """Shorten as long as every voter does what it did; return `dialogue` if they agree this time."""
    same = ballots.same_as(case("dialogue", dialogue))
    if same is None:
        return dialogue
    return make_short(dialogue, lambda candidates: same([case("dialogue", one) for one in candidates]))
