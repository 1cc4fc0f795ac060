"""Errors: the class is the scope, the code an attribute (RFC 9113 5.4).

Nghttp2Error
  UsageError          the caller broke the contract; nothing was sent
  RequestFault        a request of ours got no whole response (RFC 9113 8.7)
  StreamFault         ends one stream: RST_STREAM (RFC 9113 5.4.2)
    MalformedFault    a request or response that breaks the rules of messages (RFC 9113 8.1.1)
  ConnectionFault     ends the connection: GOAWAY and close (RFC 9113 5.4.1)
    CompressionFault  the HPACK context is lost (RFC 9113 4.3)
"""

from .codes import ErrorCode


class Nghttp2Error(Exception):
    """Base of all errors that this package raises on purpose."""


class UsageError(Nghttp2Error):
    """The caller broke the contract of the interface; nothing was sent and nothing changed."""


class RequestFault(Nghttp2Error):
    """A request that got no whole response, with the code that its stream was closed with.

    `not_processed`: the server did nothing about it, so it can be sent again (RFC 9113 8.7); else it may have
    been processed or not.
    """

    def __init__(self, error_code: int, reason: str, not_processed: bool = False) -> None:
        super().__init__(reason)
        self.error_code = error_code
        self.not_processed = not_processed


class StreamFault(Nghttp2Error):
    """A stream error (RFC 9113 5.4.2): `stream_id` is reset with `error_code`, the connection lives."""

    def __init__(self, stream_id: int, error_code: ErrorCode, reason: str) -> None:
        super().__init__(reason)
        self.stream_id = stream_id
        self.error_code = error_code
        self.reason = reason


class MalformedFault(StreamFault):
    """A malformed message (RFC 9113 8.1.1): a stream error PROTOCOL_ERROR.

    `status`: what a server may answer before the reset, 0 for nothing (RFC 9113 8.2.1).
    """

    def __init__(self, stream_id: int, reason: str, status: int = 0) -> None:
        super().__init__(stream_id, ErrorCode.PROTOCOL_ERROR, reason)
        self.status = status


class ConnectionFault(Nghttp2Error):
    """A connection error (RFC 9113 5.4.1): GOAWAY with `error_code`, then the connection closes.

    `limit` names the configured limit that tripped, if one did; it stands in the GOAWAY debug data.
    """

    def __init__(self, error_code: ErrorCode, reason: str, limit: str | None = None) -> None:
        super().__init__(reason)
        self.error_code = error_code
        self.reason = reason
        self.limit = limit


class CompressionFault(ConnectionFault):
    """A field block that cannot be decoded (RFC 9113 4.3, RFC 7541).

    The code is COMPRESSION_ERROR, or ENHANCE_YOUR_CALM where a configured limit tripped.
    """

    def __init__(
        self,
        reason: str,
        limit: str | None = None,
        error_code: ErrorCode = ErrorCode.COMPRESSION_ERROR,
    ) -> None:
        super().__init__(error_code, reason, limit)
