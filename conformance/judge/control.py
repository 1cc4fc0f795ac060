"""The legal twin of an error case: the same dialogue without the fault, which the target must survive."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, Final

from ..cases.case import Case, Expect, Send, Step, Upload, expects_error
from ..cases.framespec import FrameSpec
from ..cases.values import Template
from ..wire.codes import MAX_31, Setting

Values = dict[str, Any]
Repair = Callable[[str, Values], bool]
"""Puts values right in place and tells whether anything was wrong."""

ON_CONNECTION: Final = frozenset({"SETTINGS", "PING", "GOAWAY", "PRIORITY_UPDATE"})
"""Types that belong to stream 0."""
ON_STREAM: Final = frozenset(
    {"DATA", "HEADERS", "REQUEST", "TRAILERS", "PRIORITY", "RST_STREAM", "CONTINUATION", "PUSH_PROMISE"}
)
"""Types that belong to a stream of ours."""

USUAL_METHODS: Final = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"OPTIONS", b"DELETE", b"PATCH"})
GOOD_TRAILERS: Final = ((b"x-trailer", b"1"),)
_SIZES: Final = {"PING": 8, "RST_STREAM": 4, "PRIORITY": 5, "WINDOW_UPDATE": 4}
_SETTING_LIMITS: Final[dict[int, tuple[int, int]]] = {
    Setting.ENABLE_PUSH: (0, 1),
    Setting.INITIAL_WINDOW_SIZE: (0, MAX_31),
    Setting.MAX_FRAME_SIZE: (1 << 14, (1 << 24) - 1),
    Setting.ENABLE_CONNECT_PROTOCOL: (0, 1),
    Setting.NO_RFC7540_PRIORITIES: (0, 1),
}


def control_steps(case: Case) -> tuple[Step, ...] | str:
    """Return the steps of the control, or why there is none; `needs control` is for lint to refuse."""
    if isinstance(case.control, str):
        return case.control
    if case.control is not None:
        return case.control
    last = last_error(case.steps)
    if last < 0:
        return "none: the case expects no error"
    kept = [step for step in case.steps[:last] if not (isinstance(step, Expect) and expects_error(step))]
    expect = case.steps[last]
    assert isinstance(expect, Expect)
    # A case whose streams take all the room of the target looks for life by PING alone; so does its twin.
    how = {name: value for name, value in expect.arguments.items() if name == "liveness"}
    survival = Expect("alive", how, on=expect.on, line=expect.line)
    if any(isinstance(step, Send | Upload) and step.legal is not None for step in kept):
        # The case says itself what is legal; whatever it leaves as it is has no fault.
        return (*map(_own_twin, kept), survival)
    for repairs in (_CERTAIN, _LIKELY):
        steps = [legal_step(step, repairs, kept[:index]) for index, step in enumerate(kept)]
        if any(new is not old for new, old in zip(steps, kept, strict=True)):
            return (*steps, survival)
    return "needs control"


def last_error(steps: Sequence[Step]) -> int:
    """Return the position of the last step that expects an error, or -1."""
    return max(
        (i for i, step in enumerate(steps) if isinstance(step, Expect) and expects_error(step)), default=-1
    )


def _own_twin(step: Step) -> Step:
    """Return what the case gives as the legal form of a step."""
    if isinstance(step, Upload):
        return step.legal or step
    if isinstance(step, Send) and step.legal is not None:
        return replace(step, frames=step.legal, legal=None)
    return step


def legal_step(step: Step, repairs: Sequence[Repair], before: Sequence[Step]) -> Step:
    """Return the step with its faults taken out; the same object when there is none."""
    if isinstance(step, Upload):
        return step.legal or step
    if not isinstance(step, Send):
        return step
    if step.legal is not None:
        return replace(step, frames=step.legal, legal=None)
    opened = {spec.values.get("stream", 1) for spec in _frames(before) if spec.kind in ("REQUEST", "HEADERS")}
    frames = []
    changed = False
    for spec in step.frames:
        twin = legal_frame(spec, repairs, opened)
        changed |= twin is not spec
        if twin is not None:
            frames.append(twin)
        if spec.kind in ("REQUEST", "HEADERS"):
            opened.add(spec.values.get("stream", 1))
    return replace(step, frames=tuple(frames)) if changed else step


def _frames(steps: Sequence[Step]) -> list[FrameSpec]:
    return [spec for step in steps if isinstance(step, Send) for spec in step.frames]


def legal_frame(spec: FrameSpec, repairs: Sequence[Repair], opened: Set[Any]) -> FrameSpec | None:
    """Return the frame put right, None when it has no legal form, the same object when nothing is wrong."""
    if spec.kind == "PUSH_PROMISE":
        return None
    values: Values = dict(spec.values)
    changed = False
    for repair in repairs:
        changed |= repair(spec.kind, values)
    kind = spec.kind
    if repairs is _LIKELY and kind == "HEADERS" and ("block" in values or "fields" in values):
        # A block written by hand is the fault: a plain request, or plain trailers on a stream that is open.
        _drop(values, ("block", "fields", "fill_to"))
        kind = "TRAILERS" if values.get("stream", 1) in opened else "REQUEST"
        if kind == "TRAILERS":
            values["fields"] = GOOD_TRAILERS
        changed = True
    return FrameSpec(kind, values, spec.line) if changed else spec


def _overrides(kind: str, values: Values) -> bool:
    """Declared length, replaced payload and flags tell lies about a typed frame."""
    if kind in ("UNKNOWN", "ALTSVC", "ORIGIN"):
        return _drop(values, ("length",))
    names = ["length", "flags", "add_flags"]
    if "payload" in values and not _payload_fits(kind, values["payload"]):
        names.append("payload")
    changed = _drop(values, names)
    if changed and kind == "SETTINGS":
        values.pop("ack", None)
    return changed


def _payload_fits(kind: str, payload: Any) -> bool:
    if not isinstance(payload, bytes):
        return False
    if kind == "SETTINGS":
        return len(payload) % 6 == 0
    if kind == "GOAWAY":
        return len(payload) >= 8
    return len(payload) == _SIZES.get(kind, -1)


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


def _wrong_request(kind: str, values: Values) -> bool:
    """A pseudo-field left out, replaced or doubled is wrong for certain."""
    return kind == "REQUEST" and _drop(values, ("omit", "replace", "first"))


def _odd_request(kind: str, values: Values) -> bool:
    """Anything said about a request may be its fault, except endpoints and usual methods."""
    if kind != "REQUEST":
        return False
    names = ["headers", "priority", "fill_to"]
    names += [name for name in ("path", "authority", "scheme") if not isinstance(values.get(name), Template)]
    if values.get("method") not in USUAL_METHODS:
        names.append("method")
    return _drop(values, names)


def _odd_trailers(kind: str, values: Values) -> bool:
    if kind != "TRAILERS" or (values.get("fields") == GOOD_TRAILERS and values.get("end_stream", True)):
        return False
    _drop(values, ("block", "end_stream", "fill_to"))
    values["fields"] = GOOD_TRAILERS
    return True


_CERTAIN: Final[tuple[Repair, ...]] = (
    _overrides,
    _stream,
    _padding,
    _increment,
    _settings,
    _dependency,
    _wrong_request,
)
"""Faults that can be seen in one frame."""
_LIKELY: Final[tuple[Repair, ...]] = (_odd_request, _odd_trailers)
"""What is the fault when nothing else is."""
