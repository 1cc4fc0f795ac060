"""The transcript of a case as lines of text: direction, time, decoded frame, and its octets on request."""

from collections.abc import Iterator, Sequence

from ..records.record import Line
from .fieldblocks import with_fields
from .text import printable

ARROWS = {"send": "-->", "recv": "<--", "note": "  ."}
OCTETS_A_LINE = 16
CONTROL_HEADING = "control: the same dialogue with the fault taken out"


def lines(entries: Sequence[Line], *, with_hex: bool = False) -> Iterator[str]:
    """Yield the transcript line by line, without indentation.

    `-->` is what h2conf sent, `<--` what the target sent, `.` a note.  The connection is named only
    where a case uses more than one.
    """
    many = len({entry.get("on", "a") for entry in entries}) > 1
    phase = "case"
    for entry in with_fields(entries):
        if entry.get("phase", phase) != phase:
            phase = entry["phase"]
            yield CONTROL_HEADING if phase == "control" else f"{phase}:"
        yield _line(entry, many)
        if with_hex and entry.get("hex"):
            for row in hex_rows(entry["hex"], framed=entry["type"] != "RAW"):
                yield " " * 18 + row


def hex_rows(octets: str, *, framed: bool = True) -> list[str]:
    """Cut `octets` (hex pairs with spaces, perhaps with a closing `...`) into rows of 16.

    framed: the nine octets of the frame header stand in a row of their own.
    """
    pairs = octets.split()
    begin = 9 if framed else 0
    rows = [pairs[:begin]] + [
        pairs[at : at + OCTETS_A_LINE] for at in range(begin, len(pairs), OCTETS_A_LINE)
    ]
    return [" ".join(row) for row in rows if row]


def _line(entry: Line, many: bool) -> str:
    connection = f" {entry.get('on', 'a')}" if many else ""
    return f"{entry['ms']:9.1f} ms{connection} {ARROWS[entry['dir']]} {printable(entry['summary'])}"
