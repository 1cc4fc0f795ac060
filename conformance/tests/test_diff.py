"""Comparing two runs: each kind of change, and what makes the command fail."""

import json
from pathlib import Path

import pytest

from ..cli import main
from ..errors import UsageError
from ..exitcodes import Exit
from ..records.diff import Kind, compare, differences_of_setting
from ..records.recorded import load_run
from .records import HEADER, case, write_run

ID = "server/6.7-ping/on-a-stream"


def changes(
    tmp_path: Path, old: list[dict[str, object]], new: list[dict[str, object]]
) -> list[tuple[Kind, str]]:
    before = load_run(write_run(tmp_path / "old.jsonl", old))
    after = load_run(write_run(tmp_path / "new.jsonl", new))
    return [(change.kind, change.id) for change in compare(before, after)]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ({"verdict": "pass"}, {"verdict": "pass"}, None),
        ({"verdict": "pass"}, {"verdict": "fail"}, Kind.REGRESSED),
        ({"verdict": "acceptable"}, {"verdict": "fail"}, Kind.REGRESSED),
        ({"verdict": "pass"}, {"verdict": "flaky"}, Kind.REGRESSED),
        ({"verdict": "pass"}, {"verdict": "error"}, Kind.REGRESSED),
        ({"verdict": "pass"}, {"verdict": "xfail"}, Kind.REGRESSED),
        ({"verdict": "xpass"}, {"verdict": "fail"}, Kind.REGRESSED),
        ({"verdict": "fail"}, {"verdict": "pass"}, Kind.FIXED),
        ({"verdict": "fail"}, {"verdict": "xpass", "outcome": "serve"}, Kind.FIXED),
        ({"verdict": "xfail", "outcome": "drop"}, {"verdict": "acceptable"}, Kind.FIXED),
        ({"verdict": "pass"}, {"verdict": "acceptable", "flags": ["NoGoaway"]}, Kind.OUTCOME),
        ({"outcome": "response(400)"}, {"outcome": "stream_error(PROTOCOL_ERROR)"}, Kind.OUTCOME),
        ({"verdict": "pass"}, {"verdict": "xpass"}, None),
        ({"verdict": "fail", "outcome": "drop"}, {"verdict": "fail", "outcome": "serve"}, Kind.FAILING),
        ({"verdict": "fail", "outcome": "drop"}, {"verdict": "xfail", "outcome": "drop"}, None),
        ({"verdict": "fail"}, {"verdict": "fail", "crash": True}, Kind.FAILING),
        ({"verdict": "fail", "reason": "x"}, {"verdict": "fail", "reason": "y"}, None),
        ({"verdict": "fail", "ms": 1}, {"verdict": "fail", "ms": 900}, None),
        ({"verdict": "pass"}, {"verdict": "skip"}, Kind.UNJUDGED),
        ({"verdict": "fail"}, {"verdict": "blocked"}, Kind.UNJUDGED),
        ({"verdict": "skip", "outcome": ""}, {"verdict": "fail"}, Kind.JUDGED),
        ({"verdict": "skip", "outcome": ""}, {"verdict": "pass"}, Kind.JUDGED),
        ({"verdict": "skip", "outcome": ""}, {"verdict": "skip", "outcome": ""}, None),
        ({"verdict": "pass"}, {"verdict": "fail", "hash": "ffffffffffffffff"}, Kind.VECTOR),
        ({"verdict": "pass"}, {"verdict": "pass", "hash": "ffffffffffffffff"}, Kind.VECTOR),
    ],
)
def test_a_change_has_its_kind(
    tmp_path: Path, old: dict[str, object], new: dict[str, object], kind: Kind | None
) -> None:
    found = changes(tmp_path, [case(ID, **old)], [case(ID, **new)])  # type: ignore[arg-type]  # a table of keywords
    assert found == ([] if kind is None else [(kind, ID)])


def test_new_and_removed_cases_are_told(tmp_path: Path) -> None:
    assert changes(tmp_path, [case("s/a/old")], [case("s/a/new", "fail")]) == [
        (Kind.NEW, "s/a/new"),
        (Kind.REMOVED, "s/a/old"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("pass", "fail", Exit.FAILED),
        ("fail", "pass", Exit.OK),
        ("pass", "acceptable", Exit.OK),
        ("pass", "skip", Exit.OK),
        ("pass", None, Exit.OK),
        (None, "fail", Exit.OK),
    ],
)
def test_only_a_regression_exits_1(tmp_path: Path, old: str | None, new: str | None, code: Exit) -> None:
    before = write_run(tmp_path / "old.jsonl", [case(ID, old)] if old else [])
    after = write_run(tmp_path / "new.jsonl", [case(ID, new)] if new else [])
    assert main(["diff", str(before), str(after)]) == code


def test_the_text_shows_both_sides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write_run(tmp_path / "old.jsonl", [case(ID, "acceptable", outcome="close", flags=["NoGoaway"])])
    new = write_run(tmp_path / "new.jsonl", [case(ID, "fail", outcome="serve", crash=True)])
    main(["diff", str(old), str(new)])
    assert capsys.readouterr().out.endswith(
        f"\nregressed: 1 (was allowed, fails now)\n  {ID} (MUST)\n"
        "    - acceptable close [NoGoaway]\n    + fail serve, crashed\n"
        "\n1 regressed\n"
    )


def test_changes_stand_by_section_and_are_counted_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = ["server/6.10-x/a", "server/6.9-x/b", "server/6.9-x/a"]
    old = write_run(tmp_path / "old.jsonl", [case(name) for name in ids])
    skip = case("server/6.9-x/a", "skip", outcome="skip", reason="no push")
    new = write_run(tmp_path / "new.jsonl", [case(ids[0], "fail"), case(ids[1], "fail"), skip])
    assert main(["diff", str(old), str(new)]) == Exit.FAILED
    out = capsys.readouterr().out
    assert out.index("server/6.9-x/b") < out.index("server/6.10-x/a")
    assert "\n    + skip no push\n" in out
    assert out.endswith("\n2 regressed, 1 no longer judged\n")


def test_no_change_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(write_run(tmp_path / "run.jsonl", [case(ID)]))
    assert main(["diff", run, run]) == Exit.OK
    assert capsys.readouterr().out.endswith("\nno change\n")


def test_the_json_has_counts_and_both_sides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write_run(tmp_path / "old.jsonl", [case(ID)])
    new = write_run(tmp_path / "new.jsonl", [case(ID, "fail")])
    assert main(["diff", "--json", str(old), str(new)]) == Exit.FAILED
    found = json.loads(capsys.readouterr().out)
    assert found["counts"]["regressed"] == 1
    assert sum(found["counts"].values()) == 1
    (change,) = found["changes"]
    assert (change["kind"], change["id"], change["new"]["outcome"]) == ("regressed", ID, "serve")


def test_runs_that_do_not_compare_are_pointed_out(tmp_path: Path) -> None:
    old = load_run(write_run(tmp_path / "old.jsonl", []))
    new_path = write_run(tmp_path / "new.jsonl", [], HEADER | {"profile": "rfc7540"})
    new_path.write_text(new_path.read_text().splitlines()[0])
    assert differences_of_setting(old, load_run(new_path)) == [
        "profile: rfc9113 before, rfc7540 now",
        "the new run has no end: its record is not complete",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no header"),
        ("{}", "not a line of a run record"),
        ("not json", "not a run record"),
        (json.dumps(HEADER | {"format": 2}), "format 2"),
        (f"{json.dumps(HEADER)}\n{json.dumps(HEADER)}", "two runs"),
        (f"{json.dumps(HEADER)}\n{json.dumps(case(ID))}\n{json.dumps(case(ID))}", "twice"),
    ],
)
def test_what_is_no_run_record_is_a_wrong_command_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_run(tmp_path / "x.jsonl")
    assert main(["diff", str(tmp_path / "x.jsonl"), str(tmp_path / "x.jsonl")]) == Exit.USAGE


def test_a_missing_file_is_a_wrong_command_line(tmp_path: Path) -> None:
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == Exit.USAGE
