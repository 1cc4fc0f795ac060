"""Runs the steps of a case, or of its control, against the target."""

import time
from collections.abc import Sequence

from ..cases.case import (
    Case,
    Close,
    Connect,
    Expect,
    Fence,
    Handshake,
    Send,
    Shutdown,
    Step,
    Upload,
    expects_error,
)
from ..cases.framebuild import Outgoing, build
from ..cases.framespec import FrameSpec
from ..cases.tlswish import TlsWish
from ..cases.values import resolve_number, resolve_stream
from ..peer.peer import Peer
from ..peer.transport import Ended
from ..wire.codes import Type
from .expecting import Judge, with_cause
from .refusal import why_refused
from .result import Result
from .session import Session
from .upload import upload
from .verdict import FAIL, Judgement

MAX_FRAMES = 20_000
MAX_OCTETS = 8 << 20
MAX_SECONDS = 30.0
MAX_CONNECTIONS = 4
"""Caps of one case, floods included."""


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
        self.judge = Judge(session, case)
        self.result = self.judge.result
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
        if step.on in self.judge.over:
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
                self.judge.expect(step, self.peers[step.on])
                if self.result.verdict == FAIL:
                    raise Stopped
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
            raise self.fail(why_refused(error), "refused") from error
        peer = self.peers[name] = Peer(transport, self.session.variables())
        self.judge.mark(name, peer)
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
        handshake = self.session.timing.handshake
        if not peer.wait(lambda: bool(peer.settings_received and peer.acks_received), handshake):
            raise self.fail(
                with_cause(peer, "the handshake was not completed"), self.judge.outcome(step.on, peer)
            )
        peer.unfenced = 0
        self._consume_handshake(peer)
        self.judge.mark(step.on, peer)

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
                if step.answered and not self._await_answers(peer, pieces, deadline):
                    break
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
                    if not spec.advances:
                        same[position] = known
                    if spec.kind in ("REQUEST", "HEADERS"):
                        self._note_method(peer, spec, repetition)
                self._frames += len(known[0])
                self._octets += known[1]
                if self._frames > MAX_FRAMES or self._octets > MAX_OCTETS:
                    raise self.fail(f"more than {MAX_FRAMES} frames or {MAX_OCTETS} octets", "error")
                pieces += known[0]
        return pieces

    def _await_answers(self, peer: Peer, pieces: list[Outgoing], deadline: float) -> bool:
        """Wait for the ends of the responses to what was sent; return False if they do not come."""
        frames = [piece.frame for piece in pieces if piece.frame is not None]
        streams = [peer.stream(frame.stream_id) for frame in frames if frame.type == Type.HEADERS]
        return peer.wait(lambda: all(stream.is_over for stream in streams), deadline)

    def _await_room(self, peer: Peer, pieces: list[Outgoing], deadline: float) -> None:
        """Wait until the connection window holds the DATA of one repetition."""
        frames = [piece.frame for piece in pieces if piece.frame is not None]
        need = sum(len(frame.payload) for frame in frames if frame.type == Type.DATA)
        if not peer.wait(lambda: peer.windows.connection >= need or bool(peer.ended), deadline):
            raise self.fail(f"no credit came for {need} octets on the connection", "stalled")

    def _note_method(self, peer: Peer, spec: FrameSpec, repetition: int) -> None:
        stream_id = resolve_stream(spec.values.get("stream", 1), peer.variables, repetition)
        method = method_of(spec)
        peer.stream(stream_id).method = method
        peer.stream(stream_id).is_plain = method == b"GET" and "path" not in spec.values
        peer.monitors.request(stream_id, method)

    def _upload(self, step: Upload) -> None:
        peer = self.peers[step.on]
        stalled = upload(peer, step, self.session.timing.deadline)
        if stalled:
            raise self.fail(with_cause(peer, stalled), "stalled")

    def _fence(self, step: Fence) -> None:
        peer = self.peers[step.on]
        if not peer.fence(self.session.timing.deadline):
            raise self.fail(with_cause(peer, "a PING was not answered"), self.judge.outcome(step.on, peer))
        self.judge.mark(step.on, peer)
