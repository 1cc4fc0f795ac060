"""Repairs of field sections: what a server does that lets faults pass (RFC 9113 8.2, 8.3, 8.5)."""

import re
from collections.abc import Callable

from nghttp2.fields import Fields

Repair = Callable[[Fields], Fields]


def names(pattern: bytes, by: Callable[[bytes], bytes]) -> Repair:
    """Change names of regular fields where the pattern matches."""
    match = re.compile(pattern, re.DOTALL).search
    return lambda fields: [
        (by(name) if name[:1] != b":" and match(name) else name, value) for name, value in fields
    ]


def values(pattern: bytes, by: bytes = b"", *, pseudo: bool | None = None) -> Repair:
    """Take what the pattern matches out of values."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda fields: [
        (name, compiled.sub(by, value) if pseudo is None or (name[:1] == b":") == pseudo else value)
        for name, value in fields
    ]


def without(*unwanted: bytes) -> Repair:
    return lambda fields: [(name, value) for name, value in fields if name not in unwanted]


def is_pseudo(name: bytes) -> bool:
    return name[:1] == b":"


def method_of(fields: Fields) -> bytes:
    return dict(reversed(fields)).get(b":method", b"")


def dashed(name: bytes) -> bytes:
    return re.sub(rb"[^a-z0-9-]", b"-", name)


def valued(name: bytes, good: bytes, right: bytes) -> Repair:
    """Put a good value in the place of each that does not match `right`."""
    match = re.compile(right, re.DOTALL).fullmatch
    return lambda fields: [(n, good if n == name and not match(v) else v) for n, v in fields]


def only_te_trailers(fields: Fields) -> Fields:
    return [(name, value) for name, value in fields if name != b"te" or value.lower() == b"trailers"]


def no_late_pseudo(fields: Fields) -> Fields:
    """Pseudo-fields behind regular ones are passed over, or used where they are the only ones."""
    is_late = False
    early: Fields = []
    late: Fields = []
    regular: Fields = []
    for pair in fields:
        is_late |= not is_pseudo(pair[0])
        (regular if not is_pseudo(pair[0]) else late if is_late else early).append(pair)
    known = {name for name, _ in early}
    return [*early, *(pair for pair in late if pair[0] not in known), *regular]


def first_of_each(fields: Fields) -> Fields:
    seen: set[bytes] = set()
    kept: Fields = []
    for name, value in fields:
        if not is_pseudo(name) or name not in seen:
            kept.append((name, value))
        seen.add(name)
    return kept


KNOWN_PSEUDO = (b":method", b":scheme", b":authority", b":path", b":protocol", b":status")


def known_pseudo(fields: Fields) -> Fields:
    return [pair for pair in fields if not is_pseudo(pair[0]) or pair[0] in KNOWN_PSEUDO]


def completed(fields: Fields) -> Fields:
    """Add the pseudo-fields that are missing."""
    present = {name for name, _ in fields}
    wanted = ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"localhost"))
    if method_of(fields) == b"CONNECT":
        return fields
    return [pair for pair in wanted if pair[0] not in present] + fields


def no_status(fields: Fields) -> Fields:
    has_status = any(name == b":status" for name, _ in fields)
    return completed(without(b":status")(fields)) if has_status else fields


def no_pseudo(fields: Fields) -> Fields:
    return [pair for pair in fields if not is_pseudo(pair[0])]


def of_connect(repair: Repair, *, extended: bool = False) -> Repair:
    """Apply a repair to CONNECT alone: to the plain one, or to that of RFC 8441."""

    def only(fields: Fields) -> Fields:
        has_protocol = any(name == b":protocol" for name, _ in fields)
        return repair(fields) if method_of(fields) == b"CONNECT" and has_protocol == extended else fields

    return only


def of_others(repair: Repair) -> Repair:
    return lambda fields: fields if method_of(fields) == b"CONNECT" else repair(fields)


def added(name: bytes, value: bytes) -> Repair:
    return lambda fields: fields if any(n == name for n, _ in fields) else [(name, value), *fields]


def served_as_get(fields: Fields) -> Fields:
    """A CONNECT that must not open anything is answered as GET is."""
    return [
        (b":method", b"GET"),
        (b":scheme", b"http"),
        (b":path", b"/"),
        (b":authority", b"localhost"),
        *(pair for pair in fields if not is_pseudo(pair[0])),
    ]


def plain_connect(fields: Fields) -> Fields:
    if dict(fields).get(b":protocol") in (None, b"echo", b"websocket") or method_of(fields) != b"CONNECT":
        return fields
    port = [(n, v if b":" in v else v + b":80") if n == b":authority" else (n, v) for n, v in fields]
    return without(b":protocol", b":scheme", b":path")(port)


def protocol_elsewhere(fields: Fields) -> Fields:
    return fields if method_of(fields) == b"CONNECT" else without(b":protocol")(fields)


def empty_path(fields: Fields) -> Fields:
    if method_of(fields) == b"CONNECT" and not any(name == b":protocol" for name, _ in fields):
        return fields
    return valued(b":path", b"/", rb".+")(fields)


def digits_only(fields: Fields) -> Fields:
    return [
        pair
        for pair in fields
        if pair[0] != b"content-length" or re.fullmatch(rb"[0-9]+(, ?[0-9]+)*", pair[1])
    ]


def equal_lengths(fields: Fields) -> Fields:
    lengths = {
        int(part)
        for n, v in fields
        if n == b"content-length"
        for part in v.split(b",")
        if part.strip().isdigit()
    }
    return without(b"content-length")(fields) if len(lengths) > 1 else fields
