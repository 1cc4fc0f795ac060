"""Judge a scenario by two witnesses: what the client claims, and what its connections carried.

A claim alone proves nothing: a client that opened ten connections also has ten answers.  The wire alone does
not either: it does not show that the program got the octets.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .framenames import error_name
from .origin import AT_ONCE, GREETING, NOT_FOUND, PUSHED, TRAILER, download
from .payload import DOWNLOAD_SIZE, MIB, digest, octets
from .results import Result
from .scenarios import Scenario
from .streamlog import StreamLog, peak
from .wirelog import ConnectionLog

Claims = Mapping[str, Any]

BODY: Final = octets(MIB)
"""What clients send to `/echo`."""
INFINITE: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Expected:
    """What a client that shows the whole message claims; a claim that it cannot make may be missing."""

    claims: Mapping[str, Any]
    needed: tuple[str, ...] = ()
    """Claims of which at least one must be made."""


def _content(body: bytes, status: int = 200) -> Expected:
    facts = {"status": status, "length": len(body), "sha256": digest(body)}
    return Expected(facts, ("length", "sha256"))


EXPECTED: Final[Mapping[Scenario, Expected]] = {
    Scenario.GET: _content(GREETING),
    Scenario.ECHO: _content(BODY),
    Scenario.STREAMS: Expected({"ok": AT_ONCE}, ("ok",)),
    Scenario.DOWNLOAD: _content(download()),
    Scenario.TRAILERS: Expected({"status": 200, "trailer": TRAILER[1]}, ("trailer",)),
    Scenario.CONTINUE: _content(BODY),
    Scenario.HEAD: Expected(
        {"status": 200, "content_length": len(GREETING), "length": 0}, ("status", "content_length")
    ),
    Scenario.NOT_FOUND: Expected(
        {"status": 404, "length": len(NOT_FOUND), "sha256": digest(NOT_FOUND)}, ("status",)
    ),
    Scenario.CANCEL: Expected({"after": 200}, ("after",)),
    Scenario.PUSH: Expected(
        {"status": 200, "path": "/pushed", "length": len(PUSHED), "sha256": digest(PUSHED)},
        ("length", "sha256"),
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result and reason; the streams are what the evidence shows."""

    result: Result
    reason: str = ""
    log: ConnectionLog | None = None
    streams: tuple[StreamLog, ...] = ()


def judge(scenario: Scenario, claims: Claims | None, logs: Sequence[ConnectionLog]) -> Verdict:
    """Compare what was claimed for a scenario, and what the connections carried, with what is expected.

    claims: None if the client said nothing of the scenario.
    """
    log = next((log for log in logs if log.of(scenario.value)), None)
    streams = tuple(log.of(scenario.value)) if log is not None else ()
    if claims is not None and "unsupported" in claims:
        return Verdict(Result.UNSUPPORTED, str(claims["unsupported"]), log, streams)
    reasons: list[str] = []
    if claims is None:
        reasons.append("the client reported nothing")
    elif "error" in claims:
        reasons.append(f"the client reported {claims['error']}")
    else:
        reasons += _compare(claims, EXPECTED[scenario])
    if log is None:
        reasons.append("no request came over HTTP/2")
    else:
        reasons += _faults(log)
        reasons += _WIRE[scenario](log, streams)
    return Verdict(Result.FAIL if reasons else Result.PASS, "; ".join(reasons), log, streams)


def _compare(claims: Claims, expected: Expected) -> Iterator[str]:
    for name, value in expected.claims.items():
        if name in claims and claims[name] != value:
            yield f"the client reported {name} {claims[name]!r}, not {value!r}"
    if expected.needed and not any(name in claims for name in expected.needed):
        yield f"the client reported no {' or '.join(expected.needed)}"


def _faults(log: ConnectionLog) -> Iterator[str]:
    if log.fault:
        yield f"the octets are not HTTP/2: {log.fault}"
    for sender, (_, code, debug) in log.goaway.items():
        if code:
            said = debug.decode(errors="replace")
            yield f"the {sender} ended the connection with {error_name(code)} {said!r}"


def _whole(_log: ConnectionLog, streams: Sequence[StreamLog], method: str = "") -> Iterator[str]:
    for stream in streams:
        if method and stream.request.get(":method") != method:
            yield f"the request was {stream.request.get(':method')}, not {method}"
        if not stream.is_whole:
            yield f"stream {stream.stream_id} did not run to its end"


def _get(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams, "GET")


def _echo(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams, "POST")
    for stream in streams:
        for name, message in (("request", stream.request), ("response", stream.response)):
            if message.sha256 != digest(BODY):
                yield f"the {name}'s {message.size} octets are not the body"


def _streams(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams)
    if len(streams) != AT_ONCE:
        yield f"{len(streams)} requests on the connection, not {AT_ONCE}"
    if (highest := peak(streams)) < AT_ONCE:
        yield f"at most {highest} requests were in flight at once"


def _download(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams)
    for stream in streams:
        if stream.response.sha256 != digest(download()):
            yield f"{stream.response.size} octets on the wire are not the {DOWNLOAD_SIZE} asked for"


def _trailers(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams)
    for stream in streams:
        if TRAILER not in stream.response.trailers:
            yield "no trailer section on the wire"


def _continue(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _echo(log, streams)
    for stream in streams:
        request, response = stream.request, stream.response
        if (request.get("expect") or "").lower() != "100-continue":
            yield "the request had no expect: 100-continue"
        elif request.first_data_at is not None and request.first_data_at < (response.informed_at or INFINITE):
            yield "content came before the 100"
        elif 100 not in response.informational:
            yield "no 100 on the wire"


def _head(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams, "HEAD")
    for stream in streams:
        if stream.response.size:
            yield f"{stream.response.size} octets of content in a response to HEAD"


def _not_found(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams)
    if any(stream.status != 404 for stream in streams):
        yield "the status on the wire is not 404"


def _cancel(_log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    given_up = next((stream for stream in streams if stream.path == "/endless"), None)
    if given_up is None:
        yield "the endless body was not asked for"
        return
    if not given_up.response.size:
        yield "no content had been sent when the request was given up"
    if given_up.request.reset is None:
        yield "no RST_STREAM came from the client"
    # A request may leave before the RST_STREAM does; what counts is that its answer came after it.
    since = given_up.at if given_up.closed_at is None else given_up.closed_at
    served = [s for s in streams if s is not given_up and s.is_whole and s.status == 200]
    if not any((stream.closed_at or 0) > since for stream in served):
        yield "no request was served on the connection afterwards"


def _push(log: ConnectionLog, streams: Sequence[StreamLog]) -> Iterator[str]:
    yield from _whole(log, streams)
    promised = [s for s in log.streams.values() if s.promised_on in {t.stream_id for t in streams}]
    if not promised:
        allowed = log.client_settings.get(2, 1)
        yield "no PUSH_PROMISE on the wire" if allowed else "the client's SETTINGS say ENABLE_PUSH=0"
    for stream in promised:
        if not stream.is_whole:
            code = stream.request.reset
            said = "" if code is None else f": the client reset it with {error_name(code)}"
            yield f"pushed stream {stream.stream_id} did not run to its end{said}"


_WIRE: Final[Mapping[Scenario, Callable[[ConnectionLog, Sequence[StreamLog]], Iterator[str]]]] = {
    Scenario.GET: _get,
    Scenario.ECHO: _echo,
    Scenario.STREAMS: _streams,
    Scenario.DOWNLOAD: _download,
    Scenario.TRAILERS: _trailers,
    Scenario.CONTINUE: _continue,
    Scenario.HEAD: _head,
    Scenario.NOT_FOUND: _not_found,
    Scenario.CANCEL: _cancel,
    Scenario.PUSH: _push,
}
