"""Numbers of the protocol: frame types, flags, error codes, settings, limits (RFC 9113 6, 7, 11)."""

from enum import IntEnum, IntFlag
from typing import Final


class FrameType(IntEnum):
    """Frame types (RFC 9113 6; ALTSVC: RFC 7838 4; ORIGIN: RFC 8336 2; PRIORITY_UPDATE: RFC 9218 7.1)."""

    DATA = 0x00
    HEADERS = 0x01
    PRIORITY = 0x02
    RST_STREAM = 0x03
    SETTINGS = 0x04
    PUSH_PROMISE = 0x05
    PING = 0x06
    GOAWAY = 0x07
    WINDOW_UPDATE = 0x08
    CONTINUATION = 0x09
    ALTSVC = 0x0A
    ORIGIN = 0x0C
    PRIORITY_UPDATE = 0x10


class Flag(IntFlag):
    """Frame flags; which of them a type defines stands with the type (RFC 9113 6)."""

    NONE = 0x00
    ACK = 0x01
    END_STREAM = 0x01
    END_HEADERS = 0x04
    PADDED = 0x08
    PRIORITY = 0x20


class ErrorCode(IntEnum):
    """Error codes of RST_STREAM and GOAWAY (RFC 9113 7)."""

    NO_ERROR = 0x00
    PROTOCOL_ERROR = 0x01
    INTERNAL_ERROR = 0x02
    FLOW_CONTROL_ERROR = 0x03
    SETTINGS_TIMEOUT = 0x04
    STREAM_CLOSED = 0x05
    FRAME_SIZE_ERROR = 0x06
    REFUSED_STREAM = 0x07
    CANCEL = 0x08
    COMPRESSION_ERROR = 0x09
    CONNECT_ERROR = 0x0A
    ENHANCE_YOUR_CALM = 0x0B
    INADEQUATE_SECURITY = 0x0C
    HTTP_1_1_REQUIRED = 0x0D


class SettingId(IntEnum):
    """Settings (RFC 9113 6.5.2; RFC 8441 3; RFC 9218 2.1)."""

    HEADER_TABLE_SIZE = 0x01
    ENABLE_PUSH = 0x02
    MAX_CONCURRENT_STREAMS = 0x03
    INITIAL_WINDOW_SIZE = 0x04
    MAX_FRAME_SIZE = 0x05
    MAX_HEADER_LIST_SIZE = 0x06
    ENABLE_CONNECT_PROTOCOL = 0x08
    NO_RFC7540_PRIORITIES = 0x09


PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client sends first (RFC 9113 3.4)."""

FRAME_HEADER_SIZE: Final = 9
"""Octets of a frame header (RFC 9113 4.1)."""

MIN_MAX_FRAME_SIZE: Final = 1 << 14
"""Initial and smallest SETTINGS_MAX_FRAME_SIZE, in octets (RFC 9113 6.5.2)."""

MAX_MAX_FRAME_SIZE: Final = (1 << 24) - 1
"""Largest SETTINGS_MAX_FRAME_SIZE, in octets (RFC 9113 6.5.2)."""

INITIAL_WINDOW_SIZE: Final = 65_535
"""Both flow-control windows of a new connection and of a new stream, in octets (RFC 9113 6.9.2)."""

MAX_WINDOW_SIZE: Final = (1 << 31) - 1
"""Largest flow-control window, in octets (RFC 9113 6.9.1)."""

MAX_STREAM_ID: Final = (1 << 31) - 1
"""Largest stream identifier (RFC 9113 5.1.1)."""
