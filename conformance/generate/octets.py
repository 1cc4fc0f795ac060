"""Integers, strings and Huffman bits as octets, straight from the grammar (RFC 7541 5)."""

from typing import Final

from ..wire import literal
from ..wire.huffman_table import HUFFMAN_CODES

EOS: Final = 256
"""The symbol that ends no string: its first bits are the only legal padding."""

EOS_BITS: Final = format(HUFFMAN_CODES[EOS][0], "030b")
"""The 30 ones of the EOS symbol."""


class RecipeError(Exception):
    """A recipe contradicts the grammar or its own claim: a fault of the generator, never of a codec."""


def integer(value: int, prefix: int, pattern: int = 0, zeros: int = 0) -> bytes:
    """Encode `value` with a `prefix`-bit prefix (RFC 7541 5.1).

    pattern: the bits above the prefix in the first octet.
    zeros: superfluous octets that add nothing to the value; only possible from 2^prefix - 1 on.
    """
    octets = bytearray(literal.integer(value, prefix, pattern))
    if zeros and len(octets) == 1:
        raise RecipeError(f"{value} fits the {prefix}-bit prefix and has no octets to lengthen")
    for _ in range(zeros):
        octets[-1] |= 0x80
        octets.append(0)
    return bytes(octets)


def bits_of(text: bytes) -> str:
    """Return the codes of `text`, one after the other, as a string of 0 and 1 (RFC 7541 5.2)."""
    return "".join(format(code, f"0{length}b") for code, length in (HUFFMAN_CODES[octet] for octet in text))


def packed(bits: str) -> bytes:
    """Return whole octets from bits."""
    if len(bits) % 8:
        raise RecipeError(f"{len(bits)} bits are no whole octets")
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def room(text: bytes) -> int:
    """Return how many bits of padding (0 to 7) the Huffman code of `text` needs."""
    return -len(bits_of(text)) % 8


def huffman(text: bytes) -> bytes:
    """Encode `text` with the Huffman code, padded by the first bits of EOS (RFC 7541 5.2)."""
    return packed(bits_of(text) + EOS_BITS[: room(text)])


def huffman_ending(text: bytes, ending: str) -> bytes:
    """Encode `text`, then the bits of `ending`, which must hold no whole code but, at most, EOS.

    So what follows `text` can only be read as padding (or as EOS): a symbol hidden in it would make
    the string another legal one.
    """
    for code, length in HUFFMAN_CODES[:EOS]:
        if ending.startswith(format(code, f"0{length}b")):
            raise RecipeError(f"the ending {ending} begins with a symbol")
    return packed(bits_of(text) + ending)
