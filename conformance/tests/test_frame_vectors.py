"""The frame vectors: strict reading, agreement of wires and fields, and that each of them can fail."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.cases.loader import load_catalogue
from conformance.errors import VectorError
from conformance.exchange.plain import plain
from conformance.exchange.yaml_text import suite_text
from conformance.frame.answer import Answer, ReadFrame
from conformance.frame.judge import judge
from conformance.frame.layout import FieldValue, Priority
from conformance.frame.suite import read_suite
from conformance.frame.vector import FrameVector, parse_suite
from conformance.frame.write import case_data
from conformance.reading import nodes
from conformance.reading.places import VECTORS

FILES = sorted((VECTORS / "frames").glob("*.yaml"))
ALL = [vector for path in FILES for vector in parse_suite(nodes.load(path)).vectors]
GOOD = [vector for vector in ALL if vector.frame is not None]
BAD = [vector for vector in ALL if vector.errors]
CATALOGUE = load_catalogue()
SCHEMA = json.loads((VECTORS / "schema" / "frames.schema.json").read_text())


def by_suite(vectors: list[FrameVector]) -> pytest.MarkDecorator:
    """Parametrize a test over the suites: its assertions name the vector."""
    groups = {v.suite: [w for w in vectors if w.suite == v.suite] for v in vectors}
    return pytest.mark.parametrize("vectors", groups.values(), ids=groups.keys())


def read_of(vector: FrameVector) -> ReadFrame:
    """The answer of a reader that is right about everything."""
    assert vector.frame is not None
    frame = vector.frame
    return ReadFrame(frame.type, frame.stream, frame.flags, len(vector.wire) - 9, dict(frame.fields), False)


def test_there_are_vectors_of_every_frame_type_good_and_bad() -> None:
    assert len(ALL) >= 150
    good = {vector.wire[3] for vector in GOOD}
    bad = {vector.wire[3] for vector in BAD}
    assert good >= {*range(0x0B), 0x0C, 0x10, 0xFA}
    assert bad >= {*range(0x0B), 0x0C, 0x10, 0xFA}


def test_ids_are_unique() -> None:
    assert len({vector.id for vector in ALL}) == len(ALL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_suite_is_named_after_its_file(path: Path) -> None:
    assert parse_suite(nodes.load(path)).suite == f"frames/{path.stem}"


def test_requirements_exist_and_give_the_level_and_flags_are_known() -> None:
    read = [read_suite(nodes.load(path), CATALOGUE, f"frames/{path.stem}") for path in FILES]
    assert sum(map(len, read)) == len(ALL)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rfc9113/6.7-4#1", "rfc9113/6.7-4#9", "unknown requirement"),
        ("level: MUST", "level: MAY", "the strongest requirement makes it MUST"),
        (
            "error: [FRAME_SIZE_ERROR]",
            "also: [{outcome: wait, flag: Tea}]\n    error: [CANCEL]",
            "unknown flag",
        ),
        ("suite: frames/6.7-ping", "suite: frames/6.8-ping", "the suite of this file is frames/6.7-ping"),
    ],
)
def test_what_breaks_a_rule_is_found(old: str, new: str, message: str) -> None:
    text = (VECTORS / "frames" / "6.7-ping.yaml").read_text()
    assert old in text
    with pytest.raises(VectorError, match=message):
        read_suite(nodes.parse(text.replace(old, new, 1), "x.yaml"), CATALOGUE, "frames/6.7-ping")


def test_wires_are_distinct_within_their_context() -> None:
    seen: dict[tuple[Any, ...], str] = {}
    for vector in ALL:
        key = (vector.wire, vector.context)
        assert key not in seen, f"{vector.id} repeats {seen.get(key)}"
        seen[key] = vector.id


# -- every vector can fail ------------------------------------------------------------------------------


@by_suite(GOOD)
def test_a_right_reading_passes(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        assert judge(vector, Answer("frame", read_of(vector))).verdict == "pass", vector.id


def wrong_values(value: FieldValue) -> list[FieldValue]:
    """Values that differ from the right one in one place."""
    if isinstance(value, Priority):
        return [
            value._replace(weight=value.weight ^ 1),
            value._replace(depends_on=value.depends_on ^ 1),
            value._replace(exclusive=not value.exclusive),
        ]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value ^ 1, value ^ 1 << 31]
    if isinstance(value, bytes):
        return [value + b"\0", value[1:]] if value else [b"\0"]
    if value and isinstance(value[-1], tuple):
        # A setting that RFC 9113 does not define may be left out, but not changed.
        identifier, number = value[-1]
        return [(*value[:-1], (identifier, number ^ 1)), (*value[:-1], (identifier ^ 1, number))]
    return [value[:-1]] if value else [((1, 4096),)]


@by_suite(GOOD)
def test_a_wrong_field_fails(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        right = read_of(vector)
        wrong = [
            right._replace(type=right.type ^ 1),
            right._replace(stream=right.stream ^ 1),
            right._replace(stream=right.stream | 1 << 31),
            right._replace(length=(right.length or 0) + 1),
        ]
        for name, value in right.fields.items():
            wrong += [right._replace(fields={**right.fields, name: other}) for other in wrong_values(value)]
            if value and name != "padding":
                rest = {key: kept for key, kept in right.fields.items() if key != name}
                wrong.append(right._replace(fields=rest))
        for read in wrong:
            result = judge(vector, Answer("frame", read))
            # Settings folded into their last value are allowed, and no other departure is.
            assert result.verdict == "fail" or result.flags == ("LastValueOnly",), read


@by_suite(GOOD)
def test_a_wrong_flag_fails(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        right = read_of(vector)
        if vector.wire[3] in (0x00, 0x01, 0x04, 0x05, 0x06, 0x09):
            assert right.flags is not None
            bit = {0x05: 0x04, 0x09: 0x04}.get(vector.wire[3], 0x01)
            wrong = Answer("frame", right._replace(flags=right.flags ^ bit))
            assert judge(vector, wrong).verdict == "fail", vector.id
        else:
            assert (
                judge(vector, Answer("frame", right._replace(stream=right.stream + 1))).verdict == "fail"
            ), vector.id


@by_suite(GOOD)
def test_a_reader_that_refuses_everything_fails(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        allowed = {also.outcome for also in vector.also}
        for scope in ("connection", "stream"):
            for code in (1, 2, 3, 5, 6, 9):
                answer = Answer(f"{scope}_error", code=code)
                if str(answer) not in allowed:
                    assert judge(vector, answer).verdict == "fail", vector.id
        assert judge(vector, Answer("wait")).verdict == "fail", vector.id
        if not vector.ignored:
            assert judge(vector, Answer("ignored")).verdict == "fail", vector.id


@by_suite(BAD)
def test_a_reader_that_accepts_everything_fails(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        kind, flags, payload = vector.wire[3], vector.wire[4], vector.wire[9:]
        stream = int.from_bytes(vector.wire[5:9], "big") & 0x7FFF_FFFF
        for is_raw in (False, True):
            read = ReadFrame(kind, stream, flags, len(payload), {"payload": payload}, is_raw)
            assert judge(vector, Answer("frame", read)).verdict == "fail", vector.id
        allowed = {also.outcome for also in vector.also}
        if "ignored" not in allowed:
            assert judge(vector, Answer("ignored")).verdict == "fail", vector.id
        if "wait" not in allowed and not vector.wait:
            assert judge(vector, Answer("wait")).verdict == "fail", vector.id


@by_suite(BAD)
def test_the_scope_and_the_code_of_an_error_are_judged(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        best = Answer(f"{vector.scopes[0]}_error", code=vector.errors[0])
        assert judge(vector, best).verdict == "pass", vector.id
        assert judge(vector, best._replace(code=9)).verdict == "fail", vector.id
        if vector.scopes == ("connection",) and "stream_error(FRAME_SIZE_ERROR)" not in {
            also.outcome for also in vector.also
        }:
            assert judge(vector, best._replace(outcome="stream_error")).verdict == "fail", vector.id
        if vector.scopes == ("stream",):
            assert judge(vector, best._replace(outcome="connection_error")).flags == ("Escalated",), vector.id


@by_suite([v for v in ALL if v.wait and not v.errors])
def test_an_unfinished_frame_must_be_awaited(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        assert judge(vector, Answer("wait")).verdict == "pass", vector.id
        for answer in (Answer("connection_error", code=1), Answer("stream_error", code=6), Answer("ignored")):
            assert judge(vector, answer).verdict == "fail", vector.id


# -- writing and strict reading --------------------------------------------------------------------------


@by_suite(ALL)
def test_a_vector_written_as_data_reads_back_the_same(vectors: list[FrameVector]) -> None:
    for vector in vectors:
        content = {"format": 1, "suite": vector.suite, "spec": vector.spec, "role": "frame"}
        text = suite_text(content | {"cases": [case_data(vector)]})
        (again,) = parse_suite(nodes.parse(text, "again.yaml")).vectors
        assert again._replace(path=vector.path, line=vector.line) == vector


HEAD = """format: 1
suite: frames/x
spec: RFC 9113 6.7
role: frame
cases:
  - id: x
    title: t
    req: [a]
"""
GOOD_CASE = HEAD + (
    '    level: MUST\n    wire: "000008 06 00 00000000 0102030405060708"\n'
    '    frame: {type: PING, stream: 0, flags: [], payload: "0102030405060708"}\n'
)

BROKEN: list[tuple[str, str, str, str]] = [
    ("unknown key", "level: MUST", "level: MUST\n    colour: red", "unknown key 'colour'"),
    ("duplicate key", "level: MUST", "level: MUST\n    level: MAY", "duplicate key 'level'"),
    ("odd digits", '0102030405060708"\n    frame', '010203040506070"\n    frame', "not hexadecimal"),
    ("bare number", '"0102030405060708"}', "102030405060708}", "quoted string"),
    ("length", "000008 06", "000007 06", "length of the wire is 7"),
    ("type", "000008 06", "000008 08", "type of the wire is 8"),
    ("flags", "06 00 0000", "06 01 0000", "flags of the wire is 1"),
    ("stream", "00000000 0102", "00000002 0102", "stream of the wire is 2"),
    ("payload", "00000000 01", "00000000 ff", "payload of the wire"),
    ("flag of another type", "flags: []", "flags: [PADDED]", "a flag of this type"),
    ("missing field", ', payload: "0102030405060708"', "", "missing key 'payload'"),
    ("field of another type", "flags: []", "flags: [], increment: 1", "unknown key 'increment'"),
    (
        "two expectations",
        "level: MUST",
        "level: MUST\n    error: [PROTOCOL_ERROR]",
        "exactly one of|expected one of",
    ),
    ("scope without error", "level: MUST", "level: MUST\n    scope: stream", "scope stands beside error"),
    ("unknown need", "level: MUST", "level: MUST\n    needs: [tea]", "expected one of"),
    ("unknown outcome", "level: MUST", "level: MUST\n    also: [{outcome: maybe}]", "not an outcome"),
    ("unknown error", "level: MUST", "level: MUST\n    error: [NO_SUCH]", "not an error code"),
]


def test_a_frame_that_is_allowed_beside_an_error_may_be_any() -> None:
    text = GOOD_CASE[: GOOD_CASE.index("    frame:")] + "    error: [CANCEL]\n    also: [{outcome: frame}]\n"
    (vector,) = parse_suite(nodes.parse(text, "x.yaml")).vectors
    raw = ReadFrame(6, 0, 0, 8, {"payload": b"12345678"}, True)
    assert judge(vector, Answer("frame", raw)).verdict == "pass"
    assert judge(vector, Answer("ignored")).verdict == "fail"


def test_the_pattern_of_the_broken_cases_is_itself_good() -> None:
    (vector,) = parse_suite(nodes.parse(GOOD_CASE, "good.yaml")).vectors
    assert vector.wire == bytes.fromhex("000008 06 00 00000000 0102030405060708")


@pytest.mark.parametrize(
    ("old", "new", "message"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_broken_case_is_refused_with_file_and_line(old: str, new: str, message: str) -> None:
    assert old in GOOD_CASE
    with pytest.raises(VectorError, match=message) as caught:
        parse_suite(nodes.parse(GOOD_CASE.replace(old, new, 1), "broken.yaml"))
    assert caught.value.path == "broken.yaml"
    assert caught.value.line >= 6
    assert caught.value.case == (None if message.startswith("duplicate") else "x")


# Rules that need arithmetic or the frame type are the loader's alone; the schema has no words for them.
BEYOND_THE_SCHEMA = {"length", "type", "flags", "stream", "payload", "flag of another type", "missing field"}
BEYOND_THE_SCHEMA |= {"field of another type", "duplicate key"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_takes_every_file(path: Path) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(plain(nodes.load(path)))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "row", [row for row in BROKEN if row[0] not in BEYOND_THE_SCHEMA], ids=lambda row: row[0]
)
def test_the_schema_refuses_what_the_loader_refuses(row: tuple[str, str, str, str]) -> None:
    content = plain(nodes.parse(GOOD_CASE.replace(row[1], row[2], 1), "broken.yaml"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(content)
