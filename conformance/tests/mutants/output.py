"""Mutants whose own frames break a rule: they are rewritten on their way to the client (RFC 9113 4, 6)."""

from .gate import Gate
from .model import EVERYTHING, Row, mutants
from .rewriting import altered, doubled, flags, followed, of, preceded
from .wire import (
    ACK,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    ORIGIN,
    PADDED,
    PING,
    PRIORITY_UPDATE,
    PUSH_PROMISE,
    WINDOW_UPDATE,
    Frame,
)


def is_ack(gate: Gate, frame: Frame) -> bool:
    return frame.has(ACK)


def reserved(frame: Frame) -> None:
    frame.reserved = True


def spoil_ping(frame: Frame) -> None:
    frame.payload = frame.payload[:7] + bytes((frame.payload[7] ^ 1,))


def pad(frame: Frame) -> None:
    frame.flags |= PADDED
    frame.payload = b"\x03" + frame.payload + b"pad"


def oversize(frame: Frame) -> None:
    frame.payload += b"x" * 60_000


def held_pings(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == PING and frame.has(ACK) and gate.connection.streams.live:
        return []
    return None


def split_block(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Put a WINDOW_UPDATE between HEADERS and a CONTINUATION."""
    if frame.type not in (HEADERS, PUSH_PROMISE) or not frame.has(END_HEADERS) or len(frame.payload) < 6:
        return None
    frame.flags &= ~END_HEADERS
    rest = Frame(CONTINUATION, END_HEADERS, frame.stream, frame.payload[5:])
    frame.payload = frame.payload[:5]
    return [frame, Frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01"), rest]


def crossed(gate: Gate, frame: Frame) -> None:
    """DATA of a stream goes out on stream 0."""
    if frame.type == DATA:
        frame.stream = 0


def foreign_stream(frame: Frame) -> Frame:
    return Frame(WINDOW_UPDATE, 0, frame.stream + 1000, b"\0\0\0\x01")


def trailers(gate: Gate, frame: Frame) -> bool:
    seen: set[int] = gate.notes.setdefault("headed", set())
    again = frame.stream in seen
    seen.add(frame.stream)
    return again and frame.has(END_STREAM)


def empty_end(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Trailers are lost; an empty DATA ends the stream."""
    if frame.type == HEADERS and trailers(gate, frame):
        return [Frame(DATA, END_STREAM, frame.stream)]
    return None


def priority_update(frame: Frame) -> Frame:
    return Frame(PRIORITY_UPDATE, 0, 0, frame.stream.to_bytes(4, "big") + b"u=1")


ROWS: tuple[Row, ...] = (
    ("holds-ping-acks-while-requests-are-open", "RFC 9113 6.7",
     "PING is not answered while a request is open",
     ("6.7-ping/before-a-held-response", "6.7-ping/after-half-close"), EVERYTHING, held_pings),
    ("spoils-ping-payloads", "RFC 9113 6.7", "a PING is answered with another payload",
     ("6.7-ping/acknowledged", "6.7-ping/each-acknowledged", "4.1-frame-format/ping-*"), EVERYTHING,
     altered(of(PING, also=is_ack), spoil_ping)),
    ("answers-ping-twice", "RFC 9113 6.7", "a PING is answered twice",
     ("6.7-ping/each-acknowledged",), ("6.7-ping/*",), doubled(of(PING, also=is_ack))),
    ("ignores-reset-flags", "RFC 9113 4.1", "DATA goes out with a flag that means nothing",
     ("4.1-frame-format/server-leaves-unused-flags-unset",), (), altered(of(DATA), flags(on=0x40))),
    ("sets-reserved-bits", "RFC 9113 4.1", "HEADERS goes out with the reserved bit set",
     ("4.1-frame-format/server-leaves-reserved-bit-unset",), ("4.1-frame-format/request-reserved-bit",),
     altered(of(HEADERS), reserved)),
    ("pads-with-text", "RFC 9113 6.1", "padding of DATA is not zero",
     ("6.1-data/server-pads-with-zeros",), ("*",), altered(of(DATA), pad)),
    ("pads-headers-with-text", "RFC 9113 6.2", "padding of HEADERS is not zero",
     ("6.2-headers/server-blocks-are-contiguous",),
     ("6.1-data/server-pads-with-zeros", "6.6-push-promise/promise-format"), altered(of(HEADERS), pad)),
    ("sends-oversized-frames", "RFC 9113 4.2", "DATA goes out in frames of more than 65,536 octets",
     ("4.2-frame-size/server-keeps-*",), EVERYTHING,
     altered(of(DATA, also=lambda gate, frame: len(frame.payload) > 8000), oversize)),
    ("interrupts-field-blocks", "RFC 9113 6.10", "a WINDOW_UPDATE goes out inside a field block",
     ("6.10-continuation/server-continuations", "6.2-headers/server-blocks-are-contiguous",
      "6.6-push-promise/promise-format", "4.3-field-blocks/responses-decode",
      "8.1-message-framing/response-framing"),
     (), split_block),
    ("sends-data-on-stream-0", "RFC 9113 6.1", "DATA goes out on stream 0",
     ("6.1-data/server-data-is-on-a-stream",), EVERYTHING, crossed),
    ("credits-streams-nobody-opened", "RFC 9113 5.1.1",
     "a WINDOW_UPDATE goes out on a stream that nobody opened",
     ("5.1.1-stream-identifiers/server-uses-no-other-stream", "6.9-window-update/server-increments",
      "5.1-stream-states-idle/headers-with-end-stream"),
     ("4.1-frame-format/request-reserved-bit", "4.1-frame-format/server-leaves-reserved-bit-unset",
      "5.1.1-stream-identifiers/server-streams-are-even", "6.1-data/server-data-is-on-a-stream",
      "6.2-headers/server-blocks-are-contiguous", "6.4-rst-stream/server-resets-on-the-stream",
      "6.6-push-promise/promised-while-open", "8.1-message-framing/response-framing",
      "8.4-server-push/promised-stream-is-even", "8.4-server-push/second-request-pushes-higher"),
     followed(of(WINDOW_UPDATE, HEADERS), foreign_stream)),
    ("credits-0", "RFC 9113 6.9", "a WINDOW_UPDATE of 0 goes out",
     ("6.9-window-update/server-increments", "6.9.1-flow-control-window/server-window-in-range"), (),
     followed(of(WINDOW_UPDATE), lambda frame: Frame(WINDOW_UPDATE, 0, 0, bytes(4)))),
    ("never-ends-responses", "RFC 9113 8.1", "no DATA has END_STREAM",
     ("8.1-message-framing/response-framing", "6.9.1-flow-control-window/response-that-fits-exactly",
      "6.2-headers/server-blocks-are-contiguous", "9.1-connection-management/client-goaway-then-close",
      "8.5-connect/tunnel-ends"),
     EVERYTHING, altered(of(DATA), flags(off=END_STREAM))),
    ("never-ends-with-headers", "RFC 9113 8.1", "no HEADERS has END_STREAM",
     ("8.1-message-framing/response-trailers", "rfc9110-head-and-no-content/*",
      "!situation:field-name-upper-case", "!rfc9110-head-and-no-content/interim-*",
      "!rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "!rfc9110-head-and-no-content/not-modified-has-the-validators"),
     EVERYTHING, altered(of(HEADERS), flags(off=END_STREAM))),
    ("ends-early", "RFC 9113 8.1", "HEADERS has END_STREAM though DATA follows",
     ("8.1-message-framing/response-framing", "5.1-stream-states-half-closed/server-after-its-end-stream",
      "8.1-message-framing/interim-response-does-not-end-the-stream"),
     EVERYTHING, altered(of(HEADERS), flags(on=END_STREAM))),
    ("loses-trailers", "RFC 9113 8.1", "trailers of the response are lost",
     ("8.1-message-framing/response-trailers", "4.3-field-blocks/response-trailers"),
     ("rfc8297-early-hints/head", "rfc9110-head-and-no-content/head-of-a-response-with-trailers"), empty_end),
    ("sends-priority-updates", "RFC 9218 7.1", "PRIORITY_UPDATE goes out before each response",
     ("rfc9218-priority-update/server-sends-none",), (), preceded(of(HEADERS), priority_update)),
    ("sends-origin-on-a-stream", "RFC 8336 2.1", "ORIGIN goes out on the stream of a response",
     ("rfc8336-origin/sent-on-stream-0",), (),
     preceded(of(HEADERS), lambda frame: Frame(ORIGIN, 0, frame.stream, b"\0\x09http://a/"))),
)  # fmt: skip

MUTANTS = mutants(ROWS, "outgoing")
