"""One immutable class per frame type (RFC 9113 6; RFC 9218 7.1).

Flags and reserved bits that a type does not define are ignored on receipt (RFC 9113 4.1) and do not appear
here.  `pad_length` is None when the frame is not padded; the Pad Length octet counts for flow control too.
"""

from typing import NamedTuple, TypeAlias


class Priority(NamedTuple):
    """The deprecated priority fields of HEADERS and PRIORITY (RFC 9113 5.3.2, 6.3); weight 1 to 256."""

    depends_on: int
    weight: int
    exclusive: bool


class DataFrame(NamedTuple):
    """RFC 9113 6.1."""

    stream_id: int
    data: bytes
    end_stream: bool = False
    pad_length: int | None = None


class HeadersFrame(NamedTuple):
    """RFC 9113 6.2."""

    stream_id: int
    fragment: bytes
    end_stream: bool = False
    end_headers: bool = True
    pad_length: int | None = None
    priority: Priority | None = None


class PriorityFrame(NamedTuple):
    """RFC 9113 6.3."""

    stream_id: int
    priority: Priority


class RstStreamFrame(NamedTuple):
    """RFC 9113 6.4; unknown codes are kept as they came."""

    stream_id: int
    error_code: int


class SettingsFrame(NamedTuple):
    """RFC 9113 6.5; `settings` in wire order, identifiers that nobody knows included."""

    settings: tuple[tuple[int, int], ...] = ()
    ack: bool = False


class PushPromiseFrame(NamedTuple):
    """RFC 9113 6.6."""

    stream_id: int
    promised_stream_id: int
    fragment: bytes
    end_headers: bool = True
    pad_length: int | None = None


class PingFrame(NamedTuple):
    """RFC 9113 6.7; the payload has 8 octets."""

    payload: bytes
    ack: bool = False


class GoAwayFrame(NamedTuple):
    """RFC 9113 6.8."""

    last_stream_id: int
    error_code: int
    debug_data: bytes = b""


class WindowUpdateFrame(NamedTuple):
    """RFC 9113 6.9; stream 0 is the connection.  An increment of 0 is judged by the connection."""

    stream_id: int
    increment: int


class ContinuationFrame(NamedTuple):
    """RFC 9113 6.10."""

    stream_id: int
    fragment: bytes
    end_headers: bool = True


class PriorityUpdateFrame(NamedTuple):
    """RFC 9218 7.1."""

    prioritized_stream_id: int
    field_value: bytes


class RawFrame(NamedTuple):
    """A frame of a type that this endpoint does not know: discarded (RFC 9113 4.1, 5.5)."""

    frame_type: int
    flags: int
    stream_id: int
    payload: bytes


Frame: TypeAlias = (
    DataFrame
    | HeadersFrame
    | PriorityFrame
    | RstStreamFrame
    | SettingsFrame
    | PushPromiseFrame
    | PingFrame
    | GoAwayFrame
    | WindowUpdateFrame
    | ContinuationFrame
    | PriorityUpdateFrame
    | RawFrame
)
