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


@pytest.mark.parametrize(
    ("role", "body", "fault"),
    [
        ("server", "steps: [handshake, {expect: alive}]", None),
        ("client", "steps: [handshake, {expect: alive}]", None),
        ("codec", "blocks: [{wire: '82', fields: [[':method', GET]]}]", None),
        ("codec", "blocks: [{wire: '82', field: []}]", ":10: case a: unknown key 'field'"),
        ("codec", "steps: [handshake]", ":10: case a: unknown key 'steps'"),
        (
            "frame",
            "wire: '000000 04 01 00000000'\n  frame: {type: SETTINGS, stream: 0, flags: [ACK], settings: []}",
            None,
        ),
        ("frame", "wire: '000001 04 01 00000000'\n  error: [FRAME_SIZE]", ":11: case a: not an error code"),
        ("frame", "blocks: []", ":10: case a: unknown key 'blocks'"),
    ],
)
@pytest.mark.parametrize("folder", ["mine", "server", "hpack", "frames", "requirements"])
def test_the_role_of_a_users_file_and_not_its_folder_says_what_it_is_held_to(
    tmp_path: Path, role: str, body: str, fault: str | None, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / folder / "mine.yaml"
    file.parent.mkdir()
    head = f"format: 1\nsuite: mine/x\nspec: RFC 9113\nrole: {role}\ncases:\n"
    file.write_text(f"{head}- id: a\n  title: A case\n  req: []\n  level: INFO\n  {body}\n")
    code = main(["vectors", "lint", str(file)])
    captured = capsys.readouterr()
    assert code == (Exit.OK if fault is None else Exit.INVALID_VECTORS)
    assert (fault or "") in captured.err
    assert captured.out == f"1 file, {0 if fault is None else 1} fault{'s' if fault is None else ''}\n"


def test_behind_a_case_that_cannot_be_read_the_schema_tells_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = GOOD[GOOD.index("  - id") :]
    (tmp_path / "mine.yaml").write_text(
        GOOD.replace("MUST", "WUST") + case.replace("id: a", "id: b").replace("MUST", "LUST")
    )
    assert main(["vectors", "lint", str(tmp_path)]) == Exit.INVALID_VECTORS
    told = capsys.readouterr().err.splitlines()
    assert ["8: case a: " in told[0], "13: case b: schema: 'LUST'" in told[1]] == [True, True]
    assert len(told) == 2


def test_a_role_that_there_is_not_is_one_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace("cases:", "role: tea\ncases:"))
    assert main(["vectors", "lint", str(tmp_path)]) == Exit.INVALID_VECTORS
    assert "mine.yaml:4: expected a role: client, codec, frame" in capsys.readouterr().err


def test_a_folder_of_files_is_formatted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine.yaml").write_text(GOOD + "\n\n")
    assert main(["vectors", "fmt", "--check", str(tmp_path)]) == Exit.INVALID_VECTORS
    assert main(["vectors", "fmt", str(tmp_path)]) == Exit.OK
    assert (tmp_path / "x" / "mine.yaml").read_text() == GOOD
    (tmp_path / "x" / "mine.yaml").unlink()
    assert main(["vectors", "fmt", str(tmp_path)]) == Exit.NOTHING_SELECTED


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
