"""Accepted differences: each still occurs, each file error is named, and nothing else is tolerated."""

from pathlib import Path

import pytest

from ..differences import Difference, load
from ..errors import Exit, InteropError
from ..searches import disagreements, still_differs


@pytest.mark.parametrize("difference", load(), ids=lambda difference: difference.id)
def test_an_accepted_difference_still_differs(difference: Difference) -> None:
    assert still_differs(difference)


def test_an_entry_explains_only_the_outcome_that_it_names() -> None:
    entry = next(d for d in load() if d.id == "hpack-three-size-updates")
    (found, *_) = disagreements(entry)
    assert found.explained([entry]) is entry
    assert not entry.explains("codec", "hpack", found.features, "fields", "error")
    assert not entry.explains("codec", "other", found.features, "error", "fields")
    assert not entry.explains("codec", "hpack", frozenset(), "error", "fields")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("differences: [{id: a}]", "a: missing or unknown"),
        (
            "differences: [{id: a, kind: x, peer: p, versions: v, when: w, ours: o, theirs: t,"
            " spec: s, rule: r, right: ours, example: {}}]",
            "a: kind or right",
        ),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "differences.yaml"
    file.write_text(text)
    with pytest.raises(InteropError, match=complaint) as raised:
        load(file)
    assert raised.value.exit_code is Exit.INVALID
