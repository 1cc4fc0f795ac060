"""One case against servers that react to its stimulus in every way: only the right ones may pass."""

from collections.abc import Callable

import pytest

from ..cases.loader import load_cases, load_catalogue
from ..judge.attempt import attempt
from ..judge.session import Session
from ..peer.timing import virtual
from ..targets.py import PyTarget
from ..wire.codes import ACK, END_HEADERS, END_STREAM, MAX_31, Error, Type
from ..wire.frames import RawFrame
from ..wire.literal import block
from .bad_servers import BadServer

CATALOGUE = load_catalogue()
CASES = {case.id: case for case in load_cases("server", catalogue=CATALOGUE)}
PING_ON_STREAM = "server/6.7-ping/on-a-stream"
ZERO_INCREMENT = "server/6.9-window-update/zero-on-a-stream"

Reaction = Callable[["Scripted"], None]


class Scripted(BadServer):
    """A good server, but for what it does at a PING on a stream or a WINDOW_UPDATE of 0."""

    reaction: Reaction

    def frame(self, frame: RawFrame) -> None:
        bad_ping = frame.type == Type.PING and frame.stream_id
        zero = frame.type == Type.WINDOW_UPDATE and frame.stream_id and not any(frame.payload)
        if bad_ping or zero:
            type(self).reaction(self)
        elif frame.type == Type.PING and not frame.flags & ACK:
            self.send(Type.PING, ACK, 0, frame.payload)
        elif frame.type == Type.HEADERS and frame.flags & END_STREAM:
            self.answer(frame.stream_id, b"200")

    def answer(self, stream_id: int, status: bytes) -> None:
        """Send a response without content."""
        self.send(Type.HEADERS, END_STREAM | END_HEADERS, stream_id, block([(b":status", status)]))

    def goaway(self, code: Error, last: int = 0, *, close: bool = True) -> None:
        """Send GOAWAY, and close."""
        self.send(Type.GOAWAY, 0, 0, last.to_bytes(4, "big") + code.to_bytes(4, "big"))
        self.closed = close

    def reset(self, code: Error, stream_id: int = 1) -> None:
        """Send RST_STREAM."""
        self.send(Type.RST_STREAM, 0, stream_id, code.to_bytes(4, "big"))


def result(case_id: str, reaction: Reaction) -> tuple[str, str, list[str], str]:
    """Return verdict, outcome, flags and reason."""
    server = type("Server", (Scripted,), {"reaction": staticmethod(reaction)})
    session = Session(PyTarget("py:x", server), CATALOGUE.situations, virtual(), baseline=200)
    done = attempt(CASES[case_id], session)
    return done.result.verdict, done.result.outcome, done.result.flags, done.result.reason


def close(server: Scripted) -> None:
    """Close without a word."""
    server.closed = True


def goaway_and_reset(server: Scripted) -> None:
    """Reset the stream and end the connection as well."""
    server.reset(Error.PROTOCOL_ERROR)
    server.goaway(Error.PROTOCOL_ERROR, 1)


def twice(server: Scripted) -> None:
    """Say goodbye twice."""
    server.goaway(Error.PROTOCOL_ERROR)
    server.goaway(Error.PROTOCOL_ERROR)


@pytest.mark.parametrize(
    ("reaction", "verdict", "outcome", "flags", "reason"),
    [
        (lambda s: s.goaway(Error.PROTOCOL_ERROR), "pass", "connection_error(PROTOCOL_ERROR)", [], ""),
        (
            lambda s: s.goaway(Error.INTERNAL_ERROR),
            "acceptable",
            "connection_error(INTERNAL_ERROR)",
            ["GenericCode"],
            "",
        ),
        (twice, "acceptable", "connection_error(PROTOCOL_ERROR)", ["ManyGoaway"], ""),
        (close, "acceptable", "close", ["NoGoaway"], "closed without GOAWAY"),
        (
            lambda s: s.goaway(Error.FRAME_SIZE_ERROR),
            "fail",
            "connection_error(FRAME_SIZE_ERROR)",
            [],
            "expected",
        ),
        (lambda s: s.goaway(Error.NO_ERROR), "fail", "graceful_close", [], "expected"),
        (
            lambda s: s.goaway(Error.PROTOCOL_ERROR, close=False),
            "fail",
            "goaway_without_close(PROTOCOL_ERROR)",
            [],
            "the connection stays open",
        ),
        (
            lambda s: s.goaway(Error.PROTOCOL_ERROR, MAX_31),
            "acceptable",
            "connection_error(PROTOCOL_ERROR)",
            ["LastStreamHigh"],
            "",
        ),
        (
            lambda s: s.reset(Error.PROTOCOL_ERROR),
            "fail",
            "stream_error(PROTOCOL_ERROR)",
            [],
            "which is idle",
        ),
        (lambda s: None, "fail", "drop", [], "saw drop"),
    ],
)
def test_a_connection_error_is_due(
    reaction: Reaction, verdict: str, outcome: str, flags: list[str], reason: str
) -> None:
    got = result(PING_ON_STREAM, reaction)
    assert got[:3] == (verdict, outcome, flags)
    assert reason in got[3]


@pytest.mark.parametrize(
    ("reaction", "verdict", "outcome", "flags", "reason"),
    [
        (lambda s: s.reset(Error.PROTOCOL_ERROR), "pass", "stream_error(PROTOCOL_ERROR)", [], ""),
        (
            lambda s: s.goaway(Error.PROTOCOL_ERROR, 1),
            "acceptable",
            "connection_error(PROTOCOL_ERROR)",
            ["Escalated"],
            "",
        ),
        (goaway_and_reset, "acceptable", "connection_error(PROTOCOL_ERROR)", ["Escalated"], ""),
        (close, "acceptable", "close", ["Escalated", "NoGoaway"], "closed without GOAWAY"),
        (lambda s: s.reset(Error.CANCEL), "fail", "stream_error(CANCEL)", [], "expected"),
        (
            lambda s: s.reset(Error.PROTOCOL_ERROR, 3),
            "fail",
            "stream_error(PROTOCOL_ERROR)",
            [],
            "which is idle",
        ),
        (lambda s: None, "fail", "drop", [], "saw drop"),
    ],
)
def test_a_stream_error_is_due(
    reaction: Reaction, verdict: str, outcome: str, flags: list[str], reason: str
) -> None:
    got = result(ZERO_INCREMENT, reaction)
    assert got[:3] == (verdict, outcome, flags)
    assert reason in got[3]


def test_after_a_stream_error_a_second_request_has_to_be_served() -> None:
    def reset_and_sulk(server: Scripted) -> None:
        server.reset(Error.PROTOCOL_ERROR)
        server.answer = lambda stream_id, status: None  # type: ignore[method-assign]  # it sulks from now on

    verdict, outcome, _, reason = result(ZERO_INCREMENT, reset_and_sulk)
    assert (verdict, outcome) == ("fail", "stream_error(PROTOCOL_ERROR)")
    assert reason == "afterwards a second request was not answered"


def test_after_a_stream_error_a_second_request_is_answered_like_the_first() -> None:
    def reset_and_fail(server: Scripted) -> None:
        server.reset(Error.PROTOCOL_ERROR)
        answer = server.answer
        server.answer = lambda stream_id, status: answer(stream_id, b"503")  # type: ignore[method-assign]  # it fails

    verdict, _, _, reason = result(ZERO_INCREMENT, reset_and_fail)
    assert verdict == "fail"
    assert reason == "afterwards a second request was answered 503, a plain GET 200"
