"""Numbers of the protocol (RFC 9113 6, 7, 11; RFC 7838 4; RFC 8336 2; RFC 8441 3; RFC 9218 2.1, 7.1)."""

from enum import IntEnum
from typing import Final


class Type(IntEnum):
    """Frame types."""

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


class Error(IntEnum):
    """Error codes."""

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


class Setting(IntEnum):
    """Settings."""

    HEADER_TABLE_SIZE = 0x01
    ENABLE_PUSH = 0x02
    MAX_CONCURRENT_STREAMS = 0x03
    INITIAL_WINDOW_SIZE = 0x04
    MAX_FRAME_SIZE = 0x05
    MAX_HEADER_LIST_SIZE = 0x06
    ENABLE_CONNECT_PROTOCOL = 0x08
    NO_RFC7540_PRIORITIES = 0x09


END_STREAM: Final = 0x01
ACK: Final = 0x01
END_HEADERS: Final = 0x04
PADDED: Final = 0x08
PRIORITY_FLAG: Final = 0x20

FLAG_BITS: Final[dict[str, int]] = {
    "END_STREAM": END_STREAM,
    "ACK": ACK,
    "END_HEADERS": END_HEADERS,
    "PADDED": PADDED,
    "PRIORITY": PRIORITY_FLAG,
}

DEFINED_FLAGS: Final[dict[int, dict[str, int]]] = {
    Type.DATA: {"END_STREAM": END_STREAM, "PADDED": PADDED},
    Type.HEADERS: {
        "END_STREAM": END_STREAM,
        "END_HEADERS": END_HEADERS,
        "PADDED": PADDED,
        "PRIORITY": PRIORITY_FLAG,
    },
    Type.PRIORITY: {},
    Type.RST_STREAM: {},
    Type.SETTINGS: {"ACK": ACK},
    Type.PUSH_PROMISE: {"END_HEADERS": END_HEADERS, "PADDED": PADDED},
    Type.PING: {"ACK": ACK},
    Type.GOAWAY: {},
    Type.WINDOW_UPDATE: {},
    Type.CONTINUATION: {"END_HEADERS": END_HEADERS},
    Type.ALTSVC: {},
    Type.ORIGIN: {},
    Type.PRIORITY_UPDATE: {},
}
"""The flags that each frame type defines; all others are unused and must be ignored (RFC 9113 4.1)."""

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
FRAME_HEADER: Final = 9
DEFAULT_MAX_FRAME_SIZE: Final = 16_384
DEFAULT_WINDOW: Final = 65_535
DEFAULT_TABLE_SIZE: Final = 4_096
MAX_31: Final = (1 << 31) - 1

DEFAULT_SETTINGS: Final[dict[int, int]] = {
    Setting.HEADER_TABLE_SIZE: DEFAULT_TABLE_SIZE,
    Setting.ENABLE_PUSH: 1,
    Setting.INITIAL_WINDOW_SIZE: DEFAULT_WINDOW,
    Setting.MAX_FRAME_SIZE: DEFAULT_MAX_FRAME_SIZE,
    Setting.ENABLE_CONNECT_PROTOCOL: 0,
    Setting.NO_RFC7540_PRIORITIES: 0,
}
"""Values before a SETTINGS frame says otherwise (RFC 9113 6.5.2); the rest is unlimited."""

_TYPE_NAMES: Final[dict[int, str]] = {int(t): t.name for t in Type}
_ERROR_NAMES: Final[dict[int, str]] = {int(e): e.name for e in Error}
_SETTING_NAMES: Final[dict[int, str]] = {int(s): s.name for s in Setting}


def type_name(number: int) -> str:
    """Return the name of a frame type, or its number for one that nobody defined."""
    return _TYPE_NAMES.get(number) or f"UNKNOWN(0x{number:02x})"


def error_name(number: int) -> str:
    """Return the name of an error code, or its number."""
    return _ERROR_NAMES.get(number) or f"0x{number:x}"


def setting_name(number: int) -> str:
    """Return the name of a setting, or its number."""
    return _SETTING_NAMES.get(number) or f"0x{number:x}"


def flag_names(frame_type: int, flags: int) -> list[str]:
    """Return the defined flags by name; bits without a meaning come last, as one number."""
    names = []
    rest = flags
    for name, bit in DEFINED_FLAGS.get(frame_type, {}).items():
        if flags & bit:
            names.append(name)
            rest &= ~bit
    if rest:
        names.append(f"0x{rest:02x}")
    return names
