"""Skip files: every line has a reason, and a line that fits nothing is found."""

from pathlib import Path

import pytest

from ..errors import UsageError
from ..records.skipfile import load_skip_file

IDS = ("server/6.7-ping/on-a-stream", "server/8.4-push/order", "server/8.4-push/first")


def test_ids_and_globs_give_their_reason(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("server/8.4-push/order: first\nserver/8.4-push/*: never pushes\n")
    skips = load_skip_file(tmp_path / "s.yaml")
    assert [skips.reason(name) for name in IDS] == [None, "first", "never pushes"]
    assert skips.stale(IDS) == []


def test_a_line_that_fits_no_case_is_stale(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("server/6.7-pong/*: x\nserver/6.7-ping/*: y\n")
    assert load_skip_file(tmp_path / "s.yaml").stale(IDS) == ["server/6.7-pong/*"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a/b: ''", "a/b needs a reason"),
        ("a/b: ' '", "a/b needs a reason"),
        ("a/b:", "expected text, found nothing"),
        ("a/b: 12", "expected text, found the number 12"),
        ("- a/b", "expected a mapping"),
        ("a/b: x\na/b: y", "s.yaml:2: duplicate key"),
        ("", "empty"),
    ],
)
def test_a_line_without_reason_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_skip_file(tmp_path / "s.yaml")
