"""Frame reader adapter for hyperframe: JSON Lines on standard input and output.

Run it by its path or as a module; `h2conf run --role frame -t "stdio:python .../hyperframe_stdio.py"`.
hyperframe has no notion of a receiver's limit, role or window: its `can` says so.
"""

import json
import sys
from importlib.metadata import version
from typing import Any

from hyperframe.exceptions import (
    HyperframeError,
    InvalidDataError,
    InvalidFrameError,
    InvalidPaddingError,
)
from hyperframe.frame import (
    AltSvcFrame,
    ContinuationFrame,
    DataFrame,
    ExtensionFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

HELLO = {
    "ok": True,
    "name": "hyperframe",
    "version": version("hyperframe"),
    "can": ["frame", "increment", "promised-stream", "altsvc"],
}

# hyperframe names kinds of fault, not error codes; these are the codes that h2 gives them
# (h2.frame_buffer: InvalidFrameError -> FRAME_SIZE_ERROR, InvalidDataError -> PROTOCOL_ERROR).
CODES: tuple[tuple[type[HyperframeError], str], ...] = (
    (InvalidPaddingError, "PROTOCOL_ERROR"),
    (InvalidDataError, "PROTOCOL_ERROR"),
    (InvalidFrameError, "FRAME_SIZE_ERROR"),
)


def _pad(frame: DataFrame | HeadersFrame | PushPromiseFrame) -> int | None:
    return frame.pad_length if "PADDED" in frame.flags else None


def _headers(frame: HeadersFrame) -> dict[str, Any]:
    return {
        "block": frame.data.hex(),
        "pad": _pad(frame),
        "priority": _priority(frame) if "PRIORITY" in frame.flags else None,
    }


def _priority(frame: HeadersFrame | PriorityFrame) -> dict[str, Any]:
    return {
        "depends_on": frame.depends_on,
        "weight": frame.stream_weight,
        "exclusive": frame.exclusive,
    }


def _push_promise(frame: PushPromiseFrame) -> dict[str, Any]:
    return {"promised": frame.promised_stream_id, "block": frame.data.hex(), "pad": _pad(frame)}


def _goaway(frame: GoAwayFrame) -> dict[str, Any]:
    return {
        "last_stream": frame.last_stream_id,
        "error": frame.error_code,
        "debug": frame.additional_data.hex(),
    }


def _fields(frame: Frame) -> dict[str, Any]:
    match frame:
        case DataFrame():
            return {"data": frame.data.hex(), "pad": _pad(frame)}
        case HeadersFrame():
            return _headers(frame)
        case PriorityFrame():
            return _priority(frame)
        case RstStreamFrame():
            return {"error": frame.error_code}
        case SettingsFrame():
            return {"settings": [list(pair) for pair in frame.settings.items()]}
        case PushPromiseFrame():
            return _push_promise(frame)
        case PingFrame():
            return {"payload": frame.opaque_data.hex()}
        case GoAwayFrame():
            return _goaway(frame)
        case WindowUpdateFrame():
            return {"increment": frame.window_increment}
        case ContinuationFrame():
            return {"block": frame.data.hex()}
        case AltSvcFrame():
            return {"origin": frame.origin.hex(), "value": frame.field.hex()}
        case ExtensionFrame():
            return {"payload": frame.body.hex()}
    raise TypeError(f"no adapter for {type(frame).__name__}")


def read(wire: bytes) -> dict[str, Any]:
    """Return hyperframe's answer to one wire."""
    if len(wire) < 9:
        return {"ok": True, "outcome": "wait"}
    try:
        frame, length = Frame.parse_frame_header(memoryview(wire[:9]))
        if len(wire) < 9 + length:
            return {"ok": True, "outcome": "wait"}
        frame.parse_body(memoryview(wire[9 : 9 + length]))
    except HyperframeError as error:
        code = next((code for kind, code in CODES if isinstance(error, kind)), None)
        reason = f"{type(error).__name__}: {error}"
        return {"ok": False, "error": code, "scope": None, "reason": reason}
    flags: Any = frame.flag_byte if isinstance(frame, ExtensionFrame) else sorted(frame.flags)
    answer = {"type": frame.type, "stream": frame.stream_id, "flags": flags, "length": length}
    return {"ok": True, "frame": {**answer, **_fields(frame)}}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one request line."""
    if request["op"] == "hello":
        return HELLO
    if request["op"] == "frame":
        return read(bytes.fromhex(request["wire"]))
    return {"ok": False, "error": None, "reason": f"unknown op {request['op']!r}"}


def main() -> int:
    """Answer line by line until `bye` or the end of the input."""
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "bye":
            break
        print(json.dumps(answer(request)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
