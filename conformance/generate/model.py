"""A model of the decoding context (RFC 7541 2.3, 3.2, 4): it executes instructions, not octets."""

from ..wire.static_table import STATIC_TABLE
from .instructions import Form, Indexed, Instruction, Literal, SizeUpdate, is_broken
from .octets import RecipeError

Field = tuple[bytes, bytes]
ENTRY_OVERHEAD = 32


class Undecodable(Exception):
    """RFC 7541 calls this instruction a decoding error, here and now."""


class Context:
    """What a decoder knows: the dynamic table, the size it has and the limit that the protocol gives."""

    def __init__(self, limit: int = 4096) -> None:
        """`limit`: the acknowledged SETTINGS_HEADER_TABLE_SIZE."""
        self.limit = limit
        self.maximum = limit
        self.entries: list[Field] = []

    @property
    def size(self) -> int:
        """The sum of name, value and 32 over all entries (RFC 7541 4.1)."""
        return sum(len(name) + len(value) + ENTRY_OVERHEAD for name, value in self.entries)

    def field_at(self, index: int) -> Field:
        """Return the entry at an index of the whole address space (RFC 7541 2.3.3)."""
        if index == 0:
            raise Undecodable("index 0 is not used")
        if index <= len(STATIC_TABLE):
            return STATIC_TABLE[index - 1]
        place = index - len(STATIC_TABLE) - 1
        if place >= len(self.entries):
            raise Undecodable(f"index {index} is beyond both tables")
        return self.entries[place]

    def insert(self, field: Field) -> None:
        """Evict from the end, then insert if the entry fits (RFC 7541 4.4)."""
        needed = len(field[0]) + len(field[1]) + ENTRY_OVERHEAD
        while self.entries and self.size > self.maximum - needed:
            self.entries.pop()
        if needed <= self.maximum:
            self.entries.insert(0, field)

    def resize(self, maximum: int) -> None:
        """Take a size update (RFC 7541 4.3, 6.3)."""
        if maximum > self.limit:
            raise Undecodable(f"size {maximum} exceeds the limit {self.limit}")
        self.maximum = maximum
        while self.size > maximum:
            self.entries.pop()

    def execute(self, instructions: tuple[Instruction, ...]) -> tuple[list[Field], list[int]]:
        """Decode a block and return its fields and the positions of the never-indexed ones."""
        fields: list[Field] = []
        marked: list[int] = []
        for one in instructions:
            if isinstance(one, SizeUpdate):
                self.resize(one.size)
            elif isinstance(one, Indexed):
                fields.append(self.field_at(one.index))
            else:
                if not isinstance(one, Literal) or is_broken(one):
                    raise RecipeError("broken octets have no meaning to the model")
                if one.form is Form.NEVER_INDEXED:
                    marked.append(len(fields))
                fields.append(self._literal(one))
        return fields, marked

    def _literal(self, one: Literal) -> Field:
        # The name is taken before anything is evicted: RFC 7541 4.4, last paragraph.
        name = self.field_at(one.name)[0] if isinstance(one.name, int) else one.name.value
        field = (name, one.value.value)
        if one.form is Form.INCREMENTAL:
            self.insert(field)
        return field
