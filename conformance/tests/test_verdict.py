"""The verdict table: what was seen, what is allowed, what comes of it."""

import pytest

from ..judge.reaction import Reaction
from ..judge.verdict import judge, refusal
from ..reading.nodes import parse
from ..rules.outcome import Outcome, parse_outcome
from ..rules.situations import Acceptable, load_situations


def outcome(text: str) -> Outcome:
    """Return an outcome from its text."""
    return parse_outcome(parse(f"- '{text}'\n", "x.yaml").items()[0])


def verdict(seen: str, best: str, acceptable: str = "", **more: object) -> tuple[str, list[str]]:
    """Judge; `acceptable`: `outcome/Flag` joined by blanks."""
    entries = []
    for item in acceptable.split():
        text, flag = item.split("/")
        entries.append(Acceptable((outcome(text),), flag))
    reaction = Reaction(outcome(seen), credible=True)
    for name, value in more.items():
        setattr(reaction, name, value)
    result = judge(reaction, [outcome(text) for text in best.split()], entries)
    return result.verdict, result.flags


CE, SE = "connection_error", "stream_error"


@pytest.mark.parametrize(
    ("seen", "best", "acceptable", "expected", "flags"),
    [
        # The best outcome, and any of several.
        (f"{CE}(PROTOCOL_ERROR)", f"{CE}(PROTOCOL_ERROR)", "", "pass", []),
        (f"{SE}(STREAM_CLOSED)", f"{CE}(STREAM_CLOSED) {SE}(STREAM_CLOSED)", "", "pass", []),
        ("close", f"{CE}(PROTOCOL_ERROR) close", "", "pass", []),
        ("drop", "drop", "", "pass", []),
        ("response(404)", "response(4xx)", "", "pass", []),
        ("response(204)", "serve", "", "pass", []),
        # RFC 9113 5.4: a generic code for a specific one, in the scope that is allowed.
        (f"{CE}(PROTOCOL_ERROR)", f"{CE}(FRAME_SIZE_ERROR)", "", "acceptable", ["GenericCode"]),
        (f"{CE}(INTERNAL_ERROR)", f"{CE}(COMPRESSION_ERROR)", "", "acceptable", ["GenericCode"]),
        (f"{SE}(INTERNAL_ERROR)", f"{SE}(FLOW_CONTROL_ERROR)", "", "acceptable", ["GenericCode"]),
        (f"{CE}(FLOW_CONTROL_ERROR)", f"{CE}(FRAME_SIZE_ERROR)", "", "fail", []),
        (f"{CE}(NO_ERROR)", f"{CE}(FRAME_SIZE_ERROR)", "", "fail", []),
        (f"{CE}(ENHANCE_YOUR_CALM)", f"{CE}(PROTOCOL_ERROR)", "", "fail", []),
        # RFC 9113 5.4.1: a stream error may be escalated, a connection error not narrowed.
        (f"{CE}(STREAM_CLOSED)", f"{SE}(STREAM_CLOSED)", "", "acceptable", ["Escalated"]),
        (f"{CE}(PROTOCOL_ERROR)", f"{SE}(STREAM_CLOSED)", "", "acceptable", ["Escalated", "GenericCode"]),
        (f"{CE}(FRAME_SIZE_ERROR)", f"{SE}(STREAM_CLOSED)", "", "fail", []),
        (f"{CE}(PROTOCOL_ERROR)", "malformed", "", "acceptable", ["Escalated"]),
        (f"{SE}(PROTOCOL_ERROR)", f"{CE}(PROTOCOL_ERROR)", "", "fail", []),
        (f"{CE}(PROTOCOL_ERROR)", "drop", "", "fail", []),
        (f"{CE}(PROTOCOL_ERROR)", f"serve {SE}(PROTOCOL_ERROR)", "", "fail", []),
        (f"{SE}(PROTOCOL_ERROR)", "drop", "", "fail", []),
        # A bare close.
        ("close", f"{CE}(PROTOCOL_ERROR)", "", "acceptable", ["NoGoaway"]),
        ("close", f"{SE}(PROTOCOL_ERROR)", "", "acceptable", ["Escalated", "NoGoaway"]),
        ("close", "drop", "", "fail", []),
        ("close", "serve", "", "fail", []),
        # Nothing happened.
        ("drop", f"{CE}(PROTOCOL_ERROR)", "", "fail", []),
        ("drop", "malformed", "", "fail", []),
        # What the situation lists.
        ("drop", f"{SE}(STREAM_CLOSED)", "drop/ClosedLenient", "acceptable", ["ClosedLenient"]),
        (f"{SE}(CANCEL)", "response(405)", f"{SE}(*)/TunnelRefused", "acceptable", ["TunnelRefused"]),
        # Malformed requests (RFC 9113 8.1.1).
        (f"{SE}(PROTOCOL_ERROR)", "malformed", "", "pass", []),
        (f"{SE}(INTERNAL_ERROR)", "malformed", "", "acceptable", ["GenericCode"]),
        (f"{SE}(CANCEL)", "malformed", "", "fail", []),
        ("response(400)", "malformed", "", "pass", []),
        ("response(200)", "malformed", "", "fail", []),
        ("response(500)", "malformed", "response(5xx)/Answered5xx", "acceptable", ["Answered5xx"]),
    ],
)
def test_outcomes_are_weighed(seen: str, best: str, acceptable: str, expected: str, flags: list[str]) -> None:
    assert verdict(seen, best, acceptable) == (expected, flags)


def test_what_is_forbidden_is_not_excused_by_another_reading() -> None:
    served = Reaction(outcome("response(200)"), (outcome("serve"), outcome("drop")))
    lenient = [Acceptable((outcome("drop"),), "ClosedLenient")]
    best = [outcome(f"{SE}(STREAM_CLOSED)")]
    assert judge(served, best, lenient).verdict == "acceptable"
    assert judge(served, best, lenient, [outcome("serve")]).verdict == "fail"
    silent = Reaction(outcome("drop"), (outcome("serve"),))
    assert judge(silent, [outcome("serve")], []).verdict == "pass"
    assert judge(silent, [outcome("serve")], [], [outcome("drop")]).verdict == "fail"


def test_a_close_proves_nothing_without_a_fence_before_it() -> None:
    assert verdict("close", f"{CE}(PROTOCOL_ERROR)", credible=False) == ("fail", [])


def test_a_problem_makes_the_best_outcome_a_failure() -> None:
    assert verdict(f"{SE}(PROTOCOL_ERROR)", f"{SE}(PROTOCOL_ERROR)", problems=["idle"]) == ("fail", [])


def test_a_flag_of_the_reaction_makes_it_acceptable_at_best() -> None:
    assert verdict(f"{CE}(PROTOCOL_ERROR)", f"{CE}(PROTOCOL_ERROR)", flags=["ManyGoaway"]) == (
        "acceptable",
        ["ManyGoaway"],
    )


@pytest.mark.parametrize(
    ("seen", "differs", "twin_2xx"),
    [("response(400)", 400, False), ("response(500)", None, True), (f"{SE}(PROTOCOL_ERROR)", None, False)],
)
def test_an_answer_is_bound_to_the_answer_of_the_twin(seen: str, differs: int | None, twin_2xx: bool) -> None:
    acceptable = [Acceptable((outcome("response(5xx)"),), "Answered5xx")]
    result = judge(Reaction(outcome(seen)), [outcome("malformed")], acceptable)
    assert (result.twin_differs, result.twin_2xx) == (differs, twin_2xx)


def test_no_situation_accepts_what_it_forbids() -> None:
    for situation in load_situations().situations.values():
        for pattern in situation.forbidden:
            for best in situation.best:
                if best.detail not in ("*", "") or best.kind in ("close", "drop", "serve"):
                    assert not pattern.matches(best), situation.name


def test_a_refused_method_needs_no_other_answer_for_the_twin() -> None:
    entries = [Acceptable((outcome("response(501)"),), "NoConnect")]
    refused = judge(Reaction(outcome("response(501)"), credible=True), [outcome("malformed")], entries)
    assert (refused.verdict, refused.flags, refused.twin_2xx) == ("acceptable", ["NoConnect"], False)
    entries = [Acceptable((outcome("response(5xx)"),), "Answered5xx")]
    answered = judge(Reaction(outcome("response(501)"), credible=True), [outcome("malformed")], entries)
    assert (answered.verdict, answered.flags, answered.twin_2xx) == ("acceptable", ["Answered5xx"], True)


def test_a_method_that_is_refused_for_the_twin_too_is_named() -> None:
    entries = [
        Acceptable((outcome("response(4xx)"),), "OtherStatus"),
        Acceptable((outcome("response(405)"), outcome("response(501)")), "NoConnect"),
    ]
    assert refusal(entries, 405) == "NoConnect"
    assert refusal(entries, 400) is None
