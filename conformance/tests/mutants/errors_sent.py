"""Mutants of how errors are told: GOAWAY, RST_STREAM and the close (RFC 9113 5.4)."""

from collections.abc import Callable

from .gate import Gate
from .model import Mutant, Row, mutants
from .rewriting import altered, doubled, followed, lost, of
from .wire import (
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    MAX_31,
    OK,
    PROTOCOL_ERROR,
    RST_STREAM,
    Frame,
    goaway,
    rst_stream,
)


def ends_late(gate: Gate, frame: Frame) -> bool:
    """Tell the ends of responses behind the eighteenth."""
    gate.notes["ends"] = gate.notes.get("ends", 0) + frame.has(END_STREAM)
    return frame.has(END_STREAM) and gate.notes["ends"] > 18


def grown(frame: Frame) -> Frame:
    return goaway(MAX_31, PROTOCOL_ERROR)


def wrong_last(change: int) -> Callable[[Frame], None]:
    def alter(frame: Frame) -> None:
        last = int.from_bytes(frame.payload[:4], "big")
        frame.payload = max(0, last + change).to_bytes(4, "big") + frame.payload[4:]

    return alter


def is_error(gate: Gate, frame: Frame) -> bool:
    return int.from_bytes(frame.payload[4:8], "big") != 0


def says_connect_error(frame: Frame) -> None:
    frame.payload = frame.payload[:7] + b"\x0a"


def says_ok(frame: Frame) -> Frame:
    return Frame(HEADERS, END_HEADERS | END_STREAM, frame.stream or 1, OK)


def after_reset(frame: Frame) -> Frame:
    return Frame(DATA, 0, frame.stream, b"more")


ROWS: tuple[Row, ...] = (
    ("goes-on-after-goaway", "RFC 9113 5.4.1", "a response goes out behind a GOAWAY with an error",
     ("5.4-errors/nothing-behind-a-connection-error",),
     ("5.1-stream-states-closed/no-second-answer",),
     followed(of(GOAWAY, also=is_error), says_ok)),
    ("raises-the-last-stream", "RFC 9113 6.8", "a second GOAWAY names a higher stream",
     ("6.8-goaway/last-stream-does-not-grow",),
     ("5.4-errors/one-goaway",), followed(of(GOAWAY, also=is_error), grown)),
    ("names-no-stream-in-goaway", "RFC 9113 6.8", "GOAWAY names a stream that is lower than the last",
     ("5.4-errors/goaway-names-the-last-stream", "5.4-errors/goaway-with-an-open-stream",
      "8.7-request-reliability/goaway-covers-*"),
     ("5.4-errors/goaway-before-close",
      "5.4-errors/goaway-names-no-promised-stream"), altered(of(GOAWAY), wrong_last(-2))),
    ("names-a-high-stream-in-goaway", "RFC 9113 6.8", "GOAWAY names a stream above the last",
     ("5.4-errors/goaway-names-no-stream",),
     ("5.4-errors/goaway-*", "5.4-errors/nothing-behind-a-connection-error"),
     altered(of(GOAWAY), wrong_last(50))),
    ("resets-twice", "RFC 9113 5.4.2", "RST_STREAM goes out twice",
     ("5.4-errors/ten-stream-errors", "5.1-stream-states-closed/rst-stream-behind-the-server-reset"),
     (), doubled(of(RST_STREAM))),
    ("goes-on-after-rst-stream", "RFC 9113 5.1", "DATA goes out behind a RST_STREAM",
     ("5.4-errors/rst-stream-is-the-last-frame", "5.1-stream-states-closed/frames-behind-the-server-reset",
      "6.9.1-flow-control-window/blocked-stream-window-overflow",
      "6.9-window-update/zero-on-a-half-closed-stream"),
     (), followed(of(RST_STREAM), after_reset)),
    ("swallows-rst-stream", "RFC 9113 5.4.2", "RST_STREAM never goes out",
     ("situation:priority-bad-length", "situation:stream-window-overflow",
      "situation:data-on-half-closed-remote", "situation:headers-on-half-closed-remote",
      "5.4-errors/ten-stream-errors", "situation:window-update-zero-on-stream",
      "situation:second-headers-without-end-stream"),
     ("10.3-smuggling/method-with-a-path", "10.3-smuggling/path-with-a-version",
      "10.3-smuggling/scheme-with-a-uri", "10.3-smuggling/status", "10.3-smuggling/unknown",
      "5.1-stream-states-closed/data-after-the-seen-server-reset",
      "5.1-stream-states-half-closed/headers-without-end-stream", "8.2.1-field-names/*-trailer-name",
      "8.2.1-field-names/upper-case-in-trailers", "8.2.1-field-values/*-trailer",
      "8.2.2-connection-specific-fields/*-in-trailers", "8.3-pseudo-fields/*",
      "8.3.1-request-pseudo-fields/method-colon", "8.3.1-request-pseudo-fields/method-empty",
      "8.3.1-request-pseudo-fields/method-high-octet", "8.3.1-request-pseudo-fields/method-parentheses",
      "8.3.1-request-pseudo-fields/method-quotes", "8.3.1-request-pseudo-fields/method-request-line",
      "8.3.1-request-pseudo-fields/method-slash", "8.3.1-request-pseudo-fields/path-space",
      "8.3.1-request-pseudo-fields/path-tab", "8.3.1-request-pseudo-fields/scheme-colon",
      "8.3.1-request-pseudo-fields/scheme-digit-first", "8.3.1-request-pseudo-fields/scheme-empty",
      "8.3.1-request-pseudo-fields/scheme-space", "8.3.1-request-pseudo-fields/scheme-uri",
      "8.5-connect/*-tunnel", "8.5-connect/with-status", "situation:connect-with-*",
      "situation:connect-without-*", "situation:content-length-too-*", "situation:content-length-without-*",
      "situation:missing-*", "situation:path-*", "situation:protocol-without-*",
      "situation:pseudo-field-after-*", "situation:pseudo-field-in-*", "situation:repeated-*",
      "situation:stream-limit-*"), lost(of(RST_STREAM, also=lambda gate, frame: frame.number != 0))),
    ("escalates-to-another-connection-code", "RFC 9113 7", "a GOAWAY with an error says CONNECT_ERROR",
     ("situation:oversized-*", "situation:ping-*", "situation:settings-*", "!situation:settings-ack-unasked",
      "!situation:ping-ack-unasked", "situation:hpack-decoding-error", "!4.2-frame-size/data-over-*",
      "!4.2-frame-size/*-beside-*", "!6.5-settings/*-beside-*", "!6.5-settings/*-not-*", "!5.4-errors/*",
      "5.4-errors/two-faults-in-one-frame", "!6.8-goaway/last-*", "!hpack-tables/*-beside-*",
      "situation:priority-bad-length-closed"),
     ("4.2-frame-size/data-over-the-limit",
      "4.2-frame-size/headers-over-the-limit-beside-another-connection",
      "5.4-errors/stream-error-and-decoding-error", "6.1-data/empty-on-stream-0", "6.1-data/on-stream-0",
      "6.1-data/pad-*",
      "6.1-data/padded-without-pad-length", "6.2-headers/padded-without-pad-length",
      "6.3-priority/bad-length-on-idle", "6.3-priority/on-stream-0",
      "6.3-priority/on-stream-0-with-bad-length", "6.4-rst-stream/after-priority-on-idle",
      "6.4-rst-stream/on-*", "6.5-settings/bad-length-beside-another-connection",
      "6.5-settings/bad-length-is-not-acknowledged", "6.9.1-flow-control-window/connection-window-overflow",
      "6.9.1-flow-control-window/connection-window-overflow-by-one",
      "6.9.1-flow-control-window/data-beyond-the-connection-window", "hpack-size-updates/behind-a-field",
      "hpack-size-updates/between-fields", "hpack-size-updates/three",
      "hpack-tables/bad-index-beside-another-connection", "rfc9218-priority-update/for-a-high-push-stream",
      "rfc9218-priority-update/for-an-idle-push-stream", "rfc9218-priority-update/for-stream-0",
      "rfc9218-priority-update/for-stream-0-with-reserved-bit",
      "rfc9218-priority-update/idle-and-active-streams-over-the-limit",
      "rfc9218-priority-update/more-idle-streams-than-the-limit", "rfc9218-priority-update/on-*",
      "situation:continuation-*", "situation:data-on-idle", "situation:first-*", "situation:frame-inside-*",
      "situation:goaway-*", "situation:headers-*", "situation:no-rfc7540-priorities-invalid",
      "situation:ping-on-*", "situation:push-*", "situation:rst-stream-bad-*", "situation:truncated-*",
      "situation:unknown-frame-in-*", "situation:window-update-bad-*", "situation:window-update-on-idle",
      "situation:window-update-zero-on-connection", "situation:wrong-*",
      "rfc9218-priority-update/of-three-octets", "rfc9218-priority-update/without-payload"),
     altered(of(GOAWAY, also=is_error), says_connect_error)),
    ("resets-answered-streams", "RFC 9113 8.7",
     "streams from the nineteenth answered one on are reset with REFUSED_STREAM",
     ("8.7-request-reliability/answered-is-not-refused",),
     ("4.1-frame-format/coalesced", "5.1-stream-states-closed/window-update-on-a-stream-long-closed",
      "9.1-connection-management/thirty-requests-one-by-one", "openings-clients/many-requests-at-once"),
     followed(of(DATA, also=ends_late), lambda frame: rst_stream(frame.stream, 7))),
    ("says-cancelled-streams-were-refused", "RFC 9113 8.7", "stream errors are all REFUSED_STREAM",
     ("situation:window-update-zero-on-stream", "situation:data-on-closed", "situation:data-on-peer-reset",
      "situation:data-on-half-closed-remote", "situation:second-headers-without-end-stream",
      "!5.1.1-stream-identifiers/skipped-stream-data", "!5.4-errors/*", "!5.1-stream-states-closed/credit-*",
      "!5.1-stream-states-closed/*-behind-*", "!6.9-window-update/zero-on-a-half-*",
      "!5.1-stream-states-half-closed/credit-*", "!4.3-*", "!5.1-*/two-streams"),
     ("10.3-smuggling/method-with-a-path", "10.3-smuggling/path-with-a-version",
      "10.3-smuggling/scheme-with-a-uri", "10.3-smuggling/status", "10.3-smuggling/unknown",
      "5.1-stream-states-closed/credit-for-data-after-our-reset",
      "5.1-stream-states-half-closed/credit-for-late-data",
      "5.1-stream-states-half-closed/headers-without-end-stream",
      "5.1-stream-states-half-closed/two-streams", "5.1.1-stream-identifiers/skipped-stream-data",
      "6.1-data/padding-uses-up-the-stream-window",
      "6.9.1-flow-control-window/data-beyond-the-stream-window", "8.2.1-field-names/*-trailer-name",
      "8.2.1-field-names/upper-case-in-trailers", "8.2.1-field-values/*-trailer",
      "8.2.2-connection-specific-fields/*-in-trailers", "8.3-pseudo-fields/*",
      "8.3.1-request-pseudo-fields/method-colon", "8.3.1-request-pseudo-fields/method-empty",
      "8.3.1-request-pseudo-fields/method-high-octet", "8.3.1-request-pseudo-fields/method-parentheses",
      "8.3.1-request-pseudo-fields/method-quotes", "8.3.1-request-pseudo-fields/method-request-line",
      "8.3.1-request-pseudo-fields/method-slash", "8.3.1-request-pseudo-fields/path-space",
      "8.3.1-request-pseudo-fields/path-tab", "8.3.1-request-pseudo-fields/scheme-colon",
      "8.3.1-request-pseudo-fields/scheme-digit-first", "8.3.1-request-pseudo-fields/scheme-empty",
      "8.3.1-request-pseudo-fields/scheme-space", "8.3.1-request-pseudo-fields/scheme-uri",
      "8.5-connect/with-status", "situation:connect-with-*", "situation:connect-without-*",
      "situation:content-length-too-*", "situation:content-length-without-*", "situation:headers-on-half-*",
      "situation:missing-*", "situation:path-*", "situation:priority-bad-length",
      "situation:protocol-without-*", "situation:pseudo-field-after-*", "situation:pseudo-field-in-*",
      "situation:repeated-*", "situation:stream-window-*", "situation:window-update-zero-on-stream"),
     altered(of(RST_STREAM, also=lambda gate, frame: frame.number != 0),
                     lambda frame: setattr(frame, "payload", b"\0\0\0\x07"))),
)  # fmt: skip

MUTANTS = [
    *mutants(ROWS, "outgoing"),
    Mutant(
        "stays-open-after-goaway",
        "RFC 9113 5.4.1",
        "the connection is not closed behind a GOAWAY with an error",
        (
            "situation:ping-on-stream",
            "situation:settings-*-invalid",
            "situation:hpack-decoding-error",
            "situation:frame-inside-field-block",
            "situation:priority-update-too-short",
            "situation:continuation-*",
            "situation:headers-even-id",
            "situation:headers-lower-id",
            "!situation:hpack-integer-*",
            "!*-beside-*",
            "!5.4-errors/*",
            "!6.8-goaway/*",
            "!8.7-*",
        ),
        (
            "5.4-errors/goaway-before-close",
            "5.4-errors/stream-error-and-decoding-error",
            "6.1-data/empty-on-stream-0",
            "6.1-data/on-stream-0",
            "6.1-data/pad-*",
            "6.1-data/padded-without-pad-length",
            "6.10-continuation/without-block-beside-another-connection",
            "6.2-headers/on-stream-0",
            "6.2-headers/padded-without-pad-length",
            "6.2-headers/priority-fields-cut",
            "6.2-headers/priority-fields-missing",
            "6.3-priority/bad-length-on-closed",
            "6.3-priority/bad-length-on-idle",
            "6.3-priority/on-stream-0",
            "6.3-priority/on-stream-0-with-bad-length",
            "6.4-rst-stream/after-priority-on-idle",
            "6.4-rst-stream/on-*",
            "6.9.1-flow-control-window/connection-window-overflow",
            "6.9.1-flow-control-window/connection-window-overflow-by-one",
            "6.9.1-flow-control-window/data-beyond-the-connection-window",
            "hpack-size-updates/behind-a-field",
            "hpack-size-updates/between-fields",
            "hpack-size-updates/three",
            "hpack-tables/bad-index-beside-another-connection",
            "rfc9218-priority-update/for-a-high-push-stream",
            "rfc9218-priority-update/for-an-idle-push-stream",
            "rfc9218-priority-update/for-stream-0",
            "rfc9218-priority-update/for-stream-0-with-reserved-bit",
            "rfc9218-priority-update/idle-and-active-streams-over-the-limit",
            "rfc9218-priority-update/more-idle-streams-than-the-limit",
            "rfc9218-priority-update/on-*",
            "situation:data-on-idle",
            "situation:first-*",
            "situation:goaway-*",
            "situation:headers-on-closed",
            "situation:headers-on-peer-*",
            "situation:headers-pad-*",
            "situation:no-rfc7540-priorities-invalid",
            "situation:oversized-*",
            "situation:ping-*",
            "situation:push-*",
            "situation:rst-stream-bad-*",
            "situation:settings-*",
            "situation:truncated-*",
            "situation:unknown-frame-in-*",
            "situation:window-update-bad-*",
            "situation:window-update-on-idle",
            "situation:window-update-zero-on-connection",
            "situation:wrong-*",
        ),
        stays_open=True,
    ),
]
