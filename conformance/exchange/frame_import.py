"""Import of http2-frame-test-case: a JSON document becomes a frame vector, or the reason why it cannot."""

from collections.abc import Mapping
from typing import Any, Final

from ..frame.layout import LAYOUT, FieldValue, Frame, Kind, Priority, build, flag_mask
from ..frame.vector import Context, FrameVector
from ..wire.codes import DEFINED_FLAGS, FRAME_HEADER, MAX_31, PADDED, PRIORITY_FLAG, Type
from .frame_json import NAME, NAMES, PADDED_TYPES, flat_priority, header_of
from .losses import Losses, NotExpressible


def import_case(
    document: Any, path: str, suite: str, slug: str, req: tuple[str, ...], level: str, losses: Losses
) -> FrameVector:
    """Return a document as a frame vector.  Raises NotExpressible for one that contradicts itself."""
    losses.cases += 1
    if not isinstance(document, Mapping) or not isinstance(document.get("wire"), str):
        raise NotExpressible("not a document of this format: no wire")
    try:
        wire = bytes.fromhex(document["wire"])
    except ValueError as error:
        raise NotExpressible("the wire is not hexadecimal") from error
    errors, data = document.get("error"), document.get("frame")
    if (errors is None) == (data is None):
        raise NotExpressible("exactly one of error and frame must be null")
    description = document.get("description")
    source = {"format": NAME, "path": path}
    if description is not None:
        source["description"] = str(description)
    for key in document.keys() - {"wire", "error", "frame", "description"}:
        losses.dropped[f"the key {key!r}"] += 1
    frame = None if data is None else _import_frame(data, wire)
    if errors is not None and not (errors and all(_is_number(e, 0xFFFF_FFFF) for e in errors)):
        raise NotExpressible("error is not a list of error codes")
    return FrameVector(
        suite=suite,
        spec=NAME,
        slug=slug,
        title=str(description) if description else f"{path} of {NAME}",
        req=req,
        level=level,
        wire=wire,
        context=_context(wire),
        needs=_needs(wire),
        source=source,
        frame=frame,
        errors=tuple(errors or ()),
        wait=errors is not None and _is_cut(wire),
    )


_EXTENSIONS: Final = {Type.ALTSVC: "altsvc", Type.ORIGIN: "origin", Type.PRIORITY_UPDATE: "priority-update"}
"""Types that a reader need not know, and the need that says so."""


def _context(wire: bytes) -> Context:
    # RFC 9113 8.4: "A client cannot push", so a server refuses each PUSH_PROMISE, good or bad.
    return Context(role="client") if wire[3:4] == bytes([Type.PUSH_PROMISE]) else Context()


def _needs(wire: bytes) -> tuple[str, ...]:
    return tuple(need for kind, need in _EXTENSIONS.items() if wire[3:4] == bytes([kind]))


def _is_cut(wire: bytes) -> bool:
    return len(wire) < FRAME_HEADER or len(wire) - FRAME_HEADER < int.from_bytes(wire[:3], "big")


def _number(data: Mapping[str, Any], name: str, high: int) -> int:
    value = data.get(name)
    if not isinstance(value, int) or not _is_number(value, high):
        raise NotExpressible(f"{name} is not a number up to {high}")
    return value


def _is_number(value: Any, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high


def _import_frame(data: Any, wire: bytes) -> Frame:
    if not isinstance(data, Mapping) or not isinstance(data.get("frame_payload"), Mapping):
        raise NotExpressible("frame has no frame_payload")
    kind = data.get("type")
    if kind not in NAMES:
        raise NotExpressible(f"frame type {kind!r} has no payload form")
    payload = data["frame_payload"]
    flags = _number(data, "flags", 0xFF)
    stream = _number(data, "stream_identifier", MAX_31)
    fields: dict[str, FieldValue] = {
        ours: _import_field(payload.get(theirs), theirs, LAYOUT[kind][ours].kind)
        for theirs, ours in NAMES[kind].items()
    }
    if kind == Type.HEADERS:
        if flags & PRIORITY_FLAG:
            fields["priority"] = _import_priority(payload)
        elif payload.get("priority") or flat_priority(payload):
            raise NotExpressible("priority fields without the flag PRIORITY")
    if kind in PADDED_TYPES:
        if flags & PADDED:
            fields |= _import_padding(payload)
        elif payload.get("padding_length") is not None:
            raise NotExpressible("padding without the flag PADDED")
    defined = flags & flag_mask(DEFINED_FLAGS[kind])
    frame = Frame(kind, stream, defined, fields)
    header = data.get("length"), kind, flags, frame.stream
    if len(wire) < FRAME_HEADER or header != header_of(wire) or build(frame) != wire[FRAME_HEADER:]:
        raise NotExpressible("wire and frame disagree")
    return frame


def _import_field(value: Any, name: str, kind: str) -> FieldValue:
    if kind in (Kind.TEXT, Kind.HEX) and isinstance(value, str):
        return _octets(value)
    if kind == Kind.BOOLEAN and isinstance(value, bool):
        return value
    if kind == Kind.SETTINGS and isinstance(value, list) and all(map(_is_setting, value)):
        return tuple((identifier, number) for identifier, number in value)
    if name == "weight" and _is_number(value, 256) and value >= 1:
        return int(value) - 1  # the format counts from 1, the wire from 0
    if kind in (Kind.NUMBER, Kind.ERROR) and _is_number(value, 0xFFFF_FFFF if kind == Kind.ERROR else MAX_31):
        return int(value)
    raise NotExpressible(f"{name} is not what its frame type asks for")


def _is_setting(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and _is_number(value[0], 0xFFFF)
        and _is_number(value[1], 0xFFFF_FFFF)
    )


def _octets(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise NotExpressible("text with lone surrogates") from error


def _import_priority(payload: Mapping[str, Any]) -> Priority:
    values = payload.get("priority") or flat_priority(payload) or {}
    depends_on = _number(values, "stream_dependency", MAX_31)
    weight = _number(values, "weight", 256)
    if weight == 0 or not isinstance(values.get("exclusive"), bool):
        raise NotExpressible("PRIORITY is set, but priority is not what it asks for")
    return Priority(depends_on, weight - 1, values["exclusive"])


def _import_padding(payload: Mapping[str, Any]) -> dict[str, FieldValue]:
    length, padding = payload.get("padding_length"), payload.get("padding")
    if not _is_number(length, 255) or not isinstance(padding, str | None):
        raise NotExpressible("PADDED is set, but padding is not what it asks for")
    octets = _octets(padding or "")
    if len(octets) != length:
        raise NotExpressible("the padding is not as long as padding_length says")
    return {"pad": length, "padding": octets} if any(octets) else {"pad": length}
