"""`h2interop vote`: the same cases on several servers, and who stands alone."""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..dialogues import draw, minimise, write
from ..errors import Exit, InteropError
from ..registry import all_peers
from ..results import Part, Transport
from ..vote import Vote, poll


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser("vote", help="run the same cases on several servers and compare outcomes")
    parser.add_argument("select", nargs="*", metavar="SELECT", help="cases, as h2conf run takes them")
    parser.add_argument(
        "-t",
        "--target",
        action="append",
        default=[],
        metavar="NAME=TARGET",
        help="a voter, as h2conf run takes it (default: ours and every server that is installed)",
    )
    parser.add_argument("--fuzz", type=int, metavar="N", help="vote on N random dialogues instead")
    parser.add_argument("--seed", type=int, help="of the dialogues; a fresh one by default, printed")
    parser.add_argument(
        "--minimise", type=int, default=3, metavar="K", help="shorten the first K (default: 3)"
    )
    parser.add_argument(
        "--save", type=Path, metavar="DIR", help="write what nobody agrees on as cases into DIR"
    )
    parser.add_argument("--jsonl", type=Path, metavar="FILE", help="write every vote there")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Vote; 0 however the vote ends, since a disagreement is a finding and not a failure."""
    targets = _targets(arguments.target)
    if len(targets) < 2:
        raise InteropError(
            "a vote needs two voters: install servers or name them with -t", Exit.NOTHING_SELECTED
        )
    print("voters: " + ", ".join(targets))
    if arguments.fuzz:
        votes = _fuzz(arguments, targets)
    elif arguments.select:
        votes = poll(arguments.select, targets)
    else:
        raise InteropError("name the cases, or --fuzz N", Exit.USAGE)
    for vote in votes:
        if len(vote.clusters) > 1:
            _show(vote)
    split = sum(len(vote.clusters) > 1 for vote in votes)
    print(f"{len(votes)} votes, {split} not unanimous")
    if arguments.jsonl is not None:
        _write_votes(votes, arguments.jsonl)
    return Exit.OK


def _targets(named: Sequence[str]) -> dict[str, str]:
    targets = {}
    for word in named:
        name, separator, target = word.partition("=")
        if not separator:
            raise InteropError(f"-t wants NAME=TARGET, not {word!r}", Exit.USAGE)
        targets[name] = target
    return targets or _installed()


def _installed() -> dict[str, str]:
    """Return ours and every server of the matrix that is installed, each started by `h2interop serve`."""
    module = __package__.rpartition(".")[0]
    serve = f"{sys.executable} -m {module} serve"
    targets = {"ours": "embedded"}
    for peer in all_peers():
        if peer.part is Part.SERVERS and Transport.H2C not in peer.lacks and peer.available():
            targets[peer.name] = f"exec:{serve} {peer.name} {{port}}"
    return targets


def _fuzz(arguments: argparse.Namespace, targets: Mapping[str, str]) -> list[Vote]:
    seed = random.SystemRandom().randrange(1 << 32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}")
    dialogues = {f"dialogue-{i}": dialogue for i, dialogue in enumerate(draw(arguments.fuzz, seed))}

    def ask(file: Path) -> list[Vote]:
        return poll([str(file)], targets)

    with tempfile.TemporaryDirectory(prefix="h2interop-") as folder:
        file = Path(folder) / "fuzz.yaml"
        write(dialogues, file)
        votes = ask(file)
        for vote in [vote for vote in votes if len(vote.clusters) > 1][: arguments.minimise]:
            slug = vote.case.rpartition("/")[2]
            short = minimise(dialogues[slug], Path(folder), ask)
            print(f"{slug} minimised: {list(short)}")
            if arguments.save is not None:
                arguments.save.mkdir(parents=True, exist_ok=True)
                write({slug: short}, arguments.save / f"vote-{seed}-{slug}.yaml")
    return votes


def _show(vote: Vote) -> None:
    print(f"{vote.case}: {vote.title}")
    for outcome, voters in vote.clusters.items():
        print(f"  {outcome}: {', '.join(voters)}")
    print(f"  {vote.decision}")


def _write_votes(votes: Sequence[Vote], file: Path) -> None:
    with file.open("w", encoding="utf-8") as sink:
        for vote in votes:
            record = {
                "kind": "vote",
                "case": vote.case,
                "title": vote.title,
                "clusters": vote.clusters,
                "decision": vote.decision,
            }
            sink.write(json.dumps(record) + "\n")
