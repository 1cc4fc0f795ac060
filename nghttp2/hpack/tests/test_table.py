"""Table entries as the user sees them, and the sizes that may be set."""

import pytest

from ..debug import print_hd_table
from ..deflater import HDDeflater
from ..inflater import HDInflater
from ..table import HDTableEntry, check_table_size

BLOCK = [(b"foo", b"bar"), (b"baz", b"buz")]


def test_an_entry_takes_32_octets_beyond_name_and_value() -> None:
    entry = HDTableEntry(b"foo", 3, b"bar", 3)
    assert (entry.name, entry.namelen, entry.value, entry.valuelen) == (b"foo", 3, b"bar", 3)
    assert entry.space() == 38


def test_both_ends_show_the_dynamic_entries_newest_first(capsys: pytest.CaptureFixture[str]) -> None:
    encoder, decoder = HDDeflater(), HDInflater()
    decoder.inflate(encoder.deflate(BLOCK))
    for codec in (encoder, decoder):
        table = codec.get_hd_table()
        assert table == [HDTableEntry(b"baz", 3, b"buz", 3), HDTableEntry(b"foo", 3, b"bar", 3)]
        table.clear()  # a copy
        print_hd_table(codec.get_hd_table())
        assert capsys.readouterr().out == "[1] (s=38) baz: buz\n[2] (s=38) foo: bar\n"


def test_an_empty_table_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_hd_table(HDInflater().get_hd_table())
    assert capsys.readouterr().out == ""


def test_names_and_values_that_are_not_utf8_do_not_print() -> None:
    for entry in (HDTableEntry(b"\xff", 1, b"", 0), HDTableEntry(b"a", 1, b"\xff", 1)):
        with pytest.raises(UnicodeDecodeError):
            print_hd_table([entry])


@pytest.mark.parametrize("size", [-1, 2**32])
def test_a_size_out_of_range_is_an_overflow_error(size: int) -> None:
    for action in (
        check_table_size,
        HDDeflater,
        HDDeflater().change_table_size,
        HDInflater().change_table_size,
    ):
        with pytest.raises(OverflowError, match=str(size)):
            action(size)


@pytest.mark.parametrize("size", ["4096", None, 1.0, b"1"])
def test_a_size_that_is_no_int_is_a_type_error(size: object) -> None:
    for action in (
        check_table_size,
        HDDeflater,
        HDDeflater().change_table_size,
        HDInflater().change_table_size,
    ):
        with pytest.raises(TypeError, match="is an int"):
            action(size)  # type: ignore[arg-type]  # on purpose
