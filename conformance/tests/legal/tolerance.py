"""Variants that are stricter or laxer than they have to be, where the RFCs leave that open."""

from dataclasses import replace

from conformance.targets.embedded import LIMITS, MemoryServer
from conformance.targets.embedded_handler import Handler
from nghttp2.flow import ReceiveWindow

from ..mutants.gate import Gate
from ..mutants.model import Rewrite
from ..mutants.rewriting import Matching, lost, of
from ..mutants.wire import (
    ACK,
    CANCEL,
    DATA,
    HEADERS,
    PADDED,
    PRIORITY,
    PRIORITY_FLAG,
    PRIORITY_UPDATE,
    PROTOCOL_ERROR,
    RST_STREAM,
    SETTINGS,
    Frame,
)
from .announced import ENABLE_CONNECT, NO_PRIORITIES, announces, limited, without
from .answers import Early
from .model import Row, variants

MAX_31 = (1 << 31) - 1


def refuses(which: Matching, code: int = PROTOCOL_ERROR) -> Rewrite:
    """End the connection at these frames."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        if gate.block or not which(gate, frame):
            return None
        gate.fail(code)
        return []

    return rewrite


def has_padding(gate: Gate, frame: Frame) -> bool:
    """Tell frames whose padding is in order but not zero."""
    pad = frame.payload[0] if frame.has(PADDED) and frame.payload else 0
    return 0 < pad < len(frame.payload) and any(frame.payload[-pad:])


def outside_blocks(gate: Gate, frame: Frame) -> bool:
    return not gate.block


def is_unasked_ack(gate: Gate, frame: Frame) -> bool:
    return frame.has(ACK) and not frame.payload and not gate.connection.awaits_settings_ack


def depends_on_itself(gate: Gate, frame: Frame) -> bool:
    if gate.connection.remote.no_rfc7540_priorities:
        return False
    at = bool(frame.has(PADDED)) if frame.type == HEADERS else 0
    word = frame.payload[at : at + 4]
    has_word = frame.type == PRIORITY or frame.has(PRIORITY_FLAG)
    well_formed = frame.type == HEADERS or len(frame.payload) == 5
    return (
        has_word and well_formed and frame.stream > 0 and int.from_bytes(word, "big") & MAX_31 == frame.stream
    )


def wrong_extended_connect(gate: Gate, frame: Frame) -> bool:
    """Tell ENABLE_CONNECT_PROTOCOL above 1, or 0 behind 1."""
    values = [value for number, value in frame.settings if number == ENABLE_CONNECT]
    known = gate.notes.get("extended", 0)
    gate.notes["extended"] = max([known, *values])
    return not frame.has(ACK) and len(frame.payload) % 6 == 0 and any(v > 1 or v < known for v in values)


class Endless(ReceiveWindow):
    """A window that is never overrun."""

    __slots__ = ()

    def receive(self, size: int) -> bool:
        super().receive(size)
        return True


class Lenient(Handler):
    """Takes content beyond the window of the stream."""

    def on_headers(self) -> None:
        if self._stream.can_receive:
            self._stream.receive_window = Endless(self.http2.connection._stream_window)
        super().on_headers()


def endless(gate: Gate) -> None:
    gate.connection.receive_window = Endless(LIMITS.connection_window)


def is_no_error(gate: Gate, frame: Frame) -> bool:
    return not frame.number


def cancels(gate: Gate, frame: Frame) -> None:
    if frame.type == RST_STREAM and not frame.number:
        frame.payload = CANCEL.to_bytes(4, "big")


def early() -> MemoryServer:
    return MemoryServer(LIMITS, Early)


PATIENT = replace(
    LIMITS, preface_timeout=None, settings_timeout=None, settings_ack_timeout=None, header_block_timeout=None,
    body_timeout=None, send_timeout=None, idle_timeout=None,
)  # fmt: skip

ROWS: tuple[Row, ...] = (
    ("checks-padding", "RFC 9113 6.1", "padding that is not zero ends the connection",
     {"incoming": refuses(of(DATA, HEADERS, also=has_padding))}),
    ("checks-acknowledgements", "RFC 9113 6.5.3",
     "an acknowledgement that nobody waits for ends the connection",
     {"incoming": refuses(of(SETTINGS, also=is_unasked_ack, on_stream=False))}),
    ("checks-dependencies", "RFC 9113 5.3.2", "a stream that depends on itself ends the connection",
     {"incoming": refuses(of(PRIORITY, HEADERS, also=depends_on_itself)),
      "outgoing": announces(without(NO_PRIORITIES))}),
    ("checks-extended-connect", "RFC 8441 3",
     "a value of ENABLE_CONNECT_PROTOCOL that is forbidden ends the connection",
     {"incoming": refuses(of(SETTINGS, also=wrong_extended_connect, on_stream=False))}),
    ("knows-no-priorities", "RFC 9113 4.1, 5.3.2", "RFC 9218 is not known: PRIORITY_UPDATE is dropped",
     {"incoming": lost(of(PRIORITY_UPDATE, also=outside_blocks)),
     "outgoing": announces(without(NO_PRIORITIES))}),
    ("waits-for-ever", "RFC 9113 6.5.3, 10.5", "there are no timeouts",
     {"server": lambda: MemoryServer(PATIENT)}),
    ("closes-idle-connections", "RFC 9113 9.1", "a connection without streams is closed after eight seconds",
     {"server": limited(idle_timeout=8.0)}),
    ("takes-more-than-it-gave", "RFC 9113 6.9.1", "DATA beyond the windows is taken",
     {"server": lambda: MemoryServer(LIMITS, Lenient), "prepare": endless}),
    ("takes-few-continuations", "RFC 9113 6.10, 10.5", "a field block has at most five CONTINUATIONs",
     {"server": limited(max_continuations=5)}),
    ("takes-long-lists", "RFC 9113 10.5.1", "lists beyond the limit are served",
     {"server": limited(max_header_list_size=1 << 20, max_header_list_size_hard=1 << 21,
                        max_header_fields=5_000, max_header_fields_hard=5_000)}),
    ("reads-the-rest", "RFC 9113 8.1", "the answer comes early, and the rest of the request is read",
     {"server": early, "outgoing": lost(of(RST_STREAM, also=is_no_error))}),
    ("cancels-the-rest", "RFC 9113 8.1", "the answer comes early, and CANCEL behind it",
     {"server": early, "outgoing": cancels}),
)  # fmt: skip

VARIANTS = variants(ROWS)
