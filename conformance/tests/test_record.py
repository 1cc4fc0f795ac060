"""Reading a run record back: what a killed run leaves is kept, what is damaged is refused by its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from ..cli import main
from ..errors import UsageError
from ..exitcodes import Exit
from ..records.record import read
from ..records.recorded import load_run
from .records import ENTRIES, FOOTER, HEADER, case, write_run

ID = "server/6.7-ping/on-a-stream"


def written(path: Path, *lines: Any) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def without(line: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != key}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([[]], ":1: not a line of a run record"),
        ([{"kind": "header"}], ":1: header: `format` is missing"),
        ([HEADER | {"format": 7}], ":1: run record of format 7, this h2conf reads 1"),
        ([HEADER | {"target": {"spec": "x"}}], ":1: header: `target.version` is missing"),
        ([HEADER | {"started": "soon"}], ":1: header: `started`: expected a time, found 'soon'"),
        ([HEADER | {"needs": {"echo": True}}], ":1: need echo: expected an object, found True"),
        ([case(ID)], ":1: not a run record: no header"),
        ([HEADER, HEADER], ":2: two runs in one file"),
        ([HEADER, FOOTER, HEADER], ":3: two runs in one file"),
        ([HEADER, FOOTER, case(ID)], ":3: a case behind the footer"),
        ([HEADER, case(ID), case(ID)], f"case {ID} stands there twice"),
        ([HEADER, case(ID, id=5)], ":2: case: `id`: expected a text, found 5"),
        ([HEADER, without(case(ID), "suite")], ":2: case: `suite` is missing"),
        ([HEADER, case(ID, "banana")], ":2: case: `verdict`: expected one of pass, acceptable,"),
        ([HEADER, case(ID, without_baseline="xfail")], "`without_baseline`: expected one of pass,"),
        ([HEADER, case(ID, attempts=True)], ":2: case: `attempts`: expected a number, found True"),
        ([HEADER, case(ID, crash=0)], ":2: case: `crash`: expected true or false, found 0"),
        ([HEADER, case(ID, control={"ok": True})], f":2: case {ID}, control: `outcome` is missing"),
        ([HEADER, case(ID, transcript=[5])], f":2: case {ID}, transcript entry 1: expected an object"),
        (
            [HEADER, case(ID, transcript=[*ENTRIES, {"ms": 1, "dir": "up"}])],
            "entry 5: `dir`: expected one of",
        ),
        ([HEADER, FOOTER | {"exit": None}], ":2: footer: `exit`: expected a number, found None"),
    ],
)
def test_a_damaged_line_is_named_with_what_is_wrong(tmp_path: Path, lines: list[Any], message: str) -> None:
    path = written(tmp_path / "run.jsonl", *lines)
    with pytest.raises(UsageError) as caught:
        load_run(path)
    assert message in str(caught.value)


def test_keys_of_a_later_version_are_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", HEADER | {"x": 1}, case(ID, x=2), FOOTER | {"x": 3})
    assert load_run(path).cases[ID]["x"] == 2


def test_a_last_line_that_was_cut_off_costs_nothing_but_itself(tmp_path: Path) -> None:
    whole = write_run(tmp_path / "whole.jsonl", [case(f"server/a/{n}") for n in "xyz"]).read_bytes()
    third = whole.index(b'"server/a/z"')
    for name, octets in (("line", whole[:third]), ("character", whole[:third] + b"\xe2\x82")):
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(octets)
        run = load_run(path)
        assert (list(run.cases), run.footer) == (["server/a/x", "server/a/y"], None)


def test_a_broken_line_in_the_middle_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text(f'{json.dumps(HEADER)}\n{{"kind": "ca\n{json.dumps(FOOTER)}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=":2: not a run record"):
        list(read(path))


@pytest.mark.parametrize("octets", [b"\xff\xfe\x00", b"", b"hello\n"])
@pytest.mark.parametrize("command", ["report", "diff", "baseline"])
def test_every_command_refuses_what_is_no_record(
    tmp_path: Path, octets: bytes, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(octets)
    more = {
        "report": [str(path)],
        "diff": [str(path)] * 2,
        "baseline": ["update", str(tmp_path / "b"), str(path)],
    }
    assert main([command, *more[command]]) == Exit.USAGE
    assert "not a run record" in capsys.readouterr().err
