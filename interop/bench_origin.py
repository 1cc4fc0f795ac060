"""What our server serves to bench_server.py; programs/bench_asgi.py is the same for the others.

python -m interop.bench_origin PORT [CERTIFICATE KEY]
"""

import ssl
import sys

from nghttp2 import BaseRequestHandler, HTTP2Server

SMALL = b"Hello, world!\n"
LARGE = b"x" * (1 << 20)
POSTED = 64 * 1024
"""Octets of a POST."""


class Handler(BaseRequestHandler):
    """Answers / and POST with SMALL, /large with LARGE."""

    size = 0

    def on_data(self, data: bytes) -> None:
        """Count."""
        self.size += len(data)

    def on_request_done(self) -> None:
        """Answer."""
        if self.method == b"POST":
            assert self.size == POSTED
        content = LARGE if self.path == b"/large" else SMALL
        length = b"%d" % len(content)
        self.send_response(200, [(b"content-type", b"text/plain"), (b"content-length", length)], content)


def main(port: str, certificate: str | None = None, key: str | None = None) -> None:
    """Serve until SIGTERM."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    HTTP2Server(("127.0.0.1", int(port)), Handler, context, max_connections=2000).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
