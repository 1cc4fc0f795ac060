"""The requirement catalogue: strict, and read alike by both of its readers."""

from pathlib import Path

import pytest

from ..errors import VectorError
from ..rules.catalogue import REASONS, ROLES, load_rows
from ..rules.requirements import load_requirements

ROW = """\
  - id: rfc9113/6.7-8#1
    section: "6.7"
    actor: [receiver]
    level: MUST
    summary: A PING on a stream is a connection error.
    observable: {server: "yes", client: "yes", codec: "yes", proxy: "yes"}
"""
HEAD = "format: 1\ndocument: rfc9113\ntitle: HTTP/2\nrequirements:\n"


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "rfc9113.yaml").write_text(text)
    return tmp_path


def test_a_row_is_read_whole(tmp_path: Path) -> None:
    unkeyed = ROW.replace("6.7-8#1", "6.7-u1").replace("    level", "    keyed: false\n    level")
    unkeyed = unkeyed.replace('proxy: "yes"', "proxy: internal")
    rows = load_rows(folder(tmp_path, HEAD + ROW + unkeyed))
    row = rows["rfc9113/6.7-8#1"]
    assert (row.section, row.actor, row.level, row.document) == ("6.7", ("receiver",), "MUST", "rfc9113")
    assert row.is_keyed
    assert row.is_observable("proxy")
    assert not rows["rfc9113/6.7-u1"].is_keyed
    assert not rows["rfc9113/6.7-u1"].is_observable("proxy")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("level: MUST", "level: SHALL", 8, "expected a level"),
        ("[receiver]", "[nobody]", 7, "expected an actor"),
        ('proxy: "yes"', "proxy: maybe", 10, "expected yes or why not"),
        (', proxy: "yes"', "", 10, "missing key 'proxy'"),
        ("    section", "    sektion", 6, "unknown key 'sektion'"),
        ("rfc9113/6.7", "rfc7541/6.7", 5, "does not belong to rfc9113"),
        (ROW, ROW + ROW, 11, "exists already"),
    ],
)
def test_a_broken_row_names_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in ROW
    with pytest.raises(VectorError, match=message) as raised:
        load_rows(folder(tmp_path, HEAD + ROW.replace(old, new)))
    assert raised.value.line == line
    assert raised.value.path.endswith("rfc9113.yaml")


def test_both_readers_agree_about_the_catalogue() -> None:
    rows = {name: (row.level, row.summary) for name, row in load_rows().items()}
    assert rows == {name: (one.level, one.summary) for name, one in load_requirements().items()}
    assert len(rows) > 400


def test_every_row_says_for_each_role_whether_it_can_be_seen() -> None:
    for row in load_rows().values():
        assert set(row.observable) == set(ROLES)
        assert set(row.observable.values()) <= {"yes", *REASONS}
