"""No case may fail a server that follows the RFCs, however unusual it is.

Each variant runs the cases that bear on it and a share of all cases, another one than its neighbours.  With
H2CONF_MATRIX=1 in the environment every variant runs every case but floods.
"""

import os
from collections.abc import Callable

import pytest

from conformance.cases.case import Case
from conformance.judge.verdict import ACCEPTABLE, PASS

from .legal.catalogue import VARIANTS
from .legal.model import Variant
from .legal.trials import subject
from .mutants.catalogue import MUTANTS
from .mutants.model import chosen
from .mutants.trials import cases

MATRIX = bool(os.environ.get("H2CONF_MATRIX"))
SHARES = 8
"""Into so many shares the cases are dealt; each variant has one of them."""
ALLOWED = frozenset({PASS, ACCEPTABLE, "skip"})


def dealt(variant: Variant) -> list[Case]:
    """Return the cases that a variant is judged by."""
    number = VARIANTS.index(variant)
    share = {case.id for case in cases()[number % SHARES :: SHARES]}
    return [
        case
        for case in subject(variant).runnable()
        if MATRIX or case.id in share or chosen(case, variant.witnesses)
    ]


def judged(variant: Variant, case: Case) -> str | None:
    """Return what a case says against a variant."""
    done = subject(variant).trials.attempt(case)
    if done.verdict not in ALLOWED:
        return f"{done.verdict}: {done.result.reason or done.error}"
    # What a passive rule finds in any case fails the case that speaks for the rule.
    return "; ".join(done.violations.values()) or None


def test_variants_have_names_of_their_own() -> None:
    names = [*(variant.name for variant in VARIANTS), *(mutant.name for mutant in MUTANTS)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_legal_server_fails_no_case(variant: Variant) -> None:
    failed = {
        case.id: problem
        for case in dealt(variant)
        if variant.excuse(case) is None and (problem := judged(variant, case))
    }
    assert failed == {}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_an_excuse_is_for_a_should_and_is_needed(variant: Variant) -> None:
    for pattern in variant.excused:
        excused = [case for case in subject(variant).runnable() if chosen(case, (pattern,))]
        assert {case.level for case in excused} == {"SHOULD"}, pattern
        assert any(judged(variant, case) for case in excused), pattern


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_witness_is_a_case_that_the_variant_runs(variant: Variant) -> None:
    runnable = subject(variant).runnable()
    idle = [
        pattern for pattern in variant.witnesses if not any(chosen(case, (pattern,)) for case in runnable)
    ]
    assert idle == []


def test_every_case_is_tried_by_several_variants(record_property: Callable[[str, object], None]) -> None:
    tried = {case.id: 0 for case in cases()}
    for variant in VARIANTS:
        for case in dealt(variant):
            tried[case.id] += 1
    counted = sum(number > 0 for number in tried.values())
    record_property(
        "score",
        f"legal variants: {len(VARIANTS)} servers that follow the RFCs in unusual ways fail none of "
        f"{counted} cases",
    )
    assert counted
