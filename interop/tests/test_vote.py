"""Counting votes, and dialogues as cases."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ..dialogues import draw, minimise, write
from ..minimise import Dialogue
from ..moves import LOCAL, Kind, Move, frame
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
    (case,) = yaml.safe_load(file.read_text())["cases"]
    assert case["steps"] == [
        "handshake",
        {"send": {"PING": {}}},
        {"send": {"RST_STREAM": {"stream": 3, "error": "NO_ERROR"}}},
        {"expect": {"outcome": case["steps"][-1]["expect"]["outcome"], "stream": 3}},
    ]


def test_a_dialogue_shrinks_to_the_moves_that_split_the_vote(tmp_path: Path) -> None:
    def ask(file: Path) -> list[Vote]:
        votes = []
        for case in yaml.safe_load(file.read_text())["cases"]:
            is_split = "RST_STREAM" in str(case["steps"])
            ballots = (
                Ballot("a", "drop", "pass", ""),
                Ballot("b", "close" if is_split else "drop", "pass", ""),
            )
            votes.append(Vote(f"votes/x/{case['id']}", "t", True, ballots))
        return votes

    dialogue: Dialogue = (PING, PING, RST, PING)
    assert minimise(dialogue, tmp_path, ask) == (RST,)
