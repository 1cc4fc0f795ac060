"""peers/client.py and two real clients: curl and nghttp do every scenario against our server."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from .. import quirks
from ..certificates import Certificates, issue
from ..peers.base import Available, Peer, Site
from ..peers.client import MAX_LINES, ProgramClient, Visit, read_claims
from ..peers.curl import Curl
from ..peers.nghttp import Nghttp
from ..results import Result, Transport
from ..scenarios import Scenario


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("certificates"))


def test_claims_are_read_line_by_line_among_other_output() -> None:
    output = 'noise\n{"scenario": "get", "status": 200}\n{not json\n{"scenario": "swim"}\n{"x": 1}\n'
    assert read_claims(output, 0) == {Scenario.GET: {"status": 200}}


@pytest.mark.parametrize(
    ("returncode", "words"), [(3, "the program ended with exit code 3"), (None, "the program was killed")]
)
def test_what_a_program_left_out_says_how_it_ended(returncode: int | None, words: str) -> None:
    claims = read_claims('{"scenario": "get", "status": 200}\n', returncode)
    assert claims[Scenario.GET] == {"status": 200}
    assert claims[Scenario.PUSH]["error"].startswith(words)


class Script(ProgramClient):
    """A client whose program is given as Python source."""

    name = "script"
    hint = "none"
    source = ""
    timeout_s = 20.0

    def available(self) -> Available:
        return Available("1")

    def command(self, visit: Visit) -> Sequence[str]:
        return [sys.executable, "-c", self.source, visit.base]


def test_a_program_that_only_claims_is_convicted_by_the_empty_log(
    tmp_path: Path, certificates: Certificates
) -> None:
    class Liar(Script):
        source = """print('{"scenario": "streams", "ok": 10}')"""

    cells = {c.scenario: c for c in Liar().run(Site(tmp_path, certificates), "1", Transport.H2C)}
    assert set(cells) == set(Scenario)
    assert cells["streams"].reason == "no request came over HTTP/2"
    assert cells["get"].reason == "the client reported nothing; no request came over HTTP/2"


def test_a_program_that_hangs_is_killed_and_fails(tmp_path: Path, certificates: Certificates) -> None:
    class Hanging(Script):
        source = "import time; time.sleep(60)"
        timeout_s = 0.2

    cells = list(Hanging().run(Site(tmp_path, certificates), "1", Transport.H2C))
    assert {cell.result for cell in cells} == {Result.FAIL}
    assert all("the program was killed at its time limit" in cell.reason for cell in cells)
    assert "[killed after 0.2 s]" in cells[0].evidence.output


@pytest.mark.peers
@pytest.mark.parametrize("transport", Transport)
@pytest.mark.parametrize("peer", [Curl(), Nghttp()], ids=lambda peer: peer.name)
def test_a_real_client_does_what_it_can(
    peer: Peer, transport: Transport, tmp_path: Path, certificates: Certificates
) -> None:
    available = peer.available()
    if not available:
        pytest.skip(available.reason)
    cells = list(peer.run(Site(tmp_path, certificates), available.version, transport))
    assert [cell.scenario for cell in cells] == list(Scenario)
    failed = [f"{c.scenario}: {c.reason}" for c in cells if c.result is Result.FAIL and not quirks.explain(c)]
    assert failed == []
    assert sum(cell.result is Result.PASS for cell in cells) >= 7
    for cell in cells:
        if cell.result is Result.PASS:
            assert cell.evidence.command.startswith(peer.name)
            assert any("HEADERS" in line for line in cell.evidence.frames)
            assert len(cell.evidence.frames) <= MAX_LINES + 1
