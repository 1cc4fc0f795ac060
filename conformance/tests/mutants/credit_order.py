"""Mutants that heed windows, but not at every moment or in every order (RFC 9113 6.9.1, 6.9.2)."""

from collections.abc import Callable
from typing import Any

from nghttp2.flow import widened
from nghttp2.frame_writer import SETTINGS_ACK
from nghttp2.stream_state import State

from .gate import Gate
from .model import Rewrite, Row, mutants
from .wire import FLOW_CONTROL_ERROR, MAX_31, RST_STREAM, WINDOW_UPDATE, Frame

SHORT = 1_000
"""Octets of a response that a mutant sends at once."""
CONNECTION_IS_FULL = (
    "6.9.1-flow-control-window/connection-window-overflow*",
    "6.9.1-flow-control-window/highest-windows",
    "openings-clients/largest-windows",
)
"""Cases that bring the connection window to 2^31-1, and not an octet further."""


def short_past_stream_window(gate: Gate) -> None:
    """A short response goes out at once, whatever the window of its stream."""

    def make(plain: Callable[..., bool]) -> Callable[..., bool]:
        def send(stream: Any, block: bytes, content: bytes | None, length: int = -1) -> bool:
            if content and len(content) <= SHORT:
                stream.send_window = max(stream.send_window, len(content))
            return plain(stream, block, content, length)

        return send

    gate.replace("send_message", make)


def short_without_charge(gate: Gate) -> None:
    """A short response is not charged to the connection window."""

    def make(plain: Callable[..., bool]) -> Callable[..., bool]:
        def send(*arguments: Any, **named: Any) -> bool:
            before = gate.connection.send_window
            sent = plain(*arguments, **named)
            if sent:
                gate.connection.send_window = before
            return sent

        return send

    gate.replace("send_message", make)


def sum_of_credit(of_streams: bool) -> Rewrite:
    """A window overflows when all credit together passes 2^31-1, used or not."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        live = gate.connection.streams.live
        if frame.type != WINDOW_UPDATE or bool(frame.stream) != of_streams or len(frame.payload) != 4:
            return None
        if of_streams and frame.stream not in live:
            return None
        sums: dict[int, int] = gate.notes.setdefault("sums", {})
        first = gate.connection.remote.initial_window_size if of_streams else 65_535
        sums[frame.stream] = sums.get(frame.stream, first) + (frame.number & MAX_31)
        if sums[frame.stream] <= MAX_31:
            return None
        if of_streams:
            gate.reset(frame.stream, FLOW_CONTROL_ERROR)
        else:
            gate.fail(FLOW_CONTROL_ERROR)
        return []

    return rewrite


def lost_wake_up(gate: Gate) -> None:
    """A stream that gets credit while the connection has none is not looked at again."""

    def make(plain: Callable[[Any], None]) -> Callable[[Any], None]:
        def reschedule(stream: Any) -> None:
            if gate.connection.send_window > 0 or stream.is_queued:
                plain(stream)

        return reschedule

    gate.replace("_reschedule", make)


def only_with_content(gate: Gate) -> None:
    """A change of INITIAL_WINDOW_SIZE moves the windows of streams whose response has begun."""

    def make(_plain: Callable[[int], None]) -> Callable[[int], None]:
        def change(delta: int) -> None:
            for stream in gate.connection.streams.live.values():
                window = widened(stream.send_window, delta)
                if stream.body is not None and window is not None:
                    stream.send_window = window
                    gate.connection._reschedule(stream)

        return change

    gate.replace("_change_send_windows", make)


def early_credit_lost(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Credit of a stream whose request is not complete is forgotten."""
    live = gate.connection.streams.live.get(frame.stream)
    if frame.type != WINDOW_UPDATE or live is None or live.state != State.OPEN or live.body is not None:
        return None
    is_sound = len(frame.payload) == 4 and 0 < frame.number & MAX_31 <= MAX_31 - live.send_window
    return [] if is_sound else None


def ack_overtakes(gate: Gate) -> None:
    """The acknowledgement of SETTINGS goes out ahead of what was written before."""

    def make(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def write(data: bytes) -> None:
            plain(data)
            out = gate.connection._out
            if data == SETTINGS_ACK and not gate.connection._unacknowledged:
                out.insert(0, out.pop())

        return write

    gate.replace("_write_ack", make)


def charged_again(sign: int) -> Rewrite:
    """What a cancelled response has used of the connection window is charged twice, or given back."""

    def rewrite(gate: Gate, frame: Frame) -> None:
        live = gate.connection.streams.live.get(frame.stream)
        if frame.type == RST_STREAM and live is not None and len(frame.payload) == 4:
            gate.connection.send_window += sign * live.sent

    return rewrite


ROWS: tuple[Row, ...] = (
    ("sends-short-responses-at-once", "RFC 9113 6.9.1", "a short response ignores the window of its stream",
     ("6.9.1-flow-control-window/small-response-*", "6.9.1-flow-control-window/small-echo-*",
      "6.9.2-initial-window-size/lowered-while-*"),
     ("8.4-server-push/pushed-stream-refused",
      "6.9.2-initial-window-size/pushed-streams"), {"prepare": short_past_stream_window}),
    ("does-not-charge-short-responses", "RFC 9113 6.9.1",
     "a short response is not charged to the connection window",
     ("6.9.1-flow-control-window/small-responses-use-up-the-connection-window",), CONNECTION_IS_FULL,
     {"prepare": short_without_charge}),
    ("adds-up-credit-of-streams", "RFC 9113 6.9.1",
     "a stream window overflows by all the credit it was given, used or not",
     ("6.9.1-flow-control-window/used-stream-*",), (), {"incoming": sum_of_credit(of_streams=True)}),
    ("adds-up-credit-of-the-connection", "RFC 9113 6.9.1",
     "the connection window overflows by all the credit it was given, used or not",
     ("6.9.1-flow-control-window/used-connection-*",), CONNECTION_IS_FULL,
     {"incoming": sum_of_credit(of_streams=False)}),
    ("sleeps-through-connection-credit", "RFC 9113 5.2.2",
     "a stream that got credit while the connection had none is not served when it gets some",
     ("5.2-flow-control/stream-credit-before-connection-credit",),
     ("6.9.1-flow-control-window/used-stream-window-may-be-filled",), {"prepare": lost_wake_up}),
    ("changes-answered-streams-only", "RFC 9113 6.9.2",
     "a change of INITIAL_WINDOW_SIZE leaves streams alone whose response has not begun",
     ("6.9.2-initial-window-size/*-while-the-request-is-open",),
     ("6.9.2-initial-window-size/change-overflows-*",), {"prepare": only_with_content}),
    ("forgets-early-credit", "RFC 9113 6.9", "credit of a stream whose request is open is forgotten",
     ("6.9-window-update/credit-while-the-request-is-open",),
     ("6.9.1-flow-control-window/stream-window-overflow-by-one",
      "6.9.2-initial-window-size/change-overflows-*"), {"incoming": early_credit_lost}),
    ("acknowledges-ahead-of-data", "RFC 9113 6.5.3",
     "the acknowledgement of SETTINGS overtakes DATA that keeps to the old values",
     ("6.5.3-settings-synchronization/request-then-lower-window",), (), {"prepare": ack_overtakes}),
    ("charges-cancelled-responses-again", "RFC 9113 6.9.1",
     "what a cancelled response has used is charged to the connection window twice",
     ("6.4-rst-stream/cancelled-response-gives-its-credit-no-further",), (), {"incoming": charged_again(-1)}),
    ("gives-back-cancelled-responses", "RFC 9113 6.9.1",
     "what a cancelled response has used comes back to the connection window",
     ("6.4-rst-stream/cancelled-response-gives-its-credit-no-further",), (), {"incoming": charged_again(1)}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
