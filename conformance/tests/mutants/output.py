"""Mutants whose own frames break a rule: they are rewritten on their way to the client."""

from collections.abc import Callable

from nghttp2.fields import Fields

from .gate import Gate
from .model import EVERYTHING, Mutant, Rewrite, Row, mutants
from .rewriting import Matching, altered, doubled, flags, followed, lost, of, preceded
from .wire import (
    ACK,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    MAX_31,
    OK,
    ORIGIN,
    PADDED,
    PING,
    PRIORITY_UPDATE,
    PROTOCOL_ERROR,
    PUSH_PROMISE,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Frame,
    goaway,
    rst_stream,
)


def is_ack(gate: Gate, frame: Frame) -> bool:
    return frame.has(ACK)


def ends(gate: Gate, frame: Frame) -> bool:
    return frame.has(END_STREAM)


def reserved(frame: Frame) -> None:
    frame.reserved = True


def spoil_ping(frame: Frame) -> None:
    frame.payload = frame.payload[:7] + bytes((frame.payload[7] ^ 1,))


def pad(frame: Frame) -> None:
    frame.flags |= PADDED
    frame.payload = b"\x03" + frame.payload + b"pad"


def oversize(frame: Frame) -> None:
    frame.payload += b"x" * 60_000


def late_settings(gate: Gate, frame: Frame) -> list[Frame]:
    """Send a WINDOW_UPDATE before the first SETTINGS."""
    if gate.notes.get("begun"):
        return [frame]
    gate.notes["begun"] = True
    return [Frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01"), frame]


def grown(frame: Frame) -> Frame:
    return goaway(MAX_31, PROTOCOL_ERROR)


def wrong_last(change: int) -> Callable[[Frame], None]:
    def alter(frame: Frame) -> None:
        last = int.from_bytes(frame.payload[:4], "big")
        frame.payload = max(0, last + change).to_bytes(4, "big") + frame.payload[4:]

    return alter


def is_error(gate: Gate, frame: Frame) -> bool:
    return int.from_bytes(frame.payload[4:8], "big") != 0


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


def held_pings(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == PING and frame.has(ACK) and gate.connection.streams.live:
        return []
    return None


def split_block(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Put a WINDOW_UPDATE between HEADERS and a CONTINUATION."""
    if frame.type not in (HEADERS, PUSH_PROMISE) or not frame.has(END_HEADERS) or len(frame.payload) < 6:
        return None
    frame.flags &= ~END_HEADERS
    rest = Frame(CONTINUATION, END_HEADERS, frame.stream, frame.payload[5:])
    frame.payload = frame.payload[:5]
    return [frame, Frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01"), rest]


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


def crossed(gate: Gate, frame: Frame) -> None:
    """DATA of a stream goes out on stream 0."""
    if frame.type == DATA:
        frame.stream = 0


def foreign_stream(frame: Frame) -> Frame:
    return Frame(WINDOW_UPDATE, 0, frame.stream + 1000, b"\0\0\0\x01")


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


def trailers(gate: Gate, frame: Frame) -> bool:
    seen: set[int] = gate.notes.setdefault("headed", set())
    again = frame.stream in seen
    seen.add(frame.stream)
    return again and frame.has(END_STREAM)


def empty_end(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Trailers are lost; an empty DATA ends the stream."""
    if frame.type == HEADERS and trailers(gate, frame):
        return [Frame(DATA, END_STREAM, frame.stream)]
    return None


def on_goaway(gate: Gate, frame: Frame) -> bool:
    return is_error(gate, frame)


def says_connect_error(frame: Frame) -> None:
    frame.payload = frame.payload[:7] + b"\x0a"


def priority_update(frame: Frame) -> Frame:
    return Frame(PRIORITY_UPDATE, 0, 0, frame.stream.to_bytes(4, "big") + b"u=1")


def says_ok(frame: Frame) -> Frame:
    return Frame(HEADERS, END_HEADERS | END_STREAM, frame.stream or 1, OK)


def after_reset(frame: Frame) -> Frame:
    return Frame(DATA, 0, frame.stream, b"more")


def with_block(gate: Gate, frame: Frame) -> bool:
    return bool(frame.payload)


ERRORS = ("situation:*",)

ROWS: tuple[Row, ...] = (
    # name, rule, sentence, kills, touches, rewrite
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
     EVERYTHING, doubled(of(SETTINGS, also=is_ack))),
    ("acknowledges-the-first-settings-only", "RFC 9113 6.5.3",
     "only the client's first SETTINGS is acknowledged",
     ("6.5.3-settings-synchronization/one-ack-each",
      "6.5.3-settings-synchronization/empty-settings-are-acknowledged", "6.5-settings/at-any-time",
      "5.2-flow-control/control-frames-pass-a-zero-window", "situation:unknown-setting",
      "4.1-frame-format/settings-*", "6.5.2-settings-values/boundary-values",
      "6.5.2-settings-values/lowest-values", "3.4-preface/second-settings-in-the-same-write",
      "5.5-extensions/unknown-setting-and-error-code-and-type"),
     EVERYTHING, lost(second(SETTINGS, is_ack))),
    ("never-acknowledges-settings", "RFC 9113 6.5.3", "no SETTINGS is acknowledged",
     ("3.4-preface/empty-settings", "6.7-ping/*", "real-openings/*"), EVERYTHING,
     lost(of(SETTINGS, also=is_ack))),
    ("holds-settings-acks-while-requests-are-open", "RFC 9113 6.5.3",
     "SETTINGS are not acknowledged while a request is open",
     ("6.5.3-settings-synchronization/ack-is-immediate",
      "5.2-flow-control/control-frames-pass-a-zero-window"),
     EVERYTHING, held_acks),
    ("holds-ping-acks-while-requests-are-open", "RFC 9113 6.7",
     "PING is not answered while a request is open",
     ("6.7-ping/before-a-held-response", "6.7-ping/after-half-close"), EVERYTHING, held_pings),
    ("spoils-ping-payloads", "RFC 9113 6.7", "a PING is answered with another payload",
     ("6.7-ping/acknowledged", "6.7-ping/each-acknowledged", "4.1-frame-format/ping-*"), EVERYTHING,
     altered(of(PING, also=is_ack), spoil_ping)),
    ("answers-ping-twice", "RFC 9113 6.7", "a PING is answered twice",
     ("6.7-ping/each-acknowledged",), ("6.7-ping/*",), doubled(of(PING, also=is_ack))),
    ("ignores-reset-flags", "RFC 9113 4.1", "DATA goes out with a flag that means nothing",
     ("4.1-frame-format/server-leaves-unused-flags-unset",), (), altered(of(DATA), flags(on=0x40))),
    ("sets-reserved-bits", "RFC 9113 4.1", "HEADERS goes out with the reserved bit set",
     ("4.1-frame-format/server-leaves-reserved-bit-unset",), (), altered(of(HEADERS), reserved)),
    ("pads-with-text", "RFC 9113 6.1", "padding of DATA is not zero",
     ("6.1-data/server-pads-with-zeros",), ("*",), altered(of(DATA), pad)),
    ("pads-headers-with-text", "RFC 9113 6.2", "padding of HEADERS is not zero",
     ("6.2-headers/server-blocks-are-contiguous",), ("*",), altered(of(HEADERS), pad)),
    ("pads-promises-with-text", "RFC 9113 6.6", "padding of PUSH_PROMISE is not zero",
     ("6.6-push-promise/promise-format",), ("*",), altered(of(PUSH_PROMISE), pad)),
    ("sends-oversized-frames", "RFC 9113 4.2", "DATA goes out in frames of more than 65,536 octets",
     ("4.2-frame-size/server-keeps-*",), EVERYTHING,
     altered(of(DATA, also=lambda gate, frame: len(frame.payload) > 8000), oversize)),
    ("interrupts-field-blocks", "RFC 9113 6.10", "a WINDOW_UPDATE goes out inside a field block",
     ("6.10-continuation/server-continuations", "6.2-headers/server-blocks-are-contiguous",
      "6.6-push-promise/promise-format", "4.3-field-blocks/responses-decode",
      "8.1-message-framing/response-framing"),
     EVERYTHING, split_block),
    ("sends-data-on-stream-0", "RFC 9113 6.1", "DATA goes out on stream 0",
     ("6.1-data/server-data-is-on-a-stream",), EVERYTHING, crossed),
    ("credits-streams-nobody-opened", "RFC 9113 5.1.1",
     "a WINDOW_UPDATE goes out on a stream that nobody opened",
     ("5.1.1-stream-identifiers/server-uses-no-other-stream", "6.9-window-update/server-increments",
      "5.1-stream-states-idle/headers-with-end-stream"),
     EVERYTHING, followed(of(WINDOW_UPDATE, HEADERS), foreign_stream)),
    ("credits-0", "RFC 9113 6.9", "a WINDOW_UPDATE of 0 goes out",
     ("6.9-window-update/server-increments", "6.9.1-flow-control-window/server-window-in-range"), EVERYTHING,
     followed(of(WINDOW_UPDATE), lambda frame: Frame(WINDOW_UPDATE, 0, 0, bytes(4)))),
    ("never-ends-responses", "RFC 9113 8.1", "no DATA has END_STREAM",
     ("8.1-message-framing/response-framing", "6.9.1-flow-control-window/response-that-fits-exactly",
      "6.2-headers/server-blocks-are-contiguous", "9.1-connection-management/client-goaway-then-close",
      "8.5-connect/tunnel-ends"),
     EVERYTHING, altered(of(DATA), flags(off=END_STREAM))),
    ("never-ends-with-headers", "RFC 9113 8.1", "no HEADERS has END_STREAM",
     ("8.1-message-framing/response-trailers", "rfc9110-head-and-no-content/*",
      "!situation:field-name-upper-case", "!rfc9110-head-and-no-content/interim-*",
      "!rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "!rfc9110-head-and-no-content/not-modified-has-the-validators"),
     EVERYTHING, altered(of(HEADERS), flags(off=END_STREAM))),
    ("ends-early", "RFC 9113 8.1", "HEADERS has END_STREAM though DATA follows",
     ("8.1-message-framing/response-framing", "5.1-stream-states-half-closed/server-after-its-end-stream",
      "8.1-message-framing/interim-response-does-not-end-the-stream"),
     EVERYTHING, altered(of(HEADERS), flags(on=END_STREAM))),
    ("loses-trailers", "RFC 9113 8.1", "trailers of the response are lost",
     ("8.1-message-framing/response-trailers", "4.3-field-blocks/response-trailers"), (), empty_end),
    ("goes-on-after-goaway", "RFC 9113 5.4.1", "a response goes out behind a GOAWAY with an error",
     ("5.4-errors/nothing-behind-a-connection-error",), ERRORS, followed(of(GOAWAY, also=is_error), says_ok)),
    ("sends-goaway-twice", "RFC 9113 5.4.1", "a GOAWAY with an error goes out twice",
     ("5.4-errors/two-faults-in-one-frame",), ERRORS, doubled(of(GOAWAY, also=is_error))),
    ("raises-the-last-stream", "RFC 9113 6.8", "a second GOAWAY names a higher stream",
     ("6.8-goaway/last-stream-does-not-grow",), ERRORS, followed(of(GOAWAY, also=is_error), grown)),
    ("names-no-stream-in-goaway", "RFC 9113 6.8", "GOAWAY names a stream that is lower than the last",
     ("5.4-errors/goaway-names-the-last-stream", "5.4-errors/goaway-with-an-open-stream",
      "8.7-request-reliability/goaway-covers-*"),
     ERRORS, altered(of(GOAWAY), wrong_last(-2))),
    ("names-a-high-stream-in-goaway", "RFC 9113 6.8", "GOAWAY names a stream above the last",
     ("5.4-errors/goaway-names-no-stream",), ERRORS, altered(of(GOAWAY), wrong_last(50))),
    ("resets-twice", "RFC 9113 5.4.2", "RST_STREAM goes out twice",
     ("5.4-errors/one-rst-stream", "5.4-errors/rst-stream-is-the-last-frame", "5.4-errors/ten-stream-errors",
      "5.1-stream-states-closed/rst-stream-behind-the-server-reset"),
     ERRORS, doubled(of(RST_STREAM))),
    ("goes-on-after-rst-stream", "RFC 9113 5.1", "DATA goes out behind a RST_STREAM",
     ("5.4-errors/rst-stream-is-the-last-frame", "5.1-stream-states-closed/frames-behind-the-server-reset",
      "6.9.1-flow-control-window/blocked-stream-window-overflow",
      "6.9-window-update/zero-on-a-half-closed-stream"),
     ERRORS, followed(of(RST_STREAM), after_reset)),
    ("swallows-rst-stream", "RFC 9113 5.4.2", "RST_STREAM never goes out",
     ("situation:priority-bad-length", "situation:stream-window-overflow",
      "situation:data-on-half-closed-remote", "situation:headers-on-half-closed-remote",
      "5.4-errors/ten-stream-errors", "situation:window-update-zero-on-stream",
      "situation:second-headers-without-end-stream"),
     ERRORS, lost(of(RST_STREAM, also=lambda gate, frame: frame.number != 0))),
    ("escalates-to-another-connection-code", "RFC 9113 7", "a GOAWAY with an error says CONNECT_ERROR",
     ("situation:oversized-*", "situation:ping-*", "situation:settings-*", "!situation:settings-ack-unasked",
      "!situation:ping-ack-unasked", "situation:hpack-decoding-error", "!4.2-frame-size/data-over-*",
      "!4.2-frame-size/*-beside-*", "!6.5-settings/*-beside-*", "!6.5-settings/*-not-*", "!5.4-errors/*",
      "!6.8-goaway/last-*", "!hpack-tables/*-beside-*", "situation:priority-bad-length-closed"),
     ERRORS,
     altered(of(GOAWAY, also=is_error), says_connect_error)),
    ("credits-promised-streams-below", "RFC 9113 5.1.1", "promised streams are odd",
     ("5.1.1-stream-identifiers/server-streams-are-even", "8.4-server-push/promised-stream-is-even",
      "6.6-push-promise/promised-while-open", "5.1-stream-states-reserved/server-sends-only-headers"),
     ("8.4-server-push/*", "6.6-push-promise/*", "5.1*"), shifted_push),
    ("numbers-promises-downwards", "RFC 9113 5.1.1", "promised streams fall",
     ("8.4-server-push/second-request-pushes-higher", "5.1.1-stream-identifiers/server-streams-are-even"),
     ("8.4-server-push/*", "6.6-push-promise/*", "5.1*"), falling_promises),
    ("promises-too-late", "RFC 9113 6.6, 8.4.1", "a promise comes behind the end of its response",
     ("8.4-server-push/promise-on-an-open-stream", "6.6-push-promise/promised-while-open"),
     ("8.4-server-push/*", "6.6-push-promise/*", "5.1*"), late_promise),
    ("sends-data-on-reserved", "RFC 9113 5.1", "DATA goes out on a reserved stream",
     ("5.1-stream-states-reserved/server-sends-only-headers",),
     ("8.4-server-push/*", "6.6-push-promise/*", "5.1*"), early_push),
    ("announces-enable-push", "RFC 9113 6.5.2", "the server's SETTINGS have ENABLE_PUSH 1",
     ("8.4-server-push/enable-push-of-the-server", "6.5-settings/server-settings",
      "6.5.2-settings-values/server-values"),
     (), altered(of(SETTINGS, also=first_settings), settings_with(2, 1))),
    ("announces-bad-frame-size", "RFC 9113 6.5.2", "the server's SETTINGS have MAX_FRAME_SIZE 1,000",
     ("6.5.2-settings-values/server-values", "6.5-settings/server-settings"), EVERYTHING,
     altered(of(SETTINGS, also=first_settings), settings_with(5, 1000))),
    ("announces-bad-priorities", "RFC 9218 2.1", "the server's SETTINGS have NO_RFC7540_PRIORITIES 2",
     ("rfc9218-settings/announced-first", "rfc9218-settings/never-changed"), EVERYTHING,
     altered(of(SETTINGS, also=first_settings), lambda frame: setattr(frame, "settings",
             [(n, 2 if n == 9 else v) for n, v in frame.settings]))),
    ("changes-no-rfc7540-priorities", "RFC 9218 2.1", "NO_RFC7540_PRIORITIES goes out again as 0",
     ("rfc9218-settings/never-changed",), EVERYTHING, later_settings(9, 0)),
    ("takes-enable-connect-protocol-back", "RFC 8441 3", "ENABLE_CONNECT_PROTOCOL goes out again as 0",
     ("rfc8441-extended-connect/setting-stays",), EVERYTHING, later_settings(8, 0)),
    ("announces-bad-connect-protocol", "RFC 8441 3", "the server's SETTINGS have ENABLE_CONNECT_PROTOCOL 2",
     ("rfc8441-extended-connect/setting-of-the-server",), EVERYTHING,
     altered(of(SETTINGS, also=first_settings), settings_with(8, 2))),
    ("sends-priority-updates", "RFC 9218 7.1", "PRIORITY_UPDATE goes out before each response",
     ("rfc9218-priority-update/server-sends-none",), (),
     preceded(of(HEADERS), priority_update)),
    ("sends-origin-on-a-stream", "RFC 8336 2.1", "ORIGIN goes out on the stream of a response",
     ("rfc8336-origin/sent-on-stream-0",), (),
     preceded(of(HEADERS), lambda frame: Frame(ORIGIN, 0, frame.stream, b"\0\x09http://a/"))),
    ("resets-answered-streams", "RFC 9113 8.7", "an answered stream is reset with REFUSED_STREAM",
     ("8.7-request-reliability/answered-is-not-refused",), EVERYTHING,
     followed(of(DATA, also=ends), lambda frame: rst_stream(frame.stream, 7))),
    ("says-cancelled-streams-were-refused", "RFC 9113 8.7", "stream errors are all REFUSED_STREAM",
     ("situation:window-update-zero-on-stream", "situation:data-on-closed", "situation:data-on-peer-reset",
      "situation:data-on-half-closed-remote", "situation:second-headers-without-end-stream",
      "!5.1.1-stream-identifiers/skipped-stream-data", "!5.4-errors/*", "!5.1-stream-states-closed/credit-*",
      "!5.1-stream-states-closed/*-behind-*", "!6.9-window-update/zero-on-a-half-*",
      "!5.1-stream-states-half-closed/credit-*", "!4.3-*", "!5.1-*/two-streams"),
     ERRORS,
     altered(of(RST_STREAM, also=lambda gate, frame: frame.number != 0),
                     lambda frame: setattr(frame, "payload", b"\0\0\0\x07"))),
)  # fmt: skip


def encoding(alter: Callable[[Fields], Fields]) -> Callable[[Gate], None]:
    """Alter the fields of every section that the server encodes."""

    def prepare(gate: Gate) -> None:
        def make(plain: Callable[..., tuple[bytes, int]]) -> Callable[..., tuple[bytes, int]]:
            def encode(fields: Fields, key: object = None) -> tuple[bytes, int]:
                block, _ = plain(alter(list(fields)), key)
                return block, plain_length(fields)

            return encode

        gate.replace("_encode", make)

    return prepare


def plain_length(fields: Fields) -> int:
    return next((int(value) for name, value in fields if name == b"content-length"), -1)


def is_response(fields: Fields) -> bool:
    return fields[:1] != [] and fields[0][0] == b":status"


def status_of(fields: Fields) -> int:
    return int(fields[0][1]) if is_response(fields) else 0


def adds(
    name: bytes, value: bytes, when: Callable[[Fields], bool] = is_response
) -> Callable[[Fields], Fields]:
    return lambda fields: [*fields, (name, value)] if when(fields) else fields


def shouts(fields: Fields) -> Fields:
    return [(name.title() if name[:1] != b":" else name, value) for name, value in fields]


def statuses(*wanted: int) -> Callable[[Fields], bool]:
    return lambda fields: status_of(fields) in wanted


def longer(fields: Fields) -> Fields:
    return [(n, str(int(v) + 7).encode() if n == b"content-length" else v) for n, v in fields]


def late_status(fields: Fields) -> Fields:
    return [*fields[1:], (b"x-filler", b"1"), fields[0]] if is_response(fields) else fields


def promise(fields: Fields) -> bool:
    return fields[:1] != [] and fields[0][0] == b":method"


FIELDS: tuple[Row, ...] = (
    ("answers-with-upper-case", "RFC 9113 8.2", "names in responses begin with capitals",
     ("8.3.2-responses/get", "8.3.2-responses/options", "8.3.2-responses/trailers",
      "8.3.2-responses/twenty-responses", "8.3.2-responses/redirect-does-not-split",
      "8.3.2-responses/reflected-field-name"),
     EVERYTHING, shouts),
    ("puts-status-last", "RFC 9113 8.3", ":status comes behind the fields",
     ("8.3.2-responses/*", "!8.3.2-responses/reflected-*", "8.1-message-framing/response-framing"),
     EVERYTHING, late_status),
    ("answers-with-connection", "RFC 9113 8.2.2", "responses have a connection field",
     ("8.2.2-connection-specific-fields/no-connection-fields-in-*", "8.6-upgrade/no-101-to-*"), EVERYTHING,
     adds(b"connection", b"close")),
    ("answers-with-a-split-value", "RFC 9113 8.2.1", "a value of every response holds a CR LF",
     ("8.3.2-responses/redirect-does-not-split", "8.3.2-responses/reflected-field-name",
      "8.3.2-responses/echo", "8.3.2-responses/no-such-resource"),
     EVERYTHING, adds(b"x-split", b"a\r\nb: c")),
    ("announces-a-wrong-length", "RFC 9113 8.1.1", "content-length of responses is 7 too large",
     ("rfc9110-head-and-no-content/head-and-get-agree-*", "8.1-message-framing/response-framing"), EVERYTHING,
     longer),
    ("gives-204-a-length", "RFC 9110 8.6", "a 204 response has a content-length",
     ("rfc9110-head-and-no-content/no-content-without-length",
      "rfc9110-head-and-no-content/no-content-for-head"),
     ("rfc9110-head-and-no-content/*", "8.3.2-responses/*"), adds(b"content-length", b"0", statuses(204))),
    ("gives-tunnels-a-length", "RFC 9110 8.6", "a 2xx response to CONNECT has a content-length",
     ("8.5-connect/tunnel-without-content-length",), ("8.5-connect/*", "rfc8441-*"),
     adds(b"content-length", b"0", lambda fields: fields == [(b":status", b"200")])),
    ("gives-1xx-a-length", "RFC 9110 8.6", "a 1xx response has a content-length",
     ("rfc9110-head-and-no-content/interim-response-without-length",), EVERYTHING,
     adds(b"content-length", b"0", statuses(100, 103))),
    ("switches-protocols", "RFC 9113 8.6", "103 goes out as 101",
     ("8.6-upgrade/no-101-among-interim-responses", "8.3.2-responses/interim"), EVERYTHING,
     lambda fields: [(b":status", b"101"), *fields[1:]] if status_of(fields) == 103 else fields),
    ("ends-with-a-pseudo-field", "RFC 9113 8.1", "trailers of the response hold :status",
     ("8.1-message-framing/response-trailers", "4.3-field-blocks/response-trailers"), EVERYTHING,
     lambda fields: fields if is_response(fields) or promise(fields) else [(b":status", b"200"), *fields]),
    ("forgets-validators", "RFC 9110 15.4.5", "a 304 response has no ETag",
     ("rfc9110-head-and-no-content/not-modified-has-the-validators",), (),
     lambda fields: [(n, v) for n, v in fields if n != b"etag" or status_of(fields) != 304]),
    ("promises-post", "RFC 9113 8.4", "promised requests are POST",
     ("8.4-server-push/promised-request", "8.4-server-push/promised-stream-is-even",
      "6.6-push-promise/promised-while-open", "rfc7540-streams/promised-request"),
     ("8.4-server-push/*", "6.6-push-promise/*", "5.1*"),
     lambda fields: [(b":method", b"POST"), *fields[1:]] if promise(fields) else fields),
    ("answers-with-http2-settings", "RFC 7540 3.2.1", "responses have an HTTP2-Settings field",
     ("rfc7540-upgrade/no-http2-settings-in-responses",), EVERYTHING, adds(b"http2-settings", b"AAMAAABk")),
    ("promises-without-authority", "RFC 9113 8.4", "promised requests have no :authority",
     ("8.4-server-push/promised-request",), ("8.4-server-push/*", "6.6-push-promise/*", "5.1*"),
     lambda fields: [pair for pair in fields if pair[0] != b":authority"] if promise(fields) else fields),
    ("serves-404-as-500", "RFC 9113 8.1.1", "everything is answered 500",
     ("8.1.1-content-length/true-length", "8.3-pseudo-fields/order-*"), EVERYTHING,
     lambda fields: [(b":status", b"500"), *fields[1:]] if is_response(fields) else fields),
)  # fmt: skip

MUTANTS = [
    *mutants(ROWS, "outgoing"),
    *mutants([(*row[:5], encoding(row[5])) for row in FIELDS], "prepare"),
    Mutant(
        "stays-open-after-goaway",
        "RFC 9113 5.4.1",
        "the connection is not closed behind a GOAWAY with an error",
        ("situation:ping-on-stream", "situation:settings-*-invalid", "situation:hpack-decoding-error",
         "situation:frame-inside-field-block", "situation:continuation-*", "situation:headers-even-id",
         "situation:headers-lower-id", "!situation:hpack-integer-*", "!*-beside-*", "!5.4-errors/*",
         "!6.8-goaway/*",
         "!8.7-*"),
        ERRORS,
        stays_open=True,
    ),
]  # fmt: skip
