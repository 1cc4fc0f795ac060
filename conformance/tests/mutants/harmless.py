"""Mutants that trip over what means nothing by itself: padding, empty DATA, debug data, a second GOAWAY."""

from .gate import Gate
from .intolerant import fails
from .model import Row, mutants
from .rewriting import lost
from .wire import DATA, FRAME_SIZE_ERROR, GOAWAY, PADDED, PROTOCOL_ERROR, Frame


def empty_beyond_window(gate: Gate, frame: Frame) -> bool:
    """Tell DATA without a payload on a stream whose window is used up."""
    live = gate.connection.streams.live.get(frame.stream)
    window = live.receive_window if live is not None else None
    return frame.type == DATA and not frame.payload and window is not None and window.available <= 0


def padding_as_content(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Padding is handed on behind the content."""
    if frame.type == DATA and frame.has(PADDED) and 0 < len(frame.payload) > frame.payload[0]:
        return [Frame(DATA, frame.flags & ~PADDED, frame.stream, frame.payload[1:])]
    return None


def only_padding(gate: Gate, frame: Frame) -> bool:
    return frame.type == DATA and frame.has(PADDED) and len(frame.payload) == 1 + (frame.payload or b"\0")[0]


def debug_data(gate: Gate, frame: Frame) -> bool:
    return frame.type == GOAWAY and not frame.stream and 8 < len(frame.payload) <= 1_024


def second_goaway(gate: Gate, frame: Frame) -> bool:
    if frame.type != GOAWAY or frame.stream:
        return False
    gate.notes["goaways"] = gate.notes.get("goaways", 0) + 1
    return bool(gate.notes["goaways"] == 2)


ROWS: tuple[Row, ...] = (
    ("fails-on-empty-data-without-credit", "RFC 9113 6.1, 6.9.1",
     "DATA without a payload ends the connection when the window is used up",
     ("6.9.1-flow-control-window/empty-end-stream-without-credit",), (),
     fails(empty_beyond_window, PROTOCOL_ERROR)),
    ("takes-padding-for-content", "RFC 9113 6.1", "the padding of DATA is handed on as content",
     ("6.1-data/padding-is-no-content",),
     ("4.1-frame-format/content-octet-by-octet", "6.1-data/padding-is-charged-and-given-back",
      "8.1.1-content-length/padding-*"), padding_as_content),
    ("drops-data-of-padding-alone", "RFC 9113 6.1", "DATA that holds nothing but padding is dropped",
     ("6.1-data/nothing-but-padding",), (), lost(only_padding)),
    ("fails-on-debug-data", "RFC 9113 6.8", "GOAWAY with debug data ends the connection",
     ("6.8-goaway/debug-data",), (), fails(debug_data, FRAME_SIZE_ERROR)),
    ("fails-on-a-second-goaway", "RFC 9113 6.8", "a second GOAWAY ends the connection",
     ("6.8-goaway/two-goaways",), (), fails(second_goaway, PROTOCOL_ERROR)),
)  # fmt: skip

MUTANTS = mutants(ROWS, "incoming")
