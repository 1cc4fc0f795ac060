"""Where each stream of a dialogue stands, told from the moves alone: a small model of RFC 9113 5.1.

It only names features of a disagreement; nobody's verdict hangs on it.
"""

from .moves import Kind, Move

_HEADS = frozenset((Kind.REQUEST, Kind.SPLIT_REQUEST))
_SPOILS = frozenset((Kind.MALFORMED_REQUEST, Kind.MALFORMED_TRAILERS, Kind.MALFORMED_RESPONSE))


class Story:
    """States by stream identifier; a stream that is not there is idle, or closed by a higher one."""

    def __init__(self, is_client: bool, opened: int) -> None:
        self._is_client = is_client
        self._states = {2 * n + 1: "half-closed-local" for n in range(opened)}
        self._highest = max(self._states, default=0)
        self._seen: set[str] = set()
        self._heads: set[int] = set()

    def state(self, stream_id: int) -> str:
        """Return the state's name."""
        if stream_id == 0:
            return "stream-0"
        if stream_id in self._states:
            return self._states[stream_id]
        if stream_id % 2 == 0:
            return "even"
        return "skipped" if stream_id < self._highest else "idle"

    def features(self, move: Move) -> frozenset[str]:
        """Return the features of a move about to be made."""
        state = self.state(move.stream_id)
        features = {str(move.kind), f"{move.kind} on {state}", *self._seen}
        if move.label:
            features |= {f"{move.kind}:{move.label}", f"{move.kind}:{move.label} on {state}"}
        if move.ends:
            features.add(f"{move.kind} END_STREAM on {state}")
        if self._is_client and move.kind == Kind.DATA and move.stream_id not in self._heads:
            features.add("data before a response")
        return frozenset(features)

    def follow(self, move: Move) -> None:
        """Make the move."""
        stream_id, state = move.stream_id, self.state(move.stream_id)
        if move.kind == Kind.GOAWAY:
            self._seen.add("after goaway")
        if move.kind == Kind.SETTINGS:
            self._seen.add("after settings")
        if move.kind in (Kind.RESPONSE, Kind.MALFORMED_RESPONSE):
            self._heads.add(stream_id)
        if move.kind == Kind.RST_STREAM and state not in ("idle", "stream-0", "even"):
            self._states[stream_id] = "closed-by-peer"
        elif move.kind == Kind.RESET and state not in ("idle", "stream-0", "even", "skipped"):
            self._states[stream_id] = "closed-by-us"
        elif move.kind in _SPOILS:
            if state in ("idle", "open", "half-closed-local"):
                self._states[stream_id] = "closed-by-us"
        elif move.kind in _HEADS and state == "idle" and not self._is_client:
            self._states[stream_id] = "half-closed-remote" if move.ends else "open"
        elif move.kind == Kind.RESPOND and move.ends:
            self._end(stream_id, {"open": "half-closed-local", "half-closed-remote": "closed"})
        elif move.ends:
            self._end(stream_id, {"open": "half-closed-remote", "half-closed-local": "closed"})
        self._highest = max([self._highest, *(i for i in self._states if i % 2)])

    def _end(self, stream_id: int, steps: dict[str, str]) -> None:
        state = self.state(stream_id)
        if state in steps:
            self._states[stream_id] = steps[state]
