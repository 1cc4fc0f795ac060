"""Turns the frames of a case into octets, once the target's settings and paths are known (RFC 9113 6)."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from ..wire import literal
from ..wire.codes import (
    ACK,
    END_HEADERS,
    END_STREAM,
    MAX_31,
    PADDED,
    PREFACE,
    PRIORITY_FLAG,
    Type,
)
from ..wire.frames import RawFrame, encode_frame
from ..wire.hpack import Decoder
from .framespec import BlockItem, FrameSpec
from .values import PATTERN, Variables, resolve_number, resolve_size, resolve_stream, resolve_text

Field = tuple[bytes, bytes]
Values = Mapping[str, Any]


class Outgoing(NamedTuple):
    """One piece of what is sent; `frame` is None for raw octets."""

    octets: bytes
    frame: RawFrame | None
    label: str = ""


def request_fields(values: Values, variables: Variables) -> list[Field]:
    """Return the fields of a request in the order in which they go out."""
    omit = values.get("omit", ())
    replace = values.get("replace", {})
    fields = [(resolve_text(n, variables), resolve_text(v, variables)) for n, v in values.get("first", ())]
    texts = variables.texts
    for name, key, default in (
        (b":method", "method", "GET"),
        (b":scheme", "scheme", texts["scheme"]),
        (b":authority", "authority", texts["authority"]),
        (b":path", "path", texts["path"]),
    ):
        if name in omit:
            continue
        if name in replace:
            fields.append((name, resolve_text(replace[name], variables)))
        else:
            fields.append((name, resolve_text(values[key], variables) if key in values else default.encode()))
    fields += variables.headers
    fields += [(resolve_text(n, variables), resolve_text(v, variables)) for n, v in values.get("headers", ())]
    return fields


def _item(item: BlockItem, variables: Variables) -> bytes:
    argument = item.argument
    match item.kind:
        case "raw":
            return bytes(argument)
        case "indexed":
            return literal.indexed(argument)
        case "size_update":
            return literal.size_update(resolve_number(argument, variables))
        case "request":
            return b"".join(
                literal.plain(name, value, item.huffman)
                for name, value in request_fields(argument, variables)
            )
    name, value = argument
    write = {"literal": literal.plain, "incremental": literal.incremental, "never": literal.never}[item.kind]
    return write(
        name if isinstance(name, int) else resolve_text(name, variables),
        resolve_text(value, variables),
        item.huffman,
    )


def _field_block(values: Values, variables: Variables) -> bytes:
    block = values.get("block")
    if block is None:
        pairs = values.get("fields", ())
        return literal.block((resolve_text(n, variables), resolve_text(v, variables)) for n, v in pairs)
    if isinstance(block, bytes):
        return block
    result = b""
    for item in block:
        if item.kind == "fill_list":
            result += _list_filler(result, resolve_size(item.argument, variables))
        else:
            result += _item(item, variables) * item.times
    return result


def _list_filler(block: bytes, size: int) -> bytes:
    """Return few octets whose fields bring the decoded list to `size` (RFC 9113 6.5.2)."""
    missing = size - sum(len(name) + len(value) + 32 for name, value in Decoder().decode(block).fields)
    smallest = len(FILL_NAME) + 32
    count, rest = divmod(missing - smallest, smallest + FILL_VALUE)
    if missing < smallest:
        raise ValueError(f"the list is longer than {size} octets already")
    repeated = literal.incremental(FILL_NAME, PATTERN * FILL_VALUE) + literal.indexed(62) * (count - 1)
    return (repeated if count else b"") + literal.plain(FILL_NAME, PATTERN * rest)


FILL_NAME: Final = b"x-fill"
FILL_VALUE: Final = 3_000
"""Octets of the value that `fill_list` repeats: it has to fit the smallest usual table."""

FILLER_FIELD: Final = 2048
"""Octets of each field of `fill_to` but the last, which has less than twice as many."""


def filler(octets: int) -> bytes:
    """Return literal fields that take exactly `octets`: several, for targets also limit single fields.

    Raises ValueError when that cannot be.
    """
    whole = max(0, octets // FILLER_FIELD - 1)
    return _fill(FILLER_FIELD) * whole + _fill(octets - whole * FILLER_FIELD)


def _fill(octets: int) -> bytes:
    """Return one literal field that takes exactly `octets`."""
    for name in (b"x-fill", b"x-filler"):
        overhead = 2 + len(name)
        for width in range(1, 6):
            size = octets - overhead - width
            if size >= 0 and len(literal.integer(size, 7)) == width:
                return literal.plain(name, PATTERN * size)
    raise ValueError(f"no field takes exactly {octets} octets")


def _priority(values: Values, variables: Variables, repetition: int) -> bytes:
    depends_on = resolve_stream(values.get("depends_on", 0), variables, repetition) & MAX_31
    exclusive = 0x8000_0000 if values.get("exclusive") else 0
    return (depends_on | exclusive).to_bytes(4, "big") + bytes((values.get("weight", 15),))


def _padded(values: Values, body: bytes) -> tuple[int, bytes]:
    """Put Pad Length and padding around a body (RFC 9113 6.1); return the flag and the payload."""
    if "pad" not in values and "padding" not in values:
        return 0, body
    padding = values.get("padding")
    count = values.get("pad", len(padding or b""))
    return PADDED, bytes((count,)) + body + (bytes(count) if padding is None else padding)


def _content(values: Values, variables: Variables) -> bytes:
    data = values.get("data", b"")
    if isinstance(data, int):
        return PATTERN * data
    if hasattr(data, "factor"):
        return PATTERN * resolve_size(data, variables)
    return resolve_text(data, variables)


def _headers_like(
    values: Values, variables: Variables, block: bytes, repetition: int, end: bool
) -> tuple[int, bytes]:
    """Assemble a HEADERS payload: padding, priority fields, block, and what `fill_to` asks for."""
    flags = (END_STREAM if values.get("end_stream", end) else 0) | (
        END_HEADERS if values.get("end_headers", True) else 0
    )
    head = b""
    if "priority" in values:
        flags |= PRIORITY_FLAG
        head = _priority(values["priority"], variables, repetition)
    padded, payload = _padded(values, head + block)
    if "fill_to" in values:
        missing = resolve_size(values["fill_to"], variables) - len(payload)
        padded, payload = _padded(values, head + block + (filler(missing) if missing else b""))
    return flags | padded, payload


def _settings_payload(values: Values, variables: Variables, repetition: int) -> bytes:
    return b"".join(
        number.to_bytes(2, "big") + resolve_stream(value, variables, repetition).to_bytes(4, "big")
        for number, value in values.get("settings", ())
    )


Body = tuple[int, int, bytes]  # default stream, flags, payload


def _data_body(values: Values, variables: Variables, _: int) -> Body:
    padded, payload = _padded(values, _content(values, variables))
    return 1, padded | (END_STREAM if values.get("end_stream", False) else 0), payload


def _headers_body(values: Values, variables: Variables, repetition: int) -> Body:
    return 1, *_headers_like(values, variables, _field_block(values, variables), repetition, True)


def _request_body(values: Values, variables: Variables, repetition: int) -> Body:
    block = literal.block(request_fields(values, variables))
    return 1, *_headers_like(values, variables, block, repetition, True)


def _priority_body(values: Values, variables: Variables, repetition: int) -> Body:
    return 1, 0, _priority(values, variables, repetition)


def _rst_stream_body(values: Values, _: Variables, __: int) -> Body:
    return 1, 0, int(values.get("error", 8)).to_bytes(4, "big")


def _settings_body(values: Values, variables: Variables, repetition: int) -> Body:
    return 0, ACK if values.get("ack") else 0, _settings_payload(values, variables, repetition)


def _push_promise_body(values: Values, variables: Variables, repetition: int) -> Body:
    promised = resolve_stream(values.get("promised", 2), variables, repetition)
    padded, payload = _padded(values, promised.to_bytes(4, "big") + _field_block(values, variables))
    return 1, padded | (END_HEADERS if values.get("end_headers", True) else 0), payload


def _ping_body(values: Values, _: Variables, __: int) -> Body:
    return 0, ACK if values.get("ack") else 0, bytes(8)


def _goaway_body(values: Values, variables: Variables, repetition: int) -> Body:
    last = resolve_stream(values.get("last_stream", 0), variables, repetition)
    debug = resolve_text(values.get("debug", b""), variables)
    return 0, 0, last.to_bytes(4, "big") + int(values.get("error", 0)).to_bytes(4, "big") + debug


def _window_update_body(values: Values, variables: Variables, _: int) -> Body:
    return 0, 0, resolve_number(values.get("increment", 1), variables).to_bytes(4, "big")


def _continuation_body(values: Values, variables: Variables, _: int) -> Body:
    block = _field_block(values, variables)
    if "fill_to" in values:
        block += filler(resolve_size(values["fill_to"], variables) - len(block))
    return 1, END_HEADERS if values.get("end_headers", True) else 0, block


def _priority_update_body(values: Values, variables: Variables, repetition: int) -> Body:
    stream = resolve_stream(values.get("prioritized", 1), variables, repetition)
    return 0, 0, stream.to_bytes(4, "big") + resolve_text(values.get("value", b""), variables)


def _empty_body(_: Values, __: Variables, ___: int) -> Body:
    return 0, 0, b""


BODIES: Final[dict[str, tuple[int, Callable[[Values, Variables, int], Body]]]] = {
    "DATA": (Type.DATA, _data_body),
    "HEADERS": (Type.HEADERS, _headers_body),
    "REQUEST": (Type.HEADERS, _request_body),
    "TRAILERS": (Type.HEADERS, _headers_body),
    "PRIORITY": (Type.PRIORITY, _priority_body),
    "RST_STREAM": (Type.RST_STREAM, _rst_stream_body),
    "SETTINGS": (Type.SETTINGS, _settings_body),
    "PUSH_PROMISE": (Type.PUSH_PROMISE, _push_promise_body),
    "PING": (Type.PING, _ping_body),
    "GOAWAY": (Type.GOAWAY, _goaway_body),
    "WINDOW_UPDATE": (Type.WINDOW_UPDATE, _window_update_body),
    "CONTINUATION": (Type.CONTINUATION, _continuation_body),
    "PRIORITY_UPDATE": (Type.PRIORITY_UPDATE, _priority_update_body),
    "ALTSVC": (Type.ALTSVC, _empty_body),
    "ORIGIN": (Type.ORIGIN, _empty_body),
    "UNKNOWN": (0xFA, _empty_body),
}


def build(spec: FrameSpec, variables: Variables, repetition: int = 0) -> list[Outgoing]:
    """Return what one frame of a case puts on the wire; more than one only for `fragments` and PREFACE."""
    values = spec.values
    if spec.kind == "PREFACE":
        return [Outgoing(PREFACE, None, "connection preface")]
    if spec.kind == "RAW":
        octets = values["octets"] if "octets" in values else resolve_text(values["text"], variables)
        return [Outgoing(octets, None, "raw octets")]
    frame_type, make = BODIES[spec.kind]
    stream_id, flags, payload = make(values, variables, repetition)
    frame_type = values.get("type", frame_type)
    if "stream" in values:
        stream_id = resolve_stream(values["stream"], variables, repetition)
    replaced = values.get("payload")
    if isinstance(replaced, bytes):
        payload = replaced
    elif replaced is not None:
        payload = PATTERN * resolve_size(replaced, variables)
    flags = values.get("flags", flags) | values.get("add_flags", 0)
    fragments = values.get("fragments", 1)
    if fragments > 1:
        return _fragmented(frame_type, flags, stream_id, payload, fragments)
    reserved = values.get("reserved", False)
    octets = encode_frame(
        frame_type, flags, stream_id, payload, length=values.get("length"), reserved=reserved
    )
    return [Outgoing(octets, RawFrame(frame_type, flags, stream_id, payload, reserved))]


def _fragmented(frame_type: int, flags: int, stream_id: int, payload: bytes, count: int) -> list[Outgoing]:
    """Split a field block over HEADERS and count - 1 CONTINUATION frames (RFC 9113 4.3)."""
    size = max(1, -(-len(payload) // count))
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
    pieces += [b""] * (count - len(pieces))
    result = []
    for position, piece in enumerate(pieces):
        kind = frame_type if position == 0 else int(Type.CONTINUATION)
        bits = flags & ~END_HEADERS if position == 0 else 0
        if position == count - 1:
            bits |= END_HEADERS
        frame = RawFrame(kind, bits, stream_id, piece)
        result.append(Outgoing(encode_frame(kind, bits, stream_id, piece), frame))
    return result
