"""A frame vector told for a reader: its rules, what is allowed, and the octets field by field."""

from collections.abc import Iterator, Mapping
from typing import Final

from ..rules.requirements import Requirement, told
from ..wire.codes import FRAME_HEADER, MAX_31, flag_names, type_name
from .control import control_of
from .vector import Context, FrameVector

_ROW: Final = 16
_SHOWN: Final = 256
"""Octets of a payload that are printed without `full`."""


def explain(vector: FrameVector, requirements: Mapping[str, Requirement]) -> Iterator[str]:
    """Yield everything about one vector."""
    yield f"{vector.id}  ({vector.level}, {vector.spec})"
    yield f"  {vector.title}"
    yield f"  {vector.path}:{vector.line}"
    yield "\nrequirements"
    for name in vector.req:
        yield f"  {name}  {told(name, requirements)}"
    yield "\noutcomes"
    yield f"  pass  {' or '.join(vector.expected())}"
    for also in vector.also:
        if also.flag is not None:
            yield f"  acceptable ({also.flag})  {also.outcome}{f': {also.why}' if also.why else ''}"
    if vector.note:
        yield f"\nnote\n  {vector.note}"
    if vector.needs:
        yield f"\nneeds\n  {', '.join(vector.needs)}"
    yield ""
    yield from wire_lines(vector, full=False)


def wire_lines(vector: FrameVector, *, full: bool = True) -> Iterator[str]:
    """Yield the octets of the vector and of its control, one field a line; `full`: a long payload as well."""
    yield from _part("wire", vector.wire, vector.context, full=full)
    if (twin := control_of(vector)) is not None:
        yield from _part("control, a legal frame of the same type", *twin, full=full)


def _part(title: str, wire: bytes, context: Context, *, full: bool) -> Iterator[str]:
    yield f"{title}, to a {context.role} that takes {context.max_frame_size} octets"
    if len(wire) < FRAME_HEADER:
        yield f"  {_padded(wire)}  cut off: a frame header has {FRAME_HEADER} octets"
        return
    length, there = int.from_bytes(wire[:3], "big"), len(wire) - FRAME_HEADER
    word = int.from_bytes(wire[5:9], "big")
    flags = " ".join(flag_names(wire[3], wire[4])) or "none"
    yield f"  {_padded(wire[:3])}  length {length}{'' if length == there else f', {there} octets follow'}"
    yield f"  {_padded(wire[3:4])}  type {type_name(wire[3])}"
    yield f"  {_padded(wire[4:5])}  flags {flags}"
    yield f"  {_padded(wire[5:9])}  stream {word & MAX_31}{' and the reserved bit' if word > MAX_31 else ''}"
    payload = wire[FRAME_HEADER:]
    shown = payload if full else payload[:_SHOWN]
    for at in range(0, len(shown), _ROW):
        yield f"  {shown[at : at + _ROW].hex(' ')}"
    if len(shown) < len(payload):
        yield f"  ... {len(payload) - len(shown)} more octets: h2conf show --wire"


def _padded(octets: bytes) -> str:
    return f"{octets.hex(' '):<{3 * (FRAME_HEADER - 1)}}"
