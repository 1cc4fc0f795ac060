"""Passive rules for the field sections that a target sends (RFC 9113 8.2, 8.3; RFC 9110 8.6)."""

import re
from collections.abc import Iterator
from typing import Final

from .streams import Field

Broken = tuple[str, str]
"""A rule and what broke it."""

TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+\Z")
"""A field name in HTTP/2 (RFC 9110 5.6.2, RFC 9113 8.2)."""
VALUE: Final = re.compile(rb"(?![ \t])[^\x00\r\n]*(?<![ \t])\Z")
"""A field value (RFC 9113 8.2.1)."""
CONNECTION_FIELDS: Final = frozenset(
    {b"connection", b"proxy-connection", b"keep-alive", b"transfer-encoding", b"upgrade"}
)


def list_size(fields: list[Field]) -> int:
    """Return the size of a field list as RFC 9113 6.5.2 counts it."""
    return sum(len(name) + len(value) + 32 for name, value in fields)


def check_fields(fields: list[Field]) -> Iterator[Broken]:
    """Yield what is wrong with names and values."""
    for name, value in fields:
        if name != name.lower():
            yield "fields-lowercase", f"name {name!r}"
        if not (TOKEN.match(name.removeprefix(b":")) and VALUE.match(value)):
            yield "fields-valid", f"{name!r}: {value!r}"
        if name in CONNECTION_FIELDS or name == b"te":
            yield "no-connection-fields", f"{name.decode()}: {value.decode('latin-1')}"


def check_promise(fields: list[Field]) -> Iterator[Broken]:
    """A promised request is safe, cacheable and complete (RFC 9113 8.4)."""
    pseudo = {name: value for name, value in fields if name.startswith(b":")}
    if pseudo.get(b":method") not in (b"GET", b"HEAD"):
        yield "push-rules", f"a promise of method {pseudo.get(b':method')!r}"
    missing = [n.decode() for n in (b":scheme", b":path", b":authority") if not pseudo.get(n)]
    if missing:
        yield "push-rules", f"a promise without {', '.join(missing)}"
    if any(name == b"content-length" and value.strip(b"0") for name, value in fields):
        yield "push-rules", "a promise of a request with content"


def status_of(fields: list[Field]) -> int | Broken:
    """Return the status of a response, or what is wrong with its pseudo-fields (RFC 9113 8.3.2)."""
    statuses = [value for name, value in fields if name == b":status"]
    others = [name for name, _ in fields if name.startswith(b":") and name != b":status"]
    if len(statuses) != 1 or others or fields[0][0] != b":status":
        return "status-first", f"pseudo-fields of the response: {[n for n, _ in fields if n[:1] == b':']}"
    if not (len(statuses[0]) == 3 and statuses[0].isdigit()):
        return "status-first", f":status {statuses[0]!r}"
    return int(statuses[0])


def declared_length(fields: list[Field]) -> tuple[int | None, list[Broken]]:
    """Return the content-length of a response, if there is one, and what is wrong with it."""
    values = {value for name, value in fields if name == b"content-length"}
    broken = [("content-length-true", f"content-length {value!r}") for value in values if not value.isdigit()]
    if len(values) > 1:
        broken.append(("content-length-true", f"different values {sorted(values)}"))
    numbers = [int(value) for value in values if value.isdigit()]
    return (numbers[-1] if numbers else None), broken
