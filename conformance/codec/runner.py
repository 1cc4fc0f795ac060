"""Runs codec vectors and tells each as a line of the run record."""

import time
from collections.abc import Iterable, Iterator

from ..errors import UsageError
from ..records.record import Line, line_before
from ..run.reproduce import Command
from .codec import Codec
from .judge import judge
from .show import Transcript
from .vector import CodecVector

EMBEDDED = "embedded"
STDIO = "stdio:"
ALONE = Command(words=("--role", "codec"))


def open_codec(target: str = EMBEDDED) -> Codec:
    """Return the codec that a target names: `embedded`, or `stdio:` and a command.

    Raises UsageError for a target of another kind, TargetError for a program that is no codec.
    """
    if target == EMBEDDED:
        # Imported here: only this target needs nghttp2.
        from .embedded import EmbeddedCodec

        return EmbeddedCodec()
    if target.startswith(STDIO):
        from .stdio import StdioCodec

        return StdioCodec(target.removeprefix(STDIO))
    raise UsageError(f"role codec needs the target embedded or stdio:COMMAND, not {target}")


def run_vector(vector: CodecVector, codec: Codec, command: Command = ALONE) -> Line:
    """Run one vector and return its line, of kind `case`."""
    transcript = Transcript()
    begin = time.perf_counter()
    judgement = judge(vector, codec, transcript)
    spent = (time.perf_counter() - begin) * 1000
    control = None if judgement.control is None else {"outcome": "fields", "ok": judgement.control}
    if control is not None and not judgement.control:
        control["outcome"] = "other"
    line = line_before(vector, command.of(vector), expects_error=vector.is_invalid)
    line.update(
        verdict=judgement.verdict,
        outcome=judgement.outcome,
        expected=expected(vector),
        flags=judgement.flags,
        info=judgement.info,
        reason=judgement.reason,
        ms=round(spent, 3),
        attempts=1,
        control=control,
        crash=judgement.crash,
        transcript=transcript.entries,
    )
    return line


def expected(vector: CodecVector) -> list[str]:
    """Return the best outcomes of a vector."""
    if vector.encode:
        return ["encoded"]
    best = ["error" if vector.is_invalid else "fields"]
    for block in vector.blocks:
        also = block.acceptable
        if also is not None and also.flag is None and also.outcome not in best:
            best.append(also.outcome)
    return best


def run(vectors: Iterable[CodecVector], codec: Codec, command: Command = ALONE) -> Iterator[Line]:
    """Run vectors in order."""
    for vector in vectors:
        yield run_vector(vector, codec, command)
