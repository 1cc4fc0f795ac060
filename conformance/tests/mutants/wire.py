"""Frames as the mutants see them: split and written by themselves (RFC 9113 4.1)."""

from dataclasses import dataclass

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    range(10)
)
ALTSVC, ORIGIN, PRIORITY_UPDATE = 0x0A, 0x0C, 0x10
KNOWN = frozenset({*range(10), PRIORITY_UPDATE})

END_STREAM = ACK = 0x01
END_HEADERS = 0x04
PADDED = 0x08
PRIORITY_FLAG = 0x20

NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED = range(6)
FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM = range(6, 12)
INADEQUATE_SECURITY, HTTP_1_1_REQUIRED = 12, 13

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_31 = (1 << 31) - 1
MAX_FRAME_SIZE = 16_384

GOOD_REQUEST = bytes.fromhex("82 86 84 01 09") + b"localhost"
"""GET http://localhost/ that leaves the dynamic table alone."""
OK = b"\x88"
""":status 200."""


@dataclass
class Frame:
    """A frame; the mutants change it in place."""

    type: int
    flags: int = 0
    stream: int = 0
    payload: bytes = b""
    reserved: bool = False

    def __bytes__(self) -> bytes:
        word = self.stream | (self.reserved << 31)
        return (
            len(self.payload).to_bytes(3, "big")
            + bytes((self.type, self.flags))
            + word.to_bytes(4, "big")
            + self.payload
        )

    def has(self, flag: int) -> bool:
        return bool(self.flags & flag)

    @property
    def number(self) -> int:
        """The 31 bits that end the payload of RST_STREAM and WINDOW_UPDATE, all 32 for an error code."""
        return int.from_bytes(self.payload[:4], "big")

    @property
    def settings(self) -> list[tuple[int, int]]:
        payload = self.payload
        whole = range(0, len(payload) - len(payload) % 6, 6)
        return [
            (int.from_bytes(payload[i : i + 2], "big"), int.from_bytes(payload[i + 2 : i + 6], "big"))
            for i in whole
        ]

    @settings.setter
    def settings(self, entries: list[tuple[int, int]]) -> None:
        self.payload = b"".join(n.to_bytes(2, "big") + v.to_bytes(4, "big") for n, v in entries)


def split(buffer: bytearray) -> list[Frame]:
    """Take the whole frames off the front of a buffer."""
    frames = []
    while len(buffer) >= 9:
        end = 9 + int.from_bytes(buffer[:3], "big")
        if len(buffer) < end:
            break
        word = int.from_bytes(buffer[5:9], "big")
        frames.append(Frame(buffer[3], buffer[4], word & MAX_31, bytes(buffer[9:end]), bool(word >> 31)))
        del buffer[:end]
    return frames


def goaway(last_stream: int, code: int) -> Frame:
    return Frame(GOAWAY, payload=last_stream.to_bytes(4, "big") + code.to_bytes(4, "big"))


def rst_stream(stream: int, code: int) -> Frame:
    return Frame(RST_STREAM, 0, stream, code.to_bytes(4, "big"))
