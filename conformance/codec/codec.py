"""What the judge needs of a codec under test, whatever program it lives in."""

from typing import NamedTuple, Protocol

from .vector import Context, Field


class Decoded(NamedTuple):
    """The fields of a block; `never` is None where the codec does not tell the marks."""

    fields: tuple[Field, ...]
    never: tuple[int, ...] | None = None


class Refused(NamedTuple):
    """The codec's own error answer."""

    reason: str


class Table(NamedTuple):
    """The dynamic table of the decoder, newest entry first; `size` in octets."""

    entries: tuple[Field, ...]
    size: int


class CodecCrash(Exception):
    """The codec's program died, or raised what it does not document, or did not answer in time."""


class Codec(Protocol):
    """A codec under test.  Every operation but `close` may raise CodecCrash."""

    @property
    def name(self) -> str:
        """Name of the implementation."""

    @property
    def version(self) -> str | None:
        """Its version, if it tells one."""

    @property
    def can(self) -> frozenset[str]:
        """What it can do: names of `vector.NEEDS`, and `table`."""

    def new(self, context: Context) -> None:
        """Begin a context: a decoder and an encoder whose tables have the given limit as their size."""

    def resize(self, limit: int) -> None:
        """Tell decoder and encoder of an acknowledged SETTINGS_HEADER_TABLE_SIZE."""

    def decode(self, wire: bytes) -> Decoded | Refused:
        """Decode a block."""

    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        """Encode a list; `never`: positions that must not be indexed."""

    def table(self) -> Table:
        """Return the decoder's dynamic table."""

    def close(self) -> None:
        """End the program behind it."""
