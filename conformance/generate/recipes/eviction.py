"""Eviction: entries counted in plain octets, from the oldest, before the insertion (RFC 7541 4)."""

from ..instructions import Indexed, SizeUpdate, Text, incremental, without
from ..story import Story, Suite
from . import ids


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/eviction-generated",
        "RFC 7541 4",
        "Eviction at its edges; an entry takes its name, its value and 32 octets.",
    )
    fits(made)
    larger(made)
    order(made)
    evicted_names(made)
    huffman(made)
    shrinking(made)
    return made


def two(limit: int) -> Story:
    """Return a story with two entries of 34 octets; `b` is the newest."""
    return Story(limit).good(incremental("a", "1"), incremental("b", "2"))


def fits(made: Suite) -> None:
    """Add insertions that fit to the octet, or fail to by one."""
    made.add(
        "two-exact",
        "Two entries of 34 octets fit a table of 68",
        ids.ENTRY_SIZE,
        two(68).good(Indexed(62), Indexed(63)),
    )
    made.add(
        "two-one-short",
        "In a table of 67 octets the second entry of 34 evicts the first",
        f"{ids.ENTRY_SIZE} {ids.EVICTION}",
        two(67).good(Indexed(62)),
    )
    made.add(
        "two-one-short-evicted-index",
        "The index of the entry evicted from a table of 67 octets is a decoding error",
        f"{ids.EVICTION} {ids.INDEX_BEYOND}",
        two(67).bad(Indexed(63)),
        two(67).good(Indexed(62)),
    )
    made.add(
        "empty-entry-exact",
        "An entry of two empty strings takes 32 octets and fits a table of 32",
        ids.ENTRY_SIZE,
        Story(32).good(incremental("", ""), Indexed(62)),
    )
    made.add(
        "empty-entry-one-short",
        "An entry of two empty strings does not fit a table of 31",
        f"{ids.ENTRY_SIZE} {ids.INDEX_BEYOND}",
        Story(31).bad(incremental("", ""), Indexed(62)),
        Story(31).good(incremental("", ""), Indexed(61)),
    )
    made.add(
        "name-counts-when-referred-to",
        "A name taken by index counts with its full length",
        ids.ENTRY_SIZE,
        Story(84).good(incremental(1, "x"), incremental(1, "")).good(Indexed(62)),
        note="The name `:authority` has 10 octets: 43 and 42 octets do not fit 84 together.",
    )
    made.add(
        "name-counts-when-referred-to-exact",
        "Two entries with a name taken by index fit to the octet",
        ids.ENTRY_SIZE,
        Story(85).good(incremental(1, "x"), incremental(1, "")).good(Indexed(62), Indexed(63)),
    )
    made.add(
        "table-of-4096-exact",
        "Sixteen entries of 256 octets fit the initial table of 4,096 octets",
        ids.ENTRY_SIZE,
        Story(show_limit=True)
        .good(*(incremental(f"n{number:02}", "v" * 221) for number in range(16)))
        .good(Indexed(62), Indexed(77)),
    )
    made.add(
        "table-of-4096-one-more",
        "A further entry in a full table of 4,096 octets evicts the oldest",
        f"{ids.ENTRY_SIZE} {ids.EVICTION} {ids.INDEX_BEYOND}",
        Story(show_limit=True)
        .good(*(incremental(f"n{number:02}", "v" * 221) for number in range(16)))
        .good(incremental("", ""), Indexed(62), Indexed(77))
        .bad(Indexed(78)),
        Story(show_limit=True).good(incremental("", ""), Indexed(62)),
    )


def larger(made: Suite) -> None:
    """Add entries as large as the table, and larger."""
    made.add(
        "entry-as-large-as-the-table",
        "An entry as large as the table evicts all others and stays",
        ids.EVICTION,
        two(68).good(incremental("c", "v" * 35), Indexed(62)),
    )
    made.add(
        "entry-larger-by-one",
        "An entry one octet larger than the table empties it, and the field is decoded",
        ids.EVICTION,
        two(68).good(incremental("c", "v" * 36)),
    )
    made.add(
        "entry-larger-then-index",
        "After an entry larger than the table every dynamic index is a decoding error",
        f"{ids.EVICTION} {ids.INDEX_BEYOND}",
        two(68).good(incremental("c", "v" * 36)).bad(Indexed(62)),
        two(68).good(incremental("c", "v" * 35)).good(Indexed(62)),
    )
    made.add(
        "entry-larger-in-the-block",
        "An entry larger than the table empties it for the rest of the same block",
        f"{ids.EVICTION} {ids.INDEX_BEYOND}",
        two(68).bad(incremental("c", "v" * 36), Indexed(62)),
        two(68).good(Indexed(62), incremental("c", "v" * 36)),
    )
    made.add(
        "entry-larger-then-another",
        "A table emptied by an entry too large takes the next one",
        ids.EVICTION,
        two(68).good(incremental("c", "v" * 36), incremental("d", "4"), Indexed(62)),
    )
    made.add(
        "entry-in-a-table-of-nothing",
        "In a table of 0 octets an insertion is no error and leaves no entry",
        ids.EVICTION,
        Story(0).good(incremental("a", "1"), incremental("b", "2")),
    )
    made.add(
        "index-in-a-table-of-nothing",
        "In a table of 0 octets index 62 is a decoding error after an insertion",
        f"{ids.EVICTION} {ids.INDEX_BEYOND}",
        Story(0).bad(incremental("a", "1"), Indexed(62)),
        Story(0).good(incremental("a", "1"), Indexed(61)),
    )


def order(made: Suite) -> None:
    """Add evictions of several entries."""
    three = (incremental("a", "1"), incremental("b", "2"), incremental("c", "3"))
    made.add(
        "oldest-goes-first",
        "The oldest entry is evicted first",
        ids.EVICTION,
        Story(102).good(*three).good(incremental("d", "4")).good(Indexed(62), Indexed(63), Indexed(64)),
    )
    made.add(
        "oldest-goes-first-even-if-used",
        "An entry that was just referred to is evicted in its turn",
        f"{ids.EVICTION} {ids.INDEX_BEYOND}",
        Story(102).good(*three).bad(Indexed(64), incremental("d", "4"), Indexed(65)),
        Story(102).good(*three).good(Indexed(64), incremental("d", "4"), Indexed(64)),
        note="The table is first in, first out; use does not make an entry younger.",
    )
    made.add(
        "one-evicts-two",
        "An insertion evicts as many entries as it needs",
        ids.EVICTION,
        Story(102).good(*three).good(incremental("d", "v" * 35)).good(Indexed(62), Indexed(63)),
    )
    made.add(
        "one-evicts-no-more-than-needed",
        "An insertion leaves the entries that fit beside it",
        ids.EVICTION,
        Story(102).good(*three).good(incremental("d", "v")).good(Indexed(64)),
    )
    made.add(
        "duplicates-count-each",
        "Equal entries count each for itself",
        f"{ids.DUPLICATES} {ids.ENTRY_SIZE}",
        Story(68)
        .good(incremental("a", "1"), incremental("a", "1"), incremental("b", "2"))
        .good(Indexed(62), Indexed(63)),
    )
    made.add(
        "twenty-through-a-table-of-three",
        "Twenty entries go through a table that holds three",
        ids.EVICTION,
        Story(105)
        .good(*(incremental("k", f"{number:02}") for number in range(20)))
        .good(Indexed(62), Indexed(63), Indexed(64)),
    )


def evicted_names(made: Suite) -> None:
    """Add names taken from an entry that the insertion evicts."""
    made.add(
        "name-of-the-evicted",
        "A new entry keeps the name of the entry that its own insertion evicts",
        ids.EVICTED_NAME,
        Story(40).good(incremental("name", "1234")).good(incremental(62, "5678"), Indexed(62)),
    )
    made.add(
        "name-of-the-evicted-oldest",
        "A new entry keeps the name of the oldest of several entries that it evicts",
        ids.EVICTED_NAME,
        two(68).good(incremental(63, "v" * 35), Indexed(62)),
    )
    made.add(
        "name-of-the-evicted-too-large",
        "An entry larger than the table still gives its field the name of an evicted entry",
        ids.EVICTED_NAME,
        two(68).good(incremental(63, "v" * 36)),
    )
    made.add(
        "name-of-the-evicted-again-and-again",
        "A name handed on from entry to entry, each evicting the one before, stays whole",
        ids.EVICTED_NAME,
        Story(41)
        .good(incremental("a-name", "0"))
        .good(*(incremental(62, str(number)) for number in range(1, 6)), without(62, "end")),
    )


def huffman(made: Suite) -> None:
    """Add entries whose plain and coded lengths differ across an edge."""
    coded = Text(b"a" * 16, huffman=True)  # 10 octets on the wire, 16 decoded
    shorter = Text(b"a" * 15, huffman=True)  # as many on the wire, 15 decoded
    made.add(
        "huffman-counts-decoded",
        "A Huffman-coded value counts with its decoded length, so it does not fit",
        f"{ids.ENTRY_SIZE} {ids.INDEX_BEYOND}",
        Story(48).bad(incremental("k", coded), Indexed(62)),
        Story(48).good(incremental("k", shorter), Indexed(62)),
    )
    made.add(
        "huffman-counts-decoded-exact",
        "A Huffman-coded value fits to the octet with its decoded length",
        ids.ENTRY_SIZE,
        Story(49).good(incremental("k", coded)).good(Indexed(62)),
    )
    made.add(
        "huffman-name-counts-decoded",
        "A Huffman-coded name counts with its decoded length",
        f"{ids.ENTRY_SIZE} {ids.INDEX_BEYOND}",
        Story(48).bad(incremental(coded, "v"), Indexed(62)),
        Story(48).good(incremental(shorter, "v"), Indexed(62)),
    )
    longer = Text(b"\x00" * 8, huffman=True)  # 13 octets on the wire, 8 decoded
    made.add(
        "huffman-longer-counts-decoded",
        "A value that is longer when Huffman-coded still counts with its decoded length",
        ids.ENTRY_SIZE,
        Story(41).good(incremental("k", longer)).good(Indexed(62)),
    )
    made.add(
        "huffman-evicts-by-decoded",
        "A Huffman-coded value evicts what its decoded length needs",
        f"{ids.ENTRY_SIZE} {ids.EVICTION}",
        two(82).good(incremental("k", coded)).good(Indexed(62)),
    )


def shrinking(made: Suite) -> None:
    """Add evictions by a size update."""
    made.add(
        "update-to-the-size-in-use",
        "A size update to exactly the size in use evicts nothing",
        ids.SHRINKING,
        two(4096).good(SizeUpdate(68), Indexed(62), Indexed(63)),
    )
    made.add(
        "update-one-below",
        "A size update to one octet less evicts the oldest entry",
        ids.SHRINKING,
        two(4096).good(SizeUpdate(67), Indexed(62)),
    )
    made.add(
        "update-one-below-evicted-index",
        "The index of an entry that a size update evicted is a decoding error",
        f"{ids.SHRINKING} {ids.INDEX_BEYOND}",
        two(4096).bad(SizeUpdate(67), Indexed(63)),
        two(4096).good(SizeUpdate(68), Indexed(63)),
    )
    made.add(
        "raise-does-not-restore",
        "Raising the size brings no evicted entry back",
        f"{ids.SHRINKING} {ids.INDEX_BEYOND}",
        two(4096).bad(SizeUpdate(34), SizeUpdate(4096), Indexed(63)),
        two(4096).good(SizeUpdate(34), SizeUpdate(4096), Indexed(62)),
    )
    made.add(
        "zero-empties",
        "A size update to 0 empties the table",
        f"{ids.SHRINKING} {ids.INDEX_BEYOND}",
        two(4096).bad(SizeUpdate(0), SizeUpdate(4096), Indexed(62)),
        two(4096).good(SizeUpdate(4096), Indexed(62)),
    )
    made.add(
        "zero-then-insert",
        "A table emptied by a size update and raised again takes new entries",
        ids.SHRINKING,
        two(4096).good(SizeUpdate(0), SizeUpdate(4096), incremental("c", "3"), Indexed(62)),
    )
