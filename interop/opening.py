"""From a client's octets to a case: its habits (settings, windows, order of fields) without its host names.

Field blocks are decoded and written again as fields in the client's order, because the authority and the path
have to be the target's; everything else is kept as it was sent.
"""

from collections.abc import Iterator
from typing import Any

from nghttp2 import frames
from nghttp2.codes import PREFACE, SettingId
from nghttp2.frame_reader import FrameReader
from nghttp2.hpack import HDInflater

from .caseyaml import Hex

MAX_FRAMES = 64
"""Frames of an opening that are looked at: from the preface to the last frame of the first requests."""

MAX_CONTENT = 16_384
"""Octets of content that are kept: any initial window takes them."""

_SHOWN = 64
"""Octets of a DATA frame that are kept as they were; of a longer one only the number."""

_SETTING_NAMES = {int(setting): setting.name for setting in SettingId}
_PLACEHOLDERS = {
    b":authority": "${authority}",
    b":scheme": "${scheme}",
    b":path": "${path}",
    b"host": "${authority}",
}


class NotHTTP2(ValueError):
    """The octets do not begin with the connection preface."""


def client_frames(octets: bytes) -> Iterator[frames.Frame]:
    """Yield the frames behind the preface.  Raises NotHTTP2."""
    if not octets.startswith(PREFACE):
        raise NotHTTP2(f"the connection begins with {octets[:24]!r}")
    reader = FrameReader((1 << 24) - 1)
    reader.receive(bytes(octets[len(PREFACE) :]))
    for _ in range(MAX_FRAMES):
        frame = reader.next_frame()
        if frame is None:
            return
        yield frame


def opening_steps(octets: bytes) -> list[Any]:
    """Return the steps of a case: everything that the client sent up to the end of its first request.

    The acknowledgement of the server's SETTINGS is left to the case's own peer; what the client sent behind
    the first request is another exchange.
    """
    inflater = HDInflater()
    sent: list[Any] = [{"PREFACE": {}}]
    stream_id = content = 0
    blocks: list[bytes] = []
    head: frames.HeadersFrame | None = None
    for frame in client_frames(octets):
        match frame:
            case frames.SettingsFrame(_, True):
                continue
            case frames.HeadersFrame():
                head = frame
                blocks = [frame.fragment]
            case frames.ContinuationFrame() if head is not None:
                blocks.append(frame.fragment)
            case frames.DataFrame() if content + len(frame.data) > MAX_CONTENT:
                # The rest of a long request is no habit: this frame ends it.
                sent.append(
                    describe(frame._replace(data=frame.data[: MAX_CONTENT - content], end_stream=True))
                )
                break
            case _ if stream_id == 0 or _stream_of(frame) == stream_id:
                sent.append(describe(frame))
                content += len(frame.data) if isinstance(frame, frames.DataFrame) else 0
        if head is not None and getattr(frame, "end_headers", False):
            if stream_id and head.stream_id != stream_id:
                break
            stream_id = head.stream_id
            sent.append(_describe_head(head, inflater.inflate(b"".join(blocks))))
            ends, head = head.end_stream, None
            if ends:
                break
        if getattr(frame, "end_stream", False) and isinstance(frame, frames.DataFrame):
            break
    if not stream_id:
        raise NotHTTP2("the connection holds no request")
    return [
        "connect",
        {"send": sent},
        {"expect": {"frame": {"SETTINGS": {"ack": True}}}},
        {"expect": {"response": {"stream": stream_id, "status": "any"}}},
        {"expect": "alive"},
    ]


def _stream_of(frame: frames.Frame) -> int:
    return getattr(frame, "stream_id", 0)


def describe(frame: frames.Frame) -> dict[str, Any]:
    """Return a frame in the words of the case format."""
    match frame:
        case frames.SettingsFrame(settings, _):
            return {"SETTINGS": {"settings": [[_setting(number), value] for number, value in settings]}}
        case frames.WindowUpdateFrame(stream_id, increment):
            return {"WINDOW_UPDATE": {"stream": stream_id, "increment": increment}}
        case frames.PriorityFrame(stream_id, priority):
            return {"PRIORITY": {"stream": stream_id, **_priority(priority)}}
        case frames.DataFrame(stream_id, data, end_stream, pad_length):
            padding = {} if pad_length is None else {"pad": pad_length}
            content = {"hex": Hex(data.hex())} if len(data) <= _SHOWN else {"size": len(data)}
            return {"DATA": {"stream": stream_id, "data": content, "end_stream": end_stream, **padding}}
        case frames.PingFrame(payload, _):
            return {"PING": {"payload": Hex(payload.hex(" "))}}
        case frames.PriorityUpdateFrame(prioritized, value):
            return {"PRIORITY_UPDATE": {"prioritized": prioritized, "value": value.decode("ascii")}}
        case frames.RawFrame(frame_type, flags, stream_id, payload):
            return {
                "UNKNOWN": {
                    "type": Hex(f"0x{frame_type:02x}"),
                    "stream": stream_id,
                    "flags": Hex(f"0x{flags:02x}"),
                    "payload": Hex(payload.hex(" ")),
                }
            }
    raise NotHTTP2(f"an opening does not hold {type(frame).__name__}")


def _describe_head(head: frames.HeadersFrame, fields: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "stream": head.stream_id,
        "fields": [[name.decode(), _PLACEHOLDERS.get(name) or _text(value)] for name, value in fields],
        "end_stream": head.end_stream,
    }
    if head.pad_length is not None:
        described["pad"] = head.pad_length
    if head.priority is not None:
        described["priority"] = _priority(head.priority)
    return {"HEADERS": described}


def _text(value: bytes) -> Any:
    text = value.decode("utf-8", "replace")
    return text if text.encode() == value and "${" not in text else {"hex": Hex(value.hex(" "))}


def _priority(priority: frames.Priority) -> dict[str, Any]:
    # The case format has the octet of the wire, one less than the weight.
    return {
        "depends_on": priority.depends_on,
        "weight": priority.weight - 1,
        "exclusive": priority.exclusive,
    }


def _setting(number: int) -> str:
    return _SETTING_NAMES.get(number, Hex(f"0x{number:02x}"))


def fingerprint(octets: bytes) -> str:
    """Return the client's habits in one line: settings, window, order of fields, first stream."""
    settings, window, order, names, stream_id = "none", "-", "", "", 0
    inflater = HDInflater()
    blocks = b""
    for frame in client_frames(octets):
        match frame:
            case frames.SettingsFrame(entries, False) if settings == "none":
                settings = ",".join(f"{number}={value}" for number, value in entries) or "empty"
            case frames.WindowUpdateFrame(0, increment) if window == "-":
                window = str(increment)
            case frames.HeadersFrame() | frames.ContinuationFrame():
                blocks += frame.fragment
                if not frame.end_headers:
                    continue
                stream_id = frame.stream_id
                fields = [name.decode("latin-1") for name, _ in inflater.inflate(blocks)]
                order = "".join(name[1] for name in fields if name[:1] == ":")
                names = ",".join(name for name in fields if name[:1] != ":") or "none"
                break
    flow = f"settings {settings}; window {window}"
    return f"{flow}; pseudo-fields {order}; fields {names}; first stream {stream_id}"
