"""HPACK codecs under one face: ours, PyPI's hpack, and libnghttp2 through ctypes."""

import ctypes
import ctypes.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Protocol, TypeAlias

import hpack
import hpack.exceptions

from nghttp2.errors import Nghttp2Error
from nghttp2.hpack import HDDeflater, HDInflater

Fields: TypeAlias = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The decoder raised its documented error; `text` is its own word for it."""

    text: str


Decoded: TypeAlias = Fields | Refused


class Codec(Protocol):
    """Both directions of one HPACK context; after a refusal the decoder is not used again."""

    def decode(self, block: bytes) -> Decoded:
        """Decode a field block, or say why not; anything but the documented error is let through."""

    def limit(self, octets: int) -> None:
        """Tell the decoder that SETTINGS_HEADER_TABLE_SIZE is now `octets`, acknowledged."""

    def encode(self, fields: Fields) -> bytes:
        """Encode a field list."""

    def resize(self, octets: int) -> None:
        """Tell the encoder that the peer's SETTINGS_HEADER_TABLE_SIZE is now `octets`."""


class OurCodec:
    """`nghttp2.HDInflater` and `HDDeflater` without limits."""

    name = "nghttp2-harness"

    def __init__(self) -> None:
        self._inflater = HDInflater()
        self._deflater = HDDeflater()

    def decode(self, block: bytes) -> Decoded:
        try:
            return tuple(self._inflater.inflate(block))
        except Nghttp2Error as error:
            return Refused(str(error))

    def limit(self, octets: int) -> None:
        self._inflater.change_table_size(octets)

    def encode(self, fields: Fields) -> bytes:
        return self._deflater.deflate(list(fields))

    def resize(self, octets: int) -> None:
        self._deflater.change_table_size(octets)


class HpackCodec:
    """PyPI's hpack, with its limit on the decoded list taken away."""

    name = "hpack"

    def __init__(self) -> None:
        self._decoder = hpack.Decoder(max_header_list_size=1 << 30)
        self._encoder = hpack.Encoder()

    def decode(self, block: bytes) -> Decoded:
        try:
            return tuple((bytes(n), bytes(v)) for n, v in self._decoder.decode(block, raw=True))
        except hpack.exceptions.HPACKError as error:
            return Refused(f"{type(error).__name__}: {error}")

    def limit(self, octets: int) -> None:
        self._decoder.max_allowed_table_size = octets

    def encode(self, fields: Fields) -> bytes:
        return self._encoder.encode(fields)

    def resize(self, octets: int) -> None:
        self._encoder.header_table_size = octets


class _NameValue(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("value", ctypes.c_void_p),
        ("namelen", ctypes.c_size_t),
        ("valuelen", ctypes.c_size_t),
        ("flags", ctypes.c_uint8),
    )


class _VersionInfo(ctypes.Structure):
    _fields_ = (("age", ctypes.c_int), ("version_num", ctypes.c_int), ("version_str", ctypes.c_char_p))


INFLATE_FINAL = 0x01
INFLATE_EMIT = 0x02


class LibNghttp2Codec:
    """The C library's codec (libnghttp2.so.14) through ctypes."""

    name = "libnghttp2"

    def __init__(self) -> None:
        library = libnghttp2()
        if library is None:
            raise RuntimeError("libnghttp2.so.14 is not installed (Debian: libnghttp2-14)")
        self._library = library
        self._inflater = ctypes.c_void_p()
        self._deflater = ctypes.c_void_p()
        library.nghttp2_hd_inflate_new(ctypes.byref(self._inflater))
        library.nghttp2_hd_deflate_new(ctypes.byref(self._deflater), ctypes.c_size_t(4096))

    def __del__(self) -> None:
        if hasattr(self, "_deflater"):
            self._library.nghttp2_hd_inflate_del(self._inflater)
            self._library.nghttp2_hd_deflate_del(self._deflater)

    def decode(self, block: bytes) -> Decoded:
        fields: list[tuple[bytes, bytes]] = []
        field = _NameValue()
        flags = ctypes.c_int()
        position = 0
        while True:
            rest = block[position:]
            taken = self._library.nghttp2_hd_inflate_hd2(
                self._inflater, ctypes.byref(field), ctypes.byref(flags), rest, ctypes.c_size_t(len(rest)), 1
            )
            if taken < 0:
                return Refused(f"nghttp2 error {taken}")
            position += taken
            if flags.value & INFLATE_EMIT:
                fields.append(
                    (
                        ctypes.string_at(field.name, field.namelen),
                        ctypes.string_at(field.value, field.valuelen),
                    )
                )
            if flags.value & INFLATE_FINAL:
                self._library.nghttp2_hd_inflate_end_headers(self._inflater)
                return tuple(fields)
            if taken == 0 and not flags.value & INFLATE_EMIT:
                return Refused("no progress")

    def limit(self, octets: int) -> None:
        self._library.nghttp2_hd_inflate_change_table_size(self._inflater, ctypes.c_size_t(octets))

    def encode(self, fields: Fields) -> bytes:
        held = [
            (ctypes.create_string_buffer(n, len(n) + 1), ctypes.create_string_buffer(v, len(v) + 1))
            for n, v in fields
        ]
        array = (_NameValue * max(len(fields), 1))()
        for slot, (name, value), (n, v) in zip(array, held, fields, strict=False):
            slot.name = ctypes.cast(name, ctypes.c_void_p).value
            slot.value = ctypes.cast(value, ctypes.c_void_p).value
            slot.namelen, slot.valuelen = len(n), len(v)
        bound = self._library.nghttp2_hd_deflate_bound(self._deflater, array, ctypes.c_size_t(len(fields)))
        out = ctypes.create_string_buffer(bound + 16)
        size = self._library.nghttp2_hd_deflate_hd(
            self._deflater, out, ctypes.c_size_t(len(out)), array, ctypes.c_size_t(len(fields))
        )
        if size < 0:
            raise RuntimeError(f"nghttp2_hd_deflate_hd: {size}")
        return out.raw[:size]

    def resize(self, octets: int) -> None:
        self._library.nghttp2_hd_deflate_change_table_size(self._deflater, ctypes.c_size_t(octets))


def libnghttp2() -> Any | None:
    """Load the C library, or return None where it is not installed."""
    try:
        library = ctypes.CDLL("libnghttp2.so.14")
    except OSError:
        return None
    library.nghttp2_hd_inflate_hd2.restype = ctypes.c_ssize_t
    library.nghttp2_hd_deflate_hd.restype = ctypes.c_ssize_t
    library.nghttp2_hd_deflate_bound.restype = ctypes.c_size_t
    library.nghttp2_version.restype = ctypes.POINTER(_VersionInfo)
    return library


def peers() -> Iterator[tuple[type[HpackCodec] | type[LibNghttp2Codec], str]]:
    """Yield each foreign codec that is installed, with its version."""
    yield HpackCodec, version("hpack")
    library = libnghttp2()
    if library is not None:
        yield LibNghttp2Codec, library.nghttp2_version(0).contents.version_str.decode()


def outcomes(codec: Codec, steps: Sequence[bytes | int]) -> list[Decoded]:
    """Decode the blocks among `steps` in order, stopping at the first refusal; an integer is a new limit."""
    seen: list[Decoded] = []
    for step in steps:
        if isinstance(step, int):
            codec.limit(step)
            continue
        seen.append(codec.decode(step))
        if isinstance(seen[-1], Refused):
            break
    return seen
