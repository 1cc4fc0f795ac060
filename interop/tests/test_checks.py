"""checks.py: a scenario passes only if the claims and the wire agree; every witness alone can convict."""

from typing import Any

import pytest

from ..checks import BODY, EXPECTED, judge
from ..origin import GREETING, PUSHED, TRAILER
from ..payload import digest
from ..results import Result
from ..scenarios import Scenario
from ..wirelog import ConnectionLog
from . import wire

Both = tuple[bytes, ...]


def log_of(*turns: bytes) -> ConnectionLog:
    """Make a log of what the client and the server sent by turns, the client first."""
    log = ConnectionLog()
    log.from_client(wire.PREFACE)
    for number, octets in enumerate(turns):
        (log.from_server if number % 2 else log.from_client)(octets)
    return log


def post(query: str, content: bytes = BODY, **fields: str) -> bytes:
    return wire.request(1, f"/echo?{query}", "POST", end_stream=False, **fields) + wire.data(1, content)


def trailers(name: str, value: str) -> bytes:
    octets = wire.headers(1, _status="200") + wire.data(1, GREETING, end_stream=False)
    return octets + wire.headers(1, end_stream=True, **{name.replace("-", "_"): value})


CONTINUE = wire.request(1, "/echo?continue", "POST", end_stream=False, expect="100-continue")
TEN = b"".join(wire.request(2 * n + 1, f"/slow?streams-{n}") for n in range(10))
TEN_ANSWERS = b"".join(wire.response(2 * n + 1, GREETING) for n in range(10))
ENDLESS = wire.headers(1, _status="200") + wire.data(1, b"more", end_stream=False)

GOOD: dict[Scenario, Both] = {
    Scenario.GET: (wire.request(1, "/get?get"), wire.response(1, GREETING)),
    Scenario.ECHO: (post("echo"), wire.response(1, BODY)),
    Scenario.STREAMS: (TEN, TEN_ANSWERS),
    Scenario.TRAILERS: (wire.request(1, "/trailers?trailers"), trailers(*TRAILER)),
    Scenario.CONTINUE: (
        CONTINUE,
        wire.headers(1, _status="100"),
        wire.data(1, BODY),
        wire.response(1, BODY),
    ),
    Scenario.HEAD: (
        wire.request(1, "/get?head", "HEAD"),
        wire.headers(1, end_stream=True, _status="200", content_length="19"),
    ),
    Scenario.NOT_FOUND: (wire.request(1, "/missing?not_found"), wire.response(1, b"no", 404)),
    Scenario.CANCEL: (
        wire.request(1, "/endless?cancel"),
        ENDLESS,
        wire.reset(1) + wire.request(3, "/get?cancel"),
        wire.response(3, GREETING),
    ),
    Scenario.PUSH: (
        wire.request(1, "/push?push"),
        wire.push_promise(1, 2, "/pushed") + wire.response(2, PUSHED) + wire.response(1, GREETING),
    ),
}


@pytest.mark.parametrize("scenario", GOOD)
def test_claims_and_wire_that_agree_pass(scenario: Scenario) -> None:
    verdict = judge(scenario, EXPECTED[scenario].claims, [log_of(*GOOD[scenario])])
    assert (verdict.result, verdict.reason) == (Result.PASS, "")


@pytest.mark.parametrize("scenario", Scenario)
def test_claims_without_a_connection_fail(scenario: Scenario) -> None:
    verdict = judge(scenario, EXPECTED[scenario].claims, [])
    assert (verdict.result, verdict.reason) == (Result.FAIL, "no request came over HTTP/2")


@pytest.mark.parametrize("scenario", GOOD)
def test_a_wire_without_claims_fails(scenario: Scenario) -> None:
    verdict = judge(scenario, None, [log_of(*GOOD[scenario])])
    assert (verdict.result, verdict.reason) == (Result.FAIL, "the client reported nothing")


@pytest.mark.parametrize("scenario", GOOD)
def test_each_wrong_claim_fails(scenario: Scenario) -> None:
    for name in EXPECTED[scenario].claims:
        claims = {**EXPECTED[scenario].claims, name: "wrong"}
        verdict = judge(scenario, claims, [log_of(*GOOD[scenario])])
        assert verdict.result is Result.FAIL
        assert verdict.reason.startswith(f"the client reported {name} 'wrong'")


@pytest.mark.parametrize("scenario", GOOD)
def test_claims_that_say_nothing_fail(scenario: Scenario) -> None:
    assert "the client reported no " in judge(scenario, {}, [log_of(*GOOD[scenario])]).reason


BAD: list[tuple[str, Scenario, Both, str]] = [
    (
        "post-for-get",
        Scenario.GET,
        (wire.request(1, "/get?get", "POST"), wire.response(1, GREETING)),
        "the request was POST, not GET",
    ),
    ("no-answer", Scenario.GET, (wire.request(1, "/get?get"),), "stream 1 did not run to its end"),
    (
        "body-changed",
        Scenario.ECHO,
        (post("echo", BODY[:-1] + b"?"), wire.response(1, BODY)),
        "the request's 1048576 octets are not the body",
    ),
    (
        "nine-streams",
        Scenario.STREAMS,
        (TEN[: -len(TEN) // 10], TEN_ANSWERS[: -len(TEN_ANSWERS) // 10]),
        "9 requests on the connection, not 10; at most 9 requests were in flight at once",
    ),
    (
        "one-by-one",
        Scenario.STREAMS,
        tuple(
            octets
            for n in range(10)
            for octets in (wire.request(2 * n + 1, "/slow?streams-1"), wire.response(2 * n + 1, GREETING))
        ),
        "at most 1 requests were in flight at once",
    ),
    (
        "short-download",
        Scenario.DOWNLOAD,
        (wire.request(1, "/download?download"), wire.response(1, b"short")),
        "5 octets on the wire are not the 20000000 asked for",
    ),
    (
        "other-trailer",
        Scenario.TRAILERS,
        (wire.request(1, "/trailers?trailers"), trailers("x-other", "value")),
        "no trailer section on the wire",
    ),
    (
        "content-at-once",
        Scenario.CONTINUE,
        (CONTINUE + wire.data(1, BODY), wire.headers(1, _status="100") + wire.response(1, BODY)),
        "content came before the 100",
    ),
    (
        "no-expectation",
        Scenario.CONTINUE,
        (post("continue"), wire.response(1, BODY)),
        "the request had no expect: 100-continue",
    ),
    (
        "content-in-head",
        Scenario.HEAD,
        (wire.request(1, "/get?head", "HEAD"), wire.response(1, GREETING)),
        "19 octets of content in a response to HEAD",
    ),
    (
        "found",
        Scenario.NOT_FOUND,
        (wire.request(1, "/missing?not_found"), wire.response(1, b"")),
        "the status on the wire is not 404",
    ),
    (
        "no-reset",
        Scenario.CANCEL,
        (
            wire.request(1, "/endless?cancel"),
            ENDLESS,
            wire.request(3, "/get?cancel"),
            wire.response(3, GREETING),
        ),
        "no RST_STREAM came from the client",
    ),
    (
        "nothing-after",
        Scenario.CANCEL,
        (wire.request(1, "/endless?cancel"), ENDLESS, wire.reset(1)),
        "no request was served on the connection afterwards",
    ),
    (
        "nothing-promised",
        Scenario.PUSH,
        (wire.request(1, "/push?push"), wire.response(1, GREETING)),
        "no PUSH_PROMISE on the wire",
    ),
    (
        "push-refused",
        Scenario.PUSH,
        (
            wire.request(1, "/push?push"),
            wire.push_promise(1, 2, "/pushed") + wire.response(1, GREETING),
            wire.reset(2),
        ),
        "pushed stream 2 did not run to its end: the client reset it with CANCEL",
    ),
    (
        "goaway",
        Scenario.GET,
        (
            wire.request(1, "/get?get"),
            wire.response(1, GREETING) + wire.frame(7, 0, 0, bytes(4) + b"\x00\x00\x00\x01why"),
        ),
        "the server ended the connection with PROTOCOL_ERROR 'why'",
    ),
]


@pytest.mark.parametrize(
    ("scenario", "turns", "reason"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_wire_that_does_not_bear_out_the_claims_fails(scenario: Scenario, turns: Both, reason: str) -> None:
    verdict = judge(scenario, EXPECTED[scenario].claims, [log_of(*turns)])
    assert (verdict.result, verdict.reason) == (Result.FAIL, reason)


def test_a_request_that_overtook_the_reset_counts_if_it_is_answered_after_it() -> None:
    ask = wire.request(1, "/endless?cancel")
    both = wire.request(3, "/get?cancel") + wire.reset(1)
    claims = EXPECTED[Scenario.CANCEL].claims
    after = log_of(ask, ENDLESS, both, wire.response(3, GREETING))
    assert judge(Scenario.CANCEL, claims, [after]).result is Result.PASS
    before = log_of(ask, ENDLESS, wire.request(3, "/get?cancel"), wire.response(3, GREETING), wire.reset(1))
    reason = judge(Scenario.CANCEL, claims, [before]).reason
    assert reason == "no request was served on the connection afterwards"


def test_ten_answers_over_ten_connections_fail() -> None:
    logs = [log_of(wire.request(1, f"/slow?streams-{n}"), wire.response(1, GREETING)) for n in range(10)]
    reason = judge(Scenario.STREAMS, {"ok": 10}, logs).reason
    assert reason == "1 requests on the connection, not 10; at most 1 requests were in flight at once"


@pytest.mark.parametrize(
    ("claims", "result", "reason"),
    [
        ({"unsupported": "no interface"}, Result.UNSUPPORTED, "no interface"),
        ({"error": "boom"}, Result.FAIL, "the client reported boom"),
    ],
)
def test_what_a_client_says_of_itself_is_the_reason(claims: Any, result: Result, reason: str) -> None:
    verdict = judge(Scenario.GET, claims, [log_of(*GOOD[Scenario.GET])])
    assert (verdict.result, verdict.reason) == (result, reason)


def test_the_body_is_what_its_digest_says() -> None:
    assert EXPECTED[Scenario.ECHO].claims["sha256"] == digest(BODY)
    assert len(BODY) == 1 << 20
