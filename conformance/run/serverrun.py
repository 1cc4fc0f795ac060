"""One run over dialogue cases: target, self-check, needs, cases, reports, exit code."""

import argparse
import hashlib
import os
import platform
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from datetime import UTC, datetime

from .. import __version__
from ..cases.case import Case
from ..cases.choice import Choice, choose_cases
from ..cases.loader import load_catalogue
from ..errors import TargetError
from ..exitcodes import Exit
from ..judge.probe import Probe, measure
from ..judge.session import Session
from ..peer.timing import unmeasured
from ..records import record
from ..records.baseline import Baseline
from ..records.record import Line, Sink
from ..records.skipfile import SkipFile
from ..records.userfiles import load_user_files, with_stale_entries
from ..report import open_report
from ..report.console import ConsoleReport
from ..rules.needs import NEEDS
from ..targets.base import Target
from ..targets.choose import choose
from ..targets.tlsoptions import TlsOptions
from .caseline import skipped
from .deaths import Deaths
from .interruption import Interruption
from .needprobes import Found, probe_needs, self_check
from .reproduce import command_of
from .runner import Options, Runner
from .shards import supported

PROCESSES = 2
"""Python keeps one core busy at a time in each; the target needs some of the machine, too."""
MUTE_JOBS = 48
"""Cases at a time when all they do is wait."""
COUNTED = ("fail", "blocked", "flaky")


def run(arguments: argparse.Namespace) -> int:
    """Run and return the exit code; every report gets its footer, whatever happens."""
    interruption = Interruption()
    with interruption.caught():
        interruption.hold()  # until there is a record to tell it in
        return _run(arguments, interruption)


def _run(arguments: argparse.Namespace, interruption: Interruption) -> int:
    target = choose(arguments.target or "embedded", _tls_options(arguments))
    starting = _begin(target)
    try:
        catalogue = load_catalogue()
        choice = choose_cases(arguments, catalogue, virtual=target.virtual)
        user_files = load_user_files(arguments)
        sinks: list[Sink] = [open_report(name, path) for name, path in arguments.output]
    except BaseException:
        wait([starting])
        target.stop()
        raise
    if arguments.seed:
        random.Random(arguments.seed).shuffle(choice.cases)
    session = Session(
        target,
        catalogue.situations,
        unmeasured(arguments.timeout),
        path=arguments.path,
        authority=arguments.authority,
        endpoints=arguments.endpoint,
        headers=tuple(arguments.header),
    )
    verbosity = -1 if arguments.quiet else arguments.verbose
    sinks.append(ConsoleReport(len(choice.cases), verbosity=verbosity))
    return _Run(arguments, session, choice, sinks, user_files, starting, interruption).run()


def _begin(target: Target) -> Future[None]:
    """Start the target while the cases are read: both take a while, and the one mostly waits."""
    with_thread = ThreadPoolExecutor(1)
    starting = with_thread.submit(target.start)
    with_thread.shutdown(wait=False)
    return starting


class _Run:
    """The steps of a run, with what they have to share."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        session: Session,
        choice: Choice,
        sinks: Sequence[Sink],
        user_files: tuple[Baseline | None, SkipFile | None],
        starting: Future[None],
        interruption: Interruption,
    ) -> None:
        self.arguments = arguments
        self.starting = starting
        self.interruption = interruption
        self.session = session
        self.command = command_of(arguments, session.target.spec)
        self.cases = choice.cases
        self.not_run = choice.not_run
        self.sinks = sinks
        self.lines: list[Line] = []
        self.baseline, self.skip_file = user_files
        self.begin = time.monotonic()
        self.started = datetime.now(UTC)
        self.probe = Probe()
        self.needs: dict[str, Found] = {}
        self.deaths = Deaths()
        self.has_header = False

    def run(self) -> int:
        """Do everything; the header is told as soon as the target is known or known to be unreachable."""
        target = self.session.target
        try:
            self.interruption.release()
            problem = self._prepare(target)
            self._tell_header()
            if problem is not None:
                return self._unreachable(problem)
            return self._cases()
        except KeyboardInterrupt:
            return self._interrupted()
        finally:
            self.interruption.over()
            target.stop()

    def _prepare(self, target: Target) -> str | None:
        """Start and measure the target; return why it cannot be judged."""
        try:
            self.starting.result()
        except TargetError as error:
            return str(error)
        self.probe = measure(self.session, self.arguments.timeout)
        problem = self.probe.problem
        if problem is None and self.arguments.self_check:
            problem = self_check(self.session)
        if problem is not None and self.arguments.self_check:
            return f"{target.spec} failed the self-check: {problem}"
        wanted = {need for case in self.cases for need in case.needs}
        if self.probe.problem is None:
            self.needs = probe_needs(self.session, [need for need in NEEDS if need in wanted])
        else:
            self.needs = {
                need: Found(False, "the target answers no plain request") for need in sorted(wanted)
            }
        return None

    def _cases(self) -> int:
        mute = self.session.mute
        options = Options(
            max(self.arguments.jobs, MUTE_JOBS) if mute else self.arguments.jobs,
            self.arguments.repeat,
            0 if mute else self.arguments.retries,
            self.arguments.own_target,
            processes=PROCESSES if self.arguments.jobs > 1 and supported() else 1,
            transcripts=bool(self.arguments.output) or self.arguments.verbose > 1,
            command=self.command,
        )
        absent = {name: found.how for name, found in self.needs.items() if not found.present}
        left_out: dict[str, str] = {}
        if self.skip_file is not None:
            for case in self.cases:
                if (why := self.skip_file.reason(case.id)) is not None:
                    left_out[case.id] = why
        runner = Runner(self.session, options, absent, left_out)
        self.deaths = runner.deaths
        with closing(runner.run(self.cases)) as lines:
            for line in lines:
                self._tell_case(line)
        code = exit_code(self.lines, strict=self.arguments.strict)
        if self.deaths.at_the_end(self.session.target) and code == Exit.OK:
            code = Exit.FAILED
        code = with_stale_entries(code, self.baseline)
        self._tell_footer(code)
        return code

    def _interrupted(self) -> int:
        self.interruption.over()
        if not self.has_header:
            self._tell_header()
        self._tell_footer(Exit.INTERRUPTED)
        if not self.session.target.virtual:
            self.session.target.stop()
            with suppress(OSError):  # nobody may be left to tell
                sys.stdout.flush()
            os._exit(Exit.INTERRUPTED)  # threads that wait for the target hold nothing worth waiting for
        return Exit.INTERRUPTED

    def _unreachable(self, problem: str) -> int:
        for case in self.cases:
            self._tell_case(skipped(case, self.command, problem, verdict="error"))
        self._tell_footer(Exit.UNREACHABLE)
        raise TargetError(problem)

    # -- record -----------------------------------------------------------------------------------------

    def _tell_header(self) -> None:
        target, timing = self.session.target, self.session.timing
        line: Line = {
            "kind": "header",
            "format": record.FORMAT,
            "tool": f"h2conf {__version__}",
            "started": self.started.isoformat(timespec="seconds"),
            "vectors": {"hash": vectors_hash(self.cases), "format": 1},
            "target": {"spec": target.spec, "kind": target.kind, "version": target.version},
            "role": self.arguments.role,
            "profile": self.arguments.profile,
            "level": list(self.arguments.level),
            "selection": list(self.arguments.select),
            "not_run": self.not_run,
            "seed": self.arguments.seed,
            "needs": {n: {"present": f.present, "how": f.how} for n, f in self.needs.items()},
            "environment": {"python": platform.python_version(), "platform": platform.platform()},
            "timing": {
                "rtt_ms": round(timing.rtt * 1000, 3),
                "deadline_ms": round(timing.deadline * 1000, 1),
            },
            "peer_settings": self.probe.named_settings(),
        }
        with self.interruption.held():
            self.has_header = True
            for sink in self.sinks:
                sink.header(line)

    def _tell_case(self, line: Line) -> None:
        if self.baseline is not None:
            line = self.baseline.judge(line)
        with self.interruption.held():
            self.lines.append(line)
            for sink in self.sinks:
                sink.case(line)

    def _tell_footer(self, code: int) -> None:
        counts = Counter(line["verdict"] for line in self.lines)
        flags = Counter(
            flag for line in self.lines if line["verdict"] == "acceptable" for flag in line["flags"]
        )
        weakest = sum({"Escalated", "NoGoaway"} <= set(line["flags"]) for line in self.lines)
        violations = Counter(v.split(":", 1)[0] for line in self.lines for v in line["violations"])
        footer: Line = {
            "kind": "footer",
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "duration_ms": round((time.monotonic() - self.begin) * 1000, 1),
            "counts": dict(counts),
            "acceptable": dict(flags),
            "weakest": weakest,
            "violations": dict(violations),
            "deaths": self.deaths.told(),
            "exit": int(code),
        }
        self.interruption.over()
        for sink in self.sinks:
            sink.footer(footer)


def exit_code(lines: Sequence[Line], *, strict: bool = False) -> int:
    """Return 1 when something counts: failures of MUST (of SHOULD with `strict`), crashes, stale entries."""
    if any(line["verdict"] == "error" for line in lines):
        return Exit.UNREACHABLE
    levels = ("MUST", "SHOULD") if strict else ("MUST",)
    for line in lines:
        crashed = line["crash"] and line["verdict"] != "xfail"
        counts = line["verdict"] in COUNTED and line["level"] in levels
        if crashed or counts or line["verdict"] == "xpass":
            return Exit.FAILED
    return Exit.OK


def vectors_hash(cases: Sequence[Case]) -> str:
    """Return a hash of what is run: ids and contents."""
    digest = hashlib.sha256()
    for case in sorted(cases, key=lambda case: case.id):
        digest.update(f"{case.id} {case.hash}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def _tls_options(arguments: argparse.Namespace) -> TlsOptions:
    return TlsOptions(
        arguments.sni, arguments.insecure, arguments.cert, arguments.key, arguments.cafile, arguments.keylog
    )
