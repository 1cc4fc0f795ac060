"""The fields that h2conf sent, read from the octets of the transcript: a record notes only what came back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from ..records.record import Line
from ..wire.codes import END_HEADERS, FRAME_HEADER, PADDED, PRIORITY_FLAG, Type
from ..wire.describe import unpad
from ..wire.frames import RawFrame
from ..wire.hpack import Decoder, HpackError

MAX_SHOWN: Final = 600
"""Characters of a field list that are shown."""
_PREFIX: Final = {Type.PUSH_PROMISE: 4}
_PRIORITY_OCTETS: Final = 5
_ANY_TABLE: Final = (1 << 32) - 1


class _Sent:
    """What one connection was sent: the open field block and the table that it builds upon."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._decoder.limit = _ANY_TABLE  # whether an update is allowed is not looked at here
        self._block: bytes | None = None
        self._whole = True  # whether every block so far was seen to its end

    def take(self, octets: bytes, *, cut: bool) -> str | None:
        """Take a frame; return what the block that ends with it holds, or None."""
        kind, flags = octets[3], octets[4]
        frame = RawFrame(kind, flags, 0, octets[FRAME_HEADER:])
        if kind == Type.CONTINUATION:
            self._block = None if self._block is None else self._block + frame.payload
        elif kind in (Type.HEADERS, Type.PUSH_PROMISE):
            before = _PREFIX.get(Type(kind), _PRIORITY_OCTETS if flags & PRIORITY_FLAG else 0)
            # RFC 9113 6.2: padding that does not fit is the fault that the case is about; there is no block.
            cut = cut or (bool(flags & PADDED) and (not frame.payload or frame.payload[0] >= frame.length))
            self._block = unpad(frame)[0][before:]
        else:
            return None
        self._whole = self._whole and not cut
        if cut:
            self._block = None
        if self._block is None or not flags & END_HEADERS:
            return None
        block, self._block = self._block, None
        return self._read(block)

    def _read(self, block: bytes) -> str | None:
        try:
            read = self._decoder.decode(block)
        except HpackError as error:
            told = f"a field block that cannot be decoded: {error}" if self._whole else None
            self._whole = False
            return told
        if read.used_table and not self._whole:
            return None
        shown = ", ".join(f"{_text(name)}: {_text(value)}" for name, value in read.fields)
        return (
            f"fields {shown[:MAX_SHOWN]}{' ...' if len(shown) > MAX_SHOWN else ''}" if shown else "no fields"
        )


def with_fields(entries: Iterable[Line]) -> Iterator[Line]:
    """Yield the entries of a transcript, and behind each field block that was sent a note of its fields.

    Nothing is noted of a block whose octets are not all in the record or whose padding is wrong, nor of one
    that refers to such a block.
    """
    connections: defaultdict[tuple[str, str], _Sent] = defaultdict(_Sent)
    for entry in entries:
        yield entry
        octets = entry.get("hex") if entry["dir"] == "send" else None
        if not octets or entry["type"] == "RAW":
            continue
        try:
            frame = bytes.fromhex(octets.removesuffix("..."))
        except ValueError:
            continue
        if len(frame) < FRAME_HEADER:
            continue
        place = {"on": entry.get("on", "a"), "phase": entry.get("phase", "case")}
        sent = connections[place["phase"], place["on"]]
        if (told := sent.take(frame, cut=octets.endswith("..."))) is not None:
            yield {"ms": entry["ms"], **place, "dir": "note", "summary": told}


def _text(octets: bytes) -> str:
    return octets.decode("ascii", "backslashreplace")
