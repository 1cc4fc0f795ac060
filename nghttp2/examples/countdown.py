"""Asynchronous callbacks and an asynchronous body: count down from the number in the path, in steps.

python -m nghttp2.examples.countdown [PORT]
"""

import asyncio
import sys
from collections.abc import AsyncIterator

from nghttp2 import BaseRequestHandler, HTTP2Server

STEP_S = 0.05


class Handler(BaseRequestHandler):
    async def on_headers(self) -> None:
        await asyncio.sleep(0)  # such as asking a database; cancelled if the client gives up
        start = (self.path or b"/")[1:]
        if not start.isdigit() or len(start) > 6:
            self.send_response(404, [], "say /NUMBER\n")
            return
        self.send_response(200, [("content-type", "text/plain")], self.count(int(start)))

    async def count(self, number: int) -> AsyncIterator[bytes]:
        for left in range(number, 0, -1):
            yield b"%d\n" % left
            await asyncio.sleep(STEP_S)
        yield b"lift-off\n"


async def serve(port: int) -> None:
    async with HTTP2Server(("127.0.0.1", port), Handler) as server:
        print(server.address, flush=True)
        await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if sys.argv[1:] else 8080))
