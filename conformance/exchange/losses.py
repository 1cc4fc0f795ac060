"""What an exchange could not carry: counted and told, never silent."""

from collections import Counter
from collections.abc import Iterator


class NotExpressible(Exception):
    """This case has no place in the other format; the text says why."""


class Losses:
    """Counts the cases that were left out, by reason, and the parts that were dropped from the others."""

    def __init__(self) -> None:
        """Start with nothing lost."""
        self.cases = 0
        self.left_out: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    @property
    def carried(self) -> int:
        """How many cases went over."""
        return self.cases - self.left_out.total()

    def lines(self, target: str) -> Iterator[str]:
        """Say it in sentences: the sum first, then the reasons."""
        if total := self.left_out.total():
            yield f"{total} of {self.cases} cases not expressible in {target}"
            for reason, count in self.left_out.most_common():
                yield f"  {count}: {reason}"
        else:
            yield f"all {self.cases} cases expressible in {target}"
        for part, count in self.dropped.most_common():
            yield f"  dropped from {count}: {part}"
