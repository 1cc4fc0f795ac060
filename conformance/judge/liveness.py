"""Shows that a connection lives: it answers a PING and serves one more request."""

from typing import Final

from ..cases.framebuild import build
from ..cases.framespec import FrameSpec
from ..peer.peer import Peer
from ..peer.transport import Ended
from ..wire.codes import error_name
from .session import Session

ROOM: Final = 4096
"""Octets of credit for the second response."""


def good_request(stream_id: int) -> FrameSpec:
    """Return a plain GET of the target's path."""
    return FrameSpec("REQUEST", {"stream": stream_id})


def dead(peer: Peer, session: Session, *, request: bool = True) -> str | None:
    """Return why the connection does not live, or None when it does; without `request` by PING alone."""
    timing = session.timing
    since = len(peer.log)
    if peer.ended:
        return f"the connection is closed ({peer.ended})"
    if not peer.fence(timing.deadline):
        return "the connection was closed" if peer.ended else "a PING was not answered"
    stream_id = peer.next_stream() if request else None
    if stream_id is not None:
        try:
            peer.send(build(good_request(stream_id), peer.variables), timing.deadline)
        except Ended as error:
            peer.finish(error.how)
            return "the connection was closed before a second request"
        stream = peer.stream(stream_id)

        def has_reacted() -> bool:
            return stream.answered or bool(stream.resets) or _lost(peer, since)

        came = peer.wait(has_reacted, timing.deadline / 2)
        if not came:
            # Some targets send HEADERS only together with content: let it out, if the case left no room.
            _give_room(peer, stream_id, timing.deadline)
            came = peer.wait(has_reacted, timing.deadline / 2)
        if stream.resets:
            return f"a second request was reset with {error_name(stream.resets[0].code)}"
        if not stream.answered:
            return "a second request was not answered" if not came else _how_lost(peer, since)
        if not session.is_normal(stream.status):
            return f"a second request was answered {stream.status}, a plain GET {session.baseline}"
    peer.wait(lambda: _lost(peer, since), timing.quiet)
    return _how_lost(peer, since) if _lost(peer, since) else None


def _give_room(peer: Peer, stream_id: int, timeout: float) -> None:
    if peer.ended or peer.monitors.room(stream_id) > 0:
        return
    frames = [FrameSpec("WINDOW_UPDATE", {"stream": n, "increment": ROOM}) for n in (0, stream_id)]
    try:
        peer.send([piece for frame in frames for piece in build(frame, peer.variables)], timeout)
    except Ended as error:
        peer.finish(error.how)


def _lost(peer: Peer, since: int) -> bool:
    return bool(peer.ended) or any(g.code and g.position >= since for g in peer.goaways)


def _how_lost(peer: Peer, since: int) -> str:
    for goaway in peer.goaways:
        if goaway.code and goaway.position >= since:
            return f"GOAWAY {error_name(goaway.code)} came"
    return "the connection was closed"
