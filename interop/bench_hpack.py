"""Compare the speed and the output size of the HPACK codec with those of hpack from PyPI.

    python -m interop.bench_hpack [--seed N] [--stories DIR] [--rounds 9] [--plain] [--json FILE]

Both codecs work in the same process on the same stories, a fresh codec for each story, in turn; what is
compared is the median of the rounds' CPU times.  Both decode the same blocks, those that hpack wrote.

Our encoder never indexes `authorization` and a short `cookie`.  hpack does the same when it is told to, as
h2 tells it (RFC 7541 7.1.3), so it gets these fields marked; `--plain` leaves the marks out.
"""

import argparse
import gc
import importlib
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from nghttp2.hpack import HDDeflater, HDInflater
from nghttp2.hpack.policy import SHORT_COOKIE

from .stories import Field, Story, generated, read

Blocks: TypeAlias = list[list[bytes]]
"""The field blocks of each story."""


def _peer() -> Any:
    try:
        return importlib.import_module("hpack")
    except ImportError:
        raise SystemExit("hpack, which the comparison needs, is not installed: pip install hpack") from None


def _encode_ours(stories: Sequence[Story]) -> Blocks:
    result = []
    for story in stories:
        deflate = HDDeflater().deflate
        result.append([deflate(fields) for fields in story])
    return result


def _decode_ours(blocks: Blocks) -> None:
    for story in blocks:
        inflate = HDInflater().inflate
        for block in story:
            inflate(block)


def _marked(fields: list[Field]) -> list[Any]:
    """Mark for hpack what our encoder never indexes."""
    return [
        (name, value, True)
        if name == b"authorization" or (name == b"cookie" and len(value) < SHORT_COOKIE)
        else (name, value)
        for name, value in fields
    ]


def _encode_peer(hpack: Any, stories: Sequence[list[Any]]) -> Blocks:
    result = []
    for story in stories:
        encode = hpack.Encoder().encode
        result.append([encode(fields) for fields in story])
    return result


def _decode_peer(hpack: Any, blocks: Blocks) -> None:
    for story in blocks:
        decode = hpack.Decoder().decode
        for block in story:
            decode(block, raw=True)


def _check(stories: Sequence[Story], blocks: Blocks) -> None:
    """Refuse to time a codec that does not give back what went in."""
    for story, encoded in zip(stories, blocks, strict=True):
        inflater = HDInflater()
        for fields, block in zip(story, encoded, strict=True):
            if inflater.inflate(block) != fields:
                raise SystemExit(f"the block {block.hex()} does not decode to {fields}")


def measure(stories: Sequence[Story], rounds: int, plain: bool) -> dict[str, Any]:
    """Time both codecs; the result is in seconds, ratios, and octets out per octet in."""
    hpack = _peer()
    peer_stories = stories if plain else [[_marked(fields) for fields in story] for story in stories]
    ours, theirs = _encode_ours(stories), _encode_peer(hpack, peer_stories)
    _check(stories, ours)
    _check(stories, theirs)
    tasks: dict[str, Callable[[], object]] = {
        "encode": lambda: _encode_ours(stories),
        "encode_hpack": lambda: _encode_peer(hpack, peer_stories),
        "decode": lambda: _decode_ours(theirs),
        "decode_hpack": lambda: _decode_peer(hpack, theirs),
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            start = time.process_time()
            task()
            times[name].append(time.process_time() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    octets = sum(len(name) + len(value) for story in stories for fields in story for name, value in fields)
    return {
        "stories": len(stories),
        "blocks": sum(map(len, stories)),
        "fields": sum(len(fields) for story in stories for fields in story),
        "seconds": {name: round(value, 6) for name, value in medians.items()},
        "encode_ratio": round(medians["encode_hpack"] / medians["encode"], 2),
        "decode_ratio": round(medians["decode_hpack"] / medians["decode"], 2),
        "size": round(sum(len(block) for story in ours for block in story) / octets, 4),
        "size_hpack": round(sum(len(block) for story in theirs for block in story) / octets, 4),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(prog="interop.bench_hpack", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seed", type=int, help="of the generated stories; a fresh one by default")
    parser.add_argument(
        "--stories", type=Path, metavar="DIR", help="read story_*.json (hpack-test-case) instead"
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result there")
    parser.add_argument("--plain", action="store_true", help="do not mark secrets for hpack")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    stories = read(options.stories) if options.stories else generated(seed)
    groups: dict[str, list[Story]] = {"all": list(stories.values())}
    if not options.stories:
        for name, story in stories.items():
            groups.setdefault(name.partition("-")[0], []).append(story)
    header = {
        "source": str(options.stories) if options.stories else f"generated, seed {seed}",
        "python": platform.python_version(),
        "hpack": _peer().__version__,
        "rounds": options.rounds,
        "plain": options.plain,
    }
    print(f"{header['source']}; Python {header['python']}, hpack {header['hpack']}")
    print(f"median of {options.rounds} rounds, CPU time in ms; size in octets an octet")
    print(
        f"{'':10}{'fields':>8}{'decode':>9}{'hpack':>9}{'ratio':>7}{'encode':>9}{'hpack':>9}{'ratio':>7}",
        end="",
    )
    print(f"{'size':>9}{'hpack':>8}")
    results = {}
    for name, group in groups.items():
        result = results[name] = measure(group, options.rounds, options.plain)
        print(f"{name:10}{result['fields']:8}", end="")
        for task in ("decode", "encode"):
            mine, peer = (1000 * result["seconds"][key] for key in (task, f"{task}_hpack"))
            print(f"{mine:9.2f}{peer:9.2f}{result[f'{task}_ratio']:6.2f}x", end="")
        print(f"{result['size']:9.4f}{result['size_hpack']:8.4f}")
    if options.json:
        options.json.write_text(json.dumps({**header, "results": results}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
