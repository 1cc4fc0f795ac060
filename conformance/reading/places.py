"""Where the data lies: `vectors/` beside the code, in a checkout and when installed."""

from pathlib import Path
from typing import Final

VECTORS: Final = Path(__file__).resolve().parents[2] / "vectors"
"""Folder of the vectors that belong to this copy of the harness."""


def shown(path: Path) -> str:
    """Return a path the way a user would type it: relative to the working directory when below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
