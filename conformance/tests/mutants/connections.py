"""Mutants of reading and of what one fault does to the rest (RFC 9113 4.1, 5.4)."""

from collections.abc import Callable

from nghttp2.codes import ErrorCode
from nghttp2.errors import ConnectionFault, StreamFault

from .gate import Gate
from .model import EVERYTHING, Fault, Row, mutants
from .wire import HEADERS, NO_ERROR, PROTOCOL_ERROR, Frame


def whole_reads(gate: Gate) -> None:
    """What is left of a read behind its last whole frame is lost."""

    def make(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            plain(data)
            gate.buffer.clear()

        return receive

    gate.replace("receive", make, of=gate)


def one_frame_a_read(gate: Gate) -> None:
    """Only the first frame of each read is looked at."""

    def make(plain: Callable[[Frame], None]) -> Callable[[Frame], None]:
        def take(frame: Frame) -> None:
            gate.notes["taken"] = gate.notes.get("taken", 0) + 1
            if gate.notes["taken"] == 1:
                plain(frame)

        return take

    gate.replace("_take", make, of=gate)

    def remake(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            gate.notes["taken"] = 0
            plain(data)

        return receive

    gate.replace("receive", remake, of=gate)


def taking_others_along(gate: Gate, fault: Fault) -> Fault:
    if isinstance(fault, ConnectionFault):
        for other in gate.others:
            if other is not gate and not other.server.closed:
                other.fail(PROTOCOL_ERROR)
    return fault


def ending_everything(gate: Gate, fault: Fault) -> Fault:
    """A fault on a stream resets the other streams as well."""
    if isinstance(fault, StreamFault):
        for stream in list(gate.connection.streams.live.values()):
            if stream.id != fault.stream_id:
                gate.connection.reset(stream, ErrorCode.INTERNAL_ERROR)
    return fault


def ten_requests(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == HEADERS and gate.is_idle(frame.stream):
        gate.notes["count"] = gate.notes.get("count", 0) + 1
        if gate.notes["count"] > 18:
            gate.fail(NO_ERROR)
            return []
    return None


def upgrading(gate: Gate) -> None:
    """A request in HTTP/1.1 is answered as if the protocol were switched."""

    def make(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            if b" HTTP/1.1\r\n" in data:
                gate.say_octets(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n")
            plain(data)

        return receive

    gate.replace("receive", make, of=gate)


ROWS: tuple[Row, ...] = (
    ("loses-cut-frames", "RFC 9113 4.1", "a frame that comes in two reads is lost",
     ("3.4-preface/octet-by-octet", "4.1-frame-format/octet-by-octet",
      "4.1-frame-format/content-octet-by-octet", "4.1-frame-format/cut-in-the-header",
      "8.1-message-framing/trailers-octet-by-octet"),
     ("8.2.2-connection-specific-fields/connection-octet-by-octet",), {"prepare": whole_reads}),
    ("takes-one-frame-a-read", "RFC 9113 4.1", "only the first frame of a read is looked at",
     ("4.1-frame-format/coalesced", "3.4-preface/request-behind-the-preface",
      "openings-clients/many-requests-at-once", "3.4-preface/three-requests-behind-the-preface",
      "5.1.2-concurrency/at-the-limit", "4.1-frame-format/length-without-the-header",
      "6.9-window-update/before-the-response"),
     EVERYTHING, {"prepare": one_frame_a_read}),
    ("takes-other-connections-along", "RFC 9113 5.4.1", "a connection error ends all connections",
     ("*-beside-another-connection", "5.4-errors/another-connection-*"), (), {"fault": taking_others_along}),
    ("resets-all-streams", "RFC 9113 5.4.2", "a stream error ends all streams",
     ("5.4-errors/other-streams-live-after-a-stream-error", "8.1.1-content-length/another-stream-goes-on",
      "5.1-stream-states-half-closed/two-streams"),
     ("5.1.2-concurrency/data-of-a-refused-stream", "5.1.2-concurrency/table-after-a-refused-stream",
      "8.7-request-reliability/refused-stream-has-no-response"),
     {"fault": ending_everything}),
    ("serves-eighteen-requests", "RFC 9113 8.1", "the connection is closed behind eighteen requests",
     ("9.1-connection-management/thirty-requests-one-by-one", "openings-clients/many-requests-at-once",
      "4.1-frame-format/coalesced", "8.7-request-reliability/answered-is-not-refused"),
     ("5.1-stream-states-closed/credit-for-data-after-our-reset",
      "5.1-stream-states-closed/credit-for-data-behind-the-server-reset",
      "5.1-stream-states-half-closed/credit-for-late-data", "5.1.2-concurrency/*",
      "6.9-window-update/credit-after-cancelled-uploads", "6.9-window-update/credit-over-many-streams",
      "6.9.1-flow-control-window/data-beyond-the-connection-window", "8.3.2-responses/twenty-responses",
      "8.7-request-reliability/refused-stream-has-no-response",
      "rfc9218-priority-update/idle-and-active-streams-over-the-limit"),
     {"incoming": ten_requests}),
    ("switches-to-h2c", "RFC 7540 3.2", "every request in HTTP/1.1 switches protocols",
     ("rfc7540-upgrade/upgrade-*",), (), {"prepare": upgrading}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
