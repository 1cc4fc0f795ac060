"""Weighs what was seen against what the RFC allows: best, acceptable with flags, or failed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ..rules.outcome import Outcome
from ..rules.situations import Acceptable
from ..wire.codes import Error
from .reaction import SERVE, Reaction

PASS: Final = "pass"
ACCEPTABLE: Final = "acceptable"
FAIL: Final = "fail"
SKIP: Final = "skip"  # what a case asks for is more than the target has to offer

GENERIC: Final = frozenset({Error.PROTOCOL_ERROR.name, Error.INTERNAL_ERROR.name})
QUIET: Final = frozenset({"drop", "serve", "wait"})
METHOD_REFUSED: Final = frozenset({"NoConnect", "TunnelRefused"})
"""Flags of answers that say nothing about the fault: the legal twin is answered alike."""


@dataclass(slots=True)
class Judgement:
    """The verdict on one expectation."""

    verdict: str
    reason: str = ""
    flags: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    twin_2xx: bool = False  # counts only when the legal twin was answered 2xx
    twin_differs: int | None = None  # counts only when the legal twin was not answered with this status


def judge(
    seen: Reaction,
    best: Sequence[Outcome],
    acceptable: Sequence[Acceptable],
    forbidden: Sequence[Outcome] = (),
) -> Judgement:
    """Return the verdict for a reaction; what is forbidden is not excused by another reading of it."""
    readings = (seen.outcome,) if is_forbidden(seen, forbidden) else (seen.outcome, *seen.readings)
    expected = " or ".join(str(outcome) for outcome in best)
    if seen.problems:
        return Judgement(FAIL, "; ".join(seen.problems))
    _name_by_reset(seen, readings, best)
    judgement = _match(seen, readings, best, acceptable)
    if judgement is None:
        return Judgement(FAIL, f"expected {expected}, saw {seen.outcome}")
    if judgement.verdict != FAIL:
        judgement.flags += [flag for flag in seen.flags if flag not in judgement.flags]
        if judgement.flags:
            judgement.verdict = ACCEPTABLE
        _bind_to_twin(seen, best, judgement)
    return judgement


def _name_by_reset(seen: Reaction, readings: Sequence[Outcome], best: Sequence[Outcome]) -> None:
    """Name the reset behind a whole answer where it, and not the answer, is what is expected."""
    if seen.outcome.kind == "response" and not any(pattern.matches(seen.outcome) for pattern in best):
        for reading in readings:
            if reading.kind == "stream_error" and any(pattern.matches(reading) for pattern in best):
                seen.outcome = reading
                return


def is_forbidden(seen: Reaction, forbidden: Sequence[Outcome]) -> bool:
    """Return whether the situation names what was seen as a failure; a normal response is `serve`."""
    if any(pattern.matches(seen.outcome) for pattern in forbidden):
        return True
    served = seen.outcome.kind == "response" and SERVE in seen.readings
    return served and any(pattern.kind == "serve" for pattern in forbidden)


def _match(
    seen: Reaction, readings: Sequence[Outcome], best: Sequence[Outcome], acceptable: Sequence[Acceptable]
) -> Judgement | None:
    if any(pattern.matches(reading) for pattern in best for reading in readings):
        if seen.late:
            # RFC 9113 8.1.1: a fault that showed late, after the response had begun.
            return Judgement(ACCEPTABLE, "reset after a response", ["Answered5xx"], twin_2xx=True)
        return Judgement(PASS)
    for entry in acceptable:
        if any(pattern.matches(reading) for pattern in entry.outcomes for reading in readings):
            return Judgement(ACCEPTABLE, "", [entry.flag])
    allowed = [*best, *(outcome for entry in acceptable for outcome in entry.outcomes)]
    return _general(seen, allowed, quiet=any(outcome.kind in QUIET for outcome in best))


def _general(seen: Reaction, allowed: Sequence[Outcome], quiet: bool) -> Judgement | None:
    """Apply the rules that hold in every situation (`general` in vectors/verdicts.yaml)."""
    outcome = seen.outcome
    connection = [o for o in allowed if o.kind == "connection_error"]
    stream = [o for o in allowed if o.kind in ("stream_error", "malformed")]
    generic = outcome.detail in GENERIC
    if outcome.kind == "connection_error":
        # RFC 9113 5.4: an endpoint MAY use PROTOCOL_ERROR or INTERNAL_ERROR in place of a specific code.
        if connection and generic:
            return Judgement(ACCEPTABLE, "", ["GenericCode"])
        # RFC 9113 5.4.1: an endpoint MAY treat a stream error as a connection error.
        if stream and not quiet and _escalates(outcome, stream):
            exact = any(o.detail in (outcome.detail, "*") or o.kind == "malformed" for o in stream)
            return Judgement(ACCEPTABLE, "", ["Escalated"] if exact else ["Escalated", "GenericCode"])
    elif outcome.kind == "stream_error":
        if stream and generic:
            return Judgement(ACCEPTABLE, "", ["GenericCode"])
    elif outcome.kind == "close" and (connection or (stream and not quiet)):
        flags = ["NoGoaway"] if connection else ["Escalated", "NoGoaway"]
        # RFC 9113 5.4.1: the GOAWAY SHOULD come first; a bare close proves little by itself.
        if not seen.credible:
            return Judgement(FAIL, "closed without GOAWAY, and no fence was answered directly before")
        return Judgement(ACCEPTABLE, "closed without GOAWAY", flags)
    return None


def _escalates(outcome: Outcome, stream: Sequence[Outcome]) -> bool:
    if outcome.detail in GENERIC:
        return True
    return any(o.kind == "stream_error" and o.detail in (outcome.detail, "*") for o in stream)


def _bind_to_twin(seen: Reaction, best: Sequence[Outcome], judgement: Judgement) -> None:
    """An answer counts as a reaction to the fault only when the legal twin is answered otherwise."""
    if seen.outcome.kind != "response" or any(o.kind == "serve" for o in best):
        return
    if METHOD_REFUSED.intersection(judgement.flags):
        return
    status = seen.outcome.detail
    if status[0] == "4":
        judgement.twin_differs = int(status)
        if any(o.kind == "malformed" for o in best) and not judgement.flags:
            judgement.info.append("AnsweredBadRequest")
    elif seen.outcome in best:
        judgement.twin_differs = int(status)
    elif status[0] == "5":
        judgement.twin_2xx = True


def served(acceptable: Sequence[Acceptable]) -> str | None:
    """Return the flag of a target that serves the message in spite of its fault."""
    return next((entry.flag for entry in acceptable if SERVE in entry.outcomes), None)


def refusal(acceptable: Sequence[Acceptable], status: int) -> str | None:
    """Return the flag of a target that answers this status to a method, whatever the request is like."""
    answer = Outcome("response", str(status))
    for entry in acceptable:
        if entry.flag in METHOD_REFUSED and any(pattern.matches(answer) for pattern in entry.outcomes):
            return entry.flag
    return None
