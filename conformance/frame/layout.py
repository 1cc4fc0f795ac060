"""The payload of each frame type, field by field (RFC 9113 6; RFC 7838 4; RFC 8336 2; RFC 9218 7.1).

`build` puts fields on the wire as the RFCs' figures say.  It proves that the hand-written wire of a vector
and its expected fields agree; nothing is ever read with it.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from ..wire.codes import FLAG_BITS, PADDED, PRIORITY_FLAG, Type


class Priority(NamedTuple):
    """The priority fields of HEADERS (RFC 9113 6.2); `weight` is the octet of the wire, 0 to 255."""

    depends_on: int
    weight: int
    exclusive: bool


Settings: TypeAlias = tuple[tuple[int, int], ...]
FieldValue: TypeAlias = bytes | int | bool | Priority | Settings | tuple[bytes, ...]
Fields: TypeAlias = Mapping[str, FieldValue]


class Kind:
    """How a field is written in vectors and in answers."""

    TEXT = "octets, mostly text"
    HEX = "octets"
    NUMBER = "31-bit number"
    OCTET = "number 0 to 255"
    BOOLEAN = "true or false"
    ERROR = "error code"
    PRIORITY = "priority fields"
    SETTINGS = "list of settings"
    ORIGINS = "list of text"


class Field(NamedTuple):
    """One field of a payload; an optional one stands there only with its flag."""

    kind: str
    optional: bool = False


_PAD: Final = {"pad": Field(Kind.OCTET, True), "padding": Field(Kind.HEX, True)}

LAYOUT: Final[dict[int, dict[str, Field]]] = {
    Type.DATA: {"data": Field(Kind.TEXT), **_PAD},
    Type.HEADERS: {"block": Field(Kind.HEX), "priority": Field(Kind.PRIORITY, True), **_PAD},
    Type.PRIORITY: {
        "depends_on": Field(Kind.NUMBER),
        "weight": Field(Kind.OCTET),
        "exclusive": Field(Kind.BOOLEAN),
    },
    Type.RST_STREAM: {"error": Field(Kind.ERROR)},
    Type.SETTINGS: {"settings": Field(Kind.SETTINGS)},
    Type.PUSH_PROMISE: {"promised": Field(Kind.NUMBER), "block": Field(Kind.HEX), **_PAD},
    Type.PING: {"payload": Field(Kind.HEX)},
    Type.GOAWAY: {
        "last_stream": Field(Kind.NUMBER),
        "error": Field(Kind.ERROR),
        "debug": Field(Kind.TEXT, True),
    },
    Type.WINDOW_UPDATE: {"increment": Field(Kind.NUMBER)},
    Type.CONTINUATION: {"block": Field(Kind.HEX)},
    Type.ALTSVC: {"origin": Field(Kind.TEXT), "value": Field(Kind.TEXT)},
    Type.ORIGIN: {"origins": Field(Kind.ORIGINS)},
    Type.PRIORITY_UPDATE: {"prioritized": Field(Kind.NUMBER), "value": Field(Kind.TEXT)},
}
"""The fields of each frame type, in no particular order."""

RAW: Final[dict[str, Field]] = {"payload": Field(Kind.HEX)}
"""The fields of a frame whose type nobody defined."""


def fields_of(frame_type: int) -> dict[str, Field]:
    """Return the fields of a frame type."""
    return LAYOUT.get(frame_type, RAW)


class Frame(NamedTuple):
    """A frame with its payload as fields; `flags`: the defined flags, or all bits of an unknown type."""

    type: int
    stream: int
    flags: int
    fields: Fields

    def octets(self, name: str) -> bytes:
        """Return a field that is octets; an absent optional one is empty."""
        value = self.fields.get(name, b"")
        if not isinstance(value, bytes):
            raise TypeError(f"{name} is not octets")
        return value

    def number(self, name: str) -> int:
        """Return a field that is a number."""
        value = self.fields[name]
        if not isinstance(value, int):
            raise TypeError(f"{name} is not a number")
        return value

    @property
    def priority(self) -> Priority | None:
        """The priority fields of HEADERS."""
        value = self.fields.get("priority")
        return value if isinstance(value, Priority) else None

    @property
    def settings(self) -> Settings:
        """The settings in wire order."""
        value = self.fields["settings"]
        if not isinstance(value, tuple):
            raise TypeError("settings are not a list")
        return tuple(pair for pair in value if isinstance(pair, tuple))

    @property
    def padding(self) -> bytes:
        """The octets of the padding: zeros unless the vector says otherwise."""
        pad = self.number("pad") if "pad" in self.fields else 0
        return self.octets("padding") if "padding" in self.fields else bytes(pad)


def _padded(frame: Frame, content: bytes) -> bytes:
    if not frame.flags & PADDED:
        return content
    return bytes((frame.number("pad"),)) + content + frame.padding


def _priority(depends_on: int, weight: int, exclusive: bool) -> bytes:
    return (depends_on | exclusive << 31).to_bytes(4, "big") + bytes((weight,))


def _headers(frame: Frame) -> bytes:
    priority = _priority(*frame.priority) if frame.flags & PRIORITY_FLAG and frame.priority else b""
    return _padded(frame, priority + frame.octets("block"))


def _u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def _counted(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets


def _origins(frame: Frame) -> bytes:
    value = frame.fields["origins"]
    if not isinstance(value, tuple):
        raise TypeError("origins are not a list")
    return b"".join(_counted(origin) for origin in value if isinstance(origin, bytes))


_BUILDERS: Final[dict[int, Callable[[Frame], bytes]]] = {
    Type.DATA: lambda f: _padded(f, f.octets("data")),
    Type.HEADERS: _headers,
    Type.PRIORITY: lambda f: _priority(
        f.number("depends_on"), f.number("weight"), bool(f.number("exclusive"))
    ),
    Type.RST_STREAM: lambda f: _u32(f.number("error")),
    Type.SETTINGS: lambda f: b"".join(i.to_bytes(2, "big") + _u32(v) for i, v in f.settings),
    Type.PUSH_PROMISE: lambda f: _padded(f, _u32(f.number("promised")) + f.octets("block")),
    Type.PING: lambda f: f.octets("payload"),
    Type.GOAWAY: lambda f: _u32(f.number("last_stream")) + _u32(f.number("error")) + f.octets("debug"),
    Type.WINDOW_UPDATE: lambda f: _u32(f.number("increment")),
    Type.CONTINUATION: lambda f: f.octets("block"),
    Type.ALTSVC: lambda f: _counted(f.octets("origin")) + f.octets("value"),
    Type.ORIGIN: _origins,
    Type.PRIORITY_UPDATE: lambda f: _u32(f.number("prioritized")) + f.octets("value"),
}

# Payloads whose first 31-bit number has a reserved bit before it (RFC 9113 6.6, 6.8, 6.9; RFC 9218 7.1).
_RESERVED_FIRST: Final = frozenset({Type.PUSH_PROMISE, Type.GOAWAY, Type.WINDOW_UPDATE, Type.PRIORITY_UPDATE})


def build(frame: Frame) -> bytes:
    """Return the payload that the fields of a frame make."""
    builder = _BUILDERS.get(frame.type)
    return builder(frame) if builder else frame.octets("payload")


def without_reserved_bit(frame: Frame, payload: bytes) -> bytes:
    """Return a payload with the reserved bit inside it taken out, for comparison with what `build` makes."""
    if frame.type not in _RESERVED_FIRST:
        return payload
    place = 1 if frame.type == Type.PUSH_PROMISE and frame.flags & PADDED else 0
    if len(payload) <= place:
        return payload
    return payload[:place] + bytes((payload[place] & 0x7F,)) + payload[place + 1 :]


def flag_mask(names: Mapping[str, int]) -> int:
    """Return the bits of the flags that a frame type defines."""
    return sum(FLAG_BITS[name] for name in names)
