"""Blocks told over one context, and the vectors and suites made of them."""

from dataclasses import dataclass, field
from itertools import takewhile

from .instructions import Instruction, is_broken
from .model import Context, Field, Undecodable
from .octets import RecipeError

SHOWN_ENTRIES = 6
"""A longer dynamic table is left out of a vector unless it is asked for: its size stands for it."""


@dataclass(frozen=True, slots=True)
class Acceptable:
    """What a decoder may do instead of the best, with the name and the reason of that freedom."""

    outcome: str  # "fields" or "error"
    flag: str | None  # None: no rule prefers the one outcome to the other
    why: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a vector as it is written into the file.

    fields: None for a decoding error without an acceptable reading.  table: newest entry first.
    """

    instructions: tuple[Instruction, ...]
    error: bool
    fields: tuple[Field, ...] | None
    marked: tuple[int, ...] = ()
    resize: tuple[int, ...] = ()
    table: tuple[Field, ...] | None = None
    table_size: int | None = None
    acceptable: Acceptable | None = None


class Story:
    """Tells blocks to the model in order; what the model answers is what a decoder has to answer."""

    def __init__(self, limit: int = 4096, *, show_limit: bool = False) -> None:
        """`limit`: SETTINGS_HEADER_TABLE_SIZE at the start; it is written down when it is not 4,096."""
        self.context = Context(limit)
        self.start = limit if limit != 4096 or show_limit else None
        self.blocks: list[Block] = []

    def good(
        self,
        *instructions: Instruction,
        resize: tuple[int, ...] = (),
        acceptable: Acceptable | None = None,
        table: bool | None = None,
    ) -> "Story":
        """Add a block that has to decode.  table: write the table down, or not, whatever its length."""
        self._settings(resize)
        fields, marked = self.context.execute(instructions)
        entries = tuple(self.context.entries)
        shown = len(entries) <= SHOWN_ENTRIES if table is None else table
        self.blocks.append(
            Block(
                instructions,
                error=False,
                fields=tuple(fields),
                marked=tuple(marked),
                resize=resize,
                table=entries if shown else None,
                table_size=self.context.size,
                acceptable=acceptable,
            )
        )
        return self

    def bad(self, *instructions: Instruction, resize: tuple[int, ...] = ()) -> "Story":
        """Add the last block, a decoding error: by a broken part of it, or else by the model's word."""
        self._settings(resize)
        legal = tuple(takewhile(lambda one: not is_broken(one), instructions))
        try:
            self.context.execute(legal)
        except Undecodable:
            pass
        else:
            if legal == instructions:
                raise RecipeError(f"the model decodes what is called undecodable: {instructions}")
        self.blocks.append(Block(instructions, error=True, fields=None, resize=resize))
        return self

    def forbidden(
        self,
        *instructions: Instruction,
        acceptable: Acceptable | None = None,
        resize: tuple[int, ...] = (),
    ) -> "Story":
        """Add the last block, decodable by the letter, that a rule about its place or cost makes an error.

        acceptable: when a decoder may also serve it; then the fields it has to find are written down.
        """
        self._settings(resize)
        fields, marked = self.context.execute(instructions)
        self.blocks.append(
            Block(
                instructions,
                error=True,
                fields=tuple(fields) if acceptable else None,
                marked=tuple(marked) if acceptable else (),
                resize=resize,
                acceptable=acceptable,
            )
        )
        return self

    def _settings(self, resize: tuple[int, ...]) -> None:
        if self.blocks and self.blocks[-1].error:
            raise RecipeError("nothing follows a decoding error")
        if resize:
            self.context.limit = resize[-1]


@dataclass(frozen=True, slots=True)
class Vector:
    """One case of a codec suite.  control: the legal twin of an invalid vector."""

    id: str
    title: str
    req: tuple[str, ...]
    story: Story
    control: Story | None = None
    level: str = "MUST"
    note: str | None = None
    needs: tuple[str, ...] = ()

    @property
    def is_invalid(self) -> bool:
        """Whether the best answer is a decoding error."""
        return any(block.error for block in self.story.blocks)


@dataclass(frozen=True, slots=True)
class Suite:
    """One generated file.  seed: None where nothing is left to chance."""

    name: str
    spec: str
    about: str
    seed: int | None = None
    vectors: list[Vector] = field(default_factory=list)

    def add(
        self,
        id: str,  # noqa: A002  the key's name in the file
        title: str,
        req: str,
        story: Story,
        control: Story | None = None,
        level: str = "MUST",
        note: str | None = None,
        needs: tuple[str, ...] = (),
    ) -> None:
        """Add a vector.  req: requirement ids, separated by blanks.  needs: what a codec has to tell."""
        vector = Vector(id, title, tuple(req.split()), story, control, level, note, needs)
        if vector.is_invalid and control is None:
            raise RecipeError(f"{self.name}/{id}: an invalid vector needs its legal twin")
        if control is not None and control.start != story.start:
            raise RecipeError(f"{self.name}/{id}: the twin needs the context of its vector")
        if any(known.id == id for known in self.vectors):
            raise RecipeError(f"{self.name}/{id}: the id is taken")
        self.vectors.append(vector)
