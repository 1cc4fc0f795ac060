"""Frame readers: the embedded one, adapters over JSON Lines, and the judgement of their answers."""

import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import TargetError
from conformance.frame.answer import Answer, parse_answer
from conformance.frame.embedded import EmbeddedReader
from conformance.frame.judge import judge
from conformance.frame.reader import ReaderCrash
from conformance.frame.stdio import StdioReader
from conformance.frame.vector import NEEDS, Context, FrameVector, parse_suite
from conformance.reading import nodes
from conformance.targets.jsonlines import BadAnswer


def test_the_embedded_reader_claims_known_needs_only() -> None:
    assert EmbeddedReader.can <= {*NEEDS, "frame"}


# -- answers -------------------------------------------------------------------------------------------------

HEAD = "format: 1\nsuite: frames/s\nspec: RFC 9113\nrole: frame\ncases:\n"


def vector_of(body: str) -> FrameVector:
    text = f"{HEAD}  - {{id: c, title: A title, req: [r], level: MUST, {body}}}\n"
    (vector,) = parse_suite(nodes.parse(text, "s.yaml")).vectors
    return vector


def error(code: Any, scope: str | None) -> Answer:
    return parse_answer({"ok": False, "error": code, "scope": scope})


SIZE = 'wire: "000000 08 00 00000001", error: [FRAME_SIZE_ERROR, STREAM_CLOSED], scope: connection'
STREAM = 'wire: "000000 02 00 00000001", error: [FRAME_SIZE_ERROR], scope: stream'


@pytest.mark.parametrize(
    ("body", "answer", "verdict", "flags"),
    [
        (SIZE, error("FRAME_SIZE_ERROR", "connection"), "pass", ()),
        (SIZE, error(6, "connection"), "pass", ()),
        (SIZE, error("0x6", "connection"), "pass", ()),
        (SIZE, error("STREAM_CLOSED", "connection"), "acceptable", ("OtherCode",)),
        (SIZE, error("PROTOCOL_ERROR", "connection"), "acceptable", ("GenericCode",)),
        (SIZE, error("INTERNAL_ERROR", "connection"), "acceptable", ("GenericCode",)),
        (SIZE, error("CANCEL", "connection"), "fail", ()),
        (SIZE, error("FRAME_SIZE_ERROR", "stream"), "fail", ()),
        (SIZE, error(None, "connection"), "acceptable", ("NoCode",)),
        (STREAM, error("FRAME_SIZE_ERROR", "stream"), "pass", ()),
        (STREAM, error("FRAME_SIZE_ERROR", "connection"), "acceptable", ("Escalated",)),
        (STREAM, error("PROTOCOL_ERROR", "connection"), "acceptable", ("GenericCode", "Escalated")),
        (STREAM, Answer("wait"), "fail", ()),
    ],
)
def test_an_error_is_judged_by_code_and_scope(
    body: str, answer: Answer, verdict: str, flags: tuple[str, ...]
) -> None:
    result = judge(vector_of(body), answer)
    assert (result.verdict, result.flags) == (verdict, flags)


def test_a_scope_that_is_not_told_is_noted_and_not_judged() -> None:
    result = judge(vector_of(SIZE), error("FRAME_SIZE_ERROR", None))
    assert (result.verdict, result.info) == ("pass", ("ScopeNotTold",))


def test_an_allowed_outcome_has_its_flag() -> None:
    vector = vector_of(SIZE + ", also: [{outcome: wait, flag: LateCheck, why: later}]")
    result = judge(vector, Answer("wait"))
    assert (result.verdict, result.flags, result.reason) == ("acceptable", ("LateCheck",), "later")


PING: dict[str, Any] = {"type": "PING", "stream": 0, "flags": [], "payload": "0102030405060708"}
PING_CASE = (
    'wire: "000008 06 fe 00000000 0102030405060708",'
    ' frame: {type: PING, stream: 0, flags: [], payload: "0102030405060708"}'
)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "pass"),
        ({"type": 6}, "pass"),
        ({"flags": 0xFE}, "pass"),
        ({"length": 8}, "pass"),
        ({"length": 7}, "fail"),
        ({"flags": ["ACK"]}, "fail"),
        ({"flags": None}, "fail"),
        ({"stream": 1}, "fail"),
        ({"payload": "0102030405060709"}, "fail"),
        ({"payload": None}, "fail"),
    ],
)
def test_a_frame_is_judged_field_by_field(changes: dict[str, Any], verdict: str) -> None:
    answer = parse_answer({"ok": True, "frame": {**PING, **changes}})
    assert judge(vector_of(PING_CASE), answer).verdict == verdict


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"ok": True},
        {"ok": True, "outcome": "perhaps"},
        {"ok": False, "scope": "world"},
        {"ok": False, "error": "NO_SUCH_ERROR"},
        {"ok": True, "frame": []},
        {"ok": True, "frame": {**PING, "type": "PONG"}},
        {"ok": True, "frame": {**PING, "stream": "0"}},
        {"ok": True, "frame": {**PING, "flags": ["PADDED"]}},
        {"ok": True, "frame": {**PING, "payload": "0"}},
        {"ok": True, "frame": {"type": "SETTINGS", "stream": 0, "flags": [], "settings": [[1]]}},
        {"ok": True, "frame": {"type": "PRIORITY", "stream": 1, "flags": [], "exclusive": 1}},
        {"ok": True, "frame": {"type": "HEADERS", "stream": 1, "flags": [], "priority": {"weight": 1}}},
    ],
)
def test_an_answer_outside_the_protocol_is_bad(line: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        parse_answer(line)


# -- adapters ------------------------------------------------------------------------------------------------

ADAPTER = """
import json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "hello":
        answer = {"ok": True, "name": "toy", "version": "1", "can": %r}
    else:
        wire = bytes.fromhex(request["wire"])
        if wire[:1] == b"\\x01":
            os._exit(7)
        if wire[:1] == b"\\x02":
            time.sleep(60)
        if wire[:1] == b"\\x03":
            print("what?", flush=True)
            continue
        answer = {"ok": True, "outcome": "wait", "role": request["context"]["role"]}
    print(json.dumps(answer), flush=True)
"""


def adapter(tmp_path: Path, can: list[str], answer_s: float = 10.0) -> StdioReader:
    path = tmp_path / "adapter.py"
    path.write_text(ADAPTER % (can,))
    return StdioReader(f"{sys.executable} {path}", answer_s)


def test_an_adapter_is_asked_and_survives_its_own_crash(tmp_path: Path) -> None:
    reader = adapter(tmp_path, ["frame", "role"])
    try:
        assert (reader.name, reader.version) == ("toy", "1")
        assert reader.can == frozenset({"frame", "role"})
        assert reader.read(b"", Context()).outcome == "wait"
        with pytest.raises(ReaderCrash, match="code 7"):
            reader.read(b"\x01", Context())
        assert reader.read(b"", Context()).outcome == "wait"
        with pytest.raises(BadAnswer, match="not JSON"):
            reader.read(b"\x03", Context())
    finally:
        reader.close()


def test_an_adapter_that_hangs_is_a_crash(tmp_path: Path) -> None:
    reader = adapter(tmp_path, ["frame"], answer_s=2.0)
    try:
        with pytest.raises(ReaderCrash, match="no answer"):
            reader.read(b"\x02", Context())
        assert reader.read(b"", Context()).outcome == "wait"
    finally:
        reader.close()


def test_an_adapter_that_reads_no_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="cannot read frames"):
        adapter(tmp_path, ["decode"])


@pytest.mark.parametrize("command", ["/no/such/program", f"{sys.executable} -c pass"])
def test_a_target_that_cannot_start_is_an_error(command: str) -> None:
    with pytest.raises(TargetError):
        StdioReader(command)
