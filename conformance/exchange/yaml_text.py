"""Suites as YAML text, laid out like the hand-written ones: block style for cases, flow style inside them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:[-/.][A-Za-z0-9_]+)*\Z")
_SENTENCE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_/,.;()=+-]*(?: [A-Za-z0-9_/,.;()=+-]+)*\Z")
_RESERVED: Final = frozenset({"true", "false", "null"})
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2} *)+\Z")
_WIDTH: Final = 110
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    # YAML 1.2 5.1 names the printable characters; U+FEFF and the line breaks of Unicode are escaped as well.
    printable = 0x20 <= code <= 0x7E or 0xA0 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD
    if printable and code not in (0x2028, 0x2029, 0xFEFF):
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quoted(text: str) -> str:
    """Return text as a double-quoted scalar."""
    return f'"{"".join(map(_escaped, text))}"'


def _scalar(value: str | int | bool | None, in_flow: bool) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    pattern = _WORD if in_flow else _SENTENCE
    # What could be taken for octets is quoted: hexadecimal octets always are.
    if pattern.match(value) and value.lower() not in _RESERVED and not _HEX.match(value):
        return value
    return quoted(value)


def flow(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(str(k), True)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow, value)) + "]"
    return _scalar(value, True)


def _block(key: str, value: Any, indent: str) -> list[str]:
    """Return the lines of one key: flow style where it fits the line, block style where it does not."""
    is_collection = isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str))
    text = flow(value) if is_collection else _scalar(value, False)
    line = f"{indent}{key}: {text}"
    if not is_collection or not value or len(line) <= _WIDTH:
        return [line]
    lines = [f"{indent}{key}:"]
    if isinstance(value, Mapping):
        for name, item in value.items():
            lines += _block(_scalar(str(name), True), item, indent + "  ")
        return lines
    for item in value:
        if isinstance(item, Mapping) and item and len(flow(item)) + len(indent) + 4 > _WIDTH:
            first, *rest = [
                row
                for name, inner in item.items()
                for row in _block(_scalar(str(name), True), inner, indent + "    ")
            ]
            lines += [f"{indent}  - {first.lstrip()}", *rest]
        else:
            lines.append(f"{indent}  - {flow(item)}")
    return lines


def suite_text(content: Mapping[str, Any], comment: str = "") -> str:
    """Return a suite as the text of a file; `comment` goes to its top."""
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    for key, value in content.items():
        if key != "cases":
            lines += _block(key, value, "")
    lines.append("cases:")
    for case in content["cases"]:
        rows = [row for key, value in case.items() for row in _block(key, value, "    ")]
        lines += [f"  - {rows[0].lstrip()}", *rows[1:], ""]
    return "\n".join(lines).rstrip("\n") + "\n"
