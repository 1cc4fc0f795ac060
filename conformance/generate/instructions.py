"""The representations and instructions of a block, each with its octets (RFC 7541 6)."""

from dataclasses import dataclass
from enum import Enum

from .octets import huffman, integer


class Form(Enum):
    """The three literal representations: first-octet pattern and bits left for the name's index."""

    INCREMENTAL = (0x40, 6)
    WITHOUT_INDEXING = (0x00, 4)
    NEVER_INDEXED = (0x10, 4)


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal (RFC 7541 5.2).

    zeros: superfluous octets in its length.  data: the encoded octets where they are not plainly the value's.
    """

    value: bytes
    huffman: bool = False
    zeros: int = 0
    data: bytes | None = None

    def plain_data(self) -> bytes:
        """Return the one right encoding of the value."""
        return huffman(self.value) if self.huffman else self.value

    def parts(self) -> tuple[bytes, ...]:
        """Return the length and the data."""
        data = self.plain_data() if self.data is None else self.data
        length = integer(len(data), 7, 0x80 if self.huffman else 0, self.zeros)
        return (length, data) if data else (length,)


@dataclass(frozen=True, slots=True)
class Indexed:
    """An indexed field (RFC 7541 6.1)."""

    index: int
    zeros: int = 0

    def parts(self) -> tuple[bytes, ...]:
        """Return the octets of the index."""
        return (integer(self.index, 7, 0x80, self.zeros),)


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal field; its name is a string or an index (RFC 7541 6.2)."""

    form: Form
    name: Text | int
    value: Text
    zeros: int = 0

    def parts(self) -> tuple[bytes, ...]:
        """Return pattern and name index, then the strings."""
        pattern, prefix = self.form.value
        if isinstance(self.name, int):
            return (integer(self.name, prefix, pattern, self.zeros), *self.value.parts())
        return (integer(0, prefix, pattern), *self.name.parts(), *self.value.parts())


@dataclass(frozen=True, slots=True)
class SizeUpdate:
    """A dynamic table size update (RFC 7541 6.3)."""

    size: int
    zeros: int = 0

    def parts(self) -> tuple[bytes, ...]:
        """Return the octets of the size."""
        return (integer(self.size, 5, 0x20, self.zeros),)


@dataclass(frozen=True, slots=True)
class Raw:
    """Octets that are no legal instruction: the fault of an invalid block, in parts for the reader."""

    octets: tuple[bytes, ...]

    def parts(self) -> tuple[bytes, ...]:
        """Return the parts as given."""
        return self.octets


Instruction = Indexed | Literal | SizeUpdate | Raw
String = str | bytes | Text


def is_broken(one: Instruction) -> bool:
    """Tell whether the octets of an instruction break the grammar of RFC 7541 5 or 6 by themselves."""
    if isinstance(one, Raw):
        return True
    strings = [one.name, one.value] if isinstance(one, Literal) else []
    return any(
        isinstance(string, Text) and string.data is not None and string.data != string.plain_data()
        for string in strings
    )


def text(value: String, huffman: bool = False) -> Text:
    """Return a string literal from text (UTF-8), octets or a ready one."""
    if isinstance(value, Text):
        return value
    return Text(value.encode() if isinstance(value, str) else value, huffman)


def literal(
    form: Form, name: String | int, value: String, *, huffman: bool = False, zeros: int = 0
) -> Literal:
    """Return a literal field.  huffman: for the strings that are not ready ones."""
    return Literal(form, name if isinstance(name, int) else text(name, huffman), text(value, huffman), zeros)


def incremental(name: String | int, value: String, *, huffman: bool = False, zeros: int = 0) -> Literal:
    """Return a literal with incremental indexing."""
    return literal(Form.INCREMENTAL, name, value, huffman=huffman, zeros=zeros)


def without(name: String | int, value: String, *, huffman: bool = False, zeros: int = 0) -> Literal:
    """Return a literal without indexing."""
    return literal(Form.WITHOUT_INDEXING, name, value, huffman=huffman, zeros=zeros)


def never(name: String | int, value: String, *, huffman: bool = False, zeros: int = 0) -> Literal:
    """Return a literal never indexed."""
    return literal(Form.NEVER_INDEXED, name, value, huffman=huffman, zeros=zeros)


def raw(*hexes: str) -> Raw:
    """Return octets from spaced hex; each argument is one part."""
    return Raw(tuple(bytes.fromhex(part) for part in hexes))


def octets_of(instructions: tuple[Instruction, ...]) -> bytes:
    """Return the block made of these instructions."""
    return b"".join(part for one in instructions for part in one.parts())
