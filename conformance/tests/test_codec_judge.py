"""The verdict on a codec, shown on a codec that answers what it is told to."""

import textwrap
from typing import Any

import pytest

from conformance.codec.codec import CodecCrash, Decoded, Refused, Table
from conformance.codec.judge import Judgement, judge
from conformance.codec.runner import expected, run_vector
from conformance.codec.show import Transcript
from conformance.codec.vector import NEEDS, CodecVector, Context, Field, parse_suite
from conformance.reading.nodes import parse
from conformance.run.reproduce import Command
from conformance.wire import literal

HEAD = "format: 1\nsuite: hpack/x\nspec: RFC 7541 5.1\nrole: codec\ncases:\n"
CASE = "  - id: one\n    title: One\n    req: [rfc7541/5.1-u1]\n    level: MUST\n"
GET = Decoded(((b":method", b"GET"),), ())
NO_TABLE = Table((), 0)
TWIN = "control: [{wire: '82', fields: [[':method', GET]]}]"


class Scripted:
    """Gives the answers in turn; an exception is raised."""

    name = "scripted"
    version = "1"
    can = frozenset({*NEEDS, "table"})

    def __init__(self, *answers: Any, table: Table = NO_TABLE) -> None:
        self.answers = list(answers)
        self.told = table
        self.calls: list[tuple[str, Any]] = []

    def new(self, context: Context) -> None:
        self.calls.append(("new", context.table_limit))

    def resize(self, limit: int) -> None:
        self.calls.append(("resize", limit))

    def decode(self, wire: bytes) -> Decoded | Refused:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Decoded | Refused)
        return answer

    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        answer = self.answers.pop(0)
        assert isinstance(answer, bytes | Refused)
        return answer

    def table(self) -> Table:
        return self.told

    def close(self) -> None:
        pass


def vector(body: str) -> CodecVector:
    text = HEAD + CASE + textwrap.indent(body, "    ") + "\n"
    return parse_suite(parse(text, "x.yaml"))[0]


def judged(body: str, codec: Scripted) -> Judgement:
    return judge(vector(body), codec, Transcript())


FIELDS = "blocks: [{wire: '82', fields: [[':method', GET]], table: [], table_size: 0}]"
ERROR = "blocks: [{wire: '80', error: true}]\n" + TWIN
LENIENT = (
    "blocks: [{wire: '82', error: true, fields: [[':method', GET]],"
    " acceptable: {outcome: fields, flag: HpackLenient, why: because}}]\n" + TWIN
)
EITHER = "blocks: [{wire: '82', fields: [[':method', GET]], acceptable: {outcome: error, why: because}}]"

# body, answers, verdict, outcome, flags
VERDICTS: dict[str, tuple[str, tuple[Any, ...], str, str, list[str]]] = {
    "the fields": (FIELDS, (GET,), "pass", "fields", []),
    "other fields": (FIELDS, (Decoded(((b":method", b"PUT"),), ()),), "fail", "other fields", []),
    "an error for fields": (FIELDS, (Refused("no"),), "fail", "error", []),
    "other marks": (FIELDS, (Decoded(GET.fields, (0,)),), "fail", "other marks", []),
    "a crash": (FIELDS, (CodecCrash("gone"),), "fail", "crash", []),
    "the error": (ERROR, (Refused("no"), GET), "pass", "error", []),
    "an error for everything": (ERROR, (Refused("no"), Refused("no")), "fail", "error", ["Indiscriminate"]),
    "a twin that crashes": (ERROR, (Refused("no"), CodecCrash("gone")), "fail", "error", ["Indiscriminate"]),
    "fields for an error": (ERROR, (GET,), "fail", "fields", []),
    "a crash for an error": (ERROR, (CodecCrash("gone"),), "fail", "crash", []),
    "acceptable fields": (LENIENT, (GET,), "acceptable", "fields", ["HpackLenient"]),
    "acceptable, but other fields": (LENIENT, (Decoded((), ()),), "fail", "other fields", []),
    "the best beside acceptable": (LENIENT, (Refused("no"), GET), "pass", "error", []),
    "acceptable without a flag": (EITHER, (Refused("no"),), "pass", "error", []),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(name: str) -> None:
    body, answers, verdict, outcome, flags = VERDICTS[name]
    judgement = judged(body, Scripted(*answers))
    assert (judgement.verdict, judgement.outcome, judgement.flags) == (verdict, outcome, flags)
    assert judgement.crash is (outcome == "crash")
    assert bool(judgement.reason) is (verdict != "pass" or name == "acceptable without a flag")


@pytest.mark.parametrize("table", [Table(((b"a", b"1"),), 0), Table((), 34)])
def test_another_table_is_a_failure(table: Table) -> None:
    assert judged(FIELDS, Scripted(GET, table=table)).outcome == "other table"


def test_what_a_codec_does_not_tell_is_noted() -> None:
    codec = Scripted(Decoded(GET.fields, None))
    codec.can = frozenset(NEEDS)
    judgement = judged(FIELDS.replace("table: []", "never: [0], table: []"), codec)
    assert judgement.verdict == "pass"
    assert judgement.info == ["MarksNotTold", "TableNotTold"]


@pytest.mark.parametrize("need", NEEDS)
def test_a_missing_need_skips_with_its_reason(need: str) -> None:
    codec = Scripted()
    codec.can -= {need}
    judgement = judged(f"needs: [{need}]\n{FIELDS}", codec)
    assert (judgement.verdict, judgement.reason) == ("skip", NEEDS[need])


def test_settings_are_told_in_order_before_the_block() -> None:
    codec = Scripted(GET)
    judged("context: {table_limit: 9}\n" + FIELDS.replace("fields", "resize: [0, 7], fields", 1), codec)
    assert codec.calls == [("new", 9), ("resize", 0), ("resize", 7)]


ENCODE = "encode: [{fields: [[a, '1'], [b, '2']]}]"
PAIR = literal.plain(b"a", b"1") + literal.plain(b"b", b"2")
SHRINK = "encode: [{resize: 0, fields: [], expect: {first: size_update}}]"
MARK = "encode: [{fields: [[a, '1'], [b, '2']], never: [1], expect: {never: [1]}}]"

ENCODINGS: dict[str, tuple[str, Any, str]] = {
    "the same fields": (ENCODE, PAIR, "encoded"),
    "another order": (ENCODE, literal.plain(b"b", b"2") + literal.plain(b"a", b"1"), "other fields"),
    "a field less": (ENCODE, literal.plain(b"a", b"1"), "other fields"),
    "a broken block": (ENCODE, PAIR[:-1], "undecodable"),
    "an entry that is not there": (ENCODE, b"\xbe", "undecodable"),
    "refused": (ENCODE, Refused("no"), "error"),
    "a third update": (ENCODE, b"\x20\x21\x20" + PAIR, "many updates"),
    "the update": (SHRINK, b"\x20", "encoded"),
    "no update": (SHRINK, b"", "no update"),
    "an update above the limit": (SHRINK, b"\x21", "undecodable"),
    "the mark": (MARK, literal.plain(b"a", b"1") + literal.never(b"b", b"2"), "encoded"),
    "no mark": (MARK, PAIR, "other marks"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings(name: str) -> None:
    body, answer, outcome = ENCODINGS[name]
    judgement = judged(body, Scripted(answer))
    assert judgement.outcome == outcome
    assert judgement.verdict == ("pass" if outcome == "encoded" else "fail")


def test_the_line_of_the_record_tells_the_whole_story() -> None:
    codec = Scripted(Refused("index 0"), GET)
    line = run_vector(vector(ERROR), codec, Command("stdio:x", ("--role", "codec")))
    assert line["id"] == "hpack/x/one"
    assert line["expected"] == ["error"]
    assert line["expects_error"] is True
    assert line["control"] == {"outcome": "fields", "ok": True}
    assert line["reproduce"] == "h2conf run hpack/x/one -t stdio:x --role codec"
    assert [(e["phase"], e["dir"], e["type"], e["summary"], e["hex"]) for e in line["transcript"]] == [
        ("case", "send", "BLOCK", "block of 1 octets: 80", "80"),
        ("case", "recv", "ERROR", "error: index 0", ""),
        ("control", "send", "BLOCK", "block of 1 octets: 82", "82"),
        ("control", "recv", "FIELDS", ":method: GET", ""),
    ]


def test_an_outcome_without_a_flag_is_among_the_best() -> None:
    assert expected(vector(EITHER)) == ["fields", "error"]
    assert expected(vector(LENIENT)) == ["error"]
    assert expected(vector(ENCODE)) == ["encoded"]
