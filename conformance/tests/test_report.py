"""Choosing reports by name, and making them from a record."""

from pathlib import Path

import pytest

from ..cli import main
from ..errors import UsageError
from ..exitcodes import Exit
from ..records.record import replay
from ..records.recorded import load_run
from ..report import REPORTS, open_report
from ..report.summary import Summary
from ..report.text import printable
from ..report.transcript import hex_rows, lines
from .records import CASES, ENTRIES, FOOTER, HEADER, case, write_run


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_is_written_to_its_file(tmp_path: Path, name: str) -> None:
    replay([HEADER, *CASES, FOOTER], [open_report(name, str(tmp_path / "out"))])
    assert (tmp_path / "out").stat().st_size > 500


def test_a_recorded_run_is_read_back_as_it_was(tmp_path: Path) -> None:
    replay([HEADER, *CASES, FOOTER], [open_report("jsonl", str(tmp_path / "run.jsonl"))])
    run = load_run(tmp_path / "run.jsonl")
    assert (run.header, list(run.cases.values()), run.footer) == (HEADER, CASES, FOOTER)


@pytest.mark.parametrize(
    ("name", "path", "message"),
    [
        ("pdf", "x", "unknown report 'pdf': choose from github, html, jsonl, junit, md"),
        ("html", None, "report 'html' needs a file: -o html=FILE"),
        ("html", "", "report 'html' needs a file: -o html=FILE"),
        ("md", "/proc/x.md", "report 'md': cannot write /proc/x.md: "),
        ("html", "/proc/x.html", "report 'html': cannot write /proc/x.html: "),
        ("jsonl", "/proc/x.jsonl", "report 'jsonl': cannot write /proc/x.jsonl: "),
        ("html", "no-such-folder/x.html", "the folder no-such-folder does not exist"),
        ("junit", ".", "is a folder"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_before_the_run(
    name: str, path: str | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        open_report(name, path)


@pytest.mark.parametrize("name", sorted(REPORTS - {"jsonl"}))
def test_looking_at_the_place_leaves_no_file_and_changes_none(tmp_path: Path, name: str) -> None:
    open_report(name, str(tmp_path / "new"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "old").write_text("from the last run")
    open_report(name, str(tmp_path / "old"))
    assert (tmp_path / "old").read_text() == "from the last run"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is needed")
@pytest.mark.parametrize("full", ["html", "junit", "md", "jsonl"])
def test_a_full_disk_costs_one_report_and_is_an_error(
    tmp_path: Path, full: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.xml"
    outputs = ["-o", f"{full}=/dev/full", "-o", f"junit={other}"]
    for command in (
        ["run", "server/6.7-ping/on-a-stream"],
        ["report", str(write_run(tmp_path / "r", CASES))],
    ):
        assert main([*command, *outputs]) == Exit.UNREACHABLE
        captured = capsys.readouterr()
        assert captured.err == f"h2conf: report '{full}': cannot write /dev/full: No space left on device\n"
        assert "judged" in captured.out
        assert other.stat().st_size > 500
        other.unlink()


def test_two_reports_want_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = tmp_path / "out"
    assert main(["run", "-o", f"html={same}", "-o", f"md={tmp_path}/./out"]) == Exit.USAGE
    assert "report 'md'" in capsys.readouterr().err


def test_a_record_is_not_written_over_while_it_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run.jsonl", CASES)
    before = run.read_bytes()
    assert main(["report", str(run), "-o", f"jsonl={run}"]) == Exit.USAGE
    assert "is taken: the record that is read" in capsys.readouterr().err
    assert run.read_bytes() == before


def test_the_command_makes_reports_and_prints_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run.jsonl", CASES)
    html, junit = tmp_path / "run.html", tmp_path / "junit.xml"
    assert main(["report", str(run), "-o", f"html={html}", "-o", f"junit={junit}"]) == Exit.OK
    assert "pass       2 of 12 judged" in capsys.readouterr().out
    assert html.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert junit.read_text(encoding="utf-8").startswith("<?xml")


def test_a_record_without_end_is_reported_as_far_as_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run.jsonl", CASES[:3])
    run.write_text("\n".join(run.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")
    assert main(["report", str(run)]) == Exit.OK
    out = capsys.readouterr().out
    assert "interrupted" in out
    assert "pass       1 of 3 judged" in out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 漢", "plain é 漢"),
        ("a\x00\x1b[0m\r\n\t", "a\\x00\\x1b[0m\\x0d\\x0a\\x09"),
        ("\x85\u2028\u202e\ufeff", "\\x85\\u2028\\u202e\\ufeff"),
        ("\ud800\U000e0001", "\\ud800\\U000e0001"),
    ],
)
def test_hidden_characters_are_written_out(text: str, expected: str) -> None:
    assert printable(text) == expected


@pytest.mark.parametrize(
    ("octets", "rows"),
    [
        ("", []),
        ("50 52 49", ["50 52 49"]),
        ("00 00 00 04 00 00 00 00 00", ["00 00 00 04 00 00 00 00 00"]),
        (
            "00 00 12 00 00 00 00 00 01 " + " ".join(["61"] * 18),
            ["00 00 12 00 00 00 00 00 01", " ".join(["61"] * 16), "61 61"],
        ),
        ("00 00 01 00 00 00 00 00 01 61 ...", ["00 00 01 00 00 00 00 00 01", "61 ..."]),
    ],
)
def test_octets_stand_in_rows_with_the_frame_header_apart(octets: str, rows: list[str]) -> None:
    assert hex_rows(octets) == rows


def test_octets_without_a_frame_stand_in_full_rows() -> None:
    assert hex_rows(" ".join(["61"] * 17), framed=False) == [" ".join(["61"] * 16), "61"]


def test_connections_are_named_only_where_there_are_two() -> None:
    assert list(lines(ENTRIES[:1])) == ["      0.1 ms   . connected"]
    two = [ENTRIES[0], {**ENTRIES[0], "on": "b"}]
    assert list(lines(two)) == ["      0.1 ms a   . connected", "      0.1 ms b   . connected"]


def test_cases_stand_in_the_order_of_the_sections_whatever_the_order_in_which_they_ended() -> None:
    ids = [
        "server/6.10-continuation/a",
        "server/6.9.1-window/b",
        "server/6.9-window/b",
        "server/6.9-window/a-10",
    ]
    ids += ["server/6.9-window/a-9", "hpack/x/1"]
    summary = Summary()
    for name in ids:
        summary.add(case(name, "fail"))
    assert [problem["id"] for problem in summary.problems] == [
        "hpack/x/1",
        "server/6.9-window/a-9",
        "server/6.9-window/a-10",
        "server/6.9-window/b",
        "server/6.9.1-window/b",
        "server/6.10-continuation/a",
    ]
