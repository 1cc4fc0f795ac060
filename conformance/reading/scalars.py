"""Scalars without quotes, by YAML 1.2's core rules."""

import re
from functools import lru_cache
from typing import Final

NULL: Final = frozenset({"", "~", "null"})
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_FLOAT: Final = re.compile(r"-?[0-9]+\.[0-9]+\Z")


@lru_cache(maxsize=4096)
def plain(text: str) -> str | int | float | bool | None:
    """Return what a scalar without quotes stands for; most of them recur."""
    if text in ("true", "false"):
        return text == "true"
    if text in NULL:
        return None
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
