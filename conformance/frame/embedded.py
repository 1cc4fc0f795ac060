"""The embedded target of role `frame`: nghttp2's own frame reader, in this process."""

from collections.abc import Callable
from typing import Any, Final

import nghttp2
from nghttp2.errors import ConnectionFault, StreamFault
from nghttp2.frame_reader import FrameReader
from nghttp2.frames import (
    ContinuationFrame,
    DataFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    Priority,
    PriorityFrame,
    PriorityUpdateFrame,
    PushPromiseFrame,
    RawFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from .answer import Answer, parse_read_frame
from .embedded_connection import JUDGED, judge_values
from .vector import Context

CONNECTION_NEEDS: Final = (
    "max-frame-size",
    "role",
    "types-of-role",
    "setting-values",
    "increment",
    "promised-stream",
    "prioritized-stream",
)


def _flags(**named: bool) -> list[str]:
    return [name.upper() for name, is_set in named.items() if is_set]


def _priority(priority: Priority | None) -> dict[str, Any] | None:
    if priority is None:
        return None
    # nghttp2 counts weights from 1 to 256, the wire from 0 to 255 (RFC 9113 6.3).
    return {"depends_on": priority.depends_on, "weight": priority.weight - 1, "exclusive": priority.exclusive}


def _data(frame: DataFrame) -> dict[str, Any]:
    flags = _flags(end_stream=frame.end_stream, padded=frame.pad_length is not None)
    return {"stream": frame.stream_id, "flags": flags, "data": frame.data.hex(), "pad": frame.pad_length}


def _headers(frame: HeadersFrame) -> dict[str, Any]:
    return {
        "stream": frame.stream_id,
        "flags": _flags(
            end_stream=frame.end_stream,
            end_headers=frame.end_headers,
            padded=frame.pad_length is not None,
            priority=frame.priority is not None,
        ),
        "block": frame.fragment.hex(),
        "pad": frame.pad_length,
        "priority": _priority(frame.priority),
    }


def _push_promise(frame: PushPromiseFrame) -> dict[str, Any]:
    return {
        "stream": frame.stream_id,
        "flags": _flags(end_headers=frame.end_headers, padded=frame.pad_length is not None),
        "promised": frame.promised_stream_id,
        "block": frame.fragment.hex(),
        "pad": frame.pad_length,
    }


def _goaway(frame: GoAwayFrame) -> dict[str, Any]:
    return {
        "stream": 0,
        "flags": [],
        "last_stream": frame.last_stream_id,
        "error": frame.error_code,
        "debug": frame.debug_data.hex(),
    }


def _continuation(frame: ContinuationFrame) -> dict[str, Any]:
    flags = _flags(end_headers=frame.end_headers)
    return {"stream": frame.stream_id, "flags": flags, "block": frame.fragment.hex()}


def _priority_update(frame: PriorityUpdateFrame) -> dict[str, Any]:
    return {
        "stream": 0,
        "flags": [],
        "prioritized": frame.prioritized_stream_id,
        "value": frame.field_value.hex(),
    }


_SHOWN: Final[dict[type, tuple[str, Callable[[Any], dict[str, Any]]]]] = {
    DataFrame: ("DATA", _data),
    HeadersFrame: ("HEADERS", _headers),
    PriorityFrame: (
        "PRIORITY",
        lambda f: {"stream": f.stream_id, "flags": [], **(_priority(f.priority) or {})},
    ),
    RstStreamFrame: ("RST_STREAM", lambda f: {"stream": f.stream_id, "flags": [], "error": f.error_code}),
    SettingsFrame: (
        "SETTINGS",
        lambda f: {"stream": 0, "flags": _flags(ack=f.ack), "settings": [list(pair) for pair in f.settings]},
    ),
    PushPromiseFrame: ("PUSH_PROMISE", _push_promise),
    PingFrame: ("PING", lambda f: {"stream": 0, "flags": _flags(ack=f.ack), "payload": f.payload.hex()}),
    GoAwayFrame: ("GOAWAY", _goaway),
    WindowUpdateFrame: (
        "WINDOW_UPDATE",
        lambda f: {"stream": f.stream_id, "flags": [], "increment": f.increment},
    ),
    ContinuationFrame: ("CONTINUATION", _continuation),
    PriorityUpdateFrame: ("PRIORITY_UPDATE", _priority_update),
}


def show(frame: Any) -> dict[str, Any]:
    """Return a frame of nghttp2 as the answer of an adapter would show it."""
    if isinstance(frame, RawFrame):
        payload = frame.payload.hex()
        return {"type": frame.frame_type, "stream": frame.stream_id, "flags": frame.flags, "payload": payload}
    name, fields = _SHOWN[type(frame)]
    return {"type": name, **fields(frame)}


class EmbeddedReader:
    """`nghttp2.frame_reader`, and the connection for the values that a reader alone cannot judge."""

    name = "nghttp2 (embedded)"
    version: str | None = getattr(nghttp2, "__version__", None)
    can = frozenset({"frame", "priority-update", *CONNECTION_NEEDS})

    def read(self, wire: bytes, context: Context) -> Answer:
        """Read one wire with a reader of its own."""
        reader = FrameReader(context.max_frame_size)
        reader.receive(wire)
        try:
            frame = reader.next_frame()
        except ConnectionFault as fault:
            return Answer("connection_error", code=int(fault.error_code), reason=fault.reason)
        except StreamFault as fault:
            return Answer("stream_error", code=int(fault.error_code), reason=fault.reason)
        if frame is None:
            return Answer("wait")
        if wire[3] in JUDGED and (error := judge_values(wire, context)) is not None:
            return error
        return Answer("frame", parse_read_frame(show(frame)))

    def close(self) -> None:
        """Nothing runs behind this target."""
