"""findings.py and findings.yaml: entries are well formed, explain what they name alone, go stale."""

import re
from pathlib import Path

import pytest

from .. import findings, judging
from ..errors import Exit, InteropError
from ..judged import Judged, Run
from ..registry import all_peers
from ..results import Part
from .records import case, write

TEXT = """
- server: x
  title: X {version} (lib)
  version: "1.*"
  findings:
    - {rule: "RFC 9113 6.7: so; it is not.", outcome: [drop, "response(*)"], cases: [server/6.7-ping/*]}
"""
KNOWN = tuple(findings.parse(TEXT))
RULE = "RFC 9113 6.7: so; it is not."


def judged(*cases: dict[str, object], version: str = "1.2 (lib 3)", is_whole: bool = True) -> Judged:
    return Judged("x", version, (Run(cases, 1.0, is_whole),))


@pytest.mark.parametrize(
    ("failing", "rule"),
    [
        (case("6.7-ping/a", "fail", "drop"), RULE),
        (case("6.7-ping/a", "fail", "response(200)"), RULE),
        (case("6.7-ping/a", "fail", "close"), None),
        (case("6.8/a", "fail", "drop"), None),
        (case("6.7-ping/a", "error", "no record"), None),
    ],
)
def test_a_finding_explains_its_cases_with_its_outcomes(failing: dict[str, object], rule: str | None) -> None:
    (found,) = findings.explain(judged(failing), KNOWN).values()
    assert (found.rule if found else None) == rule


def test_a_finding_is_about_one_server_and_version() -> None:
    failing = case("6.7-ping/a", "fail", "drop")
    assert findings.explain(judged(failing, version="2.0"), KNOWN) == {failing["id"]: None}
    assert findings.stale(judged(case("6.7-ping/a"), version="2.0"), KNOWN) == []


def test_a_case_that_fails_in_two_ways_needs_both_explained() -> None:
    runs = tuple(Run((case("6.7-ping/a", "fail", outcome),), 1.0, True) for outcome in ("drop", "close"))
    assert findings.explain(Judged("x", "1.0", runs), KNOWN) == {"server/6.7-ping/a": None}


@pytest.mark.parametrize(
    ("cases", "is_stale"),
    [
        ([case("6.7-ping/a")], True),
        ([case("6.7-ping/a", "acceptable")], True),
        ([case("6.7-ping/a"), case("6.7-ping/b", "fail", "drop")], False),
        ([case("6.7-ping/a", "skip")], False),
        ([case("6.7-ping/a", "blocked")], False),
        ([case("6.8/a")], True),
    ],
    ids=["passes", "acceptable", "one-fails", "skipped", "blocked", "gone"],
)
def test_a_finding_is_stale_once_nothing_of_it_fails(cases: list[dict[str, object]], is_stale: bool) -> None:
    expected = [findings.Stale("x", RULE, ("server/6.7-ping/*",))] if is_stale else []
    assert findings.stale(judged(*cases), KNOWN) == expected


def test_a_selection_makes_nothing_stale_that_it_left_out() -> None:
    assert findings.stale(judged(case("6.8/a"), is_whole=False), KNOWN) == []
    assert findings.stale(judged(case("6.7-ping/a"), is_whole=False), KNOWN) != []


def test_a_case_that_was_skipped_in_cleartext_counts_from_tls() -> None:
    one = Judged(
        "x",
        "1.0",
        (Run((case("6.7-ping/a", "skip"),), 1.0, True),),
        (Run((case("6.7-ping/a"),), 1.0, False),),
    )
    assert len(findings.stale(one, KNOWN)) == 1


def test_the_title_holds_the_version() -> None:
    assert findings.title(judged(), KNOWN) == "X 1.2 (lib 3) (lib)"
    assert findings.title(judged(version="2.0"), KNOWN) == "x 2.0"


@pytest.mark.parametrize(
    "text",
    [
        "- {server: x}",
        "- {server: x, title: x, version: x, findings: [{rule: x}]}",
        "- {server: x, title: x, version: x, findings: [{rule: x, outcome: drop, cases: x}]}",
        "- {server: x, title: x, version: x, findings: [{rule: x, outcome: drop, cases: []}]}",
        "- {server: x, title: x, version: x, findings: [{rule: x, outcome: 4, cases: [x]}]}",
    ],
)
def test_an_entry_that_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(InteropError) as caught:
        list(findings.parse(text))
    assert caught.value.exit_code is Exit.INVALID


def test_every_entry_of_ours_cites_an_rfc_and_names_a_server_and_a_case() -> None:
    servers = {peer.name for peer in all_peers() if peer.part is Part.SERVERS}
    for known in findings.load():
        assert known.server in servers
        cases = [case for finding in known.findings for case in finding.cases]
        assert len(set(cases)) == len(cases), known.server
        for finding in known.findings:
            assert re.match(r"RFC \d{4} [\d.]+.*: .+; .+\.$", finding.rule), finding.rule
            assert all(re.fullmatch(r"server/[\w.*?\[\]-]+/[\w.*?\[\]-]+", case) for case in finding.cases)


def test_records_are_read_back_by_server_and_version(tmp_path: Path) -> None:
    write(tmp_path / "x-1.2 (lib-3)" / "1.jsonl", [case("6.7-ping/a")])
    write(tmp_path / "x-1.2 (lib-3)" / "tls-1.jsonl", [case("9.2-tls/a")], ["server/9.2-*"])
    (one,) = judging.reread(tmp_path)
    assert (one.server, one.version, len(one.runs), len(one.tls_runs)) == ("x", "1.2 (lib-3)", 1, 1)
    assert one.runs[0].is_whole
    assert not one.tls_runs[0].is_whole
