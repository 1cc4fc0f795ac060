"""A wrong command line: one line, what was meant, where help is."""

import pytest

from ..cli import main
from ..exitcodes import Exit


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("rnu", "h2conf: unknown command 'rnu': did you mean run? (see h2conf --help)"),
        (
            "vectors lnt",
            "h2conf vectors: unknown command 'lnt': did you mean lint? (see h2conf vectors --help)",
        ),
        ("--verison", "h2conf: unknown option --verison: did you mean --version? (see h2conf --help)"),
        ("", "h2conf: the following arguments are required: COMMAND (see h2conf --help)"),
        (
            "run --insekure",
            "h2conf run: unknown option --insekure: did you mean --insecure? (see h2conf run --help)",
        ),
        ("run x --bogus=3 y", "h2conf run: unknown option --bogus (see h2conf run --help)"),
        (
            "run --role sever",
            "h2conf run: argument --role: invalid choice: 'sever': did you mean server?"
            " (see h2conf run --help)",
        ),
        (
            "run --profile x",
            "h2conf run: argument --profile: invalid choice: 'x': choose from rfc9113, rfc7540"
            " (see h2conf run --help)",
        ),
        ("run -j x", "h2conf run: argument -j/--jobs: expected a number, found 'x' (see h2conf run --help)"),
        ("run -o", "h2conf run: argument -o/--output: expected one argument (see h2conf run --help)"),
        (
            "diff a b --jsno",
            "h2conf diff: unknown option --jsno: did you mean --json? (see h2conf diff --help)",
        ),
        ("diff a b c", "h2conf diff: unexpected word c (see h2conf diff --help)"),
    ],
)
def test_an_error_is_one_line(line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(line.split())
    assert left.value.code == Exit.USAGE
    assert capsys.readouterr().err == f"{told}\n"


def test_an_unknown_command_without_a_likeness_is_told_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["zzz"])
    told = capsys.readouterr().err
    assert told.startswith("h2conf: unknown command 'zzz': choose from run, list, explain, ")
    assert told.count("\n") == 1
