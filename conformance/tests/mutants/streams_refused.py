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
     ("3.4-preface/priority-before-settings", "4.1-frame-format/priority-unused-flags",
      "4.1-frame-format/stream-frames-reserved-bit", "4.2-frame-size/priority-over-the-limit",
      "5.1-stream-states-closed/frames-behind-the-server-reset",
      "5.1-stream-states-closed/window-update-on-a-stream-long-closed", "5.1-stream-states-reserved/data",
      "6.2-headers/priority-inside-a-block", "6.3-priority/*", "6.4-rst-stream/after-priority-on-idle",
      "6.9-window-update/exempt-frames-while-the-window-is-empty",
      "8.5-connect/tunnel-with-stream-management", "real-openings/nghttp-h2c", "real-openings/nghttp-tls",
      "rfc7540-priority/reprioritized-by-frame", "rfc9218-settings/old-self-dependency-is-ignored",
      "rfc9218-settings/old-signals-are-ignored", "situation:priority-depends-*"),
     fails(sound_priority, STREAM_CLOSED)),
    ("resets-on-priority-fields", "RFC 9113 5.3.2", "HEADERS with priority fields is refused",
     ("5.3-priority-signals/headers-*", "openings-clients/chromium", "openings-clients/firefox*",
      "openings-clients/nghttp", "6.2-headers/trailers-with-padding-and-priority", "rfc9218-settings/old-*"),
     ("4.1-frame-format/octet-by-octet", "5.3-priority-signals/dependency-loop",
      "6.2-headers/padding-and-priority-do-not-fit", "6.2-headers/priority-fields-cut",
      "6.2-headers/priority-fields-missing", "openings-clients/safari", "real-openings/chromium-tls",
      "real-openings/nghttp-h2c", "real-openings/nghttp-tls", "rfc7540-priority/child-of-a-blocked-parent",
      "rfc7540-priority/exclusive-dependency", "rfc7540-priority/parent-before-child",
      "rfc7540-priority/reprioritized-by-frame", "rfc7540-priority/siblings-share-by-weight"),
     resets(of(HEADERS, also=lambda gate, frame: frame.has(PRIORITY_FLAG)), REFUSED_STREAM)),
    ("fails-on-self-dependency", "RFC 9113 5.3.2",
     "a stream that depends on itself ends the connection with REFUSED_STREAM",
     ("situation:headers-depends-on-itself", "situation:priority-depends-on-itself*",
      "rfc9218-settings/old-self-dependency-is-ignored"),
     (), fails(own_dependency, REFUSED_STREAM)),
    ("fails-on-window-update-on-closed", "RFC 9113 5.1, 6.9",
     "WINDOW_UPDATE on a closed stream ends the connection",
     ("situation:window-update-on-closed", "rfc7540-streams/nothing-but-priority-on-a-closed-stream"),
     ("4.1-frame-format/server-leaves-unused-flags-unset",
      "5.1-stream-states-closed/frames-behind-the-server-reset",
      "5.1-stream-states-idle/window-update-above-an-answered-stream", "5.4-errors/one-rst-stream",
      "5.4-errors/rst-stream-is-the-last-frame", "6.9-window-update/credit-over-many-streams",
      "6.9.2-initial-window-size/closed-streams-do-not-overflow", "8.1-message-framing/response-framing",
      "8.1-message-framing/response-trailers", "rfc7540-streams/frames-behind-the-server-reset"),
     fails(of(WINDOW_UPDATE, also=is_closed), STREAM_CLOSED)),
    ("resets-on-window-update-when-half-closed", "RFC 9113 5.1",
     "WINDOW_UPDATE on a half-closed (remote) stream resets it",
     ("situation:window-update-on-half-closed-remote", "6.9-window-update/dribble"),
     ("4.1-frame-format/window-update-unused-flags", "4.2-frame-size/server-*",
      "5.1-stream-states-half-closed/two-streams", "5.1-stream-states-half-closed/unknown-type",
      "5.1.2-concurrency/half-closed-streams-over-the-limit", "5.2-flow-control/credit-while-data-flows",
      "5.2-flow-control/large-response-with-credit", "5.2-flow-control/reads-while-blocked",
      "5.2-flow-control/stream-credit-before-connection-credit",
      "5.2-flow-control/stream-does-not-block-stream", "5.2-flow-control/window-of-one-octet",
      "5.4-errors/rst-stream-is-the-last-frame", "6.1-data/server-data-is-on-a-stream",
      "6.1-data/server-pads-with-zeros", "6.8-goaway/large-response-is-finished",
      "6.9-window-update/before-the-response", "6.9-window-update/credit-for-content",
      "6.9-window-update/reserved-bit", "6.9-window-update/server-increments",
      "6.9-window-update/stream-credit-is-for-one-stream", "6.9-window-update/zero-on-a-half-closed-stream",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/blocked-stream-window-overflow",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.1-flow-control-window/server-window-in-range",
      "6.9.1-flow-control-window/used-connection-window-may-be-filled",
      "6.9.1-flow-control-window/used-stream-window-may-be-filled",
      "6.9.2-initial-window-size/connection-window-is-not-lowered",
      "6.9.2-initial-window-size/negative-window", "6.9.2-initial-window-size/two-streams-at-once",
      "8.1-message-framing/response-framing", "rfc7540-priority/child-of-a-blocked-parent",
      "rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "rfc9218-priority-update/during-a-response", "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "rfc9218-scheduling/low-urgency-is-served-in-the-end", "rfc9218-scheduling/tunnel-gets-a-share",
      "rfc9218-settings/old-signals-do-not-order", "5.2-flow-control/content-in-pieces-keeps-its-order"),
     resets(of(WINDOW_UPDATE, also=lambda gate, frame: gate.state(frame.stream) == 5), STREAM_CLOSED)),
    ("answers-rst-stream-with-rst-stream", "RFC 9113 5.4.2",
     "RST_STREAM on a closed stream is answered by RST_STREAM",
     ("situation:rst-stream-on-closed", "5.1-stream-states-closed/rst-stream-after-the-response"),
     ("5.1-stream-states-closed/rst-stream-behind-the-server-reset",
      "6.4-rst-stream/cancel-in-the-same-write"),
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
     ("4.1-frame-format/rst-stream-unused-flags", "4.1-frame-format/stream-frames-reserved-bit",
      "4.2-frame-size/rst-stream-over-the-limit", "5.1-stream-states-closed/*-our-reset",
      "5.1-stream-states-closed/rst-stream-after-the-response",
      "5.1-stream-states-closed/rst-stream-behind-the-server-reset",
      "5.5-extensions/unknown-setting-and-error-code-and-type", "6.10-continuation/after-our-reset",
      "6.2-headers/rst-stream-inside-a-block", "6.4-rst-stream/on-*",
      "6.9-window-update/credit-after-cancelled-uploads",
      "6.9.2-initial-window-size/closed-streams-do-not-overflow",
      "8.7-request-reliability/goaway-covers-a-reset-stream", "rfc7540-streams/data-behind-our-reset",
      "rfc7540-streams/nothing-but-priority-on-a-closed-stream",
      "rfc8297-early-hints/cancelled-after-the-hint",
      "rfc9218-priority-update/for-a-stream-that-the-client-reset", "situation:headers-on-peer-*",
      "situation:rst-stream-bad-*", "situation:stream-limit-*",
      "6.2-headers/rst-stream-inside-a-trailer-block",
      "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up"),
     fails(sound_rst_stream)),
    ("fails-on-unknown-codes", "RFC 9113 7", "an unknown error code ends the connection",
     ("situation:rst-stream-unknown-code", "situation:goaway-unknown-code",
      "!7-error-codes/every-defined-code-in-rst-stream"),
     ("5.5-extensions/unknown-setting-and-error-code-and-type",), fails(unknown_code)),
    ("fails-when-stream-1-is-not-first", "RFC 9113 5.1.1", "the first stream has to be 1",
     ("5.1.1-stream-identifiers/first-is-not-one", "openings-clients/high-first-stream",
      "openings-clients/firefox-without-tree", "5.1.1-stream-identifiers/highest-odd"),
     ("3.4-preface/priority-before-settings", "4.1-frame-format/priority-unused-flags",
      "5.1-stream-states-idle/empty-data-with-end-stream", "5.1-stream-states-idle/priority-on-even-stream",
      "5.1-stream-states-idle/unknown-type", "5.1.1-stream-identifiers/highest-even",
      "5.1.1-stream-identifiers/server-uses-no-other-stream", "5.1.1-stream-identifiers/skipped-*",
      "5.3-priority-signals/headers-with-priority", "5.3-priority-signals/idle-priority-depends-on-itself",
      "5.4-errors/goaway-with-an-open-stream", "6.3-priority/bad-length-on-idle",
      "6.3-priority/on-stream-0", "6.3-priority/on-stream-0-with-bad-length", "6.3-priority/opens-nothing",
      "6.4-rst-stream/on-idle-even-stream", "8.1-message-framing/interim-response-does-not-end-the-stream",
      "8.7-request-reliability/goaway-covers-a-reset-stream",
      "8.7-request-reliability/goaway-covers-content-that-came-back", "openings-clients/firefox",
      "openings-clients/nghttp", "openings-clients/okhttp", "real-openings/nghttp-h2c",
      "real-openings/nghttp-tls", "real-openings/okhttp-h2c", "real-openings/okhttp-tls",
      "rfc7540-priority/idle-stream-depends-on-itself", "rfc7838-altsvc/on-an-idle-stream",
      "rfc9218-priority-update/empty-value", "rfc9218-priority-update/for-a-skipped-stream",
      "rfc9218-priority-update/the-same-idle-stream-often", "situation:headers-lower-*"),
     fails(first_stream)),
    ("fails-on-gaps", "RFC 9113 5.1.1", "stream identifiers may not be passed over",
     ("5.1.1-stream-identifiers/gaps", "openings-clients/growing-gaps"),
     ("10.5.1-field-block-size/limit-in-trailers", "4.1-frame-format/server-leaves-reserved-bit-unset",
      "4.3-field-blocks/table-after-a-malformed-request",
      "4.3-field-blocks/table-after-trailers-of-a-stream-the-server-reset",
      "5.1-stream-states-closed/credit-*", "5.1-stream-states-closed/window-update-on-a-stream-long-closed",
      "5.1-stream-states-half-closed/credit-for-late-data", "5.1-stream-states-half-closed/split-block",
      "5.1-stream-states-half-closed/table-after-a-late-block",
      "5.1.1-stream-identifiers/lower-than-highest", "5.1.1-stream-identifiers/server-uses-no-other-stream",
      "5.1.2-concurrency/idle-streams-do-not-count", "5.1.2-concurrency/limit-after-late-resets",
      "5.1.2-concurrency/streams-in-error-make-room", "5.4-errors/goaway-names-the-last-stream",
      "6.4-rst-stream/server-resets-on-the-stream", "6.9-window-update/credit-after-cancelled-uploads",
      "6.9-window-update/credit-behind-a-malformed-request",
      "6.9-window-update/credit-for-content-beyond-content-length",
      "6.9-window-update/credit-over-many-streams",
      "6.9.1-flow-control-window/small-responses-use-up-the-connection-window",
      "8.2.1-field-names/upper-case-from-the-dynamic-table", "8.2.1-field-values/lf-from-the-dynamic-table",
      "8.3-pseudo-fields/undefined-from-the-dynamic-table",
      "8.7-request-reliability/goaway-covers-a-response-under-way",
      "8.7-request-reliability/goaway-covers-answered-streams",
      "rfc9218-settings/old-self-dependency-is-ignored", "situation:field-list-over-*"), fails(gap)),
    ("fails-on-goaway", "RFC 9113 6.8", "GOAWAY of a client ends the connection at once",
     ("6.8-goaway/answers-what-came-before", "6.8-goaway/open-request-is-answered",
      "6.8-goaway/large-response-is-finished", "4.1-frame-format/goaway-*",
      "9.1-connection-management/client-goaway-then-close", "6.8-goaway/debug-data",
      "6.8-goaway/two-goaways"),
     ("4.2-frame-size/goaway-over-the-limit", "6.2-headers/goaway-inside-a-block"),
     fails(of(GOAWAY, also=lambda gate, frame: len(frame.payload) >= 8 and not frame.stream), 0)),
    ("fails-on-frames-after-its-reset", "RFC 9113 5.1",
     "frames on a stream that the server itself reset end the connection",
     ("4.3-field-blocks/table-after-trailers-of-a-stream-the-server-reset",),
     ("10.3-smuggling/chunked", "4.3-field-blocks/decoding-error-on-a-refused-stream",
      "4.3-field-blocks/split-trailers-behind-the-server-reset",
      "5.1-stream-states-closed/credit-for-data-after-our-reset",
      "5.1-stream-states-closed/data-after-the-seen-server-reset",
      "5.1-stream-states-half-closed/credit-for-late-data", "5.1.2-concurrency/data-of-a-refused-stream",
      "6.9.1-flow-control-window/data-beyond-the-stream-window", "8.1-message-framing/empty-second-headers",
      "8.1-message-framing/second-headers-between-data", "8.1-message-framing/split-second-headers",
      "8.1.1-content-length/forty-digits", "8.1.1-content-length/longer-with-trailers",
      "8.1.1-content-length/past-63-bits", "8.1.1-content-length/past-64-bits",
      "8.1.1-content-length/same-number-twice-in-a-list",
      "8.2.2-connection-specific-fields/chunked-beside-content-length",
      "8.2.2-connection-specific-fields/chunked-with-content",
      "8.3.1-request-pseudo-fields/without-path-but-with-content", "situation:content-length-differs",
      "situation:content-length-not-*"),
     fails(after_our_reset, FRAME_SIZE_ERROR)),
    ("fails-on-early-frames-for-closed", "RFC 9113 5.1",
     "frames on a stream whose reset by the server is known end the connection",
     ("situation:frame-on-target-reset-after-fence",),
     ("10.3-smuggling/chunked", "4.3-field-blocks/decoding-error-on-a-refused-stream",
      "4.3-field-blocks/split-trailers-behind-the-server-reset",
      "4.3-field-blocks/table-after-trailers-of-a-stream-the-server-reset",
      "5.1-stream-states-closed/credit-for-data-after-our-reset",
      "5.1-stream-states-half-closed/credit-for-late-data", "5.1.2-concurrency/data-of-a-refused-stream",
      "8.1-message-framing/empty-second-headers", "8.1-message-framing/second-headers-between-data",
      "8.1-message-framing/split-second-headers", "8.1.1-content-length/forty-digits",
      "8.1.1-content-length/longer-with-trailers", "8.1.1-content-length/past-63-bits",
      "8.1.1-content-length/past-64-bits", "8.1.1-content-length/same-number-twice-in-a-list",
      "8.2.2-connection-specific-fields/chunked-beside-content-length",
      "8.2.2-connection-specific-fields/chunked-with-content",
      "8.3.1-request-pseudo-fields/without-path-but-with-content", "situation:content-length-differs",
      "situation:content-length-not-*"), fails(after_our_reset, FLOW_CONTROL_ERROR)),
    ("fails-on-priority-update", "RFC 9218 7.1", "PRIORITY_UPDATE ends the connection",
     ("situation:priority-parameter-unknown", "situation:priority-value-unparsable",
      "rfc9218-priority-update/idle-streams-at-the-limit", "!rfc9218-scheduling/*"),
     ("rfc9218-priority-update/*", "rfc9218-scheduling/update-*"),
     fails(sound_priority_update, STREAM_CLOSED)),
)  # fmt: skip

MUTANTS = mutants(ROWS, "incoming")
