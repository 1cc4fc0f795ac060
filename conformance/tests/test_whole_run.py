"""Passive rules over a whole run: the case that speaks for a rule fails when any other saw it broken."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ..cases.case import Case
from ..cases.loader import load_cases, load_catalogue, load_suite
from ..errors import VectorError
from ..judge.session import Session
from ..peer.timing import virtual
from ..records.record import Line
from ..rules.monitornames import MONITORS
from ..run.runner import Options, Runner
from ..targets.py import PyTarget
from ..wire.codes import ACK, END_HEADERS, END_STREAM, Type
from ..wire.frames import RawFrame
from ..wire.literal import block
from .bad_servers import BadServer
from .test_loader import written

CATALOGUE = load_catalogue()
TEXT = """\
format: 1
suite: mine/x
spec: RFC 9113 5
cases:
  - id: speaks
    title: Speaks for a rule
    req: []
    level: INFO
    whole_run: [no-connection-fields]
    steps: [handshake, {send: {REQUEST: {path: "/"}}}, {expect: {monitor: [no-connection-fields]}}]
  - id: other
    title: Is about something else
    req: []
    level: INFO
    steps: [handshake, {send: {REQUEST: {path: "/other"}}}, {expect: {response: {status: "2xx"}}}]
"""


class TellsOfTheConnection(BadServer):
    """Sends a connection-specific field in the answer to one path only."""

    path = b"/other"

    def preface(self, octets: bytes) -> None:
        self.send(Type.SETTINGS, 0, 0, b"")

    def frame(self, frame: RawFrame) -> None:
        if frame.type == Type.PING and not frame.flags & ACK:
            self.send(Type.PING, ACK, 0, frame.payload)
        elif frame.type == Type.SETTINGS and not frame.flags & ACK:
            self.send(Type.SETTINGS, ACK, 0, b"")
        elif frame.type == Type.HEADERS:
            fields = [(b":status", b"200")]
            if self.path in frame.payload:
                fields.append((b"connection", b"close"))
            self.send(Type.HEADERS, END_STREAM | END_HEADERS, frame.stream_id, block(fields))


class TellsNobody(TellsOfTheConnection):
    """Obeys the rule."""

    path = b"/nobody asks for this"


def cases_of(folder: Path, text: str = TEXT) -> list[Case]:
    return load_suite(written(folder, text), CATALOGUE, own=True)


def run(cases: list[Case], server: type[BadServer], absent: dict[str, str] | None = None) -> dict[str, Line]:
    session = Session(PyTarget("py:x", server), CATALOGUE.situations, virtual(), baseline=200)
    lines = list(Runner(session, Options(jobs=1, retries=0), absent or {}, {}).run(cases))
    assert lines[-1]["id"] == "mine/x/speaks"  # judged last, though it stands first
    return {line["id"].rpartition("/")[2]: line for line in lines}


def test_a_rule_that_another_case_saw_broken_fails_the_case_that_speaks_for_it(tmp_path: Path) -> None:
    lines = run(cases_of(tmp_path), TellsOfTheConnection)
    assert lines["other"]["verdict"] == "pass"
    speaks = lines["speaks"]
    assert speaks["verdict"] == "fail"
    assert speaks["outcome"] == "breaks no-connection-fields in other cases"
    assert speaks["reason"].startswith(
        "no-connection-fields is broken in 1 other case, such as mine/x/other:"
    )


def test_a_rule_that_nobody_saw_broken_passes(tmp_path: Path) -> None:
    assert {line["verdict"] for line in run(cases_of(tmp_path), TellsNobody).values()} == {"pass"}


def test_a_case_that_fails_tells_of_what_it_saw_itself(tmp_path: Path) -> None:
    lines = run(cases_of(tmp_path, TEXT.replace('status: "2xx"', 'status: "4xx"')), TellsOfTheConnection)
    assert (lines["other"]["verdict"], lines["speaks"]["verdict"]) == ("fail", "pass")


def test_a_case_that_cannot_run_speaks_for_its_rule_all_the_same(tmp_path: Path) -> None:
    first, second = cases_of(tmp_path)
    needy = replace(first, needs=("echo",))
    broken = run([needy, second], TellsOfTheConnection, {"echo": "none here"})
    obeyed = run([needy, second], TellsNobody, {"echo": "none here"})
    assert [lines["speaks"]["verdict"] for lines in (broken, obeyed)] == ["fail", "skip"]


def test_a_case_speaks_only_for_rules_that_it_judges(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match="rule of the case's own monitor"):
        cases_of(tmp_path, TEXT.replace("whole_run: [no-connection-fields]", "whole_run: [window-obeyed]"))


def test_one_case_speaks_for_each_passive_rule() -> None:
    spoken: dict[str, list[Any]] = {}
    for case in load_cases():
        for rule in case.whole_run:
            spoken.setdefault(rule, []).append(case.id)
    assert spoken.keys() == MONITORS.keys()
    assert {rule: ids for rule, ids in spoken.items() if len(ids) != 1} == {}
