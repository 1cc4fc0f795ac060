"""Our frame reader and writer against hyperframe: the same octets, the same frames."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib.metadata import version
from struct import pack
from typing import Any

from hyperframe import frame as hyper
from hyperframe.exceptions import HyperframeError
from hypothesis import strategies as st

from nghttp2 import frames
from nghttp2.codes import FrameType
from nghttp2.errors import ConnectionFault, StreamFault
from nghttp2.frame_reader import FrameReader
from nghttp2.frame_writer import serialize

from . import frame_case
from .differential import Disagreement, Search

MAX_FRAME_SIZE = 16_384


class FrameFeature(StrEnum):
    """Places where hyperframe is known to read a frame differently."""

    REPEATED_SETTING = "repeated-setting"
    PROMISED_STREAM_PARITY = "promised-stream-parity"
    PRIORITY_UPDATE = "priority-update"
    ALTSVC = "altsvc"
    RESERVED_BIT = "reserved-bit"
    """Set before an identifier or increment inside the payload."""
    ZERO_INCREMENT = "zero-increment"
    FIELDS_IN_PADDING = "fields-in-padding"
    """The padding reaches into the fields that the flags or the type demand."""
    ONLY_PADDING = "only-padding"
    """A padded frame whose content is empty."""


def _priority(frame: Any) -> frames.Priority:
    # hyperframe keeps the octet of the wire; the weight is one more (RFC 7540 6.2).
    return frames.Priority(frame.depends_on, frame.stream_weight + 1, frame.exclusive)


def _pad(frame: Any) -> int | None:
    return frame.pad_length if "PADDED" in frame.flags else None


def _data(frame: Any) -> frames.Frame:
    return frames.DataFrame(frame.stream_id, bytes(frame.data), "END_STREAM" in frame.flags, _pad(frame))


def _headers(frame: Any) -> frames.Frame:
    priority = _priority(frame) if "PRIORITY" in frame.flags else None
    return frames.HeadersFrame(
        frame.stream_id,
        bytes(frame.data),
        "END_STREAM" in frame.flags,
        "END_HEADERS" in frame.flags,
        _pad(frame),
        priority,
    )


def _push_promise(frame: Any) -> frames.Frame:
    return frames.PushPromiseFrame(
        frame.stream_id,
        frame.promised_stream_id,
        bytes(frame.data),
        "END_HEADERS" in frame.flags,
        _pad(frame),
    )


_CONVERT: Mapping[int, Callable[[Any], frames.Frame]] = {
    FrameType.DATA: _data,
    FrameType.HEADERS: _headers,
    FrameType.PRIORITY: lambda f: frames.PriorityFrame(f.stream_id, _priority(f)),
    FrameType.RST_STREAM: lambda f: frames.RstStreamFrame(f.stream_id, f.error_code),
    FrameType.SETTINGS: lambda f: frames.SettingsFrame(tuple(f.settings.items()), "ACK" in f.flags),
    FrameType.PUSH_PROMISE: _push_promise,
    FrameType.PING: lambda f: frames.PingFrame(bytes(f.opaque_data), "ACK" in f.flags),
    FrameType.GOAWAY: lambda f: frames.GoAwayFrame(f.last_stream_id, f.error_code, bytes(f.additional_data)),
    FrameType.WINDOW_UPDATE: lambda f: frames.WindowUpdateFrame(f.stream_id, f.window_increment),
    FrameType.CONTINUATION: lambda f: frames.ContinuationFrame(
        f.stream_id, bytes(f.data), "END_HEADERS" in f.flags
    ),
}


def read_theirs(wire: bytes) -> frames.Frame | str:
    """Read one whole frame with hyperframe: as our frame object, or the word for its error."""
    try:
        frame, _ = hyper.Frame.parse_frame_header(memoryview(wire[:9]))
        frame.parse_body(memoryview(wire[9:]))
    except HyperframeError as error:
        return type(error).__name__
    kind = wire[3]
    if kind in _CONVERT:
        return _CONVERT[kind](frame)
    return frames.RawFrame(kind, wire[4], frame.stream_id, wire[9:])


def read_ours(wire: bytes) -> frames.Frame | str:
    """Read one whole frame with our reader: the frame object, or the word for its error."""
    reader = FrameReader(MAX_FRAME_SIZE)
    reader.receive(wire)
    try:
        frame = reader.next_frame()
    except (ConnectionFault, StreamFault) as fault:
        return fault.error_code.name
    return "incomplete" if frame is None else frame


def _features(wire: bytes) -> frozenset[str]:
    kind, flags = wire[3], wire[4]
    payload = wire[9:]
    found: set[str] = set()
    if kind == FrameType.SETTINGS:
        identifiers = [payload[i : i + 2] for i in range(0, len(payload), 6)]
        if len(set(identifiers)) < len(identifiers):
            found.add(FrameFeature.REPEATED_SETTING)
    if kind == FrameType.PUSH_PROMISE:
        at = 1 if flags & 0x08 else 0
        promised = int.from_bytes(payload[at : at + 4], "big")
        if promised >> 31:
            found.add(FrameFeature.RESERVED_BIT)
        promised &= 0x7FFF_FFFF
        if promised == 0 or promised % 2:
            found.add(FrameFeature.PROMISED_STREAM_PARITY)
    if kind in (FrameType.GOAWAY, FrameType.WINDOW_UPDATE) and payload[:1] >= b"\x80":
        found.add(FrameFeature.RESERVED_BIT)
    if flags & 0x08 and payload and payload[0] == len(payload) - 1:
        found.add(FrameFeature.ONLY_PADDING)
    demanded = 5 * (flags >> 5 & 1) if kind == FrameType.HEADERS else 4
    if kind in (FrameType.HEADERS, FrameType.PUSH_PROMISE) and flags & 0x08 and payload:
        pad_length = payload[0]
        if len(payload) - 1 - demanded < pad_length < len(payload):
            found.add(FrameFeature.FIELDS_IN_PADDING)
    if kind == FrameType.WINDOW_UPDATE and int.from_bytes(payload[:4], "big") & 0x7FFF_FFFF == 0:
        found.add(FrameFeature.ZERO_INCREMENT)
    if kind == FrameType.PRIORITY_UPDATE:
        found.add(FrameFeature.PRIORITY_UPDATE)
    if kind == FrameType.ALTSVC:
        found.add(FrameFeature.ALTSVC)
    return frozenset(found)


def _word(outcome: frames.Frame | str) -> str:
    return outcome if isinstance(outcome, str) else "frame"


def compare_reading(wire: bytes) -> list[Disagreement]:
    """Read one frame on both sides; frames must be equal, an error may have another name."""
    ours, theirs = read_ours(wire), read_theirs(wire)
    if ours == theirs or (isinstance(ours, str) and isinstance(theirs, str)):
        return []
    return [
        Disagreement(
            kind="frame",
            peer="hyperframe",
            version=version("hyperframe"),
            features=_features(wire),
            ours=_word(ours),
            theirs=_word(theirs),
            detail=f"{wire.hex(' ')}: ours {ours!r}, theirs {theirs!r}",
            case=frame_case.case(wire, ours),
        )
    ]


def compare_writing(frame: frames.Frame) -> list[Disagreement]:
    """Write a legal frame with our writer; hyperframe must read the frame that was meant."""
    wire = serialize(frame)
    theirs = read_theirs(wire)
    if theirs == frame:
        return []
    return [
        Disagreement(
            kind="frame",
            peer="hyperframe",
            version=version("hyperframe"),
            features=_features(wire),
            ours="frame",
            theirs=_word(theirs),
            detail=f"{frame!r} was written as {wire.hex(' ')} and read as {theirs!r}",
            case=frame_case.case(wire, frame),
        )
    ]


def run_example(example: Mapping[str, Any]) -> list[Disagreement]:
    """Run an example of differences.yaml: the `wire` of one frame."""
    return compare_reading(bytes.fromhex(example["wire"]))


stream_ids = st.one_of(st.integers(0, 5), st.sampled_from(((1 << 31) - 1, (1 << 31) - 2)))
_odd_ids = st.integers(0, 1000).map(lambda n: 2 * n + 1)
_even_ids = st.integers(1, 1000).map(lambda n: 2 * n)
_u32 = st.one_of(st.integers(0, 16), st.integers(0, (1 << 32) - 1))
_payload_sizes = st.sampled_from((0, 1, 3, 4, 5, 6, 7, 8, 9, 12, 13))


@st.composite
def wires(draw: st.DrawFn) -> bytes:
    """One whole frame: any type, flags, stream and reserved bit, a payload of a likely size."""
    kind = draw(st.one_of(st.sampled_from([int(kind) for kind in FrameType]), st.integers(0, 255)))
    flags = draw(st.one_of(st.sampled_from((0, 1, 4, 5, 8, 0x20, 0x28, 0x2D)), st.integers(0, 255)))
    size = draw(st.one_of(_payload_sizes, st.integers(0, 40)))
    payload = draw(st.binary(min_size=size, max_size=size))
    reserved = 0x8000_0000 if draw(st.booleans()) else 0
    return pack(">HBBBL", size >> 8, size & 0xFF, kind, flags, draw(stream_ids) | reserved) + payload


_pads = st.one_of(st.none(), st.integers(0, 255))
_priorities = st.builds(frames.Priority, st.integers(0, (1 << 31) - 1), st.integers(1, 256), st.booleans())

legal_frames: st.SearchStrategy[frames.Frame] = st.one_of(
    st.builds(frames.DataFrame, _odd_ids, st.binary(max_size=64), st.booleans(), _pads),
    st.builds(
        frames.HeadersFrame,
        _odd_ids,
        st.binary(max_size=64),
        st.booleans(),
        st.booleans(),
        _pads,
        st.one_of(st.none(), _priorities),
    ),
    st.builds(frames.PriorityFrame, _odd_ids, _priorities),
    st.builds(frames.RstStreamFrame, _odd_ids, _u32),
    st.builds(
        frames.SettingsFrame,
        st.lists(st.tuples(st.integers(7, 65535), _u32), max_size=5, unique_by=lambda s: s[0]).map(tuple),
        st.just(False),
    ),
    st.builds(frames.SettingsFrame, st.just(()), st.just(True)),
    st.builds(frames.PushPromiseFrame, _odd_ids, _even_ids, st.binary(max_size=64), st.booleans(), _pads),
    st.builds(frames.PingFrame, st.binary(min_size=8, max_size=8), st.booleans()),
    st.builds(frames.GoAwayFrame, st.integers(0, (1 << 31) - 1), _u32, st.binary(max_size=32)),
    st.builds(frames.WindowUpdateFrame, stream_ids, st.integers(1, (1 << 31) - 1)),
    st.builds(frames.ContinuationFrame, _odd_ids, st.binary(max_size=64), st.booleans()),
    st.builds(
        frames.RawFrame, st.integers(0x20, 255), st.integers(0, 255), stream_ids, st.binary(max_size=64)
    ),
)

READING = Search("frame reading", wires(), compare_reading)
WRITING = Search("frame writing", legal_frames, compare_writing)
