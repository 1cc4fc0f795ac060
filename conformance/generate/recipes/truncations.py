"""Blocks that end inside an instruction, at each kind of place (RFC 9113 4.3; RFC 7541 5, 6)."""

from ..instructions import (
    Form,
    Indexed,
    Instruction,
    Raw,
    SizeUpdate,
    Text,
    incremental,
    literal,
    octets_of,
    without,
)
from ..octets import RecipeError
from ..story import Suite
from . import ids
from .integers import filled

FORMS = {
    Form.INCREMENTAL: ("incremental", "with incremental indexing"),
    Form.WITHOUT_INDEXING: ("without", "without indexing"),
    Form.NEVER_INDEXED: ("never", "never indexed"),
}


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/truncations-generated",
        "RFC 7541 6",
        "Blocks cut off inside an instruction; each twin is the whole block.",
    )
    integers(made)
    literals(made)
    strings(made)
    return made


def cut_off(one: Instruction, octets: int) -> Raw:
    """Return the first octets of an instruction, in the parts that it has."""
    if not 0 < octets < len(octets_of((one,))):
        raise RecipeError("nothing is cut off")
    parts: list[bytes] = []
    for part in one.parts():
        parts.append(part[:octets])
        octets -= len(parts[-1])
    return Raw(tuple(part for part in parts if part))


def add(
    made: Suite,
    slug: str,
    about: str,
    one: Instruction,
    octets: int,
    *,
    entries: int = 0,
    before: bool = True,
) -> None:
    """Add the vector for an instruction of which `octets` are left.

    entries: how many the dynamic table holds before.  before: a good field stands in front.
    """
    front = (Indexed(2),) if before else ()
    made.add(
        slug,
        f"A block that ends {about} is a decoding error",
        ids.CUT_BLOCK,
        filled(entries).bad(*front, cut_off(one, octets)),
        filled(entries).good(*front, one),
    )


def integers(made: Suite) -> None:
    """Add cuts inside an integer."""
    add(made, "index", "inside the index of an indexed field", Indexed(127), 1, entries=66, before=False)
    for form, (slug, words) in FORMS.items():
        index, entries = (63, 2) if form is Form.INCREMENTAL else (15, 0)
        one = literal(form, index, "v")
        add(
            made, f"{slug}-name-index", f"inside the name index of a literal {words}", one, 1, entries=entries
        )
    add(
        made,
        "size-update-first",
        "behind the full prefix of a size update",
        SizeUpdate(4096),
        1,
        before=False,
    )
    add(made, "size-update-middle", "inside the octets of a size update", SizeUpdate(4096), 2, before=False)
    long_name = without("n" * 130, "v")
    add(made, "name-length", "inside the length of a name", long_name, 2)
    add(made, "value-length", "inside the length of a value", without(4, "v" * 130), 2)


def literals(made: Suite) -> None:
    """Add cuts between the parts of a literal."""
    for form, (slug, words) in FORMS.items():
        add(made, f"{slug}-no-name", f"before the name of a literal {words}", literal(form, "x", "v"), 1)
        add(made, f"{slug}-no-value", f"before the value of a literal {words}", literal(form, "x", "v"), 3)
        add(
            made,
            f"{slug}-no-value-static",
            f"behind the name index of a literal {words}",
            literal(form, 4, "/a"),
            1,
        )


def strings(made: Suite) -> None:
    """Add cuts inside a string."""
    plain = without("abc", "xyz")
    for slug, about, octets in (
        ("name-nothing", "behind the length of a raw name", 2),
        ("name-middle", "inside a raw name", 4),
        ("value-nothing", "behind the length of a raw value", 6),
        ("value-middle", "one octet before the end of a raw value", 8),
    ):
        add(made, slug, about, plain, octets)
    coded = without(4, Text(b"www.example.com", huffman=True))
    for slug, about, octets in (
        ("coded-value-nothing", "behind the length of a Huffman-coded value", 2),
        ("coded-value-middle", "inside a Huffman-coded value", 8),
        (
            "coded-value-last",
            "one octet before the end of a Huffman-coded value",
            len(octets_of((coded,))) - 1,
        ),
    ):
        add(made, slug, about, coded, octets)
    named = without(Text(b"custom-key", huffman=True), "v")
    add(made, "coded-name-middle", "inside a Huffman-coded name", named, 5)
    add(
        made,
        "insertion-value",
        "inside the value of an insertion",
        incremental("abc", "xyz"),
        7,
        before=False,
    )
