"""The fields that h2conf sent, read back from the octets in the record."""

from typing import Any

import pytest

from ..report.fieldblocks import MAX_SHOWN, with_fields
from ..report.transcript import lines


def sent(octets: str, *, on: str = "a", phase: str = "case", direction: str = "send") -> dict[str, Any]:
    return {"ms": 1.0, "on": on, "dir": direction, "phase": phase, "type": "X", "summary": "x", "hex": octets}


def noted(*entries: dict[str, Any]) -> list[str]:
    return [entry["summary"] for entry in with_fields(entries) if entry["dir"] == "note"]


INDEXED = "00 00 02 01 05 00 00 00 01 82 87"
INSERT = "00 00 06 01 05 00 00 00 01 82 40 01 61 01 62"
REFER = "00 00 02 01 05 00 00 00 03 82 be"


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (INDEXED, "fields :method: GET, :scheme: https"),
        ("00 00 00 01 05 00 00 00 01", "no fields"),
        ("00 00 07 01 25 00 00 00 01 80 00 00 03 10 82 87", "fields :method: GET, :scheme: https"),
        ("00 00 0a 01 2d 00 00 00 01 02 80 00 00 03 10 82 87 00 00", "fields :method: GET, :scheme: https"),
        ("00 00 06 05 04 00 00 00 01 00 00 00 02 82 87", "fields :method: GET, :scheme: https"),
        ("00 00 05 01 05 00 00 00 01 00 01 ff 01 0a", "fields \\xff: \n"),
        (
            "00 00 01 01 05 00 00 00 01 be",
            "a field block that cannot be decoded: index 62 is beyond the dynamic table of 0 entries",
        ),
    ],
)
def test_a_block_is_told_behind_its_frame(octets: str, told: str) -> None:
    entry = sent(octets)
    assert next(iter(with_fields([entry]))) is entry
    assert noted(entry) == [told]


def test_a_block_in_pieces_is_told_behind_the_last() -> None:
    pieces = [
        sent("00 00 01 01 01 00 00 00 01 82"),
        sent("00 00 01 09 00 00 00 00 01 87"),
        sent("00 00 00 09 04 00 00 00 01"),
    ]
    assert noted(*pieces[:2]) == []
    assert noted(*pieces) == ["fields :method: GET, :scheme: https"]


def test_later_blocks_use_the_table_of_their_own_connection_and_phase() -> None:
    assert noted(sent(INSERT), sent(REFER)) == ["fields :method: GET, a: b", "fields :method: GET, a: b"]
    assert "cannot be decoded" in noted(sent(INSERT), sent(REFER, on="b"))[1]
    assert "cannot be decoded" in noted(sent(INSERT), sent(REFER, phase="control"))[1]


@pytest.mark.parametrize(
    "octets",
    [
        INSERT + " ...",
        "00 00 03 01 0d 00 00 00 01 ff 82 87",
        "00 00 00 01 0d 00 00 00 01",
        "00 00 02 00 05 00 00 00 01 82 87",
        "00 00 02",
        "zz",
        "",
    ],
)
def test_nothing_is_made_up_of_what_is_no_whole_block(octets: str) -> None:
    assert noted(sent(octets)) == []


def test_what_refers_to_a_block_that_was_cut_is_not_guessed() -> None:
    assert noted(sent(INSERT + " ..."), sent(INSERT), sent(REFER), sent(INDEXED)) == [
        "fields :method: GET, a: b",
        "fields :method: GET, :scheme: https",
    ]


def test_what_the_target_sent_is_left_to_the_record() -> None:
    assert noted(sent(INDEXED, direction="recv")) == []
    assert noted({**sent(INDEXED), "type": "RAW"}) == []


def test_a_long_list_is_cut() -> None:
    (told,) = noted(sent("00 03 e8 01 05 00 00 00 01" + " 82" * 1000))
    assert len(told) < MAX_SHOWN + 20
    assert told.endswith(" ...")


def test_the_transcript_shows_them_with_hidden_characters_written_out() -> None:
    assert list(lines([sent("00 00 05 01 05 00 00 00 01 00 01 61 01 0a")])) == [
        "      1.0 ms --> x",
        "      1.0 ms   . fields a: \\x0a",
    ]
