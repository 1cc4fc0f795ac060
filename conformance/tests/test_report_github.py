"""GitHub: annotations that cannot be broken by what a target sends, and the step summary."""

from pathlib import Path

import pytest

from ..report.github import GitHubReport, annotations
from .records import CASES, case, feed


def problems(count: int, **changes: object) -> list[dict[str, object]]:
    return [case(f"server/none/case-{n}", "fail", **changes) for n in range(count)]


def test_an_annotation_names_file_title_and_command() -> None:
    (command,) = annotations([case("server/none/a", "fail", reason="answered", title="PING: no, not here")])
    assert command == (
        "::error file=vectors/server/none.yaml,title=fail%3A server/none/a::PING: no, not here%0A"
        "expected connection_error(PROTOCOL_ERROR)%0Aseen serve%0Abecause answered%0A"
        "h2conf run server/none/a -t 'exec:nghttpd --no-tls {port}'"
    )


@pytest.mark.parametrize(("level", "kind"), [("MUST", "error"), ("SHOULD", "warning"), ("MAY", "warning")])
def test_a_must_is_an_error_and_the_rest_are_warnings(level: str, kind: str) -> None:
    (command,) = annotations([case("server/none/a", "fail", level=level)])
    assert command.startswith(f"::{kind} ")


def test_a_crash_is_an_error_at_any_level() -> None:
    (command,) = annotations([case("server/none/a", "fail", level="INFO", crash=True)])
    assert command.startswith("::error ")


def test_text_from_the_target_stays_inside_its_annotation() -> None:
    reason = "100%\r\n::error::forged\x1b[0m"
    (command,) = annotations(
        [case("server/none/a,title=x:", "fail", suite="server/none,line=1", reason=reason)]
    )
    assert "\n" not in command
    assert "\r" not in command
    assert "100%25\\x0d\\x0a::error::forged\\x1b[0m" in command
    assert "file=vectors/server/none%2Cline=1.yaml,title=fail%3A server/none/a%2Ctitle=x%3A::" in command


@pytest.mark.parametrize(("count", "commands"), [(9, 9), (10, 10), (11, 10), (300, 10)])
def test_no_more_than_ten_annotations_of_a_kind(count: int, commands: int) -> None:
    found = annotations(problems(count))
    assert len(found) == commands
    assert (f"{count - 9} more cases" in found[-1]) == (count > 10)


def test_the_line_of_the_case_is_found_in_its_vector_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "6.7-ping.yaml").write_text("format: 1\ncases:\n  - id: a\n  - id: on-a-stream\n")
    monkeypatch.setattr("conformance.report.github.VECTORS", tmp_path)
    (command,) = annotations([case("server/6.7-ping/on-a-stream", "fail")])
    assert command.startswith("::error file=vectors/server/6.7-ping.yaml,line=4,title=")


def test_a_case_of_the_users_is_found_in_the_users_file(tmp_path: Path) -> None:
    file = tmp_path / "my, cases.yaml"
    file.write_text("format: 1\ncases:\n  - id: a\n")
    command = f"h2conf run '{file}' own/x/a -t embedded"
    (found,) = annotations([case("own/x/a", "fail", reproduce=command)])
    place = str(file).replace(",", "%2C")
    assert found.startswith(f"::error file={place},line=3,title=")


def test_what_was_not_judged_for_one_reason_is_annotated_once() -> None:
    gone = [case(f"server/a/{n}", "error", reason="refused\n::error::x", transcript=[]) for n in range(30)]
    assert annotations(gone) == ["::error title=h2conf::30 cases: refused\\x0a::error::x"]


def test_the_annotations_go_to_standard_output_and_the_summary_to_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    feed(GitHubReport(None, {}, {"GITHUB_STEP_SUMMARY": str(summary)}))
    out = capsys.readouterr().out.splitlines()
    assert len(out) == len(
        annotations([c for c in CASES if c["verdict"] in ("fail", "blocked", "error", "flaky", "xpass")])
    )
    assert all(line.startswith(("::error ", "::warning ")) for line in out)
    assert summary.read_text().startswith("before\n### h2conf: 2 of 12 pass\n")


def test_without_the_variable_there_is_no_summary(tmp_path: Path) -> None:
    feed(GitHubReport(tmp_path / "commands", {}, {}))
    assert [path.name for path in tmp_path.iterdir()] == ["commands"]
    assert (tmp_path / "commands").read_text().count("\n") == 7
