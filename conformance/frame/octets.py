"""Octets in frame vectors: hexadecimal text, text, and repeated octets."""

from collections.abc import Iterable

from ..reading.nodes import Value

LONGEST = (1 << 24) + 64
"""Octets that a vector may expand to: the longest frame (RFC 9113 4.2) and a little more."""


def hex_parts(value: Value) -> bytes:
    """Read hexadecimal octets: a quoted string, or a list of such strings and of `{octet, times}`."""
    if not value.is_sequence:
        return value.hex()
    octets = b"".join(_parts(value.items()))
    if len(octets) > LONGEST:
        raise value.error(f"{len(octets)} octets, more than the longest frame has")
    return octets


def _parts(items: Iterable[Value]) -> Iterable[bytes]:
    for item in items:
        if not item.is_mapping:
            yield item.hex()
            continue
        fields = item.fields(required=("octet", "times"))
        octet = fields["octet"].hex()
        if len(octet) != 1:
            raise fields["octet"].error(f"expected one octet, found {len(octet)}")
        yield octet * fields["times"].integer(1, LONGEST)


def text_octets(value: Value) -> bytes:
    """Read octets that are text as a rule: text, `{hex: ".."}`, or `{size: n}` for n times the octet `a`."""
    if not value.is_mapping:
        return value.text().encode()
    kind, content = value.single()
    if kind == "hex":
        return content.hex()
    if kind == "size":
        return b"a" * content.integer(0, LONGEST)
    raise value.error(f"expected text, hex or size, found the key {kind!r}")
