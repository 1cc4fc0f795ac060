"""The line of a case in the run record."""

from collections.abc import Sequence
from typing import Any

from ..cases.case import Case
from ..judge.attempt import Attempt
from ..judge.verdict import ACCEPTABLE, PASS
from ..peer.log import Entry
from ..records.record import Line, line_before
from ..wire.codes import flag_names, type_name
from ..wire.describe import summary
from ..wire.frames import encode_frame
from .reproduce import Command

MAX_HEX = 256
"""Octets of a frame that the transcript shows."""
MAX_ENTRIES = 400
"""Transcript lines kept of one case; a flood is cut in the middle."""


def case_line(case: Case, command: Command) -> Line:
    """Return the line with what is known before the case runs."""
    reproduce = command.of(case)
    return line_before(case, reproduce, situation=case.situation, expects_error=case.expects_error)


def skipped(case: Case, command: Command, reason: str, verdict: str = "skip") -> Line:
    """Return the line of a case that was not run."""
    line = case_line(case, command)
    line.update(verdict=verdict, reason=reason, outcome=verdict)
    return line


def finished(case: Case, command: Command, attempts: list[Attempt], *, transcripts: bool = True) -> Line:
    """Return the line of a case that ran; of several attempts a failed one is shown, else the last.

    transcripts: of a case that passes as well.
    """
    line = case_line(case, command)
    last = attempts[-1]
    history = [a.verdict for a in attempts]
    outcomes = {(a.verdict, a.result.outcome) for a in attempts}
    shown = next((a for a in attempts if a.verdict == "fail"), last)
    result = shown.result
    line.update(
        verdict=shown.verdict if len(set(history)) == 1 else "flaky",
        outcome=result.outcome,
        expected=result.expected,
        flags=result.flags,
        info=result.info,
        reason=shown.error or result.reason,
        violations=[f"{rule}: {text}" for rule, text in shown.violations.items()],
        ms=round(shown.seconds * 1000, 3),
        attempts=len(attempts),
        history=history if len(attempts) > 1 else [],
        control=None if shown.control is None else {"outcome": shown.control[0], "ok": shown.control[1]},
        crash=any(a.crash for a in attempts),
        transcript=transcript(shown) if transcripts or shown.verdict != PASS else [],
    )
    if line["verdict"] == "flaky":
        counts = ", ".join(
            f"{v}/{o} {sum((a.verdict, a.result.outcome) == (v, o) for a in attempts)}x"
            for v, o in sorted(outcomes)
        )
        line["reason"] = f"differs between attempts: {counts}. {line['reason']}"
    return line


def crashed_beside_others(line: Line, deaths: Sequence[Attempt], how: str) -> Line:
    """Return the line of a case that saw a death which no case brings about alone.

    line: what the case did otherwise.  deaths: the attempts that saw it.  The death has no other owner, and
    is never a pass: whoever saw it keeps it.
    """
    told = f"the target crashed while this case ran beside others ({how}); alone it did not"
    history = [a.verdict for a in deaths] + (line["history"] or [line["verdict"]])
    fails = line["verdict"] not in (PASS, ACCEPTABLE)
    return {
        **line,
        "verdict": line["verdict"] if fails else "flaky",
        "alone": line["verdict"],
        "reason": f"{told}; {line['reason']}" if line["reason"] else told,
        "attempts": len(history),
        "history": history,
        "crash": True,
        "transcript": line["transcript"] if fails else transcript(deaths[0]),
    }


def transcript(done: Attempt) -> list[dict[str, Any]]:
    """Return the entries of an attempt's transcript."""
    entries = done.transcript
    if len(entries) > MAX_ENTRIES:
        half = MAX_ENTRIES // 2
        cut = Entry(entries[half][2].at, "note", None, b"", f"{len(entries) - 2 * half} entries left out")
        entries = [*entries[:half], (*entries[half][:2], cut), *entries[-half:]]
    begin: dict[tuple[str, str], float] = {}
    return [_entry(phase, name, entry, begin) for phase, name, entry in entries]


def _entry(phase: str, name: str, entry: Entry, begin: dict[tuple[str, str], float]) -> dict[str, Any]:
    at = round((entry.at - begin.setdefault((phase, name), entry.at)) * 1000, 3)
    if entry.direction == "note":
        return {"ms": at, "on": name, "dir": "note", "phase": phase, "summary": entry.text}
    frame = entry.frame
    if frame is None:
        return {
            "ms": at,
            "on": name,
            "dir": entry.direction,
            "phase": phase,
            "type": "RAW",
            "stream": 0,
            "flags": [],
            "length": len(entry.octets),
            "summary": f"{entry.text}, {len(entry.octets)} octets",
            "hex": _hex(entry.octets),
        }
    octets = entry.octets or encode_frame(*frame[:4], reserved=frame.reserved)
    return {
        "ms": at,
        "on": name,
        "dir": entry.direction,
        "phase": phase,
        "type": type_name(frame.type),
        "stream": frame.stream_id,
        "flags": flag_names(frame.type, frame.flags),
        "length": int.from_bytes(octets[:3], "big"),
        "summary": summary(frame),
        "hex": _hex(octets),
    }


def _hex(octets: bytes) -> str:
    return octets[:MAX_HEX].hex(" ") + (" ..." if len(octets) > MAX_HEX else "")
