"""From octets to the frames of the case format: named with their fields, raw only where no name fits.

What a case sends has to be the same octets again, but for the authority, scheme and path of our dialogues: in
their place stand the target's. Padding, flags and lengths that are not what a type computes are spelled out.
"""

from collections.abc import Callable, Iterator
from struct import unpack
from typing import Any

from .caseyaml import Hex, text
from .framenames import (
    ACK,
    END_HEADERS,
    END_STREAM,
    ERRORS,
    PADDED,
    PRIORITY,
    SETTINGS,
    Kind,
)
from .moves import REQUEST, FieldList

HEADER = 9
"""Octets of a frame header (RFC 9113 4.1)."""

Named = dict[str, Any]

_PSEUDO = {name: name.decode().removeprefix(":") for name, _ in REQUEST}
_TARGETS = {
    (b":scheme", b"https"): "${scheme}",
    (b":authority", b"a.example"): "${authority}",
    (b":path", b"/"): "${path}",
    (b"host", b"a.example"): "${authority}",
}
_HEADERS_FLAGS = END_STREAM | END_HEADERS | PADDED | PRIORITY


class _Unnameable(Exception):
    """A payload is not what its type computes from fields."""


def named(octets: bytes) -> list[Named]:
    """Return what a case sends to put `octets` on the wire, one item a frame."""
    return [_named_frame(piece) or {"RAW": {"octets": Hex(piece.hex(" "))}} for piece in split(octets)]


def split(octets: bytes) -> Iterator[bytes]:
    """Yield whole frames; the last piece may be less than one."""
    at = 0
    while at < len(octets):
        end = at + HEADER + int.from_bytes(octets[at : at + 3], "big")
        yield octets[at:end]
        at = end


def _named_frame(octets: bytes) -> Named | None:
    """Return a frame with its name, or None if it is not whole."""
    if len(octets) < HEADER or len(octets) != HEADER + int.from_bytes(octets[:3], "big"):
        return None
    number, flags = octets[3], octets[4]
    word = int.from_bytes(octets[5:9], "big")
    stream_id, payload = word & 0x7FFF_FFFF, octets[HEADER:]
    try:
        name, fields, computed = _NAMERS[number](flags, payload)
    except (KeyError, _Unnameable):
        name, fields, computed = _without_fields(number, payload)
    if stream_id or Kind.__members__.get(name) not in _OF_THE_CONNECTION:
        fields = {"stream": stream_id, **fields}
    if word >> 31:
        fields["reserved"] = True
    if flags != computed:
        fields["flags"] = Hex(f"0x{flags:02x}")
    return {name: fields}


def _without_fields(number: int, payload: bytes) -> tuple[str, Named, int]:
    """Name the type alone, with its payload as octets; the flags that the case format computes are told."""
    octets = Hex(payload.hex(" "))
    if number not in Kind.__members__.values():
        return "UNKNOWN", {"type": Hex(f"0x{number:02x}"), "payload": octets}, 0
    kind = Kind(number)
    computed = {Kind.HEADERS: END_STREAM | END_HEADERS}.get(kind, 0)
    if kind in (Kind.CONTINUATION, Kind.PUSH_PROMISE):
        computed = END_HEADERS
    return kind.name, {"payload": octets}, computed


def _unpadded(flags: int, payload: bytes) -> tuple[Named, bytes]:
    """Return how the payload is padded, and what is left of it.  Raises _Unnameable."""
    if not flags & PADDED:
        return {}, payload
    if not payload or payload[0] >= len(payload):
        raise _Unnameable
    pad = payload[0]
    content, padding = payload[1 : len(payload) - pad], payload[len(payload) - pad :]
    return ({"padding": Hex(padding.hex(" "))} if any(padding) else {"pad": pad}), content


def _data(flags: int, payload: bytes) -> tuple[str, Named, int]:
    padding, content = _unpadded(flags, payload)
    fields: Named = {"data": text(content)} if content else {}
    if flags & END_STREAM:
        fields["end_stream"] = True
    return "DATA", {**fields, **padding}, flags & (END_STREAM | PADDED)


def _headers(flags: int, payload: bytes) -> tuple[str, Named, int]:
    padding, content = _unpadded(flags, payload)
    extra: Named = dict(padding)
    if flags & PRIORITY:
        if len(content) < 5:
            raise _Unnameable
        extra["priority"] = _priority_fields(content[:5])
        content = content[5:]
    if not flags & END_HEADERS:
        extra["end_headers"] = False
    fields = plain_fields(content)
    name, described = _block(content, fields)
    if name == "HEADERS" and fields and flags & END_STREAM and not any(n[:1] == b":" for n, _ in fields):
        name = "TRAILERS"
    if not flags & END_STREAM:
        described["end_stream"] = False
    return name, {**described, **extra}, flags & _HEADERS_FLAGS


def _block(block: bytes, fields: FieldList | None) -> tuple[str, Named]:
    """Return a field block in the shortest words: a good request and what differs, fields, or octets."""
    if fields is None:
        return "HEADERS", {"block": Hex(block.hex(" "))}
    there = [field for field in REQUEST if field in fields]
    rest = fields[len(there) :]
    if len(there) >= 2 and tuple(there) == fields[: len(there)]:
        missing = [_PSEUDO[field[0]] for field in REQUEST if field not in there]
        request: Named = {"omit": [f":{name}" for name in missing]} if missing else {}
        if rest:
            request["headers"] = _pairs(rest)
        return "REQUEST", request
    return "HEADERS", {"fields": _pairs(fields)}


def plain_fields(block: bytes) -> FieldList | None:
    """Return the fields of a block of literals without indexing or Huffman code, as a case writes them."""
    found = []
    at = 0
    while at < len(block):
        if block[at]:
            return None
        pair = []
        at += 1
        for _ in range(2):
            if at >= len(block) or block[at] >= 0x7F or at + 1 + block[at] > len(block):
                return None
            pair.append(block[at + 1 : at + 1 + block[at]])
            at += 1 + block[at]
        found.append((pair[0], pair[1]))
    return tuple(found)


def _pairs(fields: FieldList) -> list[list[Any]]:
    return [[text(name), _TARGETS.get((name, value)) or text(value)] for name, value in fields]


def _priority_fields(octets: bytes) -> Named:
    word, weight = unpack(">LB", octets)
    return {"depends_on": word & 0x7FFF_FFFF, "weight": weight, "exclusive": bool(word >> 31)}


def _priority(_: int, payload: bytes) -> tuple[str, Named, int]:
    if len(payload) != 5:
        raise _Unnameable
    return "PRIORITY", _priority_fields(payload), 0


def _error(code: int) -> Any:
    return ERRORS[code] if code < len(ERRORS) else code


def _rst_stream(_: int, payload: bytes) -> tuple[str, Named, int]:
    if len(payload) != 4:
        raise _Unnameable
    return "RST_STREAM", {"error": _error(int.from_bytes(payload, "big"))}, 0


def _settings(flags: int, payload: bytes) -> tuple[str, Named, int]:
    if len(payload) % 6:
        raise _Unnameable
    entries = [unpack(">HL", payload[at : at + 6]) for at in range(0, len(payload), 6)]
    pairs: list[list[Any]] = [
        [SETTINGS.get(number) or Hex(f"0x{number:02x}"), value] for number, value in entries
    ]
    is_once = len({number for number, _ in entries}) == len(entries)
    fields: Named = {}
    if pairs:
        fields["settings"] = dict(pairs) if is_once else pairs
    if flags & ACK:
        fields["ack"] = True
    return "SETTINGS", fields, flags & ACK


def _push_promise(flags: int, payload: bytes) -> tuple[str, Named, int]:
    padding, content = _unpadded(flags, payload)
    if len(content) < 4 or content[0] >> 7:
        raise _Unnameable
    described: Named = {"promised": int.from_bytes(content[:4], "big")}
    fields = plain_fields(content[4:])
    described |= {"block": Hex(content[4:].hex(" "))} if fields is None else {"fields": _pairs(fields)}
    if not flags & END_HEADERS:
        described["end_headers"] = False
    return "PUSH_PROMISE", {**described, **padding}, flags & (END_HEADERS | PADDED)


def _ping(flags: int, payload: bytes) -> tuple[str, Named, int]:
    fields: Named = {"ack": True} if flags & ACK else {}
    if payload != bytes(8):
        fields["payload"] = Hex(payload.hex(" "))
    return "PING", fields, flags & ACK


def _goaway(_: int, payload: bytes) -> tuple[str, Named, int]:
    if len(payload) < 8 or payload[0] >> 7:
        raise _Unnameable
    last, code = unpack(">LL", payload[:8])
    fields: Named = {"last_stream": last, "error": _error(code)}
    if payload[8:]:
        fields["debug"] = text(payload[8:])
    return "GOAWAY", fields, 0


def _window_update(_: int, payload: bytes) -> tuple[str, Named, int]:
    if len(payload) != 4:
        raise _Unnameable
    return "WINDOW_UPDATE", {"increment": int.from_bytes(payload, "big")}, 0


def _continuation(flags: int, payload: bytes) -> tuple[str, Named, int]:
    fields = plain_fields(payload)
    described: Named = {"block": Hex(payload.hex(" "))} if fields is None else {"fields": _pairs(fields)}
    if not flags & END_HEADERS:
        described["end_headers"] = False
    return "CONTINUATION", described, flags & END_HEADERS


_NAMERS: dict[int, Callable[[int, bytes], tuple[str, Named, int]]] = {
    Kind.DATA: _data,
    Kind.HEADERS: _headers,
    Kind.PRIORITY: _priority,
    Kind.RST_STREAM: _rst_stream,
    Kind.SETTINGS: _settings,
    Kind.PUSH_PROMISE: _push_promise,
    Kind.PING: _ping,
    Kind.GOAWAY: _goaway,
    Kind.WINDOW_UPDATE: _window_update,
    Kind.CONTINUATION: _continuation,
}
_OF_THE_CONNECTION = frozenset((Kind.SETTINGS, Kind.PING, Kind.GOAWAY))
