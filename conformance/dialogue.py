"""Runs the steps of a case, or of its control, against the target."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import checks
from .case import Case, Close, Connect, Expect, Fence, Handshake, Send, Shutdown, Step, Upload, expects_error
from .expectspec import REACTIONS, best_outcomes
from .framebuild import Outgoing, build
from .framespec import FrameSpec
from .liveness import dead
from .matching import number_matches
from .outcome import Outcome
from .peer import Peer
from .reaction import Mark, Watch, mark
from .session import Session
from .situations import Acceptable
from .transport import Ended, TlsWish
from .upload import upload
from .values import StreamSeries, resolve_number, resolve_stream
from .verdict import ACCEPTABLE, FAIL, PASS, Judgement, judge
from .wire.codes import MAX_31, Type, error_name

MAX_FRAMES = 20_000
MAX_OCTETS = 8 << 20
MAX_SECONDS = 30.0
MAX_CONNECTIONS = 4
"""Caps of one case, floods included."""

ORDER = (PASS, ACCEPTABLE, FAIL)


@dataclass(slots=True)
class Result:
    """What came of a dialogue."""

    verdict: str = PASS
    outcome: str = ""
    expected: list[str] = field(default_factory=list)
    reason: str = ""
    flags: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    twin_2xx: bool = False
    twin_differs: int | None = None
    stream: int = 0  # the stream the error was about

    def add(self, judgement: Judgement) -> None:
        """Take up the verdict of one expectation; the worst counts."""
        if ORDER.index(judgement.verdict) > ORDER.index(self.verdict):
            self.verdict = judgement.verdict
        if judgement.reason:
            self.reason = judgement.reason
        self.flags += [flag for flag in judgement.flags if flag not in self.flags]
        self.info += [flag for flag in judgement.info if flag not in self.info]
        self.twin_2xx |= judgement.twin_2xx
        self.twin_differs = judgement.twin_differs or self.twin_differs


def method_of(spec: FrameSpec) -> bytes:
    """Return the method of a request, GET unless it says otherwise: no content answers HEAD."""
    parts = [spec.values]
    block = spec.values.get("block")
    if isinstance(block, tuple):
        parts += [item.argument for item in block if item.kind == "request"]
    methods = [part["method"] for part in parts if "method" in part]
    methods += [value for name, value in spec.values.get("fields", ()) if name == b":method"]
    return methods[0] if methods and isinstance(methods[0], bytes) else b"GET"


class Stopped(Exception):
    """The dialogue cannot go on; the result says why."""


class Dialogue:
    """One run through a list of steps."""

    def __init__(self, session: Session, case: Case) -> None:
        """Start with no connection."""
        self.session = session
        self.case = case
        self.peers: dict[str, Peer] = {}
        self.marks: dict[str, Mark] = {}
        self.result = Result()
        self._over: set[str] = set()  # connections that an acceptable error ended
        self._judged: set[str] = set()  # connections on which the reaction to the stimulus was judged
        self._octets = 0
        self._frames = 0

    # -- steps ------------------------------------------------------------------------------------------

    def run(self, steps: Sequence[Step]) -> Result:
        """Run all steps and return the verdict of their expectations; connections stay open for `close`."""
        last_error = max(
            (i for i, step in enumerate(steps) if isinstance(step, Expect) and expects_error(step)),
            default=-1,
        )
        stimulus = max((i for i in range(last_error) if isinstance(steps[i], Send | Upload)), default=-1)
        patience = max((s.timeout or 0.0 for s in steps if isinstance(s, Expect)), default=0.0)
        limit = time.monotonic() + MAX_SECONDS + patience
        try:
            for index, step in enumerate(steps):
                if time.monotonic() > limit:
                    raise self.fail(f"the case takes longer than {MAX_SECONDS:g} s", "stalled")
                if index == stimulus:
                    self._fence_before(steps[index])
                self._step(step)
        except Stopped:
            pass
        return self.result

    def close(self) -> None:
        """Close every connection."""
        for peer in self.peers.values():
            peer.close()

    def _step(self, step: Step) -> None:
        if step.on in self._over:
            return
        match step:
            case Handshake():
                self._handshake(step)
            case Connect():
                peer = self._open(step.on, step.tls)
                peer.credit, peer.ack_settings = step.credit, step.ack
            case Send():
                self._send(step)
            case Upload():
                self._upload(step)
            case Fence():
                self._fence(step)
            case Expect():
                self._expect(step)
            case Close():
                self.peers[step.on].close()
            case Shutdown():
                self.peers[step.on].transport.shutdown()

    def fail(self, reason: str, outcome: str) -> Stopped:
        """Set a failed result; the caller raises what is returned."""
        self.result.add(Judgement(FAIL, reason))
        self.result.outcome = outcome
        return Stopped()

    def _open(self, name: str, tls: TlsWish | None = None) -> Peer:
        if len(self.peers) >= MAX_CONNECTIONS and name not in self.peers:
            raise self.fail(f"more than {MAX_CONNECTIONS} connections", "error")
        if name in self.peers:
            self.peers[name].close()
        try:
            transport = self.session.connect(tls)
        except OSError as error:
            raise self.fail(f"the connection was refused: {error}", "refused") from error
        peer = self.peers[name] = Peer(transport, self.session.variables())
        self.marks[name] = mark(peer)
        return peer

    def _handshake(self, step: Handshake) -> None:
        peer = self._open(step.on, step.tls)
        peer.credit, peer.ack_settings = step.credit, step.ack
        settings = ((2, 0),) if step.settings is None else step.settings
        spec = FrameSpec("SETTINGS", {"settings": settings})
        pieces = [*build(FrameSpec("PREFACE", {}), peer.variables), *build(spec, peer.variables)]
        deadline = self.session.timing.deadline
        try:
            peer.send(pieces, deadline)
        except Ended as error:
            peer.finish(error.how)
        if not peer.wait(lambda: bool(peer.settings_received and peer.acks_received), deadline):
            raise self.fail(self._why(peer, "the handshake was not completed"), self._seen(peer, step.on))
        peer.unfenced = 0
        self._consume_handshake(peer)
        self.marks[step.on] = mark(peer)

    def _consume_handshake(self, peer: Peer) -> None:
        """The target's SETTINGS and its ACK of ours belong to the handshake, not to an expectation."""
        left = {0: 1, 1: 1}
        for position, entry in enumerate(peer.log):
            frame = entry.frame
            if entry.direction == "recv" and frame is not None and frame.type == 4:
                ack = frame.flags & 1
                if left[ack]:
                    left[ack] -= 1
                    peer.consumed.add(position)

    def _fence_before(self, step: Step) -> None:
        """Fence before the stimulus, so that a close that follows it can be believed to follow from it."""
        peer = self.peers.get(step.on)
        if peer is None or not peer.unfenced or not peer.settings_received or peer.open_block or peer.ended:
            return
        peer.fence(self.session.timing.deadline)

    def _send(self, step: Send) -> None:
        peer = self.peers[step.on]
        repeat = resolve_number(step.repeat, peer.variables)
        deadline = MAX_SECONDS if self.case.flood else self.session.timing.deadline
        rounds = [range(n, n + 1) for n in range(repeat)] if step.fenced else [range(repeat)]
        try:
            for repetitions in rounds:
                pieces = self._built(step, peer, repetitions)
                if step.fenced:
                    self._await_room(peer, pieces, deadline)
                peer.send(pieces, deadline, step.split)
                if step.fenced and not peer.fence(deadline):
                    break  # the expectation that follows judges it
        except Ended as error:
            if error.how == "stalled":
                raise self.fail("the target stopped reading", "stalled") from error
            peer.finish(error.how)  # the expectation that follows judges it

    def _built(self, step: Send, peer: Peer, repetitions: range) -> list[Outgoing]:
        """Build what a step sends; a frame that no repetition changes is built once."""
        pieces: list[Outgoing] = []
        same: dict[int, tuple[list[Outgoing], int]] = {}
        for repetition in repetitions:
            for position, spec in enumerate(step.frames):
                known = same.get(position)
                if known is None:
                    built = build(spec, peer.variables, repetition)
                    known = built, sum(len(piece.octets) for piece in built)
                    if not any(isinstance(value, StreamSeries) for value in spec.values.values()):
                        same[position] = known
                    if spec.kind in ("REQUEST", "HEADERS"):
                        self._note_method(peer, spec, repetition)
                self._frames += len(known[0])
                self._octets += known[1]
                if self._frames > MAX_FRAMES or self._octets > MAX_OCTETS:
                    raise self.fail(f"more than {MAX_FRAMES} frames or {MAX_OCTETS} octets", "error")
                pieces += known[0]
        return pieces

    def _await_room(self, peer: Peer, pieces: list[Outgoing], deadline: float) -> None:
        """Wait until the connection window holds the DATA of one repetition."""
        frames = [piece.frame for piece in pieces if piece.frame is not None]
        need = sum(len(frame.payload) for frame in frames if frame.type == Type.DATA)
        if not peer.wait(lambda: peer.connection_window >= need or bool(peer.ended), deadline):
            raise self.fail(f"no credit came for {need} octets on the connection", "stalled")

    def _note_method(self, peer: Peer, spec: FrameSpec, repetition: int) -> None:
        stream_id = resolve_stream(spec.values.get("stream", 1), peer.variables, repetition)
        method = method_of(spec)
        peer.stream(stream_id).method = method
        peer.monitors.request(stream_id, method)

    def _upload(self, step: Upload) -> None:
        peer = self.peers[step.on]
        stalled = upload(peer, step, self.session.timing.deadline)
        if stalled:
            raise self.fail(self._why(peer, stalled), "stalled")

    def _fence(self, step: Fence) -> None:
        peer = self.peers[step.on]
        if not peer.fence(self.session.timing.deadline):
            raise self.fail(self._why(peer, "a PING was not answered"), self._seen(peer, step.on))
        self.marks[step.on] = mark(peer)

    # -- expectations -----------------------------------------------------------------------------------

    def _expect(self, step: Expect) -> None:
        peer = self.peers[step.on]
        if step.kind in REACTIONS:
            self._expect_reaction(step, peer)
        else:
            self._expect_sight(step, peer)
        if self.result.verdict == FAIL:
            raise Stopped
        self.marks[step.on] = mark(peer)

    def _allowed(self) -> tuple[tuple[Outcome, ...], tuple[Acceptable, ...]]:
        situation = (
            self.session.situations.situations[self.case.situation]
            if self.case.situation is not None
            else None
        )
        best = situation.best if situation else ()
        return best, (*self.case.also, *(situation.acceptable if situation else ()))

    def _forbidden(self) -> tuple[Outcome, ...]:
        if self.case.situation is None:
            return ()
        return self.session.situations.situations[self.case.situation].forbidden

    def _stream_of(self, step: Expect, peer: Peer) -> int:
        if "stream" in step.arguments:
            return resolve_stream(step.arguments["stream"], peer.variables, 0)
        return peer.last_used

    def _expect_reaction(self, step: Expect, peer: Peer) -> None:
        best = best_outcomes(step)
        wider, acceptable = self._allowed()
        expected = (*best, *(o for o in wider if o not in best))
        silent = best[0].kind == "drop" and len(best) == 1
        stream_id = self._stream_of(step, peer)
        watch = Watch(peer, self.session, self.marks[step.on], stream_id)
        seen = watch.react(silent, step.timeout)
        if not seen.over and not seen.problems and not peer.http1 and not peer.open_block:
            if problem := dead(peer, self.session, request=step.arguments.get("liveness") != "ping"):
                again = watch.classify()
                if again.over:
                    again.credible = seen.credible
                    seen = again
                else:
                    seen.problems.append(f"afterwards {problem}")
            elif not seen.late:
                again = watch.classify()  # a reset may have come behind the response, or behind another reset
                changed = (again.outcome.kind, again.flags) != (seen.outcome.kind, seen.flags)
                if again.late or again.problems or changed:
                    again.credible = seen.credible
                    if step.timeout is not None:
                        again.readings += seen.readings
                    seen = again
        if "last_stream" in step.arguments and seen.last_stream is not None:
            wanted = step.arguments["last_stream"]
            if not number_matches(wanted, seen.last_stream, peer.variables):
                seen.problems.append(f"the last stream identifier is {seen.last_stream}")
        judgement = judge(seen, expected, acceptable, self._forbidden())
        self.result.expected = [str(outcome) for outcome in best]
        self.result.outcome = str(seen.outcome)
        self.result.stream = stream_id
        self.result.add(judgement)
        self._judged.add(step.on)
        if seen.over and not any(o.kind in ("connection_error", "close") for o in best):
            self._over.add(step.on)

    def _expect_sight(self, step: Expect, peer: Peer) -> None:
        sight = checks.CHECKS[step.kind](peer, self.session, step)
        self.result.expected = [sight.expected]
        self.result.outcome = sight.outcome
        if sight.problem is None:
            return
        # What the situation allows besides may be the reason why the expected thing did not come.
        # Once the reaction was judged, what follows has to hold by itself.
        acceptable = () if step.on in self._judged else self._allowed()[1]
        watch = Watch(peer, self.session, self.marks[step.on], self._stream_of(step, peer))
        seen = watch.classify()
        if watch.error_goaway() is not None and not peer.ended:
            peer.wait(lambda: peer.ended is not None, self.session.timing.close)
            seen = watch.classify()
        lost = seen.over or seen.outcome.kind in ("stream_error", "response", "http1_answer")
        if lost:
            self.result.outcome = str(seen.outcome)
            seen.credible = True
            for entry in acceptable:
                if any(o.matches(r) for o in entry.outcomes for r in (seen.outcome, *seen.readings)):
                    self.result.add(Judgement(ACCEPTABLE, sight.problem, [entry.flag]))
                    self._over.add(step.on)
                    return
        # A response that is not the expected one is what `else` is about; an error is not.
        excusable = not lost or (seen.outcome.kind == "response" and not seen.over)
        if excusable and "else" in step.arguments:
            self.result.add(Judgement(ACCEPTABLE, sight.problem, [step.arguments["else"]]))
            return
        self.result.add(Judgement(FAIL, self._why(peer, sight.problem)))

    # -- words ------------------------------------------------------------------------------------------

    def _why(self, peer: Peer, problem: str) -> str:
        """Add to a problem what the target did instead."""
        words = [problem]
        if peer.http1:
            words.append(f"it answered in HTTP/1: {peer.http1[:60]!r}")
        for goaway in peer.goaways:
            last = "2^31-1" if goaway.last_stream == MAX_31 else goaway.last_stream
            words.append(f"GOAWAY {error_name(goaway.code)} (last stream {last}) came")
        for stream in peer.streams.values():
            words += [f"RST_STREAM {error_name(r.code)} came on stream {stream.id}" for r in stream.resets]
        if peer.undecodable:
            words.append(f"its field block cannot be decoded: {peer.undecodable}")
        if peer.ended:
            words.append("the connection was closed" + (" by a reset" if peer.ended == "reset" else ""))
        return "; ".join(words)

    def _seen(self, peer: Peer, name: str) -> str:
        """Name what is there of a reaction, for a dialogue that stops."""
        return str(Watch(peer, self.session, self.marks[name], 0).classify().outcome)
