"""What the tests of floods share: ways to feed octets, and how a connection ended."""

from collections.abc import Iterator

from nghttp2.frames import Frame, GoAwayFrame

from .peer import Peer

CALM = 11

FEEDS = ["whole", "frame by frame", "in small pieces"]


def pieces(wire: bytes, how: str) -> Iterator[bytes]:
    """Cut octets that are frames; small pieces are single octets, but of large floods."""
    if how == "whole":
        yield wire
        return
    step = 1 if len(wire) < 20_000 else 61
    position = 0
    while position < len(wire):
        if how == "frame by frame":
            step = 9 + int.from_bytes(wire[position : position + 3], "big")
        yield wire[position : position + step]
        position += step


def flood(peer: Peer, wire: bytes, how: str = "whole") -> None:
    """Send it all, or until the connection ends; nothing of what comes back is read."""
    for piece in pieces(wire, how):
        peer.sends(piece)
        if peer.server.connection.is_terminated:
            return


def ending(frames: list[Frame]) -> tuple[int, str] | None:
    """Return the code and the limit (first word of the debug data) of the GOAWAY that stands last, if any."""
    last = frames[-1] if frames else None
    if not isinstance(last, GoAwayFrame):
        return None
    assert sum(isinstance(frame, GoAwayFrame) for frame in frames) == 1
    return last.error_code, last.debug_data.decode().partition(":")[0]
