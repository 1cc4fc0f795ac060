"""Our client's scenarios: they pass at our origin, and each complains of an origin that does it wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .. import origin as origin_module
from ..behind import Behind
from ..certificates import issue
from ..origin import Endpoints, Origin
from ..scenarios import PATHS, Scenario
from ..visit import Destination, visit

Answer = Callable[[Endpoints], None]


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("scenario", Scenario)
def test_a_scenario_passes_at_our_origin(scenario: Scenario, tls: bool, tmp_path: Path) -> None:
    certificates = issue(tmp_path) if tls else None
    with Origin(certificates) as origin:
        visited = visit(scenario, Destination(origin.port, certificates))
    assert visited.complaints == []
    assert any(log.streams for log in visited.logs)


def _status(status: int) -> Answer:
    return lambda handler: handler.send_response(status, [], b"a page\n")


def _fixed(body: bytes) -> Answer:
    return lambda handler: handler.send_response(200, [], body)


WRONG: list[tuple[str, Scenario, Answer, str]] = [
    ("another status", Scenario.GET, _status(503), "status 503, not 200"),
    ("no content", Scenario.GET, _fixed(b""), "no content"),
    ("a reset", Scenario.GET, lambda handler: handler.reset(2), "ended without a response: INTERNAL_ERROR"),
    ("another body back", Scenario.ECHO, _fixed(b"else"), "4 octets of content are not the 1048576 expected"),
    ("one of ten fails", Scenario.STREAMS, _status(500), "status 500, not 200"),
    ("a short download", Scenario.DOWNLOAD, _fixed(b"short"), "5 octets of content are not the 20000000"),
    ("no trailers", Scenario.TRAILERS, _fixed(b"x"), "no trailer field x-trailer"),
    ("HEAD is 404", Scenario.HEAD, _status(404), "status 404, not 200"),
    ("found", Scenario.NOT_FOUND, _status(200), "status 200, not 404"),
    ("nothing to give up", Scenario.CANCEL, _fixed(b"x"), "nothing to give up"),
    ("no push", Scenario.PUSH, _fixed(b"x"), "no PUSH_PROMISE"),
]


@pytest.mark.parametrize(
    ("scenario", "answer", "complaint"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_a_scenario_complains(
    scenario: Scenario, answer: Answer, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if complaint == "in flight at once":
        monkeypatch.setattr("nghttp2.requesting._FIRST_STREAMS", 1)
    monkeypatch.setitem(origin_module.Endpoints._table, PATHS[scenario], answer)
    with Origin(None) as origin:
        complaints = visit(scenario, Destination(origin.port, None)).complaints
    assert any(complaint in text for text in complaints), complaints


def test_a_server_that_is_not_there_is_a_complaint() -> None:
    with Origin(None) as origin:
        port = origin.port
    (complaint,) = visit(Scenario.GET, Destination(port, None)).complaints
    assert complaint.startswith("no connection: ")


def test_a_request_that_does_not_reach_the_origin_is_a_complaint() -> None:
    with Origin(None) as origin:
        behind = Behind(origin)
        assert behind.look() == (["no request came to the origin over HTTP/2"], [])
        visit(Scenario.GET, Destination(origin.port, None))
        complaints, lines = behind.look()
        assert complaints == []
        assert any("HEADERS" in line and ":path: /get" in line for line in lines)
        assert behind.look()[0] == ["no request came to the origin over HTTP/2"]
