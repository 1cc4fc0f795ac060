"""The embedded target of role `codec`: nghttp2's HDInflater and HDDeflater, in this process."""

from typing import Final

from nghttp2 import hpack
from nghttp2.errors import CompressionFault

from ..wire.literal import size_update
from .codec import CodecCrash, Decoded, Refused, Table
from .vector import NEEDS, Context, Field

DEFAULT: Final = hpack.DEFAULT_HEADER_TABLE_SIZE


class EmbeddedCodec:
    """nghttp2 under test.  Its documented error is an answer; any other exception is a crash."""

    name = "nghttp2"
    version: str | None = None
    can = frozenset({*NEEDS, "table"})

    def __init__(self) -> None:
        """Begin with a context that nothing has been decoded in."""
        self._inflater = hpack.HDInflater()
        self._deflater = hpack.HDDeflater()

    def new(self, context: Context) -> None:
        """Begin a context; another limit than the initial one is brought about as a peer would."""
        self._inflater = hpack.HDInflater(max_list_size=context.max_list_size, max_fields=context.max_fields)
        self._deflater = hpack.HDDeflater()
        if context.table_limit != DEFAULT:
            self.resize(context.table_limit)
            self._inflater.inflate(size_update(context.table_limit))

    def resize(self, limit: int) -> None:
        """Change the limit of both directions."""
        self._inflater.change_table_size(limit)
        self._deflater.change_table_size(limit)

    def decode(self, wire: bytes) -> Decoded | Refused:
        """Decode a block."""
        try:
            fields = self._inflater.inflate(wire)
        except CompressionFault as fault:
            return Refused(fault.reason)
        except Exception as error:
            raise CodecCrash(f"{type(error).__name__}: {error}") from error
        return Decoded(tuple(fields), tuple(self._inflater.never_indexed))

    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        """Encode a list."""
        return self._deflater.deflate(
            [(name, value, place in never) for place, (name, value) in enumerate(fields)]
        )

    def table(self) -> Table:
        """Return the decoder's table."""
        entries = self._inflater.get_hd_table()
        return Table(tuple((e.name, e.value) for e in entries), sum(e.space() for e in entries))

    def close(self) -> None:
        """Nothing runs."""
