"""HTTP/2 (RFC 9113) and HPACK (RFC 7541) in pure Python under the nghttp2 Python API."""

from .body import DATA_DEFERRED, DATA_EOF, DATA_OK
from .errors import (
    CompressionFault,
    ConnectionFault,
    MalformedFault,
    Nghttp2Error,
    StreamFault,
    UsageError,
)
from .handler import BaseRequestHandler
from .hpack import (
    DEFAULT_HEADER_TABLE_SIZE,
    DEFLATE_MAX_HEADER_TABLE_SIZE,
    HD_ENTRY_OVERHEAD,
    HDDeflater,
    HDInflater,
    HDTableEntry,
    print_hd_table,
)
from .limits import Limits
from .server import HTTP2Server
from .serving import ServerSession

__all__ = [
    "DATA_DEFERRED",
    "DATA_EOF",
    "DATA_OK",
    "DEFAULT_HEADER_TABLE_SIZE",
    "DEFLATE_MAX_HEADER_TABLE_SIZE",
    "HD_ENTRY_OVERHEAD",
    "BaseRequestHandler",
    "CompressionFault",
    "ConnectionFault",
    "HDDeflater",
    "HDInflater",
    "HDTableEntry",
    "HTTP2Server",
    "Limits",
    "MalformedFault",
    "Nghttp2Error",
    "ServerSession",
    "StreamFault",
    "UsageError",
    "print_hd_table",
]
__version__ = "0.1.0"
