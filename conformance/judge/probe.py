"""Measures the target once before the cases: its round trip, its settings, and whether it serves at all."""

from dataclasses import dataclass, field

from ..cases.framebuild import build
from ..cases.framespec import FrameSpec
from ..peer.peer import Peer
from ..peer.timing import mute, responsive, virtual
from ..peer.transport import Ended
from ..wire.codes import Setting, setting_name
from .liveness import good_request
from .refusal import why_refused
from .session import Session

ROUND_TRIPS = 5


@dataclass(slots=True)
class Probe:
    """What the first connection showed."""

    settings: dict[int, int] = field(default_factory=dict)
    problem: str | None = None

    def named_settings(self) -> dict[str, int]:
        """Return the target's settings by name."""
        return {setting_name(number): value for number, value in self.settings.items()}


def measure(session: Session, timeout: float | None) -> Probe:
    """Do one handshake, some fences and a plain GET; set the session's timing and baseline status."""
    probe = Probe()
    if session.target.virtual:
        session.timing = virtual(timeout)
    peer, problem = open_peer(session)
    if peer is None:
        probe.problem = problem
        _is_mute(session, timeout)
        return probe
    try:
        times = []
        for _ in range(ROUND_TRIPS):
            begin = peer.transport.now()
            if not peer.fence(session.timing.deadline):
                probe.problem = "a PING was not answered"
                _is_mute(session, timeout)
                return probe
            times.append(peer.transport.now() - begin)
        if not session.target.virtual:
            session.timing = responsive(sorted(times)[len(times) // 2], timeout)
        probe.settings = dict(peer.variables.peer_settings)
        status = get(peer, session, "/" if not session.path else session.path)
        if status is None:
            probe.problem = f"GET {session.path} got no final response"
        session.baseline = status
        return probe
    finally:
        peer.close()


def _is_mute(session: Session, timeout: float | None) -> None:
    """Wait hardly at all for a target that answers nothing; in memory waiting is free anyway."""
    session.mute = True
    if not session.target.virtual:
        session.timing = mute(timeout)


def open_peer(session: Session, settings: dict[int, int] | None = None) -> tuple[Peer | None, str | None]:
    """Open a connection and do the handshake; return the peer, or the problem."""
    try:
        transport = session.connect()
    except OSError as error:
        return None, why_refused(error)
    peer = Peer(transport, session.variables())
    chosen = tuple((settings or {Setting.ENABLE_PUSH: 0}).items())
    pieces = [
        *build(FrameSpec("PREFACE", {}), peer.variables),
        *build(FrameSpec("SETTINGS", {"settings": chosen}), peer.variables),
    ]
    try:
        peer.send(pieces, session.timing.deadline)
    except Ended as error:
        peer.finish(error.how)
    handshake = session.timing.handshake
    if not peer.wait(lambda: bool(peer.settings_received and peer.acks_received), handshake):
        peer.close()
        if peer.http1:
            return None, f"the target speaks HTTP/1: {peer.http1[:40]!r}"
        return None, "the handshake was not completed" + (" (closed)" if peer.ended else "")
    return peer, None


def get(peer: Peer, session: Session, path: str, method: str = "GET") -> int | None:
    """Send a request and return the status of its final response, or None."""
    stream_id = peer.next_stream()
    if stream_id is None:
        return None
    spec = good_request(stream_id)
    values = {**spec.values, "path": path.encode(), "method": method.encode()}
    try:
        peer.send(build(FrameSpec("REQUEST", values), peer.variables), session.timing.deadline)
    except Ended as error:
        peer.finish(error.how)
        return None
    stream = peer.stream(stream_id)
    peer.wait(lambda: stream.is_over, session.timing.deadline)
    return stream.status
