"""The HPACK encoder (RFC 7541 2, 6, 7.1)."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from .huffman import encode_string
from .integer import encode_integer
from .static_table import STATIC_LENGTH, STATIC_NAME_INDEX, STATIC_TABLE
from .table import (
    DEFAULT_HEADER_TABLE_SIZE,
    DEFLATE_MAX_HEADER_TABLE_SIZE,
    HD_ENTRY_OVERHEAD,
    HDTableEntry,
    check_table_size,
    table_entries,
)

Field: TypeAlias = Sequence[bytes | bytearray] | tuple[bytes | bytearray, bytes | bytearray, bool]
"""A name and a value, and perhaps whether the field must never be indexed (RFC 7541 7.1.3)."""

INDEXED: Final = 0x80
INCREMENTAL: Final = 0x40
SIZE_UPDATE: Final = 0x20
NEVER_INDEXED: Final = 0x10
WITHOUT_INDEXING: Final = 0x00

NOT_WORTH_INDEXING: Final = frozenset(
    (
        b":path",
        b"age",
        b"content-length",
        b"etag",
        b"if-modified-since",
        b"if-none-match",
        b"location",
        b"set-cookie",
    )
)
"""Names whose values rarely come again: an insertion would only evict something better."""

SHORT_COOKIE: Final = 20
"""A `cookie` of fewer octets is never indexed, as `authorization`: few guesses find it (RFC 7541 7.1)."""

# What to do with a field that has no exact match, by its name.
_INDEX: Final = 0
_DO_NOT_INDEX: Final = 1
_NEVER_INDEX: Final = 2
_NEVER_INDEX_IF_SHORT: Final = 3


def _policy(name: bytes) -> int:
    if name == b"authorization":
        return _NEVER_INDEX
    if name == b"cookie":
        return _NEVER_INDEX_IF_SHORT
    return _DO_NOT_INDEX if name in NOT_WORTH_INDEXING else _INDEX


_STATIC_NAMES: Final[dict[bytes, tuple[int, bytes, bytes, bytes]]] = {
    name: (
        _policy(name),
        encode_integer(index, 6, INCREMENTAL),
        encode_integer(index, 4, WITHOUT_INDEXING),
        encode_integer(index, 4, NEVER_INDEXED),
    )
    for name, index in STATIC_NAME_INDEX.items()
}
"""Name -> policy, and the first octets of a literal with that name in each of the three forms."""

_STATIC_SERIALS: Final[dict[object, int]] = {
    field: -index
    for index, field in enumerate(STATIC_TABLE, 1)
    # No exact match is looked for where the value is a secret.
    if field[0] not in (b"authorization", b"cookie")
}

_INDEXED_OCTETS: Final[tuple[bytes, ...]] = tuple(encode_integer(index, 7, INDEXED) for index in range(256))
_FIRST_DYNAMIC: Final = STATIC_LENGTH + 1
_NO_DIP: Final = 1 << 62


class HDDeflater:
    """Encodes the field lists of one direction of a connection, in order.

    The dynamic table is a queue of fields.  An insertion has a serial number, counted from 1, so that an
    entry's index (RFC 7541 2.3.3) is 62 + insertions - serial and nothing moves when one is added.
    No field is in the table twice: it would have been encoded as an index.
    """

    def __init__(self, hd_table_bufsize_max: int = DEFLATE_MAX_HEADER_TABLE_SIZE) -> None:
        """Make an encoder that never uses more than `hd_table_bufsize_max` octets of table.

        Raises TypeError or OverflowError if that is not 0 to 2^32 - 1.
        """
        self._size_limit = check_table_size(hd_table_bufsize_max)
        self._max_size = min(self._size_limit, DEFAULT_HEADER_TABLE_SIZE)
        self._size = 0
        self._entries: deque[tuple[bytes, bytes]] = deque()  # oldest first
        self._serials: dict[object, int] = dict(_STATIC_SERIALS)  # field -> serial, or minus the static index
        self._name_serials: dict[bytes, int] = {}  # name -> serial of its newest entry
        self._insertions = 0
        self._size_changes = 0
        self._evicted: list[tuple[bytes, bytes]] = []  # by the block in work, oldest first
        self._update_due = self._max_size < DEFAULT_HEADER_TABLE_SIZE
        self._smallest_size = _NO_DIP

    @property
    def version(self) -> int:
        """A number that grows with every change of the dynamic table or of what is due to be signalled.

        If a call of `deflate` leaves it as it was, the same fields give the same octets again until it grows.
        """
        return self._insertions + self._size_changes

    def set_no_refset(self, no_refset: bool) -> None:
        """Do nothing: RFC 7541 has no reference set that could be cleared.

        `nghttp2.hpack.draft08` has one.
        """

    def change_table_size(self, hd_table_bufsize_max: int) -> None:
        """Set the table's maximum size to this, or to the constructor's value where that is smaller.

        Entries that do not fit are evicted at once; the next block begins with the size update.
        Raises TypeError or OverflowError if it is not 0 to 2^32 - 1.
        """
        size = min(check_table_size(hd_table_bufsize_max), self._size_limit)
        self._max_size = size
        self._smallest_size = min(self._smallest_size, size)
        self._update_due = True
        self._size_changes += 1
        self._evict(size)
        self._evicted.clear()

    def get_hd_table(self) -> list[HDTableEntry]:
        """Return a copy of the dynamic table, newest entry first."""
        return table_entries(list(reversed(self._entries)))

    def deflate(self, headers: Iterable[Field]) -> bytes:
        """Encode a field list into a field block.

        headers: pairs of bytes (or bytearray), name and value, or triples; a true third item marks a field
        that must never be indexed (RFC 7541 7.1.3).  Names and values go out as they are.
        Raises TypeError if a name or value is neither bytes nor bytearray, ValueError if there are not
        two or three items; the encoder is then as it was before the call.
        """
        output: list[bytes] = self._size_updates() if self._update_due else []
        before = self._insertions
        try:
            self._encode(headers, output)
        except BaseException:
            self._roll_back(before)
            raise
        if self._evicted:
            self._evicted.clear()
        if self._update_due:
            self._update_due = False
            self._smallest_size = _NO_DIP
            self._size_changes += 1
        return b"".join(output)

    def _size_updates(self) -> list[bytes]:
        """Encode the size updates that are due."""
        # "In the case that this size is changed more than once in this interval, the smallest maximum
        # table size that occurs in that interval MUST be signaled in a dynamic table size update."
        sizes = [self._max_size]
        if self._smallest_size < self._max_size:
            sizes.insert(0, self._smallest_size)
        return [encode_integer(size, 5, SIZE_UPDATE) for size in sizes]

    def _encode(self, headers: Iterable[Field], output: list[bytes]) -> None:
        find = self._serials.get
        append = output.append
        limit = self._max_size * 3 // 4
        for item in headers:
            field: object = item
            try:
                serial = find(field)
            except TypeError:  # not hashable: a list, or a bytearray in a tuple
                serial = None
            if serial is None:
                if type(field) is not tuple or len(field) != 2:
                    name, value, secret = _plain_field(item)
                else:
                    name, value = field
                    secret = False
                    if type(name) is not bytes or type(value) is not bytes:
                        name, value, secret = _plain_field(item)
                if secret:
                    append(self._literal_name(name, NEVER_INDEXED) + encode_string(value))
                    continue
                entry = (name, value)
                serial = find(entry)
                if serial is None:
                    static = _STATIC_NAMES.get(name)
                    size = len(name) + len(value) + HD_ENTRY_OVERHEAD
                    if static is None:
                        if size > limit:
                            prefix = self._literal_name(name, WITHOUT_INDEXING)
                            append(prefix + encode_string(value))
                            continue
                        prefix = self._literal_name(name, INCREMENTAL)
                    else:
                        policy, prefix, without, never = static
                        if policy == _NEVER_INDEX or (
                            policy == _NEVER_INDEX_IF_SHORT and len(value) < SHORT_COOKIE
                        ):
                            append(never + encode_string(value))
                            continue
                        if policy == _DO_NOT_INDEX or size > limit:
                            append(without + encode_string(value))
                            continue
                    append(prefix + encode_string(value))
                    room = self._max_size - size
                    if self._size > room:
                        self._evict(room)
                    self._insertions += 1
                    self._size += size
                    self._entries.append(entry)
                    self._serials[entry] = self._insertions
                    self._name_serials[name] = self._insertions
                    continue
            index = -serial if serial < 0 else _FIRST_DYNAMIC + self._insertions - serial
            if index < 256:
                append(_INDEXED_OCTETS[index])
            else:
                append(encode_integer(index, 7, INDEXED))

    def _literal_name(self, name: bytes, form: int) -> bytes:
        """Encode the beginning of a literal of the given form, up to its value."""
        prefix = 6 if form == INCREMENTAL else 4
        index = STATIC_NAME_INDEX.get(name)
        if index is None:
            serial = self._name_serials.get(name)
            if serial is None:
                return bytes((form,)) + encode_string(name)
            index = _FIRST_DYNAMIC + self._insertions - serial
        return encode_integer(index, prefix, form)

    def _evict(self, size: int) -> None:
        """Evict the oldest entries until the table has at most `size` octets (RFC 7541 4.3, 4.4)."""
        entries, serials, names = self._entries, self._serials, self._name_serials
        while self._size > size:
            entry = entries.popleft()
            name, value = entry
            self._size -= len(name) + len(value) + HD_ENTRY_OVERHEAD
            self._evicted.append(entry)
            if names[name] == serials.pop(entry):
                del names[name]

    def _roll_back(self, insertions: int) -> None:
        """Undo the insertions since there were `insertions`, and the evictions they caused."""
        while self._insertions > insertions:
            self._entries.pop()
            self._insertions -= 1
        self._entries.extendleft(reversed(self._evicted))
        self._evicted.clear()
        self._serials = dict(_STATIC_SERIALS)
        self._name_serials = {}
        self._size = 0
        for serial, entry in enumerate(self._entries, insertions - len(self._entries) + 1):
            self._serials[entry] = self._name_serials[entry[0]] = serial
            self._size += len(entry[0]) + len(entry[1]) + HD_ENTRY_OVERHEAD


def _plain_field(field: Field) -> tuple[bytes, bytes, bool]:
    """Take any permitted form of a field apart: name, value, whether it must never be indexed."""
    items: Sequence[object] = field
    if len(items) not in (2, 3):
        raise ValueError(f"a field is a pair of name and value, not {len(items)} items")
    for item in items[:2]:
        if not isinstance(item, bytes | bytearray):
            raise TypeError(f"expected bytes, {type(item).__name__} found")
    return bytes(field[0]), bytes(field[1]), len(items) == 3 and bool(field[2])
