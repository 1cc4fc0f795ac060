"""Huffman coding of strings, bit by bit (RFC 7541 5.2)."""

from typing import Final

from .huffman_table import HUFFMAN_CODES

EOS: Final = 256
_SYMBOLS: Final = {(length, code): symbol for symbol, (code, length) in enumerate(HUFFMAN_CODES)}
_SHORTEST: Final = min(length for _, length in HUFFMAN_CODES)


class HuffmanError(ValueError):
    """The octets are no Huffman-coded string."""


def decode(data: bytes) -> bytes:
    """Return the string.  Raises HuffmanError for EOS, padding over 7 bits, or padding with a zero bit."""
    bits = int.from_bytes(data, "big")
    left = len(data) * 8
    result = bytearray()
    code = length = 0
    while left:
        left -= 1
        code = (code << 1) | ((bits >> left) & 1)
        length += 1
        if length < _SHORTEST:
            continue
        symbol = _SYMBOLS.get((length, code))
        if symbol is None:
            continue
        if symbol == EOS:
            raise HuffmanError("EOS inside a string")
        result.append(symbol)
        code = length = 0
    if length > 7:
        raise HuffmanError("padding longer than 7 bits")
    if code != (1 << length) - 1:
        raise HuffmanError("padding is not all ones")
    return bytes(result)


def encode(text: bytes) -> bytes:
    """Return the coded string, padded with ones."""
    value = length = 0
    for octet in text:
        code, bits = HUFFMAN_CODES[octet]
        value = (value << bits) | code
        length += bits
    pad = -length % 8
    return ((value << pad) | ((1 << pad) - 1)).to_bytes((length + pad) // 8, "big")
