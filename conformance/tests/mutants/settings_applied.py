"""Mutants of how the client's SETTINGS are applied (RFC 9113 6.5)."""

from .gate import Gate
from .model import Row, mutants
from .rewriting import is_settings, without_setting
from .wire import ACK, END_HEADERS, HEADERS, PROTOCOL_ERROR, SETTINGS, Frame


def after_our_ack(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Values of the client hold only when it has acknowledged the server's."""
    if is_settings(frame) and gate.connection._unacknowledged:
        gate.notes.setdefault("late", []).extend(frame.settings)
        frame.settings = []
    elif frame.type == SETTINGS and frame.has(ACK) and gate.notes.get("late"):
        late = Frame(SETTINGS)
        late.settings = gate.notes.pop("late")
        return [frame, late]
    return None


def fails_without_ack(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A request before the acknowledgement of the server's SETTINGS ends the connection."""
    if frame.type == HEADERS and gate.connection._unacknowledged:
        gate.fail(4)
        return []
    return None


def applied_late(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Values hold for what comes behind the next frame."""
    if is_settings(frame) and frame.settings:
        values, frame.settings = frame.settings, []
        gate.notes.setdefault("late", []).extend(values)
        return None
    if gate.notes.get("late") and frame.type == HEADERS and frame.has(END_HEADERS):
        late = Frame(SETTINGS)
        late.settings = gate.notes.pop("late")
        gate.notes["surplus"] = 1
        gate.server.receive(bytes(frame))
        gate.pull()
        return [late]
    return None


def fewer_acks(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Lose the acknowledgements that the client must not see."""
    if frame.type == SETTINGS and frame.has(ACK) and gate.notes.get("surplus"):
        gate.notes["surplus"] -= 1
        return []
    return None


def value_by_value(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Every value is applied, and used, by itself."""
    if not is_settings(frame) or len(frame.settings) < 2 or gate.block:
        return None
    for pair in frame.settings[:-1]:
        single = Frame(SETTINGS)
        single.settings = [pair]
        gate.notes["surplus"] = gate.notes.get("surplus", 0) + 1
        gate.server.receive(bytes(single))
        gate.pull()
    frame.settings = frame.settings[-1:]
    return None


def reversed_values(gate: Gate, frame: Frame) -> None:
    if is_settings(frame):
        frame.settings = frame.settings[::-1]


def first_value(gate: Gate, frame: Frame) -> None:
    if is_settings(frame):
        frame.settings = frame.settings[:1]


def defaults_again(gate: Gate, frame: Frame) -> None:
    """What a later SETTINGS does not name gets its initial value back."""
    if is_settings(frame):
        if gate.notes.get("begun") and all(number != 4 for number, _ in frame.settings):
            frame.settings = [(4, 65_535), *frame.settings]
        gate.notes["begun"] = True


def few_values(gate: Gate, frame: Frame) -> list[Frame] | None:
    if is_settings(frame) and len(frame.settings) > 5:
        gate.fail(PROTOCOL_ERROR)
        return []
    return None


ROWS: tuple[Row, ...] = (
    ("applies-settings-after-its-own", "RFC 9113 6.5.3",
     "values of the client wait for its acknowledgement of the server's",
     ("6.5.3-settings-synchronization/applied-without-waiting-for-our-ack",),
     ("3.4-preface/preface-settings-are-acknowledged", "3.4-preface/second-settings-in-the-same-write",
      "6.5-settings/bad-length-is-not-acknowledged", "6.5-settings/last-value-wins",
      "6.5.2-settings-values/twenty-settings-in-a-frame",
      "6.5.3-settings-synchronization/ack-is-not-acknowledged",
      "6.5.3-settings-synchronization/one-ack-each",
      "6.5.3-settings-synchronization/request-then-lower-window", "openings-clients/settings-twice",
      "openings-clients/table-size-0"),
     {"incoming": after_our_ack}),
    ("fails-without-its-ack", "RFC 9113 6.5.3",
     "a request before the acknowledgement of the server's SETTINGS ends the connection",
     ("6.5.3-settings-synchronization/our-ack-withheld-briefly",),
     ("3.4-preface/*", "5.2-flow-control/first-65535-octets-before-our-settings",
      "6.5.3-settings-synchronization/applied-without-waiting-for-our-ack", "openings-clients/*",
      "real-openings/*", "rfc9218-settings/value-0", "rfc9218-settings/value-1"),
     {"incoming": fails_without_ack}),
    ("applies-settings-late", "RFC 9113 6.5.3", "values hold only behind the next request",
     ("6.5.3-settings-synchronization/applied-before-the-next-frame",),
     ("4.1-frame-format/window-update-unused-flags", "5.1-stream-states-half-closed/rst-stream",
      "5.1-stream-states-half-closed/two-streams", "5.1-stream-states-half-closed/unknown-type",
      "5.1-stream-states-half-closed/window-update", "5.1-stream-states-reserved/data",
      "5.1-stream-states-reserved/rst-stream", "5.1.2-concurrency/at-the-limit",
      "5.1.2-concurrency/client-limit-zero", "5.2-flow-control/reads-while-blocked",
      "5.2-flow-control/stream-does-not-block-stream", "5.2-flow-control/window-of-one-octet",
      "5.2-flow-control/window-of-the-connection", "5.4-errors/rst-stream-is-the-last-frame",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "6.5.3-settings-synchronization/one-ack-each",
      "6.5-settings/absent-setting-keeps-its-value", "6.5-settings/last-frame-wins",
      "6.5-settings/last-value-wins", "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/applied-without-waiting-for-our-ack",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/order-of-values",
      "6.5.3-settings-synchronization/request-then-lower-window",
      "6.6-push-promise/again-after-push-was-turned-on", "6.6-push-promise/none-after-push-was-turned-off",
      "6.6-push-promise/none-while-push-is-off", "6.9-window-update/before-the-response",
      "6.9-window-update/dribble", "6.9-window-update/reserved-bit",
      "6.9-window-update/stream-credit-is-for-one-stream", "6.9-window-update/zero-on-a-half-closed-stream",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "6.9.1-flow-control-window/small-response-keeps-within-the-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero",
      "6.9.2-initial-window-size/lowered-before-use",
      "6.9.2-initial-window-size/lowered-while-the-request-is-open",
      "6.9.2-initial-window-size/negative-window", "6.9.2-initial-window-size/negative-window-and-settings",
      "6.9.2-initial-window-size/new-streams", "6.9.2-initial-window-size/raised-from-zero",
      "6.9.2-initial-window-size/raised-while-the-request-is-open",
      "6.9.2-initial-window-size/two-streams-at-once", "7-error-codes/highest-code-in-rst-stream",
      "8.4-server-push/no-push-without-consent", "8.4-server-push/no-pushed-response-over-the-limit",
      "8.4-server-push/pushed-stream-refused", "hpack-encoder/lowered-*",
      "rfc7540-priority/child-of-a-blocked-parent", "rfc9218-priority-update/during-a-response",
      "rfc9218-scheduling/blocked-high-urgency-blocks-nobody", "6.9.2-initial-window-size/pushed-streams",
      "hpack-encoder/every-small-table"),
     {"incoming": applied_late, "outgoing": fewer_acks}),
    ("uses-values-one-by-one", "RFC 9113 6.5.3",
     "every value of a SETTINGS frame is used before the next is read",
     ("6.5.3-settings-synchronization/no-frame-between-values",), (),
     {"incoming": value_by_value, "outgoing": fewer_acks}),
    ("takes-the-first-value", "RFC 9113 6.5", "of values for one setting the first counts",
     ("6.5-settings/last-value-wins",), ("6.5.3-settings-synchronization/no-frame-between-values",),
     {"incoming": reversed_values}),
    ("takes-one-value-a-frame", "RFC 9113 6.5.3", "only the first value of a SETTINGS frame is applied",
     ("6.5.3-settings-synchronization/order-of-values", "6.5-settings/last-value-wins"),
     ("5.1.2-concurrency/at-the-limit", "6.9.1-flow-control-window/both-windows-hold",
      "4.2-frame-size/settings-over-the-limit", "5.1-stream-states-reserved/data",
      "5.1-stream-states-reserved/rst-stream", "5.1.2-concurrency/client-limit-zero",
      "6.5.2-settings-values/bad-value-behind-good-ones",
      "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "8.4-server-push/no-pushed-response-over-the-limit", "8.4-server-push/pushed-stream-refused",
      "rfc9218-settings/value-2-among-others", "6.9.2-initial-window-size/pushed-streams"),
     {"incoming": first_value}),
    ("falls-back-to-defaults", "RFC 9113 6.5",
     "a setting that a later frame does not name gets its initial value",
     ("6.5-settings/absent-setting-keeps-its-value",), (), {"incoming": defaults_again}),
    ("takes-five-values", "RFC 9113 6.5", "more than five values in a SETTINGS frame are an error",
     ("6.5-settings/all-settings", "6.5.2-settings-values/twenty-settings-in-a-frame"),
     ("6.5.2-settings-values/boundary-values", "openings-clients/grpc", "openings-clients/largest-settings",
      "openings-clients/python-h2", "openings-clients/reserved-settings", "real-openings/grpcio-h2c",
      "real-openings/grpcio-tls", "real-openings/httpx-h2c", "real-openings/httpx-tls",
      "real-openings/java-tls"),
     {"incoming": few_values}),
    ("pushes-unasked", "RFC 9113 6.5.2", "ENABLE_PUSH 0 is not heeded",
     ("6.6-push-promise/none-*", "8.4-server-push/no-push-without-consent"),
     ("6.5.2-settings-values/enable-push-2", "6.5.2-settings-values/enable-push-2-in-the-preface",
      "6.5.2-settings-values/enable-push-highest", "6.6-push-promise/again-after-push-was-turned-on"),
     {"incoming": without_setting(2)}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
