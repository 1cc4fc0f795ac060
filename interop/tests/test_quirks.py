"""quirks.py and quirks.yaml: entries are well formed, octets are frames, they explain what they name."""

import re

import pytest

from .. import quirks
from ..errors import Exit, InteropError
from ..registry import all_peers
from ..results import Cell, Part, Result, Transport
from ..scenarios import Scenario

ENTRY = """
- {part: clients, peer: x, version: "1.*", scenarios: [cancel], transports: [tls], reason: "no R*", why: so}
"""


def cell(**changes: object) -> Cell:
    fields = {
        "part": Part.CLIENTS,
        "peer": "x",
        "version": "1.2 (lib 3)",
        "scenario": "cancel",
        "transport": Transport.TLS,
        "result": Result.FAIL,
        "reason": "no RST_STREAM",
    }
    return Cell(**{**fields, **changes})  # type: ignore[arg-type] # a table of all kinds


def test_an_entry_explains_the_cell_that_it_describes() -> None:
    (quirk,) = quirks.parse(ENTRY)
    assert quirk.explains(cell())


@pytest.mark.parametrize(
    "changes",
    [
        {"part": Part.SERVERS},
        {"peer": "y"},
        {"version": "2.0"},
        {"scenario": "get"},
        {"transport": Transport.H2C},
        {"result": Result.UNSUPPORTED},
        {"reason": "another fault"},
    ],
)
def test_an_entry_explains_nothing_else(changes: dict[str, object]) -> None:
    (quirk,) = quirks.parse(ENTRY)
    assert not quirk.explains(cell(**changes))


def test_an_entry_is_stale_once_its_scenario_passes() -> None:
    (quirk,) = quirks.parse(ENTRY)
    assert quirk.was_seen([cell()])
    assert not quirk.was_seen([cell(result=Result.PASS, reason="")])
    assert quirk.was_seen([cell(version="2.0", result=Result.PASS)])
    assert quirk.was_seen([])


def test_a_peer_that_is_not_installed_makes_no_entry_stale() -> None:
    (quirk,) = quirks.parse(ENTRY.replace('"1.*"', '"*"'))
    assert quirk.was_seen([cell(version="", result=Result.NOT_INSTALLED, reason="not in PATH")])


@pytest.mark.parametrize(
    "text",
    [
        "- {peer: x}",
        "- {part: clients, peer: x, version: '1', scenarios: [swim], reason: r, why: w}",
        "- {part: clients, peer: x, version: '1', scenarios: [get], reason: r, why: w, extra: 1}",
        "- 7",
    ],
)
def test_a_bad_entry_is_an_invalid_file(text: str) -> None:
    with pytest.raises(InteropError) as caught:
        list(quirks.parse(text))
    assert caught.value.exit_code == Exit.INVALID


@pytest.mark.parametrize("quirk", quirks.load(), ids=lambda quirk: f"{quirk.peer}-{quirk.scenarios[0]}")
class TestTheFile:
    def test_it_is_about_a_peer_that_there_is(self, quirk: quirks.Quirk) -> None:
        peers = {(peer.part, peer.name) for peer in all_peers()}
        assert (quirk.part, quirk.peer) in peers
        assert all(isinstance(scenario, Scenario) for scenario in quirk.scenarios)

    def test_its_octets_are_frames(self, quirk: quirks.Quirk) -> None:
        whole = re.sub(r"#.*", "#", quirk.octets)
        for line in re.sub(r"\n {5,}", " ", whole).splitlines():
            octets = bytes.fromhex(line.replace("#", ""))
            length, content = int.from_bytes(octets[:3], "big"), octets[9:]
            # A frame stands there in full, or by its header alone.
            assert len(octets) >= 9
            assert not content or len(content) == length

    def test_a_failure_comes_with_octets(self, quirk: quirks.Quirk) -> None:
        assert quirk.octets or quirk.result is Result.UNSUPPORTED
