"""Baseline and skip file of a run: lines that name no case are found before or after it."""

import argparse
from pathlib import Path

import pytest

from ..errors import UsageError
from ..exitcodes import Exit
from ..records.baseline import Baseline, Entry
from ..records.trace import case_ids
from ..records.userfiles import load_user_files, with_stale_entries

ENTRY = Entry("fail", "drop", "issue 7")


def given(
    baseline: Path | None = None, skip_file: Path | None = None, select: tuple[str, ...] = ()
) -> argparse.Namespace:
    return argparse.Namespace(
        baseline=str(baseline) if baseline else None,
        skip_file=str(skip_file) if skip_file else None,
        select=select,
    )


def test_nothing_given_is_nothing() -> None:
    assert load_user_files(given()) == (None, None)


def test_both_files_are_read(tmp_path: Path) -> None:
    known = min(case_ids())
    (tmp_path / "b.yaml").write_text(f"{known}: {{verdict: fail, outcome: drop, reason: issue 7}}\n")
    (tmp_path / "s.yaml").write_text(f"{known}: not today\n")
    baseline, skips = load_user_files(given(tmp_path / "b.yaml", tmp_path / "s.yaml"))
    assert baseline == Baseline({known: ENTRY})
    assert skips is not None
    assert skips.reason(known) == "not today"


def test_a_skip_that_fits_no_case_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("server/0.0-nothing/*: x\n")
    with pytest.raises(UsageError, match=r"no case fits server/0\.0-nothing/\*"):
        load_user_files(given(skip_file=tmp_path / "s.yaml"))


@pytest.mark.parametrize(
    ("code", "stale", "expected"),
    [
        (Exit.OK, False, Exit.OK),
        (Exit.OK, True, Exit.FAILED),
        (Exit.FAILED, True, Exit.FAILED),
        (Exit.UNREACHABLE, True, Exit.UNREACHABLE),
    ],
)
def test_an_entry_for_no_case_fails_a_good_run(
    code: Exit, stale: bool, expected: Exit, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "server/0.0-nothing/renamed" if stale else min(case_ids())
    assert with_stale_entries(code, Baseline({name: ENTRY})) == expected
    assert (f"there is no case {name}" in capsys.readouterr().err) == stale


def test_without_a_baseline_the_code_stays() -> None:
    assert with_stale_entries(Exit.FAILED, None) == Exit.FAILED


def test_cases_of_the_users_count_as_known(tmp_path: Path) -> None:
    own = tmp_path / "mine" / "x.yaml"
    own.parent.mkdir()
    own.write_text("suite: mine/x\ncases:\n  - id: a\n    req: []\n")
    (tmp_path / "b.yaml").write_text("mine/x/a: {verdict: fail, outcome: drop, reason: issue 7}\n")
    (tmp_path / "s.yaml").write_text("mine/x/*: not today\n")
    for word in (own, own.parent):
        baseline, skips = load_user_files(given(tmp_path / "b.yaml", tmp_path / "s.yaml", (str(word),)))
        assert with_stale_entries(Exit.OK, baseline) == Exit.OK
        assert skips is not None
        assert skips.reason("mine/x/a") == "not today"


def test_a_misspelt_line_is_answered_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.yaml").write_text("server/6.7-ping/on-a-strem: x\n")
    with pytest.raises(UsageError, match=r"did you mean server/6\.7-ping/on-a-stream"):
        load_user_files(given(skip_file=tmp_path / "s.yaml"))
    with_stale_entries(Exit.OK, Baseline({"server/6.7-ping/on-a-strem": ENTRY}))
    assert "did you mean server/6.7-ping/on-a-stream" in capsys.readouterr().err
