"""Frame vectors as plain data, in the shape in which they are written in YAML."""

import hashlib
import json
from itertools import groupby
from typing import Any

from ..wire.codes import DEFINED_FLAGS, FRAME_HEADER, Setting, Type, error_name
from .layout import FieldValue, Frame, Kind, Priority, fields_of
from .vector import Context, FrameVector

_DEFAULT = Context()
_RUN = 64
"""So many equal octets in a row are written as a part {octet, times}."""


def octet_parts(octets: bytes) -> str | list[Any]:
    """Return octets as hexadecimal text, or as parts where one octet comes many times in a row."""
    parts: list[Any] = []
    for value, group in groupby(octets):
        count = len(list(group))
        if count >= _RUN:
            parts.append({"octet": f"{value:02x}", "times": count})
        elif parts and isinstance(parts[-1], str):
            parts[-1] += f"{value:02x}" * count
        else:
            parts.append(f"{value:02x}" * count)
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    return parts or ""


def wire_text(wire: bytes) -> str | list[Any]:
    """Return a wire spaced by length, type, flags, stream and payload."""
    if len(wire) < FRAME_HEADER:
        return wire.hex()
    header = f"{wire[:3].hex()} {wire[3]:02x} {wire[4]:02x} {wire[5:9].hex()}"
    payload = octet_parts(wire[FRAME_HEADER:])
    if isinstance(payload, str):
        return f"{header} {payload}".rstrip()
    return [header, *payload]


def text_value(octets: bytes) -> Any:
    """Return octets that are text as a rule: as text, `{hex}`, or `{size}`."""
    if len(octets) > _RUN and octets == b"a" * len(octets):
        return {"size": len(octets)}
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        return {"hex": octets.hex()}
    return text if text.isprintable() else {"hex": octets.hex()}


def _field(value: FieldValue, kind: str) -> Any:
    if isinstance(value, Priority):
        return value._asdict()
    if isinstance(value, bytes):
        return text_value(value) if kind == Kind.TEXT else octet_parts(value)
    if isinstance(value, tuple):
        if kind == Kind.ORIGINS:
            return [text_value(item) for item in value if isinstance(item, bytes)]
        return [_setting(pair) for pair in value if isinstance(pair, tuple)]
    if kind == Kind.ERROR and not isinstance(value, bool):
        name = error_name(value)
        return value if name.startswith("0x") else name
    return value


def _setting(pair: tuple[int, int]) -> list[Any]:
    identifier, value = pair
    known = identifier in set(Setting)
    return [Setting(identifier).name if known else f"0x{identifier:04x}", value]


def content_hash(vector: FrameVector) -> str:
    """Return 16 hexadecimal digits that name what a vector asks and expects; a note is not content."""
    data = case_data(vector._replace(note=None))
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def frame_data(frame: Frame) -> dict[str, Any]:
    """Return an expected frame."""
    defined = DEFINED_FLAGS.get(frame.type)
    flags: Any = f"0x{frame.flags:02x}"
    if defined is not None:
        flags = [name for name, bit in defined.items() if frame.flags & bit]
    kind = Type(frame.type).name if frame.type in set(Type) else f"0x{frame.type:02x}"
    layout = fields_of(frame.type)
    fields = {name: _field(frame.fields[name], layout[name].kind) for name in layout if name in frame.fields}
    return {"type": kind, "stream": frame.stream, "flags": flags, **fields}


def case_data(vector: FrameVector, outer: Context = _DEFAULT) -> dict[str, Any]:
    """Return a case; `outer` is the context of its file, which need not be said again."""
    data: dict[str, Any] = {
        "id": vector.slug,
        "title": vector.title,
        "req": list(vector.req),
        "level": vector.level,
    }
    differing = {k: v for k, v in vector.context._asdict().items() if v != getattr(outer, k)}
    optional: tuple[tuple[str, Any], ...] = (
        ("profile", vector.profile if vector.profile != "rfc9113" else None),
        ("needs", list(vector.needs)),
        ("note", vector.note),
        ("source", dict(vector.source) if vector.source is not None else None),
        ("context", differing),
    )
    data |= {name: value for name, value in optional if value}
    data["wire"] = wire_text(vector.wire)
    return data | _expectation(vector)


def _expectation(vector: FrameVector) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if vector.frame is not None:
        data["frame"] = frame_data(vector.frame)
    if vector.errors:
        data["error"] = [_field(code, Kind.ERROR) for code in vector.errors]
        if vector.scopes != ("connection", "stream"):
            data["scope"] = vector.scopes[0] if len(vector.scopes) == 1 else list(vector.scopes)
    for name, is_set in (("ignored", vector.ignored), ("wait", vector.wait)):
        if is_set:
            data[name] = True
    if vector.also:
        data["also"] = [{k: v for k, v in also._asdict().items() if v is not None} for also in vector.also]
    return data
