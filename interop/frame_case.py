"""A frame on which our reader and another disagree, as a frame vector that expects what ours read."""

from typing import Any

from nghttp2 import frames
from nghttp2.codes import FrameType

from .caseyaml import Hex, text
from .framenames import ERRORS, SETTINGS

_DEFINED = {
    "END_STREAM": (0x01, (FrameType.DATA, FrameType.HEADERS)),
    "ACK": (0x01, (FrameType.SETTINGS, FrameType.PING)),
    "END_HEADERS": (0x04, (FrameType.HEADERS, FrameType.PUSH_PROMISE, FrameType.CONTINUATION)),
    "PADDED": (0x08, (FrameType.DATA, FrameType.HEADERS, FrameType.PUSH_PROMISE)),
    "PRIORITY": (0x20, (FrameType.HEADERS,)),
}
"""Flags (RFC 9113 6), and the types that know them."""


def case(wire: bytes, ours: frames.Frame | str) -> dict[str, Any]:
    """Return the vector of one whole frame: `ours` is the frame that was read, or the name of the error."""
    vector: dict[str, Any] = {"role": "frame", "spec": "RFC 9113 6", "wire": Hex(spaced(wire))}
    described = None if isinstance(ours, str) else _described(wire, ours)
    if isinstance(ours, str):
        vector["error"] = [ours]
    elif described is None:
        # Handed up raw, since its payload is not what its type says: the receiver ignores it.
        vector |= {"error": ["FRAME_SIZE_ERROR"], "also": [{"outcome": "ignored"}, {"outcome": "frame"}]}
    else:
        vector["frame"] = described
    return vector


def spaced(wire: bytes) -> str:
    """Return a frame in hex, spaced by field."""
    fields = (wire[:3], wire[3:4], wire[4:5], wire[5:9], wire[9:])
    return " ".join(field.hex() for field in fields if field)


def _described(wire: bytes, frame: frames.Frame) -> dict[str, Any] | None:
    kind = wire[3]
    head: dict[str, Any] = {
        "type": FrameType(kind).name if kind in FrameType.__members__.values() else Hex(f"0x{kind:02x}"),
        "stream": int.from_bytes(wire[5:9], "big") & 0x7FFF_FFFF,
        "flags": [name for name, (bit, kinds) in _DEFINED.items() if kind in kinds and wire[4] & bit],
    }
    match frame:
        case frames.DataFrame(_, data, _, pad):
            return {**head, "data": text(data), **_padding(wire, pad)}
        case frames.HeadersFrame(_, fragment, _, _, pad, priority):
            found = {} if priority is None else {"priority": _priority(priority)}
            return {**head, "block": Hex(fragment.hex()), **found, **_padding(wire, pad)}
        case frames.PriorityFrame(_, priority):
            return {**head, **_priority(priority)}
        case frames.RstStreamFrame(_, code):
            return {**head, "error": _error(code)}
        case frames.SettingsFrame(entries, _):
            pairs = [[SETTINGS.get(number) or Hex(f"0x{number:02x}"), value] for number, value in entries]
            return {**head, "settings": pairs}
        case frames.PushPromiseFrame(_, promised, fragment, _, pad):
            return {**head, "promised": promised, "block": Hex(fragment.hex()), **_padding(wire, pad)}
        case frames.PingFrame(payload, _):
            return {**head, "payload": Hex(payload.hex())}
        case frames.GoAwayFrame(last, code, debug):
            return {**head, "last_stream": last, "error": _error(code), "debug": text(debug)}
        case frames.WindowUpdateFrame(_, increment):
            return {**head, "increment": increment}
        case frames.ContinuationFrame(_, fragment, _):
            return {**head, "block": Hex(fragment.hex())}
        case frames.PriorityUpdateFrame(prioritized, value):
            return {**head, "prioritized": prioritized, "value": text(value)}
        case frames.RawFrame(_, flags, _, payload) if kind not in FrameType.__members__.values():
            return {**head, "flags": Hex(f"0x{flags:02x}"), "payload": Hex(payload.hex())}
        case frames.RawFrame(_, _, _, payload):
            fields = _altsvc(payload) if kind == FrameType.ALTSVC else _origin(payload)
            return None if fields is None else {**head, **fields}


def _altsvc(payload: bytes) -> dict[str, Any] | None:
    """RFC 7838 4."""
    size = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 + size:
        return None
    return {"origin": text(payload[2 : 2 + size]), "value": text(payload[2 + size :])}


def _origin(payload: bytes) -> dict[str, Any] | None:
    """RFC 8336 2.1."""
    origins = []
    while payload:
        end = 2 + int.from_bytes(payload[:2], "big")
        if len(payload) < end:
            return None
        origins.append(text(payload[2:end]))
        payload = payload[end:]
    return {"origins": origins}


def _padding(wire: bytes, pad: int | None) -> dict[str, Any]:
    if pad is None:
        return {}
    padding = wire[len(wire) - pad :] if pad else b""
    return {"pad": pad, "padding": Hex(padding.hex())} if any(padding) else {"pad": pad}


def _priority(priority: frames.Priority) -> dict[str, Any]:
    # The vectors have the octet of the wire, one less than the weight.
    return {
        "depends_on": priority.depends_on,
        "weight": priority.weight - 1,
        "exclusive": priority.exclusive,
    }


def _error(code: int) -> Any:
    return ERRORS[code] if code < len(ERRORS) else code
