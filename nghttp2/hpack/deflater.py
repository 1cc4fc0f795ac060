"""The HPACK encoder (RFC 7541 2, 4, 6)."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from .huffman import digit_octets, octet_digits, string_digits
from .integer import encode_integer
from .policy import (
    DO_NOT_INDEX,
    INDEX,
    NEVER_INDEX,
    POLICY,
    SHORT_COOKIE,
    STATIC_NAMES,
    entry_limit,
)
from .representation import INCREMENTAL, INDEXED, NEVER_INDEXED, SIZE_UPDATE, WITHOUT_INDEXING
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

_STATIC_SERIALS: Final[dict[object, int]] = {
    field: -index
    for index, field in enumerate(STATIC_TABLE, 1)
    # No exact match is looked for where the value is a secret.
    if POLICY.get(field[0], INDEX) < NEVER_INDEX
}
"""Field -> minus its index."""

_FIRST_DYNAMIC: Final = STATIC_LENGTH + 1
_NO_DIP: Final = 1 << 62

# What is ready-made for indexes up to this covers a table of 4096 octets.
_READY: Final = _FIRST_DYNAMIC + DEFLATE_MAX_HEADER_TABLE_SIZE // HD_ENTRY_OVERHEAD
_INDEXED_DIGITS: Final[tuple[str, ...]] = tuple(
    octet_digits(encode_integer(index, 7, INDEXED)) for index in range(_READY)
)
_INCREMENTAL_DIGITS: Final[tuple[str, ...]] = tuple(
    octet_digits(encode_integer(index, 6, INCREMENTAL)) for index in range(_READY)
)
_NEW_NAME: Final = octet_digits(bytes((INCREMENTAL,)))


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
        self._serials: dict[object, int] = dict(_STATIC_SERIALS)  # field -> serial, or minus a static index
        self._name_serials: dict[bytes, int] = {}  # name -> serial of its newest entry, if it is not static
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
        self._size = self._evict(self._size)
        self._evicted = []

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
        # A block is put together as text of binary digits and converted once: Huffman codes do not end
        # with an octet, and a conversion for each string costs more than the longer text.
        output: list[str] = self._size_updates() if self._update_due else []
        count = len(self._entries)
        try:
            self._encode(headers, output)
        except BaseException:
            self._roll_back(count)
            raise
        if self._evicted:
            self._evicted = []
        if self._update_due:
            self._update_due = False
            self._smallest_size = _NO_DIP
            self._size_changes += 1
        return digit_octets("".join(output))

    def _size_updates(self) -> list[str]:
        """Encode the size updates that are due."""
        # "In the case that this size is changed more than once in this interval, the smallest maximum
        # table size that occurs in that interval MUST be signaled in a dynamic table size update."
        sizes = [self._max_size]
        if self._smallest_size < self._max_size:
            sizes.insert(0, self._smallest_size)
        return [octet_digits(encode_integer(size, 5, SIZE_UPDATE)) for size in sizes]

    def _encode(self, headers: Iterable[Field], output: list[str]) -> None:
        """Append the fields' representations, as binary digits, to `output`; update the table."""
        entries = self._entries
        evicted = self._evicted
        serials = self._serials
        names = self._name_serials
        find = serials.get
        append = output.append
        first = _FIRST_DYNAMIC + self._insertions  # minus a serial it is an index
        table_size = self._size
        max_size = self._max_size
        limit = entry_limit(max_size)
        for item in headers:
            try:
                serial = find(item)
            except TypeError:  # not hashable: a list, or a bytearray in a tuple
                serial = None
            if serial is not None:
                try:
                    append(_INDEXED_DIGITS[first - serial if serial > 0 else -serial])
                except IndexError:
                    append(octet_digits(encode_integer(first - serial, 7, INDEXED)))
                continue
            if type(item) is tuple and len(item) == 2 and type(item[0]) is type(item[1]) is bytes:
                field: tuple[bytes, bytes] = item  # type: ignore[assignment]  # both were just looked at
            else:
                field, is_secret = _plain_field(item)
                if is_secret:
                    append(self._name_digits(field[0], NEVER_INDEXED, first) + string_digits(field[1]))
                    continue
                serial = find(field)
                if serial is not None:
                    index = first - serial if serial > 0 else -serial
                    append(octet_digits(encode_integer(index, 7, INDEXED)))
                    continue

            name, value = field
            size = len(name) + len(value) + HD_ENTRY_OVERHEAD
            static = STATIC_NAMES.get(name)
            if static is None:
                if size > limit:
                    append(self._name_digits(name, WITHOUT_INDEXING, first) + string_digits(value))
                    continue
                serial = names.get(name)
                if serial is None:
                    begin = _NEW_NAME + string_digits(name)
                elif first - serial < _READY:
                    begin = _INCREMENTAL_DIGITS[first - serial]
                else:
                    begin = octet_digits(encode_integer(first - serial, 6, INCREMENTAL))
            else:
                policy, begin, begin_without, begin_never = static
                if policy:
                    if policy == DO_NOT_INDEX:
                        append(begin_without + string_digits(value))
                        continue
                    if policy == NEVER_INDEX or len(value) < SHORT_COOKIE:
                        append(begin_never + string_digits(value))
                        continue
                if size > limit:
                    append(begin_without + string_digits(value))
                    continue
            append(begin)
            append(string_digits(value))
            table_size += size
            while table_size > max_size:  # what _evict does, written out
                oldest = entries.popleft()
                old_name, old_value = oldest
                table_size -= len(old_name) + len(old_value) + HD_ENTRY_OVERHEAD
                evicted.append(oldest)
                if names.get(old_name) == serials.pop(oldest):
                    del names[old_name]
            serial = first - STATIC_LENGTH
            first += 1
            entries.append(field)
            serials[field] = serial
            if static is None:
                names[name] = serial
        self._insertions = first - _FIRST_DYNAMIC
        self._size = table_size

    def _name_digits(self, name: bytes, form: int, first: int) -> str:
        """Encode the beginning of a literal of the given form, up to its value, as binary digits."""
        index = STATIC_NAME_INDEX.get(name)
        if index is None:
            serial = self._name_serials.get(name)
            if serial is None:
                return f"{form:08b}{string_digits(name)}"
            index = first - serial
        return octet_digits(encode_integer(index, 6 if form == INCREMENTAL else 4, form))

    def _evict(self, table_size: int) -> int:
        """Evict the oldest entries until the table fits, from a size in octets on; return the size then."""
        entries, serials, names = self._entries, self._serials, self._name_serials
        while table_size > self._max_size:
            entry = entries.popleft()
            name, value = entry
            table_size -= len(name) + len(value) + HD_ENTRY_OVERHEAD
            self._evicted.append(entry)
            if names.get(name) == serials.pop(entry):
                del names[name]
        return table_size

    def _roll_back(self, count: int) -> None:
        """Put back the table of `count` entries that was there before the block in work."""
        self._entries = deque([*self._evicted, *self._entries][:count])
        self._evicted = []
        self._serials = dict(_STATIC_SERIALS)
        self._name_serials = {}
        for serial, entry in enumerate(self._entries, self._insertions - count + 1):
            self._serials[entry] = serial
            if entry[0] not in STATIC_NAMES:
                self._name_serials[entry[0]] = serial


def _plain_field(field: Field) -> tuple[tuple[bytes, bytes], bool]:
    """Take any permitted form of a field apart: name and value, whether it must never be indexed."""
    items: Sequence[object] = field
    if len(items) not in (2, 3):
        raise ValueError(f"a field is a pair of name and value, not {len(items)} items")
    for item in items[:2]:
        if not isinstance(item, bytes | bytearray):
            raise TypeError(f"expected bytes, {type(item).__name__} found")
    return (bytes(field[0]), bytes(field[1])), len(items) == 3 and bool(field[2])
