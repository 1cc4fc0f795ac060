"""What our client does at a server or a proxy: one coroutine a scenario, which tells what went wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .certificates import Certificates
from .framenames import error_name
from .ourclient import Exchange, TappedClient
from .payload import DOWNLOAD_SIZE, MIB, digest, octets
from .scenarios import PATHS, Scenario
from .streamlog import peak
from .wirelog import ConnectionLog

AT_ONCE: Final = 10
BODY: Final = octets(MIB)
LIMIT_S: Final = 20.0
"""For one scenario."""
ENOUGH: Final = 100_000
"""Octets of a large body after which it is given up."""
PAGES: Final = 3
"""Requests on a connection after a stream was given up."""


@dataclass(slots=True)
class Visited:
    """What came of one scenario: complaints, none for a pass, and the connections' logs."""

    complaints: list[str] = field(default_factory=list)
    logs: list[ConnectionLog] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where our client is to go: a loopback port, over TLS if certificates are given."""

    port: int
    certificates: Certificates | None


class Visit:
    """One scenario on connections of its own."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        self.visited = Visited()

    async def client(self) -> TappedClient:
        """Open a connection."""
        client = TappedClient(self._destination.port, self._destination.certificates)
        self.visited.logs.append(client.wire)
        await client.connect()
        return client


async def _send(
    client: TappedClient,
    exchange: Exchange,
    path: str,
    *,
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes | None = None,
) -> Exchange:
    client.send_request(method, path, list(headers), body, exchange)
    await exchange.closed.wait()
    return exchange


def _whole(exchange: Exchange, status: int = 200) -> list[str]:
    """Complain about a response that is not complete, or has another status."""
    if exchange.status is None:
        code = error_name(exchange.close_code or 0)
        return [f"stream {exchange.stream_id} ended without a response: {code}"]
    complaints = []
    if exchange.status != status:
        complaints.append(f"status {exchange.status}, not {status}")
    if not exchange.is_done:
        code = error_name(exchange.close_code or 0)
        complaints.append(f"stream {exchange.stream_id} ended early: {code} after {exchange.size} octets")
    return complaints


def _content(exchange: Exchange, expected: bytes) -> list[str]:
    if exchange.digest.hexdigest() == digest(expected):
        return []
    return [f"{exchange.size} octets of content are not the {len(expected)} expected"]


async def _get(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    got = await _send(client, Exchange(), PATHS[Scenario.GET])
    for complaint in _whole(got):
        yield complaint
    if not got.size:
        yield "no content"
    client.close()
    await client.wait_closed()


async def _echo(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    got = await _send(client, Exchange(), PATHS[Scenario.ECHO], method="POST", body=BODY)
    for complaint in (*_whole(got), *_content(got, BODY)):
        yield complaint
    client.close()
    await client.wait_closed()


async def _streams(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    sends = (_send(client, Exchange(), f"{PATHS[Scenario.STREAMS]}?{n}") for n in range(AT_ONCE))
    for got in await asyncio.gather(*sends):
        for complaint in _whole(got):
            yield complaint
    if (highest := peak(client.wire.streams.values())) < AT_ONCE:
        yield f"at most {highest} requests were in flight at once"
    client.close()
    await client.wait_closed()


async def _download(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    got = await _send(client, Exchange(), PATHS[Scenario.DOWNLOAD])
    for complaint in (*_whole(got), *_content(got, octets(DOWNLOAD_SIZE))):
        yield complaint
    client.close()
    await client.wait_closed()


async def _trailers(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    got = await _send(client, Exchange(), PATHS[Scenario.TRAILERS], headers=(("te", "trailers"),))
    for complaint in _whole(got):
        yield complaint
    if not any(name == b"x-trailer" for name, _ in got.trailers):
        yield f"no trailer field x-trailer: {got.trailers!r}"
    client.close()
    await client.wait_closed()


async def _continue(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    expect = (("expect", "100-continue"),)
    got = await _send(client, Exchange(), PATHS[Scenario.CONTINUE], method="POST", headers=expect, body=BODY)
    for complaint in (*_whole(got), *_content(got, BODY)):
        yield complaint
    stream = client.wire.streams.get(got.stream_id)
    if 100 not in got.informational:
        yield "no 100 (Continue); the content was sent without it after a second"
    elif stream is not None and (stream.request.first_data_at or 0) < (stream.response.informed_at or 0):
        yield "our content went out before the 100 came"
    client.close()
    await client.wait_closed()


async def _head(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    got = await _send(client, Exchange(), PATHS[Scenario.HEAD], method="HEAD")
    for complaint in _whole(got):
        yield complaint
    if got.size:
        yield f"{got.size} octets of content in a response to HEAD"
    client.close()
    await client.wait_closed()


async def _not_found(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    for complaint in _whole(await _send(client, Exchange(), PATHS[Scenario.NOT_FOUND]), 404):
        yield complaint
    client.close()
    await client.wait_closed()


async def _cancel(visit: Visit) -> AsyncIterator[str]:
    client = await visit.client()
    given_up = await _send(client, Exchange(stop_after=ENOUGH), PATHS[Scenario.CANCEL])
    if not given_up.is_given_up:
        yield f"only {given_up.size} octets came before the end: nothing to give up"
    stream = client.wire.streams.get(given_up.stream_id)
    for _ in range(PAGES):
        for complaint in _whole(await _send(client, Exchange(), PATHS[Scenario.GET])):
            yield f"afterwards: {complaint}"
    if stream is None or stream.request.reset is None:
        yield "we sent no RST_STREAM"
    client.close()
    await client.wait_closed()


async def _push(visit: Visit) -> AsyncIterator[str]:
    """Accept on one connection, reject on another: servers remember what they pushed."""
    for accepts in (True, False):
        client = await visit.client()
        got = await _send(client, Exchange(accepts=accepts), PATHS[Scenario.PUSH])
        for complaint in _whole(got):
            yield complaint
        if not got.promises:
            yield "no PUSH_PROMISE"
        for promise, pushed in got.promises:
            if pushed is not None:
                await pushed.closed.wait()
                for complaint in _whole(pushed):
                    yield f"pushed {(promise.path or b'').decode()}: {complaint}"
                if not pushed.size:
                    yield "the pushed response has no content"
        if not accepts:
            for complaint in _whole(await _send(client, Exchange(), PATHS[Scenario.GET])):
                yield f"after a rejected push: {complaint}"
        client.close()
        await client.wait_closed()


VISITS: Final[Mapping[Scenario, Callable[[Visit], AsyncIterator[str]]]] = {
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


def visit(scenario: Scenario, destination: Destination) -> Visited:
    """Run one scenario to its end or its time limit."""
    return asyncio.run(_bounded(scenario, destination))


async def _bounded(scenario: Scenario, destination: Destination) -> Visited:
    visit = Visit(destination)
    complaints = visit.visited.complaints

    async def run() -> None:
        async for complaint in VISITS[scenario](visit):
            complaints.append(complaint)

    try:
        await asyncio.wait_for(run(), LIMIT_S)
    except TimeoutError:
        complaints.append(f"not done within {LIMIT_S:g} s")
    except OSError as error:
        complaints.append(f"no connection: {error}")
    for log in visit.visited.logs:
        if log.fault:
            complaints.append(f"the octets are not HTTP/2: {log.fault}")
        for sender, (_, code, debug) in log.goaway.items():
            if code:
                said = debug.decode(errors="replace")
                complaints.append(f"the {sender} ended the connection with {error_name(code)} {said!r}")
    return visit.visited
