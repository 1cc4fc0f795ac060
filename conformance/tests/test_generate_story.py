"""Recipes cannot lie: the model of RFC 7541 sections 3 and 4 contradicts a wrong claim."""

import pytest

from conformance.generate.document import document
from conformance.generate.instructions import Indexed, SizeUpdate, incremental, never, raw, without
from conformance.generate.model import Context, Undecodable
from conformance.generate.octets import RecipeError
from conformance.generate.story import Acceptable, Story, Suite


def test_the_model_goes_through_the_responses_of_appendix_c() -> None:
    # RFC 7541 C.5: the table after each block, and its size.
    context = Context(256)
    date = "Mon, 21 Oct 2013 20:13:21 GMT"
    context.execute(
        (
            incremental(8, "302"),
            incremental(24, "private"),
            incremental(33, date),
            incremental(46, "https://www.example.com"),
        )
    )
    assert [name for name, _ in context.entries] == [b"location", b"date", b"cache-control", b":status"]
    assert context.size == 222
    fields, marked = context.execute((incremental(8, "307"), Indexed(65), Indexed(64), Indexed(63)))
    assert fields[1:] == [
        (b"cache-control", b"private"),
        (b"date", date.encode()),
        (b"location", b"https://www.example.com"),
    ]
    assert marked == []
    assert [name for name, _ in context.entries] == [b":status", b"location", b"date", b"cache-control"]
    assert context.size == 222


def test_the_model_keeps_the_name_that_its_own_insertion_evicts() -> None:
    context = Context(40)
    context.execute((incremental("name", "1234"),))
    assert context.execute((incremental(62, "5678"),))[0] == [(b"name", b"5678")]
    assert context.entries == [(b"name", b"5678")]


@pytest.mark.parametrize("index", [0, 62, 63])
def test_the_model_refuses_an_index_outside_both_tables(index: int) -> None:
    with pytest.raises(Undecodable):
        Context().execute((Indexed(index),))


def test_the_model_refuses_an_update_above_the_limit() -> None:
    with pytest.raises(Undecodable):
        Context(100).execute((SizeUpdate(101),))


def test_a_recipe_cannot_call_an_undecodable_block_good() -> None:
    with pytest.raises(Undecodable):
        Story().good(Indexed(62))


def test_a_recipe_cannot_call_broken_octets_good() -> None:
    with pytest.raises(RecipeError):
        Story().good(raw("ff"))


def test_a_recipe_cannot_call_a_good_block_bad() -> None:
    with pytest.raises(RecipeError):
        Story().bad(Indexed(61))


def test_nothing_follows_an_error() -> None:
    with pytest.raises(RecipeError):
        Story().bad(Indexed(62)).good(Indexed(2))


def test_an_invalid_vector_needs_a_twin_in_its_own_context() -> None:
    suite = Suite("hpack/x-generated", "RFC 7541 5.1", "About.")
    with pytest.raises(RecipeError, match="legal twin"):
        suite.add("a", "A", "r", Story().bad(Indexed(62)))
    with pytest.raises(RecipeError, match="context"):
        suite.add("a", "A", "r", Story(100).bad(Indexed(62)), Story().good(Indexed(2)))


def test_an_id_is_taken_once() -> None:
    suite = Suite("hpack/x-generated", "RFC 7541 5.1", "About.")
    suite.add("a", "A", "r", Story().good(Indexed(2)))
    with pytest.raises(RecipeError, match="taken"):
        suite.add("a", "B", "r", Story().good(Indexed(3)))


def test_a_suite_reads_well() -> None:
    suite = Suite("hpack/x-generated", "RFC 7541 5.1", "About this.", 7)
    story = Story(100).good(SizeUpdate(50), incremental("é", b"\xff"), never(23, "x"), resize=(60,))
    lenient = Acceptable("fields", "Flag", "A reason.")
    story.forbidden(without(4, "/a", huffman=True), SizeUpdate(0), acceptable=lenient)
    suite.add(
        "slug", "A title: with a colon", "one two", story, Story(100).good(), "SHOULD", "Why.", ("never",)
    )
    assert document(suite).splitlines() == [
        "# About this.",
        "# Written by `h2conf vectors generate`; `h2conf vectors check` compares it byte for byte.",
        "format: 1",
        "suite: hpack/x-generated",
        "spec: RFC 7541 5.1",
        "role: codec",
        "profile: any",
        "generated: {recipe: x, seed: 7}",
        "cases:",
        "  - id: slug",
        '    title: "A title: with a colon"',
        "    req: [one, two]",
        "    level: SHOULD",
        "    needs: [never]",
        "    note: Why.",
        "    context: {table_limit: 100}",
        "    blocks:",
        '      - wire: "3f13  40 02 c3a9 01 ff  1f08 01 78"',
        "        resize: 60",
        '        fields: [["é", {hex: "ff"}], ["authorization", "x"]]',
        "        never: [1]",
        '        table: [["é", {hex: "ff"}]]',
        "        table_size: 35",
        '      - wire: "04 82 607f  20"',
        "        error: true",
        '        fields: [[":path", "/a"]]',
        "        acceptable:",
        "          outcome: fields",
        "          flag: Flag",
        "          why: A reason.",
        "    control:",
        '      - wire: ""',
        "        fields: []",
        "        table: []",
        "        table_size: 0",
    ]
