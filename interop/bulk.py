"""Many blocks, fast: seeded random dialogues of HPACK blocks, without Hypothesis between them.

Hypothesis finds small disagreements; this finds rare ones. What it finds is shortened by leaving out steps.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from .codec_diff import compare_decoding, compare_encoding
from .codecs import Fields
from .differences import Difference
from .differential import Disagreement, Found
from .strategies import COMMON_NAMES, integer

Step = TypeVar("Step")

LIMITS = (0, 31, 64, 100, 1000, 4095, 4096, 8192)
_INDICES = (0, 1, 2, 4, 8, 15, 30, 61, 62, 62, 63, 63, 64, 65, 70, 127, 128, 200)
_SIZES = (0, 31, 64, 100, 4095, 4096, 4097, 8192)
_CODED = (b"\xff", b"\x1f", b"\x07", b"\x00\x3f", b"\xff\xff\xff\xff", bytes.fromhex("9d29ad1718"))


@dataclass(frozen=True, slots=True)
class Bulk:
    """One kind of dialogue: how to draw one, how to compare it, and how many blocks it has."""

    name: str
    draw: Callable[[random.Random], list[bytes | int]] | Callable[[random.Random], list[Fields | int]]
    compare: (
        Callable[[Sequence[bytes | int]], list[Disagreement]]
        | Callable[[Sequence[Fields | int]], list[Disagreement]]
    )


def _string(rng: random.Random) -> bytes:
    octets = rng.choice(_CODED) if rng.random() < 0.2 else rng.randbytes(rng.randrange(12))
    surplus = rng.randrange(1, 6) if rng.random() < 0.02 else 0
    return integer(len(octets), 7, 0x80 if rng.random() < 0.4 else 0, surplus) + octets


def _representation(rng: random.Random) -> bytes:
    prefix, pattern = rng.choice(((7, 0x80), (6, 0x40), (6, 0x40), (4, 0x00), (4, 0x10)))
    index = rng.choice(_INDICES)
    octets = integer(index, prefix, pattern, rng.randrange(1, 6) if rng.random() < 0.02 else 0)
    if prefix == 7:
        return octets
    return octets + (_string(rng) if index == 0 else b"") + _string(rng)


def block(rng: random.Random) -> bytes:
    """Draw a field block: from the grammar, and in one of four changed or cut somewhere."""
    parts = [integer(rng.choice(_SIZES), 5, 0x20) for _ in range(rng.choice((0, 0, 0, 1, 2, 3)))]
    parts += [_representation(rng) for _ in range(rng.randrange(6))]
    if rng.random() < 0.03:
        parts.append(integer(rng.choice(_SIZES), 5, 0x20))
    octets = bytearray(b"".join(parts))
    if octets and rng.random() < 0.15:
        octets[rng.randrange(len(octets))] = rng.randrange(256)
    if rng.random() < 0.1:
        del octets[rng.randrange(len(octets) + 1) :]
    return bytes(octets)


def decoding_dialogue(rng: random.Random) -> list[bytes | int]:
    """Draw blocks of one context with limits in between."""
    return [rng.choice(LIMITS) if rng.random() < 0.1 else block(rng) for _ in range(rng.randrange(2, 12))]


def _fields(rng: random.Random) -> Fields:
    names = (*COMMON_NAMES, b"content-type", b"etag", b"set-cookie", b"x-b", b"x-c")
    return tuple(
        (rng.choice(names), rng.choice((b"", b"GET", b"/", b"a" * 30, rng.randbytes(rng.randrange(40)))))
        for _ in range(rng.randrange(12))
    )


def encoding_dialogue(rng: random.Random) -> list[Fields | int]:
    """Draw field lists of one context, a long one, with table sizes in between."""
    return [rng.choice(LIMITS) if rng.random() < 0.1 else _fields(rng) for _ in range(rng.randrange(10, 60))]


DECODING = Bulk("codec decoding, in bulk", decoding_dialogue, compare_decoding)
ENCODING = Bulk("codec encoding, in bulk", encoding_dialogue, compare_encoding)


def bulk_search(kind: Bulk, differences: Sequence[Difference], *, blocks: int, seed_number: int) -> Found:
    """Compare dialogues until `blocks` blocks were tried or something unexplained came up."""
    rng = random.Random(seed_number)
    tried = 0
    explained: dict[str, int] = {}
    while tried < blocks:
        dialogue = kind.draw(rng)
        tried += sum(not isinstance(step, int) for step in dialogue)
        for disagreement in kind.compare(dialogue):  # type: ignore[arg-type]  # draw and compare belong together
            known = disagreement.explained(differences)
            if known is None:
                return Found(tried, explained, _shortest(kind, dialogue, differences) or disagreement)
            explained[known.id] = explained.get(known.id, 0) + 1
    return Found(tried, explained, None)


def _unexplained(
    kind: Bulk, dialogue: Sequence[object], differences: Sequence[Difference]
) -> Disagreement | None:
    for disagreement in kind.compare(dialogue):  # type: ignore[arg-type]  # draw and compare belong together
        if disagreement.explained(differences) is None:
            return disagreement
    return None


def _shortest(
    kind: Bulk, dialogue: Sequence[object], differences: Sequence[Difference]
) -> Disagreement | None:
    """Leave out steps as long as something unexplained remains."""
    found: Disagreement | None = None
    position = 0
    while position < len(dialogue):
        shorter = [*dialogue[:position], *dialogue[position + 1 :]]
        remains = _unexplained(kind, shorter, differences)
        if remains is None:
            position += 1
        else:
            found, dialogue = remains, shorter
    return found
