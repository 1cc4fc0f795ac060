"""The judge against servers that are broken through and through: hardly anything may pass."""

from collections.abc import Callable

import pytest

from ..cases.case import Case
from ..cases.loader import load_cases, load_catalogue
from ..judge.probe import measure
from ..judge.session import Session
from ..peer.memory import MemoryTarget
from ..peer.timing import virtual
from ..records.record import Line
from ..rules.needs import NEEDS
from ..run.needprobes import probe_needs
from ..run.runner import Options, Runner
from ..targets.py import PyTarget
from .bad_servers import (
    Answers200,
    Answers400,
    Answers404,
    AnswersAll,
    BadServer,
    EveryError,
    GoawayAndClose,
    HangsUp,
    HangsUpOnAllButPing,
    Mute,
    Raises,
)

CATALOGUE = load_catalogue()
CASES = [case for case in load_cases("server", catalogue=CATALOGUE) if not case.flood]


def judged(factory: Callable[[], MemoryTarget], cases: list[Case]) -> list[Line]:
    """Run cases against a server in memory, as `h2conf run --no-self-check` does."""
    session = Session(PyTarget("py:bad", factory), CATALOGUE.situations, virtual())
    measure(session, None)
    found = probe_needs(session, NEEDS)
    absent = {name: item.how for name, item in found.items() if not item.present}
    return list(Runner(session, Options(jobs=1, retries=0), absent, {}).run(cases))


@pytest.mark.parametrize(
    "server",
    [
        HangsUp,
        HangsUpOnAllButPing,
        EveryError,
        GoawayAndClose,
        AnswersAll,
        Answers400,
        Answers404,
        Answers200,
        Mute,
    ],
)
def test_a_broken_server_passes_at_most_a_tenth_of_the_error_cases(server: type[BadServer]) -> None:
    lines = [line for line in judged(server, CASES) if line["expects_error"] and line["verdict"] != "skip"]
    assert len(lines) > 300
    passed = [line["id"] for line in lines if line["verdict"] == "pass"]
    allowed = [line["id"] for line in lines if line["verdict"] == "acceptable"]
    print(f"{server.__name__}: {len(passed)} pass, {len(allowed)} acceptable of {len(lines)} error cases")
    assert len(passed) <= len(lines) / 10, passed
    # Where a fault may be served, a target that answers everything alike may do so as well.
    assert len(passed) + len(allowed) <= 0.15 * len(lines), passed + allowed


def test_a_server_that_raises_is_a_crash() -> None:
    cases = [case for case in CASES if case.suite == "server/6.3-priority"]
    lines = judged(Raises, cases)
    crashed = [line for line in lines if line["crash"]]
    assert crashed
    assert {line["verdict"] for line in crashed} == {"fail"}
    assert all(line["reason"].startswith("crash: RuntimeError: no PRIORITY") for line in crashed)
