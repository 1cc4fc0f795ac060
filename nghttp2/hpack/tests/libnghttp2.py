"""The C library's HPACK encoder and decoder through ctypes: an oracle for tests, never a dependency."""

import ctypes
import ctypes.util
from collections.abc import Sequence
from typing import Any

SONAME = "libnghttp2.so.14"
NO_INDEX = 0x01
EMIT = 0x02
FINAL = 0x01


class _NameValue(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("value", ctypes.c_char_p),
        ("namelen", ctypes.c_size_t),
        ("valuelen", ctypes.c_size_t),
        ("flags", ctypes.c_uint8),
    )


class _Emitted(ctypes.Structure):
    """`nghttp2_nv` as the decoder fills it: the octets are read by length, zero octets included."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("value", ctypes.c_void_p),
        ("namelen", ctypes.c_size_t),
        ("valuelen", ctypes.c_size_t),
        ("flags", ctypes.c_uint8),
    )


def load() -> Any | None:
    """Return the library, or None where it is not installed."""
    try:
        library = ctypes.CDLL(SONAME)
    except OSError:
        return None
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    library.nghttp2_hd_deflate_hd.restype = ctypes.c_ssize_t
    library.nghttp2_hd_deflate_hd.argtypes = [pointer, pointer, size, pointer, size]
    library.nghttp2_hd_deflate_bound.restype = size
    library.nghttp2_hd_deflate_bound.argtypes = [pointer, pointer, size]
    library.nghttp2_hd_deflate_new.argtypes = [pointer, size]
    library.nghttp2_hd_inflate_hd2.restype = ctypes.c_ssize_t
    library.nghttp2_hd_inflate_hd2.argtypes = [pointer, pointer, pointer, pointer, size, ctypes.c_int]
    for kind in ("deflate", "inflate"):
        getattr(library, f"nghttp2_hd_{kind}_change_table_size").argtypes = [pointer, size]
        getattr(library, f"nghttp2_hd_{kind}_del").argtypes = [pointer]
    return library


class Deflater:
    """`nghttp2_hd_deflater`."""

    def __init__(self, library: Any, size: int) -> None:
        self._library = library
        self._handle = ctypes.c_void_p()
        if library.nghttp2_hd_deflate_new(ctypes.byref(self._handle), size) != 0:
            raise MemoryError(SONAME)

    def change_table_size(self, size: int) -> None:
        if self._library.nghttp2_hd_deflate_change_table_size(self._handle, size) != 0:
            raise MemoryError(SONAME)

    def deflate(self, fields: Sequence[tuple[bytes, bytes, bool]]) -> bytes:
        array = (_NameValue * max(len(fields), 1))()
        for slot, (name, value, never) in zip(array, fields, strict=False):
            slot.name, slot.namelen = name, len(name)
            slot.value, slot.valuelen = value, len(value)
            slot.flags = NO_INDEX if never else 0
        bound = self._library.nghttp2_hd_deflate_bound(self._handle, array, len(fields))
        buffer = ctypes.create_string_buffer(bound)
        written = self._library.nghttp2_hd_deflate_hd(self._handle, buffer, bound, array, len(fields))
        if written < 0:
            raise ValueError(f"nghttp2_hd_deflate_hd: {written}")
        return buffer.raw[:written]

    def close(self) -> None:
        self._library.nghttp2_hd_deflate_del(self._handle)


class Inflater:
    """`nghttp2_hd_inflater`."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._handle = ctypes.c_void_p()
        if library.nghttp2_hd_inflate_new(ctypes.byref(self._handle)) != 0:
            raise MemoryError(SONAME)

    def change_table_size(self, size: int) -> None:
        if self._library.nghttp2_hd_inflate_change_table_size(self._handle, size) != 0:
            raise MemoryError(SONAME)

    def inflate(self, block: bytes) -> list[tuple[bytes, bytes]] | None:
        """Decode a block; None if the library refused it (it must not be used again then)."""
        field, flags = _Emitted(), ctypes.c_int()
        buffer = ctypes.create_string_buffer(block, len(block) + 1)
        position, fields = 0, []
        while True:
            used = self._library.nghttp2_hd_inflate_hd2(
                self._handle,
                ctypes.byref(field),
                ctypes.byref(flags),
                ctypes.byref(buffer, position),
                len(block) - position,
                1,
            )
            if used < 0:
                return None
            position += used
            if flags.value & EMIT:
                name = ctypes.string_at(field.name, field.namelen)
                fields.append((name, ctypes.string_at(field.value, field.valuelen)))
            if flags.value & FINAL:
                self._library.nghttp2_hd_inflate_end_headers(self._handle)
                return fields

    def close(self) -> None:
        self._library.nghttp2_hd_inflate_del(self._handle)
