"""Mutants that take offence at what is allowed on and about streams (RFC 9113 5, 6.3, 6.4, 6.8)."""

from .gate import Gate
from .intolerant import fails, resets
from .model import Row, mutants
from .rewriting import of
from .wire import (
    DATA,
    FLOW_CONTROL_ERROR,
    FRAME_SIZE_ERROR,
    GOAWAY,
    HEADERS,
    MAX_31,
    PADDED,
    PRIORITY,
    PRIORITY_FLAG,
    PRIORITY_UPDATE,
    REFUSED_STREAM,
    RST_STREAM,
    STREAM_CLOSED,
    WINDOW_UPDATE,
    Frame,
)

DEFINED_ERRORS = 14


CLOSED = 6
"""States from here on are closed ones."""


def sound_priority(gate: Gate, frame: Frame) -> bool:
    return frame.type == PRIORITY and len(frame.payload) == 5 and frame.stream > 0


def sound_rst_stream(gate: Gate, frame: Frame) -> bool:
    return frame.type == RST_STREAM and len(frame.payload) == 4 and not gate.is_idle(frame.stream)


def sound_priority_update(gate: Gate, frame: Frame) -> bool:
    return frame.type == PRIORITY_UPDATE and not frame.stream and bool(frame.number & MAX_31)


def is_closed(gate: Gate, frame: Frame) -> bool:
    return frame.stream > 0 and gate.state(frame.stream) >= CLOSED


def first_stream(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and gate.highest == 0 and frame.stream > 1 and frame.stream % 2 == 1


def gap(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and 0 < gate.highest < frame.stream - 2 and frame.stream % 2 == 1


def own_dependency(gate: Gate, frame: Frame) -> bool:
    payload = frame.payload
    if frame.type == HEADERS and frame.has(PRIORITY_FLAG):
        payload = payload[frame.has(PADDED) :]
    elif frame.type != PRIORITY or len(payload) != 5:
        return False
    return int.from_bytes(payload[:4], "big") & MAX_31 == frame.stream


def resets_back(gate: Gate, frame: Frame) -> None:
    if frame.type == RST_STREAM and is_closed(gate, frame):
        gate.reset(frame.stream, STREAM_CLOSED)


def after_our_reset(gate: Gate, frame: Frame) -> bool:
    return frame.stream > 0 and gate.state(frame.stream) == 8 and frame.type in (DATA, HEADERS)


def unknown_code(gate: Gate, frame: Frame) -> bool:
    if frame.type == RST_STREAM:
        return len(frame.payload) == 4 and frame.number >= DEFINED_ERRORS
    return frame.type == GOAWAY and int.from_bytes(frame.payload[4:8], "big") >= DEFINED_ERRORS


ROWS: tuple[Row, ...] = (
    ("fails-on-priority", "RFC 9113 5.3.2", "PRIORITY ends the connection",
     ("situation:priority-on-*", "6.3-priority/between-*", "6.3-priority/opens-nothing",
      "openings-clients/nghttp", "5.1-stream-states-reserved/priority", "5.1-stream-states-idle/priority*",
      "openings-clients/firefox", "5.3-priority-signals/dependency-loop",
      "5.1.2-concurrency/idle-streams-do-not-count", "8.1-message-framing/frames-between-the-parts",
      "5.1.1-stream-identifiers/skipped-stream-priority", "!situation:priority-on-stream-0"),
     ("situation:priority-*", "*"), fails(sound_priority, STREAM_CLOSED)),
    ("resets-on-priority-fields", "RFC 9113 5.3.2", "HEADERS with priority fields is refused",
     ("5.3-priority-signals/headers-*", "openings-clients/chromium", "openings-clients/firefox*",
      "openings-clients/nghttp", "6.2-headers/trailers-with-padding-and-priority", "rfc9218-settings/old-*"),
     ("4.1-frame-format/octet-by-octet", "5.3-priority-signals/dependency-loop",
      "6.2-headers/padding-and-priority-do-not-fit", "6.2-headers/priority-fields-cut",
      "6.2-headers/priority-fields-missing", "openings-clients/safari", "real-openings/chromium-tls",
      "real-openings/nghttp-h2c", "real-openings/nghttp-tls"),
     resets(of(HEADERS, also=lambda gate, frame: frame.has(PRIORITY_FLAG)), REFUSED_STREAM)),
    ("fails-on-self-dependency", "RFC 9113 5.3.2",
     "a stream that depends on itself ends the connection with REFUSED_STREAM",
     ("situation:headers-depends-on-itself", "situation:priority-depends-on-itself*",
      "rfc9218-settings/old-self-dependency-is-ignored"),
     (), fails(own_dependency, REFUSED_STREAM)),
    ("fails-on-window-update-on-closed", "RFC 9113 5.1, 6.9",
     "WINDOW_UPDATE on a closed stream ends the connection",
     ("situation:window-update-on-closed", "rfc7540-streams/nothing-but-priority-on-a-closed-stream"),
     ("5.1-stream-states-closed/frames-behind-the-server-reset",
      "5.1-stream-states-idle/window-update-above-an-answered-stream", "5.4-errors/one-rst-stream",
      "5.4-errors/rst-stream-is-the-last-frame", "6.9-window-update/credit-over-many-streams",
      "6.9.2-initial-window-size/closed-streams-do-not-overflow", "8.1-message-framing/response-framing",
      "8.1-message-framing/response-trailers"),
     fails(of(WINDOW_UPDATE, also=is_closed), STREAM_CLOSED)),
    ("resets-on-window-update-when-half-closed", "RFC 9113 5.1",
     "WINDOW_UPDATE on a half-closed (remote) stream resets it",
     ("situation:window-update-on-half-closed-remote", "6.9-window-update/dribble"), ("*",),
     resets(of(WINDOW_UPDATE, also=lambda gate, frame: gate.state(frame.stream) == 5), STREAM_CLOSED)),
    ("answers-rst-stream-with-rst-stream", "RFC 9113 5.4.2",
     "RST_STREAM on a closed stream is answered by RST_STREAM",
     ("situation:rst-stream-on-closed",),
     ("5.1-stream-states-closed/*", "5.4-errors/*", "flood-*", "6.4-rst-stream/cancel-in-the-same-write"),
     resets_back),
    ("fails-on-rst-stream", "RFC 9113 6.4", "RST_STREAM of a client ends the connection",
     ("6.4-rst-stream/cancel-*", "7-error-codes/*-in-rst-stream", "5.1-stream-states-half-closed/rst-stream",
      "5.1.2-concurrency/reset-streams-do-not-count",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "4.3-field-blocks/table-after-a-reset-request", "rfc9110-expect/cancelled-after-continue",
      "8.7-request-reliability/cancelled-is-not-refused", "8.4-server-push/pushed-stream-*",
      "6.9-window-update/credit-after-a-cancelled-upload",
      "6.9-window-update/exempt-frames-while-the-window-is-empty", "5.1-stream-states-reserved/rst-stream",
      "8.5-connect/tunnel-reset"),
     ("*",), fails(sound_rst_stream)),
    ("fails-on-unknown-codes", "RFC 9113 7", "an unknown error code ends the connection",
     ("situation:rst-stream-unknown-code", "situation:goaway-unknown-code",
      "!7-error-codes/every-defined-code-in-rst-stream"),
     ("5.5-extensions/*",), fails(unknown_code)),
    ("fails-when-stream-1-is-not-first", "RFC 9113 5.1.1", "the first stream has to be 1",
     ("5.1.1-stream-identifiers/first-is-not-one", "openings-clients/high-first-stream",
      "openings-clients/firefox-without-tree", "5.1.1-stream-identifiers/highest-odd"),
     ("*",), fails(first_stream)),
    ("fails-on-gaps", "RFC 9113 5.1.1", "stream identifiers may not be passed over",
     ("5.1.1-stream-identifiers/gaps", "openings-clients/growing-gaps"), ("*",), fails(gap)),
    ("fails-on-goaway", "RFC 9113 6.8", "GOAWAY of a client ends the connection at once",
     ("6.8-goaway/answers-what-came-before", "6.8-goaway/open-request-is-answered",
      "6.8-goaway/large-response-is-finished", "4.1-frame-format/goaway-*",
      "9.1-connection-management/client-goaway-then-close"),
     ("4.2-frame-size/goaway-over-the-limit", "6.2-headers/goaway-inside-a-block", "6.8-goaway/debug-data",
      "6.8-goaway/no-push-after-goaway", "6.8-goaway/two-goaways"),
     fails(of(GOAWAY, also=lambda gate, frame: len(frame.payload) >= 8 and not frame.stream), 0)),
    ("fails-on-frames-after-its-reset", "RFC 9113 5.1",
     "frames on a stream that the server itself reset end the connection",
     ("4.3-field-blocks/table-after-trailers-of-a-stream-the-server-reset",), ("*",),
     fails(after_our_reset, FRAME_SIZE_ERROR)),
    ("fails-on-early-frames-for-closed", "RFC 9113 5.1",
     "frames on a stream whose reset by the server is known end the connection",
     ("situation:frame-on-target-reset-after-fence",), ("*",), fails(after_our_reset, FLOW_CONTROL_ERROR)),
    ("fails-on-priority-update", "RFC 9218 7.1", "PRIORITY_UPDATE ends the connection",
     ("situation:priority-parameter-unknown", "situation:priority-value-unparsable",
      "rfc9218-priority-update/idle-streams-at-the-limit", "!rfc9218-scheduling/*"),
     ("rfc9218-*",), fails(sound_priority_update, STREAM_CLOSED)),
)  # fmt: skip

MUTANTS = mutants(ROWS, "incoming")
