"""Reports of a run as files."""

from collections.abc import Callable
from pathlib import Path

from .html import write_html
from .jsonl import write_jsonl
from .markdown import write_markdown
from .run import Run

FORMATS: dict[str, Callable[[Run, Path], None]] = {
    "jsonl": write_jsonl,
    "html": write_html,
    "md": write_markdown,
}
"""By the name that `-o NAME=FILE` takes."""

__all__ = ["FORMATS", "Run", "write_html", "write_jsonl", "write_markdown"]
