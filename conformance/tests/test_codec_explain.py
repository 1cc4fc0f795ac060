"""Blocks told instruction by instruction, also those that break off or make no sense."""

import pytest

from conformance.cli import main
from conformance.codec.explain import instructions, wire_lines
from conformance.codec.vector import load_vectors
from conformance.exitcodes import Exit


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        ("82", [("82", 'indexed 2: :method "GET"')]),
        ("80", [("80", "indexed 0: index 0")]),
        ("be", [("be", "indexed 62: dynamic entry 1")]),
        ("3f45 20", [("3f45", "size update to 100"), ("20", "size update to 0")]),
        ("40 01 61 81 1f", [("400161811f", 'literal incremental: "a" "a"')]),
        ("04 02 2f61", [("04022f61", 'literal without indexing: name 4 (:path) "/a"')]),
        ("10 00 01 ff", [("100001ff", 'literal never indexed: "" "\\xff"')]),
        ("82 00 03 61", [("82", 'indexed 2: :method "GET"'), ("000361", "cut off")]),
        ("ff", [("ff", "cut off")]),
        ("04", [("04", "cut off")]),
        ("", []),
    ],
)
def test_instructions(wire: str, told: list[tuple[str, str]]) -> None:
    assert [(octets.hex(), text) for octets, text in instructions(bytes.fromhex(wire))] == told


def test_a_wrong_padding_is_named() -> None:
    ((_, text),) = instructions(bytes.fromhex("04 81 18"))
    assert "padding" in text


def test_every_vector_can_be_told_and_every_octet_is_in_it() -> None:
    for vector in load_vectors():
        assert list(wire_lines(vector))
        for block in (*vector.blocks, *vector.control):
            assert b"".join(octets for octets, _ in instructions(block.wire)) == block.wire


def test_the_commands_explain_and_show_a_codec_vector(capsys: pytest.CaptureFixture[str]) -> None:
    case = "hpack/size-updates-generated/behind-indexed"
    assert main(["explain", case]) == Exit.OK
    explained = capsys.readouterr().out
    assert "rfc7541/4.2-u1  SHOULD" in explained
    assert "fields is acceptable (HpackLenient)" in explained
    assert main(["show", case]) == Exit.OK
    assert capsys.readouterr().out.startswith("  - id: behind-indexed\n")
    assert main(["show", "--wire", case]) == Exit.OK
    assert "size update to 100" in capsys.readouterr().out
    assert main(["show", "hpack/no/such"]) == Exit.USAGE
