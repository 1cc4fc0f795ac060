"""Search for disagreements between us and a peer: Hypothesis proposes and minimises, the first is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from hypothesis.strategies import SearchStrategy

from .differences import Difference

Example = TypeVar("Example")

SHARD = 2000
"""Examples that Hypothesis keeps in mind at a time, so as not to try the same twice: some 80 KiB each."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What one side did and the other did not, on the same input."""

    kind: str
    peer: str
    version: str
    features: frozenset[str]
    ours: str
    theirs: str
    detail: str
    """Both outcomes in full, for a reader."""
    case: dict[str, Any]
    """The input as a case of the vectors' YAML: `role` and what a case holds, expecting what ours did."""
    given: Any = None
    """The input itself, where it can be shortened further."""

    def explained(self, differences: Sequence[Difference]) -> Difference | None:
        """Return the accepted difference that covers this one, if any does."""
        for difference in differences:
            if difference.explains(self.kind, self.peer, self.features, self.ours, self.theirs):
                return difference
        return None


Begin: TypeAlias = Callable[[], None]
Judge: TypeAlias = Callable[[Disagreement], None]
Stays: TypeAlias = Callable[[Disagreement], bool]


class Unexplained(AssertionError):
    """A disagreement that no accepted difference covers."""

    def __init__(self, disagreement: Disagreement) -> None:
        super().__init__(
            f"{disagreement.peer} {disagreement.version}: ours {disagreement.ours}, "
            f"theirs {disagreement.theirs}: {disagreement.detail}"
        )
        self.disagreement = disagreement


class Comparing(Protocol):
    """One kind of comparison, as a test that Hypothesis runs."""

    @property
    def name(self) -> str:
        """What a report calls it."""

    def run(self, chosen: settings, seed_number: int, begin: Begin, judge: Judge) -> None:
        """Run the test: call `begin` for every example and `judge` with every disagreement."""

    def shorten(self, found: Disagreement, stays: Stays, /) -> Disagreement:
        """Make it shorter than Hypothesis did, as long as `stays` is true of what is found then."""


@dataclass(frozen=True, slots=True)
class Search(Generic[Example]):
    """A comparison of whole inputs: what to try, and how to compare."""

    name: str
    strategy: SearchStrategy[Example]
    compare: Callable[[Example], list[Disagreement]]

    def run(self, chosen: settings, seed_number: int, begin: Begin, judge: Judge) -> None:
        """Draw inputs and compare."""

        @seed(seed_number)
        @chosen
        @given(self.strategy)
        def attempt(example: Example) -> None:
            begin()
            for disagreement in self.compare(example):
                judge(disagreement)

        attempt()

    def shorten(self, found: Disagreement, _: Stays, /) -> Disagreement:
        """Return it: Hypothesis has shortened whole inputs to their octets."""
        return found


@dataclass(frozen=True, slots=True)
class StateMachine:
    """A comparison move by move: Hypothesis chooses each by what the moves before it led to."""

    name: str
    make: Callable[[Judge], RuleBasedStateMachine]
    steps: int
    shorter: Callable[[Disagreement, Stays], Disagreement]

    def run(self, chosen: settings, seed_number: int, begin: Begin, judge: Judge) -> None:
        """Run the machine."""

        @seed(seed_number)
        def machine() -> RuleBasedStateMachine:
            begin()
            return self.make(judge)

        # The parameter is annotated as a class; any function that returns a machine does, says its docstring.
        run_state_machine_as_test(
            cast(type[RuleBasedStateMachine], machine),
            settings=settings(chosen, stateful_step_count=self.steps),
        )

    def shorten(self, found: Disagreement, stays: Stays, /) -> Disagreement:
        """Take out what Hypothesis can not: frames of a move, fields, octets."""
        return self.shorter(found, stays)


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search."""

    examples: int
    explained: dict[str, int]
    """Accepted differences by id, and how often each was met."""
    unexplained: Disagreement | None
    """The minimised first disagreement that nothing explains."""


def search(kind: Comparing, differences: Sequence[Difference], *, examples: int, seed_number: int) -> Found:
    """Try `examples` inputs; stop at the first unexplained disagreement, minimised.

    They are tried in shards, each with the next seed: Hypothesis keeps in mind all that it tried.
    """
    tried = 0
    explained: dict[str, int] = {}

    def begin() -> None:
        nonlocal tried
        tried += 1

    def judge(disagreement: Disagreement) -> None:
        known = disagreement.explained(differences)
        if known is None:
            raise Unexplained(disagreement)
        explained[known.id] = explained.get(known.id, 0) + 1

    try:
        for number, first in enumerate(range(0, examples, SHARD)):
            kind.run(_chosen(min(SHARD, examples - first)), seed_number + number, begin, judge)
    except Unexplained as found:
        seen = found.disagreement

        def stays(other: Disagreement) -> bool:
            same = (other.ours, other.theirs) == (seen.ours, seen.theirs)
            return same and other.explained(differences) is None

        return Found(tried, explained, kind.shorten(seen, stays))
    except Flaky as flaky:
        raise AssertionError(f"{kind.name}: the same input gave two outcomes: {flaky}") from flaky
    return Found(tried, explained, None)


def _chosen(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
