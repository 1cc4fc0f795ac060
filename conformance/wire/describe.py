"""Frames in words: one line for transcripts, and the parts that an expectation may name."""

from typing import Any

from .codes import (
    ACK,
    END_HEADERS,
    END_STREAM,
    MAX_31,
    PADDED,
    Type,
    error_name,
    flag_names,
    setting_name,
    type_name,
)
from .frames import RawFrame


def settings_of(payload: bytes) -> list[tuple[int, int]]:
    """Return the (identifier, value) pairs of a SETTINGS payload; an odd rest is left out."""
    return [
        (int.from_bytes(payload[at : at + 2], "big"), int.from_bytes(payload[at + 2 : at + 6], "big"))
        for at in range(0, len(payload) - 5, 6)
    ]


def unpad(frame: RawFrame) -> tuple[bytes, bytes]:
    """Return body and padding of a frame that may be padded; all is body when the padding is wrong."""
    payload = frame.payload
    if not frame.flags & PADDED or not payload:
        return payload, b""
    count = payload[0]
    if count >= len(payload):
        return payload, b""
    return payload[1 : len(payload) - count], payload[len(payload) - count :]


def parts(frame: RawFrame) -> dict[str, Any]:
    """Return what can be read off a frame without knowing the connection."""
    payload = frame.payload
    result: dict[str, Any] = {
        "stream": frame.stream_id,
        "length": len(payload),
        "flags": flag_names(frame.type, frame.flags),
        "reserved": frame.reserved,
        "payload": payload,
        "ack": bool(frame.flags & ACK),
        "end_stream": bool(frame.flags & END_STREAM),
        "end_headers": bool(frame.flags & END_HEADERS),
    }
    match frame.type:
        case Type.SETTINGS:
            result["settings"] = dict(settings_of(payload))
        case Type.RST_STREAM if len(payload) == 4:
            result["error"] = int.from_bytes(payload, "big")
        case Type.GOAWAY if len(payload) >= 8:
            result["last_stream"] = int.from_bytes(payload[:4], "big") & MAX_31
            result["error"] = int.from_bytes(payload[4:8], "big")
        case Type.WINDOW_UPDATE if len(payload) == 4:
            result["increment"] = int.from_bytes(payload, "big") & MAX_31
        case Type.PUSH_PROMISE:
            result["promised"] = int.from_bytes(unpad(frame)[0][:4], "big") & MAX_31
    return result


def summary(frame: RawFrame) -> str:
    """Return one line that names the frame and what matters in it."""
    words = [type_name(frame.type)]
    if frame.stream_id or frame.type in (Type.DATA, Type.HEADERS, Type.RST_STREAM, Type.CONTINUATION):
        words.append(f"stream={frame.stream_id}")
    words += flag_names(frame.type, frame.flags)
    if frame.reserved:
        words.append("R")
    words += _details(frame)
    return " ".join(words)


def _details(frame: RawFrame) -> list[str]:
    payload = frame.payload
    length = f"length={len(payload)}"
    match frame.type:
        case Type.SETTINGS if len(payload) % 6 == 0:
            return [f"{setting_name(number)}={value}" for number, value in settings_of(payload)]
        case Type.PING if len(payload) == 8:
            return [f"payload={payload.hex()}"]
        case Type.RST_STREAM if len(payload) == 4:
            return [error_name(int.from_bytes(payload, "big"))]
        case Type.GOAWAY if len(payload) >= 8:
            last = int.from_bytes(payload[:4], "big") & MAX_31
            words = [f"last={last}", error_name(int.from_bytes(payload[4:8], "big"))]
            if payload[8:]:
                words.append(repr(payload[8:136].decode("ascii", "replace")))
            return words
        case Type.WINDOW_UPDATE if len(payload) == 4:
            return [f"+{int.from_bytes(payload, 'big') & MAX_31}"]
        case Type.PRIORITY if len(payload) == 5:
            word = int.from_bytes(payload[:4], "big")
            exclusive = " exclusive" if word >> 31 else ""
            return [f"depends_on={word & MAX_31} weight={payload[4]}{exclusive}"]
        case Type.PUSH_PROMISE:
            return [f"promised={int.from_bytes(unpad(frame)[0][:4], 'big') & MAX_31}", length]
    return [length]
