"""Where each stream of a dialogue stands, told from the moves and from what our side made of them.

It names features of a disagreement and helps to choose the next move; nobody's verdict hangs on it.
"""

import re
from collections.abc import Sequence

from .moves import Kind, Move

LIVE = ("open", "half-closed-local", "half-closed-remote")

LARGE_CREDIT = 1 << 30
"""Of an increment: two of them overflow a window."""

_PROMISE = re.compile(r"promise (\d+) on ")
_SENT_HEAD = re.compile(r"HEADERS\((\d+)")
_RESET = re.compile(r"RST_STREAM\((\d+), ")
_SENT_END = re.compile(r"(?:HEADERS|DATA)\((\d+),.*END_STREAM")
_END_BY_PEER = {"open": "half-closed-remote", "half-closed-local": "closed"}
_END_BY_US = {"open": "half-closed-local", "half-closed-remote": "closed"}


class Story:
    """States by stream identifier; a stream that is not there is idle, or closed by a higher one."""

    def __init__(self, is_client: bool, opened: int) -> None:
        self._is_client = is_client
        self._states = {2 * n + 1: "half-closed-local" for n in range(opened)}
        self._seen: set[str] = set()
        self._heads: set[int] = set()
        self._answered = set(self._states)
        self._declared: set[int] = set()

    def state(self, stream_id: int) -> str:
        """Return the state's name."""
        if stream_id == 0:
            return "stream-0"
        if stream_id in self._states:
            return self._states[stream_id]
        if stream_id % 2 == 0:
            return "even"
        return "skipped" if stream_id < self.highest else "idle"

    def ids(self, *states: str, head: bool | None = None, answered: bool | None = None) -> list[int]:
        """Return the streams in these states; with or without a head from the peer, or from us, if asked."""
        return [
            stream_id
            for stream_id, state in self._states.items()
            if state in states
            and head in (None, stream_id in self._heads)
            and answered in (None, stream_id in self._answered)
        ]

    @property
    def highest(self) -> int:
        """The highest stream that a client has opened, 0 if there is none."""
        return max((stream_id for stream_id in self._states if stream_id % 2), default=0)

    @property
    def highest_promised(self) -> int:
        """The highest stream that a server has promised, 0 if there is none."""
        return max((stream_id for stream_id in self._states if stream_id % 2 == 0), default=0)

    def features(self, move: Move) -> frozenset[str]:
        """Return the features of a move about to be made."""
        state = self.state(move.stream_id)
        features = {str(move.kind), f"on {state}", f"{move.kind} on {state}", *self._seen}
        features |= {f"{move.kind} {seen}" for seen in self._seen}
        if move.label:
            features |= {f"{move.kind}:{move.label}", f"{move.kind}:{move.label} on {state}"}
        if move.stream_id in self._declared:
            features.add(f"{move.kind} behind a content-length")
            if move.octets[3:4] == b"\x01":
                features.add("fields behind a content-length")
        if self._is_client:
            head = "after a head" if move.stream_id in self._heads else "before a head"
            features |= {f"{feature} {head}" for feature in tuple(features) if " on " in feature}
            features.add(f"{move.kind} {head}")
            features.add(f"client, on {state}")
        return frozenset(features)

    def follow(self, move: Move, ours: Sequence[str]) -> None:
        """Make the move; `ours` is what our side let be seen."""
        if move.kind == Kind.GOAWAY:
            self._seen.add("after goaway")
        if move.kind == Kind.WINDOW_UPDATE and int.from_bytes(move.octets[9:13], "big") >= LARGE_CREDIT:
            self._seen.add("after a large credit")
        if move.label.startswith("content-length") and move.stream_id not in self._heads:
            self._declared.add(move.stream_id)
        if move.kind == Kind.OPEN and "refused" not in ours:
            self._states[move.stream_id] = "open"
        is_live = not self._states.get(move.stream_id, "closed").startswith("closed")
        if move.kind == Kind.RST_STREAM and is_live:
            self._states[move.stream_id] = "closed-by-peer"
        for item in ours:
            if found := _RESET.match(item):
                self._states[int(found[1])] = "closed-by-us"
            elif found := _SENT_END.match(item):
                self._step(int(found[1]), _END_BY_US)
            if found := _SENT_HEAD.match(item):
                self._answered.add(int(found[1]))
        for item in ours:
            what, _, number = item.partition(" ")
            if what == "request":
                self._states.setdefault(int(number), "open")
                self._heads.add(int(number))
            elif found := _PROMISE.match(item):
                self._states[int(found[1])] = "reserved"
            elif what == "response":
                self._heads.add(int(number))
                if self._states.get(int(number)) == "reserved":
                    self._states[int(number)] = "half-closed-local"
        for item in ours:
            if item.startswith("ended "):
                self._step(int(item.removeprefix("ended ")), _END_BY_PEER)

    def _step(self, stream_id: int, steps: dict[str, str]) -> None:
        state = self.state(stream_id)
        if state in steps:
            self._states[stream_id] = steps[state]
        elif state == "idle":  # answered, though malformed: the stream was opened and ended on both sides
            self._states[stream_id] = "closed"
