"""Integers with a prefix of 1 to 8 bits (RFC 7541 5.1)."""

from typing import Final

from ..errors import CompressionFault, UsageError

MAX_INTEGER: Final = (1 << 32) - 1
"""Largest integer that is decoded: every length and index of a real field block is far below it."""

MAX_CONTINUATION_OCTETS: Final = 5
"""Octets after the prefix that are read: enough for any value up to MAX_INTEGER."""


def encode_integer(value: int, prefix: int, flags: int = 0) -> bytes:
    """Encode `value` with a `prefix`-bit prefix.

    value: 0 or more.  prefix: 1..8 bits; `flags` is what stands in the other bits of the first octet.
    Raises UsageError if value is negative or the prefix out of range.
    """
    if value < 0 or not 1 <= prefix <= 8:
        raise UsageError(f"cannot encode the integer {value} with a prefix of {prefix} bits")
    limit = (1 << prefix) - 1
    if value < limit:
        return bytes((flags | value,))
    octets = bytearray((flags | limit,))
    value -= limit
    while value >= 128:
        octets.append(value & 127 | 128)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def decode_integer(data: bytes, position: int, prefix: int) -> tuple[int, int]:
    """Decode the integer whose first octet is `data[position]`; return it and the position after it.

    Raises CompressionFault if the data ends before the integer does, or the integer has more than
    MAX_CONTINUATION_OCTETS or is greater than MAX_INTEGER.
    """
    end = len(data)
    if position >= end:
        raise CompressionFault("the field block ends before an integer")
    limit = (1 << prefix) - 1
    value = data[position] & limit
    position += 1
    if value < limit:
        return value, position
    # "Integer encodings that exceed implementation limits -- in value or octet length --
    # MUST be treated as decoding errors."
    for shift in range(0, 7 * MAX_CONTINUATION_OCTETS, 7):
        if position >= end:
            raise CompressionFault("the field block ends inside an integer")
        octet = data[position]
        position += 1
        value += (octet & 127) << shift
        if octet < 128:
            if value > MAX_INTEGER:
                raise CompressionFault(f"the integer {value} is greater than {MAX_INTEGER}")
            return value, position
    raise CompressionFault(f"an integer has more than {MAX_CONTINUATION_OCTETS} octets after its prefix")
