"""The matrix of requirements and cases: gaps, numbers and the threshold."""

import json
from pathlib import Path

import pytest

from .. import cli
from ..exitcodes import Exit
from ..records.trace import coverage, load_citations
from ..rules.catalogue import load_rows

REQUIREMENTS = """\
format: 1
document: rfc9113
title: HTTP/2
requirements:
  - id: rfc9113/6.7-8#1
    section: "6.7"
    actor: [receiver]
    level: MUST
    summary: First.
    observable: {server: "yes", client: "yes", codec: "yes", proxy: "yes"}
  - id: rfc9113/6.7-9#1
    section: "6.7"
    actor: [receiver]
    level: MUST NOT
    summary: Second.
    observable: {server: "yes", client: other-role, codec: internal, proxy: "yes"}
  - id: rfc9113/6.7-u1
    section: "6.7"
    actor: [receiver]
    level: SHOULD
    keyed: false
    summary: Third.
    observable: {server: "yes", client: other-role, codec: internal, proxy: other-role}
"""
SERVER = """\
format: 1
suite: server/6.7-ping
cases:
  - {id: one, req: [rfc9113/6.7-8#1, rfc9113/6.7-u1]}
  - {id: two, req: [rfc9113/6.7-8#1]}
"""
FRAMES = """\
format: 1
suite: frames/6.7-ping
role: frame
cases:
  - {id: one, req: [rfc9113/6.7-8#1]}
"""


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    for name, text in (("requirements/rfc9113", REQUIREMENTS), ("server/a", SERVER), ("frames/a", FRAMES)):
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir()
        path.write_text(text)
    return tmp_path


def run(vectors: Path, *arguments: str) -> int:
    return cli.main(["trace", "--vectors", str(vectors), *arguments])


def printed(vectors: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(vectors, *arguments) == Exit.OK
    return capsys.readouterr().out


def test_the_matrix_names_the_cases_of_each_row(vectors: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(vectors, capsys, "--role", "server") == (
        "rfc9113 6.7\n"
        "  rfc9113/6.7-8#1 MUST: First.\n"
        "    server: server/6.7-ping/one\n"
        "    server: server/6.7-ping/two\n"
        "  rfc9113/6.7-9#1 MUST NOT: Second.\n"
        "    server: no case\n"
        "  rfc9113/6.7-u1 SHOULD (unkeyed): Third.\n"
        "    server: server/6.7-ping/one\n"
        "\n3 requirements: 2 keyed, 1 unkeyed\n"
        "server: 1 of 2 observable MUST and MUST NOT have a case (50.0 %); "
        "of all levels 2 of 3 (2 keyed, 1 unkeyed)\n"
    )


def test_frame_vectors_count_for_the_codec(vectors: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(vectors, capsys, "--role", "codec")
    assert "    codec: frames/6.7-ping/one\n" in text
    assert "codec: 1 of 1 observable MUST and MUST NOT have a case (100.0 %)" in text
    assert "    codec: not observable (internal)\n" in text
    assert text.endswith("  not observable 2: internal 2\n")


def test_uncovered_shows_only_what_could_be_seen(vectors: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(vectors, capsys, "--uncovered", "--role", "server")
    assert text.startswith("rfc9113 6.7\n  rfc9113/6.7-9#1 MUST NOT: Second.\n    server: no case\n\n")
    assert "rfc9113/6.7-u1" not in printed(vectors, capsys, "--uncovered", "--role", "client")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--role", "server", "--fail-under", "50"], Exit.OK),
        (["--role", "server", "--fail-under", "50.1"], Exit.FAILED),
        (["--role", "codec", "--fail-under", "100"], Exit.OK),
        (["--role", "client", "--fail-under", "1"], Exit.FAILED),
        (["--fail-under", "1"], Exit.FAILED),
        (["--fail-under", "0"], Exit.OK),
        (["--level", "may,must", "--role", "codec", "--fail-under", "100"], Exit.OK),
        (["--level", "shall"], Exit.USAGE),
        (["--document", "rfc1"], Exit.USAGE),
    ],
)
def test_the_threshold_looks_at_the_musts_of_a_role(vectors: Path, arguments: list[str], code: Exit) -> None:
    assert run(vectors, *arguments) == code


def test_must_stands_for_must_not_as_well(vectors: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(vectors, capsys, "--level", "must")
    assert "MUST NOT: Second." in text
    assert "SHOULD" not in text


def test_the_json_has_matrix_and_numbers(vectors: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(vectors, capsys, "--json"))
    first = found["requirements"][0]
    assert first["cases"] == {
        "server": ["server/6.7-ping/one", "server/6.7-ping/two"],
        "codec": ["frames/6.7-ping/one"],
    }
    server = next(numbers for numbers in found["coverage"] if numbers["role"] == "server")
    assert (server["must_covered"], server["must_observable"], server["must_percent"]) == (1, 2, 50.0)
    gaps = json.loads(printed(vectors, capsys, "--json", "--uncovered", "--role", "server"))
    assert [row["id"] for row in gaps["requirements"]] == ["rfc9113/6.7-9#1"]
    assert gaps["coverage"][0]["observable"] == 3


def test_a_citation_of_nothing_exits_5_and_names_its_place(
    vectors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (vectors / "server" / "a.yaml").write_text(SERVER.replace("6.7-u1", "6.7-u9"))
    assert run(vectors) == Exit.INVALID_VECTORS
    error = capsys.readouterr().err
    assert "a.yaml:4: case server/6.7-ping/one: cites the unknown requirement 'rfc9113/6.7-u9'" in error


@pytest.mark.parametrize(
    "text", ["format: 1\n", "suite: x\ncases: [{id: a}]\n", "suite: x\ncases: [{req: [a]}]\n"]
)
def test_a_file_without_cases_exits_5(vectors: Path, text: str) -> None:
    (vectors / "server" / "a.yaml").write_text(text)
    assert run(vectors) == Exit.INVALID_VECTORS


def test_the_shipped_vectors_cite_only_what_the_catalogue_has() -> None:
    rows = load_rows()
    unknown = [(one.case, one.requirement) for one in load_citations() if one.requirement not in rows]
    assert unknown == []


def test_a_role_without_observable_musts_is_covered_whole() -> None:
    assert coverage([], "server").percent == 100.0


@pytest.mark.parametrize("threshold", ["nan", "-5", "100.5", "inf", "much"])
def test_a_threshold_that_could_never_fail_or_hold_is_refused(
    threshold: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["trace", f"--fail-under={threshold}"])
    assert f"expected 0 to 100 percent, found '{threshold}'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--level", "should", "--fail-under", "100"], "counts the MUST rows, and none is among these"),
        (
            ["--level", "may", "--role", "client", "--fail-under", "0"],
            "counts the MUST rows of client, and none",
        ),
        (["--document", "rfc9"], "unknown document: rfc9: choose from rfc9113"),
        (["--level", "musty"], "unknown level: MUSTY: choose from "),
    ],
)
def test_what_cannot_be_counted_is_a_wrong_command_line(
    vectors: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["trace", "--vectors", str(vectors), *arguments]) == Exit.USAGE
    assert told in capsys.readouterr().err


def test_a_folder_without_vectors_is_no_coverage_of_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (tmp_path, tmp_path / "no-such-folder"):
        assert cli.main(["trace", "--vectors", str(folder), "--fail-under", "100"]) == Exit.USAGE
        assert f"{folder} holds no vectors" in capsys.readouterr().err
