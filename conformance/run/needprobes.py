"""Finds out, by one fixed exchange each, which needs a target meets."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ..cases.framebuild import build
from ..cases.framespec import FrameSpec
from ..judge.probe import open_peer
from ..judge.session import Session
from ..peer.peer import Peer
from ..peer.streams import Stream
from ..peer.timing import alone
from ..peer.transport import Ended
from ..rules.needs import NEEDS
from ..wire.codes import MAX_31, Setting, Type
from .asking import exchange, status_text, wait_end

INVENTED: Final = "h2conf-invented"
"""A need that no target has: probing it has to find it absent."""
ECHOED: Final = b"h2conf asks to hear this again"
NO_ENDPOINT: Final = "no endpoint for"
"""How the reason begins where all that is missing is a path; it names what is absent by itself."""
LARGE: Final = 1 << 20
WINDOW: Final = 2 << 20


class Found(NamedTuple):
    """Whether a need is met, and what showed it."""

    present: bool
    how: str


def _path(session: Session, name: str) -> str:
    return session.endpoints.get(name, f"/{name}")


def _by_response(name: str, good: Callable[[Stream], bool], missing: str) -> Callable[[Session], Found]:
    """Probe an endpoint by a GET and a look at its response."""

    def probe(session: Session) -> Found:
        path = _path(session, name)
        got = exchange(session, path)
        if got is None:
            return Found(False, "no connection")
        if good(got[1]):
            return Found(True, path)
        return Found(False, f"{NO_ENDPOINT} {name}: {missing} on {path} ({status_text(got[1])})")

    return probe


def _echo(session: Session) -> Found:
    path = _path(session, "echo")
    got = exchange(session, path, method="POST", content=ECHOED)
    if got is None:
        return Found(False, "no connection")
    if bytes(got[1].content) == ECHOED:
        return Found(True, path)
    return Found(False, f"{NO_ENDPOINT} echo: content does not come back on {path} ({status_text(got[1])})")


def _open(session: Session) -> Found:
    """Look for a path where a POST without its content is neither answered whole nor reset."""
    for path in (session.variables().texts["path.open"], session.path):
        peer, problem = open_peer(session)
        if peer is None:
            return Found(False, problem or "no connection")
        stream = peer.stream(1)
        values = {"stream": 1, "method": b"POST", "path": path.encode(), "end_stream": False}
        try:
            peer.send(build(FrameSpec("REQUEST", values), peer.variables), session.timing.deadline)
        except Ended as error:
            peer.finish(error.how)
        alive = peer.fence(session.timing.deadline) and peer.fence(session.timing.deadline)
        wait_end(peer, stream, session.timing.quiet)
        peer.close()
        if alive and not stream.ended and not stream.resets:
            session.endpoints = {**session.endpoints, "open": path}
            return Found(True, path)
    return Found(False, f"a POST without content to {path} is answered at once")


def _announced(name: str, label: str, limit: int) -> Callable[[Session], Found]:
    """Look whether what the target announced can be passed by a case: a frame's size, a window."""

    def probe(session: Session) -> Found:
        peer, problem = open_peer(session)
        if peer is None:
            return Found(False, problem or "no connection")
        peer.fence(session.timing.deadline)  # credit for the connection may stand behind the SETTINGS
        peer.close()
        value = peer.variables.peer(name)
        return Found(value <= limit, f"{label}={value}")

    return probe


def _not_modified(session: Session) -> Found:
    path = _path(session, "304")
    got = exchange(session, path, headers=((b"if-none-match", b"*"),))
    if got is None:
        return Found(False, "no connection")
    if got[1].status == 304:
        return Found(True, path)
    return Found(False, f"{NO_ENDPOINT} 304: if-none-match: * on {path} ({status_text(got[1])})")


def _push(session: Session) -> Found:
    return _promised(session, {Setting.ENABLE_PUSH: 1})


def _reserved(session: Session) -> Found:
    """Promising is left to the server, also where it may not yet send what it promised (RFC 9113 8.4)."""
    return _promised(session, {Setting.ENABLE_PUSH: 1, Setting.MAX_CONCURRENT_STREAMS: 0})


def _promised(session: Session, settings: dict[int, int]) -> Found:
    path = _path(session, "push")
    got = exchange(session, path, settings=settings)
    if got is None:
        return Found(False, "no connection")
    pushed = any(e.frame is not None and e.frame.type == Type.PUSH_PROMISE for e in got[0].log)
    return Found(True, path) if pushed else Found(False, f"no PUSH_PROMISE on {path}")


def _head(session: Session) -> Found:
    got = exchange(session, session.path, method="HEAD")
    if got is None:
        return Found(False, "no connection")
    status = got[1].status or 0
    if 200 <= status < 400 and got[1].ended:
        return Found(True, session.path)
    return Found(False, f"HEAD {session.path}: {status_text(got[1])}")


def _table(session: Session) -> Found:
    """Ask twice for the same: an encoder with a table refers to it the second time."""
    peer, _ = open_peer(session)
    if peer is None:
        return Found(False, "no connection")
    try:
        for stream_id in (1, 3):
            stream = peer.stream(stream_id)
            peer.send(
                build(FrameSpec("REQUEST", {"stream": stream_id}), peer.variables), session.timing.deadline
            )
            wait_end(peer, stream, session.timing.deadline)
    except Ended as error:
        peer.finish(error.how)
    peer.close()
    if peer.monitors.dynamic_table:
        return Found(True, "a field of the second response came from the dynamic table")
    return Found(False, "no field of two equal responses came from the dynamic table")


def _connect(session: Session) -> Found:
    peer, _ = open_peer(session)
    if peer is None:
        return Found(False, "no connection")
    authority = session.variables().texts["path.connect"]
    values = {
        "stream": 1,
        "method": b"CONNECT",
        "authority": authority.encode(),
        "omit": (b":scheme", b":path"),
        "end_stream": False,
    }
    try:
        peer.send(build(FrameSpec("REQUEST", values), peer.variables), session.timing.deadline)
    except Ended as error:
        peer.finish(error.how)
    stream = peer.stream(1)
    peer.wait(lambda: stream.answered or bool(stream.resets), _reach(peer, session))
    peer.close()
    if stream.status is not None and 200 <= stream.status < 300:
        return Found(True, f"CONNECT {authority}")
    return Found(False, f"CONNECT {authority}: {status_text(stream)}")


def _reach(peer: Peer, session: Session) -> float:
    """Return how long to wait for the answer to CONNECT.

    Where no endpoint is named the tunnel would lead back to the target: once two fences were answered there
    is nothing far away that could be slow.
    """
    timing = session.timing
    if "connect" not in session.endpoints and peer.fence(timing.deadline) and peer.fence(timing.deadline):
        return alone(timing).patience
    return timing.deadline


def _setting(number: Setting, good: Callable[[int], bool]) -> Callable[[Session], Found]:
    """Look for a setting that the target announces."""

    def probe(session: Session) -> Found:
        peer, problem = open_peer(session)
        if peer is None:
            return Found(False, problem or "no connection")
        peer.close()
        value = peer.variables.peer_settings.get(number)
        if value is None:
            return Found(False, f"{number.name} is not announced")
        return Found(good(value), f"{number.name}={value}")

    return probe


def _tls(session: Session) -> Found:
    if session.target.scheme == "https" or session.target.over_tls() is not None:
        return Found(True, "the target is reached over TLS")
    return Found(False, "the target is reached in cleartext")


def _several(session: Session) -> Found:
    first, problem = open_peer(session)
    second, problem = open_peer(session) if first is not None else (None, problem)
    for peer in (first, second):
        if peer is not None:
            peer.close()
    return Found(second is not None, "two handshakes at a time" if second is not None else str(problem))


def _invented(session: Session) -> Found:
    """A need that cannot be there: a response field that nobody sends."""
    got = exchange(session, f"/{INVENTED}", settings={Setting.ENABLE_PUSH: 0})
    found = got is not None and any(name == INVENTED.encode() for name, _ in got[1].fields)
    return Found(found, f"a field {INVENTED} in the response")


PROBES: Final[dict[str, Callable[[Session], Found]]] = {
    "echo": _echo,
    "large": _by_response("large", lambda s: s.content_octets >= LARGE, "less than 1 MiB"),
    "open": _open,
    "connection-window": _announced("connection_window", "connection window", WINDOW),
    "frame-limit": _announced("MAX_FRAME_SIZE", "MAX_FRAME_SIZE", LARGE),
    "trailers": _by_response("trailers", lambda s: bool(s.trailers), "no trailers"),
    "slow": _by_response("slow", lambda s: 200 <= (s.status or 0) < 300, "no 2xx"),
    "push": _push,
    "reserved": _reserved,
    "informational": _by_response("early", lambda s: bool(s.informational), "no 1xx"),
    "no-content": _by_response("204", lambda s: s.status == 204, "no 204"),
    "not-modified": _not_modified,
    "connect": _connect,
    "extended-connect": _setting(Setting.ENABLE_CONNECT_PROTOCOL, lambda value: value == 1),
    "priorities": _setting(Setting.NO_RFC7540_PRIORITIES, lambda value: value == 1),
    "head": _head,
    "table": _table,
    "streams-limit": _setting(Setting.MAX_CONCURRENT_STREAMS, lambda value: value <= 1000),
    "list-limit": _setting(Setting.MAX_HEADER_LIST_SIZE, lambda value: value < MAX_31),
    "tls": _tls,
    "multiple-connections": _several,
}
"""Probe of each need."""

if PROBES.keys() != NEEDS.keys():
    raise AssertionError("every need has a probe")


def probe_needs(session: Session, names: Iterable[str]) -> dict[str, Found]:
    """Probe the named needs."""
    return {name: PROBES[name](session) for name in names}


def self_check(session: Session) -> str | None:
    """Return a problem when even an invented need probes as present."""
    found = _invented(session)
    return f"an invented need probes as present: {found.how}" if found.present else None
