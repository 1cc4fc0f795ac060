"""Mutants of how errors are told: GOAWAY, RST_STREAM and the close (RFC 9113 5.4)."""

from collections.abc import Callable

from .gate import Gate
from .model import EVERYTHING, Mutant, Row, mutants
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


def ends(gate: Gate, frame: Frame) -> bool:
    return frame.has(END_STREAM)


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


ERRORS = ("situation:*",)

ROWS: tuple[Row, ...] = (
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
     ("5.4-errors/rst-stream-is-the-last-frame", "5.4-errors/ten-stream-errors",
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
            "situation:continuation-*",
            "situation:headers-even-id",
            "situation:headers-lower-id",
            "!situation:hpack-integer-*",
            "!*-beside-*",
            "!5.4-errors/*",
            "!6.8-goaway/*",
            "!8.7-*",
        ),
        ERRORS,
        stays_open=True,
    ),
]
