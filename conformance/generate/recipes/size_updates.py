"""Dynamic table size updates, and changes of the setting between blocks (RFC 7541 6.3; RFC 9113 4.3.1)."""

from ..instructions import Indexed, Instruction, SizeUpdate, incremental, without
from ..story import Acceptable, Story, Suite
from . import ids

LENIENT_PLACE = Acceptable(
    "fields",
    "HpackLenient",
    "RFC 7541 4.2 tells the encoder where an update stands, and no decoder what else to do.",
)
LENIENT_REDUCTION = Acceptable(
    "fields",
    "HpackLenient",
    "The current size in RFC 9113 4.3.1 may be read as the octets in use, and the new maximum holds those.",
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
        "Size updates: legal ones, above the limit, in the wrong place, and missing after a reduced setting.",
    )
    legal(made)
    above(made)
    misplaced(made)
    lowered(made)
    missing(made)
    twice(made)
    raised(made)
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


def lowered(made: Suite) -> None:
    """Add blocks behind a reduced setting that begin as they must, and such that go too far."""
    for slug, about, updates, field in (
        ("to-it", "An update to the new limit", (SizeUpdate(68),), Indexed(63)),
        ("below-it", "An update below the new limit", (SizeUpdate(34),), Indexed(62)),
        ("to-zero", "An update to 0", (SizeUpdate(0),), GET),
        (
            "and-back-up",
            "An update to 0 and a second one to the new limit",
            (SizeUpdate(0), SizeUpdate(68)),
            GET,
        ),
    ):
        made.add(
            f"lowered-{slug}",
            f"{about} answers a reduced setting",
            ids.REDUCTION,
            used().good(*updates, field, resize=(68,)),
        )
    made.add(
        "lowered-evicts",
        "A reduced setting evicts what no longer fits once the update has come",
        f"{ids.SHRINKING} {ids.INDEX_BEYOND}",
        used().bad(SizeUpdate(34), Indexed(63), resize=(34,)),
        used().good(SizeUpdate(34), Indexed(62), resize=(34,)),
    )
    for slug, about, size in (
        ("by-one", "one above the new limit", 69),
        ("old-limit", "to the old limit", 4096),
    ):
        made.add(
            f"lowered-above-{slug}",
            f"After a reduced setting an update {about} is a decoding error",
            f"{ids.ABOVE_LIMIT} {ids.REDUCTION}",
            used().bad(SizeUpdate(size), GET, resize=(68,)),
            used().good(SizeUpdate(68), GET, resize=(68,)),
        )
    made.add(
        "lowered-not-below-the-chosen-size",
        "A reduced setting that is still above the size in force needs no update",
        ids.REDUCTION,
        used().good(SizeUpdate(68), GET).good(Indexed(63), resize=(100,)),
    )
    made.add(
        "lowered-same-value",
        "A setting repeated with its old value needs no update",
        ids.REDUCTION,
        used().good(Indexed(63), resize=(4096,)),
    )


def missing(made: Suite) -> None:
    """Add blocks behind a reduced setting that lack the update."""
    control = used().good(SizeUpdate(0), GET, resize=(0,))
    made.add(
        "missing-below-use",
        "A block without an update, after the setting fell below the octets in use, is a decoding error",
        ids.REDUCTION,
        used().forbidden(GET, resize=(67,)),
        used().good(SizeUpdate(67), GET, resize=(67,)),
    )
    made.add(
        "missing-to-zero",
        "A block without an update, after the setting fell to 0 while entries exist, is a decoding error",
        ids.REDUCTION,
        used().forbidden(GET, resize=(0,)),
        control,
    )
    made.add(
        "missing-and-insertion",
        "An insertion without an update, after the setting fell below the octets in use, is a decoding error",
        ids.REDUCTION,
        used().forbidden(incremental("c", "3"), resize=(0,)),
        used().good(SizeUpdate(0), incremental("c", "3"), resize=(0,)),
    )
    made.add(
        "missing-before-a-late-one",
        "The update that a reduced setting needs cannot stand behind a field",
        f"{ids.REDUCTION} {ids.UPDATE_PLACE}",
        used().forbidden(GET, SizeUpdate(0), resize=(0,)),
        control,
    )
    made.add(
        "missing-above-use",
        "A block without an update, after the setting fell to a size that the entries still fit",
        ids.REDUCTION,
        used().forbidden(GET, resize=(100,), acceptable=LENIENT_REDUCTION),
        used().good(SizeUpdate(100), GET, resize=(100,)),
    )
    made.add(
        "missing-empty-table",
        "A block without an update, after the setting fell before anything was inserted",
        ids.REDUCTION,
        Story().forbidden(GET, resize=(0,), acceptable=LENIENT_REDUCTION),
        Story().good(SizeUpdate(0), GET, resize=(0,)),
    )


def twice(made: Suite) -> None:
    """Add blocks behind a setting that changed more than once."""
    both = used().good(SizeUpdate(0), SizeUpdate(4096), GET, resize=(0, 4096))
    made.add(
        "twice-smallest-and-final",
        "After the setting fell and rose again, updates to the smallest and to the final size",
        f"{ids.REDUCTION} {ids.SHRINKING}",
        used()
        .good(SizeUpdate(0), SizeUpdate(4096), incremental("c", "3"), resize=(0, 4096))
        .good(Indexed(62)),
    )
    made.add(
        "twice-smallest-alone",
        "After the setting fell and rose again, an update to the smallest size alone is enough for a decoder",
        ids.REDUCTION,
        used().good(SizeUpdate(0), GET, resize=(0, 4096)),
        note="An encoder may use less than the limit.",
    )
    made.add(
        "twice-below-the-smallest",
        "After the setting fell to 68 and rose again, an update to less than 68 serves as well",
        ids.REDUCTION,
        used().good(SizeUpdate(34), SizeUpdate(4096), Indexed(62), resize=(68, 4096)),
    )
    made.add(
        "twice-final-alone",
        "After the setting fell and rose again, the final size alone does not tell of the reduction",
        ids.REDUCTION,
        used().forbidden(SizeUpdate(4096), GET, resize=(0, 4096)),
        both,
    )
    made.add(
        "twice-none",
        "After the setting fell and rose again, a block without an update is a decoding error",
        ids.REDUCTION,
        used().forbidden(Indexed(63), resize=(0, 4096)),
        both,
    )
    made.add(
        "twice-lost-entry",
        "After the setting fell to 0 and rose again, the old entries are gone",
        f"{ids.SHRINKING} {ids.INDEX_BEYOND}",
        used().bad(SizeUpdate(0), SizeUpdate(4096), Indexed(62), resize=(0, 4096)),
        both,
    )
    made.add(
        "twice-up-and-down",
        "A setting that rose and fell back to the size in force needs no update",
        ids.RAISE,
        used().good(Indexed(63), resize=(8192, 4096)),
    )
    made.add(
        "twice-down-and-down",
        "After the setting fell twice, an update to the last value",
        ids.REDUCTION,
        used().good(SizeUpdate(34), Indexed(62), resize=(68, 34)),
    )
    made.add(
        "twice-down-and-down-first-alone",
        "After the setting fell twice, an update to the first value is above the limit",
        f"{ids.ABOVE_LIMIT} {ids.REDUCTION}",
        used().bad(SizeUpdate(68), GET, resize=(68, 34)),
        used().good(SizeUpdate(34), GET, resize=(68, 34)),
    )
    made.add(
        "three-times",
        "After the setting changed three times, updates to the smallest and to the final size",
        f"{ids.REDUCTION} {ids.SHRINKING}",
        used().good(SizeUpdate(34), SizeUpdate(200), Indexed(62), resize=(100, 34, 200)),
    )


def raised(made: Suite) -> None:
    """Add blocks behind a raised setting."""
    many = tuple(incremental(f"n{number:02}", "v" * 221) for number in range(17))
    made.add(
        "raised-without-update",
        "A raised setting needs no update",
        ids.RAISE,
        used().good(Indexed(63), resize=(8192,)),
    )
    made.add(
        "raised-without-update-keeps-the-size",
        "Without an update the table keeps its size of 4,096 octets though the setting was raised",
        f"{ids.RAISE} {ids.INDEX_BEYOND}",
        Story().good(*many, resize=(8192,)).bad(Indexed(78)),
        Story().good(SizeUpdate(8192), *many, resize=(8192,)).good(Indexed(78)),
        note="Seventeen entries of 256 octets: one more than 4,096 octets hold.",
    )
    made.add(
        "raised-with-update",
        "A raised setting allows an update to the new limit, and the table grows",
        ids.RAISE,
        Story().good(SizeUpdate(8192), *many, resize=(8192,)).good(Indexed(78)),
    )
    made.add(
        "raised-with-smaller-update",
        "A raised setting allows an update to any size up to the new limit",
        ids.RAISE,
        used().good(SizeUpdate(5000), Indexed(63), resize=(8192,)),
    )
    made.add(
        "raised-above",
        "An update one above a raised setting is a decoding error",
        ids.ABOVE_LIMIT,
        used().bad(SizeUpdate(8193), GET, resize=(8192,)),
        used().good(SizeUpdate(8192), GET, resize=(8192,)),
    )
    made.add(
        "raised-from-zero",
        "A table that began at 0 takes entries after a raised setting and an update",
        ids.RAISE,
        Story(0)
        .good(incremental("a", "1"))
        .good(SizeUpdate(100), incremental("a", "1"), Indexed(62), resize=(100,)),
    )
