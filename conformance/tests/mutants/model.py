"""What a mutant is: a name, the rule it breaks, the cases that must catch it, and the change itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.cases.case import Case
from conformance.cases.select import matches
from conformance.targets.embedded import MemoryServer
from nghttp2.errors import ConnectionFault, StreamFault

if TYPE_CHECKING:
    from .gate import Gate
    from .wire import Frame

Fault = StreamFault | ConnectionFault
Rewrite = Callable[["Gate", "Frame"], "Iterable[Frame] | None"]
"""Returns the frames that go on in the frame's place; None lets it pass, changed in place or not."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a gate does to the embedded server; any of it may be left out."""

    server: Callable[[], MemoryServer] = MemoryServer
    prepare: Callable[[Gate], None] | None = None
    opening: Callable[[bytes], bytes] | None = None  # the first 24 octets of the client
    incoming: Rewrite | None = None
    outgoing: Rewrite | None = None
    fault: Callable[[Gate, Fault], Fault | None] | None = None
    stays_open: bool = False  # does not close after a connection error


@dataclass(frozen=True)
class Mutant(Change):
    """A change that breaks one rule.

    kills: selections of cases; every case of level MUST among them has to fail.
    touches: the cases that may fail besides, since they rely on the rule; no other case fails.
    Selections are written as for `h2conf run`, without `server/`; `!` takes cases out again.
    """

    name: str
    rule: str
    sentence: str
    kills: tuple[str, ...]
    touches: tuple[str, ...] = ()

    def must_fail(self, case: Case) -> bool:
        return case.level == "MUST" and chosen(case, self.kills)

    def may_fail(self, case: Case) -> bool:
        return chosen(case, self.touches) or chosen(case, self.kills)


Row = tuple[str, str, str, tuple[str, ...], tuple[str, ...], Any]
"""Name, rule, sentence, kills, touches, and what is changed."""
EVERYTHING = ("*",)
"""The radius of a mutant that hardly any case escapes; `exceptions.WHOLE` has the reason."""


def mutants(rows: Iterable[Row], hook: str | None = None) -> list[Mutant]:
    """Make mutants of a table; the last column is the named hook, or a dict of hooks."""
    return [Mutant(*row[:5], **(row[5] if hook is None else {hook: row[5]})) for row in rows]


def chosen(case: Case, patterns: Sequence[str]) -> bool:
    """Tell whether the patterns select a case; `!PATTERN` leaves out what those before it selected."""
    result = False
    for pattern in patterns:
        negated = pattern.startswith("!")
        bare = pattern.removeprefix("!")
        if ":" not in bare:
            bare = f"server/{bare}"
        if negated == result and matches(case, bare):
            result = not negated
    return result
