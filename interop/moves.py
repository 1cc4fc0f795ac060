"""The moves of a connection's dialogue: what the peer sends, legal or not, and what the application does.

One move is one frame (or one field block in frames), or one call. Octets are built here from the grammar, so
that both implementations under comparison are fed the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from struct import pack

from hypothesis import strategies as st

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
    RESPOND = "respond"
    RESET = "reset"
    RESPONSE = "response"
    MALFORMED_RESPONSE = "malformed-response"
    INFORMATIONAL = "informational"


LOCAL = frozenset((Kind.RESPOND, Kind.RESET))
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

    def __repr__(self) -> str:
        label = f" {self.label}" if self.label else ""
        ends = " END_STREAM" if self.ends else ""
        return f"<{self.kind}{label} on {self.stream_id}{ends}: {self.octets.hex(' ')}>"


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

_ids = st.sampled_from((1, 1, 1, 3, 3, 5, 2, 7))
_any_ids = st.sampled_from((1, 1, 3, 3, 5, 2, 0, 9))
_flag = st.booleans()


def _headers(kind: Kind, stream_id: int, fields: FieldList, ends: bool, label: str = "") -> Move:
    return Move(kind, stream_id, frame(1, 0x05 if ends else 0x04, stream_id, literals(fields)), ends, label)


def _labelled(
    kind: Kind, table: dict[str, FieldList], ends: st.SearchStrategy[bool]
) -> st.SearchStrategy[Move]:
    return st.builds(
        lambda stream_id, item, end: _headers(kind, stream_id, item[1], end, item[0]),
        _ids,
        st.sampled_from(sorted(table.items())),
        ends,
    )


@st.composite
def _split_requests(draw: st.DrawFn) -> Move:
    """Draw a field block in HEADERS and CONTINUATION, sometimes with another frame in between."""
    stream_id, ends = draw(_ids), draw(_flag)
    block = literals(REQUEST)
    cut = draw(st.integers(0, len(block)))
    first = frame(1, 0x01 if ends else 0, stream_id, block[:cut])
    last = frame(9, 0x04, stream_id, block[cut:])
    intruder = draw(st.sampled_from((b"", b"", frame(6, 0, 0, bytes(8)), frame(0xFA, 0, stream_id))))
    kind = Kind.BROKEN_SPLIT if intruder else Kind.SPLIT_REQUEST
    return Move(kind, stream_id, first + intruder + last, ends)


@st.composite
def _data(draw: st.DrawFn) -> Move:
    stream_id, ends = draw(_any_ids), draw(_flag)
    flags = 0x01 if ends else 0
    content = draw(st.binary(max_size=20))
    if draw(_flag):
        pad = draw(st.integers(0, 10))
        return Move(
            Kind.DATA, stream_id, frame(0, flags | 0x08, stream_id, bytes([pad]) + content + bytes(pad)), ends
        )
    return Move(Kind.DATA, stream_id, frame(0, flags, stream_id, content), ends)


_rst_streams = st.builds(
    lambda stream_id, code: Move(Kind.RST_STREAM, stream_id, frame(3, 0, stream_id, pack(">L", code))),
    _any_ids,
    st.sampled_from((0, 1, 8, 0xFF)),
)
_increments = {"small": 10, "zero": 0, "largest": (1 << 31) - 1}
_window_updates = st.builds(
    lambda stream_id, item: Move(
        Kind.WINDOW_UPDATE, stream_id, frame(8, 0, stream_id, pack(">L", item[1])), label=item[0]
    ),
    _any_ids,
    st.sampled_from(sorted(_increments.items())),
)
_settings = st.builds(
    lambda entries: Move(
        Kind.SETTINGS, 0, frame(4, 0, 0, b"".join(pack(">HL", *entry) for entry in entries))
    ),
    st.lists(
        st.sampled_from(((1, 0), (1, 4096), (2, 0), (3, 10), (4, 0), (4, 65_535), (5, 16_384), (0x55, 1))),
        max_size=3,
    ),
)
_bad_settings = st.builds(
    lambda item: Move(Kind.BAD_SETTINGS, 0, frame(4, 0, 0, pack(">HL", *item[1])), label=item[0]),
    st.sampled_from(sorted(BAD_SETTINGS.items())),
)
_pings = st.builds(
    lambda payload, flags: Move(Kind.PING, 0, frame(6, flags, 0, payload)),
    st.binary(min_size=8, max_size=8),
    st.sampled_from((0, 0, 1)),
)
_priorities = st.builds(
    lambda stream_id, on: Move(
        Kind.PRIORITY,
        stream_id,
        frame(2, 0, stream_id, pack(">LB", on, 15)),
        label="on-itself" if on == stream_id else "",
    ),
    _any_ids,
    st.sampled_from((0, 1, 3)),
)
_unknown = st.builds(
    lambda stream_id, payload: Move(Kind.UNKNOWN, stream_id, frame(0xFA, 0, stream_id, payload)),
    _any_ids,
    st.binary(max_size=10),
)
_continuations = st.builds(
    lambda stream_id: Move(Kind.CONTINUATION, stream_id, frame(9, 0x04, stream_id, literals(REQUEST))), _ids
)
_bad_blocks = st.builds(
    lambda stream_id, item: Move(
        Kind.BAD_BLOCK, stream_id, frame(1, 0x05, stream_id, item[1]), True, item[0]
    ),
    _ids,
    st.sampled_from(sorted(BAD_BLOCKS.items())),
)
_goaways = st.builds(
    lambda last, code: Move(Kind.GOAWAY, 0, frame(7, 0, 0, pack(">LL", last, code))),
    st.sampled_from((0, 1, (1 << 31) - 1)),
    st.sampled_from((0, 1, 0xFF)),
)

_common = (_data(), _data(), _rst_streams, _window_updates, _settings, _pings, _priorities, _unknown)
_illegal = (_bad_settings, _continuations, _bad_blocks)
_good_requests = st.builds(
    lambda stream_id, ends: _headers(Kind.REQUEST, stream_id, REQUEST, ends), _ids, _flag
)
_trailers = st.builds(
    lambda stream_id, ends: _headers(Kind.TRAILERS, stream_id, ((b"t", b"1"),), ends), _ids, st.just(True)
)
_resets = st.builds(lambda stream_id: Move(Kind.RESET, stream_id), _ids)

server_moves = st.one_of(
    _good_requests,
    _good_requests,
    _good_requests,
    _trailers,
    _split_requests(),
    _labelled(Kind.MALFORMED_REQUEST, MALFORMED_REQUESTS, _flag),
    _labelled(Kind.MALFORMED_TRAILERS, MALFORMED_TRAILERS, st.just(True)),
    st.builds(
        lambda stream_id: Move(
            Kind.PUSH_PROMISE, stream_id, frame(5, 0x04, stream_id, pack(">L", 2) + literals(REQUEST))
        ),
        _ids,
    ),
    st.builds(lambda stream_id, ends: Move(Kind.RESPOND, stream_id, ends=ends), _ids, _flag),
    _resets,
    _goaways,
    *_common,
    *_illegal,
)
"""What can happen to a server."""

client_moves = st.one_of(
    st.builds(lambda stream_id, ends: _headers(Kind.RESPONSE, stream_id, RESPONSE, ends), _ids, _flag),
    st.builds(lambda stream_id, ends: _headers(Kind.RESPONSE, stream_id, RESPONSE, ends), _ids, _flag),
    st.builds(
        lambda stream_id: _headers(Kind.INFORMATIONAL, stream_id, ((b":status", b"103"),), False), _ids
    ),
    _labelled(Kind.MALFORMED_RESPONSE, MALFORMED_RESPONSES, st.just(True)),
    _trailers,
    _labelled(Kind.MALFORMED_TRAILERS, MALFORMED_TRAILERS, st.just(True)),
    _resets,
    _goaways,
    *_common,
    *_illegal,
)
"""What can happen to a client that has opened streams 1, 3 and 5."""
