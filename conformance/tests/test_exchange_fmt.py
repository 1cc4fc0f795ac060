"""`h2conf vectors fmt`: the canonical layout."""

from pathlib import Path

import pytest

from conformance import cli
from conformance.errors import VectorError
from conformance.exchange.tidy import tidy
from conformance.exitcodes import Exit
from conformance.reading.places import VECTORS

HEAD = "# About this file.\nformat: 1\nsuite: s/x\n"
CANONICAL = (
    HEAD
    + """cases:
  - id: a  # why a
    steps: [x]

  # about b
  # at length
  - id: b
    # inside
    title: t
"""
)


@pytest.mark.parametrize(
    "text",
    [
        CANONICAL,
        CANONICAL.replace("\n", "\r\n"),
        CANONICAL.replace("steps: [x]\n", "steps: [x]   \n"),
        CANONICAL.replace("\n\n", "\n"),
        CANONICAL.replace("\n\n", "\n\n\n\n"),
        CANONICAL.replace("cases:\n", "cases:\n\n"),
        CANONICAL + "\n\n",
        CANONICAL.rstrip("\n"),
    ],
)
def test_the_layout_is_mended_and_comments_stay(text: str) -> None:
    assert tidy(text, "x.yaml") == CANONICAL


def test_text_whose_blanks_mean_something_is_left_alone() -> None:
    text = HEAD + "cases:\n  - id: a\n    note: |\n      one\n\n\n      two\n"
    assert tidy(text, "x.yaml") == text


def test_the_frame_vectors_are_in_canonical_layout() -> None:
    files = [str(path) for path in sorted((VECTORS / "frames").glob("*.yaml"))]
    assert cli.main(["vectors", "fmt", "--check", *files]) == Exit.OK


def test_what_is_not_yaml_is_refused() -> None:
    with pytest.raises(VectorError):
        tidy("cases: [", "x.yaml")


def test_check_names_the_file_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(CANONICAL + "\n")
    assert cli.main(["vectors", "fmt", "--check", str(path)]) == Exit.INVALID_VECTORS
    assert str(path) in capsys.readouterr().out
    assert path.read_text() == CANONICAL + "\n"
    assert cli.main(["vectors", "fmt", str(path)]) == Exit.OK
    assert path.read_text() == CANONICAL
    assert cli.main(["vectors", "fmt", "--check", str(path)]) == Exit.OK


def test_a_missing_file_is_a_wrong_command_line(tmp_path: Path) -> None:
    assert cli.main(["vectors", "fmt", str(tmp_path / "no.yaml")]) == Exit.USAGE
