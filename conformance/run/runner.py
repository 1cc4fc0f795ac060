"""Runs the chosen cases: side by side, repeated, failures tried again alone, crashes survived."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, replace

from ..cases.case import Case
from ..judge.attempt import Attempt, attempt
from ..judge.result import Result
from ..judge.session import Session
from ..judge.verdict import FAIL, PASS
from ..peer.timing import alone
from ..peer.turns import Turns
from ..records.record import Line
from ..targets.parents import ParentsTarget
from .caseline import crashed_beside_others, finished, skipped
from .company import by_company, is_demanding, stages
from .deaths import Deaths
from .needprobes import NO_ENDPOINT
from .reproduce import Command
from .shards import divided
from .wholerun import Broken, in_order, judged

UNDER_WAY = 48
"""Cases that are under way in a process; of those that wait for something slow to come more than act."""
WORTH_FORKING = 30
"""Cases that are worth a process of their own to half of them."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the cases are run."""

    jobs: int = 12
    repeat: int = 1
    retries: int = 1
    own_target: bool = False
    processes: int = 1
    transcripts: bool = True  # of every case; else of those that do not pass
    command: Command | None = None  # that reproduces a case; else one with the target alone


class Runner:
    """One run over a list of cases."""

    def __init__(
        self, session: Session, options: Options, absent: Mapping[str, str], left_out: Mapping[str, str]
    ) -> None:
        """`absent`: need -> why the target does not have it; `left_out`: case -> why the user skips it."""
        self._session = session
        self._options = options
        self._command = options.command or Command(session.target.spec)
        self._absent = absent
        self._left_out = left_out
        self._verdicts: dict[str, str] = {}
        self._again: list[tuple[Case, list[Attempt]]] = []
        self.deaths = Deaths()

    def run(self, cases: Sequence[Case]) -> Generator[Line, None, None]:
        """Yield the line of each case as it ends.

        Cases that others depend on come first, those that speak for the whole run last.
        """
        broken = Broken()
        first, last = in_order(cases)
        for stage in stages(first):
            for line in self._stage(stage):
                broken.note(line)
                yield line
        for stage in stages(last):
            yield from judged(self._stage(stage), stage, broken)

    def _stage(self, cases: Sequence[Case]) -> Iterator[Line]:
        runnable = []
        for case in cases:
            line = self._not_run(case)
            if line is None:
                runnable.append(case)
            else:
                yield self._told(line)
        lonely: list[Case] = []
        for width, cases_of_kind in self._groups(runnable):
            if width > 1 or self._session.target.virtual:
                yield from self._side_by_side(cases_of_kind, width)
            else:
                lonely += cases_of_kind
        for case in lonely:
            yield from self._settle(case, self._attempts(case))
        again, self._again = self._again, []
        yield from self._once_more(again)

    def _groups(self, cases: Sequence[Case]) -> list[tuple[int, Sequence[Case]]]:
        """Return the cases in groups, each with how many of it run side by side in a process."""
        if self._session.target.virtual:
            return [(1, cases)]
        jobs = self._options.jobs if self._session.target.concurrent else 1
        return [(min(jobs, at_most), cases_of_kind) for at_most, cases_of_kind in by_company(cases)]

    def _side_by_side(self, cases: Sequence[Case], jobs: int) -> Iterator[Line]:
        """Run the cases in several processes, where that is worth it, and yield their lines."""
        left = list(cases)
        if self._options.processes > 1 and len(cases) >= WORTH_FORKING:
            done: set[int] = set()
            generation = self.deaths.generation

            def work(numbers: Sequence[int]) -> Iterator[tuple[int, list[Attempt]]]:
                return self._as_child(cases, numbers, -(-jobs // self._options.processes))

            with closing(divided(len(cases), self._options.processes, work)) as told:
                for number, attempts in told:
                    done.add(number)
                    for seen in attempts:
                        self.deaths.look(self._session.target, seen, generation)
                    yield from self._settle(cases[number], attempts)
                    if self.deaths.generation != generation:
                        break  # what runs at this moment meets a death or its successor: it is run again
            left = [case for number, case in enumerate(cases) if number not in done]
        for number, attempts in self._in_threads(left, jobs, self._attempts):
            yield from self._settle(left[number], attempts)

    def _as_child(
        self, cases: Sequence[Case], numbers: Sequence[int], jobs: int
    ) -> Iterator[tuple[int, list[Attempt]]]:
        """Run some of the cases in a forked process; after a crash the parent sees to the rest."""
        target = self._session.target
        self._session = replace(self._session, target=ParentsTarget(target))
        for position, attempts in self._in_threads([cases[n] for n in numbers], jobs, self._attempts):
            if not self._options.transcripts and all(a.verdict == PASS for a in attempts):
                for attempt_ in attempts:
                    attempt_.transcript.clear()
            yield numbers[position], attempts
            if any(a.crash for a in attempts) and not target.virtual:
                return

    def _in_threads(
        self, cases: Sequence[Case], jobs: int, work: Callable[[Case], list[Attempt]]
    ) -> Iterator[tuple[int, list[Attempt]]]:
        """Yield the attempts at each case, and its position, as they end; `jobs` of them act at a time."""
        if self._options.jobs < 2 or not self._session.target.concurrent:
            for position, case in enumerate(cases):
                yield position, work(case)
            return
        turns = Turns(jobs, self._session.timing.rtt, demanding=any(is_demanding(case) for case in cases))
        whole, self._session = self._session, replace(self._session, turns=turns)
        pool = ThreadPoolExecutor(UNDER_WAY, thread_name_prefix="case")
        futures: dict[Future[list[Attempt]], int] = {
            pool.submit(_in_turn, turns, work, case): position for position, case in enumerate(cases)
        }
        finished = False
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
            finished = True
        finally:
            # After Ctrl-C nobody waits for what the running cases wait for.
            pool.shutdown(wait=finished, cancel_futures=True)
            self._session = whole

    def _attempts(self, case: Case) -> list[Attempt]:
        return [self._attempt(case) for _ in range(self._options.repeat)]

    def _attempt(self, case: Case) -> Attempt:
        generation = self.deaths.generation
        try:
            done = attempt(case, self._session.for_case(case))
        except Exception as error:  # noqa: BLE001  # a fault of the harness is this case's verdict, not the run's end
            return Attempt(Result(verdict="error", outcome="error"), error=f"{type(error).__name__}: {error}")
        self.deaths.look(self._session.target, done, generation)
        return done

    def _settle(self, case: Case, attempts: list[Attempt]) -> Iterator[Line]:
        """Yield the line, or keep the case for another try alone."""
        failed = any(a.verdict in (FAIL, "error") for a in attempts)
        if self._is_suspect(attempts) or (
            failed and self._options.retries and not self._session.target.virtual
        ):
            self._again.append((case, attempts))
            return
        yield self._told(self._finished(case, attempts))

    def _is_suspect(self, attempts: Sequence[Attempt]) -> bool:
        """A crash is seen by every case that runs at that moment; alone, only its cause sees it."""
        side_by_side = self._options.jobs > 1 and self._session.target.concurrent
        return side_by_side and any(a.crash for a in attempts)

    def _finished(self, case: Case, attempts: list[Attempt]) -> Line:
        full = self._options.transcripts
        return finished(case, self._command, attempts, transcripts=full)

    def _once_more(self, again: Sequence[tuple[Case, list[Attempt]]]) -> Iterator[Line]:
        """Try failures again, one acting at a time, and yield their lines."""
        suspects = [(case, seen) for case, seen in again if self._is_suspect(seen)]
        before = {case.id: seen for case, seen in again if not self._is_suspect(seen)}
        patient, hurried = self._session, replace(self._session, timing=alone(self._session.timing))
        self._session = hurried
        for _, cases in by_company([case for case, _ in again if case.id in before]):
            for position, more in self._in_threads(cases, 1, self._retries):
                case = cases[position]
                attempts = before[case.id] + more
                if self._is_suspect(more):
                    suspects.append((case, attempts))
                else:
                    yield self._told(self._finished(case, attempts))
        self._session = patient
        yield from self._line_up(suspects, hurried)

    def _line_up(self, suspects: Sequence[tuple[Case, list[Attempt]]], hurried: Session) -> Iterator[Line]:
        """Try alone each case that saw the target die; a death that none of them causes stays theirs."""
        patient = self._session
        causes: set[int] = set()
        others: list[tuple[Case, list[Attempt], list[Attempt]]] = []
        for case, seen in suspects:
            attempts = self._attempts(case)
            self._session = hurried
            if any(a.verdict in (FAIL, "error") for a in attempts):
                attempts += self._retries(case)
            self._session = patient
            if any(a.crash for a in attempts):
                causes.update(a.generation for a in seen if a.crash)
                yield self._told(self._finished(case, attempts))
            else:
                others.append((case, seen, attempts))
        for case, seen, attempts in others:
            line = self._finished(case, [*(a for a in seen if not a.crash), *attempts])
            deaths = [a for a in seen if a.crash and a.generation not in causes]
            if deaths:
                line = crashed_beside_others(line, deaths, self.deaths.how(deaths[0]))
            yield self._told(line)

    def _retries(self, case: Case) -> list[Attempt]:
        return [self._attempt(case) for _ in range(self._options.retries)]

    def _told(self, line: Line) -> Line:
        self._verdicts[line["id"]] = line["verdict"]
        return line

    def _not_run(self, case: Case) -> Line | None:
        """Return the line of a case that cannot or must not run here."""
        if case.id in self._left_out:
            return skipped(case, self._command, self._left_out[case.id])
        for need in case.needs:
            if need in self._absent:
                return skipped(case, self._command, _without(need, self._absent[need]))
        if case.flood and not self._session.target.loopback and not self._options.own_target:
            return skipped(
                case,
                self._command,
                "a flood, and the target is not on this machine: give --i-own-this-target",
            )
        for other in case.after:
            if self._verdicts.get(other) in (FAIL, "blocked", "error"):
                return skipped(case, self._command, f"{other} did not pass", verdict="blocked")
        return None


def _in_turn(turns: Turns, work: Callable[[Case], list[Attempt]], case: Case) -> list[Attempt]:
    with turns.taken():
        return work(case)


def _without(need: str, why: str) -> str:
    return why if why.startswith(NO_ENDPOINT) else f"no {need}: {why}"
