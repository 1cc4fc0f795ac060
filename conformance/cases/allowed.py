"""Says in words what a case allows: best outcomes, acceptable ones with their flags, and why."""

from collections.abc import Iterator

from ..rules.situations import Situations
from .case import Case, Expect
from .expectspec import REACTIONS, best_outcomes

_GENERAL = {
    "connection_error": (
        "acceptable (GenericCode)  the same with PROTOCOL_ERROR or INTERNAL_ERROR (RFC 9113 5.4)",
        "acceptable (NoGoaway)     close without GOAWAY, if a fence was just answered (RFC 9113 5.4.1)",
    ),
    "stream_error": (
        "acceptable (GenericCode)  the same with PROTOCOL_ERROR or INTERNAL_ERROR (RFC 9113 5.4)",
        "acceptable (Escalated)    a connection error in its place (RFC 9113 5.4.1)",
        "acceptable (Graceful)     the same, then GOAWAY NO_ERROR and the close (RFC 9113 6.8)",
    ),
    "malformed": (
        "acceptable (Escalated)    a connection error in its place (RFC 9113 5.4.1)",
        "acceptable (Graceful)     the same, then GOAWAY NO_ERROR and the close (RFC 9113 6.8)",
    ),
}


def explain_outcomes(case: Case, table: Situations) -> Iterator[str]:
    """Yield lines on what the last reaction of a case may be."""
    reactions = [step for step in case.steps if isinstance(step, Expect) and step.kind in REACTIONS]
    situation = table.situations[case.situation] if case.situation else None
    best = list(best_outcomes(reactions[-1])) if reactions else []
    best += [outcome for outcome in (situation.best if situation else ()) if outcome not in best]
    for outcome in best:
        yield f"pass                      {outcome}"
    acceptable = [*case.also, *(situation.acceptable if situation else ())]
    for entry in acceptable:
        shown = " or ".join(str(outcome) for outcome in entry.outcomes)
        yield f"acceptable ({entry.flag})".ljust(26) + shown + f" - {table.flags[entry.flag].meaning}"
    told: set[str] = set()
    for outcome in best if reactions else ():
        for line in _GENERAL.get(outcome.kind, ()):
            if line not in told:
                told.add(line)
                yield line
    if situation is not None:
        yield f"fail                      {', '.join(map(str, situation.forbidden)) or 'anything else'}"
        yield f"why                       {situation.why} ({situation.section})"
