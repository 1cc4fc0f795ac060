"""One run over codec or frame vectors: target, vectors one by one, reports, exit code."""

import argparse
import hashlib
import platform
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from .. import __version__
from ..cases.select import select
from ..errors import NothingSelected, TargetError, UsageError
from ..exitcodes import Exit
from ..records import record
from ..records.baseline import Baseline
from ..records.record import Line, Named, Sink, line_before
from ..records.skipfile import SkipFile
from ..records.userfiles import load_user_files, with_stale_entries
from ..report import open_report
from ..report.console import ConsoleReport
from .interruption import Interruption
from .reproduce import Command, command_of

COUNTED = frozenset({"fail", "blocked", "flaky"})
EMBEDDED = "embedded"


class Target(Protocol):
    """A codec or a frame reader under test."""

    @property
    def name(self) -> str:
        """Name of the implementation."""

    @property
    def version(self) -> str | None:
        """Its version, if it tells one."""

    def close(self) -> None:
        """End the program behind it."""


AnyVector = TypeVar("AnyVector", bound=Named)
AnyTarget = TypeVar("AnyTarget", bound=Target)


def run_vectors(
    arguments: argparse.Namespace,
    known: tuple[Sequence[AnyVector], Sequence[str]],
    open_target: Callable[[str], AnyTarget],
    run_vector: Callable[[AnyVector, AnyTarget, Command], dict[str, Any]],
) -> int:
    """Run the chosen vectors and return the exit code; every report gets its footer, whatever happens.

    known: the vectors, and the words that choose among them.
    """
    chosen = select(*known, arguments.level, arguments.profile)
    if not chosen:
        raise NothingSelected(f"nothing is selected by {' '.join(arguments.select) or 'these options'}")
    if arguments.seed:
        random.Random(arguments.seed).shuffle(chosen)
    if arguments.repeat != 1:
        raise UsageError("--repeat is for targets over a network: a vector gives the same answer every time")
    user_files = load_user_files(arguments)
    interruption = Interruption()
    with interruption.caught():
        return _run(arguments, chosen, open_target, run_vector, user_files, interruption)


def _run(
    arguments: argparse.Namespace,
    chosen: Sequence[AnyVector],
    open_target: Callable[[str], AnyTarget],
    run_vector: Callable[[AnyVector, AnyTarget, Command], dict[str, Any]],
    user_files: tuple[Baseline | None, SkipFile | None],
    interruption: Interruption,
) -> int:
    baseline, skip_file = user_files
    spec = arguments.target or EMBEDDED
    target, problem = _opened(open_target, spec)
    try:
        with interruption.held():
            sinks: list[Sink] = [open_report(name, path) for name, path in arguments.output]
            sinks.append(ConsoleReport(len(chosen), verbosity=-1 if arguments.quiet else arguments.verbose))
            run = _Run(sinks, baseline, interruption)
            run.header(_header(arguments, chosen, spec, target))
        command = command_of(arguments)
        for vector in () if isinstance(problem, KeyboardInterrupt) else chosen:
            why = skip_file.reason(vector.id) if skip_file else None
            if target is None:
                run.case(left_out(vector, command, str(problem), "error"))
            elif why is not None:
                run.case(left_out(vector, command, why))
            else:
                run.case(run_vector(vector, target, command))
    except KeyboardInterrupt as error:
        problem = error
    finally:
        interruption.over()
        if target is not None:
            with suppress(OSError):  # the process may be gone already
                target.close()
    if isinstance(problem, KeyboardInterrupt):
        return run.footer(Exit.INTERRUPTED)
    code = run.footer(with_stale_entries(run.exit_code(strict=arguments.strict), baseline))
    if problem is not None:
        raise problem
    return code


def _opened(
    open_target: Callable[[str], AnyTarget], spec: str
) -> tuple[AnyTarget | None, TargetError | KeyboardInterrupt | None]:
    """Return the target, or what is in the way; a run that cannot begin has its reports all the same."""
    try:
        return open_target(spec), None
    except (TargetError, KeyboardInterrupt) as error:
        return None, error


def left_out(vector: Named, command: Command, reason: str, verdict: str = "skip") -> Line:
    """Return the line of a vector that is not run: the user skips it, or the target cannot be asked."""
    line = line_before(vector, command.of(vector))
    line.update(verdict=verdict, outcome=verdict, reason=reason)
    return line


class _Run:
    """Tells the sinks, and keeps what the footer needs."""

    def __init__(self, sinks: Sequence[Sink], baseline: Baseline | None, interruption: Interruption) -> None:
        self._sinks = sinks
        self._interruption = interruption
        self._baseline = baseline
        self._begin = time.monotonic()
        self._lines: list[Line] = []

    def header(self, line: Line) -> None:
        for sink in self._sinks:
            sink.header(line)

    def case(self, line: Line) -> None:
        if self._baseline is not None:
            line = self._baseline.judge(line)
        with self._interruption.held():
            self._lines.append(line)
            for sink in self._sinks:
                sink.case(line)

    def footer(self, code: Exit) -> int:
        acceptable = [line for line in self._lines if line["verdict"] == "acceptable"]
        line: Line = {
            "kind": "footer",
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "duration_ms": round((time.monotonic() - self._begin) * 1000, 1),
            "counts": dict(Counter(line["verdict"] for line in self._lines)),
            "acceptable": dict(Counter(flag for line in acceptable for flag in line["flags"])),
            "weakest": 0,
            "violations": {},
            "exit": int(code),
        }
        for sink in self._sinks:
            sink.footer(line)
        return int(code)

    def exit_code(self, *, strict: bool) -> Exit:
        """Failures of MUST count, of SHOULD with `strict`; a crash and an unexpected pass always do."""
        if any(line["verdict"] == "error" for line in self._lines):
            return Exit.UNREACHABLE
        levels = ("MUST", "SHOULD") if strict else ("MUST",)
        for line in self._lines:
            crashed = line["crash"] and line["verdict"] != "xfail"
            counts = line["verdict"] in COUNTED and line["level"] in levels
            if crashed or counts or line["verdict"] == "xpass":
                return Exit.FAILED
        return Exit.OK


def _header(
    arguments: argparse.Namespace, vectors: Sequence[Named], spec: str, target: Target | None
) -> Line:
    version = target and (f"{target.name} {target.version}" if target.version else target.name)
    return {
        "kind": "header",
        "format": record.FORMAT,
        "tool": f"h2conf {__version__}",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "vectors": {"hash": _hash(vectors), "format": 1},
        "target": {"spec": spec, "kind": spec.partition(":")[0], "version": version},
        "role": arguments.role,
        "profile": arguments.profile,
        "level": list(arguments.level),
        "selection": list(arguments.select),
        "seed": arguments.seed,
        "needs": {},
        "environment": {"python": platform.python_version(), "platform": platform.platform()},
        "timing": {"rtt_ms": 0.0, "deadline_ms": 0.0},
        "peer_settings": {},
    }


def _hash(vectors: Sequence[Named]) -> str:
    digest = hashlib.sha256()
    for vector in sorted(vectors, key=lambda vector: vector.id):
        digest.update(f"{vector.id} {vector.hash}\n".encode())
    return f"sha256:{digest.hexdigest()}"
