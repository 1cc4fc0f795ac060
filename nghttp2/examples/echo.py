"""Send back what comes, while it comes, no faster than the client reads.

python -m nghttp2.examples.echo [PORT]
"""

import asyncio
import sys

from nghttp2 import DATA_DEFERRED, DATA_EOF, DATA_OK, BaseRequestHandler, HTTP2Server


class Handler(BaseRequestHandler):
    def on_headers(self) -> None:
        self.chunk = b""
        self.is_done = False
        self.sent = asyncio.Event()
        headers = [field for field in self.headers if field[0] == b"content-type"]
        self.send_response(200, headers, self.generate)

    async def on_data(self, data: bytes) -> None:
        self.chunk = data
        self.sent.clear()
        self.resume()
        await self.sent.wait()  # the client may send more once this returns

    def on_request_done(self) -> None:
        self.is_done = True
        self.resume()

    def generate(self, n: int) -> tuple[bytes | None, int]:
        if not self.chunk:
            return None, DATA_EOF if self.is_done else DATA_DEFERRED
        data, self.chunk = self.chunk[:n], self.chunk[n:]
        if not self.chunk:
            self.sent.set()
        return data, DATA_OK


def main(port: str = "8080") -> None:
    server = HTTP2Server(("127.0.0.1", int(port)), Handler)
    print(server.address, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
