"""Cases as YAML text: hexadecimal octets in quotes, a step on one line where it fits."""

from typing import Any

import yaml

_FITS = 80
"""Characters of a child, written in one line, that do not need a line of their own."""


class Hex(str):
    """Hexadecimal text, which the case format wants in quotes."""

    __slots__ = ()


class Case(dict[str, Any]):
    """A mapping whose keys each begin a line."""


class _Dumper(yaml.SafeDumper):
    """A dumper of its own, since representers belong to the class."""


def _flow(dumper: yaml.SafeDumper, value: Any) -> yaml.Node:
    node = (
        dumper.represent_dict(value)
        if isinstance(value, dict)
        else dumper.represent_sequence("tag:yaml.org,2002:seq", value)
    )
    children = value.values() if isinstance(value, dict) else value
    is_long = any(isinstance(child, dict | list) and len(str(child)) > _FITS for child in children)
    node.flow_style = not is_long and not isinstance(value, Case)
    return node


def _quoted(dumper: yaml.SafeDumper, value: Hex) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')


_Dumper.add_representer(Hex, _quoted)
_Dumper.add_representer(dict, _flow)
_Dumper.add_representer(Case, _flow)
_Dumper.add_representer(list, _flow)


def text(octets: bytes) -> Any:
    """Return octets as the case format writes them: as text where they are plain, else as hexadecimal."""
    plain = octets.decode("latin-1")
    if not plain.isascii() or not plain.isprintable() or "${" in plain:
        return {"hex": Hex(octets.hex())}
    # What begins like a number might be one to another YAML.
    return Hex(plain) if plain[:1] in "0123456789+-." else plain


def dump(suite: dict[str, Any], comment: str = "") -> str:
    """Return the text of a suite, under a line of comment if there is one."""
    written = yaml.dump(Case(suite), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return f"# {comment}\n{written}" if comment else written
