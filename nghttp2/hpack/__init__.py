"""HPACK, header compression for HTTP/2 (RFC 7541)."""

from .debug import print_hd_table
from .deflater import HDDeflater
from .inflater import HDInflater
from .table import (
    DEFAULT_HEADER_TABLE_SIZE,
    DEFLATE_MAX_HEADER_TABLE_SIZE,
    HD_ENTRY_OVERHEAD,
    HDTableEntry,
)

__all__ = [
    "DEFAULT_HEADER_TABLE_SIZE",
    "DEFLATE_MAX_HEADER_TABLE_SIZE",
    "HD_ENTRY_OVERHEAD",
    "HDDeflater",
    "HDInflater",
    "HDTableEntry",
    "print_hd_table",
]
