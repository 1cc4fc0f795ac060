"""Kill clients in mid-transfer, and servers, again and again: nothing leaks and nothing is cut off unseen.

    python -m interop.endurance [--loads 50] [--terminations 20] [--seed N] [--json FILE]

A server of ours serves `--loads` runs of h2load, every third of which is killed midway; then its
descriptors, tasks and handlers have to be what they were, and every run that was not killed has to have
succeeded.  Then `--terminations` servers get SIGTERM while a client downloads: each response is whole, or its
stream is seen to have failed; each server ends with exit code 0.  A server that writes anything (a traceback,
a warning) fails.
Exit code: 0 if all is well, else 1.
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from nghttp2 import BaseRequestHandler, HTTP2Client, HTTP2Server, RequestFault

from .bench_server import _h2load
from .processes import Served, serve
from .soak import ROOT, Reply, octets

PATHS: Final = ("/get/100", "/get/1000000", "/paced/50000", "/later/20000")
REQUESTS: Final = 400
"""Of a run of h2load that is not killed."""
ENDLESS: Final = 1_000_000
"""Of one that is."""
DOWNLOADS: Final = 20
"""At once, when a server is terminated."""
PACED: Final = 300_000
_PIECE: Final = 5000
_SETTLES_S: Final = 10.0
_RUN_S: Final = 60.0
_TALLY: Final = re.compile(rb"requests: (\d+) total, .* (\d+) succeeded")


class Origin(BaseRequestHandler):
    """Answers /get/N, /paced/N (a piece a millisecond), /later/N (an async callback), and /state."""

    live: ClassVar[int] = 0

    def on_headers(self) -> Any:
        """Answer."""
        Origin.live += 1
        kind, _, number = (self.path or b"/").decode()[1:].partition("/")
        if kind == "paced":
            self.send_response(200, None, self.paced(octets(int(number))))
        elif kind == "later":
            return self.later(octets(int(number)))
        elif kind == "state":
            state = {"tasks": len(asyncio.all_tasks()), "handlers": Origin.live}
            self.send_response(200, None, json.dumps(state))
        else:
            self.send_response(200, None, octets(int(number)))
        return None

    async def paced(self, content: bytes) -> AsyncIterator[bytes]:
        """Yield content slowly."""
        for start in range(0, len(content), _PIECE):
            await asyncio.sleep(0.001)
            yield content[start : start + _PIECE]

    async def later(self, content: bytes) -> None:
        """Answer after a while."""
        await asyncio.sleep(0.002)
        self.send_response(200, None, content)

    def on_close(self, _error_code: int) -> None:
        """Count."""
        Origin.live -= 1


def state(served: Served) -> dict[str, int]:
    """Return what the server has open while one connection asks: descriptors, tasks, handlers."""

    async def ask() -> dict[str, int]:
        reply = Reply()
        async with HTTP2Client(("127.0.0.1", served.port)) as client:
            client.send_request(url="/state", handler=reply)
            await reply.closed
            found: dict[str, int] = json.loads(bytes(reply.content))
            found["descriptors"] = len(os.listdir(f"/proc/{served.process.pid}/fd"))
            return found

    return asyncio.run(ask())


def load(port: int, is_killed_after: float | None) -> str | None:
    """Run h2load; return what is wrong about it."""
    count = REQUESTS if is_killed_after is None else ENDLESS
    words = [_h2load(), f"-n{count}", "-c4", "-m10", *(f"http://127.0.0.1:{port}{path}" for path in PATHS)]
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=_RUN_S if is_killed_after is None else is_killed_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None if is_killed_after is not None else f"h2load took over {_RUN_S:.0f} s"
    tally = _TALLY.search(output)
    if is_killed_after is not None or tally is None or tally[1] != tally[2]:
        return f"h2load: {tally[0].decode() if tally else output[-500:].decode(errors='replace')}"
    return None


def settled(served: Served, before: dict[str, int]) -> str | None:
    """Wait until the server has no more open than before; return what is left over in the end."""
    deadline = time.monotonic() + _SETTLES_S
    while True:
        now = state(served)
        if all(now[name] <= before[name] for name in before):
            return None
        if time.monotonic() > deadline:
            return f"left over: {now}, at first {before}"
        time.sleep(0.1)


def endure_loads(count: int, chance: random.Random) -> list[str]:
    """Run h2load so many times against one server; return what went wrong."""
    wrong: list[str] = []
    with serve(_command, cwd=ROOT) as served:
        before = state(served)
        for number in range(count):
            fault = load(served.port, chance.uniform(0.05, 0.4) if number % 3 == 2 else None)
            if fault is not None:
                wrong.append(f"load {number}: {fault}")
        left = settled(served, before)
        if left is not None:
            wrong.append(left)
        served.process.send_signal(signal.SIGTERM)
        wrong += _ended(served)
    return wrong


def terminate(number: int, after: float) -> tuple[list[str], int]:
    """SIGTERM a server amid downloads; return what went wrong, and how many responses were whole."""
    wrong: list[str] = []
    whole = 0
    expected = octets(PACED)

    async def download(client: HTTP2Client) -> None:
        nonlocal whole
        reply = Reply()
        try:
            client.send_request(url=f"/paced/{PACED}", handler=reply)
        except RequestFault:
            return  # said to be refused: that is no response at all
        code = await reply.closed
        if code == 0 or reply.is_done:
            whole += 1
            if reply.content != expected:
                wrong.append(f"termination {number}: {len(reply.content)} octets passed for all of {PACED}")
        elif reply.content != expected[: len(reply.content)]:
            wrong.append(f"termination {number}: wrong octets before code {code}")

    async def visit(served: Served) -> None:
        async with HTTP2Client(("127.0.0.1", served.port)) as client:
            downloads = [asyncio.create_task(download(client)) for _ in range(DOWNLOADS)]
            await asyncio.sleep(after)
            served.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(asyncio.gather(*downloads), _RUN_S)

    with serve(_command, cwd=ROOT) as served:
        asyncio.run(visit(served))
        wrong += _ended(served)
    return wrong, whole


def _ended(served: Served) -> list[str]:
    """Return what is wrong about a server that was asked to end."""
    try:
        code = served.process.wait(_SETTLES_S)
    except subprocess.TimeoutExpired:
        return ["the server did not end"]
    said = served.output()
    return ([f"the server ended with {code}"] if code else []) + ([f"the server said {said}"] if said else [])


def _command(port: int) -> list[str]:
    return [sys.executable, "-W", "default", "-m", f"{__package__}.endurance", "--serve", str(port)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it all and print the result."""
    parser = argparse.ArgumentParser(prog="interop.endurance", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--loads", type=int, default=50, help="runs of h2load")
    parser.add_argument("--terminations", type=int, default=20, help="servers that get SIGTERM")
    parser.add_argument("--seed", type=int, help="a fresh one by default")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--serve", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        HTTP2Server(("127.0.0.1", options.serve), Origin).serve_forever()
        return 0
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    started = time.monotonic()
    wrong = endure_loads(options.loads, chance)
    whole = 0
    for number in range(options.terminations):
        faults, count = terminate(number, chance.uniform(0.03, 0.4))
        wrong += faults
        whole += count
    result = {
        "seed": seed,
        "loads": options.loads,
        "killed": options.loads // 3,
        "terminations": options.terminations,
        "whole": whole,
        "of": options.terminations * DOWNLOADS,
        "wrong": wrong,
        "seconds": round(time.monotonic() - started, 1),
    }
    print(
        f"seed {seed}: {options.loads} loads ({result['killed']} killed), "
        f"{options.terminations} terminations ({whole} of {result['of']} responses whole), "
        f"{result['seconds']} s, {len(wrong)} faults"
    )
    for line in wrong[:20]:
        print(line)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
