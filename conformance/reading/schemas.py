"""Holds vector files to the JSON Schemas in vectors/schema."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator

from ..errors import VectorError
from .nodes import Value, load
from .places import VECTORS
from .plainyaml import plain_value

SCHEMA_OF: Final = {
    "server": "case",
    "client": "case",
    "proxy": "case",
    "hpack": "hpack",
    "frames": "frames",
    "requirements": "requirements",
}
"""Folder of vectors -> its schema."""


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of vectors/schema/NAME.schema.json."""
    path = VECTORS / "schema" / f"{name}.schema.json"
    schema: Any = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def schema_name(path: Path) -> str | None:
    """Return the schema for a file below vectors/, or None."""
    if path.name == "verdicts.yaml":
        return "verdicts"
    return SCHEMA_OF.get(path.parent.name)


def check(path: Path) -> Iterator[VectorError]:
    """Yield what the schema finds wrong in a file, in order, each at its line."""
    name = schema_name(path)
    if name is None:
        return
    root = load(path)
    for fault in sorted(validator(name).iter_errors(plain_value(root)), key=lambda e: list(map(str, e.path))):
        yield _located(root, list(fault.absolute_path), fault.message)


def _located(root: Value, path: list[Any], message: str) -> VectorError:
    """Return the fault at the line of the innermost node on its path."""
    value = root
    case = None
    for key in path:
        value = value.items()[key] if isinstance(key, int) else value.mapping()[key]
        if value.is_mapping and "id" in (keys := value.mapping()) and keys["id"].is_text:
            case = keys["id"].text()
    short = message if len(message) < 300 else message[:297] + "..."
    return VectorError(root.source.path, value.line, case, f"schema: {short}")
