"""Runs cases against a legal variant, as a run does: measured first, its needs probed, in virtual time."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from conformance.cases.case import Case
from conformance.judge.probe import measure
from conformance.rules.needs import NEEDS
from conformance.run.needprobes import probe_needs

from ..mutants.gate import Gate
from ..mutants.trials import Trials, cases, trials
from .model import Variant


@dataclass(frozen=True)
class Subject:
    """A variant that was measured."""

    trials: Trials
    absent: Mapping[str, str]  # needs that it does not meet, and how that showed

    def runnable(self) -> list[Case]:
        """Return the cases that it can be judged by; floods take long and are legal by themselves."""
        return [
            case
            for case in cases()
            if not case.flood and case.profile != "rfc7540" and not self.absent.keys() & set(case.needs)
        ]


@cache
def subject(variant: Variant) -> Subject:
    """Measure a variant."""
    connections: list[Gate] = []
    tried = trials(lambda: variant.gate(variant, connections), None)
    problem = measure(tried.session, None).problem
    assert problem is None, problem
    found = probe_needs(tried.session, NEEDS)
    return Subject(tried, {name: one.how for name, one in found.items() if not one.present})
