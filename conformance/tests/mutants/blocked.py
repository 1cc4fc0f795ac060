"""Mutants of what a response that waits for credit does to the rest (RFC 9113 5.2)."""

from .gate import Gate
from .model import Row, mutants
from .wire import DATA, END_STREAM, HEADERS, Frame


def is_blocked(gate: Gate) -> bool:
    live = gate.connection.streams.live.values()
    return any(s.body is not None and (s.send_window <= 0 or gate.connection.send_window <= 0) for s in live)


def deaf_while_blocked(gate: Gate, frame: Frame) -> list[Frame] | None:
    """No content is read while a response waits for credit."""
    gate.pull()
    if is_blocked(gate) and frame.type == DATA:
        return []
    return None


def asked_together(gate: Gate, frame: Frame) -> None:
    """Remember whether stream 3 was opened before stream 1 was answered."""
    if frame.type == HEADERS and frame.stream == 3:
        gate.notes["together"] = gate.highest == 1 and not gate.notes.get("answered")


def one_after_another(gate: Gate, frame: Frame) -> list[Frame] | None:
    """The response on stream 3 goes out only when that on stream 1, asked for with it, is whole."""
    gate.notes["answered"] = gate.notes.get("answered") or frame.type == HEADERS
    kept: list[Frame] = gate.notes.setdefault("kept", [])
    busy: int = gate.notes.get("busy", 0)
    if frame.type not in (HEADERS, DATA) or frame.stream not in (1, 3) or not gate.notes.get("together"):
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
    ("is-deaf-while-blocked", "RFC 9113 5.2.2",
     "content is not read while a response waits for credit",
     ("5.2-flow-control/reads-while-blocked",),
     ("5.2-flow-control/credit-while-data-flows", "rfc9218-scheduling/tunnel-gets-a-share",
      "situation:data-on-half-*"), {"incoming": deaf_while_blocked}),
    ("answers-one-after-another", "RFC 9113 5.2",
     "the response on stream 3 waits for that on stream 1, which was asked for with it",
     ("5.2-flow-control/stream-does-not-block-stream", "6.9-window-update/stream-credit-is-for-one-stream",
      "rfc9218-settings/old-signals-do-not-order"),
     ("5.1-stream-states-half-closed/two-streams", "5.1.2-concurrency/at-the-limit",
      "5.2-flow-control/credit-while-data-flows", "5.2-flow-control/first-65535-octets-before-our-settings",
      "5.2-flow-control/window-of-the-connection", "6.9.2-initial-window-size/two-streams-at-once",
      "rfc7540-priority/child-of-a-blocked-parent", "rfc7540-priority/exclusive-dependency",
      "rfc7540-priority/parent-before-child", "rfc7540-priority/reprioritized-by-frame",
      "rfc7540-priority/siblings-share-by-weight", "rfc9110-expect/interim-then-final-on-two-streams",
      "rfc9218-scheduling/*"), {"incoming": asked_together, "outgoing": one_after_another}),
    ("shares-a-window", "RFC 9113 5.2", "a second connection has no window",
     ("5.2-flow-control/another-connection-has-its-own-window",),
     ("5.1-stream-states-reserved/rst-stream",
      "4.2-frame-size/headers-over-the-limit-beside-another-connection",
      "5.4-errors/another-connection-lives-after-a-connection-error",
      "6.10-continuation/without-block-beside-another-connection",
      "6.9-window-update/zero-on-the-connection-beside-another-connection",
      "hpack-tables/bad-index-beside-another-connection", "hpack-encoder/every-small-table"),
     {"incoming": shared_window}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
