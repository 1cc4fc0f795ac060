"""The canonical layout of vector files: a matter of lines, so that every comment stays where it is.

Unix line ends, no trailing blanks, one newline at the end; one blank line between cases, never two anywhere;
none between `cases:` and the first case.  A file whose content would change is left alone.
"""

import re
from typing import Final

from ..reading import nodes
from .plain import plain

_CASE: Final = re.compile(r"  - \S")
_COMMENT: Final = re.compile(r" *#")
_CASES: Final = "cases:"


def tidy(text: str, path: str) -> str:
    """Return the text of a file in canonical layout.  Raises VectorError when it cannot be read."""
    before = plain(nodes.parse(text, path))
    lines = _spaced([line.rstrip() for line in text.splitlines()])
    result = "\n".join(lines) + "\n"
    if plain(nodes.parse(result, path)) != before:
        # Only text over several lines can change: its blank lines and trailing blanks mean something.
        return text
    return result


def _spaced(lines: list[str]) -> list[str]:
    """Put the blank lines in order."""
    result: list[str] = []
    in_list = is_first = False
    for number, line in enumerate(lines):
        if not line:
            if result and result[-1] and not (in_list and is_first):
                result.append("")
            continue
        if line == _CASES:
            in_list = is_first = True
        elif in_list and _starts_case(lines, number, result):
            if not is_first and result[-1]:
                result.append("")
            is_first = False
        result.append(line)
    while result and not result[-1]:
        result.pop()
    return result


def _starts_case(lines: list[str], number: int, before: list[str]) -> bool:
    """Whether a case, or the comment that stands right above one, begins at this line."""
    if _CASE.match(lines[number]):
        return not _COMMENT.match(before[-1])
    if not _COMMENT.match(lines[number]) or _COMMENT.match(before[-1]):
        return False
    following = next((line for line in lines[number:] if not _COMMENT.match(line)), "")
    return bool(_CASE.match(following))
