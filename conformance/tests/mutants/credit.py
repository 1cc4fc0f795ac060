"""Mutants of the credit that a server gives for content (RFC 9113 6.9)."""

from collections.abc import Callable
from typing import Any

from .gate import Gate
from .model import Row, mutants
from .rewriting import lost, of
from .wire import DATA, FLOW_CONTROL_ERROR, PADDED, STREAM_CLOSED, WINDOW_UPDATE, Frame


def no_credit_for_discarded(gate: Gate) -> None:
    """Content on streams that are not open is not given back."""

    def make(plain: Callable[[int], None]) -> Callable[[int], None]:
        def release(size: int) -> None:
            frame = gate.current
            if frame is not None and frame.type == DATA and gate.state(frame.stream) not in (3, 4):
                return
            plain(size)

        return release

    gate.replace("_release_connection", make)


def no_credit_for_padding(gate: Gate) -> None:
    def make(plain: Callable[[Any, int], None]) -> Callable[[Any, int], None]:
        def consume(stream: Any, size: int) -> None:
            frame = gate.current
            if frame is not None and frame.has(PADDED) and size == 1 + frame.payload[0]:
                stream.held -= size
                gate.connection.held -= size
                return
            plain(stream, size)

        return consume

    gate.replace("consume", make)


def strict_window(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A window that is used up exactly is held for an over-run."""
    if frame.type != DATA or frame.stream % 2 == 0:
        return None
    got: dict[int, int] = gate.notes.setdefault("got", {})
    got[frame.stream] = got.get(frame.stream, 0) + len(frame.payload)
    if got[frame.stream] == 65_535:
        gate.fail(FLOW_CONTROL_ERROR)
        return []
    return None


def overrun(gate: Gate, frame: Frame, code: int) -> list[Frame] | None:
    """What comes beyond a window is answered with another code; credit not yet sent does not count."""
    if frame.type != DATA or gate.is_idle(frame.stream):
        return None
    got: dict[int, int] = gate.notes.setdefault("got", {})
    for key, limit in ((frame.stream, 65_535), (0, gate.connection.limits.connection_window)):
        got[key] = got.get(key, 0) + len(frame.payload)
        if got[key] > limit + gate.notes.get("given", {}).get(key, 0):
            if key:
                gate.reset(key, code)
            else:
                gate.fail(code)
            return []
    return None


def count_credit(gate: Gate, frame: Frame) -> None:
    if frame.type == WINDOW_UPDATE:
        given: dict[int, int] = gate.notes.setdefault("given", {})
        begun = frame.stream or gate.notes.setdefault("begun", False)
        gate.notes["begun"] = True
        if begun:  # the first on the connection is what makes its window larger than 65,535
            given[frame.stream] = given.get(frame.stream, 0) + frame.number


ROWS: tuple[Row, ...] = (
    ("gives-no-credit", "RFC 9113 6.9", "WINDOW_UPDATE never goes out on streams",
     ("6.9-window-update/credit-for-content", "5.2-flow-control/credit-while-data-flows"),
     ("6.1-data/padding-is-charged-and-given-back", "6.9-window-update/server-increments",
      "6.9.1-flow-control-window/data-beyond-the-connection-window",
      "6.9.1-flow-control-window/server-window-in-range"),
     {"outgoing": lost(of(WINDOW_UPDATE, on_stream=True))}),
    ("gives-no-connection-credit", "RFC 9113 6.9", "WINDOW_UPDATE never goes out on the connection",
     ("6.9-window-update/credit-for-content", "6.9-window-update/credit-over-many-streams",
      "5.1-stream-states-half-closed/credit-for-late-data", "5.1-stream-states-closed/credit-*",
      "6.9-window-update/credit-after-*", "6.1-data/padding-is-charged-and-given-back"),
     ("5.2-flow-control/credit-while-data-flows", "6.9-window-update/credit-behind-a-malformed-request",
      "6.9-window-update/credit-for-content-beyond-content-length", "6.9-window-update/server-increments",
      "6.9.1-flow-control-window/server-window-in-range"),
     {"outgoing": lost(of(WINDOW_UPDATE, on_stream=False))}),
    ("gives-no-credit-for-late-data", "RFC 9113 5.1",
     "content on streams that are not open is not given back",
     ("5.1-stream-states-half-closed/credit-for-late-data", "5.1-stream-states-closed/credit-*",
      "!5.1-stream-states-closed/credit-for-data-before-the-server-reset"),
     ("6.9-window-update/credit-behind-a-malformed-request",
      "6.9-window-update/credit-for-content-beyond-content-length",
      "6.9-window-update/credit-over-many-streams"),
     {"prepare": no_credit_for_discarded}),
    ("gives-no-credit-for-padding", "RFC 9113 6.1", "padding is not given back",
     ("6.1-data/padding-is-charged-and-given-back",), (), {"prepare": no_credit_for_padding}),
    ("holds-full-windows-for-over-run", "RFC 9113 6.9.1",
     "a window used to its last octet is held for an over-run",
     ("6.9.1-flow-control-window/exactly-the-stream-window",
      "6.9.1-flow-control-window/trailers-without-credit"),
     ("5.2-flow-control/credit-while-data-flows", "6.1-data/padding-is-charged-and-given-back",
      "6.9-window-update/credit-for-content", "6.9-window-update/server-increments",
      "6.9.1-flow-control-window/data-beyond-the-connection-window",
      "6.9.1-flow-control-window/empty-end-stream-without-credit",
      "6.9.1-flow-control-window/server-window-in-range"),
     {"incoming": strict_window}),
    ("answers-over-run-wrongly", "RFC 9113 6.9", "content beyond a window is answered STREAM_CLOSED",
     ("situation:data-beyond-stream-window", "situation:data-beyond-connection-window"), (),
     {"incoming": lambda gate, frame: overrun(gate, frame, STREAM_CLOSED), "outgoing": count_credit}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
