"""Variants that send in another order or later, or take octets apart (RFC 9113 5, 6.7)."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Any

from conformance.targets.embedded import LIMITS, MemoryServer
from conformance.targets.embedded_handler import Handler
from conformance.wire import literal

from ..mutants.gate import Gate
from ..mutants.wire import ACK, GOAWAY, PING, PUSH_PROMISE, RST_STREAM, WINDOW_UPDATE, Frame, split
from .blocks import encoder
from .model import Row, variants


class OctetGate(Gate):
    """Hands out one octet at a time, or a few where there are many."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._left = b""

    @property
    def closed(self) -> bool:
        return super().closed and not self._left

    def data_to_send(self) -> bytes:
        if not self._left:
            self._left = super().data_to_send()
        step = 1 if len(self._left) < 3_000 else 1_021
        piece, self._left = self._left[:step], self._left[step:]
        return piece


class ReversingGate(Gate):
    """Sends what waits for the client with the highest stream first, between two frames of the connection."""

    def data_to_send(self) -> bytes:
        buffer = bytearray(super().data_to_send())
        frames = split(buffer)
        if any(frame.type == PUSH_PROMISE for frame in frames):
            return b"".join(map(bytes, frames)) + bytes(buffer)
        sent = bytearray()
        for _, together in groupby(frames, key=lambda frame: frame.stream > 0):
            sent += b"".join(map(bytes, sorted(together, key=lambda frame: -frame.stream)))
        return bytes(sent + buffer)


class LateGate(Gate):
    """Holds some frames back for a while; those of a kind stay in order."""

    late: Callable[[Frame], bool]
    seconds = 0.2

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._held: list[tuple[float, bytes]] = []
        self._now = 0.0

    @property
    def closed(self) -> bool:
        return super().closed and not self._held

    def data_to_send(self) -> bytes:
        buffer = bytearray(super().data_to_send())
        sent = bytearray()
        while self._held and self._held[0][0] <= self._now + 1e-9:
            sent += self._held.pop(0)[1]
        for frame in split(buffer):
            if type(self).late(frame):
                self._held.append((self._now + self.seconds, bytes(frame)))
            else:
                sent += bytes(frame)
        return bytes(sent + buffer)

    def next_deadline(self) -> float | None:
        due = super().next_deadline()
        if not self._held:
            return due
        mine = max(0.0, self._held[0][0] - self._now)
        return mine if due is None else min(due, mine)

    def advance(self, seconds: float) -> None:
        self._now += seconds
        super().advance(seconds)


def late(*kinds: int, when: Callable[[Frame], bool] = lambda frame: True) -> type[LateGate]:
    return type(
        "Late", (LateGate,), {"late": staticmethod(lambda frame: frame.type in kinds and when(frame))}
    )


class Slow(Handler):
    """Thinks for half a second about every answer."""

    def send_response(self, *arguments: Any, **named: Any) -> None:
        if self.method == b"CONNECT":
            super().send_response(*arguments, **named)
        else:
            self.call_later(0.5, partial(super().send_response, *arguments, **named))


ROWS: tuple[Row, ...] = (
    ("writes-octet-by-octet", "RFC 9113 4.1", "each octet arrives by itself", {"gate": OctetGate}),
    ("answers-in-reverse", "RFC 9113 5", "answers that are ready go out with the latest request first",
     {"gate": ReversingGate, **encoder(literal.plain)}),
    ("answers-slowly", "RFC 9113 8.1", "each answer takes half a second",
     {"server": lambda: MemoryServer(LIMITS, Slow)}),
    ("answers-pings-late", "RFC 9113 6.7", "PING is answered after a fifth of a second",
     {"gate": late(PING, when=lambda frame: frame.has(ACK)),
      "excused": {"6.7-ping/ahead-of-data": "RFC 9113 6.7: higher priority is a SHOULD"}}),
    ("resets-late", "RFC 9113 5.4.2", "RST_STREAM comes behind what was written after it",
     {"gate": late(RST_STREAM)}),
    ("says-goaway-late", "RFC 9113 5.4.1", "GOAWAY comes a fifth of a second late", {"gate": late(GOAWAY)}),
    ("credits-late", "RFC 9113 6.9", "WINDOW_UPDATE comes a fifth of a second late",
     {"gate": late(WINDOW_UPDATE)}),
)  # fmt: skip

VARIANTS = variants(ROWS)
