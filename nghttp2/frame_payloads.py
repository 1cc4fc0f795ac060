"""The payloads of frames, with the checks that need no connection state (RFC 9113 4.2, 6; RFC 9218 7.1).

A parser is called with the buffer and where the payload starts and ends in it.
"""

from collections.abc import Callable
from struct import Struct, iter_unpack
from typing import Final

from .codes import ErrorCode, FrameType
from .errors import ConnectionFault, StreamFault
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
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

# Plain integers: flag arithmetic on enum members costs a call each.
_END_STREAM: Final = 0x01
_ACK: Final = 0x01
_END_HEADERS: Final = 0x04
_PADDED: Final = 0x08
_PRIORITY: Final = 0x20

_U32: Final = Struct(">L")
_PRIORITY_FIELDS: Final = Struct(">LB")
_GOAWAY: Final = Struct(">LL")
_ID_MASK: Final = 0x7FFF_FFFF


def _needs_stream(kind: str, stream_id: int) -> None:
    # RFC 9113 6.1-6.4, 6.10: "If a ... frame is received whose Stream Identifier field is 0x00, the recipient
    # MUST respond with a connection error of type PROTOCOL_ERROR"
    if stream_id == 0:
        raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"{kind} on stream 0")


def _needs_connection(kind: str, stream_id: int) -> None:
    # RFC 9113 6.5, 6.7, 6.8: "If an endpoint receives a ... frame whose Stream Identifier field is anything
    # other than 0x00, the endpoint MUST respond with a connection error of type PROTOCOL_ERROR"
    if stream_id:
        raise ConnectionFault(ErrorCode.PROTOCOL_ERROR, f"{kind} on stream {stream_id}")


def _needs_length(kind: str, length: int, expected: int) -> None:
    # RFC 9113 6.4, 6.7, 6.9: "A ... frame with a length other than ... octets MUST be treated as a connection
    # error of type FRAME_SIZE_ERROR"
    if length != expected:
        raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, f"{kind} of {length} octets, not {expected}")


def _pad_length(kind: str, buffer: bytes, start: int, end: int) -> int:
    """Return the Pad Length of a padded frame whose payload is buffer[start:end]."""
    # RFC 9113 4.2: "A frame size error in a frame that could alter the state of the entire connection MUST be
    # treated as a connection error"
    if start == end:
        raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, f"padded {kind} without a Pad Length field")
    pad_length = buffer[start]
    # RFC 9113 6.1: "If the length of the padding is the length of the frame payload or greater, the recipient
    # MUST treat this as a connection error of type PROTOCOL_ERROR."
    if pad_length >= end - start:
        raise ConnectionFault(
            ErrorCode.PROTOCOL_ERROR,
            f"{kind} with {pad_length} octets of padding in a payload of {end - start}",
        )
    return pad_length


def _data(buffer: bytes, start: int, end: int, flags: int, stream_id: int) -> Frame:
    if stream_id == 0:
        _needs_stream("DATA", stream_id)
    if flags & _PADDED:
        pad_length = _pad_length("DATA", buffer, start, end)
        return DataFrame(
            stream_id, buffer[start + 1 : end - pad_length], flags & _END_STREAM != 0, pad_length
        )
    return DataFrame(stream_id, buffer[start:end], flags & _END_STREAM != 0)


def _headers(buffer: bytes, start: int, end: int, flags: int, stream_id: int) -> Frame:
    if stream_id == 0:
        _needs_stream("HEADERS", stream_id)
    pad_length: int | None = None
    priority: Priority | None = None
    if flags & (_PADDED | _PRIORITY):
        if flags & _PADDED:
            pad_length = _pad_length("HEADERS", buffer, start, end)
            start += 1
            end -= pad_length
        if flags & _PRIORITY:
            # RFC 9113 4.2: "An endpoint MUST send an error code of FRAME_SIZE_ERROR if a frame ... is too
            # small to contain mandatory frame data."
            if end - start < 5:
                raise ConnectionFault(
                    ErrorCode.FRAME_SIZE_ERROR, f"HEADERS with {end - start} octets for its priority fields"
                )
            priority = _priority_fields(buffer, start)
            start += 5
    return HeadersFrame(
        stream_id,
        buffer[start:end],
        flags & _END_STREAM != 0,
        flags & _END_HEADERS != 0,
        pad_length,
        priority,
    )


def _priority_fields(buffer: bytes, start: int) -> Priority:
    depends_on, weight = _PRIORITY_FIELDS.unpack_from(buffer, start)
    return Priority(depends_on & _ID_MASK, weight + 1, depends_on > _ID_MASK)


def _priority(buffer: bytes, start: int, end: int, _flags: int, stream_id: int) -> Frame:
    _needs_stream("PRIORITY", stream_id)
    # RFC 9113 6.3: "A PRIORITY frame with a length other than 5 octets MUST be treated as a stream error of
    # type FRAME_SIZE_ERROR."
    if end - start != 5:
        raise StreamFault(stream_id, ErrorCode.FRAME_SIZE_ERROR, f"PRIORITY of {end - start} octets, not 5")
    return PriorityFrame(stream_id, _priority_fields(buffer, start))


def _rst_stream(buffer: bytes, start: int, end: int, _flags: int, stream_id: int) -> Frame:
    _needs_stream("RST_STREAM", stream_id)
    _needs_length("RST_STREAM", end - start, 4)
    return RstStreamFrame(stream_id, _U32.unpack_from(buffer, start)[0])


def _settings(buffer: bytes, start: int, end: int, flags: int, stream_id: int) -> Frame:
    _needs_connection("SETTINGS", stream_id)
    length = end - start
    if flags & _ACK:
        # RFC 9113 6.5: "Receipt of a SETTINGS frame with the ACK flag set and a length field value other
        # than 0 MUST be treated as a connection error of type FRAME_SIZE_ERROR."
        if length:
            raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, f"SETTINGS acknowledgement of {length} octets")
        return SettingsFrame((), True)
    # RFC 9113 6.5: "A SETTINGS frame with a length other than a multiple of 6 octets MUST be treated as a
    # connection error of type FRAME_SIZE_ERROR."
    if length % 6:
        raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, f"SETTINGS of {length} octets, not a multiple of 6")
    return SettingsFrame(tuple(iter_unpack(">HL", buffer[start:end])))


def _push_promise(buffer: bytes, start: int, end: int, flags: int, stream_id: int) -> Frame:
    _needs_stream("PUSH_PROMISE", stream_id)
    pad_length: int | None = None
    if flags & _PADDED:
        pad_length = _pad_length("PUSH_PROMISE", buffer, start, end)
        start += 1
        end -= pad_length
    # RFC 9113 4.2: FRAME_SIZE_ERROR for a frame "too small to contain mandatory frame data"
    if end - start < 4:
        raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, f"PUSH_PROMISE of {end - start} octets")
    promised = _U32.unpack_from(buffer, start)[0] & _ID_MASK
    return PushPromiseFrame(
        stream_id, promised, buffer[start + 4 : end], flags & _END_HEADERS != 0, pad_length
    )


def _ping(buffer: bytes, start: int, end: int, flags: int, stream_id: int) -> Frame:
    _needs_connection("PING", stream_id)
    _needs_length("PING", end - start, 8)
    return PingFrame(buffer[start:end], flags & _ACK != 0)


def _goaway(buffer: bytes, start: int, end: int, _flags: int, stream_id: int) -> Frame:
    _needs_connection("GOAWAY", stream_id)
    # RFC 9113 4.2: FRAME_SIZE_ERROR for a frame "too small to contain mandatory frame data"
    if end - start < 8:
        raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, f"GOAWAY of {end - start} octets, fewer than 8")
    last_stream_id, error_code = _GOAWAY.unpack_from(buffer, start)
    return GoAwayFrame(last_stream_id & _ID_MASK, error_code, buffer[start + 8 : end])


def _window_update(buffer: bytes, start: int, end: int, _flags: int, stream_id: int) -> Frame:
    _needs_length("WINDOW_UPDATE", end - start, 4)
    return WindowUpdateFrame(stream_id, _U32.unpack_from(buffer, start)[0] & _ID_MASK)


def _continuation(buffer: bytes, start: int, end: int, flags: int, stream_id: int) -> Frame:
    _needs_stream("CONTINUATION", stream_id)
    return ContinuationFrame(stream_id, buffer[start:end], flags & _END_HEADERS != 0)


def _priority_update(buffer: bytes, start: int, end: int, _flags: int, stream_id: int) -> Frame:
    # RFC 9218 7.1: "If a PRIORITY_UPDATE frame is received with a stream ID other than 0x0, the recipient
    # MUST respond with a connection error of type PROTOCOL_ERROR."
    _needs_connection("PRIORITY_UPDATE", stream_id)
    if end - start < 4:
        raise ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, f"PRIORITY_UPDATE of {end - start} octets")
    return PriorityUpdateFrame(_U32.unpack_from(buffer, start)[0] & _ID_MASK, buffer[start + 4 : end])


PARSERS: Final[dict[int, Callable[[bytes, int, int, int, int], Frame]]] = {
    int(FrameType.DATA): _data,
    int(FrameType.HEADERS): _headers,
    int(FrameType.PRIORITY): _priority,
    int(FrameType.RST_STREAM): _rst_stream,
    int(FrameType.SETTINGS): _settings,
    int(FrameType.PUSH_PROMISE): _push_promise,
    int(FrameType.PING): _ping,
    int(FrameType.GOAWAY): _goaway,
    int(FrameType.WINDOW_UPDATE): _window_update,
    int(FrameType.CONTINUATION): _continuation,
    int(FrameType.PRIORITY_UPDATE): _priority_update,
}
