"""The Huffman code for string literals: encoder and decoder (RFC 7541 5.2, Appendix B).

The decoder borrows the inflater of the standard library's zlib.  The code of Appendix B is canonical,
as DEFLATE's codes are (RFC 1951 3.2.2), so the header of a DEFLATE block can declare it:

* DEFLATE allows codes of up to 15 bits.  All longer codes of Appendix B begin with 15 ones;
  that prefix is given to DEFLATE's end-of-block symbol.
* DEFLATE reads each octet from its least significant bit, HPACK from the most significant,
  hence one `bytes.translate`.
* A decompressor that has read such a header is kept, and copied for each string.

The string is followed by a tail of 15 ones and a zero.  A correct padding (0 to 7 ones) and the first
ones of the tail make the end-of-block code; where it ends tells how long the padding was:

* 0 to 6 ones: the block ends in the second octet of the tail, nothing is left over;
* 7 ones: it ends with the first octet, one is left over.  8 to 14 ones look the same, but then the last
  octet of the string is padding alone, and the string without it has a correct padding too;
* anything else (a code of more than 15 bits, wrong padding, EOS) takes some of the tail's ones for itself
  or leaves the block early, and the block does not end in the tail.

In that last case the exact decoder, a state machine over the 4-bit halves of the octets, has the word.

Why so: a string of ordinary header traffic takes 0.8 us this way on CPython 3.11, 3.12 and 3.13 alike, with
a state machine over octets, its transitions filled as they come up, 1.8 to 2.0 us, with the exact decoder
7 us; the whole HPACK decoder would be 1.6 times slower with the machine over octets (30 ms instead of 19 ms
for 32,000 fields), whose 65,536 transitions a peer could make us keep besides.  The price: zlib releases the
interpreter lock for each string, so with another thread that is busy computing a string may wait for
the thread switch (some 50 to 200 us on average were seen).
"""

import zlib
from operator import itemgetter
from typing import Final

from ..errors import CompressionFault
from .huffman_codes import EOS, HUFFMAN_CODES
from .integer import encode_integer

HUFFMAN: Final = 0x80
"""The flag H of a string literal (RFC 7541 5.2)."""

_BITS: Final[tuple[str, ...]] = tuple(f"{code:0{bits}b}" for code, bits in HUFFMAN_CODES)
"""Symbol -> its code as text."""

_PADDING: Final = ("", "1111111", "111111", "11111", "1111", "111", "11", "1")
"""Number of digits modulo 8 -> what fills the octet up."""

_CODED_LENGTH: Final[tuple[str, ...]] = tuple(f"1{length:07b}" for length in range(127))
"""Length of a Huffman-encoded string up to 126 -> the octet before it, as digits."""

_REVERSE: Final[bytes] = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))
_TAIL: Final = bytes.fromhex("ff 7f")  # 15 ones, then a zero, the least significant bit first


def string_digits(data: bytes) -> str:
    """Encode a string literal as binary digits, with the Huffman code where that is shorter."""
    length = len(data)
    if length == 0:
        return "00000000"
    digits = "".join(itemgetter(*data)(_BITS))
    bits = len(digits)
    size = bits + 7 >> 3
    if size >= length:
        return octet_digits(encode_integer(length, 7) + data)
    if size < 127:
        return f"{_CODED_LENGTH[size]}{digits}{_PADDING[bits & 7]}"
    return f"{octet_digits(encode_integer(size, 7, HUFFMAN))}{digits}{_PADDING[bits & 7]}"


def octet_digits(octets: bytes) -> str:
    """Return octets as binary digits, eight each."""
    return f"{int.from_bytes(octets, 'big'):0{8 * len(octets)}b}" if octets else ""


def digit_octets(digits: str) -> bytes:
    """Return the octets that binary digits, a multiple of eight, stand for."""
    return int(digits, 2).to_bytes(len(digits) >> 3, "big") if digits else b""


def encode_huffman(data: bytes) -> bytes:
    """Encode an octet string; the padding is the beginning of the EOS code."""
    digits = "".join([_BITS[octet] for octet in data])
    return digit_octets(digits + _PADDING[len(digits) & 7])


def decode_huffman(data: bytes) -> bytes:
    """Decode a Huffman-encoded string.

    Raises CompressionFault for EOS in the string, and for padding that is not 0 to 7 ones.
    """
    inflater = _COPY()
    decoded = inflater.decompress(data.translate(_REVERSE) + _TAIL)
    if inflater.eof:
        left = inflater.unused_data
        if not left or (len(left) == 1 and (data[-1] != 0xFF or not _is_padded(data[:-1]))):
            return decoded
    return decode_huffman_exactly(data)


def _is_padded(data: bytes) -> bool:
    """Tell whether a string of codes of up to 15 bits ends in a padding of 0 to 6 ones."""
    inflater = _PRIMED.copy()
    inflater.decompress(data.translate(_REVERSE) + _TAIL)
    return inflater.eof and not inflater.unused_data


def _deflate_header() -> bytes:
    """Build the header of a DEFLATE block that declares the codes (RFC 1951 3.2.7)."""
    lengths = [bits if bits <= 15 else 0 for _, bits in HUFFMAN_CODES[:EOS]]
    lengths.append(15)  # symbol 256, end of block
    lengths.append(0)  # one distance code of no bits: there are only literals
    # Three empty blocks with fixed codes in front, 30 bits, make the whole end with an octet.
    fields = [(0, 1), (1, 2), (0, 7)] * 3
    # BFINAL, BTYPE 2; HLIT 257, HDIST 1, HCLEN 19.
    fields += [(1, 1), (2, 2), (0, 5), (0, 5), (15, 4)]
    # The code lengths 0 to 15 have codes of 4 bits each, the repeat codes 16 to 18 are not used.
    order = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
    fields += [(4 if symbol < 16 else 0, 3) for symbol in order]
    # Numbers go out from their least significant bit, codes from their most significant one.
    fields += [(int(f"{length:04b}"[::-1], 2), 4) for length in lengths]
    header = position = 0
    for value, bits in fields:
        header |= value << position
        position += bits
    return header.to_bytes(position >> 3, "little")


_PRIMED: Final = zlib.decompressobj(-9)
_PRIMED.decompress(_deflate_header())
_COPY: Final = _PRIMED.copy


# The exact decoder.  A state is an inner node of the code's tree; 16 transitions a state.
_EMIT: Final = 1
_FAIL: Final = 2


def _nibble_machine() -> tuple[bytes, bytes, bytes, frozenset[int]]:
    """Build next state, action and symbol for each (state, 4 bits), and the states a string may end in."""
    inner: dict[str, int] = {"": 0}
    leaves: dict[str, int] = {}
    for symbol, code in enumerate(_BITS):
        leaves[code] = symbol
        for length in range(1, len(code)):
            inner.setdefault(code[:length], len(inner))
    next_state, action, symbols = bytearray(), bytearray(), bytearray()
    for start in inner:
        for nibble in range(16):
            node, act, emitted = start, 0, 0
            for bit in f"{nibble:04b}":
                node += bit
                if node in leaves:
                    # "A Huffman-encoded string literal containing the EOS symbol MUST be treated
                    # as a decoding error."
                    act = _FAIL if leaves[node] == EOS else _EMIT
                    emitted = leaves[node] & 0xFF
                    node = ""
            next_state.append(inner[node])
            action.append(act)
            symbols.append(emitted)
    # "A padding strictly longer than 7 bits MUST be treated as a decoding error.  A padding not
    # corresponding to the most significant bits of the code for the EOS symbol MUST be [...]"
    ends = frozenset(inner["1" * length] for length in range(8))
    return bytes(next_state), bytes(action), bytes(symbols), ends


_NEXT, _ACTION, _SYMBOL, _ENDS = _nibble_machine()


def decode_huffman_exactly(data: bytes) -> bytes:
    """Decode as `decode_huffman` does, 4 bits at a time."""
    decoded = bytearray()
    state = 0
    for octet in data:
        for nibble in (octet >> 4, octet & 15):
            step = state << 4 | nibble
            action = _ACTION[step]
            if action:
                if action == _FAIL:
                    raise CompressionFault("a Huffman-encoded string contains EOS")
                decoded.append(_SYMBOL[step])
            state = _NEXT[step]
    if state not in _ENDS:
        raise CompressionFault("the padding of a Huffman-encoded string is not 0 to 7 ones")
    return bytes(decoded)
