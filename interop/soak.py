"""Send many requests of all kinds and see that none is lost and that memory stays flat.

    python -m interop.soak [--requests 100000] [--connections 8] [--at-once 20] [--seed N] [--json FILE]

Our server, a process of its own, and our client, this process, exchange small and large messages, trailers,
pushes, early hints, 100 (Continue), asynchronous bodies, and requests that are given up; every octet that
comes back is compared.  Connections are renewed on the way.  Resident memory (Linux) and open descriptors
after the first tenth are compared with those at the end, both times after a collection of garbage and with
what malloc keeps free given back.  Exit code: 0 if all is well, else 1.
"""

import argparse
import asyncio
import ctypes
import gc
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import nghttp2
from nghttp2 import (
    BaseRequestHandler,
    BaseResponseHandler,
    HTTP2Client,
    HTTP2Server,
    PushPromise,
    RequestFault,
)

from .processes import serve

ROOT: Final = Path(nghttp2.__file__).parent.parent
GROWTH: Final = 5 * 1024 * 1024
"""Octets of resident memory that may come after the first tenth."""
LARGE: Final = 1 << 20
RENEWED_AFTER: Final = 2000
"""Requests of one connection."""


class Origin(BaseRequestHandler):
    """Echoes content with its size in a trailer; answers GET /N with N octets, pushes /push with as many."""

    def on_headers(self) -> None:
        """Start to collect."""
        self.content = bytearray()

    def on_data(self, data: bytes) -> None:
        """Collect."""
        self.content += data

    def on_request_done(self) -> Awaitable[None] | None:
        """Answer."""
        kind, _, number = (self.path or b"/").decode()[1:].partition("/")
        if kind == "echo":
            trailers = [("x-octets", str(len(self.content))), ("x-trailers", str(len(self.trailers)))]
            self.send_response(200, None, self.content, trailers=trailers)
        elif kind == "push":
            self.push(f"/get/{number}", body=octets(int(number)))
            self.send_response(200, None, octets(int(number)))
        elif kind == "hints":
            self.send_informational(103, [("link", "</a>")])
            self.send_response(200, None, octets(int(number)))
        elif kind == "async":
            return self.answer_later(int(number))
        elif kind == "collect":
            collect()
            self.send_response(200)
        elif kind == "never":
            self.send_response(200, None, lambda _n: (None, nghttp2.DATA_DEFERRED))
        else:
            self.send_response(200, None, octets(int(number)))
        return None

    async def answer_later(self, size: int) -> None:
        """Answer in pieces that take their time."""

        async def pieces() -> AsyncIterator[bytes]:
            content = octets(size)
            for start in range(0, size, 1000):
                await asyncio.sleep(0)
                yield content[start : start + 1000]

        await asyncio.sleep(0)
        self.send_response(200, None, pieces())


def collect() -> None:
    """Free what can be freed, so that what is left says something."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc
    if trim is not None:
        trim(0)


def octets(size: int) -> bytes:
    """Return content that differs from place to place and from size to size."""
    piece = b"%07d " % size
    return (piece * (size // len(piece) + 1))[:size]


class Reply(BaseResponseHandler):
    """Waits for a response and what is pushed with it."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.hints = 0
        self.is_done = False
        self.pushes: list[Reply] = []
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_informational(self, status: int, _headers: Any) -> None:
        """Count early hints."""
        self.hints += status == 103

    def on_data(self, data: bytes) -> None:
        """Collect."""
        self.content += data

    def on_response_done(self) -> None:
        """Note that it is whole."""
        self.is_done = True

    def on_push_promise(self, promise: PushPromise) -> None:
        """Accept every one."""
        pushed = Reply()
        self.accept_push(promise, pushed)
        self.pushes.append(pushed)

    def on_close(self, error_code: int) -> None:
        """Wake who waits."""
        self.closed.set_result(error_code)


class Wrong(Exception):
    """A response that is not what was asked for."""


def expect(is_right: bool, what: str) -> None:
    """Raise Wrong if it is not."""
    if not is_right:
        raise Wrong(what)


class Soak:
    """The requests of a run and their tally."""

    def __init__(self, port: int, seed: int) -> None:
        self._port = port
        self._random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._kinds: tuple[tuple[Callable[[HTTP2Client, int], Awaitable[None]], int], ...] = (
            (self.get, 60),
            (self.post, 20),
            (self.push, 5),
            (self.hints, 5),
            (self.asynchronous, 4),
            (self.expecting, 3),
            (self.given_up, 3),
        )

    async def _whole(
        self, client: HTTP2Client, method: str, url: str, headers: Any = None, body: Any = None, **more: Any
    ) -> Reply:
        reply = Reply()
        client.send_request(method, url, headers, body, reply, **more)
        code = await reply.closed
        expect(code == 0 and reply.is_done and reply.status == 200, f"{url} closed with {code}")
        return reply

    async def get(self, client: HTTP2Client, size: int) -> None:
        """Ask for content."""
        reply = await self._whole(client, "GET", f"/get/{size}")
        expect(reply.content == octets(size), f"/get/{size} gave {len(reply.content)} octets")

    async def post(self, client: HTTP2Client, size: int) -> None:
        """Send content, from memory or piece by piece, and trailers, and get it back."""
        content = octets(size)

        def pieces() -> Iterator[bytes]:
            for start in range(0, size, 3000):
                yield content[start : start + 3000]

        body = content if size % 2 else pieces()
        reply = await self._whole(client, "POST", "/echo", [("x", "y")], body, trailers=[("a", "b")])
        expect(reply.content == content, f"/echo of {size} gave {len(reply.content)} octets")
        expect(dict(reply.trailers)[b"x-octets"] == b"%d" % size, f"/echo said {reply.trailers}")
        expect(dict(reply.trailers)[b"x-trailers"] == b"1", f"/echo said {reply.trailers}")

    async def push(self, client: HTTP2Client, size: int) -> None:
        """Get a pushed response as well."""
        reply = await self._whole(client, "GET", f"/push/{size}")
        expect(len(reply.pushes) == 1, f"{len(reply.pushes)} pushes")
        expect(await reply.pushes[0].closed == 0, "the push was closed")
        expect(reply.content == reply.pushes[0].content == octets(size), f"/push/{size} differs")

    async def hints(self, client: HTTP2Client, size: int) -> None:
        """Get 103 first."""
        reply = await self._whole(client, "GET", f"/hints/{size}")
        expect(reply.hints == 1 and reply.content == octets(size), f"/hints/{size} differs")

    async def asynchronous(self, client: HTTP2Client, size: int) -> None:
        """Get content that is made by a coroutine."""
        reply = await self._whole(client, "GET", f"/async/{size}")
        expect(reply.content == octets(size), f"/async/{size} gave {len(reply.content)} octets")

    async def expecting(self, client: HTTP2Client, size: int) -> None:
        """Send content only when asked to."""
        reply = await self._whole(client, "POST", "/echo", [("expect", "100-continue")], octets(size))
        expect(reply.content == octets(size), f"100-continue with {size} gave {len(reply.content)} octets")

    async def given_up(self, client: HTTP2Client, _size: int) -> None:
        """Ask for what never ends and give it up."""
        reply = Reply()
        client.send_request("GET", "/never/0", handler=reply)
        await asyncio.sleep(0)
        reply.reset()
        expect(await reply.closed == 8, "a request that was given up")

    def _size(self) -> int:
        kind = self._random.random()
        if kind < 0.005:
            return LARGE
        return self._random.randrange(100) if kind < 0.8 else self._random.randrange(50_000)

    async def run(self, requests: int, connections: int, at_once: int) -> None:
        """Make so many requests, over so many connections at a time with so many requests at once each."""
        left = requests

        async def work(client: HTTP2Client) -> None:
            nonlocal left
            kinds, weights = zip(*self._kinds, strict=True)
            while left > 0 and client.stats["requests"] < RENEWED_AFTER:
                left -= 1
                kind = self._random.choices(kinds, weights)[0]
                try:
                    await kind(client, self._size())
                    self.done[kind.__name__] += 1
                except (Wrong, RequestFault) as error:
                    self.wrong.append(f"{kind.__name__}: {error}")

        async def visit() -> None:
            while left > 0:
                async with HTTP2Client(("127.0.0.1", self._port)) as client:
                    await asyncio.gather(*[work(client) for _ in range(at_once)])

        await asyncio.gather(*[visit() for _ in range(connections)])
        collect()
        async with HTTP2Client(("127.0.0.1", self._port)) as client:
            await client.request(url="/collect/0")


def footprint(process: int) -> dict[str, int]:
    """Return the resident octets and open descriptors of a process."""
    folder = Path("/proc") / str(process)
    resident = next(
        line for line in (folder / "status").read_text().splitlines() if line.startswith("VmRSS:")
    )
    return {
        "resident": int(resident.split()[1]) * 1024,
        "descriptors": len(os.listdir(folder / "fd")),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the soak and print its result."""
    parser = argparse.ArgumentParser(prog="interop.soak", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--at-once", type=int, default=20)
    parser.add_argument("--seed", type=int, help="a fresh one by default")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--serve", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        # Requests that are given up are part of the load, and more than a client may give up by default.
        HTTP2Server(("127.0.0.1", options.serve), Origin, reset_rate=1e6).serve_forever()
        return 0
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    started = time.monotonic()
    with serve(
        lambda port: [sys.executable, "-m", f"{__package__}.soak", "--serve", str(port)], cwd=ROOT
    ) as served:
        soak = Soak(served.port, seed)
        sides = {"server": served.process.pid, "client": os.getpid()}
        marks: list[dict[str, dict[str, int]]] = []
        for part in (options.requests // 10, options.requests - options.requests // 10):
            asyncio.run(soak.run(part, options.connections, options.at_once))
            marks.append({side: footprint(process) for side, process in sides.items()})
        said = served.output()
    result: dict[str, Any] = {
        "seed": seed,
        "requests": sum(soak.done.values()),
        "of": options.requests,
        "kinds": dict(soak.done),
        "wrong": soak.wrong[:20],
        "output": said,
        "seconds": round(time.monotonic() - started, 1),
    }
    is_flat = True
    for side in sides:
        first, last = (mark[side] for mark in marks)
        grown = last["resident"] - first["resident"]
        more = last["descriptors"] - first["descriptors"]
        result[side] = {"first": first, "last": last}
        mib = first["resident"] / 2**20
        print(f"{side}: {mib:.1f} MiB after a tenth, {grown / 2**20:+.1f} at the end, {more:+} descriptors")
        is_flat = is_flat and grown <= GROWTH and more <= 0
    print(f"seed {seed}: {result['requests']} of {options.requests} requests in {result['seconds']} s")
    for line in [*soak.wrong[:20], *said.splitlines()[-20:]]:
        print(line)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    is_whole = result["requests"] == options.requests and not soak.wrong and not said
    return 0 if is_flat and is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
