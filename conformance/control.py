"""The legal twin of an error case: the same dialogue without the fault, which the target must survive."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from .case import Case, Expect, Send, Step, Upload, expects_error
from .framespec import FrameSpec
from .wire.codes import MAX_31, Setting

Values = dict[str, Any]

ON_CONNECTION: Final = frozenset({"SETTINGS", "PING", "GOAWAY", "PRIORITY_UPDATE"})
"""Types that belong to stream 0."""
ON_STREAM: Final = frozenset(
    {"DATA", "HEADERS", "REQUEST", "TRAILERS", "PRIORITY", "RST_STREAM", "CONTINUATION", "PUSH_PROMISE"}
)
"""Types that belong to a stream of ours."""

_REQUEST_FAULTS: Final = ("omit", "replace", "first", "headers", "method", "scheme", "authority", "path")
_SETTING_LIMITS: Final[dict[int, tuple[int, int]]] = {
    Setting.ENABLE_PUSH: (0, 1),
    Setting.INITIAL_WINDOW_SIZE: (0, MAX_31),
    Setting.MAX_FRAME_SIZE: (1 << 14, (1 << 24) - 1),
    Setting.ENABLE_CONNECT_PROTOCOL: (0, 1),
    Setting.NO_RFC7540_PRIORITIES: (0, 1),
}


def control_steps(case: Case) -> tuple[Step, ...] | str:
    """Return the steps of the control, or the reason why there is none (which lint refuses unless stated)."""
    if isinstance(case.control, str):
        return case.control
    if case.control is not None:
        return case.control
    last = max(
        (i for i, step in enumerate(case.steps) if isinstance(step, Expect) and expects_error(step)),
        default=-1,
    )
    if last < 0:
        return "none: the case expects no error"
    steps: list[Step] = []
    changed = False
    for step in case.steps[:last]:
        if isinstance(step, Expect) and expects_error(step):
            continue
        twin = legal_step(step)
        changed |= twin is not step
        steps.append(twin)
    if not changed:
        return "needs control"
    expect = case.steps[last]
    return (*steps, Expect("alive", on=expect.on, line=expect.line))


def legal_step(step: Step) -> Step:
    """Return the step with its faults taken out; the same object when there is none."""
    if isinstance(step, Upload):
        return step.legal or step
    if not isinstance(step, Send):
        return step
    if step.legal is not None:
        return replace(step, frames=step.legal, legal=None)
    frames = []
    changed = False
    for spec in step.frames:
        twin = legal_frame(spec)
        changed |= twin is not spec
        if twin is not None:
            frames.append(twin)
    return replace(step, frames=tuple(frames)) if changed else step


def legal_frame(spec: FrameSpec) -> FrameSpec | None:
    """Return the frame put right, None when it has no legal form, the same object when nothing is wrong."""
    if spec.kind == "PUSH_PROMISE":
        return None
    values: Values = dict(spec.values)
    changed = False
    for repair in _REPAIRS:
        changed |= repair(spec.kind, values)
    return FrameSpec(spec.kind, values, spec.line) if changed else spec


def _overrides(kind: str, values: Values) -> bool:
    """Declared length, replaced payload and flags tell lies about a typed frame."""
    if kind in ("UNKNOWN", "ALTSVC", "ORIGIN"):
        return _drop(values, ("length",))
    names = ["length", "payload", "flags", "add_flags"]
    changed = _drop(values, names)
    if changed and kind == "SETTINGS" and "ack" in values:
        values.pop("ack")
    return changed


def _drop(values: Values, names: Any) -> bool:
    present = [name for name in names if name in values]
    for name in present:
        values.pop(name)
    return bool(present)


def _stream(kind: str, values: Values) -> bool:
    """Frames of the connection belong on stream 0, the others on an odd stream."""
    stream = values.get("stream")
    if not isinstance(stream, int):
        return False
    if kind in ON_CONNECTION and stream:
        values.pop("stream")
        return True
    if kind in ON_STREAM and stream % 2 == 0:
        values["stream"] = stream + 1
        return True
    return False


def _padding(_: str, values: Values) -> bool:
    """Padding that is declared longer than what follows, or is not zero."""
    if "padding" not in values:
        return False
    return _drop(values, ("pad", "padding"))


def _increment(kind: str, values: Values) -> bool:
    if kind != "WINDOW_UPDATE" or values.get("increment", 1) not in (0, MAX_31):
        return False
    values["increment"] = 1
    return True


def _settings(kind: str, values: Values) -> bool:
    if kind != "SETTINGS":
        return False
    good = tuple(
        (number, value)
        for number, value in values.get("settings", ())
        if not isinstance(value, int) or _in_range(number, value)
    )
    if len(good) == len(values.get("settings", ())):
        return False
    values["settings"] = good
    return True


def _in_range(number: int, value: int) -> bool:
    low, high = _SETTING_LIMITS.get(number, (0, (1 << 32) - 1))
    return low <= value <= high


def _dependency(kind: str, values: Values) -> bool:
    """A stream cannot depend on itself (RFC 7540 5.3.1)."""
    priority: Any = values if kind == "PRIORITY" else values.get("priority")
    if not isinstance(priority, Mapping) or "depends_on" not in priority:
        return False
    if priority["depends_on"] != values.get("stream", 1):
        return False
    if kind == "PRIORITY":
        values.pop("depends_on")
    else:
        values["priority"] = {name: value for name, value in priority.items() if name != "depends_on"}
    return True


def _request(kind: str, values: Values) -> bool:
    """A request is good unless something was left out, put in or replaced."""
    return kind == "REQUEST" and _drop(values, _REQUEST_FAULTS)


def _trailers(kind: str, values: Values) -> bool:
    if kind != "TRAILERS":
        return False
    good = ((b"x-trailer", b"1"),)
    if values.get("fields") == good and values.get("end_stream", True):
        return False
    _drop(values, ("block", "end_stream"))
    values["fields"] = good
    return True


_REPAIRS: Final[tuple[Callable[[str, Values], bool], ...]] = (
    _overrides,
    _stream,
    _padding,
    _increment,
    _settings,
    _dependency,
    _request,
    _trailers,
)
