"""The verdict on an answer: the best outcome, an allowed one with its flag, or a failure (RFC 9113 5.4)."""

from typing import Final, NamedTuple

from ..wire.codes import DEFINED_FLAGS, FRAME_HEADER, Error, Setting, error_name
from .answer import Answer, ReadFrame
from .layout import Frame, fields_of, flag_mask
from .vector import FrameVector

# RFC 9113 6.5.2: "An endpoint that receives a SETTINGS frame with any unknown or unsupported identifier MUST
# ignore that setting", so a reader may hand up the settings of RFC 9113 alone.
_SUPPORTED = range(Setting.HEADER_TABLE_SIZE, Setting.MAX_HEADER_LIST_SIZE + 1)
# RFC 9113 5.4: "an endpoint can always use PROTOCOL_ERROR or INTERNAL_ERROR".
_GENERIC = frozenset({Error.PROTOCOL_ERROR, Error.INTERNAL_ERROR})


FLAGS: Final[dict[str, str]] = {
    "LateCheck": "The fault stands in the frame header, but the reader waits for the whole payload first.",
    "LastValueOnly": "Of a setting that comes twice in one frame only the last value is handed up.",
    "NoCode": "The reader reports an error without one of the error codes of RFC 9113 7.",
}
"""Flags of frame readers alone; vectors/verdicts.yaml has the others."""


class Judgement(NamedTuple):
    """A verdict with its grounds; `flags` names each departure from the best, `info` what was not told."""

    verdict: str
    reason: str
    flags: tuple[str, ...] = ()
    info: tuple[str, ...] = ()


def judge(vector: FrameVector, answer: Answer) -> Judgement:
    """Compare an answer with what the vector allows."""
    result = _best(vector, answer)
    if result.verdict == "fail":
        for also in vector.also:
            if _is(also.outcome, answer) and _fits(vector, answer.frame):
                flags = (also.flag,) if also.flag else ()
                return Judgement("acceptable" if flags else "pass", also.why or f"{answer} is allowed", flags)
    return result


def _is(outcome: str, answer: Answer) -> bool:
    """Whether the answer is an outcome of the verdict table; an error without scope fits either."""
    return str(answer) == outcome or (answer.outcome == "error" and outcome.endswith(f"_{answer}"))


def _fits(vector: FrameVector, read: ReadFrame | None) -> bool:
    """Whether a frame may be read so; a vector that expects none and allows one has not said which."""
    return read is None or vector.frame is None or _matches(vector, read)


def _best(vector: FrameVector, answer: Answer) -> Judgement:
    if answer.outcome == "frame" and answer.frame is not None:
        return _judge_frame(vector, answer.frame)
    if answer.outcome == "ignored" and vector.ignored:
        return Judgement("pass", "the frame is ignored")
    if answer.outcome == "wait" and vector.wait:
        return Judgement("pass", "the reader waits for more octets")
    if answer.outcome.endswith("error") and vector.errors:
        return _judge_error(vector, answer)
    return _failed(vector, answer)


def _failed(vector: FrameVector, answer: Answer) -> Judgement:
    told = f": {answer.reason}" if answer.reason else ""
    return Judgement("fail", f"expected {' or '.join(vector.expected())}, observed {answer}{told}")


def _judge_error(vector: FrameVector, answer: Answer) -> Judgement:
    flags: list[str] = []
    info: list[str] = []
    if answer.code is None:
        flags.append("NoCode")
    elif answer.code in vector.errors[1:]:
        flags.append("OtherCode")
    elif answer.code != vector.errors[0]:
        if answer.code not in _GENERIC:
            return _failed(vector, answer)
        flags.append("GenericCode")
    scope = answer.outcome.removesuffix("error").removesuffix("_")
    if not scope:
        info.append("ScopeNotTold")
    elif scope not in vector.scopes:
        # RFC 9113 5.4.1: a stream error may be escalated, a connection error never becomes one of the stream.
        if scope != "connection":
            return _failed(vector, answer)
        flags.append("Escalated")
    reason = f"observed {answer}"
    return Judgement("acceptable" if flags else "pass", reason, tuple(flags), tuple(info))


def _judge_frame(vector: FrameVector, read: ReadFrame) -> Judgement:
    if vector.frame is None:
        return Judgement("fail", f"expected {' or '.join(vector.expected())}, observed a frame")
    if read.is_raw:
        # RFC 9113 5.5: a frame of a type that the receiver does not know is discarded by the layer above.
        payload = vector.wire[FRAME_HEADER:]
        if (
            vector.ignored
            and read.fields.get("payload") == payload
            and _same_header(vector.frame, read) is None
        ):
            return Judgement("pass", "the frame is handed up as it came")
        return Judgement("fail", "expected the fields of the frame, observed a raw payload")
    wrong = differences(vector, read)
    if not wrong:
        return Judgement("pass", "the frame is read as expected")
    if wrong == ["settings"] and _last_values(vector.frame.settings) == read.fields.get("settings"):
        # RFC 9113 6.5: "the value of a SETTINGS parameter is the last value that is seen by a receiver"
        return Judgement(
            "acceptable", "repeated settings are folded into their last value", ("LastValueOnly",)
        )
    texts = [f"{n}: expected {_shown(vector.frame, n)}, observed {_shown(read, n)}" for n in wrong]
    return Judgement("fail", "; ".join(texts))


def _matches(vector: FrameVector, read: ReadFrame) -> bool:
    return vector.frame is not None and not differences(vector, read)


def differences(vector: FrameVector, read: ReadFrame) -> list[str]:
    """Name the parts of the frame that are not as expected.

    The octets of the padding and the length need not be told; empty debug data is none.
    """
    frame = vector.frame
    if frame is None:
        return ["type"]
    header = _same_header(frame, read)
    if header is not None:
        return [header]
    wrong = []
    if read.length is not None and read.length != len(vector.wire) - FRAME_HEADER:
        wrong.append("length")
    for name in fields_of(frame.type):
        expected, observed = frame.fields.get(name), read.fields.get(name)
        if name == "padding":
            expected = frame.padding if "pad" in frame.fields else None
            if observed is None or observed == expected:
                continue
        if name == "debug":
            expected, observed = expected or b"", observed or b""
        if name == "settings":
            if not _same_settings(frame, read):
                wrong.append(name)
        elif observed != expected:
            wrong.append(name)
    return wrong


def _same_header(frame: Frame, read: ReadFrame) -> str | None:
    """Return the first part of the frame header that differs, or None.  Unused flags do not count."""
    if read.type != frame.type:
        return "type"
    if read.stream != frame.stream:
        return "stream"
    defined = DEFINED_FLAGS.get(frame.type)
    mask = 0xFF if defined is None else flag_mask(defined)
    if read.flags is None:
        return None if defined is None else "flags"
    return None if read.flags & mask == frame.flags else "flags"


def _same_settings(frame: Frame, read: ReadFrame) -> bool:
    observed = read.fields.get("settings")
    known = tuple(pair for pair in frame.settings if pair[0] in _SUPPORTED)
    return observed in (frame.settings, known)


def _last_values(settings: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    return tuple(dict(settings).items())


def _shown(frame: Frame | ReadFrame, name: str) -> str:
    value = frame.fields.get(name, getattr(frame, name, None))
    if isinstance(value, bytes):
        value = value.hex() or "no octets"
    elif name == "error" and isinstance(value, int):
        value = error_name(value)
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
