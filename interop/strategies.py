"""Hypothesis strategies for HPACK: field lists, and blocks built from the grammar of RFC 7541 6."""

from collections.abc import Sequence

from hypothesis import strategies as st

COMMON_NAMES = (b":method", b":path", b":status", b"cookie", b"authorization", b"content-length", b"x-a")

names = st.one_of(st.sampled_from(COMMON_NAMES), st.binary(max_size=12))
values = st.one_of(st.sampled_from((b"", b"GET", b"/", b"200", b"0")), st.binary(max_size=24))
field_lists = st.lists(st.tuples(names, values), max_size=8).map(tuple)
table_limits = st.one_of(st.sampled_from((0, 31, 32, 64, 100, 4095, 4096, 8192)), st.integers(0, 16384))


def integer(value: int, prefix: int, pattern: int, surplus: int = 0) -> bytes:
    """Write an integer (RFC 7541 5.1) after `pattern`, with `surplus` octets more than it needs."""
    mask = (1 << prefix) - 1
    if value < mask:
        return bytes([pattern | value])
    rest = value - mask
    octets = [pattern | mask]
    while rest >= 0x80:
        octets.append(rest & 0x7F | 0x80)
        rest >>= 7
    octets.append(rest)
    if surplus:
        octets[-1] |= 0x80
        octets += [0x80] * (surplus - 1) + [0]
    return bytes(octets)


_surplus = st.one_of(st.just(0), st.just(0), st.just(0), st.integers(1, 8))


@st.composite
def _strings(draw: st.DrawFn) -> bytes:
    octets = draw(st.one_of(st.binary(max_size=8), st.sampled_from((b"\xff", b"\xff\xff\xff\xff", b"\x1f"))))
    coded = draw(st.booleans())
    return integer(len(octets), 7, 0x80 if coded else 0, draw(_surplus)) + octets


_indices = st.one_of(
    st.integers(0, 70), st.sampled_from((126, 127, 128, 255, 1 << 21, (1 << 32) - 1, 1 << 35))
)


@st.composite
def _representations(draw: st.DrawFn) -> bytes:
    prefix, pattern = draw(st.sampled_from(((7, 0x80), (6, 0x40), (4, 0x00), (4, 0x10))))
    index = draw(_indices)
    octets = integer(index, prefix, pattern, draw(_surplus))
    if prefix == 7:
        return octets
    if index == 0:
        octets += draw(_strings())
    return octets + draw(_strings())


_size_updates = st.builds(
    integer, st.one_of(table_limits, st.integers(0, 1 << 33)), st.just(5), st.just(0x20), _surplus
)


@st.composite
def _well_formed_blocks(draw: st.DrawFn) -> bytes:
    updates = draw(st.lists(_size_updates, max_size=3))
    rest = draw(st.lists(st.one_of(_representations(), _representations(), _size_updates), max_size=6))
    return b"".join((*updates, *rest))


@st.composite
def _mutated_blocks(draw: st.DrawFn) -> bytes:
    block = bytearray(draw(_well_formed_blocks()))
    for _ in range(draw(st.integers(0, 3))):
        if block:
            block[draw(st.integers(0, len(block) - 1))] = draw(st.integers(0, 255))
    return bytes(block[: draw(st.integers(0, len(block)))] if draw(st.booleans()) else block)


blocks = st.one_of(_well_formed_blocks(), _mutated_blocks(), st.binary(max_size=32))

decoding_dialogues: st.SearchStrategy[Sequence[bytes | int]] = st.lists(
    st.one_of(blocks, blocks, blocks, table_limits), min_size=1, max_size=6
)
"""Blocks in order over one context; an integer is a new table limit, acknowledged before the next block."""

encoding_dialogues: st.SearchStrategy[Sequence[tuple[tuple[bytes, bytes], ...] | int]] = st.lists(
    st.one_of(field_lists, field_lists, table_limits), min_size=1, max_size=8
)
"""Field lists in order over one context; an integer is the peer's new table size."""
