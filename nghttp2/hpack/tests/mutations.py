"""Damage to field blocks, and blocks from nothing, for fuzzing."""

import random

# First octets and length octets where decoders go wrong.
_SHARP = bytes.fromhex("00 0f 10 1f 20 3f 40 7f 80 81 be bf c0 fe ff")


def mutated(block: bytes, random: random.Random) -> bytes:
    """Return the block with one to four random changes."""
    octets = bytearray(block)
    for _ in range(random.randint(1, 4)):
        position = random.randrange(len(octets) + 1)
        kind = random.randrange(6)
        if kind == 0 and position < len(octets):
            octets[position] ^= 1 << random.randrange(8)
        elif kind == 1:
            octets.insert(position, random.choice(_SHARP))
        elif kind == 2:
            del octets[position : position + random.randint(1, 4)]
        elif kind == 3:
            del octets[position:]
        elif kind == 4:
            octets[position:position] = octets[: random.randint(1, 16)]
        else:
            octets[position:position] = random.randbytes(random.randint(1, 6))
    return bytes(octets)


def from_nothing(random: random.Random) -> bytes:
    """Return a block of random octets, or of those that begin representations."""
    length = random.choice((1, 2, 3, 5, 10, 40, 200))
    if random.random() < 0.5:
        return random.randbytes(length)
    return bytes(random.choices(_SHARP, k=length))
