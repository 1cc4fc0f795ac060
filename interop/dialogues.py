"""Random dialogues as cases that any server can be given, and their minimisation by vote."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from .dialogue_case import case, write_cases
from .minimise import Dialogue
from .minimise import minimise as make_short
from .moves import LOCAL
from .stray import server_moves
from .vote import Vote

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


def minimise(dialogue: Dialogue, folder: Path, ask: Callable[[Path], Sequence[Vote]]) -> Dialogue:
    """Shorten as long as every voter does what it did; each round asks about all candidates at once."""
    rounds = count()

    def outcomes(candidates: Sequence[Dialogue]) -> list[dict[str, str]]:
        file = folder / f"round-{next(rounds)}.yaml"
        write({f"candidate-{number}": candidate for number, candidate in enumerate(candidates)}, file)
        votes = {vote.case.rpartition("/")[2]: vote for vote in ask(file)}
        return [_outcomes(votes.get(f"candidate-{number}")) for number in range(len(candidates))]

    (wanted,) = outcomes([dialogue])
    if len(set(wanted.values())) < 2:
        return dialogue  # it was chance: the voters agree when they are asked again
    return make_short(dialogue, lambda candidates: [found == wanted for found in outcomes(candidates)])


def _outcomes(vote: Vote | None) -> dict[str, str]:
    return {} if vote is None else {ballot.voter: ballot.outcome for ballot in vote.ballots}
