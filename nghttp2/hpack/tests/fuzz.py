"""Decode random and damaged blocks: nothing but the documented errors, each within its time.

python -m nghttp2.hpack.tests.fuzz [--blocks 1000000] [--seed N]
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

from ...errors import CompressionFault
from ..deflater import HDDeflater
from ..draft08 import HDInflater as Draft08Inflater
from ..inflater import HDInflater
from .mutations import from_nothing, mutated
from .streams import connection

BLOCKS_A_CONNECTION = 20


def _limited() -> HDInflater:
    return HDInflater(max_list_size=600, max_fields=15, max_string=100)


def run(blocks: int, seed: int) -> tuple[Counter[str], float]:
    """Decode `blocks` blocks; return what became of them and the longest time of one, in seconds.

    Whatever is not a documented error passes through.
    """
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for number in range(0, blocks, BLOCKS_A_CONNECTION):
        generator = random.Random(seed * 1_000_003 + number)
        encoder = HDDeflater()
        make = generator.choice((HDInflater, HDInflater, _limited, Draft08Inflater))
        decoder = make()
        for step in connection(generator, BLOCKS_A_CONNECTION):
            if isinstance(step, int):
                decoder.change_table_size(step)
                if generator.random() < 0.9:
                    encoder.change_table_size(step)
                continue
            block = encoder.deflate(step)
            chance = generator.random()
            if chance < 0.3:
                block = mutated(block, generator)
            elif chance < 0.5:
                block = from_nothing(generator)
            start = time.process_time()
            try:
                decoder.inflate(block)
                outcomes["decoded"] += 1
            except CompressionFault as fault:
                outcomes[fault.limit or "refused"] += 1
                encoder, decoder = HDDeflater(), make()
            slowest = max(slowest, time.process_time() - start)
    return outcomes, slowest


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; exit code 1 if a block took more than 50 ms of CPU time."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--blocks", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args(arguments)
    outcomes, slowest = run(options.blocks, options.seed)
    print(
        f"seed {options.seed}: {outcomes.total()} blocks, {dict(outcomes)}, slowest {1000 * slowest:.1f} ms"
    )
    return int(slowest > 0.05)


if __name__ == "__main__":
    sys.exit(main())
