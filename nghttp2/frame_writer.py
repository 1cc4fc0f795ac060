"""Frames to octets; the mirror of frame_reader (RFC 9113 4.1, 6).

The functions named after frame types are what the connection calls; `serialize` takes a frame object.
None of them checks a rule: what is asked for is written.
"""

from collections.abc import Callable
from struct import Struct
from typing import Any, Final

from .codes import FrameType
from .frames import (
    ContinuationFrame,
    DataFrame,
    Frame,
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

END_STREAM: Final = 0x01
ACK: Final = 0x01
END_HEADERS: Final = 0x04
PADDED: Final = 0x08
PRIORITY: Final = 0x20

_HEADER: Final = Struct(">HBBBL")
_U32: Final = Struct(">L")
_PRIORITY_FIELDS: Final = Struct(">LB")
_RST_STREAM: Final = Struct(">HBBBLL")
_GOAWAY: Final = Struct(">LL")
_SETTING: Final = Struct(">HL")

pack_header = _HEADER.pack
"""Pack a frame header from: length >> 8, length & 255, type, flags, stream_id."""


def frame(kind: int, flags: int, stream_id: int, payload: bytes = b"") -> bytes:
    """Write any frame (RFC 9113 4.1)."""
    length = len(payload)
    return _HEADER.pack(length >> 8, length & 0xFF, kind, flags, stream_id) + payload


def field_block(stream_id: int, block: bytes, end_stream: bool, max_frame_size: int) -> bytes:
    """Write HEADERS and as many CONTINUATION frames as `max_frame_size` makes necessary (RFC 9113 4.3)."""
    flags = END_STREAM if end_stream else 0
    return _fragments(FrameType.HEADERS, flags, stream_id, b"", block, max_frame_size)


def push_promise(stream_id: int, promised_stream_id: int, block: bytes, max_frame_size: int) -> bytes:
    """Write PUSH_PROMISE and its CONTINUATION frames (RFC 9113 6.6)."""
    prefix = _U32.pack(promised_stream_id)
    return _fragments(FrameType.PUSH_PROMISE, 0, stream_id, prefix, block, max_frame_size)


def _fragments(
    kind: int, flags: int, stream_id: int, prefix: bytes, block: bytes, max_frame_size: int
) -> bytes:
    room = max_frame_size - len(prefix)
    if len(block) <= room:
        return frame(kind, flags | END_HEADERS, stream_id, prefix + block)
    written = [frame(kind, flags, stream_id, prefix + block[:room])]
    for start in range(room, len(block), max_frame_size):
        last = END_HEADERS if start + max_frame_size >= len(block) else 0
        fragment = block[start : start + max_frame_size]
        written.append(frame(FrameType.CONTINUATION, last, stream_id, fragment))
    return b"".join(written)


def rst_stream(stream_id: int, error_code: int) -> bytes:
    """Write RST_STREAM (RFC 9113 6.4)."""
    return _RST_STREAM.pack(0, 4, FrameType.RST_STREAM, 0, stream_id, error_code)


def settings(entries: tuple[tuple[int, int], ...]) -> bytes:
    """Write SETTINGS (RFC 9113 6.5)."""
    return frame(FrameType.SETTINGS, 0, 0, b"".join(_SETTING.pack(*entry) for entry in entries))


SETTINGS_ACK: Final = frame(FrameType.SETTINGS, ACK, 0)
"""The acknowledgement of SETTINGS (RFC 9113 6.5.3)."""


def ping(payload: bytes, ack: bool = False) -> bytes:
    """Write PING with 8 octets (RFC 9113 6.7)."""
    return frame(FrameType.PING, ACK if ack else 0, 0, payload)


def goaway(last_stream_id: int, error_code: int, debug_data: bytes = b"") -> bytes:
    """Write GOAWAY (RFC 9113 6.8)."""
    return frame(FrameType.GOAWAY, 0, 0, _GOAWAY.pack(last_stream_id, error_code) + debug_data)


def window_update(stream_id: int, increment: int) -> bytes:
    """Write WINDOW_UPDATE (RFC 9113 6.9)."""
    return frame(FrameType.WINDOW_UPDATE, 0, stream_id, _U32.pack(increment))


def priority_update(prioritized_stream_id: int, field_value: bytes) -> bytes:
    """Write PRIORITY_UPDATE (RFC 9218 7.1)."""
    return frame(FrameType.PRIORITY_UPDATE, 0, 0, _U32.pack(prioritized_stream_id) + field_value)


def _padded(pad_length: int | None, flags: int, payload: bytes) -> tuple[int, bytes]:
    if pad_length is None:
        return flags, payload
    return flags | PADDED, bytes((pad_length,)) + payload + bytes(pad_length)


def _priority_fields(priority: Priority) -> bytes:
    depends_on, weight, exclusive = priority
    return _PRIORITY_FIELDS.pack(depends_on | (0x8000_0000 if exclusive else 0), weight - 1)


def _data(item: DataFrame) -> bytes:
    flags, payload = _padded(item.pad_length, END_STREAM if item.end_stream else 0, item.data)
    return frame(FrameType.DATA, flags, item.stream_id, payload)


def _headers(item: HeadersFrame) -> bytes:
    flags = (END_STREAM if item.end_stream else 0) | (END_HEADERS if item.end_headers else 0)
    payload = item.fragment
    if item.priority is not None:
        flags |= PRIORITY
        payload = _priority_fields(item.priority) + payload
    flags, payload = _padded(item.pad_length, flags, payload)
    return frame(FrameType.HEADERS, flags, item.stream_id, payload)


def _push_promise(item: PushPromiseFrame) -> bytes:
    payload = _U32.pack(item.promised_stream_id) + item.fragment
    flags, payload = _padded(item.pad_length, END_HEADERS if item.end_headers else 0, payload)
    return frame(FrameType.PUSH_PROMISE, flags, item.stream_id, payload)


def _continuation(item: ContinuationFrame) -> bytes:
    return frame(
        FrameType.CONTINUATION, END_HEADERS if item.end_headers else 0, item.stream_id, item.fragment
    )


_WRITERS: Final[dict[type, Callable[[Any], bytes]]] = {
    DataFrame: _data,
    HeadersFrame: _headers,
    PriorityFrame: lambda item: frame(FrameType.PRIORITY, 0, item.stream_id, _priority_fields(item.priority)),
    RstStreamFrame: lambda item: rst_stream(item.stream_id, item.error_code),
    SettingsFrame: lambda item: SETTINGS_ACK if item.ack else settings(item.settings),
    PushPromiseFrame: _push_promise,
    PingFrame: lambda item: ping(item.payload, item.ack),
    GoAwayFrame: lambda item: goaway(item.last_stream_id, item.error_code, item.debug_data),
    WindowUpdateFrame: lambda item: window_update(item.stream_id, item.increment),
    ContinuationFrame: _continuation,
    PriorityUpdateFrame: lambda item: priority_update(item.prioritized_stream_id, item.field_value),
    RawFrame: lambda item: frame(item.frame_type, item.flags, item.stream_id, item.payload),
}


def serialize(item: Frame) -> bytes:
    """Write one frame object."""
    return _WRITERS[type(item)](item)
