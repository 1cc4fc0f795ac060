"""A codec vector told for a reader: its rules, and each block instruction by instruction."""

from collections.abc import Iterator, Mapping

from ..rules.requirements import Requirement, told
from ..wire import huffman
from ..wire.static_table import STATIC_TABLE
from . import show
from .runner import expected
from .vector import Block, CodecVector

_FORMS = {0x40: (6, "incremental"), 0x10: (4, "never indexed"), 0x00: (4, "without indexing")}


class _Cut(Exception):
    """The block ends inside an instruction."""


class _Reader:
    """Reads a block as far as it goes; nothing is judged here."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def integer(self, prefix: int) -> int:
        ceiling = (1 << prefix) - 1
        value = self._octet() & ceiling
        if value < ceiling:
            return value
        shift = 0
        while True:
            octet = self._octet()
            value += (octet & 127) << shift
            shift += 7
            if octet < 128:
                return value

    def string(self) -> str:
        if self.place >= len(self.data):
            raise _Cut
        is_coded = self.data[self.place] & 0x80
        length = self.integer(7)
        text = self.data[self.place : self.place + length]
        if len(text) < length:
            raise _Cut
        self.place += length
        if not is_coded:
            return _quoted(text)
        try:
            return _quoted(huffman.decode(text))
        except huffman.HuffmanError as error:
            return f"({error})"

    def _octet(self) -> int:
        if self.place >= len(self.data):
            raise _Cut
        self.place += 1
        return self.data[self.place - 1]


def _quoted(text: bytes) -> str:
    return '"' + text.decode("ascii", "backslashreplace") + '"'


def _named(index: int) -> str:
    if 0 < index <= len(STATIC_TABLE):
        return STATIC_TABLE[index - 1][0].decode()
    return f"dynamic entry {index - len(STATIC_TABLE)}" if index else "index 0"


def instructions(wire: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield each instruction of a block with its octets; what is cut off comes last and says so."""
    reader = _Reader(wire)
    while reader.place < len(wire):
        begin = reader.place
        try:
            text = _instruction(reader, wire[begin])
        except _Cut:
            yield wire[begin:], "cut off"
            return
        yield wire[begin : reader.place], text


def _instruction(reader: _Reader, first: int) -> str:
    if first & 0x80:
        index = reader.integer(7)
        value = STATIC_TABLE[index - 1][1] if 0 < index <= len(STATIC_TABLE) else b""
        return f"indexed {index}: {_named(index)}" + (f" {_quoted(value)}" if value else "")
    if first & 0xE0 == 0x20:
        return f"size update to {reader.integer(5)}"
    prefix, form = _FORMS[0x40 if first & 0x40 else first & 0x10]
    index = reader.integer(prefix)
    name = f"name {index} ({_named(index)})" if index else reader.string()
    return f"literal {form}: {name} {reader.string()}"


def wire_lines(vector: CodecVector) -> Iterator[str]:
    """Yield the octets of every block, one instruction a line."""
    for number, block in enumerate(vector.blocks, 1):
        yield from _block_lines(f"block {number}", block)
    for number, block in enumerate(vector.control, 1):
        yield from _block_lines(f"control, block {number}", block)
    for number, one in enumerate(vector.encode, 1):
        settings = "".join(f", after HEADER_TABLE_SIZE = {limit}" for limit in one.resize)
        yield f"list {number}{settings}: {show.fields(one.fields)}"


def _block_lines(title: str, block: Block) -> Iterator[str]:
    settings = "".join(f", after HEADER_TABLE_SIZE = {limit}" for limit in block.resize)
    yield f"{title}{settings}"
    for octets, text in instructions(block.wire):
        shown = octets[:16].hex(" ") + (" ..." if len(octets) > 16 else "")
        yield f"  {shown:<51}  {text if len(text) <= show.SHOWN_TEXT else text[: show.SHOWN_TEXT] + '...'}"
    best = [] if block.fields is None else [show.fields(block.fields)]
    yield f"  -> {' or '.join(['error', *best] if block.error else best)}"
    if block.acceptable is not None:
        flag = f" ({block.acceptable.flag})" if block.acceptable.flag else ""
        yield f"  {block.acceptable.outcome} is acceptable{flag}: {block.acceptable.why}"


def explain(vector: CodecVector, requirements: Mapping[str, Requirement]) -> Iterator[str]:
    """Yield everything about one vector."""
    yield f"{vector.id}  ({vector.level}, {vector.spec})"
    yield f"  {vector.title}"
    yield f"  {vector.path}:{vector.line}"
    yield ""
    yield "requirements"
    for name in vector.req:
        yield f"  {name}  {told(name, requirements)}"
    yield ""
    yield f"expected\n  {' or '.join(expected(vector))}"
    if vector.note:
        yield f"\nnote\n  {vector.note}"
    yield f"\nneeds\n  {', '.join(vector.needs)}"
    if vector.context.table_limit != 4096:
        yield f"\ncontext\n  table of {vector.context.table_limit} octets"
    yield ""
    yield from wire_lines(vector)
