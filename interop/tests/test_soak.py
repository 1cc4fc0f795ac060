"""The soak: a short run, and that it notices what is wrong."""

import json
import os
from pathlib import Path
from typing import Any

from nghttp2 import HTTP2Server

from ..soak import Origin, Soak, footprint, main, octets


def test_a_short_soak_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    main(["--requests=1500", "--connections=3", "--seed=1", f"--json={file}"])
    kept = json.loads(file.read_text())
    assert (kept["requests"], kept["wrong"], kept["output"]) == (1500, [], "")
    assert sum(kept["kinds"].values()) == 1500
    assert len(kept["kinds"]) == 7


async def test_content_that_differs_is_noticed() -> None:
    class Broken(Origin):
        def on_request_done(self) -> Any:
            self.send_response(200, None, octets(7))

    async with HTTP2Server(("127.0.0.1", 0), Broken) as server:
        run = Soak(server.port, 1)
        await run.run(30, 1, 3)
    assert run.wrong
    assert len(run.wrong) + sum(run.done.values()) == 30


async def test_a_response_that_does_not_come_is_noticed() -> None:
    class Mute(Origin):
        def on_request_done(self) -> Any:
            if self.path == b"/collect/0":
                return super().on_request_done()
            self.reset(2)
            return None

    async with HTTP2Server(("127.0.0.1", 0), Mute) as server:
        run = Soak(server.port, 1)
        await run.run(30, 1, 3)
    assert any("closed with 2" in line for line in run.wrong)


def test_octets_tell_their_place() -> None:
    assert octets(20) == b"0000020 0000020 0000"
    assert [len(octets(size)) for size in (0, 1, 8, 9)] == [0, 1, 8, 9]


def test_the_footprint_follows_memory_and_descriptors() -> None:
    before = footprint(os.getpid())
    ballast = b"x" * (64 << 20)
    with open(os.devnull) as _:
        after = footprint(os.getpid())
    assert after["resident"] - before["resident"] > len(ballast) // 2
    assert after["descriptors"] == before["descriptors"] + 1
