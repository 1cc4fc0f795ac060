"""One stream as it was on the wire: both messages, who ended it, and when (RFC 9113 5, 8.1)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

GRPC_PREFIX: Final = 5
"""Octets before a gRPC message: a flag and its length."""

Fields = list[tuple[str, str]]


@dataclass(slots=True)
class Message:
    """A request or a response on the wire; `at` and `ended_at` count frames of the connection."""

    fields: Fields = field(default_factory=list)
    trailers: Fields = field(default_factory=list)
    informational: list[int] = field(default_factory=list)
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    reset: int | None = None
    """Error code of the sender's RST_STREAM."""
    first_data_at: int | None = None
    informed_at: int | None = None
    ended_at: int | None = None

    def get(self, name: str) -> str | None:
        """Return the first field of this name."""
        return next((value for key, value in self.fields if key == name), None)

    @property
    def sha256(self) -> str:
        """Return the digest of the content, a gRPC message's without its prefix."""
        return self.digest.hexdigest()

    def add(self, content: bytes) -> None:
        """Count and hash content."""
        if (self.get("content-type") or "").startswith("application/grpc"):
            prefix = max(0, GRPC_PREFIX - self.size)
            self.digest.update(content[prefix:])
        else:
            self.digest.update(content)
        self.size += len(content)


@dataclass(slots=True)
class StreamLog:
    """One stream; times in ms since the connection's first octet."""

    stream_id: int
    at: int
    opened_ms: float
    request: Message = field(default_factory=Message)
    response: Message = field(default_factory=Message)
    promised_on: int | None = None
    closed_at: int | None = None
    closed_ms: float | None = None

    @property
    def path(self) -> str:
        """`:path` without its query."""
        return (self.request.get(":path") or "").partition("?")[0]

    @property
    def query(self) -> str:
        """The query, in which a client says which scenario a request belongs to."""
        return (self.request.get(":path") or "").partition("?")[2]

    @property
    def status(self) -> int | None:
        """`:status` of the final response."""
        text = self.response.get(":status")
        return int(text) if text else None

    @property
    def is_whole(self) -> bool:
        """Whether both messages ended and neither side reset the stream."""
        ends = self.request.ended_at is not None and self.response.ended_at is not None
        return ends and self.request.reset is None and self.response.reset is None

    @property
    def ms(self) -> float:
        """How long the stream was open."""
        return 0.0 if self.closed_ms is None else self.closed_ms - self.opened_ms


def peak(streams: Iterable[StreamLog]) -> int:
    """Return how many of these streams were open at the same moment, at most."""
    moves = sorted(
        move
        for stream in streams
        for move in ((stream.at, 1), *(() if stream.closed_at is None else ((stream.closed_at, -1),)))
    )
    highest = now = 0
    for _, step in moves:
        now += step
        highest = max(highest, now)
    return highest
