"""Dynamic table size updates while the setting stays as it is (RFC 7541 4.2, 6.3)."""

from ..instructions import Indexed, Instruction, SizeUpdate, incremental, without
from ..story import Acceptable, Story, Suite
from . import ids

LENIENT_PLACE = Acceptable(
    "fields",
    "HpackLenient",
    "RFC 7541 4.2 tells the encoder where an update stands, and no decoder what else to do.",
)
MANY = Acceptable(
    "error",
    None,
    "RFC 7541 4.2 says that at most two updates result; a decoder may hold an encoder to that.",
)
GET = Indexed(2)


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/size-updates-generated",
        "RFC 7541 6.3",
        "Size updates: legal ones, too many, above the limit, and in the wrong place.",
    )
    legal(made)
    above(made)
    misplaced(made)
    return made


def used(limit: int = 4096) -> Story:
    """Return a story with 68 octets in use; `b` is the newest entry."""
    return Story(limit).good(incremental("a", "1"), incremental("b", "2"))


def legal(made: Suite) -> None:
    """Add updates inside the limit."""
    cases: tuple[tuple[str, str, str, Story], ...] = (
        (
            "to-the-limit",
            "An update to the limit itself is legal",
            ids.ABOVE_LIMIT,
            used().good(SizeUpdate(4096), Indexed(63)),
        ),
        (
            "lower",
            "An update below the limit is legal",
            ids.UPDATE_PLACE,
            used().good(SizeUpdate(100), Indexed(63)),
        ),
        ("to-zero", "An update to 0 is legal", ids.SHRINKING, used().good(SizeUpdate(0), GET)),
        (
            "to-zero-at-limit-zero",
            "An update to 0 where the limit is 0 is legal",
            ids.ABOVE_LIMIT,
            Story(0).good(SizeUpdate(0), GET),
        ),
        (
            "alone",
            "A block of nothing but an update is legal",
            ids.EMPTY_BLOCK,
            used().good(SizeUpdate(34)).good(Indexed(62)),
        ),
        (
            "two-alone",
            "A block of nothing but two updates is legal",
            ids.EMPTY_BLOCK,
            used().good(SizeUpdate(0), SizeUpdate(50)).good(GET),
        ),
        (
            "two",
            "Two updates, the smaller first, is legal",
            ids.UPDATE_COUNT,
            used().good(SizeUpdate(0), SizeUpdate(4096), GET),
        ),
        (
            "two-larger-first",
            "Two updates, the larger first, is legal",
            ids.UPDATE_COUNT,
            used().good(SizeUpdate(4096), SizeUpdate(34), Indexed(62)),
        ),
        (
            "two-equal",
            "Two updates to one size is legal",
            ids.UPDATE_COUNT,
            used().good(SizeUpdate(68), SizeUpdate(68), Indexed(63)),
        ),
        (
            "in-each-block",
            "An update at the start of each block is legal",
            ids.UPDATE_PLACE,
            used()
            .good(SizeUpdate(100), GET)
            .good(SizeUpdate(80), Indexed(63))
            .good(SizeUpdate(4096), Indexed(62)),
        ),
        (
            "unasked-raise",
            "A size that was lowered without need may be raised to the limit again",
            ids.SHRINKING,
            used().good(SizeUpdate(0)).good(SizeUpdate(4096), incremental("c", "3")).good(Indexed(62)),
        ),
        (
            "holds-for-later-blocks",
            "The size of an update holds for the blocks behind it",
            ids.EVICTION,
            Story()
            .good(SizeUpdate(68))
            .good(incremental("a", "1"), incremental("b", "2"))
            .good(incremental("c", "3"), Indexed(63)),
        ),
    )
    for slug, about, req, story in cases:
        level = "SHOULD" if req in (ids.EMPTY_BLOCK, ids.UPDATE_COUNT, ids.UPDATE_PLACE) else "MUST"
        made.add(slug, about, req, story, level=level)
    for slug, updates in (
        ("three", (SizeUpdate(0), SizeUpdate(100), SizeUpdate(4096))),
        ("three-equal", (SizeUpdate(100), SizeUpdate(100), SizeUpdate(100))),
    ):
        words = "Three updates to one size" if slug == "three-equal" else "Three updates"
        made.add(
            slug,
            f"{words}, each legal, are one more than an encoder ever needs, and nowhere called an error",
            ids.UPDATE_COUNT,
            used().good(*updates, GET, acceptable=MANY),
            level="SHOULD",
        )
    made.add(
        "forty",
        "Forty updates in one block are nowhere called an error, and waste time",
        ids.UPDATE_COUNT,
        used().good(*(SizeUpdate(number % 2 * 100) for number in range(40)), GET, acceptable=MANY),
        level="SHOULD",
    )


def above(made: Suite) -> None:
    """Add updates above the limit."""
    cases: tuple[tuple[str, str, Story, Story], ...] = (
        (
            "by-one",
            "one above the initial limit of 4,096",
            Story().bad(SizeUpdate(4097), GET),
            Story().good(SizeUpdate(4096), GET),
        ),
        (
            "alone",
            "above the limit, alone in its block,",
            Story().bad(SizeUpdate(4097)),
            Story().good(SizeUpdate(4096)),
        ),
        (
            "largest",
            "to 4294967295",
            Story().bad(SizeUpdate((1 << 32) - 1), GET),
            Story().good(SizeUpdate(4096), GET),
        ),
        (
            "small-limit",
            "one above a limit of 256",
            Story(256).bad(SizeUpdate(257), GET),
            Story(256).good(SizeUpdate(256), GET),
        ),
        (
            "limit-zero",
            "to 1 where the limit is 0",
            Story(0).bad(SizeUpdate(1), GET),
            Story(0).good(SizeUpdate(0), GET),
        ),
        (
            "second-of-two",
            "above the limit behind a legal one",
            Story().bad(SizeUpdate(0), SizeUpdate(4097), GET),
            Story().good(SizeUpdate(0), SizeUpdate(4096), GET),
        ),
        (
            "first-of-two",
            "above the limit before a legal one",
            Story().bad(SizeUpdate(4097), SizeUpdate(100), GET),
            Story().good(SizeUpdate(4096), SizeUpdate(100), GET),
        ),
        (
            "later-block",
            "above the limit in a later block",
            used().good(SizeUpdate(100), GET).bad(SizeUpdate(4097), GET),
            used().good(SizeUpdate(100), GET).good(SizeUpdate(4096), GET),
        ),
    )
    for slug, about, story, control in cases:
        made.add(f"above-{slug}", f"An update {about} is a decoding error", ids.ABOVE_LIMIT, story, control)


def misplaced(made: Suite) -> None:
    """Add updates behind a field."""
    field_and_update: tuple[tuple[str, str, tuple[Instruction, ...], tuple[Instruction, ...]], ...] = (
        ("indexed", "an indexed field", (GET, SizeUpdate(100)), (SizeUpdate(100), GET)),
        (
            "literal",
            "a literal field",
            (without(4, "/a"), SizeUpdate(100)),
            (SizeUpdate(100), without(4, "/a")),
        ),
        (
            "insertion",
            "an insertion",
            (incremental("a", "1"), SizeUpdate(0)),
            (SizeUpdate(0), incremental("a", "1")),
        ),
        (
            "between",
            "a field and before another",
            (GET, SizeUpdate(100), Indexed(4)),
            (SizeUpdate(100), GET, Indexed(4)),
        ),
        (
            "again",
            "an update and a field",
            (SizeUpdate(200), GET, SizeUpdate(100)),
            (SizeUpdate(200), SizeUpdate(100), GET),
        ),
    )
    for slug, about, wrong, right in field_and_update:
        made.add(
            f"behind-{slug}",
            f"An update behind {about} is out of place",
            ids.UPDATE_PLACE,
            Story().forbidden(*wrong, acceptable=LENIENT_PLACE),
            Story().good(*right),
            level="SHOULD",
            note="The field agrees on a decoding error, though no sentence orders one.",
        )
    made.add(
        "behind-a-field-and-above",
        "An update behind a field is a decoding error in any case when it is above the limit",
        ids.ABOVE_LIMIT,
        Story().bad(GET, SizeUpdate(4097)),
        Story().good(SizeUpdate(4096), GET),
    )
