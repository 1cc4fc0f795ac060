"""`h2interop diff`: what it fails for, and what it leaves behind."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ..cli import main
from ..commands import diff
from ..differences import Difference, load
from ..errors import Exit

ARGUMENTS = ("connection", "--examples", "60", "--seed", "9113")


def accept(monkeypatch: pytest.MonkeyPatch, *differences: Difference) -> None:
    monkeypatch.setattr(diff, "load", lambda: differences)


def test_accepted_differences_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *ARGUMENTS]) == Exit.OK
    assert "x h2-" in capsys.readouterr().out


def test_a_difference_that_nothing_explains_fails_and_is_saved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(monkeypatch)
    assert main(["diff", *ARGUMENTS, "--save", str(tmp_path)]) == Exit.FAILED
    assert "unexplained: h2" in capsys.readouterr().out
    roles = [yaml.safe_load(file.read_text(encoding="utf-8"))["role"] for file in tmp_path.iterdir()]
    assert sorted(roles) == ["client", "server"]


def test_an_entry_that_differs_no_longer_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ping = {"role": "server", "moves": [["ping", 0, False, "", "000008060000000000" + 16 * "0"]]}
    entries = load()
    accept(monkeypatch, *entries, replace(entries[-1], id="mended", example=ping))
    assert main(["diff", *ARGUMENTS]) == Exit.FAILED
    assert "accepted difference mended no longer occurs" in capsys.readouterr().out


def test_one_role_can_be_compared_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *ARGUMENTS, "--role", "client"]) == Exit.OK
    printed = capsys.readouterr().out
    assert "connection, client" in printed
    assert "connection, server" not in printed


def test_an_unknown_kind_is_a_usage_error() -> None:
    assert main(["diff", "nothing"]) == Exit.USAGE
