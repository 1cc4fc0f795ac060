"""Expectations of something to be seen: a frame, a number of octets, a living connection."""

from collections.abc import Callable
from typing import Final

from ..cases.case import Expect
from ..cases.expectspec import FrameMatch, Range
from ..cases.values import resolve_number, resolve_stream
from ..peer.peer import Peer
from ..wire.describe import parts
from .liveness import dead
from .matching import Sight, compared, deadline, find_frames, frame_matches, number_matches, range_text
from .responsechecks import check_http1, check_response, check_same_fields, check_tls
from .session import Session


def _fences(peer: Peer, session: Session) -> str | None:
    """Fence twice and wait a short grace, so that what has not come will not come."""
    for _ in range(2):
        if not peer.ended and not peer.fence(session.timing.deadline) and not peer.ended:
            return "a PING was not answered"
    peer.wait(lambda: bool(peer.ended), session.timing.quiet)
    return None


def check_frame(peer: Peer, session: Session, step: Expect) -> Sight:
    """Wait for a matching frame that no earlier expectation has used."""
    match: FrameMatch = step.arguments["frame"]
    examined = 0
    found: list[int] = []

    def look() -> bool:
        nonlocal examined
        while examined < len(peer.log):
            entry, position = peer.log[examined], examined
            examined += 1
            if (
                entry.direction == "recv"
                and entry.frame is not None
                and entry.frame.type == match.type
                and position not in peer.consumed
                and frame_matches(match, parts(entry.frame), peer.variables)
            ):
                found.append(position)
                return True
        return False

    expected = f"frame {match.text}"
    if not peer.wait(look, deadline(session, step)):
        return Sight(expected, "no such frame", f"no {match.text} came")
    peer.consumed.add(found[0])
    before: FrameMatch | None = step.arguments.get("before")
    if before is not None:
        earlier = [position for position in find_frames(peer, before) if position < found[0]]
        if earlier:
            return Sight(expected, "wrong order", f"{before.text} came before {match.text}")
    return Sight(expected, expected)


def check_no_frame(peer: Peer, session: Session, step: Expect) -> Sight:
    """After two fences, no such frame has come on the whole connection."""
    match: FrameMatch = step.arguments["frame"]
    expected = f"no frame {match.text}"
    if problem := _fences(peer, session):
        return Sight(expected, "unresponsive", problem)
    if found := [position for position in find_frames(peer, match) if position not in peer.consumed]:
        return Sight(expected, f"frame {match.text}", f"{match.text} came at position {found[0]}")
    return Sight(expected, expected)


def check_count(peer: Peer, session: Session, step: Expect) -> Sight:
    """Count the matching frames of the whole connection, behind two fences and once all that are due came."""
    match: FrameMatch = step.arguments["frame"]
    wanted: Range = step.arguments["range"]
    expected = f"{match.text}: {range_text(wanted, peer.variables)}"
    if problem := _fences(peer, session):
        return Sight(expected, "unresponsive", problem)
    count = len(find_frames(peer, match))
    low = resolve_number(wanted.at_least, peer.variables)
    if count < low:
        peer.wait(lambda: len(find_frames(peer, match)) >= low, session.timing.deadline)
        count = len(find_frames(peer, match))
    outcome = f"{match.text}: {compared(count, wanted, peer.variables)}"
    if not number_matches(wanted, count, peer.variables):
        return Sight(
            expected, outcome, f"{count} times {match.text}, expected {range_text(wanted, peer.variables)}"
        )
    return Sight(expected, outcome)


def check_data(peer: Peer, session: Session, step: Expect) -> Sight:
    """After two fences, count the flow-controlled octets received (RFC 9113 6.9.1)."""
    stream_id = resolve_stream(step.arguments["stream"], peer.variables, 0)
    wanted: Range = step.arguments["range"]
    expected = f"DATA on stream {stream_id}: {range_text(wanted, peer.variables)} octets"

    def octets() -> int:
        return peer.stream(stream_id).flow_octets if stream_id else peer.flow_octets

    low = resolve_number(wanted.at_least, peer.variables)
    peer.wait(lambda: octets() >= low, deadline(session, step))
    if problem := _fences(peer, session):
        return Sight(expected, "unresponsive", problem)
    outcome = f"DATA on stream {stream_id}: {compared(octets(), wanted, peer.variables)}"
    if not number_matches(wanted, octets(), peer.variables):
        return Sight(
            expected, outcome, f"{octets()} octets of DATA, expected {range_text(wanted, peer.variables)}"
        )
    return Sight(expected, outcome)


def check_alive(peer: Peer, session: Session, step: Expect) -> Sight:
    """The connection answers a PING and serves one more request."""
    if peer.open_block:
        return Sight("alive", "error", "the case leaves a field block open")
    if problem := dead(peer, session, request=step.arguments.get("liveness") != "ping"):
        return Sight("alive", "dead", problem)
    return Sight("alive", "alive")


def check_closed(peer: Peer, session: Session, step: Expect) -> Sight:
    """The target closes the connection."""
    timeout = session.timing.close if step.timeout is None else step.timeout
    if peer.wait(lambda: bool(peer.ended), timeout) or peer.ended:
        return Sight("closed", "closed")
    return Sight("closed", "open", "the connection stays open")


def check_monitor(peer: Peer, session: Session, step: Expect) -> Sight:
    """The passive rules saw no violation."""
    rules = step.arguments["rules"]
    expected = f"obeys {', '.join(rules)}"
    if not peer.ended and not peer.open_block:
        _fences(peer, session)
    broken = [
        f"{rule}: {peer.monitors.violations[rule]}" for rule in rules if rule in peer.monitors.violations
    ]
    if broken:
        return Sight(expected, broken[0], "; ".join(broken))
    return Sight(expected, expected)


CHECKS: Final[dict[str, Callable[[Peer, Session, Expect], Sight]]] = {
    "response": check_response,
    "frame": check_frame,
    "no_frame": check_no_frame,
    "count": check_count,
    "data": check_data,
    "alive": check_alive,
    "closed": check_closed,
    "monitor": check_monitor,
    "tls": check_tls,
    "same_fields": check_same_fields,
    "http1": check_http1,
}
"""Checks by the name of their macro."""
