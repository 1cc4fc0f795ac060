"""What the embedded target serves: every endpoint of the target contract, on nghttp2's handlers."""

import contextlib
from collections import deque
from collections.abc import Callable
from typing import Final

from nghttp2 import DATA_DEFERRED, DATA_EOF, DATA_OK, BaseRequestHandler, UsageError

PLAIN: Final = [("content-type", "text/plain; charset=utf-8")]
PAGE: Final = b"This is the embedded target of h2conf.\n"
LARGE: Final = 1 << 20
LARGE_PAGE: Final = (bytes(range(32, 127)) * 12_000)[:LARGE]
ETAG: Final = '"h2conf-1"'
PROTOCOLS: Final = (b"echo", b"websocket")
"""`:protocol` values of extended CONNECT that are served, as an echo (RFC 8441 4)."""
METHODS: Final = (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH")
ALLOW: Final = ", ".join(method.decode() for method in METHODS)
CLOSED_PORT: Final = b":1"
"""End of an authority to which no tunnel can be opened; all others lead to an echo."""


class Tunnel:
    """The body of an echo tunnel: what came in goes out."""

    def __init__(self) -> None:
        """Start with nothing to say."""
        self._chunks: deque[bytes] = deque()
        self._ended = False

    def put(self, data: bytes) -> None:
        """Take octets from the client."""
        self._chunks.append(data)

    def end(self) -> None:
        """The client closed its direction, as a TCP FIN would (RFC 9113 8.5)."""
        self._ended = True

    def __call__(self, size: int) -> tuple[bytes | None, int]:
        """Return up to `size` octets for the client."""
        if self._chunks:
            chunk = self._chunks.popleft()
            if len(chunk) > size:
                self._chunks.appendleft(chunk[size:])
            return chunk[:size], DATA_EOF if self._ended and not self._chunks else DATA_OK
        return None, DATA_EOF if self._ended else DATA_DEFERRED


class Handler(BaseRequestHandler):
    """Answers one request."""

    tunnel: Tunnel | None = None
    content: list[bytes] | None = None

    def on_headers(self) -> None:
        """Open tunnels; everything else waits for the whole request, which may yet prove malformed."""
        if self.method == b"CONNECT":
            if (self.host or b"").endswith(CLOSED_PORT):
                self.send_response(502)
                return
            self.tunnel = Tunnel()
            self.send_response(200, [], self.tunnel)

    def on_data(self, data: bytes) -> None:
        """Keep content for /echo."""
        if self.tunnel is not None:
            self.tunnel.put(data)
            self.resume()
        elif self.path == b"/echo":
            if self.content is None:
                self.content = []
            self.content.append(data)

    def on_request_done(self) -> None:
        """Answer."""
        if self.tunnel is not None:
            self.tunnel.end()
            self.resume()
            return
        if self.method == b"CONNECT":
            return  # refused as soon as its header section came
        path = (self.path or b"").split(b"?", 1)[0]
        endpoint = ENDPOINTS.get(path)
        if self.method not in METHODS:
            self.send_response(405 if self.method == b"TRACE" else 501, [("allow", ALLOW)])
        elif endpoint is None:
            self.send_response(404, PLAIN, b"There is nothing here.\n")
        else:
            endpoint(self)

    def page(self) -> None:
        """GET / and OPTIONS *: a short page."""
        self.send_response(200, [*PLAIN, ("content-length", str(len(PAGE)))], PAGE)

    def echo(self) -> None:
        """The request's content comes back."""
        content = b"".join(self.content or ())
        headers = [("content-type", "application/octet-stream"), ("content-length", str(len(content)))]
        self.send_response(200, headers, content)

    def large(self) -> None:
        """A response of 1 MiB."""
        self.send_response(200, [*PLAIN, ("content-length", str(LARGE))], LARGE_PAGE)

    def with_trailers(self) -> None:
        """A response with trailers."""
        self.send_response(200, PLAIN, PAGE, trailers=[("x-trailer", "the end")])

    def slow(self) -> None:
        """A response after a second."""
        self.call_later(1.0, self.page)

    def pushing(self) -> None:
        """A response with a pushed one."""
        # After the client's GOAWAY, or beside a pushed request, nothing can be promised.
        with contextlib.suppress(UsageError):
            self.push("/pushed", request_headers=[("accept", "text/plain")], headers=PLAIN, body=b"pushed\n")
        self.page()

    def early(self) -> None:
        """Early hints, then the response (RFC 8297 2)."""
        self.send_informational(103, [("link", "</style.css>; rel=preload; as=style")])
        self.page()

    def no_content(self) -> None:
        """204 (RFC 9110 15.3.5)."""
        self.send_response(204)

    def not_modified(self) -> None:
        """304 to a conditional request, else 200 with the validator (RFC 9110 15.4.5)."""
        if any(name == b"if-none-match" for name, _ in self.headers):
            self.send_response(304, [("etag", ETAG)])
        else:
            self.send_response(200, [*PLAIN, ("etag", ETAG)], PAGE)


ENDPOINTS: Final[dict[bytes, Callable[[Handler], None]]] = {
    b"/": Handler.page,
    b"*": Handler.page,
    b"/echo": Handler.echo,
    b"/large": Handler.large,
    b"/trailers": Handler.with_trailers,
    b"/slow": Handler.slow,
    b"/push": Handler.pushing,
    b"/early": Handler.early,
    b"/204": Handler.no_content,
    b"/304": Handler.not_modified,
}
"""Path -> what answers it."""
