"""String literals: the flag H, lengths, and content that the codec does not judge (RFC 7541 5.2, 6.2)."""

from ..instructions import Raw, Text, incremental, without
from ..story import Story, Suite
from . import ids


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/strings-generated",
        "RFC 7541 5.2",
        "String literals: raw and Huffman-coded apart for name and value, lengths, content as it comes.",
    )
    flags(made)
    contents(made)
    lengths(made)
    return made


def flags(made: Suite) -> None:
    """Add each combination of the flag H."""
    raw_name, raw_value = Text(b"x-name"), Text(b"some value")
    coded_name, coded_value = Text(b"x-name", huffman=True), Text(b"some value", huffman=True)
    for slug, name, value, about in (
        ("both-raw", raw_name, raw_value, "Name and value are raw"),
        ("name-coded", coded_name, raw_value, "The name is Huffman-coded and the value raw"),
        ("value-coded", raw_name, coded_value, "The name is raw and the value Huffman-coded"),
        ("both-coded", coded_name, coded_value, "Name and value are Huffman-coded"),
    ):
        made.add(slug, about, ids.STRING, Story().good(without(name, value)))
    made.add(
        "coded-is-longer",
        "A Huffman-coded string may be longer than the raw one",
        ids.STRING,
        Story().good(without(4, b"\x00\x01\x02\xff", huffman=True)),
        note="No rule tells an encoder to choose the shorter form.",
    )
    made.add(
        "raw-of-ones",
        "A raw string of octets 0xff has nothing to do with EOS",
        ids.STRING,
        Story().good(without(4, b"\xff" * 8)),
    )
    made.add(
        "coded-length-counts-octets-on-the-wire",
        "The length of a Huffman-coded string counts its octets as encoded, so the next field begins there",
        ids.STRING,
        Story().good(without(4, "www.example.com", huffman=True), without(4, "/next")),
    )
    made.add(
        "coded-longer-than-127-decoded",
        "A Huffman-coded string with 100 octets on the wire may have 160 octets decoded",
        ids.STRING,
        Story().good(without(4, b"a" * 160, huffman=True)),
    )


def contents(made: Suite) -> None:
    """Add content that HTTP forbids and the codec hands on."""
    for slug, name, value, about in (
        ("empty-value", b"x", b"", "An empty value"),
        ("empty-name", b"", b"v", "An empty name"),
        ("both-empty", b"", b"", "An empty name with an empty value"),
        ("upper-case", b"X-Name", b"Value", "A name in upper case"),
        ("colon", b":", b":", "A name of nothing but a colon"),
        ("unknown-pseudo", b":unknown", b"v", "A name that begins with a colon"),
        ("blanks", b" x ", b"\t v \t", "Blanks around name and value"),
        ("controls", b"x\x00y", b"a\x00b\rc\nd\x7f", "NUL, CR, LF and DEL"),
        ("not-utf-8", b"\xff\xfe", b"\xc0\x80\xed\xa0\x80", "Octets that are not UTF-8"),
        ("utf-8", "é".encode(), "日本".encode(), "Characters outside ASCII"),
    ):
        made.add(
            f"content-{slug}",
            f"{about}: decoded as it stands, for HTTP to judge",
            ids.CONTENT,
            Story().good(without(name, value)),
            level="SHOULD",
        )
    octets = bytes(range(256))
    made.add(
        "every-octet-raw",
        "Every octet decodes in a raw string",
        ids.CONTENT,
        Story().good(without(4, octets)),
        level="SHOULD",
    )
    made.add(
        "every-octet-in-the-table",
        "Every octet survives the dynamic table, in a name and in a value",
        f"{ids.CONTENT} {ids.PROCESSING}",
        Story().good(incremental(octets, octets[::-1]), table=True).good(without(62, "v")),
    )


def lengths(made: Suite) -> None:
    """Add lengths that lead to the wrong place."""
    good = Story().good(without(4, "/a"), without(4, "/b"))
    made.add(
        "length-swallows-the-next-field",
        "A length may be as large as it likes inside the block: what it covers is content",
        ids.STRING,
        Story().good(without(4, b"/a\x04\x02/b")),
    )
    made.add(
        "length-one-beyond",
        "A raw string one octet longer than the block is a decoding error",
        ids.CUT_BLOCK,
        Story().bad(without(4, "/a"), Raw((b"\x04", b"\x03", b"/b"))),
        good,
    )
    made.add(
        "coded-length-one-beyond",
        "A Huffman-coded string one octet longer than the block is a decoding error",
        ids.CUT_BLOCK,
        Story().bad(without(4, "/a"), Raw((b"\x04", b"\x84", *Text(b"/b/b", huffman=True).parts()[1:]))),
        Story().good(without(4, "/a"), without(4, "/b/b", huffman=True)),
    )
    made.add(
        "length-far-beyond",
        "A string that declares 16 MiB in a block of a few octets is a decoding error",
        ids.CUT_BLOCK,
        Story().bad(without(4, "/a"), Raw((b"\x04", b"\x7f\x81\xff\xff\x07", b"/b"))),
        good,
        note="The declared length is no reason to set memory aside.",
    )
