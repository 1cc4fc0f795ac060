"""Mutants of the server's own SETTINGS and of its acknowledgements (RFC 9113 6.5)."""

from collections.abc import Callable

from .gate import Gate
from .model import EVERYTHING, Rewrite, Row, mutants
from .output import is_ack
from .rewriting import Matching, altered, doubled, lost, of
from .wire import ACK, HEADERS, SETTINGS, WINDOW_UPDATE, Frame


def late_settings(gate: Gate, frame: Frame) -> list[Frame]:
    """Send a WINDOW_UPDATE before the first SETTINGS."""
    if gate.notes.get("begun"):
        return [frame]
    gate.notes["begun"] = True
    return [Frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01"), frame]


def second(kind: int, also: Matching = lambda gate, frame: True) -> Matching:
    """Tell the second frame of a type, and those that follow."""

    def which(gate: Gate, frame: Frame) -> bool:
        if frame.type != kind or not also(gate, frame):
            return False
        gate.notes["seen"] = gate.notes.get("seen", 0) + 1
        return bool(gate.notes["seen"] > 1)

    return which


def held_acks(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Keep SETTINGS acknowledgements while a request is open."""
    if frame.type == SETTINGS and frame.has(ACK) and gate.connection.streams.live:
        return []
    return None


def note_values(gate: Gate, frame: Frame) -> None:
    """Remember which SETTINGS of the client hold several values or a large one."""
    if frame.type == SETTINGS and not frame.has(ACK):
        pairs = frame.settings
        noted = len(pairs) > 1 or any(value >= 1 << 24 for _, value in pairs)
        gate.notes.setdefault("noted", []).append(noted)


def of_values(gate: Gate, frame: Frame) -> bool:
    """Tell the acknowledgement of such SETTINGS."""
    return frame.has(ACK) and bool(gate.notes.get("noted")) and bool(gate.notes["noted"].pop(0))


def settings_with(number: int, value: int) -> Callable[[Frame], None]:
    def change(frame: Frame) -> None:
        frame.settings = [*frame.settings, (number, value)]

    return change


def later_settings(number: int, value: int) -> Rewrite:
    """Say another value as soon as the first response goes out."""

    def rewrite(gate: Gate, frame: Frame) -> list[Frame] | None:
        if frame.type != HEADERS or gate.notes.get("said"):
            return None
        gate.notes["said"] = True
        extra = Frame(SETTINGS)
        extra.settings = [(number, value)]
        return [extra, frame]

    return rewrite


def first_settings(gate: Gate, frame: Frame) -> bool:
    return not frame.has(ACK)


ROWS: tuple[Row, ...] = (
    ("sends-settings-second", "RFC 9113 3.4", "the first frame of the server is a WINDOW_UPDATE",
     ("3.4-preface/settings-is-first", "3.4-preface/preface-settings-are-acknowledged",
      "6.5-settings/server-settings", "rfc9218-settings/announced-first"),
     (), late_settings),
    ("acknowledges-settings-twice", "RFC 9113 6.5.3", "every SETTINGS is acknowledged twice",
     ("6.5.3-settings-synchronization/one-ack-each", "6.5.3-settings-synchronization/ack-is-not-acknowledged",
      "3.4-preface/preface-settings-are-acknowledged", "3.4-preface/second-settings-in-the-same-write",
      "6.5.2-settings-values/enable-push-0-and-1", "6.5.2-settings-values/twenty-settings-in-a-frame",
      "6.5-settings/last-value-wins", "openings-clients/settings-twice",
      "6.5-settings/bad-length-is-not-acknowledged"),
     (), doubled(of(SETTINGS, also=is_ack))),
    ("acknowledges-the-first-settings-only", "RFC 9113 6.5.3",
     "only the client's first SETTINGS is acknowledged",
     ("6.5.3-settings-synchronization/one-ack-each",
      "6.5.3-settings-synchronization/empty-settings-are-acknowledged", "6.5-settings/at-any-time",
      "5.2-flow-control/control-frames-pass-a-zero-window", "situation:unknown-setting",
      "4.1-frame-format/settings-*", "6.5.2-settings-values/boundary-values",
      "6.5.2-settings-values/lowest-values", "3.4-preface/second-settings-in-the-same-write",
      "5.5-extensions/unknown-setting-and-error-code-and-type"),
     ("4.2-frame-size/server-keeps-a-lowered-limit", "5.1-stream-states-reserved/rst-stream",
      "6.5.2-settings-values/enable-push-0-and-1", "6.5.2-settings-values/twenty-settings-in-a-frame",
      "6.5.3-settings-synchronization/ack-is-immediate",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/request-then-lower-window",
      "6.6-push-promise/none-after-push-was-turned-off",
      "6.9-window-update/exempt-frames-while-the-window-is-empty",
      "6.9.2-initial-window-size/closed-streams-do-not-overflow",
      "6.9.2-initial-window-size/raised-from-zero", "hpack-encoder/lowered-*", "hpack-encoder/raised",
      "hpack-encoder/raised-from-zero", "openings-clients/settings-twice",
      "6.9.2-initial-window-size/pushed-streams"), lost(second(SETTINGS, is_ack))),
    ("never-acknowledges-settings", "RFC 9113 6.5.3", "no SETTINGS is acknowledged",
     ("3.4-preface/empty-settings", "6.7-ping/*"), EVERYTHING,
     lost(of(SETTINGS, also=is_ack))),
    ("acknowledges-no-settings-with-values", "RFC 9113 6.5.3",
     "SETTINGS with several values, or a large one, are not acknowledged",
     ("real-openings/*",),
     ("5.1.2-concurrency/at-the-limit", "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up",
      "6.9.1-flow-control-window/both-windows-hold", "8.4-server-push/pushed-stream-cancelled",
      "4.2-frame-size/server-keeps-a-lowered-limit", "4.2-frame-size/server-keeps-a-raised-limit",
      "5.1-stream-states-reserved/*", "5.1.2-concurrency/client-limit-zero",
      "5.2-flow-control/largest-window", "6.5-settings/all-settings", "6.5.2-settings-values/boundary-values",
      "6.5.2-settings-values/lowest-values", "6.5.2-settings-values/twenty-settings-in-a-frame",
      "6.5.2-settings-values/unknown-settings", "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/no-frame-between-values",
      "6.9.2-initial-window-size/closed-streams-do-not-overflow",
      "8.4-server-push/no-pushed-response-over-the-limit", "8.4-server-push/promise-before-the-content",
      "8.4-server-push/promise-on-an-open-stream", "8.4-server-push/promised-request",
      "8.4-server-push/promised-stream-is-even", "8.4-server-push/push-for-head",
      "8.4-server-push/pushed-response-is-whole", "8.4-server-push/pushed-stream-refused",
      "8.4-server-push/second-request-pushes-higher", "hpack-encoder/lowered-and-raised-in-one-frame",
      "openings-clients/largest-settings", "openings-clients/lowest-settings", "rfc9218-scheduling/*",
      "rfc9218-settings/old-signals-do-not-order", "6.9.2-initial-window-size/pushed-streams"),
     {"incoming": note_values, "outgoing": lost(of(SETTINGS, also=of_values))}),
    ("holds-settings-acks-while-requests-are-open", "RFC 9113 6.5.3",
     "SETTINGS are not acknowledged while a request is open",
     ("6.5.3-settings-synchronization/ack-is-immediate",
      "5.2-flow-control/control-frames-pass-a-zero-window"),
     ("6.5.3-settings-synchronization/no-frame-between-values",
      "6.5.3-settings-synchronization/request-then-lower-window",
      "6.9-window-update/exempt-frames-while-the-window-is-empty",
      "6.9.2-initial-window-size/raised-from-zero", "openings-clients/lowest-settings"),
     held_acks),
    ("announces-enable-push", "RFC 9113 6.5.2", "the server's SETTINGS have ENABLE_PUSH 1",
     ("8.4-server-push/enable-push-of-the-server", "6.5-settings/server-settings",
      "6.5.2-settings-values/server-values"),
     ("rfc8441-extended-connect/setting-of-the-server", "rfc9218-settings/announced-first",
      "rfc9218-settings/never-changed"),
     altered(of(SETTINGS, also=first_settings), settings_with(2, 1))),
    ("announces-bad-frame-size", "RFC 9113 6.5.2", "the server's SETTINGS have MAX_FRAME_SIZE 1,000",
     ("6.5.2-settings-values/server-values", "6.5-settings/server-settings"),
     ("4.2-frame-size/continuation-over-the-limit", "4.2-frame-size/data-over-the-limit",
      "4.2-frame-size/goaway-over-the-limit",
      "4.2-frame-size/unknown-type-on-the-connection-over-the-limit",
      "8.4-server-push/enable-push-of-the-server", "rfc8441-extended-connect/setting-of-the-server",
      "rfc9218-settings/announced-first", "rfc9218-settings/never-changed", "situation:oversized-headers"),
     altered(of(SETTINGS, also=first_settings), settings_with(5, 1000))),
    ("announces-bad-priorities", "RFC 9218 2.1", "the server's SETTINGS have NO_RFC7540_PRIORITIES 2",
     ("rfc9218-settings/announced-first", "rfc9218-settings/never-changed"),
     ("6.5-settings/server-settings", "6.5.2-settings-values/server-values",
      "8.4-server-push/enable-push-of-the-server", "rfc8441-extended-connect/setting-of-the-server"),
     altered(of(SETTINGS, also=first_settings), lambda frame: setattr(frame, "settings",
             [(n, 2 if n == 9 else v) for n, v in frame.settings]))),
    ("changes-no-rfc7540-priorities", "RFC 9218 2.1", "NO_RFC7540_PRIORITIES goes out again as 0",
     ("rfc9218-settings/never-changed",),
     ("rfc8441-extended-connect/setting-of-the-server", "rfc9218-settings/announced-first"),
     later_settings(9, 0)),
    ("takes-enable-connect-protocol-back", "RFC 8441 3", "ENABLE_CONNECT_PROTOCOL goes out again as 0",
     ("rfc8441-extended-connect/setting-stays",),
     ("rfc8441-extended-connect/setting-of-the-server", "rfc9218-settings/announced-first",
      "rfc9218-settings/never-changed"), later_settings(8, 0)),
    ("announces-bad-connect-protocol", "RFC 8441 3", "the server's SETTINGS have ENABLE_CONNECT_PROTOCOL 2",
     ("rfc8441-extended-connect/setting-of-the-server",),
     ("6.5-settings/server-settings", "6.5.2-settings-values/server-values",
      "8.4-server-push/enable-push-of-the-server", "rfc9218-settings/announced-first",
      "rfc9218-settings/never-changed"),
     altered(of(SETTINGS, also=first_settings), settings_with(8, 2))),
)  # fmt: skip

MUTANTS = mutants([row if isinstance(row[5], dict) else (*row[:5], {"outgoing": row[5]}) for row in ROWS])
