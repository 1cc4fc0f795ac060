"""Mutants of the windows that a server sends into (RFC 9113 5.2, 6.9)."""

from .gate import Gate
from .model import Row, mutants
from .rewriting import altered, is_settings, lost, of, without_setting
from .wire import DATA, RST_STREAM, WINDOW_UPDATE, Frame


def wide_connection(gate: Gate) -> None:
    gate.connection.send_window = 1 << 28


def larger_window(gate: Gate) -> None:
    gate.connection.send_window += 1
    gate.connection.remote.initial_window_size += 1


def first_only(gate: Gate) -> None:
    gate.replace("_change_send_windows", lambda plain: lambda delta: None)


def both_windows(gate: Gate, frame: Frame) -> None:
    """INITIAL_WINDOW_SIZE moves the connection's window, too."""
    if is_settings(frame):
        for number, value in frame.settings:
            if number == 4 and value <= 1 << 24:
                gate.connection.send_window += value - gate.connection.remote.initial_window_size


def to_the_first(gate: Gate, frame: Frame) -> None:
    """Credit for a stream goes to the first one that is open."""
    live = gate.connection.streams.live
    if frame.type == WINDOW_UPDATE and frame.stream in live:
        frame.stream = min(live)


def one_less(gate: Gate, frame: Frame) -> None:
    """A window is never used to its last octet."""
    if is_settings(frame):
        frame.settings = [(n, v - 1 if n == 4 and 0 < v < 1 << 31 else v) for n, v in frame.settings]


def window_plus_one(gate: Gate, frame: Frame) -> None:
    """A window is used for one octet more."""
    if is_settings(frame):
        frame.settings = [(n, v + 1 if n == 4 and v < (1 << 31) - 1 else v) for n, v in frame.settings]


def cancelled_while_blocked(gate: Gate, frame: Frame) -> bool:
    return (
        frame.type == RST_STREAM
        and len(frame.payload) == 4
        and frame.stream in gate.connection.streams.live
        and gate.connection.send_window <= 0
    )


def turned(frame: Frame) -> None:
    """DATA that does not end its stream is sent backwards."""
    frame.payload = frame.payload[::-1]


ROWS: tuple[Row, ...] = (
    ("forgets-cancel-without-connection-window", "RFC 9113 6.4",
     "RST_STREAM is not heeded while the connection's window is used up",
     ("6.4-rst-stream/cancelled-while-the-connection-window-is-used-up",), (),
     {"incoming": lost(cancelled_while_blocked)}),
    ("turns-content-round", "RFC 9113 8.1", "the octets of a DATA frame that others follow are turned round",
     ("5.2-flow-control/content-in-pieces-keeps-its-order",), (),
     {"outgoing": altered(of(DATA, also=lambda gate, frame: not frame.flags), turned)}),
    ("has-no-connection-window", "RFC 9113 6.9", "the connection's window is not heeded",
     ("5.2-flow-control/window-of-the-connection", "5.2-flow-control/largest-window",
      "5.2-flow-control/headers-pass-a-zero-window", "6.9.1-flow-control-window/both-windows-hold",
      "6.9.2-initial-window-size/connection-window-is-not-*"),
     ("5.2-flow-control/credit-while-data-flows", "5.2-flow-control/first-65535-octets-before-our-settings",
      "5.2-flow-control/stream-credit-before-connection-credit",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "6.9.1-flow-control-window/connection-window-overflow",
      "6.9.1-flow-control-window/connection-window-overflow-by-one",
      "6.9.1-flow-control-window/highest-windows",
      "6.9.1-flow-control-window/small-responses-use-up-the-connection-window",
      "6.9.1-flow-control-window/used-connection-window-may-be-filled",
      "6.9.2-initial-window-size/lowered-before-use", "openings-clients/largest-windows",
      "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up"),
     {"prepare": wide_connection}),
    ("forgets-initial-window-size", "RFC 9113 6.5.2", "INITIAL_WINDOW_SIZE of the client is not heeded",
     ("5.2-flow-control/window-of-one-octet", "6.9.2-initial-window-size/new-streams",
      "6.5.3-settings-synchronization/request-then-*", "6.9.1-flow-control-window/small-*-keeps-*",
      "6.9-window-update/dribble", "6.9.2-initial-window-size/raised-from-zero",
      "6.5.3-settings-synchronization/applied-*", "6.5-settings/absent-setting-keeps-its-value",
      "6.5-settings/last-*", "6.9-window-update/stream-credit-*",
      "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/order-of-values", "5.2-flow-control/reads-while-blocked",
      "5.2-flow-control/stream-does-not-block-stream"),
     ("4.1-frame-format/window-update-unused-flags", "5.1-stream-states-half-closed/rst-stream",
      "5.1-stream-states-half-closed/two-streams", "5.1-stream-states-half-closed/unknown-type",
      "5.1-stream-states-half-closed/window-update", "5.1.2-concurrency/at-the-limit",
      "5.4-errors/rst-stream-is-the-last-frame",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "6.5.3-settings-synchronization/no-frame-between-values", "6.9-window-update/before-the-response",
      "6.9-window-update/reserved-bit", "6.9-window-update/zero-on-a-half-closed-stream",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "6.9.2-initial-window-size/connection-window-is-not-changed",
      "6.9.2-initial-window-size/lowered-before-use",
      "6.9.2-initial-window-size/lowered-while-the-request-is-open",
      "6.9.2-initial-window-size/negative-window", "6.9.2-initial-window-size/negative-window-and-settings",
      "6.9.2-initial-window-size/two-streams-at-once", "7-error-codes/highest-code-in-rst-stream",
      "8.4-server-push/pushed-stream-refused", "rfc7540-priority/child-of-a-blocked-parent",
      "rfc9218-priority-update/during-a-response", "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "situation:settings-initial-*",
      "6.9.2-initial-window-size/pushed-streams"), {"incoming": without_setting(4)}),
    ("forgets-credit-of-streams", "RFC 9113 6.9", "WINDOW_UPDATE on a stream is not heeded",
     ("6.9-window-update/dribble", "6.9-window-update/before-the-response",
      "6.9-window-update/credit-while-the-request-is-open", "5.2-flow-control/stream-credit-before-*",
      "6.9.1-flow-control-window/used-stream-window-*", "5.2-flow-control/large-response-*",
      "6.9-window-update/stream-credit-is-for-one-stream",
      "5.2-flow-control/stream-does-not-block-stream", "5.2-flow-control/credit-while-data-flows"),
     ("4.1-frame-format/window-update-unused-flags",
      "5.1-stream-states-closed/data-after-the-seen-server-reset",
      "5.1-stream-states-half-closed/two-streams", "5.1-stream-states-half-closed/unknown-type",
      "5.1-stream-states-half-closed/window-update", "5.1.2-concurrency/half-closed-streams-over-the-limit",
      "5.2-flow-control/reads-while-blocked", "6.1-data/server-data-is-on-a-stream",
      "6.1-data/server-pads-with-zeros", "6.8-goaway/large-response-is-finished",
      "6.9-window-update/credit-for-content", "6.9-window-update/reserved-bit",
      "6.9-window-update/server-increments",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.1-flow-control-window/server-window-in-range",
      "6.9.1-flow-control-window/used-connection-window-may-be-filled",
      "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "6.9.2-initial-window-size/connection-window-is-not-lowered",
      "6.9.2-initial-window-size/negative-window", "6.9.2-initial-window-size/two-streams-at-once",
      "8.1-message-framing/response-framing", "rfc7540-priority/child-of-a-blocked-parent",
      "rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "rfc9218-priority-update/during-a-response", "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "rfc9218-scheduling/low-urgency-is-served-in-the-end", "rfc9218-scheduling/tunnel-gets-a-share",
      "rfc9218-settings/old-signals-do-not-order", "situation:stream-window-*",
      "situation:window-update-zero-on-stream", "5.2-flow-control/content-in-pieces-keeps-its-order"),
     {"incoming": lost(lambda gate, frame: frame.type == WINDOW_UPDATE and len(frame.payload) == 4
                       and not gate.is_idle(frame.stream) and frame.stream > 0)}),
    ("forgets-credit-of-the-connection", "RFC 9113 6.9", "WINDOW_UPDATE on the connection is not heeded",
     ("5.2-flow-control/large-response-with-credit", "5.2-flow-control/credit-while-data-flows",
      "6.9.1-flow-control-window/used-connection-window-*"),
     ("3.4-preface/window-update-before-settings", "4.2-frame-size/server-*",
      "5.1.2-concurrency/half-closed-streams-over-the-limit",
      "5.2-flow-control/stream-credit-before-connection-credit", "5.2-flow-control/window-of-the-connection",
      "6.1-data/server-data-is-on-a-stream", "6.1-data/server-pads-with-zeros",
      "6.2-headers/window-update-inside-a-block", "6.8-goaway/large-response-is-finished",
      "6.9-window-update/credit-for-content", "6.9-window-update/credit-over-many-streams",
      "6.9-window-update/empty", "6.9-window-update/server-increments", "6.9-window-update/three-octets",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.1-flow-control-window/connection-window-overflow",
      "6.9.1-flow-control-window/connection-window-overflow-by-one",
      "6.9.1-flow-control-window/server-window-in-range",
      "6.9.1-flow-control-window/used-stream-window-may-be-filled",
      "6.9.2-initial-window-size/connection-window-is-not-changed",
      "6.9.2-initial-window-size/lowered-before-use", "8.1-message-framing/response-framing",
      "rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "rfc9218-scheduling/low-urgency-is-served-in-the-end", "rfc9218-scheduling/tunnel-gets-a-share",
      "situation:window-update-zero-on-connection",
      "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up"),
     {"incoming": lost(of(WINDOW_UPDATE, on_stream=False))}),
    ("changes-new-streams-only", "RFC 9113 6.9.2",
     "a change of INITIAL_WINDOW_SIZE leaves open streams alone",
     ("6.9.2-initial-window-size/raised-from-zero", "6.9.2-initial-window-size/two-streams-at-once",
      "6.9.2-initial-window-size/negative-window*", "6.9.2-initial-window-size/lowered-before-use"),
     ("8.4-server-push/pushed-stream-cancelled",
      "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "6.9.2-initial-window-size/lowered-while-the-request-is-open",
      "6.9.2-initial-window-size/raised-while-the-request-is-open", "8.4-server-push/pushed-stream-refused",
      "openings-clients/lowest-settings", "6.9.2-initial-window-size/pushed-streams"),
     {"prepare": first_only}),
    ("changes-the-connection-window-too", "RFC 9113 6.9.2",
     "INITIAL_WINDOW_SIZE changes the connection's window",
     ("6.9.2-initial-window-size/connection-window-is-not-*",),
     ("4.1-frame-format/window-update-unused-flags", "5.1-stream-states-half-closed/two-streams",
      "5.1-stream-states-half-closed/unknown-type", "5.1-stream-states-half-closed/window-update",
      "5.1.2-concurrency/at-the-limit", "5.2-flow-control/reads-while-blocked",
      "5.2-flow-control/stream-does-not-block-stream", "5.2-flow-control/window-of-the-connection",
      "6.5-settings/last-value-wins", "6.9-window-update/before-the-response",
      "6.9-window-update/credit-while-the-request-is-open", "6.9-window-update/dribble",
      "6.9-window-update/reserved-bit", "6.9-window-update/stream-credit-is-for-one-stream",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.2-initial-window-size/lowered-before-use",
      "6.9.2-initial-window-size/negative-window", "6.9.2-initial-window-size/new-streams",
      "6.9.2-initial-window-size/two-streams-at-once", "rfc7540-priority/child-of-a-blocked-parent",
      "rfc9218-priority-update/during-a-response", "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "5.2-flow-control/content-in-pieces-keeps-its-order",
      "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up"),
     {"incoming": both_windows}),
    ("credits-the-first-stream", "RFC 9113 6.9", "credit of a stream goes to the first one",
     ("6.9-window-update/stream-credit-is-for-one-stream", "5.2-flow-control/stream-does-not-block-stream"),
     ("5.2-flow-control/credit-while-data-flows", "5.4-errors/other-streams-live-after-a-stream-error",
      "6.4-rst-stream/server-resets-on-the-stream", "6.9.2-initial-window-size/two-streams-at-once",
      "8.1-message-framing/response-framing", "rfc7540-priority/child-of-a-blocked-parent",
      "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "rfc9218-scheduling/low-urgency-is-served-in-the-end", "rfc9218-scheduling/tunnel-gets-a-share",
      "rfc9218-settings/old-signals-do-not-order"),
     {"incoming": to_the_first}),
    ("leaves-one-octet", "RFC 9113 6.9.1", "the last octet of a window is not used",
     ("6.9.1-flow-control-window/response-that-fits-exactly",
      "6.9.1-flow-control-window/content-that-fits-exactly"),
     ("4.1-frame-format/window-update-unused-flags", "5.1-stream-states-half-closed/rst-stream",
      "5.1-stream-states-half-closed/two-streams", "5.1-stream-states-half-closed/unknown-type",
      "5.1-stream-states-half-closed/window-update", "5.1.2-concurrency/at-the-limit",
      "5.2-flow-control/reads-while-blocked", "5.4-errors/rst-stream-is-the-last-frame",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "6.5-settings/absent-setting-keeps-its-value", "6.5-settings/last-frame-wins",
      "6.5-settings/last-value-wins", "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/applied-before-the-next-frame",
      "6.5.3-settings-synchronization/applied-without-waiting-for-our-ack",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/order-of-values", "6.9-window-update/before-the-response",
      "6.9-window-update/reserved-bit", "6.9-window-update/stream-credit-is-for-one-stream",
      "6.9-window-update/zero-on-a-half-closed-stream",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "6.9.2-initial-window-size/lowered-before-use", "6.9.2-initial-window-size/negative-window",
      "6.9.2-initial-window-size/negative-window-and-settings", "6.9.2-initial-window-size/new-streams",
      "6.9.2-initial-window-size/two-streams-at-once", "7-error-codes/highest-code-in-rst-stream",
      "rfc7540-priority/child-of-a-blocked-parent", "rfc9218-priority-update/during-a-response",
      "rfc9218-scheduling/blocked-high-urgency-blocks-nobody"),
     {"incoming": one_less}),
    ("takes-one-octet-more", "RFC 9113 6.9.1", "a stream's window is used for one octet more",
     ("5.2-flow-control/window-of-one-octet", "6.9.1-flow-control-window/both-windows-hold",
      "6.9.2-initial-window-size/*-at-once"),
     ("4.1-frame-format/window-update-unused-flags", "5.1-stream-states-half-closed/rst-stream",
      "5.1-stream-states-half-closed/two-streams", "5.1-stream-states-half-closed/unknown-type",
      "5.1-stream-states-half-closed/window-update", "5.1.2-concurrency/at-the-limit",
      "5.2-flow-control/reads-while-blocked", "5.2-flow-control/stream-does-not-block-stream",
      "5.4-errors/rst-stream-is-the-last-frame",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "6.5-settings/absent-setting-keeps-its-value", "6.5-settings/last-frame-wins",
      "6.5-settings/last-value-wins", "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/applied-before-the-next-frame",
      "6.5.3-settings-synchronization/applied-without-waiting-for-our-ack",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/order-of-values",
      "6.5.3-settings-synchronization/request-then-lower-window", "6.9-window-update/before-the-response",
      "6.9-window-update/dribble", "6.9-window-update/reserved-bit",
      "6.9-window-update/stream-credit-is-for-one-stream", "6.9-window-update/zero-on-a-half-closed-stream",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/small-echo-keeps-within-the-window",
      "6.9.1-flow-control-window/small-response-keeps-within-the-window",
      "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "6.9.2-initial-window-size/lowered-before-use",
      "6.9.2-initial-window-size/lowered-while-the-request-is-open",
      "6.9.2-initial-window-size/negative-window", "6.9.2-initial-window-size/negative-window-and-settings",
      "6.9.2-initial-window-size/new-streams", "6.9.2-initial-window-size/raised-from-zero",
      "7-error-codes/highest-code-in-rst-stream", "8.4-server-push/pushed-stream-refused",
      "rfc7540-priority/child-of-a-blocked-parent", "rfc9218-priority-update/during-a-response",
      "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "6.9.2-initial-window-size/pushed-streams"), {"incoming": window_plus_one}),
    ("begins-with-a-larger-window", "RFC 9113 6.9.2", "windows begin with 65,536 octets",
     ("5.2-flow-control/first-65535-octets*", "5.2-flow-control/window-of-the-connection",
      "6.9.1-flow-control-window/small-responses-use-up-the-connection-window",
      "6.9.2-initial-window-size/connection-window-is-not-lowered"),
     ("5.2-flow-control/*-window", "5.2-flow-control/credit-while-data-flows",
      "5.2-flow-control/large-response-with-credit",
      "5.2-flow-control/stream-credit-before-connection-credit",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further", "6.7-ping/ahead-of-data",
      "6.8-goaway/large-response-is-finished", "6.9-window-update/exempt-frames-while-the-window-is-empty",
      "6.9.1-flow-control-window/both-windows-hold", "6.9.1-flow-control-window/connection-window-overflow",
      "6.9.1-flow-control-window/connection-window-overflow-by-one",
      "6.9.1-flow-control-window/highest-windows", "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/connection-window-is-not-changed",
      "6.9.2-initial-window-size/lowered-before-use", "openings-clients/largest-windows",
      "situation:stream-window-*", "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up"),
     {"prepare": larger_window}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
