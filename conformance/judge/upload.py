"""Sends content as DATA frames, inside the target's windows or past them (RFC 9113 6.9.1)."""

from ..cases.case import Upload
from ..cases.framebuild import Outgoing
from ..cases.values import PATTERN, resolve_number
from ..peer.peer import Peer
from ..peer.transport import Ended
from ..wire.codes import END_STREAM, PADDED, Type
from ..wire.frames import RawFrame, encode_frame

MAX_UPLOAD = 4 << 20
"""Octets of one upload: a target with a larger window is asked for no more, and shows a little less."""


def upload(peer: Peer, step: Upload, deadline: float) -> str | None:
    """Send the content; return a problem when the target gives no credit in time."""
    left = min(resolve_number(step.size, peer.variables), MAX_UPLOAD)
    overhead = 0 if step.pad is None else 1 + step.pad
    if not step.heed:
        return _send(peer, _overrun(step, left, step.frame - overhead), deadline)
    while True:
        size = min(left, step.frame - overhead)
        if left:
            if not peer.wait(
                lambda: _room(peer, step.stream) > overhead or _stopped(peer, step.stream), deadline
            ):
                return f"no credit came for the last {left} octets" if not peer.ended else None
            if _stopped(peer, step.stream):
                return None
            size = min(size, _room(peer, step.stream) - overhead)
        left -= size
        end = not left and step.end_stream
        problem = _send(peer, [_frame(step, size, end)], deadline)
        if problem or peer.ended or not left:
            return problem


def _overrun(step: Upload, left: int, room: int) -> list[Outgoing]:
    """Return all frames of an upload that heeds no window; they go out in one write, behind a fence."""
    sizes = [room] * (left // room) + ([left % room] if left % room or not left else [])
    last = len(sizes) - 1
    return [_frame(step, size, step.end_stream and n == last) for n, size in enumerate(sizes)]


def _send(peer: Peer, frames: list[Outgoing], deadline: float) -> str | None:
    try:
        peer.send(frames, deadline)
    except Ended as error:
        peer.finish(error.how)
        return "the target stopped reading" if error.how == "stalled" else None
    return None


def _room(peer: Peer, stream_id: int) -> int:
    return min(peer.windows.connection, peer.stream_window(stream_id))


def _stopped(peer: Peer, stream_id: int) -> bool:
    """Return whether the rest of the content is not wanted any more."""
    return bool(peer.ended) or bool(peer.stream(stream_id).resets) or any(g.code for g in peer.goaways)


def _frame(step: Upload, size: int, end: bool) -> Outgoing:
    flags = END_STREAM if end else 0
    payload = PATTERN * size
    if step.pad is not None:
        flags |= PADDED
        payload = bytes((step.pad,)) + payload + bytes(step.pad)
    frame = RawFrame(Type.DATA, flags, step.stream, payload)
    return Outgoing(encode_frame(*frame[:4]), frame)
