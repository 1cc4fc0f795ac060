"""Mutants of the windows that a server sends into (RFC 9113 5.2, 6.9)."""

from .gate import Gate
from .model import EVERYTHING, Row, mutants
from .rewriting import is_settings, lost, of, without_setting
from .wire import DATA, END_STREAM, HEADERS, PING, SETTINGS, WINDOW_UPDATE, Frame


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


def is_blocked(gate: Gate) -> bool:
    live = gate.connection.streams.live.values()
    return any(s.body is not None and (s.send_window <= 0 or gate.connection.send_window <= 0) for s in live)


def deaf_while_blocked(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Nothing but credit is read while a response waits for some."""
    gate.pull()
    if is_blocked(gate) and frame.type not in (WINDOW_UPDATE, SETTINGS) and frame.type != PING:
        return []
    return None


def one_after_another(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A response goes out only when all those before it are whole."""
    kept: list[Frame] = gate.notes.setdefault("kept", [])
    busy: int = gate.notes.get("busy", 0)
    if frame.type not in (HEADERS, DATA) or frame.stream % 2 == 0:
        return None
    kept.append(frame)
    ready: list[Frame] = []
    while True:
        mine = [item for item in kept if not busy or item.stream == busy]
        if not mine:
            break
        busy = mine[0].stream
        kept.remove(mine[0])
        ready.append(mine[0])
        if mine[0].has(END_STREAM):
            busy = 0
    gate.notes["busy"] = busy
    return ready


def shared_window(gate: Gate, frame: Frame) -> None:
    """All connections share what the first one was given."""
    first = gate.others[0]
    if first is not gate and frame.type == HEADERS:
        gate.connection.send_window = 0


ROWS: tuple[Row, ...] = (
    ("has-no-connection-window", "RFC 9113 6.9", "the connection's window is not heeded",
     ("5.2-flow-control/window-of-the-connection", "5.2-flow-control/largest-window",
      "5.2-flow-control/headers-pass-a-zero-window", "6.9.1-flow-control-window/both-windows-hold",
      "6.9.2-initial-window-size/connection-window-is-not-*"),
     ("5.2-flow-control/credit-while-data-flows", "5.2-flow-control/first-65535-octets-before-our-settings",
      "6.9.1-flow-control-window/connection-window-overflow",
      "6.9.1-flow-control-window/connection-window-overflow-by-one",
      "6.9.1-flow-control-window/highest-windows", "6.9.2-initial-window-size/lowered-before-use",
      "openings-clients/largest-windows"),
     {"prepare": wide_connection}),
    ("forgets-initial-window-size", "RFC 9113 6.5.2", "INITIAL_WINDOW_SIZE of the client is not heeded",
     ("5.2-flow-control/window-of-one-octet", "6.9.2-initial-window-size/new-streams",
      "6.9-window-update/dribble", "6.9.2-initial-window-size/raised-from-zero",
      "6.5.3-settings-synchronization/applied-*", "6.5-settings/absent-setting-keeps-its-value",
      "6.5-settings/last-*", "6.9-window-update/stream-credit-*",
      "6.5.2-settings-values/unknown-settings-in-the-preface",
      "6.5.3-settings-synchronization/order-of-values", "5.2-flow-control/reads-while-blocked",
      "5.2-flow-control/stream-does-not-block-stream"),
     EVERYTHING, {"incoming": without_setting(4)}),
    ("forgets-credit-of-streams", "RFC 9113 6.9", "WINDOW_UPDATE on a stream is not heeded",
     ("6.9-window-update/dribble", "6.9-window-update/before-the-response",
      "5.2-flow-control/large-response-*", "6.9-window-update/stream-credit-is-for-one-stream",
      "5.2-flow-control/stream-does-not-block-stream", "5.2-flow-control/credit-while-data-flows"),
     EVERYTHING,
     {"incoming": lost(lambda gate, frame: frame.type == WINDOW_UPDATE and len(frame.payload) == 4
                       and not gate.is_idle(frame.stream) and frame.stream > 0)}),
    ("forgets-credit-of-the-connection", "RFC 9113 6.9", "WINDOW_UPDATE on the connection is not heeded",
     ("5.2-flow-control/large-response-with-credit", "5.2-flow-control/credit-while-data-flows"), EVERYTHING,
     {"incoming": lost(of(WINDOW_UPDATE, on_stream=False))}),
    ("changes-new-streams-only", "RFC 9113 6.9.2",
     "a change of INITIAL_WINDOW_SIZE leaves open streams alone",
     ("6.9.2-initial-window-size/raised-from-zero", "6.9.2-initial-window-size/two-streams-at-once",
      "6.9.2-initial-window-size/negative-window*", "6.9.2-initial-window-size/lowered-before-use"),
     ("6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/change-overflows-a-window-from-zero", "openings-clients/lowest-settings",
      "rfc9218-scheduling/*"),
     {"prepare": first_only}),
    ("changes-the-connection-window-too", "RFC 9113 6.9.2",
     "INITIAL_WINDOW_SIZE changes the connection's window",
     ("6.9.2-initial-window-size/connection-window-is-not-*",), EVERYTHING, {"incoming": both_windows}),
    ("credits-the-first-stream", "RFC 9113 6.9", "credit of a stream goes to the first one",
     ("6.9-window-update/stream-credit-is-for-one-stream", "5.2-flow-control/stream-does-not-block-stream"),
     ("5.2-flow-control/credit-while-data-flows", "5.4-errors/other-streams-live-after-a-stream-error",
      "6.4-rst-stream/server-resets-on-the-stream", "6.9.2-initial-window-size/two-streams-at-once",
      "8.1-message-framing/response-framing", "rfc9218-scheduling/blocked-high-urgency-blocks-nobody",
      "rfc9218-scheduling/low-urgency-is-served-in-the-end", "rfc9218-scheduling/tunnel-gets-a-share",
      "rfc9218-settings/old-signals-do-not-order"),
     {"incoming": to_the_first}),
    ("leaves-one-octet", "RFC 9113 6.9.1", "the last octet of a window is not used",
     ("5.2-flow-control/window-of-one-octet", "6.9.1-flow-control-window/response-that-fits-exactly",
      "6.9.1-flow-control-window/content-that-fits-exactly"),
     EVERYTHING, {"incoming": one_less}),
    ("takes-one-octet-more", "RFC 9113 6.9.1", "a stream's window is used for one octet more",
     ("5.2-flow-control/window-of-one-octet", "6.9.1-flow-control-window/both-windows-hold",
      "6.9.2-initial-window-size/*-at-once"),
     EVERYTHING, {"incoming": window_plus_one}),
    ("begins-with-a-larger-window", "RFC 9113 6.9.2", "windows begin with 65,536 octets",
     ("5.2-flow-control/first-65535-octets*", "5.2-flow-control/window-of-the-connection",
      "6.9.2-initial-window-size/connection-window-is-not-lowered"),
     ("5.2-flow-control/*", "6.7-ping/ahead-of-data", "6.8-goaway/large-response-is-finished",
      "6.9-window-update/exempt-frames-while-the-window-is-empty", "6.9.1-flow-control-window/*",
      "6.9.2-initial-window-size/change-overflows-a-window",
      "6.9.2-initial-window-size/connection-window-is-not-changed",
      "6.9.2-initial-window-size/lowered-before-use", "openings-clients/largest-windows"),
     {"prepare": larger_window}),
    ("is-deaf-while-blocked", "RFC 9113 5.2.2",
     "requests and content are not read while a response waits for credit",
     ("5.2-flow-control/reads-while-blocked",), EVERYTHING, {"incoming": deaf_while_blocked}),
    ("answers-one-after-another", "RFC 9113 5.2", "a response waits for all those before it",
     ("5.2-flow-control/stream-does-not-block-stream", "6.9-window-update/stream-credit-is-for-one-stream",
      "rfc9218-settings/old-signals-do-not-order"),
     EVERYTHING, {"outgoing": one_after_another}),
    ("shares-a-window", "RFC 9113 5.2", "a second connection has no window",
     ("5.2-flow-control/another-connection-has-its-own-window",),
     ("4.2-frame-size/headers-over-the-limit-beside-another-connection",
      "5.4-errors/another-connection-lives-after-a-connection-error",
      "6.10-continuation/without-block-beside-another-connection",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "hpack-tables/bad-index-beside-another-connection"),
     {"incoming": shared_window}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
