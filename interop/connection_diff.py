"""Our connection against h2's, in both roles: the same moves, the same decisions.

After the first disagreement of a dialogue, and after an error that ends the connection on both sides, nothing
more is compared: what follows would only repeat it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from .differential import Disagreement, Search
from .endpoints import H2Endpoint, OurEndpoint
from .moves import LOCAL, Kind, Move, client_moves, frame, server_moves
from .story import Story

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = frame(4, 0, 0)
SETTINGS_ACK = frame(4, 1, 0)
CLIENT_STREAMS = 3
"""Streams that the client under comparison has opened: 1, 3, 5."""

Pair = tuple[OurEndpoint, H2Endpoint]


def servers() -> Pair:
    """Return both servers after the handshake."""
    pair = OurEndpoint(is_client=False), H2Endpoint(is_client=False)
    for endpoint in pair:
        endpoint.receive(PREFACE + SETTINGS + SETTINGS_ACK)
    return pair


def clients() -> Pair:
    """Return both clients after the handshake, with requests in flight."""
    pair = OurEndpoint(is_client=True), H2Endpoint(is_client=True)
    for endpoint in pair:
        endpoint.receive(SETTINGS + SETTINGS_ACK)
        for _ in range(CLIENT_STREAMS):
            endpoint.open()
    return pair


def play(endpoint: OurEndpoint | H2Endpoint, move: Move) -> list[str]:
    """Make one move and return what was observed, in no order."""
    if move.kind == Kind.RESPOND:
        return sorted(endpoint.respond(move.stream_id, move.ends))
    if move.kind == Kind.RESET:
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


def _case(moves: Sequence[Move], role: str) -> dict[str, Any]:
    steps: list[Any] = ["handshake"]
    steps += [
        f"{move.kind} on stream {move.stream_id}"
        if move.kind in LOCAL
        else {"send": [{"RAW": {"octets": move.octets.hex(" ")}}]}
        for move in moves
    ]
    return {"role": role, "steps": steps}


def _compare(make: Callable[[], Pair], role: str, moves: Sequence[Move]) -> list[Disagreement]:
    mine, other = make()
    story = Story(is_client=role == "client", opened=CLIENT_STREAMS if role == "client" else 0)
    for position, move in enumerate(moves):
        features = story.features(move)
        ours, theirs = play(mine, move), play(other, move)
        story.follow(move, ours)
        if ours == theirs:
            if "GOAWAY" in ours:
                return []
            continue
        if word(ours) == word(theirs) == "connection error":
            return []
        return [
            Disagreement(
                kind="connection",
                peer=H2Endpoint.name,
                version=H2Endpoint.version(),
                features=features,
                ours=word(ours),
                theirs=word(theirs),
                detail=f"{move!r} after {list(moves[:position])!r} [{', '.join(sorted(features))}]: "
                f"ours {ours}, theirs {theirs}",
                case=_case(moves[: position + 1], role),
            )
        ]
    return []


def compare_servers(moves: Sequence[Move]) -> list[Disagreement]:
    """Make the same moves against both servers."""
    return _compare(servers, "server", moves)


def compare_clients(moves: Sequence[Move]) -> list[Disagreement]:
    """Make the same moves against both clients."""
    return _compare(clients, "client", moves)


def run_example(example: Mapping[str, Any]) -> list[Disagreement]:
    """Run an example: `role`, and `moves` as [kind, stream, END_STREAM, label, octets]."""
    moves = [
        Move(Kind(kind), stream_id, bytes.fromhex(octets), ends, label)
        for kind, stream_id, ends, label, octets in example["moves"]
    ]
    return compare_clients(moves) if example["role"] == "client" else compare_servers(moves)


SERVER = Search("connection, server", st.lists(server_moves, min_size=1, max_size=20), compare_servers)
CLIENT = Search("connection, client", st.lists(client_moves, min_size=1, max_size=20), compare_clients)
