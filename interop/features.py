"""What stands out in a field block: the grammar of RFC 7541 6 walked without any codec.

An accepted difference names one of these features and explains a disagreement only where it occurs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Feature(StrEnum):
    """Places where RFC 7541 leaves a decoder a choice, or where decoders are known to differ."""

    THREE_SIZE_UPDATES = "three-size-updates"
    LATE_SIZE_UPDATE = "late-size-update"
    LONG_INTEGER = "long-integer"
    """An integer of more octets than its value needs."""
    LARGE_INTEGER = "large-integer"
    """An integer of 2^28 or more."""
    NO_UPDATE_AFTER_REDUCTION = "no-update-after-reduction"
    """The limit was lowered since the last block, and this one begins without an update."""
    SAME_LIMIT_TWICE = "same-limit-twice"
    """The same limit was set twice since the last block, or it was the limit already."""
    UPDATE_ABOVE_LIMIT = "update-above-limit"
    UPDATE_ABOVE_SMALLEST = "update-above-smallest"
    """The first update of a block is above the smallest limit since the last block."""


@dataclass(frozen=True, slots=True)
class _Integer:
    value: int
    octets: int  # after the prefix
    end: int

    @property
    def shortest(self) -> int:
        """Octets after the prefix that the value above the prefix needs; known only for `octets` > 0."""
        return max(1, (self.value.bit_length() + 6) // 7)


def _integer(block: bytes, at: int, prefix: int) -> _Integer | None:
    """Read an integer (RFC 7541 5.1); `value` is what stands above a full prefix. None: the block ends."""
    mask = (1 << prefix) - 1
    first = block[at] & mask
    if first < mask:
        return _Integer(first, 0, at + 1)
    value = 0
    for count, octet in enumerate(block[at + 1 :], 1):
        value |= (octet & 0x7F) << 7 * (count - 1)
        if octet < 0x80:
            return _Integer(value, count, at + 1 + count)
    return None


def _walk(block: bytes) -> Iterator[tuple[str, _Integer]]:
    """Yield ("field" | "update" | "string", integer) in order, as far as the block can be followed."""
    at = 0
    while at < len(block):
        octet = block[at]
        kind, prefix = "field", 4
        if octet >= 0x80:
            prefix = 7
        elif octet >= 0x40:
            prefix = 6
        elif octet >= 0x20:
            kind, prefix = "update", 5
        integer = _integer(block, at, prefix)
        if integer is None:
            return
        yield kind, integer
        at = integer.end
        if kind == "update" or octet >= 0x80:
            continue
        for _ in range(2 if integer.value == 0 and integer.octets == 0 else 1):
            if at >= len(block):
                return
            length = _integer(block, at, 7)
            if length is None:
                return
            yield "string", length
            at = length.end + length.value + (0x7F if length.octets else 0)


def features(steps: Sequence[bytes | int]) -> frozenset[Feature]:
    """Return the features of a decoding dialogue: blocks, and limits (integers) that were acknowledged."""
    found: set[Feature] = set()
    smallest: int | None = None  # limit below the one before it, since the last block
    limit = 4096
    for step in steps:
        if isinstance(step, int):
            if step == limit:
                found.add(Feature.SAME_LIMIT_TWICE)
            if step < limit and (smallest is None or step < smallest):
                smallest = step
            limit = step
            continue
        updates, fields = 0, 0
        for kind, integer in _walk(step):
            if kind == "update":
                updates += 1
                size = integer.value + (0x1F if integer.octets else 0)
                if size > limit:
                    found.add(Feature.UPDATE_ABOVE_LIMIT)
                if updates == 1 and smallest is not None and size > smallest:
                    found.add(Feature.UPDATE_ABOVE_SMALLEST)
                if fields:
                    found.add(Feature.LATE_SIZE_UPDATE)
            elif kind == "field":
                fields += 1
            if integer.octets > integer.shortest:
                found.add(Feature.LONG_INTEGER)
            if integer.octets and integer.value >= 1 << 28:
                found.add(Feature.LARGE_INTEGER)
        if updates > 2:
            found.add(Feature.THREE_SIZE_UPDATES)
        if smallest is not None and not updates:
            found.add(Feature.NO_UPDATE_AFTER_REDUCTION)
        smallest = None
    return frozenset(found)
