"""The order of cases for a reader: by section, 6.9 before 6.10, whatever the order in which they ended."""

import re


def place(identifier: str) -> tuple[tuple[int | str, ...], ...]:
    """Return the key that sorts ids of cases."""
    parts = re.split(r"(\d+)", identifier)
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts)
