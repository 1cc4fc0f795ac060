"""Strict YAML: what is refused, and where the message points."""

from pathlib import Path

import pytest

from ..errors import VectorError
from ..reading.nodes import load, parse


def test_scalars_follow_the_core_rules_of_yaml_1_2() -> None:
    fields = parse("a: no\nb: on\nc: 012\nd: 12\ne: true\nf: ~\ng: 1.5\nh: '12'\n", "x.yaml").mapping()
    values = {name: value.scalar_or_none() for name, value in fields.items()}
    assert values == {"a": "no", "b": "on", "c": "012", "d": 12, "e": True, "f": None, "g": 1.5, "h": "12"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "duplicate key 'a'"),
        ("a: [1, 2\nb: 3\n", 2, "not YAML"),
        ("", 1, "the file is empty"),
        ("[a, b]\n", 1, "expected a mapping, found a list"),
        ("{[a]: 1}\n", 1, "a key must be text"),
        ("a: 1\n---\nb: 1\n", 2, "not YAML"),
        ("\ta: 1\n", 1, "not YAML"),
        ("a: é\nb: 'é\x07'\n", 2, "not YAML: the character U+0007 may stand there only as an escape"),
        ("a: 1\r\nb: 2\r\nc: \x7f", 3, "not YAML: the character U+007F may stand there only as an escape"),
    ],
)
def test_what_is_not_a_mapping_names_file_and_line(text: str, line: int, message: str) -> None:
    with pytest.raises(VectorError) as caught:
        parse(text, "some.yaml").mapping()
    assert (caught.value.path, caught.value.line) == ("some.yaml", line)
    assert message in caught.value.message
    assert "\n" not in str(caught.value)


def test_octets_that_are_no_text_name_their_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: 2\nc: \xff\n")
    with pytest.raises(VectorError, match="not UTF-8: invalid start byte") as caught:
        load(path)
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1234", "as a quoted string, found the number 1234"),
        ("ab cd", "as a quoted string, found the text 'ab cd'"),
        ("'0'", "not hexadecimal octets: '0'"),
        ("'0g'", "not hexadecimal octets: '0g'"),
        ("'00 0 1'", "not hexadecimal octets"),
        ("[1]", "found a list"),
        ("true", "found the boolean true"),
    ],
)
def test_hex_is_a_quoted_string_of_whole_octets(text: str, message: str) -> None:
    with pytest.raises(VectorError, match=r"expected|not hexadecimal") as caught:
        parse(f"a: {text}\n", "x.yaml").mapping()["a"].hex()
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "octets"), [("''", b""), ("'00ff'", b"\x00\xff"), ('" 00 Ff "', b"\x00\xff")]
)
def test_hex_may_have_blanks_between_octets(text: str, octets: bytes) -> None:
    assert parse(f"a: {text}\n", "x.yaml").mapping()["a"].hex() == octets


@pytest.mark.parametrize(
    ("method", "text", "message"),
    [
        ("text", "12", "expected text, found the number 12"),
        ("text", "true", "expected text, found the boolean true"),
        ("text", "", "expected text, found nothing"),
        ("integer", "'1'", "expected an integer, found the text '1'"),
        ("integer", "0x10", "expected an integer, found the text '0x10'"),
        ("integer", "true", "expected an integer, found the boolean true"),
        ("integer", "-1", "expected an integer from 0"),
        ("boolean", "yes", "expected true or false, found the text 'yes'"),
        ("boolean", "1", "expected true or false, found the number 1"),
        ("items", "a", "expected a list, found the text 'a'"),
        ("mapping", "a", "expected a mapping, found the text 'a'"),
        ("single", "{a: 1, b: 2}", "expected one key, found 2: a, b"),
        ("number", "a", "expected a number, found the text 'a'"),
    ],
)
def test_the_wrong_type_is_named(method: str, text: str, message: str) -> None:
    value = parse(f"a: {text}\n", "x.yaml").mapping()["a"]
    with pytest.raises(VectorError) as caught:
        getattr(value, method)()
    assert message in caught.value.message


def test_an_unknown_key_points_at_the_key() -> None:
    with pytest.raises(VectorError) as caught:
        parse("a: 1\nc: 2\n", "x.yaml").fields(required=("a",), optional=("b",))
    assert caught.value.line == 2
    assert caught.value.message == "unknown key 'c' (known: a, b)"


def test_a_missing_key_is_named() -> None:
    with pytest.raises(VectorError, match="missing key 'a'"):
        parse("b: 1\n", "x.yaml").fields(required=("a",), optional=("b",))
