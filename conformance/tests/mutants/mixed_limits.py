"""Mutants that take the client's limits for their own, or raise a table in silence (RFC 9113 6.5.2)."""

from collections.abc import Callable
from typing import Any

from .gate import Gate
from .model import Row, mutants
from .rewriting import is_settings
from .wire import HEADERS, Frame

HEADER_TABLE_SIZE, MAX_FRAME_SIZE = 1, 5
FIRST_TABLE_SIZE, FIRST_FRAME_SIZE = 4_096, 16_384
LARGEST_FRAME = (1 << 24) - 1


def frames_as_large(gate: Gate, frame: Frame) -> None:
    """The client may send frames as large as it takes itself."""
    if is_settings(frame):
        for number, value in frame.settings:
            if number == MAX_FRAME_SIZE:
                gate.connection._reader.max_frame_size = min(max(value, FIRST_FRAME_SIZE), LARGEST_FRAME)


def table_as_large(gate: Gate, frame: Frame) -> None:
    """The client may use as large a table as it has for the server."""
    if is_settings(frame):
        sizes = [value for number, value in frame.settings if number == HEADER_TABLE_SIZE]
        gate.notes["size"] = max([*sizes, gate.notes.get("size", 0)])
    elif frame.type == HEADERS and gate.notes.get("size", 0) > FIRST_TABLE_SIZE:
        gate.connection._inflater.change_table_size(gate.notes.pop("size"))


def raised_in_silence(gate: Gate) -> None:
    """A table that the client raises is used without a size update."""
    encoder: Any = gate.connection._deflater

    def make(plain: Callable[[int], None]) -> Callable[[int], None]:
        def change(size: int) -> None:
            was_due, old, smallest = encoder._update_due, encoder._max_size, encoder._smallest_size
            plain(size)
            if not was_due and encoder._max_size > old:
                encoder._update_due, encoder._smallest_size = was_due, smallest

        return change

    class Silent:
        """Stands between the server and its encoder, which has slots."""

        change_table_size = staticmethod(make(encoder.change_table_size))

        def __getattr__(self, name: str) -> Any:
            return getattr(encoder, name)

    gate.connection._deflater = Silent()  # type: ignore[assignment]  # what the server uses of it


ROWS: tuple[Row, ...] = (
    ("takes-frames-of-the-clients-limit", "RFC 9113 4.2",
     "MAX_FRAME_SIZE of the client is the limit of what it sends",
     ("4.2-frame-size/our-limit-is-not-theirs",), (), {"incoming": frames_as_large}),
    ("takes-tables-of-the-clients-size", "RFC 7541 6.3",
     "HEADER_TABLE_SIZE of the client, where it is larger, is the limit of its own encoder",
     ("hpack-size-updates/our-limit-is-not-theirs",), (), {"incoming": table_as_large}),
    ("raises-its-table-in-silence", "RFC 7541 4.2", "a raised table is used without a size update",
     ("hpack-encoder/raised-from-zero",), (), {"prepare": raised_in_silence}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
