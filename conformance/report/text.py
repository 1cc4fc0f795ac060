"""Text from a target made safe to show: control and invisible characters are written out."""

import unicodedata

# Control, format (bidirectional overrides too), surrogate, private use, line and paragraph separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    """Return `text` on one line, each hidden character as an escape such as `\\x1b`.

    What a target sends stands in transcripts; it must neither steer a terminal nor break a file format.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """Return `1 case`, `2 cases`; `nouns` where an s does not do."""
    return f"{count} {noun}" if count == 1 else f"{count} {nouns or f'{noun}s'}"
