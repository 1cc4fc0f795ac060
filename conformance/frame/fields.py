"""The expected frame of a vector, read strictly from YAML and compared with the hand-written wire."""

import re
from collections.abc import Mapping
from typing import Final

from ..reading.nodes import Value
from ..wire.codes import DEFINED_FLAGS, FRAME_HEADER, MAX_31, Error, Setting, Type
from .layout import FieldValue, Frame, Kind, Priority, build, fields_of, flag_mask, without_reserved_bit
from .octets import hex_parts, text_octets

_HEX_NUMBER: Final = re.compile(r"0x([0-9a-fA-F]{1,8})\Z")


def error_text(code: int) -> str:
    """Return the name of an error code, or its number."""
    return Error(code).name if code in set(Error) else f"0x{code:x}"


def number(value: Value, names: Mapping[str, int], what: str, high: int) -> int:
    """Read a name of a table, a decimal integer, or a quoted hexadecimal number."""
    if value.is_integer:
        return value.integer(0, high)
    text = value.text()
    if text in names:
        return names[text]
    match = _HEX_NUMBER.match(text)
    if match is None or not value.is_quoted or int(match[1], 16) > high:
        raise value.error(f"not {what}: {text!r}")
    return int(match[1], 16)


TYPES: Final = {t.name: int(t) for t in Type}
ERRORS: Final = {e.name: int(e) for e in Error}
SETTINGS: Final = {s.name: int(s) for s in Setting}


def _flags(value: Value, frame_type: int) -> int:
    defined = DEFINED_FLAGS.get(frame_type)
    if defined is None:
        return number(value, {}, "flags of an unknown type as a quoted number", 0xFF)
    bits = 0
    for item in value.items():
        bits |= defined[item.one_of(defined, "a flag of this type:")]
    return bits


def _priority(value: Value) -> Priority:
    fields = value.fields(required=("depends_on", "weight", "exclusive"))
    return Priority(
        fields["depends_on"].integer(0, MAX_31),
        fields["weight"].integer(0, 255),
        fields["exclusive"].boolean(),
    )


def _pair(value: Value) -> tuple[int, int]:
    items = value.items()
    if len(items) != 2:
        raise value.error(f"expected [setting, value], found {len(items)} items")
    return number(items[0], SETTINGS, "a setting", 0xFFFF), items[1].integer(0, 0xFFFF_FFFF)


def _field(value: Value, kind: str) -> FieldValue:
    if kind == Kind.TEXT:
        return text_octets(value)
    if kind == Kind.HEX:
        return hex_parts(value)
    if kind == Kind.NUMBER:
        return value.integer(0, MAX_31)
    if kind == Kind.OCTET:
        return value.integer(0, 255)
    if kind == Kind.BOOLEAN:
        return value.boolean()
    if kind == Kind.ERROR:
        return number(value, ERRORS, "an error code", 0xFFFF_FFFF)
    if kind == Kind.PRIORITY:
        return _priority(value)
    if kind == Kind.SETTINGS:
        return tuple(_pair(item) for item in value.items())
    return tuple(text_octets(item) for item in value.items())


def parse_frame(value: Value) -> Frame:
    """Read the expected frame.  `length`, if it is given, is compared with the payload."""
    mapping = value.mapping()
    if "type" not in mapping:
        raise value.error("missing key 'type'")
    frame_type = number(mapping["type"], TYPES, "a frame type", 0xFF)
    layout = fields_of(frame_type)
    required = [name for name, field in layout.items() if not field.optional]
    optional = [name for name, field in layout.items() if field.optional]
    nodes = value.fields(required=("type", "stream", "flags", *required), optional=("length", *optional))
    flags = _flags(nodes["flags"], frame_type)
    fields: dict[str, FieldValue] = {n: _field(nodes[n], layout[n].kind) for n in layout if n in nodes}
    frame = Frame(frame_type, nodes["stream"].integer(0, MAX_31), flags, fields)
    _check_optional(value, frame)
    if "length" in nodes and nodes["length"].integer() != len(build(frame)):
        raise nodes["length"].error(f"the fields make a payload of {len(build(frame))} octets")
    return frame


def _check_optional(value: Value, frame: Frame) -> None:
    """Hold that an optional field stands there exactly when its flag is set."""
    defined = DEFINED_FLAGS.get(frame.type, {})
    for flag, field in (("PADDED", "pad"), ("PRIORITY", "priority")):
        if flag in defined and bool(frame.flags & defined[flag]) != (field in frame.fields):
            raise value.error(f"the flag {flag} and the field {field} go together")
    if "padding" in frame.fields and len(frame.octets("padding")) != frame.fields.get("pad"):
        raise value.error("the padding is not as long as pad says")


def check_wire(value: Value, wire: bytes, frame: Frame) -> None:
    """Hold that the hand-written wire and the expected fields say the same.  Raises VectorError."""
    if len(wire) < FRAME_HEADER:
        raise value.error("a frame header has 9 octets")
    length, word = int.from_bytes(wire[:3], "big"), int.from_bytes(wire[5:9], "big")
    payload = wire[FRAME_HEADER:]
    defined = DEFINED_FLAGS.get(frame.type)
    mask = 0xFF if defined is None else flag_mask(defined)
    pairs: tuple[tuple[str, object, object], ...] = (
        ("length", length, len(payload)),
        ("type", wire[3], frame.type),
        ("flags", wire[4] & mask, frame.flags),
        ("stream", word & MAX_31, frame.stream),
        ("payload", without_reserved_bit(frame, payload).hex(), build(frame).hex()),
    )
    for name, written, meant in pairs:
        if written != meant:
            raise value.error(
                f"{name} of the wire is {str(written)[:80]}, but the frame says {str(meant)[:80]}"
            )
