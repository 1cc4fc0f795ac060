"""registry.py, matrix.py and the commands matrix and list: peers are chosen, run, shown and judged."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .. import registry
from ..cli import main
from ..errors import Exit, InteropError
from ..peers.base import Available, Peer, Site
from ..registry import all_peers, choose
from ..results import Cell, Evidence, Part, Result, Transport
from ..scenarios import Scenario


class Fake(Peer):
    """A peer whose cells are given."""

    part = Part.CLIENTS
    hint = "apt-get install fake"
    scenarios = (Scenario.GET, Scenario.CANCEL)
    result = Result.PASS
    missing = ""

    def available(self) -> Available:
        return Available(reason=self.missing) if self.missing else Available("1.0 (lib 2)")

    def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
        assert list(site.folder.iterdir()) == []
        assert site.certificates.authority.exists()
        evidence = Evidence("fake --run", "said <b>this</b>\x1b[31m", ("    0.1 client    1 HEADERS",))
        for scenario in self.scenarios:
            reason = "" if self.result is Result.PASS else "it broke"
            yield Cell(self.part, self.name, version, scenario, transport, self.result, reason, 1.5, evidence)


class Good(Fake):
    name = "good"
    default = True


class Bad(Fake):
    name = "bad"
    default = True
    result = Result.FAIL


class Absent(Fake):
    name = "absent"
    default = True
    missing = "no absent in PATH"


class Extra(Fake):
    name = "extra"
    lacks = {Transport.H2C: "knows only TLS"}  # noqa: RUF012 - a table of the class


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> list[Peer]:
    found: list[Peer] = [Good()]
    monkeypatch.setattr(registry, "all_peers", lambda: tuple(found))
    return found


def run(*words: str) -> int:
    return main(["matrix", *words])


@pytest.mark.usefixtures("peers")
def test_passes_exit_with_0_and_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == Exit.OK
    output = capsys.readouterr().out
    assert "good 1.0 (lib 2) over tls: 2 pass" in output
    assert "4 pass; 0 failures explained" in output


def test_an_unexplained_failure_exits_with_1(peers: list[Peer], capsys: pytest.CaptureFixture[str]) -> None:
    peers.append(Bad())
    assert run() == Exit.FAILED
    assert "unexplained: bad 1.0 (lib 2) cancel over h2c: it broke" in capsys.readouterr().out


def test_a_missing_peer_exits_with_3_only_where_it_is_required(
    peers: list[Peer], capsys: pytest.CaptureFixture[str]
) -> None:
    peers.append(Absent())
    assert run() == Exit.OK
    assert run("--require", "default") == Exit.HARNESS
    assert "missing: absent: apt-get install fake" in capsys.readouterr().out
    assert run("--require", "default", "--peers", "good") == Exit.OK


def test_a_transport_that_a_peer_lacks_is_unsupported(peers: list[Peer], tmp_path: Path) -> None:
    peers.append(Extra())
    path = tmp_path / "run.jsonl"
    assert run("--peers", "extra", "-o", f"jsonl={path}") == Exit.OK
    records = map(json.loads, path.read_text().splitlines())
    cells = [Cell.from_json(record) for record in records if record["kind"] == "cell"]
    assert {(c.transport, c.result, c.reason) for c in cells} == {
        (Transport.TLS, Result.PASS, ""),
        (Transport.H2C, Result.UNSUPPORTED, "knows only TLS"),
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["swimmers"], Exit.USAGE),
        (["--peers", "nobody"], Exit.USAGE),
        (["-o", "pdf=x"], Exit.USAGE),
        (["-o", "html"], Exit.USAGE),
        (["servers"], Exit.NOTHING_SELECTED),
    ],
)
@pytest.mark.usefixtures("peers")
def test_what_cannot_be_run_has_its_exit_code(words: list[str], code: int) -> None:
    assert run(*words) == code


@pytest.mark.usefixtures("peers")
def test_evidence_is_kept_as_files(tmp_path: Path) -> None:
    assert run("--evidence", str(tmp_path)) == Exit.OK
    text = (tmp_path / "clients" / "good-tls" / "cancel.txt").read_text()
    assert "$ fake --run" in text
    assert "client    1 HEADERS" in text


@pytest.mark.usefixtures("peers")
def test_the_lines_of_a_run_hold_header_cells_and_footer(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    run("-o", f"jsonl={path}")
    records: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()]
    assert [r["kind"] for r in records] == ["header", *["cell"] * 4, "footer"]
    assert records[-1]["counts"] == {"pass": 4}
    cell = {key: value for key, value in records[1].items() if key != "explained"}
    assert json.loads(json.dumps(Cell.from_json(cell).to_json())) == cell


def test_two_peers_run_at_the_same_time(peers: list[Peer]) -> None:
    met = threading.Barrier(2, timeout=20)

    class Meets(Fake):
        def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
            met.wait()
            yield from super().run(site, version, transport)

    class Other(Meets):
        name = "other"
        default = True

    class Another(Meets):
        name = "another"
        default = True

    peers[:] = [Other(), Another()]
    assert run() == Exit.OK


def test_a_fault_of_the_harness_is_not_a_cell(peers: list[Peer]) -> None:
    class Broken(Fake):
        name = "broken"
        default = True

        def run(self, site: Site, version: str, transport: Transport) -> Iterator[Cell]:
            yield from super().run(site, version, transport)
            raise InteropError("the harness broke")

    peers[:] = [Broken()]
    assert run() == Exit.HARNESS


class TestTheRealPeers:
    def test_names_are_unique_in_a_part_and_hints_are_given(self) -> None:
        names = [(peer.part, peer.name) for peer in all_peers()]
        assert len(set(names)) == len(names)
        assert all(peer.hint and peer.scenarios for peer in all_peers())

    def test_the_default_clients_are_those_of_the_install_script(self) -> None:
        names = {peer.name for peer in choose([Part.CLIENTS], [], extended=False)}
        assert names == {
            "curl",
            "nghttp",
            "h2load",
            "httpx",
            "niquests",
            "pycurl",
            "grpcio",
            "node_http2",
            "undici",
            "java",
            "okhttp",
            "chromium",
        }

    def test_extended_is_more(self) -> None:
        default = choose([Part.CLIENTS], [], extended=False)
        assert set(default) < set(choose([Part.CLIENTS], [], extended=True))


def test_list_shows_what_is_there_and_how_to_get_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("interop.commands.list.all_peers", lambda: (Good(), Absent()))
    assert main(["list", "--json"]) == Exit.OK
    good, absent = map(json.loads, capsys.readouterr().out.splitlines())
    assert (good["version"], good["set"]) == ("1.0 (lib 2)", "default")
    assert (absent["reason"], absent["hint"]) == ("no absent in PATH", "apt-get install fake")
    assert main(["list", "--install-hints"]) == Exit.OK
    assert "apt-get install fake" in capsys.readouterr().out
