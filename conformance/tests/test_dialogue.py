"""Steps of a dialogue against scripted servers: what is sent, what is waited for, and where it stops."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ..cases.loader import load_catalogue, load_suite
from ..errors import VectorError
from ..judge.attempt import Attempt, attempt
from ..judge.probe import open_peer
from ..judge.session import Session
from ..peer.timing import alone, virtual
from ..run.needprobes import PROBES
from ..targets.py import PyTarget
from ..wire.codes import ACK, DEFAULT_WINDOW, END_HEADERS, END_STREAM, Error, Setting, Type
from ..wire.frames import RawFrame
from ..wire.literal import block
from .bad_servers import BadServer
from .test_loader import written

CATALOGUE = load_catalogue()
HEAD = """\
format: 1
suite: server/x
spec: RFC 9113 5
cases:
  - id: x
    title: A dialogue
    req: []
    level: INFO
    control: "none: the engine is tested"
"""


class Steady(BadServer):
    """Answers requests and PINGs; subclasses and tests change one thing."""

    settings: tuple[tuple[int, int], ...] = ()
    seen: list[RawFrame]  # on all connections
    reads: list[int]

    def __init_subclass__(cls) -> None:
        cls.seen, cls.reads = [], []

    def receive(self, data: bytes) -> None:
        self.reads.append(len(data))
        super().receive(data)

    def preface(self, octets: bytes) -> None:
        pairs = (n.to_bytes(2, "big") + value.to_bytes(4, "big") for n, value in self.settings)
        self.send(Type.SETTINGS, 0, 0, b"".join(pairs))

    def frame(self, frame: RawFrame) -> None:
        self.seen.append(frame)
        self.react(frame)
        if self.closed:
            return
        if frame.type == Type.PING and not frame.flags & ACK:
            self.send(Type.PING, ACK, 0, frame.payload)
        elif frame.type == Type.HEADERS and frame.flags & END_STREAM:
            self.answer(frame.stream_id)

    def react(self, frame: RawFrame) -> None:
        """Do what the test is about."""

    def answer(self, stream_id: int) -> None:
        self.send(Type.HEADERS, END_STREAM | END_HEADERS, stream_id, block([(b":status", b"200")]))

    def credit(self, stream_id: int, octets: int) -> None:
        self.send(Type.WINDOW_UPDATE, 0, stream_id, octets.to_bytes(4, "big"))

    def goaway(self, code: Error) -> None:
        self.send(Type.GOAWAY, 0, 0, bytes(4) + code.to_bytes(4, "big"))
        self.closed = True


class Plain(Steady):
    """Does nothing besides."""


def session_with(server: Callable[[], Steady]) -> Session:
    return Session(PyTarget("py:x", server), CATALOGUE.situations, virtual(), baseline=200)


def run(folder: Path, server: type[Steady], steps: str, more: str = "") -> Attempt:
    text = HEAD + more + "    steps:\n" + "".join(f"      - {line}\n" for line in steps.strip().splitlines())
    (case,) = load_suite(written(folder, text), CATALOGUE, own=True)
    return attempt(case, session_with(server))


def test_a_fenced_send_waits_for_room_and_a_fence_each_time(tmp_path: Path) -> None:
    class GivesCreditLate(Steady):
        def react(self, frame: RawFrame) -> None:
            if frame.type == Type.PING:
                self.credit(0, 16_384)

    upload = "send: {DATA: {stream: 1, data: {size: 16384}}}, repeat: 8, fenced: true"
    done = run(
        tmp_path,
        GivesCreditLate,
        f"handshake\nsend: {{REQUEST: {{stream: 1, end_stream: false}}}}\n{{{upload}}}\nexpect: alive",
    )
    assert done.verdict == "pass", done.result.reason
    kinds = [frame.type for frame in GivesCreditLate.seen if frame.type in (Type.DATA, Type.PING)]
    assert kinds[:16] == [Type.DATA, Type.PING] * 8


def test_a_fenced_send_without_credit_stalls(tmp_path: Path) -> None:
    Plain.seen.clear()
    upload = "send: {DATA: {stream: 1, data: {size: 16384}}}, repeat: 8, fenced: true"
    request = "send: {REQUEST: {stream: 1, end_stream: false}}"
    done = run(tmp_path, Plain, f"handshake\n{request}\n{{{upload}}}\nexpect: alive")
    assert (done.verdict, done.result.outcome) == ("fail", "stalled")
    sent = sum(len(frame.payload) for frame in Plain.seen if frame.type == Type.DATA)
    assert 0 < sent <= DEFAULT_WINDOW


def test_the_connection_window_counts_the_credit_of_the_opening() -> None:
    class Generous(Steady):
        def preface(self, octets: bytes) -> None:
            super().preface(octets)
            self.credit(0, 100_000)

    peer, problem = open_peer(session_with(Generous))
    assert peer is not None, problem
    assert peer.variables.peer("connection_window") == DEFAULT_WINDOW + 100_000


def test_steps_behind_an_error_that_ended_the_connection_run_elsewhere_only(tmp_path: Path) -> None:
    class Escalates(Steady):
        def react(self, frame: RawFrame) -> None:
            if frame.type == Type.WINDOW_UPDATE and frame.stream_id and not any(frame.payload):
                self.goaway(Error.PROTOCOL_ERROR)

    zero = """
handshake
send: [{REQUEST: {end_stream: false}}, {WINDOW_UPDATE: {stream: 1, increment: 0}}]
expect: {stream_error: PROTOCOL_ERROR}
send: {REQUEST: {stream: 101}}
expect: {response: {stream: 101}}
"""
    situation = "    situation: window-update-zero-on-stream\n"
    done = run(tmp_path, Escalates, zero, situation)
    assert (done.verdict, done.result.flags) == ("acceptable", ["Escalated"])
    assert [frame.stream_id for frame in Escalates.seen if frame.type == Type.HEADERS] == [1]
    elsewhere = zero + "{handshake: null, on: b}\n{expect: {closed: null}, on: b}\n"
    assert run(tmp_path, Escalates, elsewhere, situation).verdict == "fail"


def test_what_follows_a_judged_reaction_is_not_excused(tmp_path: Path) -> None:
    class LosesPatience(Steady):
        def react(self, frame: RawFrame) -> None:
            if frame.type == Type.HEADERS and frame.stream_id == 101:
                self.goaway(Error.ENHANCE_YOUR_CALM)

    also = "    also: [{outcome: connection_error(ENHANCE_YOUR_CALM), flag: Calm}]\n"
    request = "send: {REQUEST: {stream: 101}}\nexpect: {response: {stream: 101}}"
    unjudged = run(tmp_path, LosesPatience, f"handshake\n{request}", also)
    assert (unjudged.verdict, unjudged.result.flags) == ("acceptable", ["Calm"])
    judged = run(tmp_path, LosesPatience, f"handshake\nsend: {{PING: {{}}}}\nexpect: drop\n{request}", also)
    assert judged.verdict == "fail"


def test_an_upload_past_the_windows_is_one_write_behind_a_fence(tmp_path: Path) -> None:
    class HangsUpAtContent(Steady):
        def react(self, frame: RawFrame) -> None:
            self.closed = frame.type == Type.DATA

    upload = "upload: {stream: 1, size: 40000, heed: false}"
    request = "send: {REQUEST: {stream: 1, end_stream: false}}"
    expect = "expect: {stream_error: FLOW_CONTROL_ERROR}"
    done = run(tmp_path, HangsUpAtContent, f"handshake\n{request}\nfence\n{upload}\n{expect}")
    assert (done.verdict, done.result.flags) == ("acceptable", ["Escalated", "NoGoaway"])
    assert 40_000 + 3 * 9 in HangsUpAtContent.reads


@pytest.mark.parametrize("frame", [1, 10, 11])
def test_a_frame_of_an_upload_holds_more_than_its_padding(tmp_path: Path, frame: int) -> None:
    with pytest.raises(VectorError, match="at least one octet of content"):
        run(
            tmp_path,
            Plain,
            f"handshake\nupload: {{stream: 1, size: 5, frame: {frame}, pad: 10}}\nexpect: alive",
        )


def test_the_need_open_asks_for_a_stream_that_waits_for_its_content() -> None:
    class AnswersAtOnce(Steady):
        def react(self, frame: RawFrame) -> None:
            if frame.type == Type.HEADERS and not frame.flags & END_STREAM:
                self.answer(frame.stream_id)

    assert PROBES["open"](session_with(Plain)) == (True, "/echo")
    assert not PROBES["open"](session_with(AnswersAtOnce)).present


@pytest.mark.parametrize(("limit", "present"), [(16_384, True), (1 << 20, True), ((1 << 24) - 1, False)])
def test_the_need_frame_limit_asks_for_a_limit_that_can_be_passed(limit: int, present: bool) -> None:
    server = type("Server", (Steady,), {"settings": ((Setting.MAX_FRAME_SIZE, limit),)})
    assert PROBES["frame-limit"](session_with(server)) == (present, f"MAX_FRAME_SIZE={limit}")


@pytest.mark.parametrize("named", [False, True])
def test_a_tunnel_back_to_the_target_is_not_waited_for_as_long_as_one_to_elsewhere(named: bool) -> None:
    class LeavesConnectOpen(Steady):
        waited = 0.0

        def advance(self, seconds: float) -> None:
            LeavesConnectOpen.waited += seconds

    session = session_with(LeavesConnectOpen)
    if named:
        session.endpoints = {"connect": "far.example:443"}
    assert not PROBES["connect"](session).present
    assert LeavesConnectOpen.waited == (session.timing.deadline if named else alone(session.timing).patience)


class ReadsContent(Steady):
    """Takes DATA on stream 1, and answers none of it."""

    taken: int

    def preface(self, octets: bytes) -> None:
        super().preface(octets)
        self.taken = 0

    def react(self, frame: RawFrame) -> None:
        if frame.type == Type.DATA:
            self.taken += len(frame.payload)
            self.content(frame)

    def content(self, frame: RawFrame) -> None:
        """Do what the test is about."""


class Credits(ReadsContent):
    """Gives credit for each frame as it comes."""

    def content(self, frame: RawFrame) -> None:
        self.credit(0, len(frame.payload))
        self.credit(1, len(frame.payload))


class EndsTheConnection(ReadsContent):
    """Holds the connection's window, which the same octets exceed."""

    def content(self, frame: RawFrame) -> None:
        if self.taken > DEFAULT_WINDOW:
            self.goaway(Error.FLOW_CONTROL_ERROR)


class WideConnection(EndsTheConnection):
    """Ends the connection for what only the stream's window is too small for."""

    def preface(self, octets: bytes) -> None:
        super().preface(octets)
        self.credit(0, 1_000_000)


class ResetsTwice(ReadsContent):
    """Resets the stream for each frame beyond its window."""

    def content(self, frame: RawFrame) -> None:
        if self.taken > DEFAULT_WINDOW:
            self.send(Type.RST_STREAM, 0, 1, Error.FLOW_CONTROL_ERROR.to_bytes(4, "big"))


@pytest.mark.parametrize(
    ("server", "beside", "verdict", "flags"),
    [
        (Credits, "", "pass", []),
        (ReadsContent, "", "acceptable", ["WindowLenient"]),
        (EndsTheConnection, "", "pass", []),
        (WideConnection, "", "acceptable", ["Escalated"]),
        (ResetsTwice, "", "acceptable", ["ManyRst"]),
        (ResetsTwice, ", resets: any", "pass", []),
    ],
)
def test_data_beyond_the_stream_window_is_judged_by_the_credit_there_was(
    tmp_path: Path, server: type[Steady], beside: str, verdict: str, flags: list[str]
) -> None:
    size = DEFAULT_WINDOW + 30_000
    steps = f"""
handshake
send: {{REQUEST: {{stream: 1, end_stream: false}}}}
upload: {{stream: 1, size: {size}, end_stream: false, heed: false}}
expect: {{stream_error: FLOW_CONTROL_ERROR, stream: 1, liveness: ping{beside}}}
"""
    done = run(tmp_path, server, steps, "    situation: data-beyond-stream-window\n")
    assert (done.verdict, done.result.flags) == (verdict, flags), done.result.reason


@pytest.mark.parametrize(("given", "present"), [(0, True), (2_000_000, True), (4_000_000, False)])
def test_the_need_connection_window_asks_for_a_window_that_can_be_used_up(given: int, present: bool) -> None:
    class Wide(Steady):
        def preface(self, octets: bytes) -> None:
            super().preface(octets)
            if given:
                self.credit(0, given)

    found = PROBES["connection-window"](session_with(Wide))
    assert found == (present, f"connection window={DEFAULT_WINDOW + given}")


class EndsBehindItsReset(Steady):
    """Resets a stream for a zero increment, and ends the connection for what was under way behind it."""

    def react(self, frame: RawFrame) -> None:
        if frame.type == Type.WINDOW_UPDATE and frame.stream_id and not any(frame.payload):
            self.send(Type.RST_STREAM, 0, frame.stream_id, Error.PROTOCOL_ERROR.to_bytes(4, "big"))
        elif frame.type == Type.DATA:
            self.goaway(Error.PROTOCOL_ERROR)


class EndsAtOnce(Steady):
    """Ends the connection for the zero increment itself, which it may."""

    def react(self, frame: RawFrame) -> None:
        if frame.type == Type.WINDOW_UPDATE and frame.stream_id and not any(frame.payload):
            self.goaway(Error.PROTOCOL_ERROR)


@pytest.mark.parametrize(
    ("server", "beside", "verdict"),
    [
        (EndsAtOnce, "", "acceptable"),
        (EndsAtOnce, ", behind: ignored", "acceptable"),
        (EndsBehindItsReset, "", "acceptable"),
        (EndsBehindItsReset, ", behind: ignored", "fail"),
    ],
)
def test_frames_behind_a_reset_of_the_target_must_not_end_the_connection(
    tmp_path: Path, server: type[Steady], beside: str, verdict: str
) -> None:
    steps = f"""
handshake
send: [{OPEN_REQUEST}, {{WINDOW_UPDATE: {{stream: 1, increment: 0}}}}, {{DATA: {{data: "x"}}}}]
expect: {{stream_error: PROTOCOL_ERROR, stream: 1{beside}}}
"""
    done = run(tmp_path, server, steps, "    situation: window-update-zero-on-stream\n")
    assert done.verdict == verdict, done.result.reason
    if verdict == "fail":
        assert "reset stream 1 with PROTOCOL_ERROR and then ended the connection" in done.result.reason


OPEN_REQUEST = "{REQUEST: {end_stream: false}}"


class ResetsOnAnyCredit(Steady):
    """Resets every stream that is given credit, be it zero or not."""

    def react(self, frame: RawFrame) -> None:
        if frame.type == Type.WINDOW_UPDATE and frame.stream_id:
            self.send(Type.RST_STREAM, 0, frame.stream_id, Error.PROTOCOL_ERROR.to_bytes(4, "big"))


def test_a_stream_error_proves_nothing_if_the_stream_of_the_legal_twin_is_reset_alike(tmp_path: Path) -> None:
    steps = """
handshake
send: [{REQUEST: {end_stream: false}}, {WINDOW_UPDATE: {stream: 1, increment: 0}}]
expect: {stream_error: PROTOCOL_ERROR, stream: 1}
"""
    text = HEAD.replace('    control: "none: the engine is tested"\n', "")
    text += "    situation: window-update-zero-on-stream\n    steps:\n"
    text += "".join(f"      - {line}\n" for line in steps.strip().splitlines())
    (case,) = load_suite(written(tmp_path, text), CATALOGUE, own=True)
    done = attempt(case, session_with(ResetsOnAnyCredit))
    assert (done.verdict, done.result.flags) == ("fail", ["Indiscriminate"])
    assert "its stream is reset with PROTOCOL_ERROR as well" in done.result.reason
