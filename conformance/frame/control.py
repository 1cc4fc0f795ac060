"""The legal twin of a faulty frame: a plain frame of the same type, which the same reader must take."""

from typing import Final

from ..wire.codes import Type
from .vector import Context, FrameVector

# Written by hand: length, type, flags, stream, payload.
_LEGAL: Final[dict[int, str]] = {
    Type.DATA: "000005 00 00 00000001 68656c6c6f",
    Type.HEADERS: "000002 01 04 00000001 8284",
    Type.PRIORITY: "000005 02 00 00000003 00000000 0f",
    Type.RST_STREAM: "000004 03 00 00000001 00000008",
    Type.SETTINGS: "000006 04 00 00000000 0003 00000064",
    Type.PUSH_PROMISE: "000006 05 04 00000001 00000002 8284",
    Type.PING: "000008 06 00 00000000 0102030405060708",
    Type.GOAWAY: "000008 07 00 00000000 00000001 00000000",
    Type.WINDOW_UPDATE: "000004 08 00 00000001 00000001",
    Type.CONTINUATION: "000002 09 04 00000001 8284",
    Type.ALTSVC: "00000b 0a 00 00000001 0000 68323d223a34343322",
    Type.ORIGIN: "00000b 0c 00 00000000 0009 68747470733a2f2f61",
    Type.PRIORITY_UPDATE: "000007 10 00 00000000 00000001 753d31",
}
_UNKNOWN: Final = "000004 fa 00 00000000 01020304"
# RFC 9113 8.4: a promise is for clients; RFC 9218 7.1: a priority update is for servers.
_RECEIVER: Final[dict[int, str]] = {Type.PUSH_PROMISE: "client", Type.PRIORITY_UPDATE: "server"}


def control_of(vector: FrameVector) -> tuple[bytes, Context] | None:
    """Return wire and context of the legal twin; None where the best outcome is no error."""
    if not vector.errors or len(vector.wire) < 4:
        return None
    kind = vector.wire[3]
    role = _RECEIVER.get(kind, vector.context.role)
    return bytes.fromhex(_LEGAL.get(kind, _UNKNOWN)), vector.context._replace(role=role)
