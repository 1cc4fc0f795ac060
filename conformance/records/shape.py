"""What a line of the run record must hold: a damaged file is refused by its place."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from ..errors import UsageError

Check = Callable[[Any], str | None]
"""Returns what was expected in place of a value, or None when it is right."""

VERDICTS: Final = ("pass", "acceptable", "fail", "blocked", "error", "flaky", "xfail", "xpass", "skip")
PLAIN: Final = ("pass", "acceptable", "fail", "blocked", "error", "flaky", "skip")
"""Verdicts before a baseline is held against them."""
FORMAT: Final = 1
"""Version of the record's layout."""


def _of(kind: type | tuple[type, ...], name: str) -> Check:
    # bool is an int for Python, not for JSON.
    return lambda value: None if isinstance(value, kind) and (kind is bool or value is not True) else name


def _one_of(*words: str) -> Check:
    return lambda value: None if value in words else f"one of {', '.join(words)}"


def _time(value: Any) -> str | None:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return "a time"
    return None


def _texts(value: Any) -> str | None:
    right = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if right else "a list of texts"


_TEXT: Final = _of(str, "a text")
_NUMBER: Final = _of((int, float), "a number")
_BOOLEAN: Final = _of(bool, "true or false")
_OPTIONAL_TEXT: Final = _of((str, type(None)), "a text or null")
_OPTIONAL_OBJECT: Final = _of((dict, type(None)), "an object or null")

KEYS: Final[Mapping[str, Mapping[str, Check]]] = {
    "header": {
        "format": _NUMBER,
        "tool": _TEXT,
        "started": _time,
        "vectors": _of(dict, "an object"),
        "vectors.hash": _TEXT,
        "target": _of(dict, "an object"),
        "target.spec": _TEXT,
        "target.version": _OPTIONAL_TEXT,
        "role": _TEXT,
        "profile": _TEXT,
        "level": _texts,
        "selection": _texts,
        "needs": _of(dict, "an object"),
    },
    "case": {
        "id": _TEXT,
        "suite": _TEXT,
        "title": _TEXT,
        "spec": _TEXT,
        "req": _texts,
        "level": _one_of("MUST", "SHOULD", "MAY", "INFO"),
        "verdict": _one_of(*VERDICTS),
        "outcome": _TEXT,
        "expected": _texts,
        "flags": _texts,
        "info": _texts,
        "reason": _TEXT,
        "violations": _texts,
        "ms": _NUMBER,
        "hash": _TEXT,
        "attempts": _of(int, "a number"),
        "history": _texts,
        "control": _OPTIONAL_OBJECT,
        "crash": _BOOLEAN,
        "transcript": _of(list, "a list"),
        "reproduce": _TEXT,
    },
    "footer": {"duration_ms": _NUMBER, "exit": _of(int, "a number")},
}
_ENTRY: Final[Mapping[str, Check]] = {
    "ms": _NUMBER,
    "dir": _one_of("send", "recv", "note"),
    "summary": _TEXT,
}
_CONTROL: Final[Mapping[str, Check]] = {"outcome": _TEXT, "ok": _BOOLEAN}
_NEED: Final[Mapping[str, Check]] = {"present": _BOOLEAN, "how": _TEXT}
_ABSENT: Final = object()


def check_line(line: Any, where: str) -> None:
    """Look at one line of a record; keys that are not known here are left alone.

    where: file and line, for the message.  Raises UsageError.
    """
    if not isinstance(line, dict) or line.get("kind") not in KEYS:
        raise UsageError(f"{where}: not a line of a run record: `kind` is header, case or footer")
    kind = line["kind"]
    if kind == "header" and line.get("format", FORMAT) != FORMAT:
        given = _shown(line["format"])
        raise UsageError(f"{where}: run record of format {given}, this h2conf reads {FORMAT}")
    _check(line, KEYS[kind], kind, where)
    if kind == "header":
        for name, need in line["needs"].items():
            _check(need, _NEED, f"need {name}", where)
    elif kind == "case":
        _check_case(line, where)


def _check_case(case: dict[str, Any], where: str) -> None:
    told = f"case {case['id']}"
    if case["control"] is not None:
        _check(case["control"], _CONTROL, f"{told}, control", where)
    for key in ("without_baseline", "alone"):
        if key in case:
            _check(case, {key: _one_of(*PLAIN)}, told, where)
    for number, entry in enumerate(case["transcript"], 1):
        _check(entry, _ENTRY, f"{told}, transcript entry {number}", where)
        if entry.get("hex"):
            _check(entry, {"hex": _TEXT, "type": _TEXT}, f"{told}, transcript entry {number}", where)


def _check(value: Any, keys: Mapping[str, Check], told: str, where: str) -> None:
    if not isinstance(value, dict):
        raise UsageError(f"{where}: {told}: expected an object, found {_shown(value)}")
    for path, check in keys.items():
        found: Any = value
        for key in path.split("."):
            found = found.get(key, _ABSENT)
        if found is _ABSENT:
            raise UsageError(f"{where}: {told}: `{path}` is missing")
        if (expected := check(found)) is not None:
            raise UsageError(f"{where}: {told}: `{path}`: expected {expected}, found {_shown(found)}")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
