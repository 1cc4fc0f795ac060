"""A target that is judged case by case, for a test runner of its own: started once, asked often, stopped."""

import argparse
import shlex
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from ..cases.case import Case
from ..cases.choice import by_default
from ..cases.loader import DRIVEN, load_cases, load_catalogue
from ..cases.select import select
from ..commands.run import add_arguments
from ..errors import HarnessError, TargetError, UsageError
from ..judge.probe import measure
from ..judge.session import Session
from ..peer.timing import unmeasured
from ..reading.places import VECTORS
from ..records.nearest import check_words
from ..records.record import Line
from ..rules.needs import NEEDS
from ..run.needprobes import probe_needs, self_check
from ..run.reproduce import command_of
from ..run.runner import Options, Runner
from ..targets.base import Target
from ..targets.choose import choose
from ..targets.tlsoptions import TlsOptions


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]  # argparse says NoReturn; this raises
        raise UsageError(message)


class Request:
    """What is to be judged, in the words of `h2conf run`; knows the cases without starting anything."""

    def __init__(self, arguments: Sequence[str], vectors: Path = VECTORS) -> None:
        """`arguments`: as on the command line of `h2conf run`.  Raises UsageError.

        vectors: a folder with a folder for each role; its cases refer to our requirements and situations.
        """
        parser = _Parser(prog="h2conf run", add_help=False)
        add_arguments(parser)
        self.arguments = parser.parse_args(list(arguments))
        self.vectors = vectors
        if self.arguments.role not in DRIVEN:
            raise UsageError(f"role {self.arguments.role} has no dialogues: use h2conf run --role for it")
        if not vectors.is_dir():
            raise UsageError(f"no folder {vectors}")

    @classmethod
    def of(
        cls, target: str, role: str, more: str, select: Sequence[str], vectors: Path = VECTORS
    ) -> "Request":
        """Return the request for these options; `more`: further arguments, quoted as for a shell."""
        request = cls(["-t", target, "--role", role, *shlex.split(more)], vectors)
        request.arguments.select = [*request.arguments.select, *select]
        return request

    def target(self) -> Target:
        """Return the target, not started.  Raises UsageError."""
        given = self.arguments
        tls = TlsOptions(given.sni, given.insecure, given.cert, given.key, given.cafile, given.keylog)
        return choose(given.target or "embedded", tls)

    @cached_property
    def cases(self) -> list[Case]:
        """All cases of the role.  Raises VectorError."""
        return load_cases(self.arguments.role, self.vectors, load_catalogue())

    @cached_property
    def chosen(self) -> list[Case]:
        """The cases that the arguments choose, in the order of the files.  Raises HarnessError."""
        given = self.arguments
        if self.vectors == VECTORS:
            check_words(given.select, given.role)
        matching = select(self.cases, given.select, given.level, given.profile)
        slow = given.slow or (given.target or "").startswith("py:")
        return by_default(matching, given.select, slow=slow, flood=given.flood).cases


class Bench:
    """One target and the runner for it."""

    def __init__(self, request: Request) -> None:
        """Nothing is started yet.  Raises UsageError for a target of no known kind."""
        self._request = request
        self._target = request.target()
        self._runner: Runner | None = None
        self._problem: HarnessError | None = None

    def start(self) -> None:
        """Start and measure the target, the first time.

        Raises HarnessError when the target cannot be judged, each time the same, without trying again.
        """
        if self._problem is not None:
            raise self._problem
        if self._runner is not None:
            return
        try:
            self._runner = self._open()
        except HarnessError as error:
            self._problem = error
            raise

    def judge(self, case: Case) -> Line:
        """Run one case and return its line of the run record."""
        assert self._runner is not None, "start comes first"
        (line,) = self._runner.run([case])
        return line

    def stop(self) -> None:
        """End the target."""
        self._target.stop()

    def _open(self) -> Runner:
        given = self._request.arguments
        target = self._target
        session = Session(
            target,
            load_catalogue().situations,
            unmeasured(given.timeout),
            path=given.path,
            authority=given.authority,
            endpoints=given.endpoint,
            headers=tuple(given.header),
        )
        target.start()
        problem = measure(session, given.timeout).problem
        if problem is None and given.self_check:
            problem = self_check(session)
        if problem is not None and given.self_check:
            raise TargetError(f"{target.spec} failed the self-check: {problem}")
        wanted = {need for case in self._request.chosen for need in case.needs}
        if problem is None:
            found = probe_needs(session, [need for need in NEEDS if need in wanted])
            absent = {name: need.how for name, need in found.items() if not need.present}
        else:
            absent = dict.fromkeys(wanted, "the target answers no plain request")
        # A case at a time: the test runner decides what runs side by side, and in which process.
        command = command_of(given, target.spec)
        options = Options(1, given.repeat, given.retries, given.own_target, command=command)
        return Runner(session, options, absent, {})
