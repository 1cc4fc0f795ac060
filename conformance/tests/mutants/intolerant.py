"""Mutants that take offence at frames which are allowed (RFC 9113 4.1, 5.1, 5.5, 6)."""

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
    FLOW_CONTROL_ERROR,
    FRAME_SIZE_ERROR,
    GOAWAY,
    HEADERS,
    KNOWN,
    MAX_31,
    MAX_FRAME_SIZE,
    PADDED,
    PING,
    PRIORITY,
    PRIORITY_FLAG,
    PRIORITY_UPDATE,
    PROTOCOL_ERROR,
    PUSH_PROMISE,
    REFUSED_STREAM,
    RST_STREAM,
    SETTINGS,
    STREAM_CLOSED,
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
DEFINED_ERRORS = 14
CLOSED = 6
"""States from here on are closed ones."""


def fails(seen: Matching, code: int = PROTOCOL_ERROR) -> Rewrite:
    """End the connection at such a frame; what was not yet sent is lost."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        if not seen(gate, frame):
            return None
        gate.forget_output()
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


def sound_priority(gate: Gate, frame: Frame) -> bool:
    return frame.type == PRIORITY and len(frame.payload) == 5 and frame.stream > 0


def sound_rst_stream(gate: Gate, frame: Frame) -> bool:
    return frame.type == RST_STREAM and len(frame.payload) == 4 and not gate.is_idle(frame.stream)


def sound_priority_update(gate: Gate, frame: Frame) -> bool:
    return frame.type == PRIORITY_UPDATE and not frame.stream and bool(frame.number & MAX_31)


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


def is_closed(gate: Gate, frame: Frame) -> bool:
    return frame.stream > 0 and gate.state(frame.stream) >= CLOSED


def setting(*numbers: int) -> Matching:
    return of(SETTINGS, also=lambda gate, frame: any(number in numbers for number, _ in frame.settings))


def unknown_setting(gate: Gate, frame: Frame) -> bool:
    return frame.type == SETTINGS and any(
        number not in (1, 2, 3, 4, 5, 6, 8, 9) for number, _ in frame.settings
    )


def later_settings(gate: Gate, frame: Frame) -> bool:
    if frame.type != SETTINGS or frame.has(ACK):
        return False
    gate.notes["settings"] = gate.notes.get("settings", 0) + 1
    return bool(gate.notes["settings"] > 1)


def padded(kind: int) -> Matching:
    return of(
        kind,
        also=lambda gate, frame: (
            frame.has(PADDED) and bool(frame.payload) and frame.payload[0] < len(frame.payload)
        ),
    )


def first_stream(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and gate.highest == 0 and frame.stream > 1 and frame.stream % 2 == 1


def gap(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and 0 < gate.highest < frame.stream - 2 and frame.stream % 2 == 1


def highest_windows(gate: Gate, frame: Frame) -> bool:
    """A window of exactly 2^31-1 is held for an overflow."""
    if frame.type != WINDOW_UPDATE or len(frame.payload) != 4:
        return False
    live = gate.connection.streams.live.get(frame.stream)
    window = gate.connection.send_window if not frame.stream else live.send_window if live else 0
    return window + (frame.number & MAX_31) == MAX_31


def is_trailers(gate: Gate, frame: Frame) -> bool:
    return frame.type == HEADERS and frame.has(END_STREAM) and gate.state(frame.stream) == 3


def nonzero_padding(gate: Gate, frame: Frame) -> bool:
    if frame.type not in (DATA, HEADERS) or not frame.has(PADDED) or not frame.payload:
        return False
    size = frame.payload[0]
    return size < len(frame.payload) and any(frame.payload[len(frame.payload) - size :])


def own_dependency(gate: Gate, frame: Frame) -> bool:
    payload = frame.payload
    if frame.type == HEADERS and frame.has(PRIORITY_FLAG):
        payload = payload[frame.has(PADDED) :]
    elif frame.type != PRIORITY or len(payload) != 5:
        return False
    return int.from_bytes(payload[:4], "big") & MAX_31 == frame.stream


def answers_ack(gate: Gate, frame: Frame) -> None:
    if frame.type == PING and len(frame.payload) == 8 and frame.stream == 0 and frame.has(ACK):
        gate.say(Frame(PING, ACK, 0, frame.payload))


def resets_back(gate: Gate, frame: Frame) -> None:
    if frame.type == RST_STREAM and is_closed(gate, frame):
        gate.reset(frame.stream, STREAM_CLOSED)


def settings_ack_unasked(gate: Gate, frame: Frame) -> bool:
    return (
        frame.type == SETTINGS and frame.has(ACK) and not frame.stream and not gate.connection._unacknowledged
    )


def after_our_reset(gate: Gate, frame: Frame) -> bool:
    return frame.stream > 0 and gate.state(frame.stream) == 8 and frame.type in (DATA, HEADERS)


def unknown_code(gate: Gate, frame: Frame) -> bool:
    if frame.type == RST_STREAM:
        return len(frame.payload) == 4 and frame.number >= DEFINED_ERRORS
    return frame.type == GOAWAY and int.from_bytes(frame.payload[4:8], "big") >= DEFINED_ERRORS


def empty_fragment(gate: Gate, frame: Frame) -> bool:
    if frame.type != HEADERS or frame.has(END_HEADERS):
        return False
    pad = 1 + frame.payload[0] if frame.has(PADDED) and frame.payload else 0
    return len(frame.payload) == pad


def too_small(gate: Gate, frame: Frame) -> bool:
    """A limit a client set at its lowest is taken for a fault."""
    return frame.type == SETTINGS and any((n, v) in ((1, 0), (3, 0), (5, 16_384)) for n, v in frame.settings)


def small_window(gate: Gate, frame: Frame) -> bool:
    return frame.type == SETTINGS and any(number == 4 and value < 100 for number, value in frame.settings)


def too_large(gate: Gate, frame: Frame) -> bool:
    return frame.type == SETTINGS and any(
        v >= MAX_31 or (n, v) == (5, (1 << 24) - 1) for n, v in frame.settings
    )


ROWS: tuple[Row, ...] = (
    # name, rule, sentence, kills, touches, rewrite
    ("fails-on-unknown-types", "RFC 9113 5.5", "a frame of unknown type ends the connection",
     ("situation:unknown-frame-type", "5.5-extensions/unknown-setting-and-error-code-and-type",
      "openings-clients/reserved-frame-types", "!rfc7838-altsvc/empty",
      "!rfc7838-altsvc/origin-longer-than-the-frame"),
     ("situation:unknown-frame-in-field-block",), fails(is_unknown)),
    ("hangs-on-altsvc", "RFC 7838 4", "nothing is read any more behind an ALTSVC",
     ("rfc7838-altsvc/*",), ("situation:unknown-frame-type",), hangs(of(ALTSVC))),
    ("fails-on-unused-flags", "RFC 9113 4.1", "a flag without a meaning ends the connection",
     ("situation:unused-flag",), (), fails(unused_flags)),
    ("fails-on-reserved-bits", "RFC 9113 4.1", "a reserved bit that is set ends the connection",
     ("situation:reserved-bit", "6.9-window-update/reserved-bit"), (), fails(reserved_bits)),
    ("fails-on-full-frames", "RFC 9113 4.2", "a frame of 16,384 octets is too large",
     ("situation:frame-of-16384",), ("*",),
     fails(lambda gate, frame: len(frame.payload) == MAX_FRAME_SIZE, FRAME_SIZE_ERROR)),
    ("fails-on-priority", "RFC 9113 5.3.2", "PRIORITY ends the connection",
     ("situation:priority-on-*", "6.3-priority/between-*", "6.3-priority/opens-nothing",
      "openings-clients/nghttp", "5.1-stream-states-reserved/priority", "5.1-stream-states-idle/priority*",
      "openings-clients/firefox", "5.3-priority-signals/dependency-loop",
      "5.1.2-concurrency/idle-streams-do-not-count", "8.1-message-framing/frames-between-the-parts",
      "5.1.1-stream-identifiers/skipped-stream-priority", "!situation:priority-on-stream-0"),
     ("situation:priority-*", "*"),
     fails(sound_priority, STREAM_CLOSED)),
    ("resets-on-priority-fields", "RFC 9113 5.3.2", "HEADERS with priority fields is refused",
     ("5.3-priority-signals/headers-*", "openings-clients/chromium", "openings-clients/firefox*",
      "openings-clients/nghttp", "6.2-headers/trailers-with-padding-and-priority", "rfc9218-settings/old-*"),
     ("*",), resets(of(HEADERS, also=lambda gate, frame: frame.has(PRIORITY_FLAG)), REFUSED_STREAM)),
    ("fails-on-self-dependency", "RFC 9113 5.3.2",
     "a stream that depends on itself ends the connection with REFUSED_STREAM",
     ("situation:headers-depends-on-itself", "situation:priority-depends-on-itself*",
      "rfc9218-settings/old-self-dependency-is-ignored"),
     (), fails(own_dependency, REFUSED_STREAM)),
    ("fails-on-window-update-on-closed", "RFC 9113 5.1, 6.9",
     "WINDOW_UPDATE on a closed stream ends the connection",
     ("situation:window-update-on-closed", "rfc7540-streams/nothing-but-priority-on-a-closed-stream"), ("*",),
     fails(of(WINDOW_UPDATE, also=is_closed), STREAM_CLOSED)),
    ("resets-on-window-update-when-half-closed", "RFC 9113 5.1",
     "WINDOW_UPDATE on a half-closed (remote) stream resets it",
     ("situation:window-update-on-half-closed-remote", "6.9-window-update/dribble"), ("*",),
     resets(of(WINDOW_UPDATE, also=lambda gate, frame: gate.state(frame.stream) == 5), STREAM_CLOSED)),
    ("answers-rst-stream-with-rst-stream", "RFC 9113 5.4.2",
     "RST_STREAM on a closed stream is answered by RST_STREAM",
     ("situation:rst-stream-on-closed",), ("5.1-stream-states-closed/*", "5.4-errors/*", "flood-*"),
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
     ("*",),
     fails(sound_rst_stream)),
    ("fails-on-unknown-codes", "RFC 9113 7", "an unknown error code ends the connection",
     ("situation:rst-stream-unknown-code", "situation:goaway-unknown-code",
      "!7-error-codes/every-defined-code-in-rst-stream"),
     ("5.5-extensions/*",), fails(unknown_code)),
    ("fails-on-unknown-settings", "RFC 9113 6.5.2", "an unknown setting ends the connection",
     ("situation:unknown-setting", "6.5.2-settings-values/unknown-settings-in-the-preface",
      "openings-clients/reserved-settings", "5.5-extensions/unknown-setting-and-error-code-and-type"),
     ("*",), fails(unknown_setting)),
    ("fails-on-enable-connect-protocol", "RFC 8441 3",
     "ENABLE_CONNECT_PROTOCOL of a client ends the connection",
     ("situation:enable-connect-protocol-to-server*",), ("*",), fails(setting(8), STREAM_CLOSED)),
    ("fails-on-no-rfc7540-priorities", "RFC 9218 2.1", "NO_RFC7540_PRIORITIES ends the connection",
     ("rfc9218-settings/value-0", "rfc9218-settings/value-1", "rfc9218-settings/repeated-unchanged",
      "rfc9218-settings/switched-o*", "rfc9218-settings/old-*"),
     ("*",), fails(setting(9), STREAM_CLOSED)),
    ("fails-on-later-settings", "RFC 9113 6.5", "SETTINGS behind the preface ends the connection",
     ("6.5-settings/at-any-time", "6.5.3-settings-synchronization/one-ack-each",
      "openings-clients/settings-twice", "6.5.3-settings-synchronization/empty-settings-are-acknowledged",
      "6.5-settings/last-frame-wins", "6.5.3-settings-synchronization/ack-is-immediate",
      "6.5.2-settings-values/enable-push-0-and-1", "6.5.2-settings-values/twenty-settings-in-a-frame",
      "hpack-encoder/lowered-*", "6.9.2-initial-window-size/*", "!6.9.2-initial-window-size/change-*",
      "!6.9.2-initial-window-size/connection-window-is-not-lowered", "4.1-frame-format/settings-reserved-bit",
      "3.4-preface/second-settings-in-the-same-write", "6.6-push-promise/none-after-*",
      "6.6-push-promise/again-*", "5.2-flow-control/control-frames-pass-a-zero-window"),
     ("*",), fails(later_settings)),
    ("fails-on-lowest-settings", "RFC 9113 6.5.2", "the lowest values of settings end the connection",
     ("6.5.2-settings-values/lowest-values", "openings-clients/lowest-settings",
      "openings-clients/table-size-0", "hpack-encoder/no-table-from-the-start"),
     ("*",), fails(too_small)),
    ("fails-on-highest-settings", "RFC 9113 6.5.2", "the highest values of settings end the connection",
     ("6.5.2-settings-values/boundary-values", "openings-clients/largest-settings",
      "openings-clients/largest-windows", "5.2-flow-control/largest-window"),
     ("*",), fails(too_large)),
    ("fails-on-small-windows", "RFC 9113 6.5.2", "an INITIAL_WINDOW_SIZE below 100 ends the connection",
     ("openings-clients/smallest-windows", "5.2-flow-control/window-of-one-octet"), ("*",),
     fails(small_window)),
    ("fails-on-settings-ack-nobody-asked-for", "RFC 9113 6.5.3",
     "a SETTINGS acknowledgement too many ends the connection",
     ("situation:settings-ack-unasked",), ("*",), fails(settings_ack_unasked, STREAM_CLOSED)),
    ("answers-ping-ack", "RFC 9113 6.7", "a PING with ACK is answered",
     ("6.7-ping/ack-not-answered",), ("6.7-ping/*",), answers_ack),
    ("fails-on-highest-windows", "RFC 9113 6.9.1", "a window of 2^31-1 octets is held for an overflow",
     ("6.9.1-flow-control-window/highest-windows",), ("*",), fails(highest_windows, FLOW_CONTROL_ERROR)),
    ("resets-on-trailers", "RFC 9113 8.1", "trailers are refused",
     ("8.1-message-framing/*trailers", "8.1-message-framing/trailers-*", "!situation:*-in-trailers",
      "!situation:second-headers-without-end-stream", "!8.1-message-framing/response-trailers",
      "!situation:*-half-closed-remote", "6.2-headers/trailers-with-padding-and-priority",
      "6.9.1-flow-control-window/trailers-without-credit", "8.1.1-content-length/true-length-with-trailers",
      "4.3-field-blocks/table-after-trailers", "8.2.2-connection-specific-fields/te-trailers-before-trailers",
      "rfc9110-fields/announced-trailers", "4.1-frame-format/content-octet-by-octet",
      "rfc9110-fields/trailers-with-*"),
     ("*",), resets(is_trailers, REFUSED_STREAM)),
    ("fails-on-padded-data", "RFC 9113 6.1", "padding on DATA ends the connection",
     ("4.2-frame-size/padded-data-of-16384", "6.1-data/padding-is-charged-and-given-back",
      "8.1.1-content-length/padding-is-not-counted"),
     ("*",), fails(padded(DATA))),
    ("fails-on-padded-headers", "RFC 9113 6.2", "padding on HEADERS ends the connection",
     ("6.2-headers/padding", "6.2-headers/nothing-but-padding", "6.2-headers/padding-before-continuation",
      "openings-clients/padded-request", "8.1-message-framing/padded-trailers",
      "5.3-priority-signals/headers-with-priority-and-padding", "4.1-frame-format/octet-by-octet"),
     ("*",), fails(padded(HEADERS))),
    ("resets-on-nonzero-padding", "RFC 9113 6.2", "padding that is not zero resets the stream",
     ("situation:padding-not-zero",), (), resets(nonzero_padding, PROTOCOL_ERROR)),
    ("fails-on-empty-data", "RFC 9113 6.1", "an empty DATA ends the connection",
     ("6.1-data/empty-frames", "8.1-message-framing/empty-data-ends-the-request",
      "8.1-message-framing/data-in-many-frames", "8.1.1-content-length/true-length-then-empty-data"),
     ("*",), fails(of(DATA, also=lambda gate, frame: not frame.payload and gate.state(frame.stream) == 3))),
    ("fails-on-continuation", "RFC 9113 6.10", "CONTINUATION ends the connection",
     ("situation:few-continuations", "4.3-field-blocks/two-fragments",
      "4.3-field-blocks/cut-inside-an-integer", "5.1-stream-states-idle/end-stream-before-continuation",
      "8.1-message-framing/headers-ended-by-continuation", "8.1-message-framing/split-trailers",
      "6.2-headers/padding-before-continuation"),
     ("*",), fails(of(CONTINUATION, also=lambda gate, frame: bool(gate.block)), FRAME_SIZE_ERROR)),
    ("fails-on-empty-fragments", "RFC 9113 6.2", "HEADERS without a fragment ends the connection",
     ("4.3-field-blocks/headers-without-fragment", "6.2-headers/nothing-but-padding"), ("*",),
     fails(empty_fragment)),
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
     ("*",), fails(of(GOAWAY, also=lambda gate, frame: len(frame.payload) >= 8 and not frame.stream), 0)),
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
     ("rfc9218-*",),
     fails(sound_priority_update, STREAM_CLOSED)),
    ("fails-on-ping", "RFC 9113 6.7",
     "PING behind the first SETTINGS, before any request, ends the connection",
     ("openings-clients/ping-first",), ("*",),
     fails(of(PING, also=lambda gate, frame: gate.highest == 0 and not frame.payload.startswith(b"h2cf")))),
)  # fmt: skip

MUTANTS = mutants(ROWS, "incoming")
