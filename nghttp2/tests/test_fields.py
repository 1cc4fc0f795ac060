"""fields.py: what the handler interface cannot show; the rules themselves are in test_receiving."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nghttp2.errors import MalformedFault
from nghttp2.fields import FieldCheck, Fields, list_size, outgoing

from .peer import GET, POST

names = st.text("abcdefgh-_!#$%&'*+.^`|~0123456789", min_size=1, max_size=8).map(str.encode)
values = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12).map(str.encode)
plain = st.tuples(names, values).filter(lambda pair: pair[0] not in (b"te", b"host", b"cookie", b"expect"))


@given(st.lists(plain, max_size=8))
def test_any_well_formed_fields_pass_unchanged_and_in_order(fields: Fields) -> None:
    head = FieldCheck().request(1, [*GET, *fields])
    assert head.headers == [*GET, *fields]
    assert head.size == list_size([*GET, *fields])


@given(plain, st.sampled_from(b"\0\r\n\x7f\x01\x1f"), st.integers(0, 12))
def test_a_control_octet_anywhere_in_a_value_is_malformed(
    pair: tuple[bytes, bytes], octet: int, position: int
) -> None:
    name, value = pair
    bad = value[:position] + bytes((octet,)) + value[position:]
    check = FieldCheck()
    with pytest.raises(MalformedFault) as caught:
        check.request(3, [*GET, (name, bad)])
    assert (caught.value.stream_id, caught.value.error_code, caught.value.status) == (3, 1, 400)
    with pytest.raises(ValueError, match="not allowed"):
        outgoing([(name, bad)])


def test_every_octet_of_a_name_is_judged() -> None:
    allowed = set(b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")
    for octet in range(256):
        fields = [*GET, (b"x" + bytes((octet,)), b"")]
        if octet in allowed:
            assert FieldCheck().request(1, fields).headers == fields
        else:
            with pytest.raises(MalformedFault):
                FieldCheck().request(1, fields)


def test_what_is_remembered_is_bounded_and_holds_no_secrets() -> None:
    check = FieldCheck()
    for number in range(1000):
        check.request(1, [*GET, (b"x-%d" % number, b"v"), (b"authorization", b"secret %d" % number)])
        check.request(1, [*GET, (b"cookie", b"secret %d" % number), (b"long", b"%d" % number * 200)])
    assert len(check._known) <= 256
    assert not [pair for pair in check._known if b"secret" in pair[1] or len(pair[1]) > 128]


def test_a_remembered_field_is_still_judged_in_its_place() -> None:
    check = FieldCheck()
    check.request(1, [*POST, (b"content-length", b"5"), (b"x", b"y")])
    for fields in (
        [*POST, (b"x", b"y"), (b":path", b"/")],
        [*POST, (b"content-length", b"5"), (b"content-length", b"6")],
        [*POST, *POST],
    ):
        with pytest.raises(MalformedFault):
            check.request(1, fields)
    with pytest.raises(MalformedFault):
        check.trailers(1, [(b":path", b"/")])


@pytest.mark.parametrize(
    ("fields", "priority"),
    [
        ([], None),
        ([(b"priority", b"u=1")], (1, False)),
        ([(b"priority", b"u=1"), (b"priority", b"i")], (1, True)),
        ([(b"priority", b"")], (3, False)),
    ],
)
def test_priority_lines_combine(fields: Fields, priority: tuple[int, bool] | None) -> None:
    assert FieldCheck().request(1, [*GET, *fields]).priority == priority


def test_outgoing_takes_str_and_bytes_and_lowers_names() -> None:
    assert outgoing([("X-Ä".replace("Ä", "A"), "ä"), (b"B", bytearray(b"c"))]) == [  # type: ignore[list-item] # bytearray is tolerated
        (b"x-a", "ä".encode()),
        (b"b", b"c"),
    ]
    assert outgoing(None) == []
