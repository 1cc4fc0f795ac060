"""`h2conf vectors lint FILE`: files of the user's, and what is no file at all."""

from pathlib import Path

import pytest

from ..cli import main
from ..exitcodes import Exit

GOOD = """\
format: 1
suite: mine/x
spec: RFC 9113 6.7
cases:
  - id: a
    title: A PING is answered
    req: [rfc9113/6.7-4#1]
    level: MUST
    steps: [handshake, {expect: alive}]
"""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (GOOD.replace("MUST", "WUST"), ":8: case a: "),
        (GOOD.replace("6.7-4#1", "6.7-99#1"), ":7: case a: unknown requirement"),
        (GOOD.replace("answered", "answered."), ": a title has no full stop"),
        (GOOD.replace("steps", "stepz"), "stepz"),
        ("- a\n", ":1: expected a mapping, found a list"),
        ("", ":1: the file is empty"),
    ],
)
def test_a_users_file_is_held_to_the_rules(
    tmp_path: Path, text: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    assert main(["vectors", "lint", str(file)]) == Exit.INVALID_VECTORS
    captured = capsys.readouterr()
    assert captured.out == "1 file, 1 fault\n"
    assert fault in captured.err


def test_a_good_file_and_its_folder_have_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD)
    for path in (tmp_path, tmp_path / "mine.yaml"):
        assert main(["vectors", "lint", str(path)]) == Exit.OK
        assert capsys.readouterr().out == "1 file, 0 faults\n"


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", "lint", str(tmp_path / "none.yaml")]) == Exit.INVALID_VECTORS
    assert "none.yaml:1: cannot be read: No such file or directory" in capsys.readouterr().err


def test_a_folder_without_files_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vectors", "lint", str(tmp_path)]) == Exit.NOTHING_SELECTED
    assert "no YAML file in " in capsys.readouterr().err


def test_a_file_that_is_no_text_is_not_formatted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe")
    assert main(["vectors", "fmt", str(tmp_path / "x.yaml")]) == Exit.USAGE
    assert "x.yaml: not UTF-8" in capsys.readouterr().err
