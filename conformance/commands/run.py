"""`h2conf run`: judges a target and reports."""

import argparse
import math
import platform
import sys
from typing import Any

from ..cases.loader import DRIVEN
from ..cases.ownfiles import CODEC, FRAME
from ..errors import NothingSelected
from ..exitcodes import Exit
from ..records.nearest import check_words, names_lists
from ..report import different_files
from ..report.guard import unwritten
from ..rules.requirements import STRENGTH
from ..run.runner import Options

PROFILES = ("rfc9113", "rfc7540")


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "run",
        help="judge a target",
        description="Judge a target with the vectors.  Without -t the embedded server is judged.",
    )
    add_arguments(parser)
    parser.set_defaults(execute=execute)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options; the target contract is in the README."""
    parser.add_argument(
        "select",
        nargs="*",
        metavar="SELECT",
        help="id, glob, req:ID, level:MUST, situation:NAME or @FILE;"
        " FILE.yaml or a folder: the cases there in place of ours",
    )
    chosen = parser.add_argument_group("selection")
    chosen.add_argument("--role", default="server", choices=(*DRIVEN, CODEC, FRAME))
    chosen.add_argument("--profile", default="rfc9113", choices=PROFILES)
    chosen.add_argument("--level", type=_levels, default=(), metavar="must,should", help="only these levels")
    chosen.add_argument(
        "--slow", action="store_true", help="run cases that wait for the target's own timers, too"
    )
    chosen.add_argument(
        "--flood", action="store_true", help="run cases that send very much, too (see --i-own-this-target)"
    )
    target = parser.add_argument_group("target")
    target.add_argument(
        "-t",
        "--target",
        metavar="TARGET",
        help="embedded, tcp:HOST:PORT, tls:HOST:PORT, exec:CMD {port}, py:MODULE:FACTORY, stdio:CMD",
    )
    target.add_argument(
        "--endpoint",
        type=_endpoints,
        default={},
        metavar="NAME=PATH,...",
        help="paths of echo, large, trailers, slow, push, early, 204, 304; connect=HOST:PORT",
    )
    target.add_argument("--authority", help=":authority of requests (default: the target's address)")
    target.add_argument("--path", default="/", help="path of plain requests (default /)")
    target.add_argument(
        "--header",
        action="append",
        type=_header,
        default=[],
        metavar="NAME:VALUE",
        help="field added to every request",
    )
    target.add_argument("--sni", help="server name for TLS")
    target.add_argument("--insecure", action="store_true", help="do not verify the certificate")
    target.add_argument("--cert", help="client certificate, PEM")
    target.add_argument("--key", help="its key, PEM")
    target.add_argument("--cafile", help="trusted certificates, PEM")
    target.add_argument("--keylog", metavar="FILE", help="write the TLS secrets there, for Wireshark")
    target.add_argument(
        "--timeout", type=seconds, metavar="SECONDS", help="wait that long for what has to come"
    )
    target.add_argument(
        "--no-self-check",
        dest="self_check",
        action="store_false",
        help="score a target that does not even answer GET",
    )
    target.add_argument(
        "--i-own-this-target",
        dest="own_target",
        action="store_true",
        help="flood a target that is not on this machine",
    )
    judging = parser.add_argument_group("judging")
    judging.add_argument(
        "-j", "--jobs", type=_positive, default=12, metavar="N", help="cases at a time (default 12)"
    )
    judging.add_argument("--repeat", type=_positive, default=1, metavar="K", help="run each case K times")
    judging.add_argument(
        "--retries",
        type=_natural,
        default=1,
        metavar="N",
        help="try a failure again, alone; one that differs is flaky (default 1)",
    )
    judging.add_argument(
        "--seed", type=int, default=0, metavar="N", help="order of the cases; 0 is the order of the files"
    )
    judging.add_argument("--strict", action="store_true", help="a failed SHOULD counts too")
    judging.add_argument("--baseline", metavar="FILE", help="known failures, see h2conf baseline")
    judging.add_argument("--skip-file", metavar="FILE", help="cases to leave out, with reasons")
    reports = parser.add_argument_group("reports")
    reports.add_argument(
        "-o",
        "--output",
        action="append",
        type=output,
        default=[],
        metavar="FORMAT=FILE",
        help="jsonl, junit, html, md; github needs no file",
    )
    reports.add_argument(
        "-v", "--verbose", action="count", default=0, help="a line for every case; twice: every transcript"
    )
    reports.add_argument("-q", "--quiet", action="store_true", help="problems and score only")


def execute(arguments: argparse.Namespace) -> int:
    """Run the chosen role's vectors; a report that could not be written fails a run that is good."""
    different_files(arguments.output)
    if len(arguments.select) > 1 or names_lists(arguments.select):
        check_words(arguments.select, arguments.role)
    with unwritten() as problems:
        try:
            code = _execute(arguments)
        except NothingSelected:
            check_words(arguments.select, arguments.role)
            raise
    return Exit.UNREACHABLE if problems and code == Exit.OK else code


def _execute(arguments: argparse.Namespace) -> int:
    if arguments.role == CODEC:
        from ..codec.command import execute as run_codec

        return int(run_codec(arguments))
    if arguments.role == FRAME:
        from ..frame.command import execute as run_frame

        return int(run_frame(arguments))
    from ..run.serverrun import run

    return run(arguments)


def environment() -> dict[str, str]:
    """Return what the record says about this machine."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "argv": " ".join(sys.argv[1:]),
    }


def options(arguments: argparse.Namespace) -> Options:
    """Return how the cases are to be run."""
    return Options(arguments.jobs, arguments.repeat, arguments.retries, arguments.own_target)


def _levels(text: str) -> tuple[str, ...]:
    levels = tuple(word.strip().upper() for word in text.split(","))
    for level in levels:
        if level not in STRENGTH:
            raise argparse.ArgumentTypeError(f"unknown level {level!r}: choose from {', '.join(STRENGTH)}")
    return levels


def _endpoints(text: str) -> dict[str, str]:
    from ..cases.values import ENDPOINTS

    result = {}
    for item in text.split(","):
        name, equals, path = item.partition("=")
        if not equals or name not in ENDPOINTS:
            raise argparse.ArgumentTypeError(
                f"expected NAME=PATH with a name of {', '.join(ENDPOINTS)}; found {item!r}"
            )
        result[name] = path
    return result


def _header(text: str) -> tuple[bytes, bytes]:
    name, colon, value = text.partition(":")
    if not colon or not name:
        raise argparse.ArgumentTypeError(f"expected NAME:VALUE, found {text!r}")
    return name.strip().lower().encode(), value.strip().encode()


def output(text: str) -> tuple[str, str | None]:
    """Read `-o NAME=FILE` or `-o NAME`."""
    name, _, path = text.partition("=")
    return name, path or None


def _positive(text: str) -> int:
    number = _natural(text)
    if not number:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return number


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"expected a number, found {text!r}")
    return int(text)


def seconds(text: str) -> float:
    """Read a time of more than nothing that ends some day."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected seconds, found {text!r}")
    return value
