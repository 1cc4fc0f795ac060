"""What a frame reader made of a wire: a frame, an error, or nothing yet."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ..targets.jsonlines import BadAnswer
from ..wire.codes import DEFINED_FLAGS, Error, Setting, Type
from .layout import RAW, Field, FieldValue, Kind, Priority, fields_of

_TYPES: Final = {t.name: int(t) for t in Type}
_ERRORS: Final = {e.name: int(e) for e in Error}
_SETTINGS: Final = {s.name: int(s) for s in Setting}


class ReadFrame(NamedTuple):
    """A frame as the reader handed it up; fields that it did not tell are absent.

    `flags` and `length` are None where the reader does not tell them.  `is_raw`: handed up as payload only.
    """

    type: int
    stream: int
    flags: int | None
    length: int | None
    fields: Mapping[str, FieldValue]
    is_raw: bool


class Answer(NamedTuple):
    """The reader's answer to one wire.

    outcome: frame, ignored, wait, connection_error, stream_error, or error where the scope is not told.
    code: of an error; None where the reader tells none.
    """

    outcome: str
    frame: ReadFrame | None = None
    code: int | None = None
    reason: str = ""

    def __str__(self) -> str:
        """Show the outcome in the words of the verdict table."""
        if not self.outcome.endswith("error"):
            return self.outcome
        if self.code is None:
            return self.outcome
        name = Error(self.code).name if self.code in set(Error) else f"0x{self.code:x}"
        return f"{self.outcome}({name})"


def parse_answer(line: Mapping[str, Any]) -> Answer:
    """Read one answer line of a stdio adapter.  Raises BadAnswer."""
    if line.get("ok") is True:
        if line.get("frame") is not None:
            return Answer("frame", parse_read_frame(line["frame"]))
        outcome = line.get("outcome")
        if outcome in ("ignored", "wait"):
            return Answer(outcome)
        raise BadAnswer(f"neither a frame nor an outcome: {line!r}")
    if line.get("ok") is False:
        scope = line.get("scope")
        if scope not in (None, "connection", "stream"):
            raise BadAnswer(f"not a scope: {scope!r}")
        code = line.get("error")
        reason = str(line.get("reason", ""))
        outcome = f"{scope}_error" if scope else "error"
        return Answer(
            outcome, code=None if code is None else _named(code, _ERRORS, "error code"), reason=reason
        )
    raise BadAnswer(f"no `ok` in {line!r}")


def parse_read_frame(data: Any) -> ReadFrame:
    """Read the frame of an answer.  Raises BadAnswer."""
    if not isinstance(data, Mapping):
        raise BadAnswer(f"not a frame: {data!r}")
    kind = _named(data.get("type"), _TYPES, "frame type")
    is_raw = "payload" in data and "payload" not in fields_of(kind)
    layout = RAW if is_raw else fields_of(kind)
    fields: dict[str, FieldValue] = {}
    for name, field in layout.items():
        if data.get(name) is not None:
            fields[name] = _field(data[name], field)
    flags = data.get("flags")
    if isinstance(flags, list):
        defined = DEFINED_FLAGS.get(kind, {})
        unknown = [f for f in flags if f not in defined]
        if unknown:
            raise BadAnswer(f"{data['type']} has no flags {unknown}")
        flags = sum(defined[f] for f in set(flags))
    length = data.get("length")
    return ReadFrame(
        kind,
        _integer(data.get("stream"), "stream"),
        None if flags is None else _integer(flags, "flags"),
        None if length is None else _integer(length, "length"),
        fields,
        is_raw,
    )


def _integer(value: Any, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadAnswer(f"{what} is not a number: {value!r}")
    return value


def _named(value: Any, names: Mapping[str, int], what: str) -> int:
    if isinstance(value, str):
        if value in names:
            return names[value]
        if value.startswith("0x"):
            try:
                return int(value, 16)
            except ValueError:
                pass
        raise BadAnswer(f"not a {what}: {value!r}")
    return _integer(value, what)


def _hex(value: Any) -> bytes:
    if not isinstance(value, str):
        raise BadAnswer(f"not hexadecimal octets: {value!r}")
    try:
        return bytes.fromhex(value)
    except ValueError as error:
        raise BadAnswer(f"not hexadecimal octets: {value!r}") from error


def _field(value: Any, field: Field) -> FieldValue:
    if field.kind in (Kind.TEXT, Kind.HEX):
        return _hex(value)
    if field.kind == Kind.BOOLEAN:
        if not isinstance(value, bool):
            raise BadAnswer(f"neither true nor false: {value!r}")
        return value
    if field.kind == Kind.ERROR:
        return _named(value, _ERRORS, "error code")
    if field.kind == Kind.PRIORITY:
        if not isinstance(value, Mapping) or not isinstance(value.get("exclusive"), bool):
            raise BadAnswer(f"not priority fields: {value!r}")
        return Priority(
            _integer(value.get("depends_on"), "depends_on"),
            _integer(value.get("weight"), "weight"),
            value["exclusive"],
        )
    if field.kind in (Kind.SETTINGS, Kind.ORIGINS):
        if not isinstance(value, list):
            raise BadAnswer(f"not a list: {value!r}")
        if field.kind == Kind.ORIGINS:
            return tuple(_hex(item) for item in value)
        return tuple(_pair(item) for item in value)
    return _integer(value, field.kind)


def _pair(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise BadAnswer(f"not a setting: {value!r}")
    return _named(value[0], _SETTINGS, "setting"), _integer(value[1], "value of a setting")
