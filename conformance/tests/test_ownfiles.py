"""Vectors of a user's own: run, listed, explained and reported as ours are, and read as strictly."""

import shlex
from pathlib import Path

import pytest

from ..cases.loader import load_catalogue
from ..cases.ownfiles import yaml_files
from ..cli import main
from ..errors import UsageError, VectorError
from ..exitcodes import Exit
from ..roles import AnyCase, known
from .test_run import record_of

CATALOGUE = load_catalogue()
CODEC = """\
format: 1
suite: mine/x
spec: RFC 7541 6.1
role: codec
cases:
  - id: good
    title: An index of the static table
    req: []
    level: INFO
    blocks:
      - wire: "82"
        fields: [[":method", GET]]
  - title: A wrong expectation
    id: wrong
    req: [rfc7541/6.1-4#1]
    level: MUST
    blocks:
      - wire: "82"
        fields: [[":method", POST]]
"""
FRAME = """\
format: 1
suite: mine/x
spec: RFC 9113 6.7
role: frame
cases:
  - id: good
    title: A PING
    req: []
    level: INFO
    wire: "000008 06 00 00000000 0102030405060708"
    frame: {type: PING, stream: 0, flags: [], payload: "0102030405060708"}
  - title: A wrong expectation
    id: wrong
    req: [rfc9113/6.7-4#1]
    level: MUST
    wire: "000008 06 00 00000000 0102030405060708"
    error: [FRAME_SIZE_ERROR]
"""
TEXTS = {"codec": CODEC, "frame": FRAME}
DIALOGUE = """\
format: 1
suite: mine/x
spec: RFC 9113 6.7
cases:
  - id: good
    title: A PING
    req: []
    level: INFO
    steps: [handshake, {expect: alive}]
"""
both = pytest.mark.parametrize("role", TEXTS)


def written(folder: Path, role: str, name: str = "mine.yaml") -> Path:
    file = folder / name
    file.write_text(TEXTS.get(role, DIALOGUE), encoding="utf-8")
    return file


def chosen(role: str, *selection: Path | str) -> list[AnyCase]:
    return list(known(role, list(map(str, selection)), CATALOGUE)[0])


def printed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main(list(map(str, words))) == Exit.OK
    return capsys.readouterr().out


# -- run and its reports --------------------------------------------------------------------------------


@both
def test_vectors_of_ones_own_run_and_say_how_to_run_them_again(tmp_path: Path, role: str) -> None:
    file, record = written(tmp_path, role, "my own.yaml"), tmp_path / "run.jsonl"
    assert main(["run", str(file), "--role", role, "-q", "-o", f"jsonl={record}"]) == Exit.FAILED
    header, *cases, _ = record_of(record)
    assert header["role"] == role
    assert {case["id"]: case["verdict"] for case in cases} == {"mine/x/good": "pass", "mine/x/wrong": "fail"}
    command = shlex.split(cases[0]["reproduce"])
    assert command == ["h2conf", "run", str(file), "mine/x/good", "--role", role]
    assert main([*command[1:], "-q", "-o", f"jsonl={record}"]) == Exit.OK
    assert [line["id"] for line in record_of(record)[1:-1]] == ["mine/x/good"]


@both
def test_a_word_beside_the_file_chooses_among_its_vectors(tmp_path: Path, role: str) -> None:
    file, of_role = str(written(tmp_path, role)), ["--role", role, "-q"]
    assert main(["run", file, "level:INFO", *of_role]) == Exit.OK
    assert main(["run", file, "mine/x/wrong", *of_role]) == Exit.FAILED
    assert main(["run", file, "mine/y", *of_role]) == Exit.NOTHING_SELECTED


@both
def test_baseline_and_skip_file_take_vectors_of_ones_own(tmp_path: Path, role: str) -> None:
    file, record = written(tmp_path, role), tmp_path / "run.jsonl"
    known_failures, skips = tmp_path / "known.yaml", tmp_path / "skips.yaml"
    run = ["run", str(file), "--role", role, "-q", "-o", f"jsonl={record}"]
    assert main(run) == Exit.FAILED
    assert main(["baseline", "update", str(known_failures), str(record)]) == Exit.OK
    assert main([*run, "--baseline", str(known_failures)]) == Exit.OK
    skips.write_text("mine/x/wrong: not today\n")
    assert main([*run, "--skip-file", str(skips)]) == Exit.OK
    assert record_of(record)[2]["reason"] == "not today"
    assert record_of(record)[2]["reproduce"].startswith(f"h2conf run {file} mine/x/wrong")


@both
def test_every_report_names_the_file(tmp_path: Path, role: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, role)
    page, summary, junit = (tmp_path / name for name in ("run.html", "run.md", "run.xml"))
    reports = [f"html={page}", f"md={summary}", f"junit={junit}", "github"]
    outputs = [word for report in reports for word in ("-o", report)]
    assert main(["run", str(file), "--role", role, *outputs]) == Exit.FAILED
    out = capsys.readouterr().out
    assert f"::error file={file},line=" in out
    assert f"next       h2conf explain {file} mine/x/wrong  " in out
    assert f"h2conf explain {file} mine/x/wrong" in page.read_text()
    for report in (page, summary, junit):
        assert f"h2conf run {file} mine/x/wrong --role {role}" in report.read_text()


# -- list, explain, show ---------------------------------------------------------------------------------


@both
def test_vectors_of_ones_own_are_listed(
    tmp_path: Path, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = printed(capsys, "list", written(tmp_path, role), "--role", role, "--level", "MUST")
    assert listed == "MUST   mine/x/wrong  A wrong expectation\n"


@both
def test_vectors_of_ones_own_are_explained_and_shown(
    tmp_path: Path, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, role)
    explained = printed(capsys, "explain", file, "mine/x/wrong")
    assert explained.startswith("mine/x/wrong  (MUST, RFC ")
    assert f"\n  {file}:" in explained
    assert "indexed 2" in explained if role == "codec" else "type PING" in explained
    octets = "82 " if role == "codec" else "00 00 08 "
    assert octets in printed(capsys, "show", "--wire", file, "mine/x/good")
    lines = TEXTS[role].splitlines()
    begin = lines.index("  - title: A wrong expectation")
    assert printed(capsys, "show", file, "mine/x/wrong").splitlines() == lines[begin:]
    assert main(["show", str(file), "mine/x/wrog"]) == Exit.USAGE
    assert "did you mean mine/x/wrong?" in capsys.readouterr().err


@both
def test_what_is_no_rule_is_explained_as_such(
    tmp_path: Path, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, role)
    file.write_text(TEXTS[role].replace("req: []", "req: [import/somewhere]"))
    assert "\n  import/somewhere  (no rule of an RFC)\n" in printed(capsys, "explain", file, "mine/x/good")


# -- several files ---------------------------------------------------------------------------------------


def test_of_a_folder_the_files_of_the_role_are_taken(tmp_path: Path) -> None:
    for role in ("codec", "frame", "server"):
        written(tmp_path, role, f"{role}.yaml")
    for role, count in (("codec", 2), ("frame", 2), ("server", 1)):
        cases = chosen(role, tmp_path)
        assert {Path(case.path).name for case in cases} == {f"{role}.yaml"}
        assert len(cases) == count


@pytest.mark.parametrize(("of", "asked"), [("codec", "frame"), ("frame", "server"), ("server", "codec")])
def test_a_named_file_of_another_role_is_refused_with_the_option_to_give(
    tmp_path: Path, of: str, asked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, of)
    for command in ("run", "list"):
        assert main([command, str(file), "--role", asked]) == Exit.USAGE
        assert capsys.readouterr().err == f"h2conf: {file} is of role {of}: give --role {of}\n"


def test_a_folder_without_files_of_the_role_says_which_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, "frame")
    assert main(["run", str(tmp_path), "--role", "codec"]) == Exit.NOTHING_SELECTED
    told = capsys.readouterr().err
    assert told == f"h2conf: no file of role codec in {tmp_path}: for those there give --role frame\n"


def test_cases_that_cannot_be_run_are_not_offered_to_run(tmp_path: Path) -> None:
    file = written(tmp_path, "server")
    file.write_text(DIALOGUE.replace("cases:", "role: client\ncases:"))
    with pytest.raises(UsageError, match=r"is of role client: give --role client \(h2conf list takes it"):
        chosen("server", file)


@both
def test_an_id_that_two_files_share_is_refused_with_both_places(tmp_path: Path, role: str) -> None:
    one, two = written(tmp_path, role, "a.yaml"), written(tmp_path, role, "b.yaml")
    with pytest.raises(VectorError) as caught:
        chosen(role, tmp_path)
    assert str(caught.value) == f"{two}:6: case mine/x/good: this id is taken already by {one}:6"


@both
def test_the_same_id_in_another_role_is_another_case(tmp_path: Path, role: str) -> None:
    written(tmp_path, role, "a.yaml")
    written(tmp_path, "server", "b.yaml")
    assert len(chosen(role, tmp_path)) == 2


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    file = written(tmp_path, "codec")
    again = tmp_path / ".." / tmp_path.name / "mine.yaml"
    assert yaml_files([file, tmp_path, again]) == [file]
    assert len(chosen("codec", file, tmp_path, again)) == 2


# -- strictness ------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("level: INFO", "level: MUST", "a case that cites no requirement is INFO, not MUST"),
        ("req: [rfc", "req: [rfc0000", "unknown requirement 'rfc0000"),
        ("req: []", "req: [nobody]", "no requirement id: 'nobody'"),
        ("level: MUST", "level: SHOULD", "the level is SHOULD, but the strongest requirement makes it MUST"),
        ("req: []\n    level: INFO", "req: [import/x]\n    level: MUST", "requirement makes it INFO"),
        ("id: wrong", "id: good", "this id is taken already"),
        ("title: A wrong", "tittle: A wrong", "unknown key 'tittle'"),
        ("role: ", "role: x", "expected a role: "),
        ("format: 1", "format: 2", "expected an integer from 1 to 1"),
    ],
)
def test_a_vector_of_ones_own_is_read_as_strictly_as_ours(
    tmp_path: Path, role: str, old: str, new: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, role)
    assert old in TEXTS[role]
    file.write_text(TEXTS[role].replace(old, new, 1))
    assert main(["run", str(file), "--role", role]) == Exit.INVALID_VECTORS
    told = capsys.readouterr().err
    assert fault in told
    assert told.startswith(f"h2conf: {file}:")
    assert main(["vectors", "lint", str(file)]) == Exit.INVALID_VECTORS
    assert capsys.readouterr().err == told.removeprefix("h2conf: ")


@both
def test_a_flag_of_ones_own_has_to_be_known(tmp_path: Path, role: str) -> None:
    file = written(tmp_path, role)
    other = {
        "codec": (
            '[[":method", GET]]',
            '[[":method", GET]]\n        acceptable: {outcome: error, flag: Tea, why: x}',
        ),
        "frame": ("error: [FRAME_SIZE_ERROR]", "error: [CANCEL]\n    also: [{outcome: wait, flag: Tea}]"),
    }
    file.write_text(TEXTS[role].replace(*other[role]))
    with pytest.raises(VectorError, match="unknown flag 'Tea'"):
        chosen(role, file)
