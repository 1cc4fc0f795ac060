"""Runs cases against a mutant: in memory, in virtual time, with what the sound server was found to offer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from conformance.cases.case import Case
from conformance.cases.loader import Catalogue, load_cases, load_catalogue
from conformance.judge.attempt import Attempt, attempt
from conformance.judge.probe import measure
from conformance.judge.session import Session
from conformance.peer.memory import MemoryTarget
from conformance.peer.timing import virtual
from conformance.rules.needs import NEEDS
from conformance.run.needprobes import probe_needs
from conformance.targets.embedded import factory
from conformance.targets.py import PyTarget

from .gate import Gate
from .model import Mutant


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def cases() -> tuple[Case, ...]:
    """All server cases, by name."""
    return tuple(sorted(load_cases("server", catalogue=catalogue()), key=lambda case: case.id))


@dataclass
class Trials:
    """Cases against one server; each case runs once."""

    session: Session
    done: dict[str, Attempt] = field(default_factory=dict)

    def attempt(self, case: Case) -> Attempt:
        if case.id not in self.done:
            self.done[case.id] = attempt(case, self.session.for_case(case))
            self.done[case.id].transcript.clear()
        return self.done[case.id]

    def verdict(self, case: Case) -> str:
        return self.attempt(case).verdict


def trials(make: Callable[[], MemoryTarget], baseline: int | None = 200) -> Trials:
    target = PyTarget("py:mutant", make)
    return Trials(Session(target, catalogue().situations, virtual(), baseline=baseline))


@cache
def sound() -> Trials:
    """The embedded server as it is."""
    return trials(factory)


@cache
def absent() -> frozenset[str]:
    """Needs that the embedded server does not meet in memory."""
    session = sound().session
    problem = measure(session, None).problem
    assert problem is None, problem
    return frozenset(name for name, found in probe_needs(session, NEEDS).items() if not found.present)


@cache
def mutated(mutant: Mutant) -> Trials:
    connections: list[Gate] = []
    return trials(lambda: Gate(mutant, connections))
