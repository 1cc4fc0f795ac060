"""What a cell of the matrix holds: one peer, one scenario, one transport."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """Outcome of one cell."""

    PASS = "pass"
    FAIL = "fail"
    UNSUPPORTED = "unsupported"
    """The peer cannot do this; the reason says which part of it cannot."""
    NOT_INSTALLED = "not installed"


class Part(StrEnum):
    """The three tables of the matrix."""

    CLIENTS = "clients"
    """A real client against our server."""
    SERVERS = "servers"
    """Our client against a real server."""
    PROXIES = "proxies"
    """Our client, a real proxy, our server behind it."""


class Transport(StrEnum):
    """How the peer reaches HTTP/2: ALPN over TLS, or cleartext with prior knowledge (RFC 9113 3.2, 3.3)."""

    TLS = "tls"
    H2C = "h2c"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows why a cell has its result: enough to repeat it and to look at the bytes."""

    command: str = ""
    output: str = ""
    frames: tuple[str, ...] = ()
    """Frame log of our side, one line a frame, oldest first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One result; `reason` is empty only for a pass."""

    part: Part
    peer: str
    version: str
    scenario: str
    transport: Transport
    result: Result
    reason: str = ""
    ms: float = 0.0
    evidence: Evidence = field(default_factory=Evidence)

    def to_json(self) -> dict[str, Any]:
        """Return the cell as a JSON object, `kind` first, enums as their text."""
        return {"kind": "cell", **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Cell":
        """Read back what `to_json` wrote."""
        evidence = record["evidence"]
        return cls(
            part=Part(record["part"]),
            peer=record["peer"],
            version=record["version"],
            scenario=record["scenario"],
            transport=Transport(record["transport"]),
            result=Result(record["result"]),
            reason=record["reason"],
            ms=record["ms"],
            evidence=Evidence(evidence["command"], evidence["output"], tuple(evidence["frames"])),
        )
