"""Huffman-coded strings: every symbol, every padding, and what is no padding (RFC 7541 5.2, Appendix B)."""

from ...wire.huffman_table import HUFFMAN_CODES
from ..instructions import Indexed, Text, incremental, without
from ..octets import EOS_BITS, RecipeError, bits_of, huffman, huffman_ending, room
from ..story import Story, Suite
from . import ids

PATH = 4
"""Index of `:path`: a name of one octet."""

# "a" has a code of 5 bits, so n of them leave every number of bits of padding.
WITH_ROOM = {room(b"a" * count): b"a" * count for count in range(1, 9)}
LONGEST_PADDING = 7


def coded(value: bytes) -> Text:
    """Return a Huffman-coded string."""
    return Text(value, huffman=True)


def ending(value: bytes, bits: str) -> Text:
    """Return a Huffman-coded string with these bits behind the code of `value`."""
    return Text(value, huffman=True, data=huffman_ending(value, bits))


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/huffman-generated",
        "RFC 7541 5.2",
        "Huffman-coded strings: every symbol by the length of its code, every padding, EOS, cut codes.",
    )
    symbols(made)
    paddings(made)
    wrong_paddings(made)
    long_paddings(made)
    end_of_string(made)
    cut_codes(made)
    return made


def symbols(made: Suite) -> None:
    """Add every octet, grouped by the length of its code."""
    for length in sorted({length for _, length in HUFFMAN_CODES}):
        octets = [octet for octet in range(256) if HUFFMAN_CODES[octet][1] == length]
        made.add(
            f"symbols-of-{length}-bits",
            f"Each octet with a code of {length} bits decodes, alone and joined",
            ids.SYMBOLS,
            Story().good(
                *(without(PATH, coded(bytes([octet]))) for octet in octets),
                without(PATH, coded(bytes(octets))),
            ),
        )
    everything = bytes(range(256))
    for slug, value, about in (
        ("all-ascending", everything, "All 256 octets in ascending order decode in one string"),
        ("all-descending", everything[::-1], "All 256 octets in descending order decode in one string"),
        (
            "short-and-long",
            b"".join(b"0" + bytes([octet]) for octet in (10, 13, 22, 249, 92, 0, 255)),
            "The shortest code between the longest ones decodes",
        ),
    ):
        made.add(slug, about, ids.SYMBOLS, Story().good(without(PATH, coded(value))))
    made.add(
        "all-in-a-name",
        "All 256 octets decode in a name",
        f"{ids.SYMBOLS} {ids.CONTENT}",
        Story().good(without(coded(everything), coded(b""))),
    )


def paddings(made: Suite) -> None:
    """Add every legal padding."""
    for bits in range(LONGEST_PADDING + 1):
        made.add(
            f"padding-{bits}",
            f"A string that needs {bits} bits of padding decodes"
            if bits
            else "A string without padding decodes",
            ids.CUT_CODE,
            Story().good(without(PATH, coded(WITH_ROOM[bits]))),
        )
    made.add(
        "empty",
        "A Huffman-coded string of no octets is the empty string",
        ids.CUT_CODE,
        Story().good(without(PATH, coded(b"")), without(coded(b""), coded(b"v"))),
    )


def invalid(made: Suite, slug: str, title: str, req: str, broken: Text, *, in_name: bool = False) -> None:
    """Add a broken string; its twin is the same text with the right padding."""
    good = coded(broken.value)
    pair = [(text, Text(b"v")) if in_name else (PATH, text) for text in (broken, good)]
    made.add(
        slug,
        title,
        req,
        Story().bad(Indexed(2), without(*pair[0])),
        Story().good(Indexed(2), without(*pair[1])),
    )


def wrong_paddings(made: Suite) -> None:
    """Add paddings of the right length with a zero in them."""
    for bits in range(1, LONGEST_PADDING + 1):
        text = WITH_ROOM[bits]
        shapes = {
            "zeros": ("0" * bits, "of zeros"),
            "first-bit": ("0" + "1" * (bits - 1), "whose first bit is 0"),
            "last-bit": ("1" * (bits - 1) + "0", "whose last bit is 0"),
        }
        seen = set()
        for slug, (pattern, about) in shapes.items():
            # From five bits on, zeros are the code of a symbol and no padding.
            if pattern in seen or begins_with_symbol(pattern):
                continue
            seen.add(pattern)
            invalid(
                made,
                f"padding-{bits}-{slug}",
                f"A padding of {bits} bits {about} is a decoding error",
                ids.WRONG_PADDING,
                ending(text, pattern),
            )
    invalid(
        made,
        "name-padding-zeros",
        "A padding of zeros in a name is a decoding error",
        ids.WRONG_PADDING,
        ending(WITH_ROOM[3], "000"),
        in_name=True,
    )


def begins_with_symbol(bits: str) -> bool:
    """Tell whether a whole code stands at the start of `bits`."""
    return any(bits.startswith(bits_of(bytes([octet]))) for octet in range(256))


def long_paddings(made: Suite) -> None:
    """Add paddings of ones that are too long."""
    for bits in range(LONGEST_PADDING + 1):
        invalid(
            made,
            f"padding-{bits + 8}",
            f"A padding of {bits + 8} ones is a decoding error",
            ids.LONG_PADDING,
            ending(WITH_ROOM[bits], "1" * (bits + 8)),
        )
    for octets in (1, 2, 3):
        invalid(
            made,
            f"only-padding-{8 * octets}",
            f"A string of nothing but {8 * octets} ones is a decoding error",
            ids.LONG_PADDING,
            ending(b"", "1" * 8 * octets),
        )
    invalid(
        made,
        "name-padding-8",
        "A padding of 8 ones in a name is a decoding error",
        ids.LONG_PADDING,
        ending(WITH_ROOM[0], "1" * 8),
        in_name=True,
    )
    invalid(
        made,
        "padding-29",
        "A padding of 29 ones, one less than EOS, is a decoding error",
        ids.LONG_PADDING,
        ending(WITH_ROOM[5], "1" * 29),
    )


def end_of_string(made: Suite) -> None:
    """Add the EOS symbol in every position."""
    after = bits_of(b"a")
    for slug, text, bits, about in (
        ("alone", b"", EOS_BITS, "EOS alone in a string"),
        ("first", b"", EOS_BITS + after, "EOS before a symbol"),
        ("middle", b"aa", EOS_BITS + after, "EOS between symbols"),
        ("last", b"a", EOS_BITS, "EOS behind a symbol, with padding,"),
        ("last-aligned", b"aa", EOS_BITS, "EOS that ends a string at an octet"),
        ("twice", b"a", EOS_BITS + EOS_BITS, "EOS twice"),
    ):
        fill = -(len(bits_of(text)) + len(bits)) % 8
        invalid(
            made,
            f"eos-{slug}",
            f"{about} is a decoding error",
            ids.EOS_SYMBOL,
            ending(text, bits + "1" * fill),
        )
    invalid(
        made,
        "eos-in-a-name",
        "EOS in a name is a decoding error",
        ids.EOS_SYMBOL,
        ending(b"", EOS_BITS + "11"),
        in_name=True,
    )
    broken = ending(b"ab", EOS_BITS + "1" * (-(len(bits_of(b"ab")) + len(EOS_BITS)) % 8))
    made.add(
        "eos-in-an-inserted-field",
        "EOS in a field with incremental indexing is a decoding error",
        ids.EOS_SYMBOL,
        Story().bad(incremental("x", broken)),
        Story().good(incremental("x", coded(b"ab"))),
    )


def cut_codes(made: Suite) -> None:
    """Add strings that end inside the code of a symbol."""
    for symbol, kept in ((b"o", 3), (b" ", 3), (b":", 3), (b"&", 7), (b"!", 8), (b"\x00", 12), (b"\x02", 27)):
        code = bits_of(symbol)
        text = WITH_ROOM[kept % 8]
        shown = "0x" + symbol.hex()
        if (len(bits_of(text)) + kept) % 8:
            raise RecipeError("a cut code has to end with the string")
        invalid(
            made,
            f"cut-code-of-{symbol.hex()}",
            f"The code of octet {shown} cut off after {kept} of {len(code)} bits is a decoding error",
            f"{ids.WRONG_PADDING}" if kept <= LONGEST_PADDING else f"{ids.LONG_PADDING}",
            ending(text, code[:kept]),
        )
    whole = huffman(b"\x02")
    invalid(
        made,
        "string-cut-by-its-length",
        "A Huffman-coded string whose length leaves out its last octet is a decoding error",
        ids.LONG_PADDING,
        Text(b"\x02", huffman=True, data=whole[:-1]),
    )
