"""Make a dialogue short while something stays true of it: fewer moves, frames, fields, octets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from .cutting import Stays, without_what_does_no_harm
from .framenames import END_HEADERS, PADDED, PRIORITY, Kind
from .frameparts import Parts, dressed, field_of, is_spare, is_whole, taken_apart
from .moves import Move, frame, literals
from .naming import HEADER, split

Dialogue = tuple[Move, ...]
Cut = tuple[int, ...]
"""Where something is taken out: the move, the frame in it, the part of it, the octet of that."""


def minimise(dialogue: Dialogue, stays: Stays[Dialogue]) -> Dialogue:
    """Return a dialogue of which `stays` is true as it is of `dialogue`, with nothing left to take out."""
    before = None
    while dialogue != before:
        before = dialogue
        for cuts, take_out in _STAGES:
            dialogue = without_what_does_no_harm(dialogue, list(cuts(dialogue)), take_out, stays)
    return dialogue


# Moves, and the frames of a move.


def _moves(dialogue: Dialogue) -> Iterator[Cut]:
    return ((position,) for position in range(len(dialogue)) if len(dialogue) > 1)


def _without_moves(dialogue: Dialogue, cuts: frozenset[Cut]) -> Dialogue:
    kept = tuple(move for position, move in enumerate(dialogue) if (position,) not in cuts)
    return kept or dialogue[-1:]


def _frames(dialogue: Dialogue) -> Iterator[Cut]:
    for position, move in enumerate(dialogue):
        count = len(list(split(move.octets)))
        if count > 1:
            yield from ((position, number) for number in range(count))


def _without_frames(dialogue: Dialogue, cuts: frozenset[Cut]) -> Dialogue:
    moves = []
    for position, move in enumerate(dialogue):
        kept = [o for number, o in enumerate(split(move.octets)) if (position, number) not in cuts]
        if kept or not move.octets:
            moves.append(replace(move, octets=b"".join(kept)))
    return tuple(moves)


# A field block in several frames.


def _blocks(dialogue: Dialogue) -> Iterator[Cut]:
    return ((position,) for position, move in enumerate(dialogue) if _joined(move.octets) is not None)


def _joined(octets: bytes) -> bytes | None:
    """Return HEADERS and the CONTINUATION behind it as one frame, or None if this is something else."""
    pieces = list(split(octets))
    if (
        len(pieces) < 2
        or not all(map(is_whole, pieces))
        or pieces[0][3] != Kind.HEADERS
        or pieces[0][4] & PADDED
    ):
        return None
    if any(piece[3] != Kind.CONTINUATION for piece in pieces[1:]):
        return None
    stream_id = int.from_bytes(pieces[0][5:HEADER], "big")
    block = b"".join(piece[HEADER:] for piece in pieces)
    return frame(Kind.HEADERS, pieces[0][4] | END_HEADERS, stream_id, block)


def _with_joined(dialogue: Dialogue, cuts: frozenset[Cut]) -> Dialogue:
    return tuple(
        replace(move, octets=_joined(move.octets) or move.octets) if (position,) in cuts else move
        for position, move in enumerate(dialogue)
    )


def _apart(dialogue: Dialogue) -> Iterator[tuple[Cut, Parts]]:
    for position, move in enumerate(dialogue):
        for number, octets in enumerate(split(move.octets)):
            taken = taken_apart(octets)
            if taken is not None:
                yield (position, number), taken


def _rebuilt(dialogue: Dialogue, frames: dict[Cut, bytes]) -> Dialogue:
    return tuple(
        replace(
            move,
            octets=b"".join(
                frames.get((position, number), octets) for number, octets in enumerate(split(move.octets))
            ),
        )
        for position, move in enumerate(dialogue)
    )


def _content(dialogue: Dialogue) -> Iterator[Cut]:
    for where, taken in _apart(dialogue):
        yield from ((*where, number) for number, part in enumerate(taken.parts) if is_spare(part))


def _without_content(dialogue: Dialogue, cuts: frozenset[Cut]) -> Dialogue:
    frames = {}
    for where, taken in _apart(dialogue):
        parts = tuple(part for number, part in enumerate(taken.parts) if (*where, number) not in cuts)
        frames[where] = bytes(replace(taken, parts=parts))
    return _rebuilt(dialogue, frames)


# Padding and priority fields.


def _dressing(dialogue: Dialogue) -> Iterator[Cut]:
    for where, taken in _apart(dialogue):
        for flag in (PADDED, PRIORITY):
            if dressed(taken, flag):
                yield (*where, flag)


def _without_dressing(dialogue: Dialogue, cuts: frozenset[Cut]) -> Dialogue:
    frames = {}
    for where, taken in _apart(dialogue):
        undressed = taken
        if (*where, PADDED) in cuts:
            undressed = replace(undressed, flags=undressed.flags & ~PADDED, lead=undressed.lead[1:], tail=b"")
        if (*where, PRIORITY) in cuts:
            undressed = replace(undressed, flags=undressed.flags & ~PRIORITY, lead=undressed.lead[:-5])
        frames[where] = bytes(undressed)
    return _rebuilt(dialogue, frames)


# Octets of names and values.


def _octets(dialogue: Dialogue) -> Iterator[Cut]:
    for where, taken in _apart(dialogue):
        for number, part in enumerate(taken.parts):
            field = field_of(taken, part)
            if field is not None:
                yield from ((*where, number, at) for at in range(len(field[0][0]) + len(field[0][1])))


def _without_octets(dialogue: Dialogue, cuts: frozenset[Cut]) -> Dialogue:
    frames = {}
    wanted = {where: set(found) for where, found in groupby(sorted(cuts), key=lambda cut: cut[:3])}
    for where, taken in _apart(dialogue):
        parts = list(taken.parts)
        for number, part in enumerate(taken.parts):
            field = field_of(taken, part)
            gone = {cut[3] for cut in wanted.get((*where, number), ())}
            if field is not None and gone:
                name, value = field[0]
                kept = [(at, octet) for at, octet in enumerate(name + value) if at not in gone]
                shorter = (
                    bytes(octet for at, octet in kept if at < len(name)),
                    bytes(octet for at, octet in kept if at >= len(name)),
                )
                parts[number] = literals((shorter,))
        frames[where] = bytes(replace(taken, parts=tuple(parts)))
    return _rebuilt(dialogue, frames)


_STAGES: Sequence[
    tuple[Callable[[Dialogue], Iterator[Cut]], Callable[[Dialogue, frozenset[Cut]], Dialogue]]
] = (
    (_moves, _without_moves),
    (_frames, _without_frames),
    (_blocks, _with_joined),
    (_dressing, _without_dressing),
    (_content, _without_content),
    (_octets, _without_octets),
)
