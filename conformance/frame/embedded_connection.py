"""What nghttp2's connection says of a frame that its reader took: values that need a role and a stream."""

from typing import Final

from nghttp2.codes import PREFACE
from nghttp2.connection import Connection

from ..wire.codes import END_HEADERS, MAX_31, Error, Type
from ..wire.frames import FrameSplitter, encode_frame
from .answer import Answer
from .vector import Context

JUDGED: Final = frozenset({Type.SETTINGS, Type.PUSH_PROMISE, Type.WINDOW_UPDATE, Type.PRIORITY_UPDATE})
"""Frames with values that only a connection can judge."""

_REQUEST: Final = [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"a")]
# The same request as a field block: three static indexes and a literal (RFC 7541 6.1, 6.2.1).
_BLOCK: Final = bytes.fromhex("82 86 84 41 01 61")
# INITIAL_WINDOW_SIZE 0: the peer's stream windows are empty, and any increment fits.
_SETTINGS: Final = encode_frame(Type.SETTINGS, 0, 0, bytes.fromhex("0004 00000000"))


def judge_values(wire: bytes, context: Context) -> Answer | None:
    """Return the error that a fresh connection reports for a frame on a live stream, or None."""
    stream = int.from_bytes(wire[5:9], "big") & MAX_31
    connection = _live_connection(stream or 1, is_client=context.role == "client")
    if connection is None:
        return None
    connection.receive_data(_with_good_block(wire))
    for frame in FrameSplitter().feed(_drain(connection)):
        if frame.type == Type.GOAWAY:
            return Answer("connection_error", code=int.from_bytes(frame.payload[4:8], "big"))
        if frame.type == Type.RST_STREAM:
            return Answer("stream_error", code=int.from_bytes(frame.payload, "big"))
    return None


def _live_connection(stream: int, is_client: bool) -> Connection | None:
    """Return a connection with `stream` open, or None where such a stream cannot be had without pushes."""
    connection = Connection(is_client, clock=lambda: 0.0)
    if is_client:
        connection.receive_data(_SETTINGS)
        _drain(connection)
        connection.send_request(_REQUEST, False)
        is_possible = stream == 1
    else:
        connection.receive_data(PREFACE + _SETTINGS + encode_frame(Type.HEADERS, END_HEADERS, stream, _BLOCK))
        is_possible = stream % 2 == 1
    if not is_possible:
        return None
    sent = FrameSplitter().feed(_drain(connection).removeprefix(PREFACE))
    errors = [frame for frame in sent if frame.type in (Type.GOAWAY, Type.RST_STREAM)]
    assert not errors, f"a good request was answered with {Error(errors[0].payload[-1]).name}"
    return connection


def _drain(connection: Connection) -> bytes:
    """Let the connection look at everything, and return what it wants to send."""
    while connection.next_event() is not None:
        pass
    return connection.data_to_send()


def _with_good_block(wire: bytes) -> bytes:
    """Put a whole good field block into a promise: here its promised stream is judged and nothing else."""
    if wire[3] != Type.PUSH_PROMISE:
        return wire
    start = 10 if wire[4] & 0x08 else 9
    stream = int.from_bytes(wire[5:9], "big") & MAX_31
    return encode_frame(Type.PUSH_PROMISE, END_HEADERS, stream, wire[start : start + 4] + _BLOCK)
