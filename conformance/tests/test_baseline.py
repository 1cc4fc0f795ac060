"""Known failures: pinned to outcomes, stale when they no longer hold, written so that reasons stay."""

from pathlib import Path

import pytest

from ..cli import main
from ..errors import UsageError
from ..exitcodes import Exit
from ..records.baseline import Baseline, Entry, Finding, Kind, check, dump, load_baseline, update
from ..records.record import Line
from ..records.recorded import Run, load_run
from .records import case, write_run

ID = "server/6.7-ping/on-a-stream"
KNOWN = {ID, "server/6.7-ping/bad-length"}
ENTRY = Entry("fail", "drop", "issue 7")


def run_of(tmp_path: Path, *cases: Line) -> Run:
    return load_run(write_run(tmp_path / "run.jsonl", list(cases)))


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"verdict": "fail", "outcome": "drop"}, "xfail", "known: issue 7"),
        ({"verdict": "fail", "outcome": "serve"}, "fail", "why; the baseline expects fail drop"),
        (
            {"verdict": "fail", "outcome": "drop", "crash": True},
            "fail",
            "why; the baseline expects fail drop",
        ),
        ({"verdict": "pass"}, "xpass", "the baseline expects fail drop"),
        ({"verdict": "acceptable"}, "xpass", "the baseline expects fail drop"),
        ({"verdict": "skip"}, "skip", "why"),
        ({"verdict": "error"}, "error", "why"),
        ({"verdict": "flaky", "outcome": "drop"}, "flaky", "why"),
        ({"verdict": "blocked", "outcome": "drop"}, "blocked", "why; the baseline expects fail drop"),
    ],
)
def test_a_case_is_judged_against_its_entry(changes: Line, verdict: str, reason: str) -> None:
    judged = Baseline({ID: ENTRY}).judge(case(ID, **{"reason": "why", **changes}))
    assert (judged["verdict"], judged["reason"]) == (verdict, reason)
    assert judged.get("without_baseline") == (changes["verdict"] if verdict[0] == "x" else None)


def test_a_case_without_entry_is_left_alone() -> None:
    record = case(ID, "fail")
    assert Baseline({}).judge(record) is record


def test_a_judged_record_checks_and_updates_like_a_plain_one(tmp_path: Path) -> None:
    blocked = Baseline({ID: Entry("blocked", "", "first")})
    judged = blocked.judge(case(ID, "blocked", outcome=""))
    assert judged["verdict"] == "xfail"
    run = run_of(tmp_path, judged)
    assert check(blocked, run, KNOWN) == []
    assert update(blocked, run) == blocked


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"verdict": "fail", "outcome": "drop"}, None),
        ({"verdict": "xfail", "outcome": "drop"}, None),
        ({"verdict": "fail", "outcome": "serve"}, Kind.OTHER),
        ({"verdict": "error", "outcome": ""}, Kind.OTHER),
        ({"verdict": "flaky", "outcome": "drop"}, Kind.OTHER),
        ({"verdict": "pass"}, Kind.PASSES),
        ({"verdict": "acceptable"}, Kind.PASSES),
        ({"verdict": "xpass"}, Kind.PASSES),
        ({"verdict": "skip"}, Kind.NOT_JUDGED),
    ],
)
def test_an_entry_that_does_not_hold_is_found(tmp_path: Path, changes: Line, kind: Kind | None) -> None:
    findings = check(Baseline({ID: ENTRY}), run_of(tmp_path, case(ID, **changes)), KNOWN)
    assert [finding.kind for finding in findings] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("changes", "strict", "found"),
    [
        ({"verdict": "fail"}, False, True),
        ({"verdict": "blocked"}, False, True),
        ({"verdict": "error"}, False, True),
        ({"verdict": "flaky"}, False, True),
        ({"verdict": "fail", "level": "SHOULD"}, False, False),
        ({"verdict": "fail", "level": "SHOULD"}, True, True),
        ({"verdict": "fail", "level": "MAY", "crash": True}, False, True),
        ({"verdict": "pass"}, True, False),
        ({"verdict": "acceptable"}, True, False),
        ({"verdict": "skip"}, True, False),
    ],
)
def test_a_failure_without_entry_is_unexpected(
    tmp_path: Path, changes: Line, strict: bool, found: bool
) -> None:
    findings = check(Baseline({}), run_of(tmp_path, case(ID, **changes)), KNOWN, strict=strict)
    assert [finding.kind for finding in findings] == [Kind.UNEXPECTED] * found


def test_an_entry_for_no_case_is_stale_and_one_that_was_not_selected_is_not(tmp_path: Path) -> None:
    baseline = Baseline({ID: ENTRY, "server/6.7-ping/renamed": ENTRY})
    assert check(baseline, run_of(tmp_path), KNOWN) == [
        Finding(Kind.UNKNOWN, "server/6.7-ping/renamed", "fail drop", "not in this run"),
        Finding(Kind.NOT_JUDGED, ID, "fail drop", "not in this run"),
    ]
    assert baseline.unknown(KNOWN) == ["server/6.7-ping/renamed"]


def test_update_adds_what_fails_removes_what_passes_and_keeps_reasons(tmp_path: Path) -> None:
    old = Baseline(
        {
            "s/a/holds": ENTRY,
            "s/a/passes": ENTRY,
            "s/a/other": ENTRY,
            "s/a/skipped": ENTRY,
            "s/a/not-run": ENTRY,
        }
    )
    run = run_of(
        tmp_path,
        case("s/a/holds", "fail", outcome="drop"),
        case("s/a/passes"),
        case("s/a/other", "fail", outcome="serve"),
        case("s/a/skipped", "skip"),
        case("s/a/new", "fail", outcome="close", level="SHOULD", crash=True),
        case("s/a/error", "error"),
        case("s/a/flaky", "flaky"),
    )
    assert update(old, run, "seen today").entries == {
        "s/a/holds": ENTRY,
        "s/a/skipped": ENTRY,
        "s/a/not-run": ENTRY,
        "s/a/other": Entry("fail", "serve", "seen today"),
        "s/a/new": Entry("fail", "close", "seen today", crash=True),
    }


def test_what_is_written_is_read_back_and_sorted(tmp_path: Path) -> None:
    baseline = Baseline(
        {"s/b/y": Entry("blocked", "", "no: 'quoted' # é"), "s/a/x": Entry("fail", "1", "on", True)}
    )
    (tmp_path / "b.yaml").write_text(dump(baseline), encoding="utf-8")
    assert load_baseline(tmp_path / "b.yaml") == baseline
    assert list(load_baseline(tmp_path / "b.yaml").entries) == ["s/a/x", "s/b/y"]


def test_an_empty_baseline_is_one(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(dump(Baseline({})), encoding="utf-8")
    assert load_baseline(tmp_path / "b.yaml").entries == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {verdict: fail, outcome: drop}", r"b\.yaml:1: case a: missing key 'reason'"),
        ("a: {verdict: fail, outcome: drop, reason: ''}", "needs a reason"),
        ("a: {verdict: pass, outcome: drop, reason: x}", "expected a verdict: blocked, fail"),
        ("a: {verdict: fail, outcome: drop, reason: x, level: MUST}", "unknown key 'level'"),
        ("a: {verdict: fail, outcome: drop, reason: x}\na: {}", "duplicate key 'a'"),
        ("- a", "expected a mapping"),
        ("{", "not YAML"),
    ],
)
def test_a_broken_baseline_names_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "b.yaml").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_baseline(tmp_path / "b.yaml")


@pytest.fixture
def vectors(tmp_path: Path) -> str:
    (tmp_path / "vectors" / "server").mkdir(parents=True)
    (tmp_path / "vectors" / "server" / "6.7-ping.yaml").write_text(
        "format: 1\nsuite: server/6.7-ping\ncases:\n"
        "  - {id: on-a-stream, req: [a]}\n  - {id: bad-length, req: [a]}\n"
    )
    return str(tmp_path / "vectors")


def test_update_then_check_then_a_changed_outcome(
    tmp_path: Path, vectors: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "known.yaml"
    run = str(write_run(tmp_path / "run.jsonl", [case(ID, "fail", outcome="drop")]))
    assert main(["baseline", "check", str(file), run, "--vectors", vectors]) == Exit.USAGE
    assert main(["baseline", "update", str(file), run, "--vectors", vectors]) == Exit.OK
    assert f"+ {ID}: fail drop\n1 known failure: 1 added, 0 removed, 0 changed\n" in capsys.readouterr().out
    assert "reason: not reviewed yet" in file.read_text()
    assert main(["baseline", "check", str(file), run, "--vectors", vectors]) == Exit.OK
    assert capsys.readouterr().out == "entries that hold: 1 of 1\n"
    run = str(write_run(tmp_path / "run.jsonl", [case(ID, "fail", outcome="serve")]))
    assert main(["baseline", "check", str(file), run, "--vectors", vectors]) == Exit.FAILED
    assert capsys.readouterr().out == (
        f"stale: fails in another way: 1\n  {ID}\n    baseline: fail drop\n    run:      fail serve\n"
        "entries that hold: 0 of 1\n"
    )


def test_update_drops_an_entry_for_a_case_that_does_not_exist(tmp_path: Path, vectors: str) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(dump(Baseline({"server/6.7-ping/renamed": ENTRY, "server/6.7-ping/bad-length": ENTRY})))
    run = str(write_run(tmp_path / "run.jsonl", []))
    assert main(["baseline", "check", str(file), run, "--vectors", vectors]) == Exit.FAILED
    assert main(["baseline", "update", str(file), run, "--vectors", vectors]) == Exit.OK
    assert list(load_baseline(file).entries) == ["server/6.7-ping/bad-length"]
    assert main(["baseline", "check", str(file), run, "--vectors", vectors]) == Exit.OK


def test_a_baseline_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run.jsonl", [])
    target = tmp_path / "no-such-folder" / "b.yaml"
    assert main(["baseline", "update", str(target), str(run)]) == Exit.USAGE
    assert capsys.readouterr().err == f"h2conf: cannot write {target}: No such file or directory\n"


@pytest.mark.parametrize("command", ["update", "check"])
def test_a_record_without_end_is_told(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run.jsonl", [])
    run.write_text(run.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("{}\n", encoding="utf-8")
    assert main(["baseline", command, str(tmp_path / "b.yaml"), str(run)]) == Exit.OK
    assert "has no end: the run was killed" in capsys.readouterr().out
