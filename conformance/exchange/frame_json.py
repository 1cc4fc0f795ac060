"""http2-frame-test-case: one JSON file a frame, with its fields or with a list of possible error codes.

The format has no scope, level or requirement, carries octets as text only, and counts weights from 1.  The
decoded frame, encoded again, must give the wire.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from ..wire.codes import Type

NAME: Final = "http2-frame-test-case"

# Their name of a field, and ours, by frame type; the padding and the priority of HEADERS come besides.
NAMES: Final[dict[int, dict[str, str]]] = {
    Type.DATA: {"data": "data"},
    Type.HEADERS: {"header_block_fragment": "block"},
    Type.PRIORITY: {"stream_dependency": "depends_on", "weight": "weight", "exclusive": "exclusive"},
    Type.RST_STREAM: {"error_code": "error"},
    Type.SETTINGS: {"settings": "settings"},
    Type.PUSH_PROMISE: {"header_block_fragment": "block", "promised_stream_id": "promised"},
    Type.PING: {"opaque_data": "payload"},
    Type.GOAWAY: {"last_stream_id": "last_stream", "error_code": "error", "additional_debug_data": "debug"},
    Type.WINDOW_UPDATE: {"window_size_increment": "increment"},
    Type.CONTINUATION: {"header_block_fragment": "block"},
}
PADDED_TYPES: Final = frozenset({Type.DATA, Type.HEADERS, Type.PUSH_PROMISE})
PRIORITY_NAMES: Final = ("stream_dependency", "weight", "exclusive")


def canonical(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with what differs between writers taken out, and nothing else.

    Upper-case hexadecimal digits; priority fields of HEADERS in an object of their own, as newer files have
    them; optional fields as null where the frame type has them and nowhere else; no padding as empty text
    where the Pad Length is 0; no unknown key.
    """
    frame = document.get("frame")
    result: dict[str, Any] = {"error": document.get("error"), "wire": str(document["wire"]).upper()}
    result["frame"] = None if frame is None else _canonical_frame(frame)
    if document.get("description") is not None:
        result["description"] = document["description"]
    return result


def _canonical_frame(frame: Mapping[str, Any]) -> dict[str, Any]:
    payload = frame["frame_payload"]
    kind = frame["type"]
    fields = {name: payload.get(name) for name in NAMES.get(kind, ())}
    if kind == Type.HEADERS:
        fields["priority"] = payload.get("priority") or flat_priority(payload)
    if kind in PADDED_TYPES:
        length, padding = payload.get("padding_length"), payload.get("padding")
        fields |= {"padding_length": length, "padding": "" if length == 0 and padding is None else padding}
    return {
        "length": frame["length"],
        "frame_payload": fields,
        "flags": frame["flags"],
        "stream_identifier": frame["stream_identifier"],
        "type": kind,
    }


def flat_priority(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """Older files of HEADERS have the three priority fields beside the others."""
    values = {name: payload.get(name) for name in PRIORITY_NAMES}
    return None if all(value is None for value in values.values()) else values


def text(document: Mapping[str, Any]) -> str:
    """Return the text of a file, in canonical form."""
    return json.dumps(canonical(document), indent=4, ensure_ascii=False) + "\n"


def header_of(wire: bytes) -> tuple[int, int, int, int]:
    """Return length, type, flags and the whole stream word, reserved bit included."""
    return int.from_bytes(wire[:3], "big"), wire[3], wire[4], int.from_bytes(wire[5:9], "big")
