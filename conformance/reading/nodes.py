"""Strict YAML: nodes that know their file, line and case, and refuse what is not exactly what is asked for.

Plain scalars are read by YAML 1.2's core rules (`true`, `null`, decimal integers); so `no` and `on` are text.
Duplicate keys, unknown keys, aliases and wrong types are errors that name file, line and case.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import yaml

from ..errors import VectorError
from .composing import Composer
from .places import shown
from .scalars import NULL, plain

_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}\s*)*\Z")
_HEX_STYLES: Final = ("'", '"', "|", ">")
_SHOWN: Final = 60
"""Characters of a wrong value that a message shows."""


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


class Source:
    """The file being read, and the case in it: what an error message names."""

    __slots__ = ("case", "path")

    def __init__(self, path: str) -> None:
        """`path`: as shown to the user.  `case` is set by the loader while it reads a case."""
        self.path = path
        self.case: str | None = None


class Value:
    """One YAML node with typed, strict access."""

    __slots__ = ("_items", "_mapping", "_node", "_source")

    def __init__(self, node: yaml.Node, source: Source) -> None:
        """`source` is shared by all nodes of a file."""
        self._node = node
        self._source = source
        self._items: list[Value] | None = None  # once somebody asked: a case is read, and then hashed
        self._mapping: dict[str, Value] | None = None

    @property
    def line(self) -> int:
        """Line in the file, from 1."""
        return int(self._node.start_mark.line) + 1

    @property
    def source(self) -> Source:
        """The file of this node."""
        return self._source

    def error(self, message: str) -> VectorError:
        """Return (not raise) an error that names this place."""
        return VectorError(self._source.path, self.line, self._source.case, message)

    # -- kinds ------------------------------------------------------------------------------------------

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self._node, yaml.MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether this is a sequence."""
        return isinstance(self._node, yaml.SequenceNode)

    @property
    def is_quoted(self) -> bool:
        """Whether this is a scalar in quotes, which is always text."""
        return isinstance(self._node, yaml.ScalarNode) and self._node.style in ("'", '"')

    @property
    def is_text(self) -> bool:
        """Whether this is a scalar that reads as text."""
        return isinstance(self.scalar_or_none(), str)

    @property
    def is_integer(self) -> bool:
        """Whether this is a plain decimal integer."""
        value = self.scalar_or_none()
        return isinstance(value, int) and not isinstance(value, bool)

    @property
    def is_boolean(self) -> bool:
        """Whether this is `true` or `false`."""
        return isinstance(self.scalar_or_none(), bool)

    @property
    def is_null(self) -> bool:
        """Whether this is an empty node, `null` or `~`."""
        node = self._node
        return isinstance(node, yaml.ScalarNode) and not node.style and node.value in NULL

    def scalar_or_none(self) -> str | int | float | bool | None:
        """Return the scalar's value by YAML 1.2's core rules; None for null and for collections."""
        node = self._node
        if not isinstance(node, yaml.ScalarNode):
            return None
        text = str(node.value)
        return text if node.style else plain(text)  # libyaml gives "" and not None to a plain scalar

    def describe(self) -> str:
        """Name what stands here, for error messages."""
        if self.is_mapping:
            return "a mapping"
        if self.is_sequence:
            return "a list"
        value = self.scalar_or_none()
        if value is None:
            return "nothing"
        if isinstance(value, bool):
            return f"the boolean {str(value).lower()}"
        if isinstance(value, int | float):
            return f"the number {value}"
        return f"the text {_cut(value)!r}"

    # -- scalars ----------------------------------------------------------------------------------------

    def text(self) -> str:
        """Return text; a bare number or boolean is refused: quote it if text is meant."""
        value = self.scalar_or_none()
        if not isinstance(value, str):
            raise self.error(f"expected text, found {self.describe()}")
        return value

    def one_of(self, allowed: Collection[str], what: str = "one of") -> str:
        """Return text that is among `allowed`."""
        value = self.text()
        if value not in allowed:
            raise self.error(f"expected {what} {', '.join(sorted(allowed))}; found {value!r}")
        return value

    def integer(self, low: int = 0, high: int = (1 << 63) - 1) -> int:
        """Return an integer between `low` and `high`, both included."""
        value = self.scalar_or_none()
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(f"expected an integer, found {self.describe()}")
        if not low <= value <= high:
            raise self.error(f"expected an integer from {low} to {high}, found {value}")
        return value

    def number(self) -> float:
        """Return a number of seconds or the like, 0 or more."""
        value = self.scalar_or_none()
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.error(f"expected a number, found {self.describe()}")
        return float(value)

    def boolean(self) -> bool:
        """Return `true` or `false`."""
        value = self.scalar_or_none()
        if not isinstance(value, bool):
            raise self.error(f"expected true or false, found {self.describe()}")
        return value

    def hex(self) -> bytes:
        """Return the octets of hexadecimal digits, quoted or as a block; blanks between octets are free."""
        if not isinstance(self._node, yaml.ScalarNode) or self._node.style not in _HEX_STYLES:
            raise self.error(f"expected hexadecimal octets as a quoted string, found {self.describe()}")
        text = str(self._node.value)
        if not _HEX.match(text.strip()):
            raise self.error(f"not hexadecimal octets: {_cut(text)!r}")
        return bytes.fromhex(text)

    # -- collections ------------------------------------------------------------------------------------

    def items(self) -> list["Value"]:
        """Return the items of a list."""
        node = self._node
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(f"expected a list, found {self.describe()}")
        if self._items is None:
            self._items = [Value(item, self._source) for item in node.value]
        return self._items

    def one_or_more(self) -> list["Value"]:
        """Return the items of a list, or this value alone when it is no list."""
        return self.items() if self.is_sequence else [self]

    def mapping(self) -> dict[str, "Value"]:
        """Return a mapping with text keys; a duplicate key is an error at its second line."""
        if self._mapping is not None:
            return self._mapping
        node = self._node
        if not isinstance(node, yaml.MappingNode):
            raise self.error(f"expected a mapping, found {self.describe()}")
        result: dict[str, Value] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Value(key, self._source).error("a key must be text")
            name = str(key.value)
            if name in result:
                raise Value(key, self._source).error(f"duplicate key {name!r}")
            result[name] = Value(value, self._source)
        self._mapping = result
        return result

    def keys_with_lines(self) -> Iterator[tuple[str, int]]:
        """Yield the keys of a mapping with their lines."""
        if isinstance(self._node, yaml.MappingNode):
            for key, _ in self._node.value:
                yield str(key.value), int(key.start_mark.line) + 1

    def fields(self, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, "Value"]:
        """Return a mapping that has all `required` keys and no others than the `optional` ones."""
        result = self.mapping()
        for name in result:
            if name not in required and name not in optional:
                known = ", ".join(sorted({*required, *optional}))
                line = dict(self.keys_with_lines())[name]
                message = f"unknown key {name!r} (known: {known})"
                raise VectorError(self._source.path, line, self._source.case, message)
        for name in required:
            if name not in result:
                raise self.error(f"missing key {name!r}")
        return result

    def single(self) -> tuple[str, "Value"]:
        """Return key and value of a mapping with exactly one key."""
        mapping = self.mapping()
        if len(mapping) != 1:
            raise self.error(f"expected one key, found {len(mapping)}: {', '.join(mapping)}")
        return next(iter(mapping.items()))


def parse(text: str, path: str) -> Value:
    """Return the root node of one YAML document.  Raises VectorError for anything that is not YAML."""
    source = Source(path)
    try:
        composer = Composer(text)
        root = composer.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = int(mark.line) + 1 if mark else 1
        raise VectorError(path, line, None, f"not YAML: {error.problem or error.context}") from error
    except yaml.reader.ReaderError as error:
        raise _unprintable(text, path) from error
    if root is None:
        raise VectorError(path, 1, None, "the file is empty")
    return Value(root, source)


def _unprintable(text: str, path: str) -> VectorError:
    """Return the error for the first character that may not stand in YAML at all, not even in quotes."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    place = found.start() if found else 0
    message = f'not YAML: the character U+{ord(text[place]):04X} may stand there only as an escape in "..."'
    return VectorError(path, 1 + text.count("\n", 0, place), None, message)


def load(path: Path) -> Value:
    """Read a YAML file and return its root node.  Raises VectorError."""
    name = shown(path)
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise VectorError(name, 1, None, f"cannot be read: {error.strerror}") from error
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + octets.count(b"\n", 0, error.start)
        raise VectorError(name, line, None, f"not UTF-8: {error.reason}") from error
    return parse(text, name)
