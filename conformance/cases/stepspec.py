"""Steps of a dialogue as a case writes them, read strictly."""

from collections.abc import Callable
from typing import Any, Final

from ..reading.nodes import Value
from ..wire.codes import DEFAULT_MAX_FRAME_SIZE
from .case import Close, Connect, Expect, Fence, Handshake, Send, Shutdown, Step, Upload
from .expectspec import parse_expect
from .framespec import FRAME_KEYS, parse_frames
from .tlswish import TlsWish
from .values import parse_number, setting_number

TLS_VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3")
BARE_STEPS: Final = frozenset({"handshake", "connect", "fence", "close", "shutdown"})
_SIMPLE: Final[dict[str, Callable[..., Step]]] = {
    "connect": Connect,
    "fence": Fence,
    "close": Close,
    "shutdown": Shutdown,
}
_OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "handshake": (),
    "connect": (),
    "fence": (),
    "close": (),
    "shutdown": (),
    "send": ("split", "repeat", "fenced", "legal"),
    "upload": ("legal",),
    "expect": ("else", "timeout"),
}


def _tls(value: Value) -> TlsWish:
    """Read what one connection asks for in its TLS handshake."""
    keys = value.fields(optional=("versions", "alpn", "ciphers", "curves", "server_name"))
    versions = None
    if "versions" in keys:
        items = [item.one_of(TLS_VERSIONS) for item in keys["versions"].items()]
        if len(items) != 2:
            raise keys["versions"].error("expected the lowest and the highest version")
        versions = (items[0], items[1])
    alpn = tuple(item.text() for item in keys["alpn"].items()) if "alpn" in keys else None
    texts = {name: keys[name].text() for name in ("ciphers", "curves", "server_name") if name in keys}
    return TlsWish(versions, alpn, **texts)


def _handshake(
    value: Value, on: str, line: int, allowed: tuple[str, ...] = ("settings", "credit", "ack", "tls")
) -> Handshake:
    if value.is_null:
        return Handshake(on=on, line=line)
    keys = value.fields(optional=allowed)
    settings = None
    if "settings" in keys:
        settings = tuple(
            (setting_number(name, item), parse_number(item))
            for name, item in keys["settings"].mapping().items()
        )
    credit = keys["credit"].one_of(("auto", "manual")) == "auto" if "credit" in keys else True
    ack = keys["ack"].boolean() if "ack" in keys else True
    tls = _tls(keys["tls"]) if "tls" in keys else None
    return Handshake(settings, credit, ack, tls, on, line)


def _send(keys: dict[str, Value], on: str, line: int) -> Send:
    return Send(
        parse_frames(keys["send"]),
        parse_frames(keys["legal"]) if "legal" in keys else None,
        keys["split"].integer(1, 65_536) if "split" in keys else 0,
        parse_number(keys["repeat"], 1, 1 << 31) if "repeat" in keys else 1,
        "fenced" in keys and (keys["fenced"].is_text or keys["fenced"].boolean()),
        "fenced" in keys and keys["fenced"].is_text and bool(keys["fenced"].one_of(("answered",))),
        on,
        line,
    )


_UPLOAD: Final[dict[str, Callable[[Value], Any]]] = {
    "stream": lambda value: value.integer(1, (1 << 31) - 1),
    "size": parse_number,
    "frame": lambda value: value.integer(1, (1 << 24) - 1),
    "pad": lambda value: value.integer(0, 255),
    "end_stream": lambda value: value.boolean(),
    "heed": lambda value: value.boolean(),
}


def _upload(value: Value, legal: Value | None, on: str, line: int) -> Upload:
    keys = value.fields(required=("stream", "size"), optional=_UPLOAD)
    arguments = {name: _UPLOAD[name](item) for name, item in keys.items()}
    if arguments.get("frame", DEFAULT_MAX_FRAME_SIZE) <= 1 + arguments.get("pad", -1):
        raise value.error("a frame holds its padding and at least one octet of content")
    twin = _upload(legal, None, on, line) if legal is not None else None
    return Upload(**arguments, legal=twin, on=on, line=line)


def parse_step(value: Value) -> Step:
    """Read one step."""
    line = value.line
    if value.is_text:
        name = value.one_of(BARE_STEPS, "a step without arguments:")
        return Handshake(line=line) if name == "handshake" else _SIMPLE[name](line=line)
    mapping = value.mapping()
    kinds = [name for name in mapping if name in _OPTIONS]
    if len(kinds) != 1:
        wrong = next((name for name in mapping if name in FRAME_KEYS), None)
        hint = f" ({wrong} belongs under send:)" if wrong else ""
        found = ", ".join(mapping) or "none"
        raise value.error(f"expected one step of {', '.join(_OPTIONS)}; found {found}{hint}")
    kind = kinds[0]
    keys = value.fields(optional=(kind, "on", *_OPTIONS[kind]))
    on = keys["on"].text() if "on" in keys else "a"
    match kind:
        case "handshake":
            return _handshake(keys[kind], on, line)
        case "send":
            return _send(keys, on, line)
        case "connect":
            if keys[kind].is_null:
                return Connect(on=on, line=line)
            whole = _handshake(keys[kind], on, line, ("credit", "ack", "tls"))
            return Connect(whole.credit, whole.ack, whole.tls, on, line)
        case "upload":
            return _upload(keys[kind], keys.get("legal"), on, line)
        case "expect":
            return parse_expect(
                keys[kind], on, line, {n: v for n, v in keys.items() if n in _OPTIONS["expect"]}
            )
    if not keys[kind].is_null:
        raise keys[kind].error(f"{kind} takes no arguments")
    return _SIMPLE[kind](on=on, line=line)


def parse_steps(value: Value) -> tuple[Step, ...]:
    """Read the steps of a case; each connection has to be opened before it is used."""
    steps = tuple(parse_step(item) for item in value.items())
    opened: set[str] = set()
    for step, item in zip(steps, value.items(), strict=True):
        if isinstance(step, Handshake | Connect):
            opened.add(step.on)
        elif step.on not in opened:
            raise item.error(f"connection {step.on} is used before a handshake or connect opens it")
    return steps


def has_expect(steps: tuple[Step, ...]) -> bool:
    """Return whether anything is judged at all."""
    return any(isinstance(step, Expect) for step in steps)
