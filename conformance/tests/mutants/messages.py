"""Mutants of what becomes of messages (RFC 9113 8.1, 8.4; RFC 9110)."""

import re

from .gate import Gate
from .model import Row, mutants
from .rewriting import lost, of
from .wire import DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, OK, PADDED, RST_STREAM, Frame


def swapped(gate: Gate, frame: Frame) -> None:
    """Content of a stream is taken for that of the lowest one."""
    live = [
        stream.id for stream in gate.connection.streams.live.values() if stream.can_receive and stream.id % 2
    ]
    if frame.type == DATA and frame.stream in live:
        frame.stream = frame.stream if frame.has(END_STREAM) else min(live)


def unchunked(gate: Gate, frame: Frame) -> None:
    """Content that looks chunked is decoded."""
    if frame.type == DATA and not frame.has(PADDED) and CHUNK.match(frame.payload):
        frame.payload = CHUNK.sub(rb"\1", frame.payload)


def cut_content(gate: Gate, frame: Frame) -> None:
    """Behind an empty DATA frame the last octet of each is lost."""
    if frame.type == DATA and not frame.has(PADDED):
        behind: set[int] = gate.notes.setdefault("empty", set())
        if frame.stream in behind:
            frame.payload = frame.payload[:-1]
        elif not frame.payload:
            behind.add(frame.stream)


def served_again(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A request on a stream that was used already is answered once more."""
    if frame.type != HEADERS or frame.stream % 2 == 0 or gate.state(frame.stream) not in (6, 7):
        return None
    if gate.connection.streams.was_skipped(frame.stream):
        return None
    gate.say(Frame(HEADERS, END_HEADERS | END_STREAM, frame.stream, OK))
    return []


def refused_again(gate: Gate, frame: Frame) -> list[Frame] | None:
    streams = gate.connection.streams
    if frame.stream % 2 == 0 or frame.type not in (HEADERS, DATA) or frame.stream in streams.live:
        return None
    if gate.state(frame.stream) == 7 or (
        not gate.is_idle(frame.stream) and streams.was_skipped(frame.stream)
    ):
        gate.say(Frame(RST_STREAM, 0, frame.stream, b"\0\0\0\x07"))
        return []
    return None


def deaf_after_goaway(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == GOAWAY and not frame.stream:
        gate.notes["going"] = True
    return [] if gate.notes.get("going") and frame.type in (HEADERS, DATA) else None


def ends_pushed(gate: Gate, frame: Frame) -> None:
    if frame.type in (DATA, HEADERS) and frame.stream and frame.stream % 2 == 0:
        frame.flags &= ~END_STREAM


def no_continue(gate: Gate) -> None:
    """100-continue is never sent."""
    gate.replace("send_informational", lambda plain: lambda stream, status, headers=None: None)


def with_content(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Responses that must have no content get some."""
    if frame.type == HEADERS and frame.has(END_STREAM) and frame.payload[:1] in OK_OR_NO_CONTENT:
        frame.flags &= ~END_STREAM
        return [frame, Frame(DATA, END_STREAM, frame.stream, b"content")]
    return None


CHUNK = re.compile(rb"[0-9a-f]{1,4}\r\n(.*?)\r\n", re.DOTALL)
OK_OR_NO_CONTENT = (b"\x88", b"\x89", b"\x8b", b"\x8c", b"\x8d")
""":status 200, 204, 304, 400, 404."""

ROWS: tuple[Row, ...] = (
    ("mixes-streams", "RFC 9113 6.1", "content goes to the lowest open stream",
     ("6.1-data/interleaved-streams", "8.1-message-framing/two-requests-interleaved"),
     ("5.4-errors/other-streams-live-after-a-stream-error",), {"incoming": swapped}),
    ("decodes-chunks", "RFC 9113 8.1", "content that looks chunked is decoded",
     ("8.1-message-framing/chunked-coding-is-plain-content",),
     (), {"incoming": unchunked}),
    ("loses-an-octet", "RFC 9113 6.1", "behind an empty DATA the last octet of each DATA is lost",
     ("6.1-data/empty-frames", "8.1-message-framing/data-in-many-frames"),
     ("8.1.1-content-length/true-length-then-empty-data",), {"incoming": cut_content}),
    ("serves-used-streams-again", "RFC 9113 5.1.1", "a request on a used stream is answered once more",
     ("situation:headers-on-closed",),
     ("situation:headers-on-peer-*",),
     {"incoming": served_again}),
    ("refuses-used-streams", "RFC 9113 5.1",
     "frames on a stream that the client reset or passed over are answered REFUSED_STREAM",
     ("situation:headers-on-peer-reset", "5.1.1-stream-identifiers/skipped-stream-data"),
     ("situation:data-on-peer-*", "situation:headers-lower-*"),
     {"incoming": refused_again}),
    ("is-deaf-after-goaway", "RFC 9113 6.8", "requests and content behind the client's GOAWAY are not read",
     ("situation:request-after-goaway", "6.8-goaway/open-request-is-answered",
      "situation:goaway-unknown-code"),
     (),
     {"incoming": deaf_after_goaway}),
    ("pushes-after-goaway", "RFC 9113 6.8", "the client's GOAWAY is not heeded",
     ("6.8-goaway/no-push-after-goaway",),
     ("4.2-frame-size/goaway-over-the-limit", "6.2-headers/goaway-inside-a-block", "6.8-goaway/empty",
      "6.8-goaway/seven-octets"),
     {"incoming": lost(of(GOAWAY, on_stream=False))}),
    ("never-ends-pushed-responses", "RFC 9113 8.4", "pushed responses do not end",
     ("8.4-server-push/pushed-response-is-whole",),
     ("5.1-stream-states-reserved/server-sends-only-headers", "6.9.2-initial-window-size/pushed-streams"),
     {"outgoing": ends_pushed}),
    ("never-says-continue", "RFC 9110 10.1.1", "100 is never sent",
     ("rfc9110-expect/continue-then-final", "rfc9110-expect/interim-then-final-on-two-streams"),
     ("rfc9110-expect/wrong-length-after-continue",
      "8.1-message-framing/interim-response-does-not-end-the-stream", "8.3.2-responses/interim",
      "8.6-upgrade/no-101-among-interim-responses", "rfc8297-early-hints/final-response-follows",
      "rfc8297-early-hints/interim-before-the-window-opens", "rfc8297-early-hints/two-streams",
      "rfc9110-expect/cancelled-after-continue", "rfc9110-expect/content-held-back",
      "rfc9110-expect/other-letter-case", "rfc9110-head-and-no-content/interim-response-without-length"),
     {"prepare": no_continue}),
    ("gives-content-to-everything", "RFC 9110 9.3.2", "responses to HEAD, 204 and 304 have content",
     ("rfc9110-head-and-no-content/head", "rfc9110-head-and-no-content/no-content",
      "rfc9110-head-and-no-content/not-modified", "rfc9110-head-and-no-content/head-of-nothing",
      "rfc9110-head-and-no-content/malformed-head", "rfc8297-early-hints/head"),
     ("6.9.1-flow-control-window/empty-response-without-credit",
      "8.1-message-framing/trailers-without-content", "8.1.1-content-length/length-zero",
      "rfc9110-head-and-no-content/head-of-a-large-resource",
      "rfc9110-head-and-no-content/head-with-content", "rfc9110-head-and-no-content/no-content-for-head",
      "rfc9110-head-and-no-content/not-modified-and-get-agree-on-the-length"),
     {"outgoing": with_content}),
    ("ignores-rst-stream", "RFC 9113 5.1", "RST_STREAM of the client is not heeded",
     ("5.1.2-concurrency/reset-streams-do-not-count", "5.1-stream-states-reserved/rst-stream",
      "5.1-stream-states-half-closed/rst-stream", "7-error-codes/highest-code-in-rst-stream"),
     ("4.2-frame-size/rst-stream-over-the-limit",
      "5.1-stream-states-closed/table-after-a-block-behind-our-reset",
      "5.1.2-concurrency/open-streams-over-the-limit", "6.2-headers/rst-stream-inside-a-block",
      "6.4-rst-stream/cancelled-response-gives-its-credit-no-further",
      "8.4-server-push/pushed-stream-refused", "rfc7540-streams/headers-behind-our-reset",
      "situation:rst-stream-bad-*", "situation:rst-stream-on-idle",
      "6.2-headers/rst-stream-inside-a-trailer-block",
      "6.4-rst-stream/cancelled-while-the-connection-window-is-used-up"),
     {"incoming": lost(of(RST_STREAM, on_stream=True))}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
