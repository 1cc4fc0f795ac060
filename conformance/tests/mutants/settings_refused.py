"""Mutants that take offence at settings and windows which are allowed (RFC 9113 6.5, 6.9)."""

from .gate import Gate
from .intolerant import fails
from .model import Row, mutants
from .rewriting import Matching, of
from .wire import ACK, FLOW_CONTROL_ERROR, MAX_31, SETTINGS, STREAM_CLOSED, WINDOW_UPDATE, Frame


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


def highest_windows(gate: Gate, frame: Frame) -> bool:
    """A window of exactly 2^31-1 is held for an overflow."""
    if frame.type != WINDOW_UPDATE or len(frame.payload) != 4:
        return False
    live = gate.connection.streams.live.get(frame.stream)
    window = gate.connection.send_window if not frame.stream else live.send_window if live else 0
    return window + (frame.number & MAX_31) == MAX_31


def settings_ack_unasked(gate: Gate, frame: Frame) -> bool:
    return (
        frame.type == SETTINGS and frame.has(ACK) and not frame.stream and not gate.connection._unacknowledged
    )


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
    ("fails-on-unknown-settings", "RFC 9113 6.5.2", "an unknown setting ends the connection",
     ("situation:unknown-setting", "6.5.2-settings-values/unknown-settings-in-the-preface",
      "openings-clients/reserved-settings", "5.5-extensions/unknown-setting-and-error-code-and-type"),
     ("6.5.2-settings-values/bad-value-behind-good-ones", "6.5.2-settings-values/twenty-settings-in-a-frame",
      "openings-clients/grpc", "real-openings/grpcio-h2c", "real-openings/grpcio-tls"),
     fails(unknown_setting)),
    ("fails-on-enable-connect-protocol", "RFC 8441 3",
     "ENABLE_CONNECT_PROTOCOL of a client ends the connection",
     ("situation:enable-connect-protocol-to-server*",), (), fails(setting(8), STREAM_CLOSED)),
    ("fails-on-no-rfc7540-priorities", "RFC 9218 2.1", "NO_RFC7540_PRIORITIES ends the connection",
     ("rfc9218-settings/value-0", "rfc9218-settings/value-1", "rfc9218-settings/repeated-unchanged",
      "rfc9218-settings/switched-o*", "rfc9218-settings/old-*"),
     ("rfc9218-priority-update/server-sends-none", "rfc9218-scheduling/*", "rfc9218-settings/*"),
     fails(setting(9), STREAM_CLOSED)),
    ("fails-on-later-settings", "RFC 9113 6.5", "SETTINGS behind the preface ends the connection",
     ("6.5-settings/at-any-time", "6.5.3-settings-synchronization/one-ack-each",
      "openings-clients/settings-twice", "6.5.3-settings-synchronization/empty-settings-are-acknowledged",
      "6.5-settings/last-frame-wins", "6.5.3-settings-synchronization/ack-is-immediate",
      "6.5.2-settings-values/enable-push-0-and-1", "6.5.2-settings-values/twenty-settings-in-a-frame",
      "hpack-encoder/lowered-*", "6.9.2-initial-window-size/*", "!6.9.2-initial-window-size/change-*",
      "!6.9.2-initial-window-size/connection-window-is-not-lowered", "4.1-frame-format/settings-reserved-bit",
      "3.4-preface/second-settings-in-the-same-write", "6.6-push-promise/none-after-*",
      "6.6-push-promise/again-*", "5.2-flow-control/control-frames-pass-a-zero-window"),
     ("8.4-server-push/pushed-stream-cancelled",
      "4.1-frame-format/server-leaves-reserved-bit-unset",
      "4.1-frame-format/server-leaves-unused-flags-unset", "4.1-frame-format/settings-unused-flags",
      "4.2-frame-size/server-keeps-a-lowered-limit", "4.2-frame-size/settings-over-the-limit",
      "5.1-stream-states-half-closed/rst-stream", "5.1-stream-states-reserved/rst-stream",
      "5.4-errors/one-goaway", "5.5-extensions/unknown-setting-and-error-code-and-type",
      "6.2-headers/settings-inside-a-block", "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "6.5-settings/*", "6.5.2-settings-values/boundary-values", "6.5.2-settings-values/enable-push-2",
      "6.5.2-settings-values/enable-push-highest", "6.5.2-settings-values/lowest-values",
      "6.5.2-settings-values/unknown-settings",
      "6.5.3-settings-synchronization/applied-before-the-next-frame",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/order-of-values",
      "6.5.3-settings-synchronization/request-then-lower-window",
      "6.9-window-update/exempt-frames-while-the-window-is-empty",
      "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "7-error-codes/highest-code-in-rst-stream", "8.1-message-framing/frames-between-the-parts",
      "8.4-server-push/pushed-stream-refused", "hpack-encoder/raised", "hpack-encoder/raised-from-zero",
      "openings-clients/lowest-settings", "rfc7540-priority/exclusive-dependency",
      "rfc7540-priority/parent-before-child", "rfc7540-priority/reprioritized-by-frame",
      "rfc7540-priority/siblings-share-by-weight", "rfc8441-extended-connect/setting-stays",
      "rfc9218-scheduling/*", "rfc9218-settings/repeated-unchanged",
      "situation:no-rfc7540-priorities-invalid", "situation:settings-initial-*", "situation:settings-max-*",
      "hpack-encoder/every-small-table"),
     fails(later_settings)),
    ("fails-on-lowest-settings", "RFC 9113 6.5.2", "the lowest values of settings end the connection",
     ("6.5.2-settings-values/lowest-values", "openings-clients/lowest-settings",
      "openings-clients/table-size-0", "hpack-encoder/no-table-from-the-start"),
     ("4.2-frame-size/server-keeps-a-lowered-limit", "5.1-stream-states-reserved/*",
      "5.1.2-concurrency/client-limit-zero", "6.5.2-settings-values/max-concurrent-streams-zero",
      "6.5.2-settings-values/twenty-settings-in-a-frame",
      "8.4-server-push/no-pushed-response-over-the-limit", "hpack-encoder/lowered-and-raised-in-one-frame",
      "hpack-encoder/lowered-to-zero", "hpack-encoder/our-table-is-not-theirs",
      "hpack-encoder/raised-from-zero", "openings-clients/firefox", "openings-clients/firefox-without-tree",
      "openings-clients/grpc", "openings-clients/python-h2", "real-openings/grpcio-h2c",
      "real-openings/grpcio-tls", "real-openings/httpx-h2c", "real-openings/httpx-tls",
      "real-openings/java-tls", "situation:settings-max-*"),
     fails(too_small)),
    ("fails-on-highest-settings", "RFC 9113 6.5.2", "the highest values of settings end the connection",
     ("6.5.2-settings-values/boundary-values", "openings-clients/largest-settings",
      "openings-clients/largest-windows", "5.2-flow-control/largest-window"),
     ("4.2-frame-size/our-limit-is-not-theirs", "6.5.2-settings-values/initial-window-size-bad-before-good",
      "6.5.2-settings-values/initial-window-size-over-the-limit",
      "6.5.2-settings-values/max-frame-size-above-the-maximum",
      "6.5.2-settings-values/twenty-settings-in-a-frame", "6.5.2-settings-values/unknown-settings",
      "6.9.2-initial-window-size/closed-streams-do-not-overflow", "openings-clients/reserved-settings"),
     fails(too_large)),
    ("fails-on-small-windows", "RFC 9113 6.5.2", "an INITIAL_WINDOW_SIZE below 100 ends the connection",
     ("openings-clients/smallest-windows", "5.2-flow-control/window-of-one-octet"),
     ("8.4-server-push/pushed-stream-cancelled",
      "5.1-stream-states-half-closed/*", "5.1.2-concurrency/at-the-limit",
      "5.1.2-concurrency/half-closed-streams-over-the-limit", "5.2-flow-control/stream-does-not-block-stream",
      "5.3-priority-signals/priority-depends-on-itself", "5.4-errors/stream-error-and-decoding-error",
      "6.3-priority/bad-length-on-half-closed", "6.5.2-settings-values/initial-window-size-highest",
      "6.5.2-settings-values/lowest-values", "6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/request-then-lower-window", "6.7-ping/after-half-close",
      "6.7-ping/before-a-held-response", "6.9-window-update/before-the-response",
      "6.9-window-update/credit-while-the-request-is-open", "6.9-window-update/dribble",
      "6.9-window-update/reserved-bit", "6.9-window-update/stream-credit-is-for-one-stream",
      "6.9-window-update/zero-on-a-half-closed-stream", "6.9.1-flow-control-window/content-that-fits-exactly",
      "6.9.1-flow-control-window/empty-response-without-credit",
      "6.9.1-flow-control-window/response-that-fits-exactly",
      "6.9.1-flow-control-window/small-echo-keeps-within-the-window",
      "6.9.1-flow-control-window/small-response-keeps-within-the-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "6.9.2-initial-window-size/lowered-before-use",
      "6.9.2-initial-window-size/lowered-while-the-request-is-open",
      "6.9.2-initial-window-size/negative-window-and-settings", "6.9.2-initial-window-size/new-streams",
      "6.9.2-initial-window-size/raised-from-zero",
      "6.9.2-initial-window-size/raised-while-the-request-is-open",
      "8.1-message-framing/data-behind-trailers", "8.1-message-framing/second-trailers",
      "8.4-server-push/client-push-behind-a-request", "8.4-server-push/pushed-stream-refused",
      "openings-clients/lowest-settings", "rfc7540-priority/child-of-a-blocked-parent",
      "rfc7540-priority/exclusive-dependency", "rfc7540-priority/parent-before-child",
      "rfc7540-priority/reprioritized-by-frame", "rfc7540-priority/siblings-share-by-weight",
      "rfc8297-early-hints/interim-before-the-window-opens", "rfc9218-scheduling/*",
      "rfc9218-settings/old-signals-do-not-order", "situation:data-beyond-*",
      "5.2-flow-control/content-in-pieces-keeps-its-order", "6.9.2-initial-window-size/pushed-streams"),
     fails(small_window)),
    ("fails-on-settings-ack-nobody-asked-for", "RFC 9113 6.5.3",
     "a SETTINGS acknowledgement too many ends the connection",
     ("situation:settings-ack-unasked",),
     ("6.5-settings/ack-with-a-setting", "6.5-settings/ack-with-one-octet"),
     fails(settings_ack_unasked, STREAM_CLOSED)),
    ("fails-on-highest-windows", "RFC 9113 6.9.1", "a window of 2^31-1 octets is held for an overflow",
     ("6.9.1-flow-control-window/highest-windows",),
     ("6.9.1-flow-control-window/connection-window-overflow",
      "6.9.1-flow-control-window/connection-window-overflow-by-one",
      "6.9.2-initial-window-size/change-overflows-a-window", "openings-clients/largest-windows",
      "situation:stream-window-*"),
     fails(highest_windows, FLOW_CONTROL_ERROR)),
)  # fmt: skip

MUTANTS = mutants(ROWS, "incoming")
