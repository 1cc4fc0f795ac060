"""Steps of a case in words, and the octets that they send."""

from collections.abc import Iterator, Sequence

from ..wire.describe import summary
from .case import Connect, Expect, Handshake, Send, Step, Upload
from .expectspec import FrameMatch, Range, best_outcomes
from .framebuild import Outgoing, build
from .framespec import FrameSpec
from .values import ENDPOINTS, Variables, resolve_number

SHOWN_REPETITIONS = 3
"""Repetitions of a send that are written out."""
EXAMPLE_AUTHORITY = "example.test"


def example_variables() -> Variables:
    """Return variables for showing octets without a target."""
    texts = {"authority": EXAMPLE_AUTHORITY, "scheme": "http", "path": "/", "path.connect": "example.test:7"}
    texts.update({f"path.{name}": f"/{name}" for name in ENDPOINTS if name != "connect"})
    return Variables(texts)


def pieces_of(step: Step, variables: Variables) -> list[Outgoing]:
    """Return what a step sends; of many repetitions the first few."""
    if isinstance(step, Handshake):
        settings = ((2, 0),) if step.settings is None else step.settings
        specs = [FrameSpec("PREFACE", {}), FrameSpec("SETTINGS", {"settings": settings})]
        return [piece for spec in specs for piece in build(spec, variables)]
    if isinstance(step, Send):
        repeat = min(resolve_number(step.repeat, variables), SHOWN_REPETITIONS)
        return [piece for n in range(repeat) for spec in step.frames for piece in build(spec, variables, n)]
    return []


def describe(step: Step) -> str:
    """Return a step in one line."""
    on = "" if step.on == "a" else f" (connection {step.on})"
    match step:
        case Handshake():
            extra = "" if step.credit else ", giving no credit"
            extra += "" if step.ack else ", without acknowledging SETTINGS"
            return f"handshake{extra}{on}"
        case Connect():
            return f"connect{on}"
        case Send():
            many = "" if step.repeat == 1 else f", {step.repeat} times"
            many += ", a fence behind each" if step.fenced else ""
            cut = f", {step.split} octets at a time" if step.split else ""
            return f"send{many}{cut}{on}"
        case Upload():
            heed = "inside" if step.heed else "past"
            return f"upload {step.size} octets on stream {step.stream} {heed} the windows{on}"
        case Expect():
            return f"expect {describe_expect(step)}{on}"
    return f"{type(step).__name__.lower()}{on}"


def describe_expect(step: Expect) -> str:
    """Return an expectation in one line."""
    if step.kind in ("connection_error", "stream_error", "outcome"):
        text = " or ".join(str(outcome) for outcome in best_outcomes(step))
    else:
        text = step.kind
    words = [
        f"{key} {_shown(value)}" for key, value in step.arguments.items() if key not in ("code", "outcomes")
    ]
    if step.timeout is not None:
        words.append(f"within {step.timeout:g} s")
    return text + (f": {', '.join(words)}" if words else "")


def _shown(value: object) -> str:
    if isinstance(value, FrameMatch):
        return value.text
    if isinstance(value, Range):
        low, high = value.at_least, value.at_most
        if low == high:
            return str(low)
        return f"{low} or more" if isinstance(high, int) and high >= 1 << 60 else f"{low} to {high}"
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_shown(key)}: {_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


def frame_lines(step: Step, variables: Variables, *, full: bool) -> Iterator[str]:
    """Yield a line for each frame of a step and, below it, its octets."""
    for piece in pieces_of(step, variables):
        yield piece.label if piece.frame is None else summary(piece.frame)
        yield from hex_lines(piece.octets, full=full)


def hex_lines(octets: bytes, *, full: bool, width: int = 32) -> Iterator[str]:
    """Yield octets as hex; the first nine, a frame header, are no different from the rest here."""
    shown = octets if full else octets[: 3 * width]
    for at in range(0, len(shown), width):
        yield f"    {shown[at : at + width].hex(' ')}"
    if len(shown) < len(octets):
        yield f"    ... {len(octets)} octets"


def wire(steps: Sequence[Step], *, full: bool = True) -> Iterator[str]:
    """Yield a case as numbered steps with their octets."""
    variables = example_variables()
    for number, step in enumerate(steps, 1):
        yield f"{number:3} {describe(step)}"
        for line in frame_lines(step, variables, full=full):
            yield f"      {line}"
