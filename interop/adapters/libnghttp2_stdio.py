"""Codec adapter for the C library libnghttp2.so.14 (Debian: libnghttp2-14), through ctypes."""

import ctypes
import json
import sys
from collections.abc import Iterator
from typing import Any

CAN = ["decode", "encode", "table", "never", "mark", "resize"]
EMIT, FINAL = 0x02, 0x01
NO_INDEX = 0x01
STATIC_ENTRIES = 61


class Field(ctypes.Structure):
    """nghttp2_nv."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("value", ctypes.c_void_p),
        ("namelen", ctypes.c_size_t),
        ("valuelen", ctypes.c_size_t),
        ("flags", ctypes.c_uint8),
    )

    def octets(self) -> list[str]:
        """Return name and value as hex."""
        return [
            ctypes.string_at(self.name, self.namelen).hex(),
            ctypes.string_at(self.value, self.valuelen).hex(),
        ]


class Version(ctypes.Structure):
    """nghttp2_info."""

    _fields_ = (("age", ctypes.c_int), ("version_num", ctypes.c_int), ("version_str", ctypes.c_char_p))


LIBRARY = ctypes.CDLL("libnghttp2.so.14")
LIBRARY.nghttp2_version.restype = ctypes.POINTER(Version)
LIBRARY.nghttp2_hd_inflate_hd2.restype = ctypes.c_ssize_t
LIBRARY.nghttp2_hd_deflate_hd.restype = ctypes.c_ssize_t
LIBRARY.nghttp2_hd_deflate_bound.restype = ctypes.c_size_t
LIBRARY.nghttp2_hd_inflate_get_num_table_entries.restype = ctypes.c_size_t
LIBRARY.nghttp2_hd_inflate_get_dynamic_table_size.restype = ctypes.c_size_t
LIBRARY.nghttp2_hd_inflate_get_table_entry.restype = ctypes.POINTER(Field)


def size_update(size: int) -> bytes:
    """Encode a size update, which brings another initial size about (RFC 7541 6.3)."""
    if size < 31:
        return bytes([0x20 | size])
    octets, size = [0x3F], size - 31
    while size >= 128:
        octets.append(size & 127 | 128)
        size >>= 7
    return bytes([*octets, size])


class Codec:
    """One context: an inflater and a deflater."""

    def __init__(self, limit: int) -> None:
        """`limit`: the size of both tables."""
        self.inflater, self.deflater = ctypes.c_void_p(), ctypes.c_void_p()
        LIBRARY.nghttp2_hd_inflate_new(ctypes.byref(self.inflater))
        LIBRARY.nghttp2_hd_deflate_new(ctypes.byref(self.deflater), ctypes.c_size_t(4096))
        if limit != 4096:
            self.resize({"limit": limit})
            self.decode({"wire": size_update(limit).hex()})

    def close(self) -> None:
        """Give the memory back."""
        LIBRARY.nghttp2_hd_inflate_del(self.inflater)
        LIBRARY.nghttp2_hd_deflate_del(self.deflater)

    def resize(self, request: dict[str, Any]) -> dict[str, Any]:
        """Change the limit of both directions."""
        limit = ctypes.c_size_t(request["limit"])
        LIBRARY.nghttp2_hd_inflate_change_table_size(self.inflater, limit)
        LIBRARY.nghttp2_hd_deflate_change_table_size(self.deflater, limit)
        return {"ok": True}

    def decode(self, request: dict[str, Any]) -> dict[str, Any]:
        """Decode a block."""
        wire = bytes.fromhex(request["wire"])
        fields: list[list[str]] = []
        never: list[int] = []
        field, flags = Field(), ctypes.c_int()
        while not flags.value & FINAL:
            taken = LIBRARY.nghttp2_hd_inflate_hd2(
                self.inflater, ctypes.byref(field), ctypes.byref(flags), wire, ctypes.c_size_t(len(wire)), 1
            )
            if taken < 0:
                return {"ok": False, "error": f"nghttp2 error {taken}"}
            wire = wire[taken:]
            if flags.value & EMIT:
                if field.flags & NO_INDEX:
                    never.append(len(fields))
                fields.append(field.octets())
        LIBRARY.nghttp2_hd_inflate_end_headers(self.inflater)
        return {"ok": True, "fields": fields, "never": never}

    def encode(self, request: dict[str, Any]) -> dict[str, Any]:
        """Encode a list of fields."""
        count = len(request["fields"])
        array, held = (Field * max(count, 1))(), []
        for place, pair in enumerate(request["fields"]):
            name, value = (bytes.fromhex(text) for text in pair)
            buffers = ctypes.create_string_buffer(name), ctypes.create_string_buffer(value)
            held.append(buffers)
            pointers = [ctypes.cast(buffer, ctypes.c_void_p).value for buffer in buffers]
            flags = NO_INDEX if place in request.get("never", []) else 0
            array[place] = Field(*pointers, len(name), len(value), flags)
        bound = LIBRARY.nghttp2_hd_deflate_bound(self.deflater, array, ctypes.c_size_t(count))
        out = ctypes.create_string_buffer(bound + 32)
        size = LIBRARY.nghttp2_hd_deflate_hd(
            self.deflater, out, ctypes.c_size_t(len(out)), array, ctypes.c_size_t(count)
        )
        if size < 0:
            return {"ok": False, "error": f"nghttp2 error {size}"}
        return {"ok": True, "wire": out.raw[:size].hex()}

    def entries(self) -> Iterator[list[str]]:
        """Yield the dynamic entries, newest first."""
        count = LIBRARY.nghttp2_hd_inflate_get_num_table_entries(self.inflater)
        for index in range(STATIC_ENTRIES + 1, count + 1):
            entry = LIBRARY.nghttp2_hd_inflate_get_table_entry(self.inflater, ctypes.c_size_t(index))
            yield entry.contents.octets()

    def table(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002  one signature for all
        """Tell the decoder's dynamic table."""
        size = LIBRARY.nghttp2_hd_inflate_get_dynamic_table_size(self.inflater)
        return {"ok": True, "entries": list(self.entries()), "size": size}


def main() -> int:
    """Answer line by line until `bye` or the end of the input."""
    codec: Codec | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["op"] == "bye":
            break
        if asked["op"] == "hello":
            version = LIBRARY.nghttp2_version(0).contents.version_str.decode()
            answer: dict[str, Any] = {"ok": True, "name": "libnghttp2", "version": version, "can": CAN}
        elif asked["op"] == "new":
            if codec is not None:
                codec.close()
            codec = Codec(asked.get("table_limit", 4096))
            answer = {"ok": True}
        else:
            answer = getattr(codec, asked["op"])(asked)
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
