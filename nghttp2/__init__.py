"""HTTP/2 (RFC 9113) and HPACK (RFC 7541) in pure Python under the nghttp2 Python API."""

from .body import DATA_DEFERRED, DATA_EOF, DATA_OK
from .client import HTTP2Client
from .errors import (
    CompressionFault,
    ConnectionFault,
    MalformedFault,
    Nghttp2Error,
    RequestFault,
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
from .requesting import CLIENT_LIMITS, ClientSession
from .response import Response
from .response_handler import BaseResponseHandler, PushPromise
from .server import HTTP2Server
from .serving import ServerSession

__all__ = [
    "CLIENT_LIMITS",
    "DATA_DEFERRED",
    "DATA_EOF",
    "DATA_OK",
    "DEFAULT_HEADER_TABLE_SIZE",
    "DEFLATE_MAX_HEADER_TABLE_SIZE",
    "HD_ENTRY_OVERHEAD",
    "BaseRequestHandler",
    "BaseResponseHandler",
    "ClientSession",
    "CompressionFault",
    "ConnectionFault",
    "HDDeflater",
    "HDInflater",
    "HDTableEntry",
    "HTTP2Client",
    "HTTP2Server",
    "Limits",
    "MalformedFault",
    "Nghttp2Error",
    "PushPromise",
    "RequestFault",
    "Response",
    "ServerSession",
    "StreamFault",
    "UsageError",
    "print_hd_table",
]
__version__ = "0.1.0"
