"""Values of a case that are known only at run time: endpoint paths, the peer's settings and windows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..reading.nodes import Value
from ..wire.codes import DEFAULT_SETTINGS, DEFAULT_WINDOW, MAX_31, Error, Setting

ENDPOINTS: Final = (
    "echo",
    "open",
    "large",
    "trailers",
    "slow",
    "push",
    "early",
    "204",
    "304",
    "connect",
)
"""Endpoints that a case may name as `${path.NAME}`; default path `/NAME`."""

PATTERN: Final = b"a"
"""What `{size: n}` is made of."""
MAX_SIZE: Final = (1 << 24) + (1 << 16)
"""Octets of one value: a little more than the largest frame."""
MAX_STEP: Final = 1000
"""Of a series, between two repetitions."""
_TEXT_NAMES: Final = frozenset({"authority", "scheme", "path", *(f"path.{name}" for name in ENDPOINTS)})
_PEER_NAMES: Final = frozenset({*Setting.__members__, "stream_window", "connection_window"})
_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")
_NUMBER: Final = re.compile(r"\$\{peer\.(\w+)\}(?:\*([0-9]+))?([+-][0-9]+)?\Z")


@dataclass(slots=True)
class Variables:
    """What the placeholders of a case stand for on one connection."""

    texts: Mapping[str, str]
    peer_settings: dict[int, int] = field(default_factory=dict)
    connection_window: int = DEFAULT_WINDOW  # at the start, before any content is sent
    headers: tuple[tuple[bytes, bytes], ...] = ()  # added to every request, as the user wishes

    def peer(self, name: str) -> int:
        """Return a setting or window of the peer; an unlimited setting counts as 2^31 - 1."""
        if name == "connection_window":
            return self.connection_window
        number = Setting.INITIAL_WINDOW_SIZE if name == "stream_window" else Setting[name]
        return self.peer_settings.get(number, DEFAULT_SETTINGS.get(number, MAX_31))


@dataclass(frozen=True, slots=True)
class PeerNumber:
    """`${peer.NAME}*factor+offset`."""

    name: str
    factor: int = 1
    offset: int = 0

    def __str__(self) -> str:
        """Show it the way it is written."""
        factor = f"*{self.factor}" if self.factor != 1 else ""
        return f"${{peer.{self.name}}}{factor}{f'{self.offset:+d}' if self.offset else ''}"


@dataclass(frozen=True, slots=True)
class Template:
    """Text with placeholders."""

    text: str

    def __str__(self) -> str:
        """Show it the way it is written."""
        return self.text


@dataclass(frozen=True, slots=True)
class Series:
    """A stream identifier, or the value of a setting, that advances with each repetition of a send."""

    start: int
    step: int


Number = int | PeerNumber
Text = bytes | Template
Stream = int | PeerNumber | Series


def resolve_number(number: Number, variables: Variables) -> int:
    """Return the number's value for this peer."""
    if isinstance(number, int):
        return number
    return variables.peer(number.name) * number.factor + number.offset


def resolve_size(number: Number, variables: Variables) -> int:
    """Return a number of octets to be made.  Raises ValueError for more than a case may send."""
    size = resolve_number(number, variables)
    if not 0 <= size <= MAX_SIZE:
        raise ValueError(f"{number} is {size} octets, which no case may send")
    return size


def resolve_text(text: Text, variables: Variables) -> bytes:
    """Return the octets of a text for this target."""
    if isinstance(text, bytes):
        return text
    return _PLACEHOLDER.sub(lambda match: variables.texts[match[1]], text.text).encode()


def resolve_stream(stream: Stream, variables: Variables, repetition: int) -> int:
    """Return a stream identifier or the value of a setting, advanced for the repetition (from 0).

    Raises ValueError for a series that went below 0.
    """
    if isinstance(stream, Series):
        value = stream.start + stream.step * repetition
        if value < 0:
            raise ValueError(f"repetition {repetition} of {stream} is below 0")
        return value
    return resolve_number(stream, variables)


def parse_number(value: Value, low: int = 0, high: int = (1 << 32) - 1) -> Number:
    """Read an integer or `"${peer.NAME}+1"`."""
    if value.is_integer:
        return value.integer(low, high)
    match = _NUMBER.match(value.text())
    if match is None or match[1] not in _PEER_NAMES:
        raise value.error(
            f'expected an integer or "${{peer.NAME}}", perhaps with *n and +n or -n; found {value.text()!r}'
        )
    return PeerNumber(match[1], int(match[2] or 1), int(match[3] or 0))


def parse_text(value: Value) -> Text:
    """Read text (UTF-8, with placeholders), `{hex: ".."}`, or `{size: n}`, which is n octets of `a`."""
    if value.is_mapping:
        keys = value.fields(optional=("hex", "size"))
        if len(keys) != 1:
            raise value.error("expected hex or size")
        return keys["hex"].hex() if "hex" in keys else PATTERN * keys["size"].integer(0, 1 << 24)
    text = value.text()
    names = _PLACEHOLDER.findall(text)
    for name in names:
        if name not in _TEXT_NAMES:
            raise value.error(f"unknown placeholder ${{{name}}} (known: {', '.join(sorted(_TEXT_NAMES))})")
    return Template(text) if names else text.encode()


def parse_stream(value: Value) -> Stream:
    """Read a stream identifier or `{start: 1, step: 2}`."""
    return _parse_series(value, 0) if value.is_mapping else parse_number(value, 0, MAX_31)


def _parse_series(value: Value, lowest_step: int) -> Series:
    fields = value.fields(required=("start",), optional=("step",))
    step = fields["step"].integer(lowest_step, MAX_STEP) if "step" in fields else 2
    return Series(fields["start"].integer(0, MAX_31), step)


def parse_setting_value(value: Value) -> Stream:
    """Read the value of a setting: a number, or `{start: 100, step: -1}`."""
    return _parse_series(value, -MAX_STEP) if value.is_mapping else parse_number(value)


def parse_pairs(value: Value) -> tuple[tuple[Text, Text], ...]:
    """Read a list of [name, value]."""
    return tuple(parse_pair(item) for item in value.items())


def parse_pair(value: Value) -> tuple[Text, Text]:
    """Read [name, value]."""
    items = value.items()
    if len(items) != 2:
        raise value.error(f"expected [name, value], found {len(items)} items")
    return parse_text(items[0]), parse_text(items[1])


def parse_error_code(value: Value) -> int:
    """Read an error code by name, or as a number for one that nobody defined."""
    if value.is_integer:
        return value.integer(0, (1 << 32) - 1)
    return int(Error[value.one_of(Error.__members__.keys(), "an error code:")])


def parse_setting(value: Value) -> int:
    """Read the name of a setting, or `"0x.."`."""
    return setting_number(value.text(), value)


def setting_number(text: str, value: Value) -> int:
    """Return the number of a setting from its name or `0x..`; errors stand at `value`."""
    if text in Setting.__members__:
        return int(Setting[text])
    if re.match(r"0x[0-9a-fA-F]{1,4}\Z", text):
        return int(text, 16)
    raise value.error(f'unknown setting {text!r} (a name of RFC 9113 6.5.2, or "0x..")')
