"""Runs frame vectors and tells each as a line of the run record."""

import time
from collections.abc import Iterable, Iterator
from typing import Final

from ..errors import UsageError
from ..records.record import Line, line_before
from ..run.reproduce import Command
from ..targets.jsonlines import BadAnswer
from ..wire.codes import FRAME_HEADER, MAX_31, flag_names, type_name
from .answer import Answer
from .control import control_of
from .judge import Judgement, judge
from .reader import FrameTarget, ReaderCrash
from .vector import NEEDS, Context, FrameVector

EMBEDDED: Final = "embedded"
STDIO: Final = "stdio:"
ALONE: Final = Command(words=("--role", "frame"))
_SHOWN_OCTETS: Final = 256


def open_reader(target: str = EMBEDDED) -> FrameTarget:
    """Return the reader that a target names: `embedded`, or `stdio:` and a command.

    Raises UsageError for a target of another kind, TargetError for a program that is no reader.
    """
    if target == EMBEDDED:
        # Imported here: only this target needs nghttp2.
        from .embedded import EmbeddedReader

        return EmbeddedReader()
    if target.startswith(STDIO):
        from .stdio import StdioReader

        return StdioReader(target.removeprefix(STDIO))
    raise UsageError(f"role frame needs the target embedded or stdio:COMMAND, not {target}")


class _Run:
    """One vector on its way: what was asked, what was answered, and when."""

    def __init__(self, reader: FrameTarget) -> None:
        self._reader = reader
        self._begin = time.perf_counter()
        self.transcript: list[Line] = []
        self.crash = False

    def ms(self) -> float:
        """Milliseconds since the vector began."""
        return round((time.perf_counter() - self._begin) * 1000, 3)

    def ask(self, wire: bytes, context: Context, phase: str) -> Answer | str:
        """Return the reader's answer, or the reason why there is none."""
        self._note("send", phase, wire, _wire_summary(wire, context))
        try:
            answer = self._reader.read(wire, context)
        except ReaderCrash as error:
            self.crash = True
            self._note("note", phase, b"", str(error))
            return str(error)
        except BadAnswer as error:
            self._note("note", phase, b"", str(error))
            return f"the adapter breaks its protocol: {error}"
        self._note("recv", phase, b"", f"{answer}: {answer.reason}" if answer.reason else _shown(answer))
        return answer

    def _note(self, direction: str, phase: str, wire: bytes, summary: str) -> None:
        entry: Line = {"ms": self.ms(), "on": "a", "dir": direction, "summary": summary}
        if direction != "note":
            shown = wire[:_SHOWN_OCTETS].hex(" ") + (" ..." if len(wire) > _SHOWN_OCTETS else "")
            header = wire if len(wire) >= FRAME_HEADER else bytes(FRAME_HEADER)
            entry |= {
                "phase": phase,
                "type": type_name(header[3]) if wire else "ANSWER",
                "stream": int.from_bytes(header[5:9], "big") & MAX_31,
                "flags": flag_names(header[3], header[4]),
                "length": int.from_bytes(header[:3], "big"),
                "hex": shown,
            }
        self.transcript.append(entry)


def _wire_summary(wire: bytes, context: Context) -> str:
    if len(wire) < FRAME_HEADER:
        return f"{len(wire)} octets of a frame header to a {context.role}"
    length, there = int.from_bytes(wire[:3], "big"), len(wire) - FRAME_HEADER
    cut = "" if there == length else f", {there} of them sent"
    stream = int.from_bytes(wire[5:9], "big") & MAX_31
    return f"{type_name(wire[3])} stream={stream} length={length}{cut} to a {context.role}"


def _shown(answer: Answer) -> str:
    if answer.frame is None:
        return str(answer)
    frame = answer.frame
    parts = [f"{type_name(frame.type)} stream={frame.stream}"]
    if frame.flags is not None:
        parts.append(f"flags={'|'.join(flag_names(frame.type, frame.flags)) or 'none'}")
    for name, value in frame.fields.items():
        text = value.hex() if isinstance(value, bytes) else str(value).removeprefix("Priority")
        parts.append(f"{name}={text[:80]}{'...' if len(text) > 80 else ''}")
    return " ".join(parts)


def _judged(vector: FrameVector, run: _Run) -> tuple[Judgement, str, Line | None]:
    """Return the judgement, the observed outcome, and what the control gave."""
    answer = run.ask(vector.wire, vector.context, "case")
    if isinstance(answer, str):
        return Judgement("fail" if run.crash else "error", answer), "crash" if run.crash else "none", None
    judgement = judge(vector, answer)
    twin = control_of(vector)
    if twin is None or judgement.verdict == "fail":
        return judgement, str(answer), None
    legal = run.ask(*twin, "control")
    ok = isinstance(legal, Answer) and legal.outcome in ("frame", "ignored")
    if not ok:
        reason = f"a legal frame of the same type is refused as well: {legal}"
        judgement = Judgement("fail", reason, ("Indiscriminate",), judgement.info)
    return judgement, str(answer), {"outcome": str(legal), "ok": ok}


def run_vector(vector: FrameVector, reader: FrameTarget, command: Command = ALONE) -> Line:
    """Run one vector and return its line, of kind `case`."""
    run = _Run(reader)
    missing = [need for need in vector.needs if need not in reader.can]
    control = None
    if missing:
        judgement, outcome = Judgement("skip", "; ".join(NEEDS[need] for need in missing)), "skip"
    else:
        judgement, outcome, control = _judged(vector, run)
    line = line_before(vector, command.of(vector), expects_error=bool(vector.errors))
    line.update(
        verdict=judgement.verdict,
        outcome=outcome,
        expected=vector.expected(),
        flags=list(judgement.flags),
        info=list(judgement.info),
        reason=judgement.reason,
        ms=run.ms(),
        attempts=1,
        control=control,
        crash=run.crash,
        transcript=run.transcript,
    )
    return line


def run(vectors: Iterable[FrameVector], reader: FrameTarget, command: Command = ALONE) -> Iterator[Line]:
    """Run vectors in order."""
    for vector in vectors:
        yield run_vector(vector, reader, command)
