"""Votes on cases that are made for it: many candidates in one run, each known by its place.

A case that nobody can read, since too much was taken out of it, gets no vote and spoils no other's.
"""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from .caseyaml import Case
from .cutting import Stays
from .dialogue_case import OUTCOMES, write_cases
from .errors import InteropError
from .vote import Vote

Ask = Callable[[Path], Sequence[Vote]]
"""Runs the cases of a file on every voter."""


class Ballots:
    """Asks the voters about cases, through files in `folder`."""

    def __init__(self, folder: Path, ask: Ask) -> None:
        self._folder = folder
        self._ask = ask
        self._numbers = count()

    def votes(self, cases: Sequence[Case]) -> list[Vote | None]:
        """Return the vote on each case; None where it cannot be run."""
        if not cases:
            return []
        file = self._folder / f"ballot-{next(self._numbers)}.yaml"
        write_cases([Case({**case, "id": f"candidate-{n}"}) for n, case in enumerate(cases)], file)
        try:
            found = {vote.case.rpartition("/")[2]: vote for vote in self._ask(file)}
        except InteropError:
            if len(cases) == 1:
                return [None]
            half = len(cases) // 2
            return [*self.votes(cases[:half]), *self.votes(cases[half:])]
        return [found.get(f"candidate-{number}") for number in range(len(cases))]

    def same_as(self, case: Case) -> Stays[Case] | None:
        """Return what tells whether every voter does what it does on `case`; None if all do the same."""
        wanted = outcomes(self.votes([case])[0])
        if len(set(wanted.values())) < 2:
            return None
        return lambda candidates: [outcomes(vote) == wanted for vote in self.votes(candidates)]


def outcomes(vote: Vote | None) -> dict[str, str]:
    """Return what each voter did."""
    return {} if vote is None else {ballot.voter: ballot.outcome for ballot in vote.ballots}


def with_result(case: Case, vote: Vote) -> Case:
    """Return a case that says who did what; one that expected anything expects now what was seen."""
    said = "; ".join(f"{outcome}: {', '.join(voters)}" for outcome, voters in vote.clusters.items())
    note = f"{said}. {vote.decision[:1].upper()}{vote.decision[1:]}"
    steps = [*case["steps"]]
    expect = steps[-1].get("expect") if isinstance(steps[-1], dict) else None
    if isinstance(expect, dict) and expect.get("outcome") == list(OUTCOMES):
        steps[-1] = {"expect": {**expect, "outcome": list(vote.clusters)}}
    return Case({**case, "note": note, "steps": steps})
