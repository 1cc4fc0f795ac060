"""Answer with what an HTTP/1 server says, as it comes: a body that waits for its source.

python -m nghttp2.examples.reverse_proxy UPSTREAM_PORT PORT
"""

import asyncio
import io
import sys

from nghttp2 import DATA_DEFERRED, DATA_EOF, DATA_OK, BaseRequestHandler, HTTP2Server


class Body:
    port = 80

    def __init__(self, handler: BaseRequestHandler) -> None:
        self.handler, self.eof = handler, False
        self.buffer = io.BytesIO()
        self.drained = asyncio.Event()
        self.task = asyncio.create_task(self.fetch())

    async def fetch(self) -> None:
        try:
            reader, writer = await asyncio.open_connection("localhost", self.port)
            path = (self.handler.path or b"/").decode()
            writer.write(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")  # the status and header lines
            while data := await reader.read(4096):
                self.buffer = io.BytesIO(data)
                self.drained.clear()
                self.handler.resume()
                await self.drained.wait()  # read no faster than the client
            writer.close()
        except (OSError, EOFError):
            self.handler.reset(2)
        self.eof = True
        self.handler.resume()

    def generate(self, n: int) -> tuple[bytes | None, int]:
        if data := self.buffer.read(n):
            return data, DATA_OK
        self.drained.set()
        return None, DATA_EOF if self.eof else DATA_DEFERRED


class Handler(BaseRequestHandler):
    def on_headers(self) -> None:
        self.body = Body(self)
        self.send_response(status=200, body=self.body.generate)

    def on_close(self, _error_code: int) -> None:
        self.body.task.cancel()


if __name__ == "__main__":
    Body.port = int(sys.argv[1])
    server = HTTP2Server(("127.0.0.1", int(sys.argv[2])), Handler)
    print(server.address, flush=True)
    server.serve_forever()
