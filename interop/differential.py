"""Search for disagreements between us and a peer: Hypothesis proposes and minimises, the first is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from .differences import Difference

Example = TypeVar("Example")


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
    """The input as a case in the vectors' YAML form; its expectation is left for a person to decide."""

    def explained(self, differences: Sequence[Difference]) -> Difference | None:
        """Return the accepted difference that covers this one, if any does."""
        for difference in differences:
            if difference.explains(self.kind, self.peer, self.features, self.ours, self.theirs):
                return difference
        return None


class Unexplained(AssertionError):
    """A disagreement that no accepted difference covers."""

    def __init__(self, disagreement: Disagreement) -> None:
        super().__init__(
            f"{disagreement.peer} {disagreement.version}: ours {disagreement.ours}, "
            f"theirs {disagreement.theirs}: {disagreement.detail}"
        )
        self.disagreement = disagreement


@dataclass(frozen=True, slots=True)
class Search(Generic[Example]):
    """One kind of comparison: what to try, and how to compare."""

    name: str
    strategy: SearchStrategy[Example]
    compare: Callable[[Example], list[Disagreement]]


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search."""

    examples: int
    explained: dict[str, int]
    """Accepted differences by id, and how often each was met."""
    unexplained: Disagreement | None
    """The minimised first disagreement that nothing explains."""


def search(
    kind: Search[Example], differences: Sequence[Difference], *, examples: int, seed_number: int
) -> Found:
    """Try `examples` inputs; stop at the first unexplained disagreement, minimised."""
    tried = 0
    explained: dict[str, int] = {}

    @seed(seed_number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(kind.strategy)
    def attempt(example: Example) -> None:
        nonlocal tried
        tried += 1
        for disagreement in kind.compare(example):
            known = disagreement.explained(differences)
            if known is None:
                raise Unexplained(disagreement)
            explained[known.id] = explained.get(known.id, 0) + 1

    try:
        attempt()
    except Unexplained as found:
        return Found(tried, explained, found.disagreement)
    except Flaky as flaky:
        raise AssertionError(f"{kind.name}: the same input gave two outcomes: {flaky}") from flaky
    return Found(tried, explained, None)
