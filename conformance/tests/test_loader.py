"""Cases are read strictly: each kind of fault names file, line and case; the JSON Schema sees the same."""

from pathlib import Path

import pytest

from ..cases.case import Connect, Expect, Handshake, Send
from ..cases.loader import load_cases, load_catalogue, load_suite, suite_files
from ..errors import VectorError
from ..exitcodes import Exit
from ..judge.control import control_steps
from ..reading import schemas
from ..reading.nodes import load

CATALOGUE = load_catalogue()
HEAD = "format: 1\nsuite: server/x\nspec: RFC 9113 6.7\nrole: server\ncases:\n"
GOOD = """\
  - id: on-a-stream
    title: PING on a stream is a connection error
    req: [rfc9113/6.7-8#1]
    level: MUST
    situation: ping-on-stream
    steps:
      - handshake
      - send: {PING: {stream: 1}}
      - expect: {connection_error: PROTOCOL_ERROR}
"""


def written(folder: Path, text: str) -> Path:
    """Write a suite of the role server."""
    path = folder / "server" / "x.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_case_is_read(tmp_path: Path) -> None:
    (case,) = load_suite(written(tmp_path, HEAD + GOOD), CATALOGUE)
    assert case.id == "server/x/on-a-stream"
    assert case.expects_error
    assert [type(step) for step in case.steps] == [Handshake, Send, Expect]
    assert case.line == 6


# What is replaced, by what, the line of the fault, a part of the message, whether a schema can see it.
FAULTS = [
    ("{stream: 1}", "{strem: 1}", 13, "unknown key 'strem'", True),
    ("{stream: 1}", "{stream: one}", 13, 'expected an integer or "${peer.NAME}"', True),
    ("{stream: 1}", "{stream: -1}", 13, "expected an integer from 0", True),
    ("{stream: 1}", "{payload: 0000}", 13, "expected hexadecimal octets as a quoted string", False),
    ("{stream: 1}", "{payload: 12345678}", 13, "found the number 12345678", True),
    ("{stream: 1}", '{payload: "0"}', 13, "not hexadecimal octets", True),
    ("{stream: 1}", "{flags: [ACKK]}", 13, "expected a flag:", True),
    ("{stream: 1}", '{flags: "7"}', 13, "expected an octet", True),
    ("{stream: 1}", "{stream: 1, stream: 2}", 13, "duplicate key 'stream'", False),
    ("{PING: {stream: 1}}", "{PINGG: {stream: 1}}", 13, "unknown frame type 'PINGG'", True),
    ("{PING: {stream: 1}}", "{PING: {}, DATA: {}}", 13, "expected one key, found 2", True),
    ("{PING: {stream: 1}}", "{PING: }", 13, "PING needs a mapping", True),
    ("{PING: {stream: 1}}", "{RAW: {}}", 13, "RAW needs octets or text", True),
    ("{PING: {stream: 1}}", '{HEADERS: {fields: [], block: ""}}', 13, "either fields or block", True),
    ("{PING: {stream: 1}}", "{HEADERS: {fields: [[a]]}}", 13, "expected [name, value]", True),
    ("{PING: {stream: 1}}", "{HEADERS: {block: [{indexd: 1}]}}", 13, "unknown key 'indexd'", True),
    ("{PING: {stream: 1}}", "{REQUEST: {path: '${nope}'}}", 13, "unknown placeholder ${nope}", False),
    ("{PING: {stream: 1}}", "{SETTINGS: {settings: {MAX: 1}}}", 13, "unknown setting 'MAX'", True),
    ("{PING: {stream: 1}}", "{RST_STREAM: {error: OOPS}}", 13, "expected an error code:", True),
    ("- handshake", "- handshak", 12, "expected a step without arguments:", True),
    ("- handshake", "- connect: {tls: {versions: ['1.2']}}", 12, "lowest and the highest", True),
    ("- send:", "- sned:", 13, "expected one step of", True),
    ("- send:", "- on: b\n        send:", 13, "used before a handshake", False),
    ("{connection_error: PROTOCOL_ERROR}", "{connection_error: OOPS}", 14, "expected an error code:", True),
    ("{connection_error: PROTOCOL_ERROR}", "{conection_error: PROTOCOL_ERROR}", 14, "unknown key", True),
    ("{connection_error: PROTOCOL_ERROR}", "fine", 14, "expected a macro without arguments:", True),
    ("{connection_error: PROTOCOL_ERROR}", "{outcome: [crash]}", 14, "no outcome: 'crash'", True),
    ("{connection_error: PROTOCOL_ERROR}", "{monitor: [nothing]}", 14, "expected a rule:", True),
    (
        "{connection_error: PROTOCOL_ERROR}",
        "{alive: , before: {PING: {}}}",
        14,
        "no meaning beside alive",
        True,
    ),
    ("      - expect: {connection_error: PROTOCOL_ERROR}\n", "", 12, "a case without expect", False),
    ("rfc9113/6.7-8#1", "rfc9113/6.7-99#1", 8, "unknown requirement 'rfc9113/6.7-99#1'", False),
    ("rfc9113/6.7-8#1", "RFC 9113 6.7", 8, "no requirement id", True),
    ("[rfc9113/6.7-8#1]", "[]", 8, "at least one requirement", True),
    ("level: MUST", "level: SHOULD", 9, "the strongest requirement makes it MUST", False),
    ("level: MUST", "level: must", 9, "expected a level:", True),
    ("ping-on-stream", "ping-on-a-boat", 10, "unknown situation 'ping-on-a-boat'", False),
    ("    situation: ping-on-stream\n", "", 6, "needs a situation", False),
    ("    level: MUST\n", "", 6, "missing key 'level'", True),
    ("    level: MUST\n", "    level: MUST\n    nedes: [echo]\n", 10, "unknown key 'nedes'", True),
    ("    level: MUST\n", "    level: MUST\n    needs: [eco]\n", 10, "expected a need:", True),
    ("    level: MUST\n", "    level: MUST\n    control: none\n", 10, '"none: " and the reason', True),
    ("on-a-stream\n", "On_A_Stream\n", 6, "an id is lower-case words", True),
    (HEAD, HEAD.replace("format: 1", "format: 2"), 1, "only format 1 is known", True),
    (HEAD, HEAD.replace("server/x", "server/y"), 2, "the suite of this file is server/x", False),
    (GOOD, GOOD + GOOD, 15, "this id is taken already", False),
]


@pytest.mark.parametrize(("old", "new", "line", "message", "schema_sees"), FAULTS)
def test_a_fault_names_its_place(
    tmp_path: Path, old: str, new: str, line: int, message: str, schema_sees: bool
) -> None:
    assert old in HEAD + GOOD
    path = written(tmp_path, (HEAD + GOOD).replace(old, new, 1))
    with pytest.raises(VectorError) as caught:
        load_suite(path, CATALOGUE)
    error = caught.value
    assert message in error.message
    assert error.line == line
    assert error.exit == Exit.INVALID_VECTORS
    assert str(error).startswith(f"{error.path}:{line}: ")
    if line >= 8:
        assert error.case is not None
        assert f"case {error.case}: " in str(error)
    if schema_sees:
        assert list(schemas.check(load(path))), "the schema lets it pass"


def test_the_schema_accepts_what_the_loader_accepts(tmp_path: Path) -> None:
    assert list(schemas.check(load(written(tmp_path, HEAD + GOOD)))) == []


def test_all_vectors_are_read_and_fit_the_schema() -> None:
    cases = load_cases("server", catalogue=CATALOGUE)
    assert len(cases) >= 350
    assert len({case.id for case in cases}) == len(cases)
    assert [fault for path in suite_files("server") for fault in schemas.check(load(path))] == []


def test_every_error_case_has_a_control_or_says_why_not() -> None:
    for case in load_cases("server", catalogue=CATALOGUE):
        if case.expects_error:
            assert control_steps(case) != "needs control", case.id


def test_the_hash_changes_with_the_content_and_not_with_a_note(tmp_path: Path) -> None:
    def hash_of(text: str) -> str:
        return load_suite(written(tmp_path, HEAD + text), CATALOGUE)[0].hash

    first = hash_of(GOOD)
    assert hash_of(GOOD.replace("    level:", "    note: a remark\n    level:")) == first
    assert hash_of(GOOD.replace("{PING: {stream: 1}}", "{PING: {stream: 3}}")) != first


def test_an_unknown_case_in_after_is_refused(tmp_path: Path) -> None:
    written(tmp_path, HEAD + GOOD.replace("    level:", "    after: [server/x/nobody]\n    level:"))
    with pytest.raises(VectorError, match="unknown case 'server/x/nobody'"):
        load_cases("server", tmp_path, CATALOGUE)


def test_connect_takes_the_options_of_a_connection(tmp_path: Path) -> None:
    text = GOOD.replace("- handshake", "- connect: {credit: manual, ack: false, tls: {alpn: []}}")
    (case,) = load_suite(written(tmp_path, HEAD + text), CATALOGUE)
    step = case.steps[0]
    assert isinstance(step, Connect)
    assert (step.credit, step.ack) == (False, False)
    assert step.tls is not None
    assert step.tls.alpn == ()
