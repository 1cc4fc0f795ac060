"""Seeded streams of field lists and table-size changes, made to reach every decision of an encoder."""

import random
from collections.abc import Iterator

from ..static_table import STATIC_TABLE

_STATIC_NAMES = sorted({name for name, _ in STATIC_TABLE})
_SPECIAL = [
    *(b":path", b"age", b"content-length", b"etag", b"if-modified-since", b"if-none-match", b"location"),
    *(b"set-cookie", b"cookie", b"cookie", b"authorization", b":status", b":method"),
]
_OTHER = [
    b"x-request-id",
    b"te",
    b"dnt",
    b"priority",
    b":protocol",
    b"X-Upper",
    b"sec-ch-ua",
    b"foo",
    b"",
    b"x",
]
_TEXT = bytes(range(0x20, 0x7F))
_SIZES = (0, 1, 31, 32, 33, 64, 100, 127, 256, 1000, 1365, 2730, 4095, 4096, 4097, 8192, 65536)


def _value(random: random.Random, seen: list[bytes]) -> bytes:
    kind = random.random()
    if kind < 0.45 and seen:
        return random.choice(seen)
    if kind < 0.5:
        return b""
    if kind < 0.85:
        value = bytes(random.choices(_TEXT, k=random.randrange(40)))
    elif kind < 0.93:
        value = random.randbytes(random.randrange(60))
    elif kind < 0.97:
        value = random.choice(STATIC_TABLE)[1]
    else:
        value = random.choice((b"a", b"\xff", b"0")) * random.choice(
            (19, 20, 126, 127, 128, 200, 1000, 3000, 5000)
        )
    if len(seen) < 60:
        seen.append(value)
    else:
        seen[random.randrange(60)] = value
    return value


def _field(random: random.Random, seen: list[bytes]) -> tuple[bytes, bytes, bool]:
    kind = random.random()
    if kind < 0.2:
        return (*random.choice(STATIC_TABLE), False)
    if kind < 0.45:
        name = random.choice(_SPECIAL)
    elif kind < 0.6:
        name = random.choice(_STATIC_NAMES)
    elif kind < 0.9:
        name = random.choice(_OTHER)
    else:
        name = _value(random, seen)
    return name, _value(random, seen), random.random() < 0.05


def connection(random: random.Random, blocks: int) -> Iterator[int | list[tuple[bytes, bytes, bool]]]:
    """Yield what happens to one encoder: an int is a table size, a list the fields of the next block."""
    seen: list[bytes] = []
    resize = random.choice((0.0, 0.02, 0.2))
    for _ in range(blocks):
        while random.random() < resize:
            yield random.choice(_SIZES)
        yield [_field(random, seen) for _ in range(random.choice((0, 1, 3, 8, 20)))]


def constructor_size(random: random.Random) -> int:
    """Choose an encoder's own limit."""
    return random.choice((*_SIZES, 4096, 4096, 4096, 4096))
