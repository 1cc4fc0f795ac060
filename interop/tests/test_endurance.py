"""endurance.py: the run itself, a short one; and that it finds what it looks for."""

import shutil
from pathlib import Path

import pytest

from .. import endurance
from ..endurance import main, terminate
from ..soak import octets

needs_h2load = pytest.mark.skipif(shutil.which("h2load") is None, reason="h2load is not installed")


@pytest.mark.peers
@pytest.mark.slow
@needs_h2load
def test_nothing_leaks_when_clients_are_killed_and_servers_are_terminated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = main(["--loads", "3", "--terminations", "2", "--json", str(tmp_path / "result.json")])
    assert wrong == 0, capsys.readouterr().out


@pytest.mark.slow
def test_a_response_that_is_cut_off_unseen_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = octets(endurance.PACED)
    monkeypatch.setattr(endurance, "octets", lambda size: expected + b"more")
    wrong, whole = terminate(7, 0.05)
    assert whole == endurance.DOWNLOADS
    assert wrong == [f"termination 7: {len(expected)} octets passed for all of {len(expected)}"] * whole
