"""The loader of codec vectors: what it reads, what it refuses, and that the schema agrees."""

import json
import textwrap
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from conformance.codec.vector import Acceptable, Block, CodecVector, load_vectors, parse_suite
from conformance.errors import VectorError
from conformance.reading.nodes import parse
from conformance.reading.places import VECTORS
from conformance.rules.requirements import load_requirements, strongest
from conformance.rules.situations import load_situations

HEAD = "format: 1\nsuite: hpack/x\nspec: RFC 7541 5.1\nrole: codec\ncases:\n"
CASE = "  - id: one\n    title: One\n    req: [rfc7541/5.1-u1]\n    level: MUST\n"
SCHEMA = json.loads((VECTORS / "schema" / "hpack.schema.json").read_text(encoding="utf-8"))


def document(body: str) -> str:
    return HEAD + CASE + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"


def read(body: str) -> CodecVector:
    return parse_suite(parse(document(body), "x.yaml"))[0]


def test_a_block_is_read_with_all_its_keys() -> None:
    vector = read(
        """
        context: {table_limit: 256}
        blocks:
          - wire: "82  10 01 61 00"
            resize: [0, 256]
            fields: [[":method", "GET"], ["a", {hex: "00 ff"}]]
            never: [1]
            table: []
            table_size: 0
            acceptable: {outcome: error, flag: Flag, why: because}
        """
    )
    assert vector.context.table_limit == 256
    assert vector.blocks == (
        Block(
            wire=bytes.fromhex("821001 6100"),
            resize=(0, 256),
            error=False,
            fields=((b":method", b"GET"), (b"a", b"\x00\xff")),
            never=(1,),
            table=(),
            table_size=0,
            acceptable=Acceptable("error", "Flag", "because"),
        ),
    )
    assert vector.needs == ("decode", "resize")


def test_needs_follow_from_what_a_vector_asks() -> None:
    assert read("context: {max_fields: 1}\nblocks: [{wire: '', fields: []}]").needs == (
        "decode",
        "max-fields",
    )
    assert read("encode: [{fields: [[a, b]], never: [0]}]").needs == ("encode", "mark")


# Each body is refused by the loader; True where the schema can say so too.
REFUSED = {
    "neither blocks nor lists": ("note: none", True),
    "blocks and lists": ("blocks: [{wire: '', fields: []}]\nencode: [{fields: []}]", True),
    "no blocks": ("blocks: []", True),
    "unknown key": ("blocks: [{wire: '', fields: [], wires: ''}]", True),
    "odd digits": ("blocks: [{wire: '8', fields: []}]", True),
    "no digits": ("blocks: [{wire: 'xx', fields: []}]", True),
    "bare number for hex": ("blocks: [{wire: 82, fields: []}]", True),
    "neither fields nor error": ("blocks: [{wire: '82'}]", True),
    "fields beside error": ("blocks: [{wire: '80', error: true, fields: []}]", True),
    "the best outcome as acceptable": (
        "blocks: [{wire: '82', fields: [], acceptable: {outcome: fields, flag: F, why: w}}]",
        True,
    ),
    "acceptable without reason": (
        "blocks: [{wire: '82', fields: [], acceptable: {outcome: error, flag: F}}]",
        True,
    ),
    "half a field": ("blocks: [{wire: '82', fields: [[a]]}]", True),
    "a number for text": ("blocks: [{wire: '82', fields: [[a, 1]]}]", True),
    "limit beyond 32 bits": ("context: {table_limit: 4294967296}\nblocks: [{wire: '', fields: []}]", True),
    "unknown need": ("needs: [luck]\nblocks: [{wire: '', fields: []}]", True),
    "control of lists": ("encode: [{fields: []}]\ncontrol: [{wire: '', fields: []}]", True),
    "error without control": ("blocks: [{wire: '80', error: true}]", False),
    "control without error": ("blocks: [{wire: '', fields: []}]\ncontrol: [{wire: '', fields: []}]", False),
    "control that is an error": (
        "blocks: [{wire: '80', error: true}]\ncontrol: [{wire: '80', error: true}]",
        False,
    ),
    "something behind an error": (
        "blocks: [{wire: '80', error: true}, {wire: '', fields: []}]\ncontrol: [{wire: '', fields: []}]",
        False,
    ),
    "a mark beyond the fields": ("blocks: [{wire: '82', fields: [[a, b]], never: [1]}]", False),
    "duplicate key": ("blocks: [{wire: '82', wire: '82', fields: []}]", False),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_doubtful_vector_is_refused_with_file_line_and_case(name: str) -> None:
    body, by_schema = REFUSED[name]
    with pytest.raises(VectorError) as caught:
        read(body)
    assert caught.value.path == "x.yaml"
    assert caught.value.line >= 6
    assert caught.value.case == "one"
    if by_schema:
        validator = jsonschema.Draft202012Validator(SCHEMA)
        assert list(validator.iter_errors(yaml.safe_load(document(body)))), "the schema lets it through"


def test_an_id_is_taken_once() -> None:
    text = document("blocks: [{wire: '', fields: []}]")
    with pytest.raises(VectorError, match="taken already"):
        parse_suite(parse(text + text.removeprefix(HEAD), "x.yaml"))


def test_a_file_has_the_suite_of_its_path() -> None:
    with pytest.raises(VectorError, match="hpack/y"):
        parse_suite(parse(document("blocks: [{wire: '', fields: []}]"), "y.yaml"), "hpack/y")


@pytest.mark.parametrize("path", sorted((VECTORS / "hpack").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_accepts_what_the_loader_accepts(path: Path) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    jsonschema.validate(yaml.load(path.read_text(encoding="utf-8"), loader), SCHEMA)


# -- the vectors as a whole ------------------------------------------------------------


def test_there_are_enough_vectors_and_enough_invalid_ones() -> None:
    vectors = load_vectors()
    invalid = [vector for vector in vectors if vector.is_invalid]
    cut = [vector for vector in invalid if "rfc9113/4.3-u3" in vector.req]
    assert len(vectors) >= 300
    assert len(invalid) > 120
    assert len(cut) * 5 <= len(invalid)


def test_no_two_vectors_put_the_same_question() -> None:
    questions = Counter(
        (vector.context, vector.encode, tuple((block.wire, block.resize) for block in vector.blocks))
        for vector in load_vectors()
    )
    assert [question for question, count in questions.items() if count > 1] == []


def test_every_vector_cites_known_requirements_and_has_the_level_of_the_strongest() -> None:
    known = load_requirements()
    for vector in load_vectors():
        assert vector.level == strongest([known[name].level for name in vector.req]), vector.id


def test_titles_are_sentences_without_a_full_stop() -> None:
    for vector in load_vectors():
        assert vector.title[0].isupper() or vector.title[0].isdigit(), vector.id
        assert not vector.title.endswith("."), vector.id


def test_every_flag_has_its_meaning_in_the_verdict_table() -> None:
    known = load_situations().flags
    choices = [block.acceptable for vector in load_vectors() for block in vector.blocks if block.acceptable]
    assert {choice.flag for choice in choices if choice.flag} <= known.keys()
