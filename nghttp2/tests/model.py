"""What a server has to do about one frame, as a small model of RFC 9113; it imports nothing of nghttp2.

The situation: stream 1 is open (a POST without its end), stream 3 half-closed (remote), stream 5 was answered
and is closed, nothing else was opened.  A reaction is a set of outcomes that are right:

    "alive"     nothing, or an acknowledgement, or an answer; the connection goes on
    ("rst", c)  RST_STREAM on the frame's stream with code c; the connection goes on
    ("end", c)  GOAWAY with code c, and the end
"""

from typing import Final

PROTOCOL, FLOW, CLOSED, SIZE, COMPRESSION = 1, 3, 5, 6, 9

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
PRIORITY_UPDATE: Final = 0x10
UNKNOWN: Final = 0xBB

OPEN, HALF_CLOSED, FINISHED, IDLE, EVEN = 1, 3, 5, 9, 2
STREAMS: Final = (0, OPEN, HALF_CLOSED, FINISHED, IDLE, EVEN)

MAX_FRAME_SIZE: Final = 16_384

END_STREAM, END_HEADERS, PADDED, WITH_PRIORITY, ACK = 0x01, 0x04, 0x08, 0x20, 0x01

Outcome = str | tuple[str, int]


def end(code: int) -> set[Outcome]:
    """The connection ends."""
    return {("end", code)}


def expected(kind: int, flags: int, stream_id: int, payload: bytes) -> set[Outcome]:
    """Return the reactions that RFC 9113 (or RFC 9218 7.1) asks for."""
    length = len(payload)
    # 4.2: larger than SETTINGS_MAX_FRAME_SIZE
    if length > MAX_FRAME_SIZE:
        return end(SIZE)
    if kind == DATA:
        return data(flags, stream_id, payload)
    if kind == HEADERS:
        return headers(flags, stream_id, payload)
    if kind == PRIORITY:
        # 6.3
        if stream_id == 0:
            return end(PROTOCOL)
        if length != 5:
            return {("rst", SIZE)} if stream_id in (OPEN, HALF_CLOSED) else end(SIZE)
        return {"alive"}
    if kind == RST:
        # 6.4
        if stream_id == 0:
            return end(PROTOCOL)
        if length != 4:
            return end(SIZE)
        return end(PROTOCOL) if stream_id in (IDLE, EVEN) else {"alive"}
    if kind == SETTINGS:
        # 6.5
        if stream_id:
            return end(PROTOCOL)
        if flags & ACK:
            return end(SIZE) if length else {"alive"}
        return end(SIZE) if length % 6 else {"alive"}
    if kind == PUSH:
        # 8.4: never from a client; whatever is wrong with its shape may be found first
        return {("end", PROTOCOL), ("end", SIZE)}
    if kind == PING:
        # 6.7
        if stream_id:
            return end(PROTOCOL)
        return end(SIZE) if length != 8 else {"alive"}
    if kind == GOAWAY:
        # 6.8
        if stream_id:
            return end(PROTOCOL)
        return end(SIZE) if length < 8 else {"alive"}
    if kind == WINDOW:
        return window(stream_id, payload)
    if kind == CONTINUATION:
        # 6.10: there is no open field block
        return end(PROTOCOL)
    if kind == PRIORITY_UPDATE:
        # RFC 9218 7.1
        if stream_id:
            return end(PROTOCOL)
        if length < 4:
            return end(SIZE)
        prioritized = int.from_bytes(payload[:4], "big") & 0x7FFF_FFFF
        # Every even stream is an idle push.
        return {"alive"} if prioritized & 1 else end(PROTOCOL)
    # 4.1, 5.5
    return {"alive"}


def data(flags: int, stream_id: int, payload: bytes) -> set[Outcome]:
    """6.1, 5.1."""
    if stream_id == 0:
        return end(PROTOCOL)
    if flags & PADDED:
        if not payload:
            return end(SIZE)
        if payload[0] >= len(payload):
            return end(PROTOCOL)
    if stream_id == OPEN:
        return {"alive"}
    if stream_id in (HALF_CLOSED, FINISHED):
        return {("rst", CLOSED)}
    return end(PROTOCOL)


def headers(flags: int, stream_id: int, payload: bytes) -> set[Outcome]:
    """6.2, 5.1, 8.1; the payload is one of those below."""
    if stream_id == 0:
        return end(PROTOCOL)
    if flags & PADDED:
        if not payload:
            return end(SIZE)
        if payload[0] >= len(payload):
            return end(PROTOCOL)
        payload = payload[1 : len(payload) - payload[0]]
    if flags & WITH_PRIORITY:
        if len(payload) < 5:
            return end(SIZE)
        payload = payload[5:]
    if not flags & END_HEADERS:
        # What follows is a PING: a frame inside an open field block.
        return end(PROTOCOL)
    # The block is made of one octet: 0x82 is `:method: GET` each time; three times 0x00 is a literal field
    # with empty name and value, three times 0x01 one of :authority with a control character.
    is_literal = payload[:1] in (b"\x00", b"\x01")
    if is_literal and len(payload) % 3:
        return end(COMPRESSION)
    if stream_id == EVEN:
        return end(PROTOCOL)
    if stream_id == FINISHED:
        return end(CLOSED)
    if stream_id == HALF_CLOSED:
        return {("rst", CLOSED)}
    # None of these is a request, and only an empty section is one of trailers.
    if stream_id == OPEN:
        # Trailers must end the stream, and have no pseudo-header field; an empty section is fine.
        return {"alive"} if flags & END_STREAM and not payload else {("rst", PROTOCOL)}
    # 8.2.1: a bad name or value may be answered 400, which ends the matter if the request has ended.
    return {("rst", PROTOCOL), "alive"} if is_literal and flags & END_STREAM else {("rst", PROTOCOL)}


def window(stream_id: int, payload: bytes) -> set[Outcome]:
    """6.9."""
    if len(payload) != 4:
        return end(SIZE)
    increment = int.from_bytes(payload, "big") & 0x7FFF_FFFF
    if stream_id == 0:
        return end(PROTOCOL) if increment == 0 else {"alive"}
    if stream_id in (IDLE, EVEN):
        return end(PROTOCOL)
    if stream_id == FINISHED:
        return {"alive"}
    return {("rst", PROTOCOL)} if increment == 0 else {"alive"}
