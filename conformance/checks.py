"""Expectations of something to be seen: a response, a frame, a number of octets, a living connection."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .case import Expect
from .expectspec import ABSENT, ANY, FrameMatch, Range
from .liveness import dead
from .peer import Peer
from .session import Session
from .streams import Stream
from .values import Variables, resolve_number, resolve_stream, resolve_text
from .wire.describe import parts


class Sight(NamedTuple):
    """What was expected, what came, and the problem if there is one."""

    expected: str
    outcome: str
    problem: str | None = None


def number_matches(match: Any, value: int, variables: Variables) -> bool:
    """Return whether a number is the one, one of those, or in the range."""
    if isinstance(match, tuple):
        return any(resolve_number(item, variables) == value for item in match)
    if isinstance(match, Range):
        low = resolve_number(match.at_least, variables)
        return low <= value <= resolve_number(match.at_most, variables)
    return resolve_number(match, variables) == value


def frame_matches(match: FrameMatch, entry_parts: dict[str, Any], variables: Variables) -> bool:
    """Return whether a received frame has the named parts."""
    for name, wanted in match.parts.items():
        if name not in entry_parts:
            return False
        got = entry_parts[name]
        if name in ("ack", "end_stream", "end_headers", "reserved", "payload"):
            if got != wanted:
                return False
        elif name == "error":
            if got not in wanted:
                return False
        elif name == "flags":
            if sorted(got) != sorted(wanted):
                return False
        elif name == "settings":
            if not all(_setting_matches(item, got.get(key), variables) for key, item in wanted.items()):
                return False
        elif not number_matches(wanted, got, variables):
            return False
    return True


def _setting_matches(wanted: Any, got: int | None, variables: Variables) -> bool:
    if wanted == ABSENT:
        return got is None
    if wanted == ANY or got is None:
        return got is not None
    return number_matches(wanted, got, variables)


def find_frames(peer: Peer, match: FrameMatch) -> list[int]:
    """Return the positions of received frames that match."""
    return [
        position
        for position, entry in enumerate(peer.log)
        if entry.direction == "recv"
        and entry.frame is not None
        and entry.frame.type == match.type
        and frame_matches(match, parts(entry.frame), peer.variables)
    ]


def _deadline(session: Session, step: Expect) -> float:
    return session.timing.deadline if step.timeout is None else step.timeout


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
    if not peer.wait(look, _deadline(session, step)):
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
    """After two fences, count the matching frames of the whole connection."""
    match: FrameMatch = step.arguments["frame"]
    wanted: Range = step.arguments["range"]
    expected = f"{match.text}: {_range(wanted, peer.variables)}"
    if problem := _fences(peer, session):
        return Sight(expected, "unresponsive", problem)
    count = len(find_frames(peer, match))
    low = resolve_number(wanted.at_least, peer.variables)
    if count < low:
        peer.wait(lambda: len(find_frames(peer, match)) >= low, session.timing.patience)
        count = len(find_frames(peer, match))
    outcome = f"{match.text}: {_compared(count, wanted, peer.variables)}"
    if not number_matches(wanted, count, peer.variables):
        return Sight(
            expected, outcome, f"{count} times {match.text}, expected {_range(wanted, peer.variables)}"
        )
    return Sight(expected, outcome)


def _compared(number: int, wanted: Range, variables: Variables) -> str:
    """Say how a number stands to a range: the number itself may differ from run to run."""
    if number_matches(wanted, number, variables):
        return "as expected"
    return "too few" if number < resolve_number(wanted.at_least, variables) else "too many"


def _range(wanted: Range, variables: Variables) -> str:
    low, high = resolve_number(wanted.at_least, variables), resolve_number(wanted.at_most, variables)
    if low == high:
        return str(low)
    if high >= 1 << 60:
        return f"at least {low}"
    return f"at most {high}" if not low else f"{low} to {high}"


def check_data(peer: Peer, session: Session, step: Expect) -> Sight:
    """After two fences, count the flow-controlled octets received (RFC 9113 6.9.1)."""
    stream_id = resolve_stream(step.arguments["stream"], peer.variables, 0)
    wanted: Range = step.arguments["range"]
    expected = f"DATA on stream {stream_id}: {_range(wanted, peer.variables)} octets"

    def octets() -> int:
        return peer.stream(stream_id).flow_octets if stream_id else peer.flow_octets

    low = resolve_number(wanted.at_least, peer.variables)
    peer.wait(lambda: octets() >= low, _deadline(session, step))
    if problem := _fences(peer, session):
        return Sight(expected, "unresponsive", problem)
    outcome = f"DATA on stream {stream_id}: {_compared(octets(), wanted, peer.variables)}"
    if not number_matches(wanted, octets(), peer.variables):
        return Sight(
            expected, outcome, f"{octets()} octets of DATA, expected {_range(wanted, peer.variables)}"
        )
    return Sight(expected, outcome)


def check_alive(peer: Peer, session: Session, _: Expect) -> Sight:
    """The connection answers a PING and serves one more request."""
    if peer.open_block:
        return Sight("alive", "error", "the case leaves a field block open")
    if problem := dead(peer, session):
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


def check_response(peer: Peer, session: Session, step: Expect) -> Sight:
    """Wait for the final response of a stream and compare it."""
    arguments = step.arguments
    stream_id = (
        resolve_stream(arguments["stream"], peer.variables, 0) if "stream" in arguments else peer.last_used
    )
    stream = peer.stream(stream_id)
    complete = arguments.get("complete", True)
    wanted = arguments.get("status", (ANY,))
    expected = f"response({' or '.join(wanted)}) on stream {stream_id}"

    def lost() -> bool:
        return bool(stream.resets) or peer.undecodable is not None or any(g.code for g in peer.goaways)

    peer.wait(lambda: (stream.ended if complete else stream.answered) or lost(), _deadline(session, step))
    if not stream.answered:
        return Sight(expected, "no response", f"no response came on stream {stream_id}")
    outcome = f"response({stream.status})"
    if not any(_status_matches(item, stream.status or 0) for item in wanted):
        return Sight(expected, outcome, f"the status is {stream.status}")
    if complete and not stream.ended:
        reset = " before RST_STREAM" if stream.resets else ""
        return Sight(expected, outcome, f"the response was not completed{reset}")
    problem = _compare(stream, arguments, peer.variables)
    return Sight(expected, outcome, problem)


def _status_matches(wanted: str, status: int) -> bool:
    return wanted == ANY or wanted == str(status) or (wanted.endswith("xx") and wanted[0] == str(status)[0])


def _compare(stream: Stream, arguments: Any, variables: Variables) -> str | None:
    if arguments.get("no_content") and stream.content_octets:
        return f"{stream.content_octets} octets of content where none is allowed"
    content = arguments.get("content")
    if isinstance(content, Range):
        if not number_matches(content, stream.content_octets, variables):
            return f"{stream.content_octets} octets of content, expected {_range(content, variables)}"
    elif content is not None:
        octets = resolve_text(content, variables)
        if bytes(stream.content) != octets:
            return f"the content is {bytes(stream.content[:40])!r}, expected {octets[:40]!r}"
    for key, fields in (("fields", stream.fields), ("trailers", stream.trailers or [])):
        for name, wanted in arguments.get(key, {}).items():
            values = [value for field_name, value in fields if field_name == name]
            if problem := _field_problem(key, name, wanted, values, variables):
                return problem
    if "informational" in arguments and list(arguments["informational"]) != stream.informational:
        return f"interim responses {stream.informational}, expected {list(arguments['informational'])}"
    return None


def _field_problem(
    key: str, name: bytes, wanted: Any, values: list[bytes], variables: Variables
) -> str | None:
    shown = f"{key[:-1]} {name.decode()}"
    if wanted == ABSENT:
        return f"{shown} is there: {values[0]!r}" if values else None
    if not values:
        return f"{shown} is missing"
    if wanted == ANY:
        return None
    text = resolve_text(wanted, variables)
    return None if text in values else f"{shown} is {values[0]!r}, expected {text!r}"


def check_tls(peer: Peer, _: Session, step: Expect) -> Sight:
    """The TLS handshake was refused, or chose what is allowed (RFC 9113 9.2)."""
    chosen = peer.transport.tls
    arguments = step.arguments
    if arguments.get("refused"):
        lost = peer.wait(lambda: bool(peer.ended), 0) or bool(peer.ended)
        if lost or chosen is None:
            return Sight("TLS refused", f"TLS refused ({peer.ended})")
        return Sight("TLS refused", str(chosen), f"the handshake succeeded: {chosen}")
    expected = ", ".join(f"{name} {' or '.join(values)}" for name, values in arguments.items())
    if chosen is None:
        return Sight(expected, "no TLS", f"the TLS handshake failed ({peer.ended})")
    got = {"version": chosen.version, "alpn": chosen.alpn or "none", "cipher": chosen.cipher}
    for name, values in arguments.items():
        if name == "not_cipher":
            if chosen.cipher in values:
                return Sight(expected, str(chosen), f"the cipher is {chosen.cipher}")
        elif got[name] not in values:
            return Sight(expected, str(chosen), f"the {name} is {got[name]}")
    return Sight(expected, str(chosen))


def check_same_fields(peer: Peer, _: Session, step: Expect) -> Sight:
    """Fields of one response stand in another as well."""
    first, second = (peer.stream(stream_id) for stream_id in step.arguments["streams"])
    names = step.arguments["names"]
    expected = f"{', '.join(n.decode() for n in names)} of stream {first.id} on stream {second.id}"
    for name in names:
        here = [value for field_name, value in first.fields if field_name == name]
        there = [value for field_name, value in second.fields if field_name == name]
        if not here:
            continue
        if not there:
            if step.arguments["absent"] == "fail":
                return Sight(expected, "missing", f"{name.decode()} is missing on stream {second.id}")
        elif here != there and step.arguments["values"] == "equal":
            return Sight(expected, "different", f"{name.decode()} is {there[0]!r}, and {here[0]!r} before")
    return Sight(expected, expected)


def check_http1(peer: Peer, session: Session, step: Expect) -> Sight:
    """No answer in HTTP/1 with one of these statuses."""
    unwanted = step.arguments["not"]
    expected = f"no HTTP/1 answer {' or '.join(map(str, unwanted))}"
    peer.wait(
        lambda: bool(peer.ended) or b"\r\n" in peer.http1 or bool(peer.goaways), _deadline(session, step)
    )
    words = peer.http1.split(b" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    if status in unwanted:
        return Sight(expected, f"HTTP/1 {status}", f"answered {peer.http1[:40]!r}")
    if status is None and not peer.ended and not peer.goaways:
        return Sight(expected, "no answer", "neither an answer nor a close")
    return Sight(expected, f"HTTP/1 {status}" if status else "closed")


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
