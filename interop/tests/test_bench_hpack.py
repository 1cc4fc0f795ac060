"""The stories and the comparison that runs over them; no timing decides anything here."""

import json
from pathlib import Path

import pytest

from ..bench_hpack import main
from ..stories import KINDS, generated, read


def test_stories_depend_on_the_seed_alone() -> None:
    assert generated(1) == generated(1)
    assert generated(1) != generated(2)


def test_stories_of_every_kind_are_well_formed() -> None:
    stories = generated(7)
    assert {name.partition("-")[0] for name in stories} == set(KINDS)
    for story in stories.values():
        assert len(story) > 5
        for fields in story:
            assert fields[0][0] in (b":method", b":status")
            assert all(name == name.lower() and value for name, value in fields)


def test_stories_are_read_from_the_layout_of_hpack_test_case(tmp_path: Path) -> None:
    cases = [
        {"seqno": 0, "wire": "82", "headers": [{":method": "GET"}, {"a": "1"}]},
        {"headers": [{"a": "é"}]},
    ]
    (tmp_path / "some-encoder").mkdir()
    (tmp_path / "some-encoder" / "story_00.json").write_text(json.dumps({"cases": cases}))
    expected = [[(b":method", b"GET"), (b"a", b"1")], [(b"a", "é".encode())]]
    assert read(tmp_path) == {"some-encoder/story_00.json": expected}


def test_a_directory_without_stories_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no story_\*\.json"):
        read(tmp_path)


def test_the_comparison_prints_and_writes_its_ratios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("hpack", reason="hpack from PyPI is not installed")
    result = tmp_path / "result.json"
    assert main(["--seed", "3", "--rounds", "1", "--json", str(result)]) == 0
    assert "generated, seed 3" in capsys.readouterr().out
    written = json.loads(result.read_text())
    assert set(written["results"]) == {"all", *KINDS}
    assert written["results"]["all"]["decode_ratio"] > 0
    assert 0 < written["results"]["all"]["size"] < 1
