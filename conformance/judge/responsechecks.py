"""Expectations of responses and of the TLS handshake."""

from typing import Any

from ..cases.case import Expect
from ..cases.expectspec import ABSENT, ANY, Range
from ..cases.values import Variables, resolve_stream, resolve_text
from ..peer.peer import Peer
from ..peer.streams import Stream
from .matching import Sight, deadline, number_matches, range_text
from .session import Session


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

    peer.wait(lambda: (stream.ended if complete else stream.answered) or lost(), deadline(session, step))
    if not stream.answered:
        return Sight(expected, "no response", f"no response came on stream {stream_id}")
    outcome = f"response({stream.status})"
    served = "2xx" in wanted and stream.is_plain and stream.status == session.baseline
    if not served and not any(_status_matches(item, stream.status or 0) for item in wanted):
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
            return f"{stream.content_octets} octets of content, expected {range_text(content, variables)}"
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
        lambda: bool(peer.ended) or b"\r\n" in peer.http1 or bool(peer.goaways), deadline(session, step)
    )
    words = peer.http1.split(b" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    if status in unwanted:
        return Sight(expected, f"HTTP/1 {status}", f"answered {peer.http1[:40]!r}")
    if status is None and not peer.ended and not peer.goaways:
        return Sight(expected, "no answer", "neither an answer nor a close")
    return Sight(expected, f"HTTP/1 {status}" if status else "closed")
