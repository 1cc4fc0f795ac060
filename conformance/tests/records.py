"""Synthetic run records for the tests of the reports: every verdict, hostile text, two connections."""

import json
from pathlib import Path
from typing import Any

ENTRIES: list[dict[str, Any]] = [
    {"ms": 0.1, "on": "a", "dir": "note", "phase": "case", "summary": "connected"},
    {
        "ms": 0.2,
        "on": "a",
        "dir": "send",
        "phase": "case",
        "type": "PING",
        "stream": 1,
        "flags": [],
        "length": 8,
        "summary": "PING stream=1 payload=0000000000000000",
        "hex": "00 00 08 06 00 00 00 00 01 00 00 00 00 00 00 00 00",
    },
    {
        "ms": 0.9,
        "on": "a",
        "dir": "recv",
        "phase": "case",
        "type": "PING",
        "stream": 1,
        "flags": ["ACK"],
        "length": 8,
        "summary": "PING ACK stream=1 payload=0000000000000000",
        "hex": "00 00 08 06 01 00 00 00 01 00 00 00 00 00 00 00 00",
    },
    {"ms": 1.5, "on": "a", "dir": "note", "phase": "control", "summary": "connected"},
]

HEADER: dict[str, Any] = {
    "kind": "header",
    "format": 1,
    "tool": "h2conf 0.1.0",
    "started": "2025-03-04T05:06:07Z",
    "vectors": {"hash": "sha256:0123456789abcdef", "format": 1},
    "target": {"spec": "exec:nghttpd --no-tls {port}", "kind": "exec", "version": None},
    "role": "server",
    "profile": "rfc9113",
    "level": [],
    "selection": [],
    "seed": 0,
    "needs": {
        "echo": {"present": True, "how": "/echo"},
        "push": {"present": False, "how": "no PUSH_PROMISE on /push"},
    },
    "environment": {"python": "3.11.7", "platform": "Linux"},
    "timing": {"rtt_ms": 0.1, "deadline_ms": 1000},
    "peer_settings": {"MAX_CONCURRENT_STREAMS": 100},
}


def case(case_id: str, verdict: str = "pass", **changes: Any) -> dict[str, Any]:
    """Return a case record; by default one that expects and sees a connection error."""
    suite, _, _ = case_id.rpartition("/")
    expected = ["connection_error(PROTOCOL_ERROR)"]
    record: dict[str, Any] = {
        "kind": "case",
        "id": case_id,
        "suite": suite,
        "title": "PING on a stream is a connection error",
        "spec": "RFC 9113 6.7",
        "req": ["rfc9113/6.7-8#1"],
        "level": "MUST",
        "situation": "ping-on-stream",
        "verdict": verdict,
        "outcome": "serve" if verdict == "fail" else expected[0],
        "expected": expected,
        "flags": [],
        "info": [],
        "reason": "",
        "violations": [],
        "ms": 1.5,
        "hash": "00112233aabbccdd",
        "attempts": 1,
        "history": [],
        "control": {"outcome": "alive", "ok": True},
        "crash": False,
        "expects_error": True,
        "transcript": ENTRIES,
        "reproduce": f"h2conf run {case_id} -t 'exec:nghttpd --no-tls {{port}}'",
    }
    return record | changes


HOSTILE = "GOAWAY debug='\x1b[31m<script>alert(1)</script> & ]]> \x00 \u202e ::error::%0A | `x`'"

CASES: list[dict[str, Any]] = [
    case("server/6.7-ping/on-a-stream", "fail", reason="the PING on stream 1 was answered"),
    case("server/6.7-ping/bad-length", title="PING whose length is not 8"),
    case(
        "server/6.7-ping/hostile",
        "fail",
        level="SHOULD",
        title="debug data may hold <b>anything</b> | `even` this",
        reason=HOSTILE,
        transcript=[*ENTRIES, {**ENTRIES[2], "type": "GOAWAY", "summary": HOSTILE, "on": "b"}],
        violations=["padding-zero: 3 octets of padding are not zero"],
    ),
    case("server/6.1-data/bare-close", "acceptable", flags=["Escalated", "NoGoaway"], outcome="close"),
    case("server/6.1-data/escalated", "acceptable", flags=["Escalated"], spec="RFC 9113 6.1"),
    case(
        "server/8.1-messages/bad-name",
        info=["AnsweredBadRequest"],
        outcome="response(400)",
        violations=["padding-zero: 1 octet of padding is not zero"],
    ),
    case("server/8.4-push/order", "skip", outcome="", reason="no PUSH_PROMISE on /push", transcript=[]),
    case("server/8.4-push/first", "skip", outcome="", reason="no PUSH_PROMISE on /push", transcript=[]),
    case("server/5.1-states/after", "blocked", outcome="", reason="server/5.1-states/first failed"),
    case("server/5.1-states/first", "fail", crash=True, outcome="close", reason="the process is gone"),
    case("server/5.4-errors/gone", "error", outcome="", reason="connect: connection refused", control=None),
    case("server/5.4-errors/shaky", "flaky", attempts=3, history=["fail", "pass", "pass"]),
    case("server/9.9-known/known", "xfail", outcome="drop", reason="known: issue 7"),
    case("server/9.9-known/mended", "xpass", reason="the baseline expects fail (drop)"),
]

FOOTER: dict[str, Any] = {
    "kind": "footer",
    "ended": "2025-03-04T05:06:09Z",
    "duration_ms": 1234.5,
    "counts": {},
    "acceptable": {"Escalated": 2, "NoGoaway": 1},
    "weakest": 1,
    "violations": {"padding-zero": 2},
    "exit": 1,
}


def feed(report: Any, cases: list[dict[str, Any]] | None = None) -> None:
    """Feed a whole run to `report`."""
    report.header(HEADER)
    for record in CASES if cases is None else cases:
        report.case(record)
    report.footer(FOOTER)


def write_run(path: Path, cases: list[dict[str, Any]], header: dict[str, Any] | None = None) -> Path:
    """Write a run record to `path` and return it."""
    records = [header or HEADER, *cases, FOOTER]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path
