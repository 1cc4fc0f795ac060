"""Mutants of reading and of what one fault does to the rest (RFC 9113 4.1, 5.4)."""

from collections.abc import Callable

from nghttp2.codes import ErrorCode
from nghttp2.errors import ConnectionFault, StreamFault

from .gate import Gate
from .model import Fault, Row, mutants
from .wire import HEADERS, NO_ERROR, PING, PROTOCOL_ERROR, SETTINGS, Frame


def whole_reads(gate: Gate) -> None:
    """What is left of a read behind its last whole frame is lost."""

    def make(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            plain(data)
            gate.buffer.clear()

        return receive

    gate.replace("receive", make, of=gate)


def two_of_a_kind_a_read(gate: Gate) -> None:
    """Of the PINGs, and of the requests, in one read the third and those behind it are lost."""

    def make(plain: Callable[[Frame], None]) -> Callable[[Frame], None]:
        def take(frame: Frame) -> None:
            taken: dict[int, int] = gate.notes.setdefault("taken", {})
            taken[frame.type] = taken.get(frame.type, 0) + 1
            if frame.type not in (PING, HEADERS) or taken[frame.type] < 3:
                plain(frame)

        return take

    gate.replace("_take", make, of=gate)

    def remake(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            gate.notes["taken"] = {}
            plain(data)

        return receive

    gate.replace("receive", remake, of=gate)


def alone_with_the_preface(gate: Gate) -> None:
    """What comes in one read with the preface is lost, but for SETTINGS."""

    def make(plain: Callable[[Frame], None]) -> Callable[[Frame], None]:
        def take(frame: Frame) -> None:
            if frame.type == SETTINGS or gate.notes.get("reads", 0) != 1:
                plain(frame)

        return take

    gate.replace("_take", make, of=gate)

    def remake(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            gate.notes["reads"] = gate.notes.get("reads", 0) + 1
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
    """A connection that begins in HTTP/1.1 is answered as if the protocol were switched."""

    def make(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            if b" HTTP/1.1\r\n" in data and not gate.highest and not gate._opening.startswith(b"PRI"):
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
    ("takes-two-of-a-kind-a-read", "RFC 9113 4.1",
     "of the PINGs, and of the requests, in one read only two are looked at",
     ("4.1-frame-format/coalesced", "openings-clients/many-requests-at-once",
      "3.4-preface/three-requests-behind-the-preface", "5.1.2-concurrency/at-the-limit",
      "4.1-frame-format/length-without-the-header"),
     ("4.3-field-blocks/responses-decode", "4.3-field-blocks/split-trailers-behind-the-server-reset",
      "4.3-field-blocks/table-after-trailers", "5.1-stream-states-half-closed/server-after-its-end-stream",
      "5.1.1-stream-identifiers/gaps", "5.1.2-concurrency/idle-streams-do-not-count",
      "5.3-priority-signals/dependency-loop", "6.1-data/interleaved-streams",
      "6.2-headers/frame-inside-a-trailer-block", "6.2-headers/padding",
      "6.2-headers/server-blocks-are-contiguous", "6.4-rst-stream/cancel-one-of-three",
      "6.7-ping/each-acknowledged",
      "6.9.1-flow-control-window/small-responses-use-up-the-connection-window",
      "7-error-codes/every-defined-code-in-rst-stream", "8.1-message-framing/response-framing",
      "8.2.1-field-names/bad-name-beside-good-streams",
      "8.2.2-connection-specific-fields/no-connection-fields-in-responses",
      "8.3.2-responses/twenty-responses", "8.7-request-reliability/answered-is-not-refused",
      "8.7-request-reliability/goaway-covers-answered-streams",
      "9.1-connection-management/other-authorities", "9.1-connection-management/other-methods",
      "hpack-encoder/lowered-to-sixty-four", "hpack-encoder/raised-from-zero",
      "hpack-size-updates/newest-entry-survives", "hpack-size-updates/shrinking-evicts-the-oldest",
      "hpack-size-updates/to-zero-and-back", "hpack-size-updates/zero-empties-the-table",
      "hpack-tables/duplicate-entries", "hpack-tables/name-of-an-evicted-entry",
      "hpack-tables/newest-entry-is-62", "openings-clients/growing-gaps",
      "rfc8441-extended-connect/setting-stays", "rfc9218-priority-field/missing-is-default",
      "rfc9218-priority-update/idle-and-active-streams-over-the-limit",
      "rfc9218-scheduling/default-urgency-between", "rfc9218-scheduling/low-urgency-is-served-in-the-end",
      "rfc9218-scheduling/same-urgency-in-stream-order", "rfc9218-settings/never-changed",
      "situation:stream-limit-*"), {"prepare": two_of_a_kind_a_read}),
    ("reads-settings-alone-with-the-preface", "RFC 9113 3.4",
     "of what comes in one read with the preface only SETTINGS is looked at",
     ("3.4-preface/request-behind-the-preface", "3.4-preface/three-requests-behind-the-preface"),
     ("5.2-flow-control/first-65535-octets-before-our-settings", "openings-clients/*", "real-openings/*",
      "rfc9218-settings/value-0", "rfc9218-settings/value-1", "situation:first-frame-not-*"),
     {"prepare": alone_with_the_preface}),
    ("takes-other-connections-along", "RFC 9113 5.4.1", "a connection error ends all connections",
     ("*-beside-another-connection", "5.4-errors/another-connection-*"), (), {"fault": taking_others_along}),
    ("resets-all-streams", "RFC 9113 5.4.2", "a stream error ends all streams",
     ("5.4-errors/other-streams-live-after-a-stream-error", "8.1.1-content-length/another-stream-goes-on",
      "5.1-stream-states-half-closed/two-streams"),
     ("5.1.2-concurrency/data-of-a-refused-stream", "5.1.2-concurrency/half-closed-streams-over-the-limit",
      "5.1.2-concurrency/split-request-over-the-limit", "5.1.2-concurrency/table-after-a-refused-stream",
      "8.7-request-reliability/refused-stream-has-no-response"),
     {"fault": ending_everything}),
    ("serves-eighteen-requests", "RFC 9113 8.1", "the connection is closed behind eighteen requests",
     ("9.1-connection-management/thirty-requests-one-by-one", "openings-clients/many-requests-at-once",
      "4.1-frame-format/coalesced", "8.7-request-reliability/answered-is-not-refused"),
     ("5.1-stream-states-closed/window-update-on-a-stream-long-closed", "5.1.2-concurrency/at-the-limit",
      "5.1.2-concurrency/finished-streams-do-not-count", "5.1.2-concurrency/reset-streams-do-not-count",
      "6.9-window-update/credit-after-cancelled-uploads", "6.9-window-update/credit-over-many-streams",
      "6.9.1-flow-control-window/data-beyond-the-connection-window", "8.3.2-responses/twenty-responses",
      "rfc9218-priority-update/idle-and-active-streams-over-the-limit", "situation:stream-limit-*",
      "hpack-encoder/every-small-table"),
     {"incoming": ten_requests}),
    ("switches-to-h2c", "RFC 7540 3.2", "a request in HTTP/1.1 switches protocols",
     ("rfc7540-upgrade/upgrade-*",), (), {"prepare": upgrading}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
