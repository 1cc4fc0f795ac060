"""Integers in each of the places where HPACK has one (RFC 7541 5.1)."""

from collections.abc import Callable
from dataclasses import dataclass

from ..instructions import Form, Indexed, Instruction, Literal, Raw, SizeUpdate, Text, incremental, octets_of
from ..model import ENTRY_OVERHEAD
from ..octets import RecipeError, integer
from ..story import Acceptable, Story, Suite
from . import ids

STATIC = 61
OVERLONG = Acceptable(
    "error",
    "IntegerLimit",
    "A decoder may set its own limit for the number of octets of an integer (RFC 7541 5.1, 7.4).",
)
LONGER = Acceptable("error", None, OVERLONG.why)


def letters(count: int) -> bytes:
    """Return `count` letters that change from place to place, so that a wrong length shows."""
    return bytes(ord("a") + place % 26 for place in range(count))


def filled(entries: int) -> Story:
    """Return a story whose dynamic table holds `entries` fields that differ in their values."""
    needed = sum(33 + len(str(number)) for number in range(entries))
    story = Story(4096 if needed <= 4096 else 8192)
    if entries:
        story.good(*(incremental("x", str(number)) for number in range(entries)))
    return story


def sized(size: int, update: Instruction, acceptable: Acceptable | None) -> Story:
    """Return a story whose table shows that it has exactly the size of `update`.

    A large one shows it only by its limit, which the update just reaches.
    """
    story = Story(max(4096, size))
    if size < ENTRY_OVERHEAD:
        return story.good(update, incremental("", ""), acceptable=acceptable)
    if size > 4096:
        return story.good(update, acceptable=acceptable)
    exact = incremental("", letters(size - ENTRY_OVERHEAD))
    larger = incremental("", letters(size - ENTRY_OVERHEAD + 1))
    return story.good(update, exact, acceptable=acceptable).good(Indexed(62)).good(larger)


@dataclass(frozen=True, slots=True)
class Place:
    """One use of an integer.

    instruction: makes the instruction whose integer has this value, with so many superfluous octets.
    small: a legal value, which a wrapped-around integer must not be taken for.
    rest: what follows the integer in the block when it is `small`.
    beyond: the requirement that a value too large breaks beside the limit of integers.
    """

    slug: str
    name: str
    prefix: int
    pattern: int
    before: tuple[bytes, ...]
    small: int
    rest: tuple[bytes, ...]
    instruction: Callable[[int, int], Instruction]
    beyond: str

    def story(self, value: int, zeros: int = 0, acceptable: Acceptable | None = None) -> Story:
        """Return a story in which this place holds a legal `value`."""
        if self.slug == "size-update":
            return sized(value, self.instruction(value, zeros), acceptable)
        if self.slug.endswith("length"):
            story = Story()
        else:
            story = filled(max(0, value - STATIC))
        return story.good(self.instruction(value, zeros), acceptable=acceptable)

    def raw(self, value: int, zeros: int = 0) -> Raw:
        """Return the same instruction with an illegal value, all octets that follow left in place."""
        return Raw((*self.before, integer(value, self.prefix, self.pattern, zeros), *self.rest))


def name_place(slug: str, name: str, form: Form) -> Place:
    """Return the place of a name index."""
    pattern, prefix = form.value
    return Place(
        slug,
        f"name index of a literal {name}",
        prefix,
        pattern,
        (),
        4,
        (b"\x02", b"/a"),
        lambda value, zeros: Literal(form, value, Text(b"v"), zeros),
        ids.INDEX_BEYOND,
    )


PLACES = (
    Place("index", "index of an indexed field", 7, 0x80, (), 4, (), Indexed, ids.INDEX_BEYOND),
    name_place("incremental-name", "with incremental indexing", Form.INCREMENTAL),
    name_place("without-name", "without indexing", Form.WITHOUT_INDEXING),
    name_place("never-name", "never indexed", Form.NEVER_INDEXED),
    Place(
        "name-length",
        "length of a name",
        7,
        0,
        (b"\x00",),
        3,
        (b"abc", b"\x01", b"v"),
        lambda value, zeros: Literal(Form.WITHOUT_INDEXING, Text(letters(value), zeros=zeros), Text(b"v")),
        "",
    ),
    Place(
        "value-length",
        "length of a value",
        7,
        0,
        (b"\x04",),
        3,
        (b"/ab",),
        lambda value, zeros: Literal(Form.WITHOUT_INDEXING, 4, Text(letters(value), zeros=zeros)),
        "",
    ),
    Place("size-update", "maximum of a size update", 5, 0x20, (), 100, (), SizeUpdate, ids.ABOVE_LIMIT),
)


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/integers-generated",
        "RFC 7541 5.1",
        "Integers in each place that holds one: boundaries of the prefix, superfluous octets, overflow.",
    )
    for place in PLACES:
        boundaries(made, place)
    for value, octets in (
        (31 + 16383, "two octets, the most"),
        (31 + 16384, "three octets, the fewest"),
        (31 + 2097151, "three octets, the most"),
        (31 + 2097152, "four octets, the fewest"),
    ):
        made.add(
            f"size-update-{value}",
            f"A size update to {value} has {octets} that follow its prefix",
            f"{ids.INTEGER}",
            PLACES[-1].story(value),
        )
    made.add(
        "size-update-largest-setting",
        "A size update to 4294967295 is legal where the setting has that value",
        ids.INTEGER,
        Story((1 << 32) - 1).good(
            SizeUpdate((1 << 32) - 1),
            acceptable=Acceptable(
                "error", "IntegerLimit", "A decoder may set its own limit for integers (RFC 7541 5.1)."
            ),
        ),
        note="The setting is a 32-bit number, so five octets behind the prefix can be needed.",
    )
    for place in PLACES:
        superfluous(made, place)
    for place in PLACES:
        overflows(made, place)
    endless(made)
    return made


def boundaries(made: Suite, place: Place) -> None:
    """Add the values around the end of the prefix and of the first octet behind it."""
    ceiling = (1 << place.prefix) - 1
    for value, about in (
        (ceiling - 1, "is the largest that fits the prefix"),
        (ceiling, "fills the prefix and needs an octet 0"),
        (ceiling + 1, "needs an octet 1 behind the full prefix"),
        (ceiling + 127, "is the largest with one octet behind the prefix"),
        (ceiling + 128, "is the smallest with two octets behind the prefix"),
    ):
        made.add(f"{place.slug}-{value}", f"{value} as {place.name} {about}", ids.INTEGER, place.story(value))


def superfluous(made: Suite, place: Place) -> None:
    """Add integers that are longer than they need to be."""
    value = (1 << place.prefix) - 1
    for slug, zeros, about in (
        ("one", 1, "one superfluous octet"),
        ("up-to-five", 4, "superfluous octets up to five behind the prefix"),
    ):
        made.add(
            f"{place.slug}-superfluous-{slug}",
            f"{value} as {place.name} keeps its value with {about}",
            ids.INTEGER,
            place.story(value, zeros, OVERLONG),
        )
    if place.slug in ("index", "value-length", "size-update"):
        made.add(
            f"{place.slug}-superfluous-ten",
            f"{value} as {place.name} keeps its value, or meets a limit, with ten octets behind the prefix",
            ids.INTEGER,
            place.story(value, 9, LONGER),
            note="64 bits are full after ten octets: a decoder that shifts further must not lose the value.",
        )


def overflows(made: Suite, place: Place) -> None:
    """Add integers too large for anything, among them those that wrap around to a legal value."""
    for slug, value, about in (
        ("2-31", (1 << 31) + place.small, "2^31 more than a legal value, negative in 32 bits with a sign,"),
        ("2-32", (1 << 32) + place.small, "2^32 more than a legal value, the same in 32 bits,"),
        ("2-64", (1 << 64) + place.small, "2^64 more than a legal value, the same in 64 bits,"),
        ("2-70", (1 << 70) - 1 + ((1 << place.prefix) - 1), "ten octets full of ones behind the prefix"),
    ):
        made.add(
            f"{place.slug}-overflow-{slug}",
            f"An integer {about} as {place.name} is a decoding error",
            f"{ids.INTEGER_LIMIT} {place.beyond}".strip(),
            Story().bad(place.raw(value)),
            Story().good(twin(place)),
        )


def twin(place: Place) -> Instruction:
    """Return the instruction that differs from `place.raw` in the integer alone."""
    match place.slug:
        case "index" | "size-update":
            made = place.instruction(place.small, 0)
        case "name-length":
            made = Literal(Form.WITHOUT_INDEXING, Text(b"abc"), Text(b"v"))
        case "value-length":
            made = Literal(Form.WITHOUT_INDEXING, 4, Text(b"/ab"))
        case _:
            form = next(form for form in Form if form.value == (place.pattern, place.prefix))
            made = Literal(form, place.small, Text(b"/a"))
    if octets_of((made,)) != octets_of((place.raw(place.small),)):
        raise RecipeError(f"{place.slug}: the twin differs in more than the integer")
    return made


def endless(made: Suite) -> None:
    """Add integers of very many octets."""
    unlimited = Acceptable(
        "fields",
        "HpackLenient",
        "Where the limit lies is the decoder's choice (RFC 7541 5.1, 7.4); the value is legal.",
    )
    made.add(
        "size-update-200-superfluous",
        "An integer with 200 superfluous octets exceeds any sensible limit of a decoder",
        f"{ids.INTEGER_LIMIT} {ids.LIMITS}",
        Story().forbidden(SizeUpdate(31, 200), acceptable=unlimited),
        Story().good(SizeUpdate(31)),
    )
    made.add(
        "index-200-continuations",
        "An index that still continues after 200 octets and then ends the block is a decoding error",
        f"{ids.INTEGER_LIMIT} {ids.CUT_BLOCK}",
        Story().bad(Indexed(2), Raw((b"\xff" + b"\x80" * 200,))),
        Story().good(Indexed(2), Indexed(4)),
    )
    made.add(
        "value-length-200-ones",
        "A length of 200 octets of ones is a decoding error",
        f"{ids.INTEGER_LIMIT}",
        Story().bad(Indexed(2), Raw((b"\x04", b"\x7f" + b"\xff" * 200 + b"\x7f", b"/ab"))),
        Story().good(Indexed(2), Literal(Form.WITHOUT_INDEXING, 4, Text(b"/ab"))),
    )
