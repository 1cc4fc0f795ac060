"""`h2interop judge`: judge real servers with h2conf, some times each, and explain every failure."""

import argparse
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import findings, judging
from ..errors import Exit, InteropError
from ..judged import Judged
from ..reports.judging_jsonl import write_jsonl
from ..reports.judging_markdown import BEGIN, how_often, update, write_markdown

FORMATS = ("md", "jsonl")


def register(subparsers: Any) -> None:
    """Add the parser; argparse has no public type for `subparsers`."""
    parser = subparsers.add_parser(
        "judge",
        help="judge real servers with h2conf, some times each, and explain every failure",
        description="Run h2conf against `h2interop serve NAME`, compare the runs, explain failures by "
        "findings.yaml. Exit 1 if a verdict differs between runs, a failure or a death of the server is "
        "not explained or an explanation is stale.",
        epilog="What follows -- goes to `h2conf run`. Example: h2interop judge nginx --runs 3 -- 'server/6*'",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="servers (default: those of findings.yaml)")
    parser.add_argument("--runs", type=_positive, default=1, metavar="N", help="runs of each (default: 1)")
    parser.add_argument("--tls", action="store_true", help="also run the cases of section 9.2 over TLS")
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        type=_output,
        default=[],
        metavar="FORMAT=FILE",
        help="also write md=FILE or jsonl=FILE",
    )
    parser.add_argument(
        "--update", type=Path, metavar="FILE", help=f"put the short form into FILE, behind its line {BEGIN}"
    )
    parser.add_argument("--records", type=Path, metavar="DIR", help="keep the run records below DIR")
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="DIR", help="run nothing; take what --records left there"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run, compare and report; 1 if something differs, is not explained or is stale."""
    known = findings.load()
    judged = _reread(arguments) if arguments.source else _run(arguments, known)
    problems = sum(_show(one, known) for one in judged)
    command = _command(arguments, judged)
    for name, path in arguments.output:
        if name == "md":
            write_markdown(judged, known, command, path)
        else:
            write_jsonl(judged, known, path)
    if arguments.update is not None:
        update(judged, known, arguments.update)
    return Exit.FAILED if problems else Exit.OK


def _run(arguments: argparse.Namespace, known: Sequence[findings.Known]) -> list[Judged]:
    servers = judging.servers(arguments.names, [one.server for one in known])
    with tempfile.TemporaryDirectory(prefix="h2interop-") as name:
        folder = arguments.records or Path(name)
        return [
            judging.judge(
                server,
                folder,
                arguments.runs,
                arguments.rest,
                arguments.tls,
                lambda text: print(text, flush=True),
            )
            for server in servers
        ]


def _reread(arguments: argparse.Namespace) -> list[Judged]:
    order = [one.server for one in findings.load()]
    judged = judging.reread(arguments.source)
    judged.sort(key=lambda one: order.index(one.server) if one.server in order else len(order))
    names = arguments.names or [one.server for one in judged]
    if missing := [name for name in names if name not in {one.server for one in judged}]:
        raise InteropError(f"no run records of {', '.join(missing)} in {arguments.source}", Exit.USAGE)
    return [one for one in judged if one.server in names]


def _show(judged: Judged, known: Sequence[findings.Known]) -> int:
    """Print what is to be done about one server; return how much that is."""
    explained = findings.explain(judged, known)
    unexplained = [
        tally for tally in judged.all_tallies if tally.id in explained and explained[tally.id] is None
    ]
    stale = findings.stale(judged, known)
    verdict = f"{len(explained)} failing cases, {len(unexplained)} not explained"
    print(f"{findings.title(judged, known)}: {verdict}, {len(judged.differing)} differ, {len(stale)} stale")
    why = findings.why_it_dies(judged, known)
    for how in judged.deaths:
        print(f"  died: {how}{'' if why else ' (not explained)'}")
    for tally in judged.differing:
        print(f"  differs: {tally.id}: {how_often(tally)}")
    for tally in unexplained:
        outcomes = " or ".join(tally.wrong_outcomes)
        print(f"  not explained: {tally.id} ({tally.level}): {outcomes}: {tally.reason}")
    for entry in stale:
        print(f"  stale: {entry.rule} Not failing: {', '.join(entry.cases)}")
    return len(judged.differing) + len(unexplained) + len(stale) + (0 if why else len(judged.deaths))


def _command(arguments: argparse.Namespace, judged: Sequence[Judged]) -> str:
    runs = max(len(one.runs) for one in judged)
    words = ["h2interop", "judge", *arguments.names]
    words += ["--runs", str(runs)] if runs > 1 else []
    words += ["--tls"] if any(one.tls_runs for one in judged) else []
    words += ["--", *arguments.rest] if arguments.rest else []
    return shlex.join(words)


def _output(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    if name not in FORMATS or not path:
        raise argparse.ArgumentTypeError(f"expected FORMAT=FILE with {' or '.join(FORMATS)}, found {text!r}")
    return name, Path(path)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"expected 1 or more, found {text!r}")
    return int(text)
