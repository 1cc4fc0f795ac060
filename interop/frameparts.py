"""A frame as parts that can be taken out: fields, settings, octets; padding and priority fields apart."""

from collections.abc import Iterable
from dataclasses import dataclass

from .framenames import PADDED, PRIORITY, Kind
from .moves import REQUEST, FieldList, frame, literals
from .naming import HEADER, plain_fields

_GOOD = frozenset(literals((field,)) for field in REQUEST)
_BLOCKS = frozenset((Kind.HEADERS, Kind.CONTINUATION, Kind.PUSH_PROMISE))
_PADDABLE = frozenset((Kind.DATA, Kind.HEADERS, Kind.PUSH_PROMISE))
_LEAD = {Kind.PUSH_PROMISE: 4, Kind.GOAWAY: 8}
"""Octets that stand in front of what can be shortened."""
_WHOLE = {Kind.PRIORITY: 5, Kind.RST_STREAM: 4, Kind.PING: 8, Kind.WINDOW_UPDATE: 4}
"""Payloads of this size are one value; nothing of them can be spared."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A frame as parts that can be taken out: fields, settings, or octets."""

    kind: int
    flags: int
    stream_id: int
    lead: bytes
    parts: tuple[bytes, ...]
    tail: bytes = b""
    """Padding."""

    def __bytes__(self) -> bytes:
        return frame(self.kind, self.flags, self.stream_id, self.lead + b"".join(self.parts) + self.tail)


def is_whole(octets: bytes) -> bool:
    """Tell whether the octets are one frame, no less and no more."""
    return len(octets) >= HEADER and len(octets) == HEADER + int.from_bytes(octets[:3], "big")


def taken_apart(octets: bytes) -> Parts | None:
    """Return the parts of one frame, or None if it cannot be read."""
    if not is_whole(octets):
        return None
    kind, flags = octets[3], octets[4]
    stream_id, payload = int.from_bytes(octets[5:HEADER], "big"), octets[HEADER:]
    tail = b""
    lead = payload[: _LEAD.get(Kind(kind), 0)] if kind in Kind.__members__.values() else b""
    if kind in _PADDABLE and flags & PADDED:
        if not payload or payload[0] >= len(payload):
            return None
        tail = payload[len(payload) - payload[0] :]
        lead = payload[: 1 + len(lead)]
        payload = payload[: len(payload) - payload[0]]
    if kind == Kind.HEADERS and flags & PRIORITY:
        lead = payload[: len(lead) + 5]
    content = payload[len(lead) :]
    if kind in Kind.__members__.values() and len(content) == _WHOLE.get(Kind(kind)):
        return Parts(kind, flags, stream_id, content, (), tail)
    return Parts(kind, flags, stream_id, lead, tuple(_parts(kind, content)), tail)


def _parts(kind: int, content: bytes) -> Iterable[bytes]:
    if kind in _BLOCKS and (fields := plain_fields(content)) is not None:
        return [literals((field,)) for field in fields]
    if kind == Kind.SETTINGS and len(content) % 6 == 0:
        return [content[at : at + 6] for at in range(0, len(content), 6)]
    return [bytes([octet]) for octet in content]


def is_spare(part: bytes) -> bool:
    """Tell whether a part may go: the four fields of our good request stay together."""
    return part not in _GOOD


def dressed(taken: Parts, flag: int) -> bool:
    """Tell whether the frame has padding or priority fields, by their flag."""
    kinds = _PADDABLE if flag == PADDED else {Kind.HEADERS}
    return taken.kind in kinds and bool(taken.flags & flag)


def field_of(taken: Parts, part: bytes) -> FieldList | None:
    """Return the field that a part is, if its name and value may be shortened."""
    return plain_fields(part) if taken.kind in _BLOCKS and len(part) > 1 and is_spare(part) else None
