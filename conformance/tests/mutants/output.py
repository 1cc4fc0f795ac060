"""Mutants whose own frames break a rule: they are rewritten on their way to the client (RFC 9113 4, 6)."""

from .blocked import is_blocked
from .gate import Gate
from .model import Row, mutants
from .rewriting import altered, changed, doubled, flags, followed, of, preceded
from .wire import (
    ACK,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    MAX_FRAME_SIZE,
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


def pad_data(gate: Gate, frame: Frame) -> None:
    pad(frame)
    gate.connection.send_window -= 4


def is_small_end(gate: Gate, frame: Frame) -> bool:
    """Tell the ends of short responses, with windows that padding fits into."""
    ours = gate.connection
    wide = min(ours.send_window, ours.remote.initial_window_size) > 1000
    return frame.has(END_STREAM) and len(frame.payload) < 1000 and wide


def joined(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A full DATA frame goes out as one with the next of its stream."""
    if frame.type != DATA:
        return None
    held: dict[int, Frame] = gate.notes.setdefault("held", {})
    if frame.stream in held:
        frame.payload = held.pop(frame.stream).payload + frame.payload
    elif len(frame.payload) == MAX_FRAME_SIZE and not frame.has(END_STREAM):
        held[frame.stream] = frame
        return []
    return None


def is_plain_ack(gate: Gate, frame: Frame) -> bool:
    """Tell acknowledgements of PINGs that are no fences of the judge."""
    return frame.has(ACK) and not frame.payload.startswith(b"h2cf")


def held_pings(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == PING and frame.has(ACK) and is_blocked(gate):
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


def later_data(gate: Gate, frame: Frame) -> bool:
    """Tell the DATA that ends a stream which had DATA before."""
    seen: set[int] = gate.notes.setdefault("data", set())
    again = frame.stream in seen
    seen.add(frame.stream)
    return again and frame.has(END_STREAM)


def crossed(frame: Frame) -> None:
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
    ("holds-ping-acks-while-blocked", "RFC 9113 6.7",
     "PING is not answered while a response waits for credit",
     ("6.7-ping/before-a-held-response", "6.7-ping/after-half-close"),
     ("4.1-frame-format/window-update-unused-flags", "5.1-stream-states-half-closed/*",
      "5.1.2-concurrency/at-the-limit", "5.1.2-concurrency/half-closed-streams-over-the-limit",
      "5.2-flow-control/*", "5.3-priority-signals/priority-depends-on-itself",
      "5.4-errors/rst-stream-is-the-last-frame", "5.4-errors/stream-error-and-decoding-error",
      "6.3-priority/bad-length-on-half-closed",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "6.5-settings/absent-setting-keeps-its-value", "6.5-settings/last-frame-wins",
      "6.5-settings/last-value-wins", "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/applied-before-the-next-frame",
      "6.5.3-settings-synchronization/applied-without-waiting-for-our-ack",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/order-of-values",
      "6.5.3-settings-synchronization/request-then-lower-window", "6.7-ping/ahead-of-data",
      "6.8-goaway/large-response-is-finished", "6.9-window-update/before-the-response",
      "6.9-window-update/dribble", "6.9-window-update/exempt-frames-while-the-window-is-empty",
      "6.9-window-update/reserved-bit", "6.9-window-update/stream-credit-is-for-one-stream",
      "6.9-window-update/zero-on-a-half-closed-stream",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/blocked-stream-window-overflow",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.1-flow-control-window/small-*",
      "6.9.1-flow-control-window/used-connection-window-may-be-filled",
      "6.9.1-flow-control-window/used-stream-window-may-be-filled",
      "6.9.2-initial-window-size/connection-window-is-not-changed",
      "6.9.2-initial-window-size/connection-window-is-not-lowered",
      "6.9.2-initial-window-size/lowered-before-use",
      "6.9.2-initial-window-size/lowered-while-the-request-is-open",
      "6.9.2-initial-window-size/negative-window", "6.9.2-initial-window-size/negative-window-and-settings",
      "6.9.2-initial-window-size/new-streams", "6.9.2-initial-window-size/raised-from-zero",
      "6.9.2-initial-window-size/two-streams-at-once", "7-error-codes/highest-code-in-rst-stream",
      "8.1-message-framing/data-behind-trailers", "8.1-message-framing/second-trailers",
      "8.4-server-push/client-push-behind-a-request",
      "8.7-request-reliability/goaway-covers-a-response-under-way", "openings-clients/smallest-windows",
      "rfc7540-priority/child-of-a-blocked-parent", "rfc8297-early-hints/interim-before-the-window-opens",
      "rfc9218-priority-update/during-a-response", "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "rfc9218-scheduling/update-after-the-request",
      "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up",
      "6.9.2-initial-window-size/pushed-streams"),
     held_pings),
    ("spoils-ping-payloads", "RFC 9113 6.7", "a PING is answered with another payload",
     ("6.7-ping/acknowledged", "6.7-ping/each-acknowledged", "4.1-frame-format/ping-*"),
     ("3.4-preface/three-requests-behind-the-preface", "4.1-frame-format/length-without-the-header",
      "4.1-frame-format/octet-by-octet", "5.2-flow-control/control-frames-pass-a-zero-window",
      "6.7-ping/ahead-of-data", "6.7-ping/before-a-held-response", "openings-clients/ping-first"),
     altered(of(PING, also=is_plain_ack), spoil_ping)),
    ("answers-ping-twice", "RFC 9113 6.7", "a PING is answered twice",
     ("6.7-ping/each-acknowledged",), (), doubled(of(PING, also=is_ack))),
    ("ignores-reset-flags", "RFC 9113 4.1", "DATA goes out with a flag that means nothing",
     ("4.1-frame-format/server-leaves-unused-flags-unset",), (), altered(of(DATA), flags(on=0x40))),
    ("sets-reserved-bits", "RFC 9113 4.1", "HEADERS goes out with the reserved bit set",
     ("4.1-frame-format/server-leaves-reserved-bit-unset",), ("4.1-frame-format/request-reserved-bit",),
     altered(of(HEADERS), reserved)),
    ("pads-with-text", "RFC 9113 6.1", "padding of the DATA that ends a short response is not zero",
     ("6.1-data/server-pads-with-zeros",),
     ("6.2-headers/server-blocks-are-contiguous", "6.6-push-promise/promise-format"),
     changed(of(DATA, also=is_small_end), pad_data)),
    ("pads-headers-with-text", "RFC 9113 6.2", "padding of HEADERS is not zero",
     ("6.2-headers/server-blocks-are-contiguous",),
     ("6.1-data/server-pads-with-zeros", "6.6-push-promise/promise-format"), altered(of(HEADERS), pad)),
    ("sends-oversized-frames", "RFC 9113 4.2", "a full DATA frame goes out as one with the next",
     ("4.2-frame-size/server-keeps-*",),
     ("5.2-flow-control/window-of-the-connection", "6.5.3-settings-synchronization/order-of-values"),
     joined),
    ("interrupts-field-blocks", "RFC 9113 6.10", "a WINDOW_UPDATE goes out inside a field block",
     ("6.10-continuation/server-continuations", "6.2-headers/server-blocks-are-contiguous",
      "6.6-push-promise/promise-format", "4.3-field-blocks/responses-decode",
      "8.1-message-framing/response-framing"),
     (), split_block),
    ("sends-data-on-stream-0", "RFC 9113 6.1", "the DATA that ends a long response goes out on stream 0",
     ("6.1-data/server-data-is-on-a-stream",),
     ("8.4-server-push/pushed-stream-cancelled",
      "4.1-frame-format/server-leaves-unused-flags-unset", "4.2-frame-size/server-*",
      "5.1-stream-states-closed/credit-*", "5.1.2-concurrency/half-closed-streams-over-the-limit",
      "5.2-flow-control/credit-while-data-flows", "5.2-flow-control/large-response-with-credit",
      "6.1-data/server-pads-with-zeros", "6.9-window-update/credit-*", "6.9-window-update/server-increments",
      "6.9.1-flow-control-window/empty-end-stream-without-credit",
      "6.9.1-flow-control-window/exactly-the-stream-window",
      "6.9.1-flow-control-window/server-window-in-range", "6.9.1-flow-control-window/trailers-without-credit",
      "8.1-message-framing/response-framing", "8.4-server-push/pushed-stream-refused",
      "8.5-connect/tunnel-beside-requests", "8.5-connect/tunnel-sends-data-alone",
      "rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "rfc9218-scheduling/low-urgency-is-served-in-the-end", "rfc9218-scheduling/tunnel-gets-a-share",
      "rfc9218-settings/old-signals-do-not-order", "5.2-flow-control/content-in-pieces-keeps-its-order",
      "6.9.2-initial-window-size/pushed-streams"), altered(of(DATA, also=later_data), crossed)),
    ("credits-streams-nobody-opened", "RFC 9113 5.1.1",
     "a WINDOW_UPDATE goes out on a stream that nobody opened",
     ("5.1.1-stream-identifiers/server-uses-no-other-stream", "6.9-window-update/server-increments",
      "5.1-stream-states-idle/headers-with-end-stream"),
     ("4.1-frame-format/request-reserved-bit", "4.1-frame-format/server-leaves-reserved-bit-unset",
      "5.1.1-stream-identifiers/server-streams-are-even", "6.1-data/server-data-is-on-a-stream",
      "6.2-headers/server-blocks-are-contiguous", "6.4-rst-stream/server-resets-on-the-stream",
      "6.6-push-promise/promised-while-open", "8.1-message-framing/response-framing",
      "8.4-server-push/promised-stream-is-even", "8.4-server-push/second-request-pushes-higher",
      "rfc7540-streams/promised-request"),
     followed(of(WINDOW_UPDATE, HEADERS), foreign_stream)),
    ("credits-0", "RFC 9113 6.9", "a WINDOW_UPDATE of 0 goes out",
     ("6.9-window-update/server-increments", "6.9.1-flow-control-window/server-window-in-range"), (),
     followed(of(WINDOW_UPDATE), lambda frame: Frame(WINDOW_UPDATE, 0, 0, bytes(4)))),
    ("never-ends-long-responses", "RFC 9113 8.1", "no DATA behind the first of a response has END_STREAM",
     ("8.1-message-framing/response-framing",),
     ("8.4-server-push/pushed-stream-cancelled",
      "4.1-frame-format/server-leaves-unused-flags-unset", "4.2-frame-size/server-*",
      "5.1-stream-states-closed/credit-*", "5.1.2-concurrency/half-closed-streams-over-the-limit",
      "5.2-flow-control/credit-while-data-flows", "5.2-flow-control/large-response-with-credit",
      "6.1-data/server-data-is-on-a-stream", "6.1-data/server-pads-with-zeros", "6.9-window-update/credit-*",
      "6.9-window-update/server-increments", "6.9.1-flow-control-window/empty-end-stream-without-credit",
      "6.9.1-flow-control-window/exactly-the-stream-window",
      "6.9.1-flow-control-window/server-window-in-range", "6.9.1-flow-control-window/trailers-without-credit",
      "8.4-server-push/pushed-stream-refused", "8.5-connect/tunnel-beside-requests",
      "8.5-connect/tunnel-sends-data-alone",
      "rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "rfc9218-scheduling/low-urgency-is-served-in-the-end", "rfc9218-scheduling/tunnel-gets-a-share",
      "rfc9218-settings/old-signals-do-not-order", "5.2-flow-control/content-in-pieces-keeps-its-order",
      "6.9.2-initial-window-size/pushed-streams"),
     altered(of(DATA, also=later_data), flags(off=END_STREAM))),
    ("never-ends-with-headers", "RFC 9113 8.1", "no HEADERS has END_STREAM",
     ("8.1-message-framing/response-trailers", "rfc9110-head-and-no-content/*",
      "!situation:field-name-upper-case", "!rfc9110-head-and-no-content/interim-*",
      "!rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "!rfc9110-head-and-no-content/not-modified-has-the-validators"),
     ("4.3-field-blocks/response-trailers", "4.3-field-blocks/responses-decode",
      "4.3-field-blocks/table-after-trailers", "5.1-stream-states-half-closed/server-after-its-end-stream",
      "6.1-data/nothing-but-padding", "6.2-headers/server-blocks-are-contiguous",
      "6.5.2-settings-values/response-list-within-our-limit",
      "6.9.1-flow-control-window/empty-response-without-credit",
      "8.1-message-framing/trailers-without-content", "8.1.1-content-length/length-zero",
      "8.2.2-connection-specific-fields/no-connection-fields-in-responses", "8.3.2-responses/head",
      "8.3.2-responses/no-content", "8.3.2-responses/trailers", "8.3.2-responses/unknown-method",
      "9.1-connection-management/other-methods", "hpack-encoder/lowered-to-sixty-four",
      "hpack-encoder/no-table-from-the-start", "hpack-size-updates/alone-in-trailers",
      "rfc7540-upgrade/no-http2-settings-in-responses", "rfc8297-early-hints/head",
      "rfc9110-head-and-no-content/not-modified-has-the-validators", "rfc9110-methods/get-and-head",
      "rfc9110-methods/method-is-case-sensitive", "rfc9110-methods/registered-method"),
     altered(of(HEADERS), flags(off=END_STREAM))),
    ("ends-early", "RFC 9113 8.1", "HEADERS has END_STREAM though DATA follows",
     ("8.1-message-framing/response-framing", "5.1-stream-states-half-closed/server-after-its-end-stream",
      "8.1-message-framing/interim-response-does-not-end-the-stream"),
     ("rfc9110-expect/wrong-length-after-continue",
      "4.3-field-blocks/response-trailers", "5.1-stream-states-closed/no-second-answer",
      "5.1-stream-states-idle/headers-with-end-stream",
      "5.1.2-concurrency/half-closed-streams-over-the-limit", "5.2-flow-control/credit-while-data-flows",
      "5.2-flow-control/large-response-with-credit", "6.6-push-promise/promised-while-open",
      "6.9-window-update/credit-for-content", "6.9-window-update/server-increments",
      "6.9.1-flow-control-window/server-window-in-range", "8.1-message-framing/response-trailers",
      "8.3.2-responses/interim", "8.4-server-push/promise-on-an-open-stream",
      "8.4-server-push/pushed-response-is-whole", "8.6-upgrade/no-101-among-interim-responses",
      "rfc7540-streams/nothing-but-priority-on-a-closed-stream", "rfc8297-early-hints/*",
      "rfc9110-expect/content-without-waiting", "rfc9110-expect/continue-then-final",
      "rfc9110-expect/interim-then-final-on-two-streams",
      "rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "rfc9110-head-and-no-content/head-and-get-agree-on-the-length",
      "rfc9110-head-and-no-content/interim-response-without-length",
      "5.2-flow-control/content-in-pieces-keeps-its-order"),
     altered(of(HEADERS), flags(on=END_STREAM))),
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
