"""Plain Python values out of strict YAML nodes, for JSON Schema and for export."""

from typing import Any

from .nodes import Value


def plain_value(value: Value) -> Any:
    """Return dicts, lists and scalars; duplicate keys and the like are VectorErrors as in every reader."""
    if value.is_mapping:
        return {name: plain_value(item) for name, item in value.mapping().items()}
    if value.is_sequence:
        return [plain_value(item) for item in value.items()]
    return value.scalar_or_none()
