"""The static table at the places where a slip of the pen would show (RFC 7541 Appendix A)."""

import pytest

from ..static_table import STATIC_LENGTH, STATIC_NAME_INDEX, STATIC_TABLE


@pytest.mark.parametrize(
    ("index", "field"),
    [
        (1, (b":authority", b"")),
        (2, (b":method", b"GET")),
        (5, (b":path", b"/index.html")),
        (8, (b":status", b"200")),
        (14, (b":status", b"500")),
        (16, (b"accept-encoding", b"gzip, deflate")),
        (20, (b"access-control-allow-origin", b"")),
        (32, (b"cookie", b"")),
        (38, (b"host", b"")),
        (55, (b"set-cookie", b"")),
        (61, (b"www-authenticate", b"")),
    ],
)
def test_entries_have_their_index(index: int, field: tuple[bytes, bytes]) -> None:
    assert STATIC_TABLE[index - 1] == field


def test_there_are_61_entries_of_52_names() -> None:
    assert len(STATIC_TABLE) == STATIC_LENGTH == 61
    assert len(STATIC_NAME_INDEX) == 52
    assert all(value == b"" for _, value in STATIC_TABLE[16:])


def test_a_name_has_the_index_of_its_first_entry() -> None:
    assert (STATIC_NAME_INDEX[b":status"], STATIC_NAME_INDEX[b":path"], STATIC_NAME_INDEX[b"via"]) == (
        8,
        4,
        60,
    )
