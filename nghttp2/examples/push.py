"""Push a style sheet with every page (RFC 9113 8.4).

python -m nghttp2.examples.push CERTIFICATE KEY [PORT]
"""

import io
import ssl
import sys

from nghttp2 import BaseRequestHandler, HTTP2Server


class Handler(BaseRequestHandler):
    def on_headers(self) -> None:
        self.push(
            path="/css/style.css",
            request_headers=[("content-type", "text/css")],
            status=200,
            body="body{margin:0;}",
        )
        self.send_response(
            status=200, headers=[("content-type", "text/plain")], body=io.BytesIO(b"nghttp2-python FTW")
        )


def main(certificate: str, key: str, port: str = "8443") -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTP2Server(("127.0.0.1", int(port)), Handler, ssl=context)
    print(server.address, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
