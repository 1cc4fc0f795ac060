"""One dialogue, move by move, with our connection and h2's: do both make the same of it?

After the first disagreement, and after an error that ends the connection on both sides, nothing more is
compared: what follows would only repeat it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from .connection_case import case
from .differential import Disagreement
from .endpoints import H2Endpoint, OurEndpoint
from .moves import Kind, Move, frame
from .story import Story

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = frame(4, 0, 0)
SETTINGS_ACK = frame(4, 1, 0)
CLIENT_STREAMS = 3
"""Streams that the client under comparison has opened when a dialogue begins: 1, 3, 5."""


class Comparison:
    """Both endpoints after the handshake; the client has requests in flight."""

    def __init__(self, role: str) -> None:
        is_client = role == "client"
        self.role = role
        self.mine = OurEndpoint(is_client)
        self.other = H2Endpoint(is_client)
        self.story = Story(is_client, CLIENT_STREAMS if is_client else 0)
        self.moves: list[Move] = []
        self.is_over = False
        for endpoint in (self.mine, self.other):
            endpoint.receive((b"" if is_client else PREFACE) + SETTINGS + SETTINGS_ACK)
            for _ in range(CLIENT_STREAMS if is_client else 0):
                endpoint.open(ends=True)

    def make(self, move: Move) -> Disagreement | None:
        """Make one move on both sides and return how they differ, if they do."""
        ours, theirs = play(self.mine, move), play(self.other, move)
        features = self.story.features(move) if ours != theirs else frozenset[str]()
        self.moves.append(move)
        self.story.follow(move, ours)
        if ours == theirs:
            self.is_over = "GOAWAY" in ours
            return None
        self.is_over = True
        if word(ours) == word(theirs) == "connection error":
            return None
        return Disagreement(
            kind="connection",
            peer=H2Endpoint.name,
            version=H2Endpoint.version,
            features=features,
            ours=word(ours),
            theirs=word(theirs),
            detail=f"{move!r} after {self.moves[:-1]!r} [{', '.join(sorted(features))}]: "
            f"ours {ours}, theirs {theirs}",
            case=case(self.moves, self.role, word(ours), word(theirs)),
            given=tuple(self.moves),
        )


def play(endpoint: OurEndpoint | H2Endpoint, move: Move) -> list[str]:
    """Make one move and return what was observed, in no order."""
    match move.kind:
        case Kind.OPEN:
            return sorted(endpoint.open(move.ends))
        case Kind.RESPOND:
            return sorted(endpoint.respond(move.stream_id, move.ends))
        case Kind.CONTENT:
            return sorted(endpoint.content(move.stream_id, move.size, move.ends))
        case Kind.RESET:
            return sorted(endpoint.reset(move.stream_id))
    return sorted(endpoint.receive(move.octets))


def word(observed: Sequence[str]) -> str:
    """Reduce observations to the decision: which error, or which service."""
    if "GOAWAY" in observed:
        return "connection error"
    for item in observed:
        if item.startswith("RST_STREAM("):
            code = item.removeprefix("RST_STREAM(").rstrip(")").split(", ")[1]
            return f"stream error {code}"
    if not observed:
        return "nothing"
    return "refused" if observed == ["refused"] else "service"


def compare(moves: Sequence[Move], role: str) -> list[Disagreement]:
    """Make `moves` on both sides, up to the first disagreement or the end of the connection."""
    comparison = Comparison(role)
    for move in moves:
        found = comparison.make(move)
        if found is not None:
            return [found]
        if comparison.is_over:
            break
    return []


def run_example(example: Mapping[str, Any]) -> list[Disagreement]:
    """Run an example: `role`, and `moves` as [kind, stream, END_STREAM, label, octets, perhaps size]."""
    moves = [
        Move(Kind(kind), stream_id, bytes.fromhex(octets), ends, label, *size)
        for kind, stream_id, ends, label, octets, *size in example["moves"]
    ]
    return compare(moves, example["role"])
