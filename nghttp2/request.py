"""A request to be sent: its target, its fields, its content (RFC 9113 8.3.1, 8.5; RFC 8441 4)."""

import re
from collections.abc import Callable, Coroutine
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from .body import Body, Spawn, wrap
from .errors import UsageError
from .fields import Fields, field_bytes, outgoing
from .response_handler import BaseResponseHandler
from .sending import Headers, Trailers

_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_PATH: Final = re.compile(rb"/[!-~]*").fullmatch
_AUTHORITY: Final = re.compile(rb"[!-~]+").fullmatch
_HOST_AND_PORT: Final = re.compile(rb".+:[0-9]{1,5}").fullmatch


class Request(NamedTuple):
    """A checked request.

    content_length: of the fields, -1 if they have none.  body: None if HEADERS ends the stream.
    """

    handler: BaseResponseHandler
    fields: Fields
    method: bytes
    scheme: bytes
    authority: bytes
    protocol: bytes | None
    body: Body | None
    content_length: int
    trailers: Trailers | None
    expects_continue: bool


def prepare(
    handler: BaseResponseHandler,
    spawn: Spawn,
    scheme: bytes,
    authority: bytes,
    *,
    method: str | bytes,
    url: str | bytes,
    headers: Headers | None,
    body: Any,
    trailers: Trailers | None,
    protocol: str | bytes | None,
) -> Request:
    """Check what the application gave and take it over.

    scheme, authority: of the connection, for a `url` that has none of its own.
    Raises ValueError or TypeError for what cannot be sent.
    """
    verb = field_bytes(method)
    if not _TOKEN(verb):
        raise ValueError(f"method {verb!r} is not allowed")
    if protocol is not None and verb != b"CONNECT":
        raise ValueError("a protocol goes with CONNECT only (RFC 8441 4)")
    regular = outgoing(headers)
    hosts = [value for name, value in regular if name == b"host"]
    if hosts:
        # RFC 9113 8.3.1: "Clients that generate HTTP/2 requests directly MUST use the ':authority'
        # pseudo-header field to convey authority information".
        regular = [pair for pair in regular if pair[0] != b"host"]
        authority = hosts[0]
    if verb == b"CONNECT" and protocol is None:
        # RFC 9113 8.5: "The ':scheme' and ':path' pseudo-header fields MUST be omitted."
        authority = field_bytes(url)
        if not _HOST_AND_PORT(authority):
            raise ValueError(f"CONNECT needs host:port as its url, not {authority!r}")
        path = None
    else:
        scheme, authority, path = _target(field_bytes(url), verb, scheme, authority)
    if not _AUTHORITY(authority) or b"@" in authority:
        raise ValueError(f"authority {authority!r} is not allowed")
    fields = [(b":method", verb)]
    if path is not None:
        fields.append((b":scheme", scheme))
    fields.append((b":authority", authority))
    if path is not None:
        fields.append((b":path", path))
    name = None if protocol is None else field_bytes(protocol)
    if name is not None:
        fields.append((b":protocol", name))
    lengths = {int(value) for key, value in regular if key == b"content-length"}
    if len(lengths) > 1:
        raise ValueError("two values of content-length")
    if isinstance(body, str):
        body = body.encode()
    if isinstance(body, bytes | bytearray | memoryview) and verb != b"CONNECT":
        # RFC 9110 8.6: "A user agent SHOULD send Content-Length in a request when the method defines a
        # meaning for enclosed content and it is not sending Transfer-Encoding."
        size = len(bytes(body))
        if not lengths:
            regular.append((b"content-length", b"%d" % size))
            lengths = {size}
        elif lengths != {size}:
            raise ValueError(f"content-length is {lengths.pop()}, the body has {size} octets")
    elif body is None and lengths - {0}:
        raise ValueError(f"content-length is {lengths.pop()}, but there is no body")
    expects = any(key == b"expect" and value.lower() == b"100-continue" for key, value in regular)
    return Request(
        handler,
        fields + regular,
        verb,
        scheme,
        authority,
        name,
        wrap(body, spawn, handler.resume),
        lengths.pop() if lengths else -1,
        trailers,
        expects,
    )


def _target(url: bytes, method: bytes, scheme: bytes, authority: bytes) -> tuple[bytes, bytes, bytes]:
    """Take a URL apart, which may be a path only."""
    if url == b"*" and method == b"OPTIONS":
        return scheme, authority, url
    # A path that begins with two slashes is no authority.
    if url.startswith(b"/"):
        path = url.partition(b"#")[0]
    else:
        parts = urlsplit(url)
        if not parts.scheme or not parts.netloc:
            raise ValueError(f"url {url!r} is neither a path nor absolute")
        scheme, authority = parts.scheme.lower(), parts.netloc
        path = parts.path or b"/"
        if parts.query:
            path += b"?" + parts.query
    if not _PATH(path):
        raise ValueError(f"path {path!r} is not allowed; it has to be percent-encoded")
    return scheme, authority, path


def prepare_for(
    handler: BaseResponseHandler | None, scheme: bytes, authority: bytes, **request: Any
) -> Request:
    """Prepare a request for a handler that is not in use, or for a new one."""
    chosen = BaseResponseHandler() if handler is None else handler
    if chosen._is_used:
        raise UsageError("a response handler serves one request or promise only")

    def spawn(coroutine: Coroutine[Any, Any, None], done: Callable[[], None]) -> Any:
        assert chosen.http2 is not None, "a body is read once its request is sent"
        return chosen.http2._spawn(coroutine, done)

    prepared = prepare(chosen, spawn, scheme, authority, **request)
    chosen._is_used = True
    return prepared
