"""Frames as a case names them: `TYPE: {fields}`, read strictly; FRAME_KEYS lists what may be said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..reading.nodes import Value
from ..wire.codes import FLAG_BITS
from .values import (
    Series,
    parse_error_code,
    parse_number,
    parse_pair,
    parse_pairs,
    parse_setting,
    parse_setting_value,
    parse_stream,
    parse_text,
    setting_number,
)


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """A frame of a case, before the target's settings and paths are known."""

    kind: str
    values: Mapping[str, Any]
    line: int = 0

    @property
    def advances(self) -> bool:
        """Whether a repetition of the frame differs from the one before."""
        settings = (value for _, value in self.values.get("settings", ()))
        return any(isinstance(value, Series) for value in (*self.values.values(), *settings))


@dataclass(frozen=True, slots=True)
class BlockItem:
    """One representation of a field block, `times` in a row; `huffman` codes its strings."""

    kind: str
    argument: Any
    huffman: bool = False
    times: int = 1


def _octet(value: Value) -> int:
    """Read a frame type such as "0xfa"."""
    text = value.text()
    try:
        number = int(text, 16) if text.startswith("0x") else -1
    except ValueError:
        number = -1
    if not 0 <= number <= 255:
        raise value.error(f'expected an octet such as "0xfa", found {text!r}')
    return number


def _flags(value: Value) -> int:
    if not value.is_sequence:
        return _octet(value)
    bits = 0
    for item in value.items():
        bits |= FLAG_BITS[item.one_of(FLAG_BITS, "a flag:")]
    return bits


def _payload(value: Value) -> Any:
    """Read `"hex"` or `{size: n}`, which is n octets of `a`."""
    if value.is_mapping:
        return parse_number(value.fields(required=("size",))["size"], 0, 1 << 24)
    return value.hex()


def _data(value: Value) -> Any:
    """Read content: text, `{hex: ".."}`, or `{size: n}`."""
    if value.is_mapping and "size" in value.mapping():
        return _payload(value)
    return parse_text(value)


def _priority(value: Value) -> dict[str, Any]:
    keys = value.fields(optional=("depends_on", "weight", "exclusive"))
    return {name: PRIORITY_KEYS[name](item) for name, item in keys.items()}


def _settings(value: Value) -> tuple[tuple[int, Any], ...]:
    """Read {NAME: n} or, where one is repeated, [[NAME, n], ...]."""
    if value.is_mapping:
        return tuple(
            (setting_number(name, item), parse_setting_value(item)) for name, item in value.mapping().items()
        )
    result = []
    for item in value.items():
        pair = item.items()
        if len(pair) != 2:
            raise item.error("expected [name, value]")
        result.append((parse_setting(pair[0]), parse_setting_value(pair[1])))
    return tuple(result)


def _names(value: Value) -> tuple[bytes, ...]:
    return tuple(item.text().encode() for item in value.items())


def _replacements(value: Value) -> dict[bytes, Any]:
    return {name.encode(): parse_text(item) for name, item in value.mapping().items()}


def _short(high: int) -> Callable[[Value], int]:
    return lambda value: value.integer(0, high)


def _boolean(value: Value) -> bool:
    return value.boolean()


def _hex(value: Value) -> bytes:
    return value.hex()


def _block_entry(value: Value) -> tuple[Any, Any]:
    """Read [name or index, value]."""
    items = value.items()
    if len(items) == 2 and items[0].is_integer:
        return items[0].integer(), parse_text(items[1])
    return parse_pair(value)


def _block_request(value: Value) -> dict[str, Any]:
    return {name: REQUEST_PARTS[name](item) for name, item in value.fields(optional=REQUEST_PARTS).items()}


BLOCK_ITEMS: Final[dict[str, Callable[[Value], Any]]] = {
    "indexed": _short((1 << 62) - 1),
    "literal": _block_entry,
    "incremental": _block_entry,
    "never": _block_entry,
    "size_update": lambda value: parse_number(value, 0, (1 << 62) - 1),
    "raw": _hex,
    "request": _block_request,
    "fill_list": lambda value: parse_number(value, 0, 16 << 20),
}
"""Representations a block may list (RFC 7541 6); `raw` is octets, `request` a good request as literals,
`fill_list` fields until the decoded list has exactly that size."""


def _block(value: Value) -> Any:
    """Read a field block: octets, or a list of representations."""
    if not value.is_sequence:
        return value.hex()
    result = []
    for item in value.items():
        keys = item.fields(optional=(*BLOCK_ITEMS, "huffman", "times"))
        kinds = [name for name in keys if name in BLOCK_ITEMS]
        if len(kinds) != 1:
            raise item.error(f"expected one of {', '.join(BLOCK_ITEMS)}, perhaps with huffman or times")
        huffman = keys["huffman"].boolean() if "huffman" in keys else False
        times = keys["times"].integer(1, 1 << 20) if "times" in keys else 1
        result.append(BlockItem(kinds[0], BLOCK_ITEMS[kinds[0]](keys[kinds[0]]), huffman, times))
    return tuple(result)


PRIORITY_KEYS: Final[dict[str, Callable[[Value], Any]]] = {
    "depends_on": parse_stream,
    "weight": _short(255),
    "exclusive": _boolean,
}

REQUEST_PARTS: Final[dict[str, Callable[[Value], Any]]] = {
    "method": parse_text,
    "scheme": parse_text,
    "authority": parse_text,
    "path": parse_text,
    "headers": parse_pairs,
    "first": parse_pairs,
    "omit": _names,
    "replace": _replacements,
}
"""Parts of a request: a good GET unless said otherwise."""

_COMMON: Final[dict[str, Callable[[Value], Any]]] = {
    "stream": parse_stream,
    "flags": _flags,
    "add_flags": _flags,
    "length": _short((1 << 24) - 1),
    "reserved": _boolean,
    "payload": _payload,
}
_PADDING: Final[dict[str, Callable[[Value], Any]]] = {"pad": _short(255), "padding": _hex}
_BLOCK: Final[dict[str, Callable[[Value], Any]]] = {
    "fields": parse_pairs,
    "block": _block,
    "end_headers": _boolean,
    "fill_to": lambda value: parse_number(value, 0, 1 << 24),
}

FRAME_KEYS: Final[dict[str, dict[str, Callable[[Value], Any]]]] = {
    "DATA": {**_COMMON, **_PADDING, "data": _data, "end_stream": _boolean},
    "HEADERS": {**_COMMON, **_PADDING, **_BLOCK, "end_stream": _boolean, "priority": _priority},
    "REQUEST": {
        **_COMMON,
        **_PADDING,
        **REQUEST_PARTS,
        "end_stream": _boolean,
        "end_headers": _boolean,
        "priority": _priority,
        "fragments": lambda value: value.integer(1, 20_000),
        "fill_to": _BLOCK["fill_to"],
    },
    "TRAILERS": {**_COMMON, **_PADDING, **_BLOCK, "end_stream": _boolean},
    "PRIORITY": {**_COMMON, **PRIORITY_KEYS},
    "RST_STREAM": {**_COMMON, "error": parse_error_code},
    "SETTINGS": {**_COMMON, "settings": _settings, "ack": _boolean},
    "PUSH_PROMISE": {**_COMMON, **_PADDING, **_BLOCK, "promised": parse_stream},
    "PING": {**_COMMON, "ack": _boolean},
    "GOAWAY": {**_COMMON, "last_stream": parse_stream, "error": parse_error_code, "debug": parse_text},
    "WINDOW_UPDATE": {**_COMMON, "increment": parse_number},
    "CONTINUATION": {**_COMMON, **_BLOCK},
    "PRIORITY_UPDATE": {**_COMMON, "prioritized": parse_stream, "value": parse_text},
    "ALTSVC": _COMMON,
    "ORIGIN": _COMMON,
    "UNKNOWN": {**_COMMON, "type": _octet},
    "RAW": {"octets": _hex, "text": parse_text},
    "PREFACE": {},
}
"""Frame types a case may send, with the keys of each."""


def parse_frame(value: Value) -> FrameSpec:
    """Read a single-key mapping TYPE: {fields}."""
    kind, body = value.single()
    keys = FRAME_KEYS.get(kind)
    if keys is None:
        raise value.error(f"unknown frame type {kind!r} (known: {', '.join(FRAME_KEYS)})")
    if body.is_null:
        raise body.error(f"{kind} needs a mapping; write {kind}: {{}}")
    values = {name: keys[name](item) for name, item in body.fields(optional=keys).items()}
    if "fields" in values and "block" in values:
        raise body.error("either fields or block, not both")
    if kind == "RAW" and len(values) != 1:
        raise body.error("RAW needs octets or text")
    return FrameSpec(kind, values, value.line)


def parse_frames(value: Value) -> tuple[FrameSpec, ...]:
    """Read one frame or a list of them; the word `nothing` is none."""
    if value.is_text and value.text() == "nothing":
        return ()
    return tuple(parse_frame(item) for item in value.one_or_more())
