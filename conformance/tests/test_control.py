"""Controls: the fault taken out, and nothing else."""

from pathlib import Path

import pytest

from ..cases.case import Expect, Send
from ..cases.loader import load_catalogue, load_suite
from ..judge.control import control_steps

CATALOGUE = load_catalogue()
CASE = """\
format: 1
suite: server/x
spec: RFC 9113 6.7
cases:
  - id: some
    title: Some case
    req: [rfc9113/6.7-8#1]
    level: MUST
    situation: ping-on-stream
    steps:
      - handshake
      - send: STIMULUS
      - expect: {connection_error: PROTOCOL_ERROR}
"""


def twin(folder: Path, send: str) -> list[tuple[str, dict[str, object]]] | str:
    """Return the frames that the control of a case sends, or why there is none."""
    path = folder / "server" / "x.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(CASE.replace("STIMULUS", send), encoding="utf-8")
    (case,) = load_suite(path, CATALOGUE)
    steps = control_steps(case)
    if isinstance(steps, str):
        return steps
    last = steps[-1]
    assert isinstance(last, Expect)
    assert last.kind == "alive"
    return [(f.kind, dict(f.values)) for step in steps if isinstance(step, Send) for f in step.frames]


@pytest.mark.parametrize(
    ("send", "frames"),
    [
        ("{PING: {stream: 1}}", [("PING", {})]),
        ('{PING: {payload: "00"}}', [("PING", {})]),
        ("{DATA: {stream: 0, data: x}}", [("DATA", {"stream": 1, "data": b"x"})]),
        ("{HEADERS: {stream: 2, fields: []}}", [("HEADERS", {"stream": 3, "fields": ()})]),
        ("{WINDOW_UPDATE: {increment: 0}}", [("WINDOW_UPDATE", {"increment": 1})]),
        ("{SETTINGS: {settings: {ENABLE_PUSH: 2}}}", [("SETTINGS", {"settings": ()})]),
        ("{PUSH_PROMISE: {stream: 1}}", []),
        ("{PRIORITY: {stream: 3, depends_on: 3}}", [("PRIORITY", {"stream": 3})]),
        ('{REQUEST: {stream: 1, omit: [":path"]}}', [("REQUEST", {"stream": 1})]),
        ("{REQUEST: {stream: 1, headers: [[A, b]]}}", [("REQUEST", {"stream": 1})]),
        (
            '{REQUEST: {stream: 1, method: POST, path: "${path.echo}", headers: [[A, b]]}}',
            [("REQUEST", {"stream": 1, "method": b"POST", "path": "${path.echo}"})],
        ),
        ('{HEADERS: {stream: 1, block: "80"}}', [("REQUEST", {"stream": 1})]),
        (
            "[{REQUEST: {stream: 1, end_stream: false}}, {TRAILERS: {stream: 1, fields: [[':a', b]]}}]",
            [
                ("REQUEST", {"stream": 1, "end_stream": False}),
                ("TRAILERS", {"stream": 1, "fields": ((b"x-trailer", b"1"),)}),
            ],
        ),
        ("{PING: {stream: 1}}\n        legal: nothing", []),
        ("{PING: {stream: 1}}\n        legal: {PING: {ack: true}}", [("PING", {"ack": True})]),
    ],
)
def test_the_twin_is_legal(tmp_path: Path, send: str, frames: list[tuple[str, dict[str, object]]]) -> None:
    found = twin(tmp_path, send)
    assert not isinstance(found, str)
    plain = [(kind, {k: str(v) if k == "path" else v for k, v in values.items()}) for kind, values in found]
    assert plain == frames


def test_a_certain_fault_leaves_the_rest_of_the_case_alone(tmp_path: Path) -> None:
    send = "[{REQUEST: {stream: 1, headers: [[a, b]]}}, {WINDOW_UPDATE: {stream: 1, increment: 0}}]"
    found = twin(tmp_path, send)
    assert found == [
        ("REQUEST", {"stream": 1, "headers": ((b"a", b"b"),)}),
        ("WINDOW_UPDATE", {"stream": 1, "increment": 1}),
    ]


def test_a_fault_of_state_needs_a_control_of_its_own(tmp_path: Path) -> None:
    assert twin(tmp_path, "{DATA: {stream: 1, data: x}}") == "needs control"


def test_what_a_case_leaves_beside_its_legal_form_is_not_repaired(tmp_path: Path) -> None:
    tunnel = "{REQUEST: {stream: 1, method: CONNECT, omit: [':scheme', ':path'], end_stream: false}}"
    stimulus = "{TRAILERS: {stream: 1, fields: [[x, y]]}}\n        legal: {DATA: {stream: 1, data: x}}"
    frames = twin(tmp_path, f"{tunnel}\n      - send: {stimulus}")
    assert isinstance(frames, list)
    assert [kind for kind, _ in frames] == ["REQUEST", "DATA"]
    assert frames[0][1]["omit"] == (b":scheme", b":path")
