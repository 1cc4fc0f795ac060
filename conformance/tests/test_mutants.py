"""Every MUST case has to be able to fail: servers broken in one rule each are caught by the cases they break.

Each mutant runs the cases that it must fail and, by a sample that is always the same, those that it must
leave alone.  With H2CONF_MATRIX=1 in the environment every mutant runs every case but floods.
"""

import os
import random
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import cache

import pytest

from conformance.cases.case import Case
from conformance.judge.verdict import ACCEPTABLE, FAIL, PASS, SKIP

from .mutants.broken import SERVERS, Broken
from .mutants.catalogue import MUTANTS
from .mutants.exceptions import EXCEPTIONS, OLD_TLS, WHOLE
from .mutants.gate import Gate
from .mutants.model import EVERYTHING, Mutant, chosen
from .mutants.tls import MUTANTS as TLS_MUTANTS
from .mutants.tls import SOUND, TlsMutant, serving
from .mutants.trials import absent, cases, mutated, sound, trials

MATRIX = bool(os.environ.get("H2CONF_MATRIX"))
NEAR = 12
"""Cases of the suites that a mutant fails cases of, which it leaves alone."""
FAR = 12
"""Cases of any suite."""
LARGEST_RADIUS = 0.2
"""Of all cases; as many expect a connection error."""
MOST_EXCEPTIONS = 0.05
MOST_PASSED = 0.10
ANNOUNCED = frozenset({"extended-connect", "priorities", "streams-limit", "list-limit", "frame-limit"})
"""Needs whose settings the broken servers do not announce."""


def runnable() -> Iterator[Case]:
    """Yield the cases that the embedded server can be judged by in memory."""
    for case in cases():
        if not absent().intersection(case.needs):
            yield case


def must_cases() -> list[Case]:
    return [case for case in cases() if case.level == "MUST"]


def excepted(case: Case) -> bool:
    return any(fnmatchcase(case.id, pattern) for pattern in EXCEPTIONS)


@cache
def judged() -> tuple[Case, ...]:
    """Return the cases that the server without a mutant does not fail; floods take long and break no rule."""
    return tuple(case for case in runnable() if not case.flood and sound().verdict(case) != FAIL)


@cache
def radius(mutant: Mutant) -> frozenset[str]:
    return frozenset(case.id for case in judged() if mutant.may_fail(case))


def unrelated(mutant: Mutant) -> list[Case]:
    """Return cases that a mutant must leave alone: a sample that is always the same, or all of them."""
    others = [case for case in judged() if case.id not in radius(mutant)]
    if MATRIX:
        return others
    suites = {case.suite for case in judged() if case.id in radius(mutant)}
    near = [case for case in others if case.suite in suites]
    dice = random.Random(mutant.name)
    return dice.sample(near, min(NEAR, len(near))) + dice.sample(others, min(FAR, len(others)))


def test_the_gate_by_itself_changes_no_verdict() -> None:
    transparent = Mutant("none", "", "nothing is changed", (), incoming=lambda gate, frame: None)
    gated = trials(lambda: Gate(transparent))
    changed = [
        f"{case.id}: {sound().verdict(case)} -> {gated.verdict(case)}"
        for case in runnable()
        if not case.flood and gated.verdict(case) != sound().verdict(case)
    ]
    assert changed == []


def test_mutants_have_names_of_their_own() -> None:
    names = [*(mutant.name for mutant in MUTANTS), *(mutant.name for mutant in TLS_MUTANTS)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fails_the_cases_of_its_rule(mutant: Mutant) -> None:
    claimed = [case for case in runnable() if mutant.must_fail(case)]
    assert claimed, "the mutant breaks nothing that a MUST case looks at"
    attempts = {case.id: mutated(mutant).attempt(case) for case in claimed}
    survived = {
        name: (done.verdict, done.result.outcome)
        for name, done in attempts.items()
        if done.verdict != FAIL or (done.crash and mutant.name not in WHOLE)
    }
    assert survived == {}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_leaves_other_cases_alone(mutant: Mutant) -> None:
    failed = {
        case.id: (done.verdict, done.result.reason)
        for case in unrelated(mutant)
        if (done := mutated(mutant).attempt(case)).verdict not in (PASS, ACCEPTABLE, SKIP)
    }
    assert failed == {}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fails_a_case_of_each_part_of_its_radius(mutant: Mutant) -> None:
    parts = [part for part in mutant.touches if not part.startswith("!")]
    idle = [
        part
        for part in parts
        if not any(mutated(mutant).verdict(case) == FAIL for case in judged() if chosen(case, (part,)))
    ]
    assert idle == []


def test_only_mutants_with_a_reason_may_fail_everything(
    record_property: Callable[[str, object], None],
) -> None:
    assert {mutant.name for mutant in MUTANTS if mutant.touches == EVERYTHING} == set(WHOLE)
    sizes = {mutant.name: len(radius(mutant)) for mutant in MUTANTS if mutant.name not in WHOLE}
    record_property(
        "score",
        f"mutants: on average one may fail {sum(sizes.values()) / len(sizes):.0f} of {len(judged())} cases, "
        f"its own and others that rely on its rule; {len(WHOLE)} may fail them all, with a reason",
    )
    assert {name: size for name, size in sizes.items() if size > LARGEST_RADIUS * len(judged())} == {}


@cache
def failed_over_tls(mutant: TlsMutant) -> frozenset[str]:
    """Return the cases of its rule that a TLS mutant fails."""
    known = {case.id: case for case in cases()}
    with serving(mutant) as served:
        return frozenset(name for name in mutant.kills if served.verdict(known[name]) == FAIL)


def tls_mutants() -> list[TlsMutant]:
    return [mutant for mutant in TLS_MUTANTS if OLD_TLS or not mutant.name.startswith("speaks-old")]


@pytest.mark.parametrize("mutant", tls_mutants(), ids=lambda mutant: mutant.name)
def test_a_mutant_of_tls_fails_the_cases_of_its_rule(mutant: TlsMutant) -> None:
    assert failed_over_tls(mutant) == set(mutant.kills)


def test_the_server_that_mutants_of_tls_are_made_of_fails_none_of_their_cases() -> None:
    rules = {name for mutant in tls_mutants() for name in mutant.kills}
    with serving(SOUND) as served:
        verdicts = {case.id: served.verdict(case) for case in cases() if case.id in rules}
    assert verdicts == dict.fromkeys(rules, PASS)


def test_every_must_case_is_failed_by_a_mutant(record_property: Callable[[str, object], None]) -> None:
    every = must_cases()
    able = [case for case in runnable() if case.level == "MUST"]
    killed = {
        case.id
        for mutant in MUTANTS
        for case in able
        if mutant.must_fail(case) and mutated(mutant).verdict(case) == FAIL
    }
    # The embedded server follows RFC 9113: where RFC 7540 differs, it is itself the one that fails.
    killed |= {case.id for case in able if case.profile == "rfc7540" and sound().verdict(case) == FAIL}
    killed = killed.union(*map(failed_over_tls, tls_mutants()))
    excused = [case.id for case in every if case.id not in killed and excepted(case)]
    record_property(
        "score",
        f"mutants: {len(MUTANTS) + len(tls_mutants())} servers broken in one rule each; "
        f"{len(killed)} of {len(every)} MUST cases are failed by one, {len(excused)} excepted with a reason",
    )
    assert [case.id for case in every if case.id not in killed and not excepted(case)] == []
    assert len(excused) <= MOST_EXCEPTIONS * len(every)


def test_every_exception_is_needed() -> None:
    for pattern in EXCEPTIONS:
        matching = [case for case in must_cases() if fnmatchcase(case.id, pattern)]
        assert matching, f"no case is named {pattern}"
        assert not any(mutant.must_fail(case) for mutant in MUTANTS for case in matching), pattern


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.__name__)
def test_a_server_that_is_broken_altogether_passes_no_error_cases(
    server: type[Broken], record_property: Callable[[str, object], None]
) -> None:
    everything = [
        case
        for case in cases()
        if case.expects_error and case.profile != "rfc7540" and "tls" not in case.needs
    ]
    tried = trials(server, SERVERS[server])
    passed = [
        case.id
        for case in everything
        if not case.flood and not ANNOUNCED.intersection(case.needs) and tried.verdict(case) == PASS
    ]
    record_property(
        "score",
        f"broken server {server.__name__}: passes {len(passed)} of {len(everything)} error cases",
    )
    assert len(passed) <= MOST_PASSED * len(everything), passed
