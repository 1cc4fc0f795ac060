"""Which representation the encoder chooses for a field that is in no table (RFC 7541 6.2, 7.1).

The choices are those of the nghttp2 library, so that the same fields give the same octets.
"""

from typing import Final

from .huffman import octet_digits
from .integer import encode_integer
from .representation import INCREMENTAL, NEVER_INDEXED, WITHOUT_INDEXING
from .static_table import STATIC_NAME_INDEX

INDEX: Final = 0
DO_NOT_INDEX: Final = 1
NEVER_INDEX: Final = 2
NEVER_INDEX_IF_SHORT: Final = 3

POLICY: Final[dict[bytes, int]] = {
    # A value that hardly ever comes again would only evict something better.
    b":path": DO_NOT_INDEX,
    b"age": DO_NOT_INDEX,
    b"content-length": DO_NOT_INDEX,
    b"etag": DO_NOT_INDEX,
    b"if-modified-since": DO_NOT_INDEX,
    b"if-none-match": DO_NOT_INDEX,
    b"location": DO_NOT_INDEX,
    b"set-cookie": DO_NOT_INDEX,
    # A secret of little entropy can be guessed through what compression makes of it (RFC 7541 7.1.3).
    b"authorization": NEVER_INDEX,
    b"cookie": NEVER_INDEX_IF_SHORT,
}
"""Name -> policy where it is not INDEX; all these names are in the static table."""

SHORT_COOKIE: Final = 20
"""A `cookie` value of fewer octets is a secret of little entropy."""


def entry_limit(table_size: int) -> int:
    """Return the size in octets above which an entry is not worth its place in a table of that size."""
    return table_size * 3 // 4


STATIC_NAMES: Final[dict[bytes, tuple[int, str, str, str]]] = {
    name: (
        POLICY.get(name, INDEX),
        octet_digits(encode_integer(index, 6, INCREMENTAL)),
        octet_digits(encode_integer(index, 4, WITHOUT_INDEXING)),
        octet_digits(encode_integer(index, 4, NEVER_INDEXED)),
    )
    for name, index in STATIC_NAME_INDEX.items()
}
"""Name -> policy, and how a literal with that name begins in each form, as binary digits."""
