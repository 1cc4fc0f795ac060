"""The command `h2interop serve`."""

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ..certificates import issue
from ..commands import serve as command
from ..errors import Exit, InteropError
from ..peers.base import Available, Site
from ..peers.nghttpd import Nghttpd
from ..peers.server import Server
from ..place import Place
from ..processes import serve
from ..results import Part, Result, Transport
from ..scenarios import Scenario
from ..visit import Destination, visit

ROOT = Path(__file__).parents[2]


class Script(Server):
    """A server that is a line of Python."""

    name = "script"
    hint = "none needed"
    code = ""
    place: Place | None = None

    def available(self) -> Available:
        return Available("1.0")

    def launch(self, place: Place) -> Sequence[str]:
        type(self).place = place
        (place.folder / "configuration").write_text("x")
        return [sys.executable, "-c", self.code]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Script]]:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(command, "all_peers", lambda: (Script(),))
    yield Script
    signal.signal(signal.SIGTERM, before)


def _arguments(name: str = "script", **more: object) -> Namespace:
    return Namespace(**{"name": name, "port": 1, "tls": False, "upstream": 0, **more})


def test_the_end_of_the_program_is_the_end_of_the_command(script: type[Script]) -> None:
    script.code = "raise SystemExit(7)"
    assert command.execute(_arguments()) == 7
    assert script.place is not None
    assert not script.place.folder.exists()


def test_the_program_is_given_certificates_for_tls(script: type[Script]) -> None:
    script.code = ""
    assert command.execute(_arguments(tls=True)) == 0
    assert script.place is not None
    assert script.place.certificates is not None


def test_a_name_that_no_server_has_is_a_usage_error(script: type[Script]) -> None:
    with pytest.raises(InteropError) as caught:
        command.execute(_arguments("nothing"))
    assert caught.value.exit_code is Exit.USAGE
    with pytest.raises(InteropError) as caught:  # a server is no proxy
        command.execute(_arguments(upstream=8080))
    assert caught.value.exit_code is Exit.USAGE


def test_a_program_that_is_not_installed_is_named_with_its_hint(
    script: type[Script], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Script, "available", lambda self: Available(reason="no script on PATH"))
    with pytest.raises(InteropError, match="no script on PATH; none needed") as caught:
        command.execute(_arguments())
    assert caught.value.exit_code is Exit.HARNESS


def test_a_program_that_ends_before_it_listens_fails_every_scenario(tmp_path: Path) -> None:
    server = Script()
    Script.code = "print('no such option'); raise SystemExit(1)"
    cells = list(server.serve_and_visit(tmp_path, None, "1.0", Transport.H2C))
    assert [cell.scenario for cell in cells] == list(Scenario)
    assert {cell.result for cell in cells} == {Result.FAIL}
    assert "no such option" in cells[0].reason


def _needs_nghttpd() -> Available:
    available = Nghttpd().available()
    if not available:
        pytest.skip(available.reason)
    return available


@pytest.mark.peers
@pytest.mark.parametrize("transport", Transport)
def test_our_client_gets_everything_from_nghttpd(
    transport: Transport, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    available = _needs_nghttpd()
    site = Site(tmp_path, issue(tmp_path_factory.mktemp("certificates")))
    cells = list(Nghttpd().run(site, available.version, transport))
    assert {cell.scenario: cell.reason for cell in cells} == dict.fromkeys(Scenario, "")
    assert all(cell.part is Part.SERVERS and cell.evidence.frames for cell in cells)


@pytest.mark.peers
def test_a_real_server_serves_until_sigterm_and_leaves_no_folder(tmp_path: Path) -> None:
    _needs_nghttpd()
    words = [sys.executable, "-m", ROOT.joinpath("interop").name, "serve", "nghttpd"]
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with serve(lambda port: [*words, str(port)], env=environment, cwd=ROOT) as served:
        assert visit(Scenario.GET, Destination(served.port, None)).complaints == []
        assert list(tmp_path.iterdir())
        os.kill(served.process.pid, signal.SIGTERM)
        assert served.process.wait(10) == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
