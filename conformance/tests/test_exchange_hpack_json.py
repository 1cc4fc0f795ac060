"""hpack-test-case: import, export, and the way there and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import hpack_json
from conformance.exchange.hpack_json import export_case, import_case
from conformance.exchange.losses import Losses, NotExpressible
from conformance.exchange.plain import plain
from conformance.exchange.yaml_text import suite_text
from conformance.reading import nodes


def imported(document: Any) -> dict[str, Any]:
    return import_case(document, "d/story_00.json", "story-00", ("import/hpack-test-case",), "INFO", Losses())


def through_yaml(case: dict[str, Any]) -> dict[str, Any]:
    """Write a case as YAML text and read it back strictly, as plain data."""
    content = {"format": 1, "suite": "hpack/x", "spec": "RFC 7541", "role": "codec", "cases": [case]}
    again = plain(nodes.parse(suite_text(content), "x.yaml"))
    assert again == content
    found: dict[str, Any] = again["cases"][0]
    return found


STORY: dict[str, Any] = {
    "description": "static indexes alone",
    "cases": [
        {
            "seqno": 0,
            "header_table_size": 4096,
            "wire": "8284",
            "headers": [{":method": "GET"}, {":path": "/"}],
        },
        {"seqno": 1, "header_table_size": 1365, "wire": "3FB60A82", "headers": [{":method": "GET"}]},
        {"seqno": 2, "wire": "82", "headers": [{":method": "GET"}]},
    ],
}


def test_a_story_is_one_context_and_a_changed_size_is_a_resize() -> None:
    case = imported(STORY)
    assert "context" not in case
    assert case["blocks"] == [
        {"wire": "8284", "fields": [[":method", "GET"], [":path", "/"]]},
        {"wire": "3fb60a82", "resize": 1365, "fields": [[":method", "GET"]]},
        {"wire": "82", "fields": [[":method", "GET"]]},
    ]


def test_the_size_before_the_first_block_is_the_limit_of_the_context() -> None:
    document = {"cases": [{"header_table_size": 16384, "wire": "82", "headers": [{":method": "GET"}]}]}
    assert imported(document)["context"] == {"table_limit": 16384}
    assert export_case(imported(document), Losses())["cases"][0]["header_table_size"] == 16384


def test_null_sizes_missing_numbers_and_a_context_are_taken() -> None:
    document = {
        "context": "request",
        "cases": [{"header_table_size": None, "wire": "82", "headers": [{":method": "GET"}]}],
    }
    case = imported(document)
    assert case["source"]["context"] == "request"
    assert export_case(case, Losses()) == {
        "context": "request",
        "cases": [{"seqno": 0, "wire": "82", "headers": [{":method": "GET"}]}],
    }


def test_never_indexed_fields_are_read_from_the_wire_since_the_format_has_no_mark() -> None:
    headers = [{":method": "GET"}, {"a": "1"}, {"b": "2"}]
    document = {"cases": [{"wire": "20 82 0001610131 1001620132", "headers": headers}]}
    assert imported(document)["blocks"][0]["never"] == [2]
    assert "never" not in imported({"cases": [{"wire": "82", "headers": headers[:1]}]})["blocks"][0]


def test_raw_data_becomes_work_for_an_encoder() -> None:
    document = {"context": "request", "cases": [{"headers": [{":method": "GET"}]}, {"headers": []}]}
    case = imported(document)
    assert case["encode"] == [{"fields": [[":method", "GET"]]}, {"fields": []}]
    assert hpack_json.text(export_case(through_yaml(case), Losses())) == hpack_json.text(document)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "no cases"),
        ({"cases": []}, "no cases"),
        ({"cases": [{"wire": "82", "headers": []}, {"headers": []}]}, "some blocks"),
        ({"cases": [{"wire": "8", "headers": []}]}, "hexadecimal"),
        ({"cases": [{"wire": "82"}]}, "headers is not a list"),
        ({"cases": [{"wire": "82", "headers": [{"a": "1", "b": "2"}]}]}, "one key"),
        ({"cases": [{"wire": "82", "headers": [{"a": 1}]}]}, "not text"),
        ({"cases": [{"wire": "82", "headers": [], "header_table_size": -1}]}, "32-bit"),
    ],
)
def test_what_is_no_story_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(NotExpressible, match=reason):
        imported(document)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"blocks": [{"wire": "80", "error": True}]}, "negative"),
        ({"blocks": [{"wire": "82", "fields": [], "acceptable": {"outcome": "error"}}]}, "acceptable"),
        (
            {"blocks": [{"wire": "", "fields": []}, {"wire": "20", "resize": [0, 9], "fields": []}]},
            "more than once",
        ),
        ({"blocks": [{"wire": "20", "resize": 0, "fields": []}]}, "before the first"),
        ({"blocks": [{"wire": "82", "fields": [["a", {"hex": "ff"}]]}]}, "not text"),
        ({"context": {"max_fields": 3}, "blocks": [{"wire": "82", "fields": []}]}, "limits"),
        ({"encode": [{"fields": [], "expect": {"never": [0]}}]}, "encoder"),
    ],
)
def test_a_case_without_a_place_says_why(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotExpressible, match=reason):
        export_case({"id": "x", "title": "t", "req": ["r"], "level": "MUST", **changes}, Losses())


def test_what_is_dropped_is_counted() -> None:
    losses = Losses()
    block = {"wire": "1000016100", "fields": [["a", ""]], "never": [0], "table": [], "table_size": 0}
    case = {"id": "x", "title": "t", "req": ["r"], "level": "MUST", "note": "n", "blocks": [block]}
    assert export_case(case, losses)["description"] == "t"
    assert losses.dropped == {
        "never-indexed marks": 1,
        "the table afterwards": 1,
        "note": 1,
        "id, requirements and level": 1,
    }


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
sizes = st.one_of(st.none(), st.integers(0, 2**32 - 1), st.just(4096))


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    """Return a story as one of many writers would have written it."""
    has_wire = draw(st.booleans())
    blocks = []
    for number in range(draw(st.integers(1, 4))):
        block: dict[str, Any] = {
            "headers": [{draw(texts): draw(texts)} for _ in range(draw(st.integers(0, 3)))]
        }
        if has_wire:
            wire = draw(st.binary(max_size=8)).hex()
            block["wire"] = wire.upper() if draw(st.booleans()) else wire
        if draw(st.booleans()):
            block["seqno"] = number
        if draw(st.booleans()):
            block["header_table_size"] = draw(sizes)
        blocks.append(block)
    document: dict[str, Any] = {"cases": blocks}
    for key in ("description", "context"):
        if draw(st.booleans()):
            document[key] = draw(texts)
    return document


@given(stories())
def test_import_and_export_give_the_same_octets_in_canonical_form(document: dict[str, Any]) -> None:
    case = through_yaml(imported(document))
    assert hpack_json.text(export_case(case, Losses())) == hpack_json.text(document)


@given(stories())
def test_the_canonical_form_is_its_own_canonical_form(document: dict[str, Any]) -> None:
    text = hpack_json.text(document)
    assert hpack_json.text(json.loads(text)) == text
