"""Fetch paths of one server at the same time, pushed responses included.

python -m nghttp2.examples.client HOST PORT PATH...
"""

import asyncio
import sys

from nghttp2 import BaseResponseHandler, HTTP2Client, PushPromise


class Handler(BaseResponseHandler):
    def __init__(self, path: str) -> None:
        self.path = path
        self.octets = 0
        self.is_done = False

    def on_push_promise(self, promise: PushPromise) -> None:
        self.accept_push(promise, Handler((promise.path or b"").decode()))

    def on_data(self, data: bytes) -> None:
        self.octets += len(data)

    def on_response_done(self) -> None:
        self.is_done = True
        pushed = " pushed" if self.pushed else ""
        print(f"{self.path} {self.status} {self.octets} octets{pushed}", flush=True)

    def on_close(self, error_code: int) -> None:
        if not self.is_done:
            again = "try again" if self.not_processed else "it may have been processed"
            print(f"{self.path} failed with code {error_code}: {again}", flush=True)


async def fetch(host: str, port: int, paths: list[str]) -> None:
    async with HTTP2Client((host, port)) as client:
        for path in paths:
            client.send_request("GET", path, handler=Handler(path))
        # Leaving the block waits for every response.


if __name__ == "__main__":
    asyncio.run(fetch(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
