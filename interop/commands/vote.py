"""`h2interop vote`: the same cases on several servers, and who stands alone."""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import suitecase
from ..ballot import Ballots, with_result
from ..caseyaml import Case
from ..dialogue_case import case, write_cases
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
        "--minimise",
        type=int,
        default=3,
        metavar="K",
        help="shorten the first K (default: 3); of selected cases only with --save",
    )
    parser.add_argument("--save", type=Path, metavar="DIR", help="write the shortened ones as cases into DIR")
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
        votes = _selected(arguments, targets)
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
    with tempfile.TemporaryDirectory(prefix="h2interop-") as folder:
        file = Path(folder) / "fuzz.yaml"
        write(dialogues, file)
        votes = poll([str(file)], targets)
        ballots = Ballots(Path(folder), lambda cases: poll([str(cases)], targets))
        for vote in _first_split(votes, arguments.minimise):
            slug = vote.case.rpartition("/")[2]
            short = case(slug, minimise(dialogues[slug], ballots))
            _keep(short, f"{seed}-{slug}", vote, ballots, arguments.save)
    return votes


def _selected(arguments: argparse.Namespace, targets: Mapping[str, str]) -> list[Vote]:
    votes = poll(arguments.select, targets)
    if arguments.save is None:
        return votes
    files = [path for path in map(Path, arguments.select) if path.suffix in (".yaml", ".yml")]
    with tempfile.TemporaryDirectory(prefix="h2interop-") as folder:
        ballots = Ballots(Path(folder), lambda cases: poll([str(cases)], targets))
        for vote in _first_split(votes, arguments.minimise):
            whole = suitecase.load(vote.case, files)
            same = ballots.same_as(whole)
            short = whole if same is None else suitecase.minimise(whole, same)
            _keep(short, vote.case.replace("/", "-"), vote, ballots, arguments.save)
    return votes


def _first_split(votes: Sequence[Vote], count: int) -> list[Vote]:
    return [vote for vote in votes if len(vote.clusters) > 1][:count]


def _keep(short: Case, name: str, vote: Vote, ballots: Ballots, folder: Path | None) -> None:
    """Show a shortened case, and write it with who did what; `vote` is that on the whole one."""
    print(f"{vote.case} minimised: {json.dumps(short['steps'])}")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        last = ballots.votes([short])[0] or vote
        file = folder / f"vote-{name}.yaml"
        write_cases([with_result(short, last)], file)
        print(f"  saved as {file}")


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
