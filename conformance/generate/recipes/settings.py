"""Changes of SETTINGS_HEADER_TABLE_SIZE between blocks, and the updates they need (RFC 9113 4.3.1)."""

from ..instructions import Indexed, SizeUpdate, incremental
from ..story import Acceptable, Story, Suite
from . import ids
from .size_updates import GET, used

LENIENT_REDUCTION = Acceptable(
    "fields",
    "HpackLenient",
    "The current size in RFC 9113 4.3.1 may be read as the octets in use, and the new maximum holds those.",
)


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/settings-generated",
        "RFC 9113 4.3.1",
        "The setting of the table's size reduced, raised, changed more than once between two blocks.",
    )
    lowered(made)
    missing(made)
    twice(made)
    raised(made)
    return made


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
