"""Indexes: the address space of both tables and what lies outside (RFC 7541 2.3, 6.1)."""

from collections.abc import Callable

from ..instructions import Indexed, Instruction, SizeUpdate, incremental, never, without
from ..story import Story, Suite
from . import ids

STATIC = 61
# What can refer to an index: slug, words, instruction.
REFERENCES: tuple[tuple[str, str, Callable[[int], Instruction]], ...] = (
    ("indexed", "an indexed field", Indexed),
    ("incremental", "a name with incremental indexing", lambda index: incremental(index, "v")),
    ("without", "a name without indexing", lambda index: without(index, "v")),
    ("never", "a name never indexed", lambda index: never(index, "v")),
)


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/indexes-generated",
        "RFC 7541 2.3",
        "Indexes: all of the static table, first and last of the dynamic one, zero, one beyond, far beyond.",
    )
    static(made)
    dynamic(made)
    zero(made)
    beyond(made)
    not_inserted(made)
    return made


def three(story: Story | None = None) -> Story:
    """Return a story with three entries, `c` the newest."""
    return (story or Story()).good(incremental("a", "1"), incremental("b", "2"), incremental("c", "3"))


def static(made: Suite) -> None:
    """Add references to the static table."""
    everything = tuple(range(1, STATIC + 1))
    made.add(
        "static-all",
        "Each of the 61 static entries has its name and value",
        ids.ADDRESS_SPACE,
        Story().good(*(Indexed(index) for index in everything)),
    )
    made.add(
        "static-all-names",
        "Each of the 61 static entries gives its name to a literal, without its value",
        ids.ADDRESS_SPACE,
        Story().good(*(without(index, "v") for index in everything)),
    )
    for slug, words, refer in REFERENCES:
        made.add(
            f"static-ends-{slug}",
            f"The first and the last static entry as {words}",
            ids.ADDRESS_SPACE,
            Story().good(refer(1), refer(STATIC)),
        )


def dynamic(made: Suite) -> None:
    """Add references to the dynamic table."""
    for slug, words, refer in REFERENCES:
        made.add(
            f"dynamic-ends-{slug}",
            f"The newest and the oldest dynamic entry as {words}",
            ids.ADDRESS_SPACE,
            three().good(refer(62)) if slug == "incremental" else three().good(refer(62), refer(64)),
        )
    made.add(
        "dynamic-oldest-incremental",
        "The oldest dynamic entry gives its name to a new entry, and all indexes move by one",
        ids.ADDRESS_SPACE,
        three().good(incremental(64, "v"), Indexed(62), Indexed(65)),
    )
    made.add(
        "dynamic-in-the-same-block",
        "An entry can be referred to right behind its insertion, in the same block",
        f"{ids.PROCESSING} {ids.ADDRESS_SPACE}",
        Story().good(incremental("a", "1"), Indexed(62), incremental("b", "2"), Indexed(62), Indexed(63)),
    )
    made.add(
        "dynamic-order",
        "The fields come out in the order of their representations, not of the table",
        ids.ORDER,
        three().good(Indexed(64), Indexed(62), Indexed(63), Indexed(2), Indexed(64)),
    )
    made.add(
        "duplicate-entries",
        "Equal entries may stand in the dynamic table more than once, each with an index of its own",
        ids.DUPLICATES,
        Story()
        .good(incremental("a", "1"), incremental("a", "1"), incremental("a", "1"))
        .good(Indexed(62), Indexed(63), Indexed(64)),
    )
    made.add(
        "duplicate-of-a-static-entry",
        "An entry equal to a static one may be inserted",
        ids.DUPLICATES,
        Story().good(incremental(2, "GET"), Indexed(62), Indexed(2)),
    )
    made.add(
        "dynamic-name-of-a-name",
        "A name taken from an entry that took its own from the dynamic table is the first one's",
        ids.ADDRESS_SPACE,
        Story()
        .good(incremental("a", "1"), incremental(62, "2"), incremental(63, "3"))
        .good(Indexed(62), Indexed(63), Indexed(64)),
    )


def zero(made: Suite) -> None:
    """Add index 0."""
    for slug, before, about in (
        ("alone", (), "alone in its block"),
        ("behind-a-field", (Indexed(2),), "behind a field"),
        ("behind-an-update", (SizeUpdate(100),), "behind a size update"),
    ):
        made.add(
            f"zero-{slug}",
            f"Index 0 {about} is a decoding error",
            ids.INDEX_ZERO,
            Story().bad(*before, Indexed(0)),
            Story().good(*before, Indexed(1)),
        )
    made.add(
        "zero-with-a-filled-table",
        "Index 0 is a decoding error with entries in the dynamic table too",
        ids.INDEX_ZERO,
        three().bad(Indexed(0)),
        three().good(Indexed(62)),
    )


def beyond(made: Suite) -> None:
    """Add indexes beyond both tables."""
    for slug, words, refer in REFERENCES:
        made.add(
            f"beyond-empty-{slug}",
            f"Index 62 as {words} is a decoding error while the dynamic table is empty",
            f"{ids.INDEX_BEYOND} {ids.BEGINS_EMPTY if slug == 'indexed' else ids.NAME_INDEX}",
            Story().bad(refer(62)),
            Story().good(refer(61)),
        )
        made.add(
            f"beyond-filled-{slug}",
            f"One index beyond the oldest of three entries as {words} is a decoding error",
            ids.INDEX_BEYOND if slug == "indexed" else f"{ids.INDEX_BEYOND} {ids.NAME_INDEX}",
            three().bad(refer(65)),
            three().good(refer(64)),
        )
        made.add(
            f"far-beyond-{slug}",
            f"Index 1000000 as {words} is a decoding error",
            ids.INDEX_BEYOND if slug == "indexed" else f"{ids.INDEX_BEYOND} {ids.NAME_INDEX}",
            three().bad(refer(1_000_000)),
            three().good(refer(63)),
        )
    made.add(
        "beyond-until-inserted",
        "An index that only a later insertion of the same block makes valid is a decoding error",
        f"{ids.PROCESSING} {ids.INDEX_BEYOND}",
        Story().bad(Indexed(62), incremental("a", "1")),
        Story().good(incremental("a", "1"), Indexed(62)),
    )
    made.add(
        "beyond-before-good-fields",
        "Good fields behind a bad index do not make the block decodable",
        ids.INDEX_BEYOND,
        Story().bad(Indexed(62), Indexed(2), Indexed(4)),
        Story().good(Indexed(61), Indexed(2), Indexed(4)),
    )


def not_inserted(made: Suite) -> None:
    """Add references to entries that only incremental indexing would have made."""
    for slug, words, instruction, req in (
        ("indexed", "An indexed static field", Indexed(2), ids.PROCESSING),
        ("without", "A literal without indexing", without("a", "1"), ids.NOT_INSERTED),
        ("never", "A literal never indexed", never("a", "1"), ids.NOT_INSERTED),
    ):
        made.add(
            f"{slug}-makes-no-entry",
            f"{words} makes no entry, so index 62 behind it is a decoding error",
            f"{req} {ids.INDEX_BEYOND}",
            Story().bad(instruction, Indexed(62)),
            Story().good(incremental("a", "1"), Indexed(62)),
        )
    made.add(
        "indexed-dynamic-makes-no-entry",
        "An indexed dynamic field is not inserted again, so the table keeps its length",
        f"{ids.PROCESSING} {ids.INDEX_BEYOND}",
        Story().good(incremental("a", "1")).bad(Indexed(62), Indexed(63)),
        Story().good(incremental("a", "1")).good(Indexed(62), Indexed(62)),
    )
