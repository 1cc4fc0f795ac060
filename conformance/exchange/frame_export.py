"""Export to http2-frame-test-case: a frame vector becomes a JSON document, or the reason why it cannot."""

from collections import Counter
from typing import Any, Final

from ..frame.layout import FieldValue, Frame, Priority, build
from ..frame.vector import Context, FrameVector
from ..wire.codes import FRAME_HEADER, PADDED, Type, type_name
from .frame_json import NAME, NAMES, PADDED_TYPES, PRIORITY_NAMES, header_of
from .losses import Losses, NotExpressible

_DEFAULT: Final = Context()
_ROLE_NEEDS: Final = frozenset({"role", "types-of-role"})


def export_case(vector: FrameVector, losses: Losses) -> dict[str, Any]:
    """Return a vector as a document.  Raises NotExpressible."""
    losses.cases += 1
    if vector.frame is None and not vector.errors:
        raise NotExpressible("the outcome is to wait for more octets")
    if vector.context.max_frame_size != _DEFAULT.max_frame_size:
        raise NotExpressible("the format knows default settings only")
    if _ROLE_NEEDS.intersection(vector.needs):
        raise NotExpressible("the outcome depends on the receiver's role, which the format cannot name")
    frame = None if vector.frame is None else _export_frame(vector.frame, vector.wire)
    document: dict[str, Any] = {
        "error": list(vector.errors) or None,
        "wire": vector.wire.hex().upper(),
        "frame": frame,
    }
    if vector.source is None or vector.source.get("format") != NAME:
        document["description"] = vector.title
    elif "description" in vector.source:
        document["description"] = vector.source["description"]
    _count(vector, losses)
    return document


def _count(vector: FrameVector, losses: Losses) -> None:
    if vector.errors:
        losses.dropped["scope of the error"] += vector.scopes != ("connection", "stream")
        losses.dropped["waiting as an outcome besides the error"] += vector.wait
    losses.dropped["acceptable outcomes with their flags"] += bool(vector.also)
    losses.dropped["note"] += vector.note is not None
    losses.dropped["id, requirements and level"] += 1
    losses.dropped += Counter()  # takes the zeros out


def _export_frame(frame: Frame, wire: bytes) -> dict[str, Any]:
    if frame.type not in NAMES:
        raise NotExpressible(f"{type_name(frame.type)} has no payload form in the format")
    if wire[5] & 0x80 or build(frame) != wire[FRAME_HEADER:]:
        raise NotExpressible("a reserved bit is set, so the frame encoded again is not the wire")
    fields = {
        theirs: _export_field(frame.fields.get(ours, b""), theirs)
        for theirs, ours in NAMES[frame.type].items()
    }
    if frame.type == Type.HEADERS:
        fields["priority"] = _export_priority(frame.priority)
    if frame.type in PADDED_TYPES:
        is_padded = bool(frame.flags & PADDED)
        fields["padding_length"] = frame.number("pad") if is_padded else None
        fields["padding"] = _text(frame.padding) if is_padded else None
    length, kind, flags, stream = header_of(wire)
    return {
        "length": length,
        "frame_payload": fields,
        "flags": flags,
        "stream_identifier": stream,
        "type": kind,
    }


def _export_field(value: FieldValue, name: str) -> Any:
    if isinstance(value, bytes):
        return _text(value)
    if isinstance(value, tuple):
        return [list(pair) for pair in value if isinstance(pair, tuple)]
    return value + 1 if name == "weight" else value


def _export_priority(priority: Priority | None) -> dict[str, Any] | None:
    if priority is None:
        return None
    values = (priority.depends_on, priority.weight + 1, priority.exclusive)
    return dict(zip(PRIORITY_NAMES, values, strict=True))


def _text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        raise NotExpressible("octets that are not text") from error


def file_name(vector: FrameVector) -> str:
    """Return where a document goes: back where it came from, or by frame type with the errors apart."""
    if vector.source is not None and vector.source.get("format") == NAME and "path" in vector.source:
        return vector.source["path"]
    kind = type_name(vector.wire[3]).lower()
    return f"error/{kind}-{vector.slug}.json" if vector.errors else f"{kind}/{vector.slug}.json"
