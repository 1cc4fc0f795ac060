"""The three literal representations in all their shapes (RFC 7541 6.2)."""

from ..instructions import Form, Indexed, Text, incremental, literal, never, without
from ..story import Story, Suite
from . import ids

FORMS = {
    Form.INCREMENTAL: ("incremental", "with incremental indexing", ids.PROCESSING),
    Form.WITHOUT_INDEXING: ("without", "without indexing", ids.NOT_INSERTED),
    Form.NEVER_INDEXED: ("never", "never indexed", ids.NOT_INSERTED),
}


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/literals-generated",
        "RFC 7541 6.2",
        "Literal fields: each representation with each kind of name and value, and the never-indexed mark.",
    )
    shapes(made)
    marks(made)
    blocks(made)
    return made


def shapes(made: Suite) -> None:
    """Add each representation with each kind of name and value."""
    names: dict[str, tuple[str, Text | int]] = {
        "raw-name": ("a raw name", Text(b"custom-key")),
        "coded-name": ("a Huffman-coded name", Text(b"custom-key", huffman=True)),
        "static-name": ("a static name", 4),
        "dynamic-name": ("a dynamic name", 62),
    }
    values = {
        "raw-value": ("a raw value", Text(b"custom-value")),
        "coded-value": ("a Huffman-coded value", Text(b"custom-value", huffman=True)),
    }
    for form, (slug, words, req) in FORMS.items():
        for name_slug, (name_words, name) in names.items():
            for value_slug, (value_words, value) in values.items():
                story = Story()
                if name == 62:
                    story.good(incremental("first", "1"))
                req_of_name = req if isinstance(name, int) else f"{req} {ids.NAME_INDEX}"
                made.add(
                    f"{slug}-{name_slug}-{value_slug}",
                    f"A literal {words} has {name_words} and {value_words}",
                    req_of_name,
                    story.good(literal(form, name, value)),
                )


def marks(made: Suite) -> None:
    """Add the never-indexed mark, which belongs to the representation and not to the field."""
    made.add(
        "mark-on-one-of-three",
        "The never-indexed mark belongs to its own field among others",
        ids.NEVER_INDEXED,
        Story().good(Indexed(2), never("password", "secret"), without(4, "/a")),
        needs=("never",),
    )
    made.add(
        "mark-on-each-of-two",
        "Two never-indexed fields with one name are both marked",
        ids.NEVER_INDEXED,
        Story().good(never("cookie", "a=1"), never("cookie", "b=2")),
        needs=("never",),
    )
    made.add(
        "mark-on-an-empty-value",
        "A never-indexed field with an empty value is marked",
        ids.NEVER_INDEXED,
        Story().good(never(23, "")),
        needs=("never",),
    )
    made.add(
        "mark-not-on-authorization-itself",
        "A field without indexing is not marked, whatever its name",
        ids.NEVER_INDEXED,
        Story().good(without(23, "Basic YTpi")),
        needs=("never",),
        note="0000 and 0001 differ in the mark alone.",
    )
    made.add(
        "mark-of-a-field-in-the-table",
        "A field that the table already holds is marked when it comes never indexed",
        f"{ids.NEVER_INDEXED} {ids.NOT_INSERTED}",
        Story().good(incremental("a", "1")).good(Indexed(62), never("a", "1"), never(62, "1")),
        needs=("never",),
    )
    made.add(
        "mark-does-not-stay",
        "The mark of a block does not stay for the same field in a later block",
        ids.NEVER_INDEXED,
        Story().good(never("a", "1")).good(without("a", "1")).good(never("a", "1")),
        needs=("never",),
    )


def blocks(made: Suite) -> None:
    """Add blocks without fields."""
    made.add(
        "empty-block", "A block of no octets has no fields", ids.EMPTY_BLOCK, Story().good(), level="SHOULD"
    )
    made.add(
        "empty-block-between",
        "A block of no octets leaves the table as it was",
        ids.EMPTY_BLOCK,
        Story().good(incremental("a", "1")).good().good(Indexed(62)),
        level="SHOULD",
    )
    made.add(
        "one-name-many-values",
        "Fields with one name stay apart and in order",
        ids.ORDER,
        Story().good(without("cookie", "a=1"), incremental("cookie", "b=2"), without(32, "c=3"), Indexed(62)),
    )
