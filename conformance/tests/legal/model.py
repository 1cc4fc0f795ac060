"""What a legal variant is: the text that allows it, the change itself, what it may fail all the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.cases.case import Case

from ..mutants.gate import Gate
from ..mutants.model import Change, chosen


@dataclass(frozen=True)
class Variant(Change):
    """One change to the embedded server that breaks no MUST.

    section: what allows it.
    witnesses: cases that bear on the change, or that it failed when their judge was wrong.
    excused: cases of level SHOULD that it fails, each with the reason.
    Patterns of cases are written without `server/`.
    """

    name: str
    section: str
    sentence: str
    witnesses: tuple[str, ...] = ()
    excused: Mapping[str, str] = field(default_factory=dict)
    gate: type[Gate] = Gate

    def __hash__(self) -> int:
        """Variants are told apart by their names."""
        return hash(self.name)

    def excuse(self, case: Case) -> str | None:
        """Return why the variant may fail a case."""
        return next((why for pattern, why in self.excused.items() if chosen(case, (pattern,))), None)


Hooks = dict[str, Any]
"""What is changed, by the names of the hooks."""
Row = tuple[str, str, str, Hooks]
"""Name, section, sentence, and what is changed."""


def variants(rows: Iterable[Row]) -> list[Variant]:
    """Make variants of a table."""
    return [Variant(name, section, sentence, **change) for name, section, sentence, change in rows]
