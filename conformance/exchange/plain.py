"""Suites as plain data: what stands in the YAML, as lists, mappings, text and numbers."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import UsageError
from ..reading import nodes
from ..reading.nodes import Value

ROLES = ("server", "client", "proxy", "hpack", "frames")
"""Folders of the vectors, one a role."""


class Suite(NamedTuple):
    """One file of cases: `file` is its path below the vectors' folder, `content` what is written there."""

    path: Path
    file: str
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The suite's name."""
        return str(self.content["suite"])

    @property
    def role(self) -> str:
        """The role of its cases."""
        return str(self.content.get("role", "server"))

    @property
    def cases(self) -> list[dict[str, Any]]:
        """The cases as they are written."""
        return list(self.content["cases"])


def plain(value: Value) -> Any:
    """Return a node as plain data.  A duplicate key is a VectorError."""
    if value.is_mapping:
        return {name: plain(item) for name, item in value.mapping().items()}
    if value.is_sequence:
        return [plain(item) for item in value.items()]
    return value.scalar_or_none()


def content_hash(content: Any) -> str:
    """Return 16 hexadecimal digits that name this content, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_suite(path: Path, root: Path) -> Suite:
    """Read one file.  Raises VectorError."""
    value = nodes.load(path)
    content = plain(value)
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list) or "suite" not in content:
        raise value.error("expected a suite with cases")
    try:
        name = path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        name = path.name
    return Suite(path, name, content)


def suite_files(root: Path) -> list[Path]:
    """Return the files of all suites below `root`, role by role."""
    return [path for folder in ROLES for path in sorted((root / folder).glob("*.yaml"))]


def load_suites(root: Path, files: Iterable[Path] = ()) -> list[Suite]:
    """Read the given files, or every suite below `root`."""
    paths = sorted(files) or suite_files(root)
    for path in paths:
        if not path.is_file():
            raise UsageError(f"no such file: {path}")
    return [load_suite(path, root) for path in paths]
