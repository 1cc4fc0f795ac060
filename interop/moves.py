"""The moves of a connection's dialogue: what the peer sends, legal or not, and what the application does.

One move is one frame (or one field block in frames), or one call. Octets are built here from the grammar, so
that both implementations under comparison are fed the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from struct import pack

from .strategies import integer

FieldList = tuple[tuple[bytes, bytes], ...]


class Kind(StrEnum):
    """What a move is; with the state of its stream it names a feature of a disagreement."""

    REQUEST = "request"
    MALFORMED_REQUEST = "malformed-request"
    TRAILERS = "trailers"
    MALFORMED_TRAILERS = "malformed-trailers"
    SPLIT_REQUEST = "split-request"
    BROKEN_SPLIT = "broken-split"
    DATA = "data"
    RST_STREAM = "rst-stream"
    WINDOW_UPDATE = "window-update"
    SETTINGS = "settings"
    BAD_SETTINGS = "bad-settings"
    PING = "ping"
    GOAWAY = "goaway"
    PRIORITY = "priority"
    UNKNOWN = "unknown"
    CONTINUATION = "continuation"
    PUSH_PROMISE = "push-promise"
    BAD_BLOCK = "bad-block"
    OPEN = "open"
    RESPOND = "respond"
    CONTENT = "content"
    RESET = "reset"
    RESPONSE = "response"
    MALFORMED_RESPONSE = "malformed-response"
    INFORMATIONAL = "informational"


LOCAL = frozenset((Kind.OPEN, Kind.RESPOND, Kind.CONTENT, Kind.RESET))
"""Moves of the application; the others are the peer's."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move; `octets` are what the peer sends, empty for a move of the application."""

    kind: Kind
    stream_id: int
    octets: bytes = b""
    ends: bool = False
    """END_STREAM stands on it, or the application ends its message with it."""
    label: str = ""
    """What is wrong with it, or which value it carries, for features and for readers."""
    size: int = 0
    """Octets of content that the application sends."""

    def __repr__(self) -> str:
        label = f" {self.label}" if self.label else ""
        ends = " END_STREAM" if self.ends else ""
        size = f" of {self.size} octets" if self.size else ""
        return f"<{self.kind}{label}{size} on {self.stream_id}{ends}: {self.octets.hex(' ')}>"


def frame(kind: int, flags: int, stream_id: int, payload: bytes = b"") -> bytes:
    """Return a whole frame (RFC 9113 4.1)."""
    return pack(">HBBBL", len(payload) >> 8, len(payload) & 0xFF, kind, flags, stream_id) + payload


def literals(fields: FieldList) -> bytes:
    """Return a field block of literals without indexing (RFC 7541 6.2.2)."""
    return b"".join(
        b"\x00" + integer(len(name), 7, 0) + name + integer(len(value), 7, 0) + value
        for name, value in fields
    )


REQUEST: FieldList = (
    (b":method", b"GET"),
    (b":scheme", b"https"),
    (b":authority", b"a.example"),
    (b":path", b"/"),
)
RESPONSE: FieldList = ((b":status", b"200"), (b"content-type", b"text/plain"))

MALFORMED_REQUESTS: dict[str, FieldList] = {
    "upper-case-name": (*REQUEST, (b"X-A", b"1")),
    "no-method": REQUEST[1:],
    "no-path": REQUEST[:3],
    "no-scheme": (REQUEST[0], *REQUEST[2:]),
    "empty-path": (*REQUEST[:3], (b":path", b"")),
    "repeated-method": (REQUEST[0], *REQUEST),
    "unknown-pseudo-field": (*REQUEST, (b":color", b"blue")),
    "status-in-request": (*REQUEST, (b":status", b"200")),
    "late-pseudo-field": (*REQUEST[:3], (b"a", b"1"), REQUEST[3]),
    "connection-field": (*REQUEST, (b"connection", b"close")),
    "keep-alive-field": (*REQUEST, (b"keep-alive", b"1")),
    "proxy-connection-field": (*REQUEST, (b"proxy-connection", b"close")),
    "transfer-encoding-field": (*REQUEST, (b"transfer-encoding", b"chunked")),
    "upgrade-field": (*REQUEST, (b"upgrade", b"h2c")),
    "te-gzip": (*REQUEST, (b"te", b"gzip")),
    "value-with-newline": (*REQUEST, (b"a", b"1\n2")),
    "value-with-nul": (*REQUEST, (b"a", b"1\x002")),
    "value-with-leading-space": (*REQUEST, (b"a", b" 1")),
    "name-with-space": (*REQUEST, (b"a b", b"1")),
    "name-with-colon": (*REQUEST, (b"a:b", b"1")),
    "empty-name": (*REQUEST, (b"", b"1")),
    "connect-with-path": ((b":method", b"CONNECT"), (b":authority", b"a.example:1"), (b":path", b"/")),
    "connect-without-authority": ((b":method", b"CONNECT"),),
    "protocol-unannounced": ((b":method", b"CONNECT"), *REQUEST[1:], (b":protocol", b"websocket")),
    "content-length-not-a-number": (*REQUEST, (b"content-length", b"x")),
    "host-differs": (*REQUEST, (b"host", b"b.example")),
}
MALFORMED_RESPONSES: dict[str, FieldList] = {
    "no-status": RESPONSE[1:],
    "status-not-a-number": ((b":status", b"ok"),),
    "repeated-status": (RESPONSE[0], *RESPONSE),
    "status-late": (RESPONSE[1], RESPONSE[0]),
    "request-pseudo-field": (*RESPONSE, (b":path", b"/")),
    "upper-case-name": (*RESPONSE, (b"X-A", b"1")),
    "connection-field": (*RESPONSE, (b"connection", b"close")),
    "value-with-newline": (*RESPONSE, (b"a", b"1\n2")),
    "informational-ends": ((b":status", b"103"),),
}
MALFORMED_TRAILERS: dict[str, FieldList] = {
    "pseudo-field-in-trailers": ((b":path", b"/"),),
    "upper-case-in-trailers": ((b"X-A", b"1"),),
    "connection-in-trailers": ((b"connection", b"close"),),
}
BAD_BLOCKS: dict[str, bytes] = {
    "index-0": bytes.fromhex("80"),
    "index-beyond": bytes.fromhex("ff 80 02"),
    "truncated-string": bytes.fromhex("00 05 61"),
    "size-update-late": bytes.fromhex("82 20"),
}
BAD_SETTINGS: dict[str, tuple[int, int]] = {
    "push-2": (2, 2),
    "window-too-large": (4, 1 << 31),
    "frame-size-too-small": (5, 16_383),
    "frame-size-too-large": (5, 1 << 24),
}


def headers(kind: Kind, stream_id: int, fields: FieldList, ends: bool, label: str = "") -> Move:
    """Return a field block in one HEADERS frame."""
    return Move(kind, stream_id, frame(1, 0x05 if ends else 0x04, stream_id, literals(fields)), ends, label)
