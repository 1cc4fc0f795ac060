"""Asks a target one thing on a connection of its own."""

from typing import Any

from ..cases.framebuild import build
from ..cases.framespec import FrameSpec
from ..judge.probe import open_peer
from ..judge.session import Session
from ..peer.peer import Peer
from ..peer.streams import Stream
from ..peer.transport import Ended


def exchange(
    session: Session,
    path: str,
    *,
    method: str = "GET",
    content: bytes = b"",
    settings: dict[int, int] | None = None,
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> tuple[Peer, Stream] | None:
    """Send one request on a connection of its own; return peer and stream, or None when that fails."""
    peer, _ = open_peer(session, settings)
    if peer is None:
        return None
    values: dict[str, Any] = {
        "stream": 1,
        "path": path.encode(),
        "method": method.encode(),
        "end_stream": not content,
    }
    if content:
        headers = (*headers, (b"content-length", str(len(content)).encode()))
    values["headers"] = headers
    pieces = build(FrameSpec("REQUEST", values), peer.variables)
    if content:
        pieces += build(FrameSpec("DATA", {"stream": 1, "data": content, "end_stream": True}), peer.variables)
    try:
        peer.send(pieces, session.timing.deadline)
    except Ended as error:
        peer.finish(error.how)
    stream = peer.stream(1)
    wait_end(peer, stream, session.timing.deadline)
    peer.close()
    return peer, stream


def wait_end(peer: Peer, stream: Stream, timeout: float) -> None:
    """Wait until a response is whole or its stream reset."""
    peer.wait(lambda: stream.is_over, timeout)


def status_text(stream: Stream) -> str:
    """Say what became of a request."""
    if stream.resets:
        return "the stream was reset"
    return f"status {stream.status}" if stream.answered else "no response"
