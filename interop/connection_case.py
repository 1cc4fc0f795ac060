"""A dialogue on which our connection and h2's disagree, as a case that expects what ours made of it.

What an application did on our side, a target has to do by itself: it answers when a request is complete.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from .dialogue_case import OUTCOMES, send, title
from .framenames import error_name
from .moves import LOCAL, Kind, Move

_SERVED = tuple(outcome for outcome in OUTCOMES if outcome.startswith(("serve", "drop", "response")))


def case(moves: Sequence[Move], role: str, ours: str, theirs: str) -> dict[str, Any]:
    """Return the case; `ours` and `theirs` are the decisions in one word or two."""
    last = moves[-1]
    expect: dict[str, Any] = {"outcome": outcomes(ours)}
    if last.stream_id:
        expect["stream"] = last.stream_id
    return {
        "role": role,
        "title": title(moves),
        "note": " ".join((f"ours {ours}, theirs {theirs}", *_asides(moves))),
        "control": "none: found by comparison, who is right is for a reader of the RFC to say",
        "steps": ["handshake", *_steps(moves, role), {"expect": expect}],
    }


def outcomes(decision: str) -> list[str]:
    """Return a decision in the words of the verdict table."""
    if decision == "connection error":
        return ["connection_error(*)", "close"]
    if decision.startswith("stream error "):
        name = error_name(int(decision.removeprefix("stream error ")))
        # Malformed may show itself as a 4xx as well; NO_ERROR comes behind a response.
        also = {"PROTOCOL_ERROR": ["malformed"], "NO_ERROR": list(_SERVED)}.get(name, [])
        return [f"stream_error({name})", *also]
    return list(_SERVED)


def _steps(moves: Sequence[Move], role: str) -> Iterator[dict[str, Any]]:
    complete: set[int] = set()
    for move in moves:
        if move.kind not in LOCAL:
            yield send(move)
            if move.ends:
                complete.add(move.stream_id)
        elif move.kind == Kind.RESPOND and role == "server" and move.stream_id in complete:
            yield {"expect": {"response": {"stream": move.stream_id, "status": "any"}}}


def _asides(moves: Sequence[Move]) -> Iterator[str]:
    for position, move in enumerate(moves):
        if move.kind in LOCAL:
            size = f" of {move.size} octets" if move.size else ""
            ends = " that ends the message" if move.ends and move.kind != Kind.RESET else ""
            before = 1 + sum(move.kind not in LOCAL for move in moves[:position])
            yield f"(before write {before}: {move.kind}{size}{ends} on stream {move.stream_id})"
