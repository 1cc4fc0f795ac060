"""Mutants that take offence at frames which are allowed (RFC 9113 4.1, 4.2, 5.5, 6)."""

from .gate import Gate
from .model import Rewrite, Row, mutants
from .rewriting import Matching, of
from .wire import (
    ACK,
    ALTSVC,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    FRAME_SIZE_ERROR,
    GOAWAY,
    HEADERS,
    KNOWN,
    MAX_FRAME_SIZE,
    PADDED,
    PING,
    PRIORITY,
    PRIORITY_FLAG,
    PROTOCOL_ERROR,
    PUSH_PROMISE,
    REFUSED_STREAM,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Frame,
)

FLAGS = {
    DATA: END_STREAM | PADDED,
    HEADERS: END_STREAM | END_HEADERS | PADDED | PRIORITY_FLAG,
    PRIORITY: 0,
    RST_STREAM: 0,
    SETTINGS: ACK,
    PUSH_PROMISE: END_HEADERS | PADDED,
    PING: ACK,
    GOAWAY: 0,
    WINDOW_UPDATE: 0,
    CONTINUATION: END_HEADERS,
}


def fails(seen: Matching, code: int = PROTOCOL_ERROR) -> Rewrite:
    """End the connection at such a frame; what was not yet sent is lost."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        if not seen(gate, frame):
            return None
        gate.forget_output()
        gate.fail(code)
        return []

    return rewrite


def answers_and_fails(seen: Matching, code: int) -> Rewrite:
    """End the connection at such a frame; what was answered before is sent."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        if not seen(gate, frame):
            return None
        gate.pull()
        gate.fail(code)
        return []

    return rewrite


def resets(seen: Matching, code: int) -> Rewrite:
    """Reset the stream of such a frame; the frame itself is lost."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        if not seen(gate, frame):
            return None
        gate.reset(frame.stream, code)
        return []

    return rewrite


def hangs(seen: Matching) -> Rewrite:
    """Read nothing more from such a frame on."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        gate.notes["hangs"] = gate.notes.get("hangs") or seen(gate, frame)
        return [] if gate.notes["hangs"] else None

    return rewrite


def unused_flags(gate: Gate, frame: Frame) -> bool:
    return frame.type in FLAGS and bool(frame.flags & ~FLAGS[frame.type])


def reserved_bits(gate: Gate, frame: Frame) -> bool:
    in_payload = frame.type == WINDOW_UPDATE and len(frame.payload) == 4 and frame.payload[0] > 127
    return frame.reserved or in_payload


def is_unknown(gate: Gate, frame: Frame) -> bool:
    return frame.type not in KNOWN and not gate.block


def padded(kind: int) -> Matching:
    return of(
        kind,
        also=lambda gate, frame: (
            frame.has(PADDED) and bool(frame.payload) and frame.payload[0] < len(frame.payload)
        ),
    )


def is_trailers(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and frame.has(END_STREAM) and gate.state(frame.stream) == 3


def nonzero_padding(gate: Gate, frame: Frame) -> bool:
    if frame.type not in (DATA, HEADERS) or not frame.has(PADDED) or not frame.payload:
        return False
    size = frame.payload[0]
    return size < len(frame.payload) and any(frame.payload[len(frame.payload) - size :])


def answers_ack(gate: Gate, frame: Frame) -> None:
    if frame.type == PING and len(frame.payload) == 8 and frame.stream == 0 and frame.has(ACK):
        gate.say(Frame(PING, ACK, 0, frame.payload))


def empty_fragment(gate: Gate, frame: Frame) -> bool:
    if frame.type != HEADERS or frame.has(END_HEADERS):
        return False
    pad = 1 + frame.payload[0] if frame.has(PADDED) and frame.payload else 0
    return len(frame.payload) == pad


def whole_without_length(gate: Gate, frame: Frame) -> bool:
    """Tell a DATA frame that holds all the content of a request without content-length."""
    if frame.type != DATA:
        return False
    seen: set[int] = gate.notes.setdefault("data", set())
    is_first = frame.stream not in seen
    seen.add(frame.stream)
    live = gate.connection.streams.live.get(frame.stream)
    is_open = live is not None and live.can_receive and live.expected < 0 and not live.is_tunnel
    return is_first and is_open and frame.has(END_STREAM) and bool(frame.payload) and not frame.has(PADDED)


def second_goaway(gate: Gate, frame: Frame) -> bool:
    if frame.type == GOAWAY:
        gate.notes["goaways"] = gate.notes.get("goaways", 0) + 1
    return frame.type == GOAWAY and gate.notes["goaways"] == 2


ROWS: tuple[Row, ...] = (
    ("answers-and-fails-on-debug-data", "RFC 9113 6.8",
     "GOAWAY with debug data ends the connection once what came before is answered",
     ("6.8-goaway/debug-data",), (),
     answers_and_fails(of(GOAWAY, also=lambda gate, frame: len(frame.payload) > 8), FRAME_SIZE_ERROR)),
    ("answers-and-fails-on-a-second-goaway", "RFC 9113 6.8",
     "a second GOAWAY ends the connection once what came before is answered",
     ("6.8-goaway/two-goaways",), (), answers_and_fails(second_goaway, PROTOCOL_ERROR)),
    ("fails-on-unknown-types", "RFC 9113 5.5", "a frame of unknown type ends the connection",
     ("situation:unknown-frame-type", "5.5-extensions/unknown-setting-and-error-code-and-type",
      "openings-clients/reserved-frame-types", "!rfc7838-altsvc/empty",
      "!rfc7838-altsvc/origin-longer-than-the-frame"),
     ("4.2-frame-size/unknown-type-on-a-stream-over-the-limit",
      "4.2-frame-size/unknown-type-on-the-connection-over-the-limit",
      "5.5-extensions/unknown-type-inside-a-block",
      "5.5-extensions/unknown-type-on-the-connection-inside-a-block", "rfc7838-altsvc/on-an-open-stream",
      "rfc8336-origin/on-a-stream"),
     fails(is_unknown)),
    ("hangs-on-altsvc", "RFC 7838 4", "nothing is read any more behind an ALTSVC",
     ("rfc7838-altsvc/*",), ("5.5-extensions/altsvc-and-origin",), hangs(of(ALTSVC))),
    ("fails-on-unused-flags", "RFC 9113 4.1", "a flag without a meaning ends the connection",
     ("situation:unused-flag",), (), fails(unused_flags)),
    ("fails-on-reserved-bits", "RFC 9113 4.1", "a reserved bit that is set ends the connection",
     ("situation:reserved-bit", "6.9-window-update/reserved-bit"),
     ("6.9-window-update/zero-with-reserved-bit-on-a-stream",), fails(reserved_bits)),
    ("fails-on-full-frames", "RFC 9113 4.2", "a frame of 16,384 octets is too large",
     ("situation:frame-of-16384",),
     ("4.1-frame-format/server-leaves-unused-flags-unset", "4.1-frame-format/unknown-type-of-16384",
      "4.2-frame-size/data-over-the-limit", "4.2-frame-size/unknown-type-on-a-stream-over-the-limit",
      "4.2-frame-size/unknown-type-on-the-connection-over-the-limit",
      "5.2-flow-control/credit-while-data-flows", "6.9-window-update/credit-after-cancelled-uploads",
      "6.9-window-update/credit-for-content", "6.9-window-update/credit-for-content-beyond-content-length",
      "6.9-window-update/credit-over-many-streams", "6.9-window-update/server-increments",
      "6.9.1-flow-control-window/data-beyond-the-connection-window",
      "6.9.1-flow-control-window/empty-end-stream-without-credit",
      "6.9.1-flow-control-window/exactly-the-stream-window",
      "6.9.1-flow-control-window/server-window-in-range",
      "6.9.1-flow-control-window/trailers-without-credit", "real-openings/grpcio-h2c",
      "real-openings/grpcio-tls"),
     fails(lambda gate, frame: len(frame.payload) == MAX_FRAME_SIZE, FRAME_SIZE_ERROR)),
    ("answers-ping-ack", "RFC 9113 6.7", "a PING with ACK is answered",
     ("6.7-ping/ack-not-answered",), (), answers_ack),
    ("resets-on-trailers", "RFC 9113 8.1", "trailers are refused",
     ("8.1-message-framing/*trailers", "8.1-message-framing/trailers-*", "!situation:*-in-trailers",
      "!situation:second-headers-without-end-stream", "!8.1-message-framing/response-trailers",
      "!situation:*-half-closed-remote", "6.2-headers/trailers-with-padding-and-priority",
      "6.9.1-flow-control-window/trailers-without-credit", "8.1.1-content-length/true-length-with-trailers",
      "4.3-field-blocks/table-after-trailers", "8.2.2-connection-specific-fields/te-trailers-before-trailers",
      "rfc9110-fields/announced-trailers", "4.1-frame-format/content-octet-by-octet",
      "rfc9110-fields/trailers-with-*"),
     ("10.5.1-field-block-size/limit-in-trailers", "4.2-frame-size/trailers-over-the-limit",
      "4.3-field-blocks/decoding-error-in-trailers",
      "4.3-field-blocks/split-trailers-behind-the-server-reset",
      "5.1-stream-states-half-closed/data-after-trailers", "5.5-extensions/unknown-type-inside-trailers",
      "6.10-continuation/in-trailers", "6.2-headers/frame-inside-a-trailer-block",
      "6.2-headers/pad-length-over-payload-in-trailers", "8.1-message-framing/data-behind-trailers",
      "8.1-message-framing/frames-between-the-parts", "8.1-message-framing/second-trailers",
      "8.1-message-framing/split-second-headers", "8.1.1-content-length/shorter-with-trailers",
      "8.1.1-content-length/trailers-in-place-of-content", "8.2.1-field-names/*-trailer-name",
      "8.2.1-field-names/upper-case-in-trailers", "8.2.1-field-values/*-trailer",
      "8.2.2-connection-specific-fields/*-in-trailers", "hpack-size-updates/*-trailers",
      "situation:pseudo-field-in-*",
      "6.2-headers/rst-stream-inside-a-trailer-block"), resets(is_trailers, REFUSED_STREAM)),
    ("fails-on-padded-data", "RFC 9113 6.1", "padding on DATA ends the connection",
     ("4.2-frame-size/padded-data-of-16384", "6.1-data/padding-is-charged-and-given-back",
      "6.1-data/nothing-but-padding", "6.1-data/padding-is-no-content",
      "8.1.1-content-length/padding-is-not-counted"),
     ("4.1-frame-format/content-octet-by-octet", "6.1-data/pad-*", "6.1-data/padded-without-pad-length",
      "8.1.1-content-length/padding-does-not-fill-the-length"),
     fails(padded(DATA))),
    ("fails-on-padded-headers", "RFC 9113 6.2", "padding on HEADERS ends the connection",
     ("6.2-headers/padding", "6.2-headers/nothing-but-padding", "6.2-headers/padding-before-continuation",
      "openings-clients/padded-request", "8.1-message-framing/padded-trailers",
      "5.3-priority-signals/headers-with-priority-and-padding", "4.1-frame-format/octet-by-octet"),
     ("6.2-headers/padded-without-pad-length", "6.2-headers/trailers-with-padding-and-priority",
      "situation:headers-pad-*"), fails(padded(HEADERS))),
    ("resets-on-nonzero-padding", "RFC 9113 6.2", "padding that is not zero resets the stream",
     ("situation:padding-not-zero",), (), resets(nonzero_padding, PROTOCOL_ERROR)),
    ("fails-on-empty-data", "RFC 9113 6.1", "an empty DATA ends the connection",
     ("6.1-data/empty-frames", "8.1-message-framing/empty-data-ends-the-request",
      "8.1-message-framing/data-in-many-frames", "8.1.1-content-length/true-length-then-empty-data",
      "6.9.1-flow-control-window/empty-end-stream-without-credit"),
     ("5.1-stream-states-idle/empty-data-with-end-stream",
      "8.1-message-framing/content-behind-an-early-response",
      "8.1.1-content-length/empty-data-behind-content-length", "8.5-connect/trailers-on-a-tunnel",
      "real-openings/grpcio-h2c", "real-openings/grpcio-tls"),
     fails(of(DATA, also=lambda gate, frame: not frame.payload and gate.state(frame.stream) == 3))),
    ("refuses-no-content-length", "RFC 9113 8.1.1", "a request with content has to announce its length",
     ("8.1.1-content-length/no-length",),
     ("4.1-frame-format/end-stream-bit-on-continuation", "4.1-frame-format/request-reserved-bit",
      "4.2-frame-size/data-*", "4.2-frame-size/headers-over-the-limit-beside-another-connection",
      "5.1-stream-states-half-closed/data-after-the-end-of-content",
      "5.1-stream-states-half-closed/server-after-its-end-stream",
      "5.1.1-stream-identifiers/server-uses-no-other-stream", "5.1.2-concurrency/data-of-a-refused-stream",
      "5.1.2-concurrency/finished-streams-do-not-count", "5.1.2-concurrency/split-request-over-the-limit",
      "5.1.2-concurrency/table-after-a-refused-stream", "5.2-flow-control/reads-while-blocked",
      "5.3-priority-signals/dependency-loop", "5.5-extensions/unknown-type-on-open-stream",
      "6.3-priority/between-headers-and-data", "6.4-rst-stream/cancel-one-of-three",
      "6.9-window-update/credit-while-the-request-is-open",
      "6.9.1-flow-control-window/content-that-fits-exactly", "6.9.1-flow-control-window/highest-windows",
      "6.9.1-flow-control-window/response-that-fits-exactly",
      "6.9.1-flow-control-window/small-echo-keeps-within-the-window",
      "6.9.1-flow-control-window/small-responses-use-up-the-connection-window",
      "6.9.2-initial-window-size/lowered-while-the-request-is-open",
      "6.9.2-initial-window-size/raised-while-the-request-is-open", "7-error-codes/unknown-code-in-goaway",
      "8.1-message-framing/chunked-coding-is-plain-content",
      "8.3.1-request-pseudo-fields/without-path-but-with-content", "8.3.2-responses/echo",
      "8.7-request-reliability/refused-stream-has-no-response", "hpack-size-updates/newest-entry-survives",
      "hpack-strings/huffman-entry-in-the-table", "hpack-strings/huffman-request",
      "hpack-tables/duplicate-entries", "hpack-tables/name-from-the-dynamic-table",
      "hpack-tables/name-of-an-evicted-entry", "hpack-tables/newest-entry-is-62",
      "hpack-tables/older-entries-move-up", "hpack-tables/other-literals-insert-nothing",
      "hpack-tables/static-method", "hpack-tables/static-names", "openings-clients/grpc",
      "rfc9110-head-and-no-content/head-with-content"), resets(whole_without_length, PROTOCOL_ERROR)),
    ("fails-on-continuation", "RFC 9113 6.10", "CONTINUATION ends the connection",
     ("situation:few-continuations", "4.3-field-blocks/two-fragments",
      "4.3-field-blocks/cut-inside-an-integer", "5.1-stream-states-idle/end-stream-before-continuation",
      "8.1-message-framing/headers-ended-by-continuation", "8.1-message-framing/split-trailers",
      "6.2-headers/padding-before-continuation"),
     ("10.3-smuggling/*", "4.1-frame-format/continuation-unused-flags",
      "4.1-frame-format/end-stream-bit-on-continuation", "4.1-frame-format/request-reserved-bit",
      "4.2-frame-size/continuation-over-the-limit", "4.3-field-blocks/headers-without-fragment",
      "4.3-field-blocks/insertion-across-fragments",
      "4.3-field-blocks/split-trailers-behind-the-server-reset",
      "4.3-field-blocks/truncated-integer-in-continuation", "5.1-stream-states-half-closed/split-block",
      "5.1.2-concurrency/split-request-over-the-limit",
      "6.10-continuation/after-a-continuation-with-end-headers", "6.10-continuation/after-end-headers",
      "6.10-continuation/without-block-beside-another-connection", "6.2-headers/nothing-but-padding",
      "6.2-headers/pad-length-equal-to-payload", "6.2-headers/padded-without-pad-length",
      "6.2-headers/padding-and-priority-do-not-fit", "6.2-headers/priority-fields-cut",
      "8.1-message-framing/pseudo-field-in-split-trailers", "8.1-message-framing/split-second-headers",
      "8.1.1-content-length/length-in-a-continuation", "8.2.1-field-names/bad-name-in-a-continuation",
      "8.2.1-field-names/name-split-by-a-continuation", "8.2.1-field-values/crlf-split-by-a-continuation",
      "8.2.1-field-values/trailing-space-in-a-continuation",
      "8.2.2-connection-specific-fields/connection-in-a-continuation",
      "8.2.3-cookies/crumbs-over-two-frames", "8.3-pseudo-fields/late-path-in-a-continuation",
      "8.3-pseudo-fields/repeated-across-frames", "hpack-size-updates/between-fields",
      "situation:continuation-on-*", "situation:frame-inside-*", "situation:unknown-frame-in-*"),
     fails(of(CONTINUATION, also=lambda gate, frame: bool(gate.block)), FRAME_SIZE_ERROR)),
    ("fails-on-empty-fragments", "RFC 9113 6.2", "HEADERS without a fragment ends the connection",
     ("4.3-field-blocks/headers-without-fragment", "6.2-headers/nothing-but-padding"), (),
     fails(empty_fragment)),
    ("fails-on-ping", "RFC 9113 6.7",
     "PING behind the first SETTINGS, before any request, ends the connection",
     ("openings-clients/ping-first",),
     ("3.4-preface/ping-before-settings", "4.1-frame-format/length-without-the-header",
      "4.1-frame-format/ping-reserved-bit", "4.1-frame-format/ping-unused-flags",
      "5.4-errors/another-connection-lives-after-a-connection-error", "5.4-errors/goaway-names-no-stream",
      "5.4-errors/nothing-behind-a-connection-error", "5.4-errors/one-goaway", "6.7-ping/ack-not-answered",
      "6.7-ping/ack-on-a-stream", "6.7-ping/acknowledged", "6.7-ping/each-acknowledged",
      "6.7-ping/on-a-stream", "situation:ping-bad-*"),
     fails(of(PING, also=lambda gate, frame: gate.highest == 0 and not frame.payload.startswith(b"h2cf")))),
)  # fmt: skip

MUTANTS = mutants(ROWS, "incoming")
