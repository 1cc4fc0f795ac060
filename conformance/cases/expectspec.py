"""Expectations as a case writes them, read strictly; EXPECTS is the list of macros."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..reading.nodes import Value
from ..rules.monitornames import MONITORS
from ..rules.outcome import Outcome, parse_outcome
from ..wire.codes import Error, Type
from .case import Expect
from .values import (
    Number,
    parse_error_code,
    parse_number,
    parse_stream,
    parse_text,
    setting_number,
)

ANY: Final = "any"
ABSENT: Final = "absent"


@dataclass(frozen=True, slots=True)
class Range:
    """A number between two bounds, both included."""

    at_least: Number = 0
    at_most: Number = 1 << 62


NumberMatch = Number | Range | tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class FrameMatch:
    """A frame of a type whose named parts have these values."""

    type: int
    parts: Mapping[str, Any]
    text: str


def _number_match(value: Value) -> NumberMatch:
    if value.is_sequence:
        return tuple(parse_number(item) for item in value.items())
    if value.is_mapping:
        keys = value.fields(optional=("at_least", "at_most"))
        return Range(**{name: parse_number(item) for name, item in keys.items()})
    return parse_number(value)


def _error_match(value: Value) -> tuple[int, ...]:
    return tuple(parse_error_code(item) for item in value.one_or_more())


def _settings_match(value: Value) -> dict[int, Any]:
    return {
        setting_number(name, item): item.text()
        if item.is_text and item.text() in (ANY, ABSENT)
        else _number_match(item)
        for name, item in value.mapping().items()
    }


FRAME_PARTS: Final[dict[str, Callable[[Value], Any]]] = {
    "stream": _number_match,
    "length": _number_match,
    "flags": lambda value: tuple(item.text() for item in value.items()),
    "reserved": lambda value: value.boolean(),
    "ack": lambda value: value.boolean(),
    "end_stream": lambda value: value.boolean(),
    "end_headers": lambda value: value.boolean(),
    "payload": lambda value: value.hex(),
    "error": _error_match,
    "last_stream": _number_match,
    "increment": _number_match,
    "promised": _number_match,
    "settings": _settings_match,
}
"""Parts of a received frame that an expectation may name."""


def parse_frame_match(value: Value) -> FrameMatch:
    """Read {TYPE: {part: value}}."""
    name, body = value.single()
    if name not in Type.__members__:
        raise value.error(f"unknown frame type {name!r}")
    parts = {key: FRAME_PARTS[key](item) for key, item in body.fields(optional=FRAME_PARTS).items()}
    shown = ", ".join(f"{key} {plain(item)}" for key, item in body.mapping().items())
    return FrameMatch(int(Type[name]), parts, f"{name}({shown})" if shown else name)


def plain(value: Value) -> str:
    """Show a value in one line."""
    if value.is_mapping:
        return "{" + ", ".join(f"{key}: {plain(item)}" for key, item in value.mapping().items()) + "}"
    if value.is_sequence:
        return "[" + ", ".join(plain(item) for item in value.items()) + "]"
    scalar = value.scalar_or_none()
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar)


def _status(value: Value) -> tuple[str, ...]:
    result = []
    for item in value.one_or_more():
        text = str(item.integer(100, 599)) if item.is_integer else item.text()
        if text != ANY and not (
            len(text) == 3 and text[0] in "12345" and (text[1:].isdigit() or text[1:] == "xx")
        ):
            raise item.error(f'expected a status such as 200, "2xx" or any; found {text!r}')
        result.append(text)
    return tuple(result)


def _content(value: Value) -> Any:
    if value.is_mapping and "hex" not in value.mapping():
        keys = value.fields(optional=("size", "at_least", "at_most"))
        if "size" in keys:
            return Range(parse_number(keys["size"]), parse_number(keys["size"]))
        return Range(**{name: parse_number(item) for name, item in keys.items()})
    return parse_text(value)


def _field_matches(value: Value) -> dict[bytes, Any]:
    """Read {name: value, any or absent}."""
    return {
        name.encode(): item.text() if item.is_text and item.text() in (ANY, ABSENT) else parse_text(item)
        for name, item in value.mapping().items()
    }


RESPONSE_PARTS: Final[dict[str, Callable[[Value], Any]]] = {
    "stream": parse_stream,
    "status": _status,
    "complete": lambda value: value.boolean(),
    "no_content": lambda value: value.boolean(),
    "content": _content,
    "fields": _field_matches,
    "trailers": _field_matches,
    "informational": lambda value: tuple(item.integer(100, 199) for item in value.items()),
}


def _code(value: Value) -> dict[str, Any]:
    return {"code": value.one_of(Error.__members__, "an error code:")}


def _tls(value: Value) -> dict[str, Any]:
    """Read `refused`, or what the TLS handshake has to have chosen."""
    if value.is_text:
        return {"refused": bool(value.one_of(("refused",)))}
    keys = value.fields(optional=("version", "alpn", "cipher", "not_cipher"))
    return {name: tuple(i.text() for i in item.one_or_more()) for name, item in keys.items()}


def _same_fields(value: Value) -> dict[str, Any]:
    keys = value.fields(required=("streams", "names"), optional=("absent", "values"))
    streams = tuple(item.integer(1) for item in keys["streams"].items())
    if len(streams) != 2:
        raise keys["streams"].error("two streams are compared")
    return {
        "streams": streams,
        "names": tuple(item.text().encode() for item in keys["names"].items()),
        "absent": keys["absent"].one_of(("pass", "fail")) if "absent" in keys else "pass",
        "values": keys["values"].one_of(("equal", "any")) if "values" in keys else "equal",
    }


def _http1(value: Value) -> dict[str, Any]:
    keys = value.fields(required=("not",))
    return {"not": tuple(item.integer(100, 599) for item in keys["not"].items())}


def _parts(parts: Mapping[str, Callable[[Value], Any]], value: Value) -> dict[str, Any]:
    return {name: parts[name](item) for name, item in value.fields(optional=parts).items()}


def _count(value: Value) -> dict[str, Any]:
    keys = value.fields(required=("frame",), optional=("exactly", "at_least", "at_most"))
    return {
        "frame": parse_frame_match(keys["frame"]),
        "range": _bounds(keys),
    }


def _bounds(keys: Mapping[str, Value]) -> Range:
    if "exactly" in keys:
        number = parse_number(keys["exactly"])
        return Range(number, number)
    return Range(**{name: parse_number(keys[name]) for name in ("at_least", "at_most") if name in keys})


def _data(value: Value) -> dict[str, Any]:
    keys = value.fields(required=("stream",), optional=("exactly", "at_least", "at_most"))
    return {"stream": parse_stream(keys["stream"]), "range": _bounds(keys)}


def _outcomes(value: Value) -> dict[str, Any]:
    return {"outcomes": tuple(parse_outcome(item) for item in value.one_or_more())}


def _monitors(value: Value) -> dict[str, Any]:
    return {"rules": tuple(item.one_of(MONITORS, "a rule:") for item in value.items())}


def _optional_stream(value: Value) -> dict[str, Any]:
    return {} if value.is_null else _parts({"stream": parse_stream}, value)


EXPECTS: Final[dict[str, Callable[[Value], dict[str, Any]]]] = {
    "connection_error": _code,
    "stream_error": _code,
    "malformed": _optional_stream,
    "drop": _optional_stream,
    "alive": _optional_stream,
    "response": lambda value: _parts(RESPONSE_PARTS, value),
    "frame": lambda value: {"frame": parse_frame_match(value)},
    "no_frame": lambda value: {"frame": parse_frame_match(value)},
    "count": _count,
    "data": _data,
    "closed": _optional_stream,
    "monitor": _monitors,
    "outcome": _outcomes,
    "tls": _tls,
    "same_fields": _same_fields,
    "http1": _http1,
}
"""Macros, each with the reader of its argument."""

BARE: Final = frozenset({"alive", "closed", "drop", "malformed"})
REACTIONS: Final = frozenset({"connection_error", "stream_error", "malformed", "drop", "outcome"})
"""Macros that watch for a reaction; the others wait for something to be seen."""
_SIGHTS: Final = frozenset({"response", "frame", "no_frame", "count", "data", "same_fields", "closed"})
BESIDE: Final[dict[str, tuple[Callable[[Value], Any], frozenset[str]]]] = {
    "stream": (parse_stream, REACTIONS),
    "timeout": (lambda value: value.number(), frozenset(EXPECTS)),
    "before": (parse_frame_match, frozenset({"frame"})),
    "last_stream": (_number_match, frozenset({"connection_error"})),
    "liveness": (lambda value: value.one_of(("ping", "request")), REACTIONS),
    "behind": (lambda value: value.one_of(("ignored",)), REACTIONS),
    "resets": (lambda value: value.one_of(("any", "once")), REACTIONS),
    "else": (lambda value: value.text(), _SIGHTS),
}
"""Keys that may stand beside a macro, and beside which."""


def parse_expect(value: Value, on: str, line: int, outside: Mapping[str, Value]) -> Expect:
    """Read what stands behind `expect:`; `outside`: options that stand beside `expect` itself."""
    if value.is_text:
        kind = value.one_of(BARE, "a macro without arguments:")
        keys = dict(outside)
        arguments: dict[str, Any] = {}
    else:
        keys = value.fields(optional=(*EXPECTS, *BESIDE))
        kinds = [name for name in keys if name in EXPECTS]
        if len(kinds) != 1:
            found = ", ".join(kinds) or "none"
            raise value.error(f"expected one macro of {', '.join(EXPECTS)}; found {found}")
        kind = kinds[0]
        arguments = EXPECTS[kind](keys[kind])
        keys.update(outside)
    timeout = None
    for name, (read, macros) in BESIDE.items():
        if name not in keys:
            continue
        if kind not in macros:
            raise keys[name].error(f"{name} has no meaning beside {kind}")
        if name == "timeout":
            timeout = read(keys[name])
        else:
            arguments[name] = read(keys[name])
    return Expect(kind, arguments, timeout, on, line)


def best_outcomes(expect: Expect) -> tuple[Outcome, ...]:
    """Return the outcomes that pass this expectation, without what the situation adds."""
    if expect.kind in ("connection_error", "stream_error"):
        return (Outcome(expect.kind, expect.arguments["code"]),)
    if expect.kind == "outcome":
        return tuple(expect.arguments["outcomes"])
    return (Outcome("malformed"),) if expect.kind == "malformed" else (Outcome("drop"),)
