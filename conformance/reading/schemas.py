"""Holds vector files to the JSON Schemas in vectors/schema."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator

from ..errors import VectorError
from .nodes import Value
from .places import VECTORS
from .plainyaml import plain_value

SCHEMA_OF: Final = {
    "server": "case",
    "client": "case",
    "proxy": "case",
    "codec": "hpack",
    "frame": "frames",
}
"""Role of a file of cases -> its schema."""
OTHERS: Final = {"requirements": "requirements", "situations": "verdicts"}
"""Key that only a file without cases has -> its schema."""


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of vectors/schema/NAME.schema.json."""
    path = VECTORS / "schema" / f"{name}.schema.json"
    schema: Any = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def schema_name(root: Value) -> str:
    """Return the schema for a file: by its role if it holds cases.  Raises VectorError."""
    keys = root.mapping()
    for key, name in OTHERS.items():
        if key in keys and "cases" not in keys:
            return name
    return SCHEMA_OF[keys["role"].one_of(SCHEMA_OF, "a role:") if "role" in keys else "server"]


def check(root: Value) -> Iterator[VectorError]:
    """Yield what the schema finds wrong in a file, in order, each at its line.  Raises VectorError."""
    faults = validator(schema_name(root)).iter_errors(plain_value(root))
    for fault in sorted(faults, key=lambda e: list(map(str, e.path))):
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
