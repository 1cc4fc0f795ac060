"""Counting votes, and dialogues as cases."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from .. import suitecase
from ..ballot import Ballots, with_result
from ..caseyaml import Case
from ..dialogue_case import case, write_cases
from ..dialogues import draw, minimise, write
from ..errors import InteropError
from ..moves import LOCAL, REQUEST, Kind, Move, frame, headers
from ..naming import named
from ..vote import Ballot, Vote, count

PING = Move(Kind.PING, 0, frame(6, 0, 0, bytes(8)))
RST = Move(Kind.RST_STREAM, 3, frame(3, 0, 3, bytes(4)))


def line(case: str, outcome: str, verdict: str, situation: str | None = "x") -> dict[str, Any]:
    return {
        "kind": "case",
        "id": case,
        "title": "a title",
        "outcome": outcome,
        "verdict": verdict,
        "situation": situation,
        "reason": "because",
    }


@pytest.mark.parametrize(
    ("ballots", "decision"),
    [
        ([("drop", "pass"), ("drop", "pass")], "unanimous"),
        ([("drop", "pass"), ("close", "acceptable")], "all allowed"),
        ([("drop", "pass"), ("close", "fail")], "wrong: b (close): because"),
    ],
)
def test_the_verdict_table_decides(ballots: list[tuple[str, str]], decision: str) -> None:
    records = {voter: [line("c", *ballot)] for voter, ballot in zip("ab", ballots, strict=True)}
    (vote,) = count(records)
    assert vote.decision == decision


def test_nobody_is_wrong_where_no_situation_decides() -> None:
    (vote,) = count({"a": [line("c", "drop", "pass", None)], "b": [line("c", "close", "fail", None)]})
    assert vote.wrong == []
    assert vote.decision.startswith("ambiguous")


def test_a_skipped_case_is_no_ballot() -> None:
    (vote,) = count({"a": [line("c", "drop", "pass")], "b": [line("c", "", "skip")]})
    assert [ballot.voter for ballot in vote.ballots] == ["a"]


def test_the_largest_cluster_stands_first() -> None:
    ballots = tuple(Ballot(v, o, "pass", "") for v, o in (("a", "drop"), ("b", "close"), ("c", "close")))
    assert list(Vote("c", "t", True, ballots).clusters.items()) == [("close", ["b", "c"]), ("drop", ["a"])]


def test_dialogues_are_drawn_by_seed_and_hold_no_move_of_an_application() -> None:
    drawn = draw(20, 1)
    assert drawn == draw(20, 1) != draw(20, 2)
    assert not {move.kind for dialogue in drawn for move in dialogue} & LOCAL


def test_a_dialogue_is_written_as_a_case(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    write({"one": (PING, RST)}, file)
    (written,) = yaml.safe_load(file.read_text())["cases"]
    assert written["steps"] == [
        "handshake",
        {"send": {"PING": {}}},
        {"send": {"RST_STREAM": {"stream": 3, "error": "NO_ERROR"}}},
        {"expect": {"outcome": written["steps"][-1]["expect"]["outcome"], "stream": 3}},
    ]


def ask_about(word: str) -> Callable[[Path], list[Vote]]:
    """Return two voters of which one closes where `word` stands in the steps."""

    def ask(file: Path) -> list[Vote]:
        votes = []
        for asked in yaml.safe_load(file.read_text())["cases"]:
            other = "close" if word in str(asked["steps"]) else "drop"
            ballots = (Ballot("a", "drop", "pass", ""), Ballot("b", other, "pass", ""))
            votes.append(Vote(f"votes/x/{asked['id']}", "t", True, ballots))
        return votes

    return ask


def test_a_dialogue_shrinks_to_what_splits_the_vote(tmp_path: Path) -> None:
    fields = (*REQUEST, (b"a", b"b"), (b"X-Upper", b"1"), (b"c", b"d"))
    request = headers(Kind.MALFORMED_REQUEST, 1, fields, ends=True)
    ballots = Ballots(tmp_path, ask_about("X"))
    (short,) = minimise((PING, PING, request, RST), ballots)
    assert named(short.octets) == [{"REQUEST": {"stream": 1, "headers": [["X", ""]]}}]


def test_a_dialogue_on_which_all_agree_when_asked_again_stays(tmp_path: Path) -> None:
    assert minimise((PING, RST), Ballots(tmp_path, ask_about("X"))) == (PING, RST)


def test_a_case_that_cannot_be_read_spoils_no_other(tmp_path: Path) -> None:
    def ask(file: Path) -> list[Vote]:
        if "HEADERS" in file.read_text():
            raise InteropError("not readable")
        return ask_about("RST_STREAM")(file)

    bad = headers(Kind.TRAILERS, 1, ((b"a", b"b"), (b":path", b"/")), ends=True)
    votes = Ballots(tmp_path, ask).votes([case("x", (PING,)), case("x", (bad,)), case("x", (RST,))])
    assert [vote and len(vote.clusters) for vote in votes] == [1, None, 2]


def test_a_kept_case_says_who_did_what_and_expects_what_was_seen() -> None:
    ballots = (Ballot("a", "drop", "pass", ""), Ballot("b", "close", "pass", ""))
    kept = with_result(case("one", (RST,)), Vote("c", "t", False, ballots))
    assert kept["note"] == ("drop: a; close: b. Ambiguous: no situation of the verdict table covers this")
    assert kept["steps"][-1] == {"expect": {"outcome": ["drop", "close"], "stream": 3}}


def test_a_case_of_the_suite_loses_steps_frames_and_fields_but_not_its_situation() -> None:
    whole = suitecase.load("server/6.4-rst-stream/on-idle-above-an-open-stream")

    def stays(candidates: Sequence[Case]) -> list[bool]:
        return ["RST_STREAM" in str([s["send"] for s in c["steps"] if "send" in s]) for c in candidates]

    short = suitecase.minimise(whole, stays)
    assert short["situation"] == whole["situation"]
    assert [step["send"] for step in short["steps"] if "send" in step] == [
        [{"RST_STREAM": {"stream": 7, "error": "NO_ERROR"}}]
    ]


def test_every_case_can_be_written_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "again.yaml"
    for name in ("6.4-rst-stream", "6.10-continuation"):
        path = suitecase.VECTORS / "server" / f"{name}.yaml"
        slugs = re.findall(r"^  - id: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        cases = [suitecase.load(f"server/{path.stem}/{slug}") for slug in slugs]
        write_cases(cases, file)
        assert slugs
        assert [suitecase.load(f"votes/again/{slug}", [file]) for slug in slugs] == cases


def test_a_case_that_is_nowhere_is_named() -> None:
    with pytest.raises(InteropError, match="no file holds the case"):
        suitecase.load("server/6.7-ping/none")
