"""Mutants of promised streams (RFC 9113 8.4, 5.1.1)."""

from collections.abc import Callable

from .gate import Gate
from .model import Mutant, Row, mutants
from .output import pad
from .rewriting import altered, of
from .wire import DATA, END_STREAM, GOAWAY, HEADERS, PUSH_PROMISE, Frame


def shifted_push(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Odd identifiers for promised streams."""
    if frame.type == PUSH_PROMISE:
        promised = int.from_bytes(frame.payload[:4], "big")
        frame.payload = (promised + 1001).to_bytes(4, "big") + frame.payload[4:]
    elif frame.stream and frame.stream % 2 == 0:
        frame.stream += 1001
    return None


def late_promise(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Keep promises until the response they belong to has ended."""
    kept: list[Frame] = gate.notes.setdefault("kept", [])
    if frame.type == PUSH_PROMISE or (frame.stream and frame.stream % 2 == 0):
        kept.append(frame)
        return []
    if kept and frame.stream == kept[0].stream and frame.has(END_STREAM):
        frames = [frame, *kept]
        kept.clear()
        return frames
    return None


def falling_promises(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Promised streams are numbered downwards."""
    if frame.type == PUSH_PROMISE:
        promised = 2000 - int.from_bytes(frame.payload[:4], "big")
        frame.payload = promised.to_bytes(4, "big") + frame.payload[4:]
    elif frame.stream and frame.stream % 2 == 0:
        frame.stream = 2000 - frame.stream
    return None


def early_push(gate: Gate, frame: Frame) -> list[Frame] | None:
    """DATA goes out on a promised stream in front of its HEADERS."""
    if frame.type == HEADERS and frame.stream % 2 == 0:
        return [Frame(DATA, 0, frame.stream, b"early"), frame]
    return None


def last_is_promised(gate: Gate, frame: Frame) -> None:
    """GOAWAY names the promised stream if it is above those of the client."""
    if frame.type == PUSH_PROMISE:
        gate.notes["promised"] = int.from_bytes(frame.payload[:4], "big")
    elif frame.type == GOAWAY:
        last = max(frame.number, gate.notes.get("promised", 0))
        frame.payload = last.to_bytes(4, "big") + frame.payload[4:]


def odd_windows_only(gate: Gate) -> None:
    """INITIAL_WINDOW_SIZE moves no window of a promised stream."""

    def make(plain: Callable[[int], None]) -> Callable[[int], None]:
        def change(delta: int) -> None:
            streams = gate.connection.streams
            live = streams.live
            streams.live = {number: stream for number, stream in live.items() if number % 2}
            try:
                plain(delta)
            finally:
                streams.live = live

        return change

    gate.replace("_change_send_windows", make)


ROWS: tuple[Row, ...] = (
    ("names-a-promised-stream-in-goaway", "RFC 9113 6.8", "GOAWAY names a promised stream above the client's",
     ("5.4-errors/goaway-names-no-promised-stream",), (), last_is_promised),
    ("pads-promises-with-text", "RFC 9113 6.6", "padding of PUSH_PROMISE is not zero",
     ("6.6-push-promise/promise-format",), (), altered(of(PUSH_PROMISE), pad)),
    ("credits-promised-streams-below", "RFC 9113 5.1.1", "promised streams are odd",
     ("5.1.1-stream-identifiers/server-streams-are-even", "8.4-server-push/promised-stream-is-even",
      "6.6-push-promise/promised-while-open", "5.1-stream-states-reserved/server-sends-only-headers"),
     ("5.1-stream-states-reserved/*", "8.4-server-push/promise-on-an-open-stream",
      "8.4-server-push/promised-request", "8.4-server-push/push-for-head",
      "8.4-server-push/pushed-response-is-whole", "8.4-server-push/pushed-stream-refused",
      "8.4-server-push/pushed-stream-cancelled", "8.4-server-push/second-request-pushes-higher",
      "rfc7540-streams/promised-request", "6.9.2-initial-window-size/pushed-streams"), shifted_push),
    ("numbers-promises-downwards", "RFC 9113 5.1.1", "promised streams fall",
     ("8.4-server-push/second-request-pushes-higher", "5.1.1-stream-identifiers/server-streams-are-even"),
     ("5.1-stream-states-reserved/*", "6.6-push-promise/promised-while-open",
      "8.4-server-push/pushed-response-is-whole", "8.4-server-push/pushed-stream-cancelled",
      "8.4-server-push/pushed-stream-refused", "6.9.2-initial-window-size/pushed-streams"),
     falling_promises),
    ("promises-too-late", "RFC 9113 6.6, 8.4.1", "a promise comes behind the end of its response",
     ("8.4-server-push/promise-on-an-open-stream", "6.6-push-promise/promised-while-open"),
     ("5.1-stream-states-reserved/server-sends-only-headers",
      "5.1.1-stream-identifiers/server-streams-are-even", "6.6-push-promise/again-after-push-was-turned-on",
      "8.4-server-push/promise-before-the-content", "8.4-server-push/promised-request",
      "8.4-server-push/promised-stream-is-even", "8.4-server-push/push-for-head",
      "8.4-server-push/pushed-response-is-whole", "8.4-server-push/pushed-stream-refused",
      "8.4-server-push/pushed-stream-cancelled", "8.4-server-push/second-request-pushes-higher",
      "rfc7540-streams/promised-request", "6.9.2-initial-window-size/pushed-streams"), late_promise),
    ("sends-data-on-reserved", "RFC 9113 5.1", "DATA goes out on a reserved stream",
     ("5.1-stream-states-reserved/server-sends-only-headers",),
     ("8.4-server-push/pushed-stream-refused", "6.9.2-initial-window-size/pushed-streams"), early_push),
)  # fmt: skip

MUTANTS = [
    *mutants(ROWS, "outgoing"),
    Mutant(
        "keeps-windows-of-promised-streams",
        "RFC 9113 6.9.2",
        "a changed INITIAL_WINDOW_SIZE holds for no promised stream that is there already",
        ("6.9.2-initial-window-size/pushed-streams",),
        prepare=odd_windows_only,
    ),
]
