"""What is said about a word that names no case."""

from pathlib import Path

import pytest

from ..cli import main
from ..exitcodes import Exit

PING = "server/6.7-ping/on-a-stream"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["server/6.7-ping/on-a-strem"], Exit.NOTHING_SELECTED, f"did you mean {PING} or "),
        (
            ["server/6.7-pign/*"],
            Exit.NOTHING_SELECTED,
            "selected by server/6.7-pign/*: did you mean server/6.7-ping",
        ),
        (["6.7-ping"], Exit.NOTHING_SELECTED, "did you mean server/6.7-ping?"),
        (["req:rfc9113/6.7-88#1"], Exit.NOTHING_SELECTED, "did you mean req:rfc9113/6.7-8#1"),
        (["frames/6.7-ping"], Exit.NOTHING_SELECTED, "it is of another role, give --role frame"),
        (["--role", "frame", PING], Exit.NOTHING_SELECTED, "it is of another role, give --role server"),
        (["xx"], Exit.NOTHING_SELECTED, "nothing is selected by xx\n"),
        (["level:MUSTY"], Exit.USAGE, "unknown level 'MUSTY': choose from "),
        # One word of two is wrong: a case that was renamed must not drop out of a list unseen.
        ([PING, "server/6.5-settngs"], Exit.NOTHING_SELECTED, "selected by server/6.5-settngs: did you mean"),
    ],
)
@pytest.mark.parametrize("command", ["run", "list"])
def test_a_word_that_fits_nothing_is_named_with_what_was_meant(
    command: str, words: list[str], code: Exit, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, *words]) == code
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.err.count("\n") == 1


def test_each_line_of_a_list_of_cases_has_to_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = tmp_path / "cases.txt"
    chosen.write_text(f"{PING}  # ours\nserver/6.7-ping/on-a-strem\n")
    assert main(["run", f"@{chosen}"]) == Exit.NOTHING_SELECTED
    assert "selected by server/6.7-ping/on-a-strem: did you mean" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "list"])
@pytest.mark.parametrize(
    ("octets", "code", "told"),
    [
        (b"", Exit.NOTHING_SELECTED, "no line names a case"),
        (b"# none today\n\n", Exit.NOTHING_SELECTED, "no line names a case"),
        (b"\xff\xfe", Exit.USAGE, "not UTF-8"),
    ],
)
def test_a_list_without_cases_is_not_taken_for_all_of_them(
    tmp_path: Path, command: str, octets: bytes, code: Exit, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cases.txt").write_bytes(octets)
    assert main([command, f"@{tmp_path / 'cases.txt'}"]) == code
    assert told in capsys.readouterr().err


def test_words_that_fit_are_not_held_against_level_and_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "server/6.7-ping", "server/6.8-goaway", "--level", "should"]) == Exit.OK
    assert "server/6.8-goaway/" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["explain", "show", "serve"])
@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("server/6.7-ping/on-a-strem", f"did you mean {PING} or "),
        ("6.7-ping/on-a-stream", f"did you mean {PING} or frames/"),
        ("hpack/appendix-c/c.1.1-integer-11", "did you mean hpack/appendix-c/c.1.1-integer-10"),
        ("frames/6.7-ping/on-a-strem", "did you mean frames/6.7-ping/on-a-stream"),
        ("xx", "no case 'xx': see h2conf list\n"),
    ],
)
def test_a_misspelt_id_is_answered_with_the_nearest(
    command: str, word: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, word]) == Exit.USAGE
    assert told in capsys.readouterr().err
