"""Variants that announce other settings, or at other times (RFC 9113 6.5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.targets.embedded import LIMITS, MemoryServer

from ..mutants.gate import Gate
from ..mutants.model import Rewrite
from ..mutants.wire import ACK, END_HEADERS, HEADERS, MAX_31, SETTINGS, Frame
from .model import Row, variants

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME, LIST_SIZE = range(
    1, 7
)
ENABLE_CONNECT, NO_PRIORITIES = 8, 9
Pairs = list[tuple[int, int]]


def limited(**limits: Any) -> Callable[[], MemoryServer]:
    """A server that keeps and announces other limits."""
    return lambda: MemoryServer(replace(LIMITS, **limits))


def without_extended_connect() -> MemoryServer:
    return MemoryServer(protocols=())


def announces(alter: Callable[[Pairs], Pairs]) -> Rewrite:
    """Rewrite the settings that the server announces, not what it does."""

    def rewrite(gate: Gate, frame: Frame) -> None:
        if frame.type == SETTINGS and not frame.has(ACK):
            frame.settings = alter(frame.settings)

    return rewrite


def without(*numbers: int) -> Callable[[Pairs], Pairs]:
    return lambda pairs: [pair for pair in pairs if pair[0] not in numbers]


def greased(pairs: Pairs) -> Pairs:
    """Reserved and unknown identifiers in front, between and behind."""
    return [(0x0A0A, 0xDEADBEEF), (0, 7), *pairs[:1], (0xFAFA, 0), *pairs[1:], (0xFFFF, (1 << 32) - 1)]


def every(pairs: Pairs) -> Pairs:
    return [
        (HEADER_TABLE_SIZE, 4096), (ENABLE_PUSH, 0), (MAX_FRAME, 16_384), *reversed(pairs),
    ]  # fmt: skip


def repeated(pairs: Pairs) -> Pairs:
    """The last value of a setting counts."""
    return [
        (INITIAL_WINDOW_SIZE, 1),
        (MAX_CONCURRENT_STREAMS, 0),
        (MAX_FRAME, 1 << 20),
        *pairs,
        (MAX_FRAME, 16_384),
    ]


def in_pieces(gate: Gate) -> None:
    """A SETTINGS frame for each setting; NO_RFC7540_PRIORITIES has to be in the first (RFC 9218 2.1)."""
    connection = gate.connection
    entries = connection._unacknowledged.pop()
    behind = connection._out[1:]
    connection._out.clear()
    for entry in sorted(entries, key=lambda pair: pair[0] != NO_PRIORITIES):
        connection._send_settings((entry,))
    connection._send_settings(())
    connection._out += behind


def at_each_request(*choices: tuple[tuple[int, int], ...]) -> Rewrite:
    """Other settings with every request."""

    def rewrite(gate: Gate, frame: Frame) -> None:
        if (
            frame.type == HEADERS
            and frame.has(END_HEADERS)
            and gate.is_idle(frame.stream)
            and frame.stream % 2
        ):
            count = gate.notes["settings"] = gate.notes.get("settings", -1) + 1
            gate.connection._send_settings(choices[count % len(choices)])

    return rewrite


ROWS: tuple[Row, ...] = (
    ("announces-nothing", "RFC 9113 6.5", "SETTINGS is empty, so that all initial values hold",
     {"server": lambda: MemoryServer(replace(LIMITS, max_concurrent_streams=MAX_31), protocols=()),
      "outgoing": announces(lambda pairs: [])}),
    ("announces-unknown-settings", "RFC 9113 6.5.2, 5.5", "SETTINGS has identifiers that nobody knows",
     {"outgoing": announces(greased)}),
    ("announces-everything", "RFC 9113 6.5.2", "SETTINGS has every setting, in another order",
     {"outgoing": announces(every)}),
    ("announces-twice", "RFC 9113 6.5.3", "a setting stands in SETTINGS twice, and the last value counts",
     {"outgoing": announces(repeated)}),
    ("announces-in-pieces", "RFC 9113 6.5", "each setting has a SETTINGS frame of its own, and one has none",
     {"prepare": in_pieces}),
    ("changes-settings", "RFC 9113 6.5, 6.9.2",
     "each request is followed by SETTINGS with another window, up and down",
     {"incoming": at_each_request(((INITIAL_WINDOW_SIZE, 70_000),), ((INITIAL_WINDOW_SIZE, 65_535),))}),
    ("repeats-settings", "RFC 9113 6.5",
     "each request is followed by SETTINGS with nothing in it or nothing new",
     {"incoming": at_each_request((), ((INITIAL_WINDOW_SIZE, 65_535),))}),
    ("changes-table-size", "RFC 9113 4.3.1, RFC 7541 4.2",
     "each request is followed by SETTINGS with a larger table",
     {"incoming": at_each_request(*(((HEADER_TABLE_SIZE, 4096 + n),) for n in range(1000)))}),
    ("announces-no-table", "RFC 9113 6.5.2", "HEADER_TABLE_SIZE is 0",
     {"server": limited(header_table_size=0),
      "witnesses": ("hpack-tables/*", "hpack-size-updates/*", "4.2-frame-size/headers-of-16384")}),
    ("announces-a-small-table", "RFC 9113 6.5.2", "HEADER_TABLE_SIZE is 100",
     {"server": limited(header_table_size=100), "witnesses": ("hpack-tables/*", "hpack-size-updates/*")}),
    ("announces-a-large-table", "RFC 9113 6.5.2", "HEADER_TABLE_SIZE is 65,536",
     {"server": limited(header_table_size=65_536)}),
    ("announces-larger-frames", "RFC 9113 6.5.2", "MAX_FRAME_SIZE is 16,385",
     {"server": limited(max_frame_size=16_385)}),
    ("announces-the-largest-frames", "RFC 9113 6.5.2", "MAX_FRAME_SIZE is 2^24-1",
     {"server": limited(max_frame_size=(1 << 24) - 1)}),
    ("announces-one-stream", "RFC 9113 5.1.2, 6.5.2", "MAX_CONCURRENT_STREAMS is 1",
     {"server": limited(max_concurrent_streams=1),
      "witnesses": ("5.1.2-concurrency/reset-streams-do-not-count", "5.1-stream-states-half-closed/data",
      "5.1-stream-states-half-closed/priority")}),
    ("announces-two-streams", "RFC 9113 5.1.2, 6.5.2", "MAX_CONCURRENT_STREAMS is 2",
     {"server": limited(max_concurrent_streams=2),
      "witnesses": ("6.1-data/interleaved-streams", "5.1-stream-states-half-closed/two-streams")}),
    ("announces-no-stream-limit", "RFC 9113 6.5.2", "MAX_CONCURRENT_STREAMS is 2^32-1",
     {"server": limited(max_concurrent_streams=(1 << 32) - 1)}),
    ("announces-a-small-list-limit", "RFC 9113 6.5.2, 10.5.1", "MAX_HEADER_LIST_SIZE is 4096",
     {"server": limited(max_header_list_size=4096),
      "witnesses": ("10.5.1-field-block-size/*", "8.2.3-cookies/sixty-crumbs")}),
    ("announces-no-list-limit", "RFC 9113 6.5.2", "MAX_HEADER_LIST_SIZE is not announced",
     {"outgoing": announces(without(LIST_SIZE))}),
    ("announces-no-extended-connect", "RFC 8441 3", "ENABLE_CONNECT_PROTOCOL is not announced",
     {"server": without_extended_connect}),
    ("announces-the-old-priorities", "RFC 9218 2.1", "NO_RFC7540_PRIORITIES is 0",
     {"outgoing": announces(lambda pairs: [(n, 0 if n == NO_PRIORITIES else v) for n, v in pairs])}),
    ("announces-no-priorities", "RFC 9218 2.1", "NO_RFC7540_PRIORITIES is not announced",
     {"outgoing": announces(without(NO_PRIORITIES))}),
)  # fmt: skip

VARIANTS = variants(ROWS)
