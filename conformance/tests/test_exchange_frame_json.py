"""http2-frame-test-case: import, export, and the way there and back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.exchange import frame_json
from conformance.exchange.frame_export import export_case, file_name
from conformance.exchange.frame_import import import_case
from conformance.exchange.losses import Losses, NotExpressible
from conformance.exchange.yaml_text import suite_text
from conformance.frame.layout import Priority
from conformance.frame.vector import Context, FrameVector, parse_suite
from conformance.frame.write import case_data
from conformance.reading import nodes

SUITE = "frames/imported"


def imported(document: Any, losses: Losses | None = None) -> FrameVector:
    req = ("import/http2-frame-test-case",)
    return import_case(document, "x/y.json", SUITE, "y", req, "INFO", losses or Losses())


def through_yaml(vector: FrameVector) -> FrameVector:
    """Write a vector as YAML text and read it back with the strict loader."""
    content = {"format": 1, "suite": SUITE, "spec": frame_json.NAME, "role": "frame"}
    (again,) = parse_suite(
        nodes.parse(suite_text(content | {"cases": [case_data(vector)]}), "x.yaml")
    ).vectors
    return again


# Documents as the format's README describes them; the octets are written here field by field.
PADDED_DATA: dict[str, Any] = {
    "error": None,
    "wire": "0000140008000000020648656C6C6F2C20776F726C6421486F77647921",
    "frame": {
        "length": 20,
        "frame_payload": {"data": "Hello, world!", "padding_length": 6, "padding": "Howdy!"},
        "flags": 8,
        "stream_identifier": 2,
        "type": 0,
    },
    "description": "normal data frame",
}
PRIORITY: dict[str, Any] = {
    "error": None,
    "wire": "0000050200000000090000000b07",
    "frame": {
        "length": 5,
        "frame_payload": {
            "stream_dependency": 11,
            "weight": 8,
            "exclusive": False,
            "padding_length": None,
            "padding": None,
        },
        "flags": 0,
        "stream_identifier": 9,
        "type": 2,
    },
    "draft": 14,
}
ERROR: dict[str, Any] = {
    "error": [1, 6],
    "wire": "00000405080000000104AAAAAA",
    "frame": None,
    "description": "too much padding",
}
TRUNCATED: dict[str, Any] = {"error": [6], "wire": "008000000000000001", "frame": None}


def test_padding_is_kept_octet_by_octet() -> None:
    vector = imported(PADDED_DATA)
    assert vector.frame is not None
    assert vector.frame.fields == {"data": b"Hello, world!", "pad": 6, "padding": b"Howdy!"}


def test_a_weight_counts_from_one_there_and_from_zero_here() -> None:
    losses = Losses()
    vector = imported(PRIORITY, losses)
    assert vector.frame is not None
    assert vector.frame.fields["weight"] == 7
    assert export_case(vector, Losses())["frame"]["frame_payload"]["weight"] == 8
    assert losses.dropped["the key 'draft'"] == 1


def test_older_files_have_the_priority_of_headers_beside_the_other_fields() -> None:
    document = {
        "error": None,
        "wire": "000006 01 24 00000003 8000000B 0F 82".replace(" ", ""),
        "frame": {
            "length": 6,
            "frame_payload": {
                "stream_dependency": 11,
                "weight": 16,
                "exclusive": True,
                "header_block_fragment": "\x82",
                "padding_length": None,
                "padding": None,
            },
            "flags": 0x24,
            "stream_identifier": 3,
            "type": 1,
        },
    }
    with pytest.raises(NotExpressible, match="disagree"):
        imported(document)  # U+0082 is two octets in UTF-8
    document["wire"] = "000006 01 24 00000003 8000000B 0F 41".replace(" ", "")
    document["frame"]["frame_payload"]["header_block_fragment"] = "A"  # type: ignore[index]  # a literal
    vector = imported(document)
    assert vector.frame is not None
    assert vector.frame.priority == Priority(11, 15, True)
    payload = export_case(vector, Losses())["frame"]["frame_payload"]
    assert payload["priority"] == {"stream_dependency": 11, "weight": 16, "exclusive": True}


def test_an_error_has_no_scope_and_a_list_of_codes() -> None:
    vector = imported(ERROR)
    assert vector.errors == (1, 6)
    assert vector.scopes == ("connection", "stream")
    assert vector.title == "too much padding"


def test_a_truncated_wire_is_kept_and_a_missing_description_stays_missing() -> None:
    vector = imported(TRUNCATED)
    assert vector.wire == bytes.fromhex("008000 00 00 00000001")
    assert vector.title == "x/y.json of http2-frame-test-case"
    assert "description" not in export_case(through_yaml(vector), Losses())


def test_who_waits_for_the_rest_of_a_bad_frame_is_not_wrong() -> None:
    assert imported(TRUNCATED).wait
    assert not imported(ERROR).wait


def test_a_promise_is_for_a_client_and_an_extension_for_who_knows_it() -> None:
    promise = {"error": [1], "wire": "000000050000000000", "frame": None}
    assert imported(promise).context == Context(role="client")
    assert imported(PRIORITY).context == Context()
    assert imported(promise | {"wire": "0000000c0000000000"}).needs == ("origin",)


@pytest.mark.parametrize("document", [PADDED_DATA, PRIORITY, ERROR, TRUNCATED])
def test_a_document_comes_back_in_canonical_form(document: dict[str, Any]) -> None:
    assert frame_json.text(export_case(through_yaml(imported(document)), Losses())) == frame_json.text(
        document
    )


def changed(document: dict[str, Any], **frame: Any) -> dict[str, Any]:
    return {**document, "frame": {**document["frame"], **frame}}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"wire": "00"}, "exactly one"),
        ({"error": [1], "frame": None}, "no wire"),
        ({**ERROR, "wire": "0"}, "hexadecimal"),
        ({**ERROR, "error": ["PROTOCOL_ERROR"]}, "error codes"),
        ({**ERROR, "frame": PADDED_DATA["frame"]}, "exactly one"),
        (changed(PADDED_DATA, length=21), "disagree"),
        (changed(PADDED_DATA, flags=9), "disagree"),
        (changed(PADDED_DATA, flags=0), "padding without"),
        (changed(PADDED_DATA, type=10), "payload form"),
        (changed(PADDED_DATA, stream_identifier="2"), "stream_identifier"),
        (
            changed(
                PADDED_DATA, frame_payload={"data": "Hello, world!", "padding_length": 5, "padding": "Howdy!"}
            ),
            "long",
        ),
        (
            changed(PADDED_DATA, frame_payload={"data": None, "padding_length": 6, "padding": "Howdy!"}),
            "data is not",
        ),
        (
            changed(PRIORITY, frame_payload={"stream_dependency": 11, "weight": 0, "exclusive": False}),
            "weight",
        ),
    ],
)
def test_a_document_that_contradicts_itself_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(NotExpressible, match=reason):
        imported(document)


# -- the way there and back, over all documents of the format -------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.integers(0, 2**31 - 1)
u32 = st.integers(0, 2**32 - 1)


def u(value: int, size: int) -> str:
    return value.to_bytes(size, "big").hex()


@st.composite
def payloads(draw: st.DrawFn) -> tuple[int, int, dict[str, Any], str]:
    """Return type, flags, the payload's fields, and its octets, put together by hand."""
    kind = draw(st.integers(0, 9))
    flags = draw(st.integers(0, 255))
    dependency = {
        "stream_dependency": draw(ids),
        "weight": draw(st.integers(1, 256)),
        "exclusive": draw(st.booleans()),
    }
    priority = u(dependency["stream_dependency"] | dependency["exclusive"] << 31, 4) + u(
        dependency["weight"] - 1, 1
    )
    text, padding = draw(texts), draw(texts)
    before = after = ""
    pad: dict[str, Any] = {}
    fields: dict[str, Any]
    if kind in (0, 1, 5):
        pad = {"padding_length": None, "padding": None}
        if flags & 8:
            octets = padding.encode()
            pad = {"padding_length": len(octets), "padding": padding}
            before, after = u(len(octets), 1), octets.hex()
    if kind == 0:
        return kind, flags, {"data": text, **pad}, before + text.encode().hex() + after
    if kind == 1:
        fields = {"priority": dependency if flags & 0x20 else None, "header_block_fragment": text, **pad}
        return kind, flags, fields, before + priority * bool(flags & 0x20) + text.encode().hex() + after
    if kind == 2:
        return kind, flags, dependency, priority
    if kind == 3:
        code = draw(u32)
        return kind, flags, {"error_code": code}, u(code, 4)
    if kind == 4:
        pairs = draw(st.lists(st.tuples(st.integers(0, 0xFFFF), u32), max_size=4))
        return (
            kind,
            flags,
            {"settings": [list(p) for p in pairs]},
            "".join(u(i, 2) + u(v, 4) for i, v in pairs),
        )
    if kind == 5:
        promised = draw(ids)
        fields = {"header_block_fragment": text, "promised_stream_id": promised, **pad}
        return kind, flags, fields, before + u(promised, 4) + text.encode().hex() + after
    if kind == 6:
        return kind, flags, {"opaque_data": text}, text.encode().hex()
    if kind == 7:
        last, code = draw(ids), draw(u32)
        fields = {"last_stream_id": last, "error_code": code, "additional_debug_data": text}
        return kind, flags, fields, u(last, 4) + u(code, 4) + text.encode().hex()
    if kind == 8:
        increment = draw(ids)
        return kind, flags, {"window_size_increment": increment}, u(increment, 4)
    return kind, flags, {"header_block_fragment": text}, text.encode().hex()


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return a document as one of many writers would have written it."""
    document: dict[str, Any] = {}
    if draw(st.booleans()):
        octets = draw(st.binary(max_size=24)).hex()
        document = {"error": draw(st.lists(u32, min_size=1, max_size=3)), "frame": None}
    else:
        kind, flags, fields, payload = draw(payloads())
        stream = draw(ids)
        octets = u(len(payload) // 2, 3) + u(kind, 1) + u(flags, 1) + u(stream, 4) + payload
        frame = {"length": len(payload) // 2, "type": kind, "flags": flags, "stream_identifier": stream}
        if kind == 1 and fields["priority"] and draw(st.booleans()):
            fields = {**fields, **fields["priority"]}
            del fields["priority"]
        if kind in (6, 8) and draw(st.booleans()):
            fields = {**fields, "padding_length": None, "padding": None}
        document = {"error": None, "frame": {**frame, "frame_payload": fields}}
    document["wire"] = octets.upper() if draw(st.booleans()) else octets
    description = draw(st.one_of(st.none(), texts))
    if description is not None or draw(st.booleans()):
        document["description"] = description
    return dict(draw(st.permutations(list(document.items()))))


@given(documents())
def test_import_and_export_give_the_same_octets_in_canonical_form(document: dict[str, Any]) -> None:
    vector = through_yaml(imported(document))
    assert frame_json.text(export_case(vector, Losses())) == frame_json.text(document)


@given(documents())
def test_the_canonical_form_is_its_own_canonical_form(document: dict[str, Any]) -> None:
    text = frame_json.text(document)
    assert frame_json.text(json.loads(text)) == text


# -- what the format cannot carry -------------------------------------------------------------------------

HEAD = "format: 1\nsuite: frames/s\nspec: RFC 9113\nrole: frame\ncases:\n"


def vector_of(body: str) -> FrameVector:
    text = f"{HEAD}  - {{id: c, title: A title, req: [r], level: MUST, {body}}}\n"
    (vector,) = parse_suite(nodes.parse(text, "s.yaml")).vectors
    return vector


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            'wire: "000001 00 00 00000001 ff", frame: {type: DATA, stream: 1, flags: [], data: {hex: "ff"}}',
            "not text",
        ),
        (
            'wire: "000001 00 00 80000001 41", frame: {type: DATA, stream: 1, flags: [], data: A}',
            "reserved bit",
        ),
        (
            'wire: "000004 08 00 00000000 80000001", frame: {type: WINDOW_UPDATE, stream: 0, flags: [], '
            "increment: 1}",
            "reserved bit",
        ),
        (
            'wire: "000000 fa 00 00000000", frame: {type: "0xfa", stream: 0, flags: "0x00", payload: ""}',
            "payload form",
        ),
        ('wire: "0000", wait: true', "wait"),
        (
            'wire: "008001 00 00 00000001", error: [CANCEL], context: {max_frame_size: 32768}',
            "default settings",
        ),
        ('wire: "000000 05 00 00000001", error: [PROTOCOL_ERROR], needs: [role]', "role"),
    ],
)
def test_a_vector_without_a_place_says_why(body: str, reason: str) -> None:
    with pytest.raises(NotExpressible, match=reason):
        export_case(vector_of(body), Losses())


def test_what_is_dropped_is_counted() -> None:
    losses = Losses()
    vector = vector_of(
        'wire: "000000 08 00 00000001", error: [FRAME_SIZE_ERROR], scope: connection, note: why,'
        " also: [{outcome: ignored, flag: F}]"
    )
    assert export_case(vector, losses) == {
        "error": [6],
        "wire": "000000080000000001",
        "frame": None,
        "description": "A title",
    }
    assert losses.dropped == {
        "scope of the error": 1,
        "acceptable outcomes with their flags": 1,
        "note": 1,
        "id, requirements and level": 1,
    }
    losses.left_out["because"] += 1
    losses.cases += 1
    assert next(losses.lines("that")) == "1 of 2 cases not expressible in that"


def test_files_are_named_by_frame_type_and_errors_stand_apart() -> None:
    good = vector_of('wire: "000000 05 00 00000001", error: [PROTOCOL_ERROR]')
    assert file_name(good) == "error/push_promise-c.json"
    assert file_name(imported(PRIORITY)) == "x/y.json"
