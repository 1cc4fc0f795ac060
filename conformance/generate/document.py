"""Suites as YAML text, laid out for reading: octets spaced by instruction, long lines folded."""

import json
import re
from textwrap import wrap

from .model import Field
from .story import Acceptable, Block, Story, Suite, Vector

WIDTH = 110
LONGEST_WORD = 96  # hex digits of a part on one line; a longer part goes on in the next
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.()'/=+<>^;-]*[A-Za-z0-9.)]\Z")


def scalar(text: str) -> str:
    """Return text as a YAML scalar, quoted only where it must be."""
    if _PLAIN.match(text) and text not in ("true", "false", "null"):
        return text
    return json.dumps(text, ensure_ascii=False)


def octets(data: bytes) -> str:
    """Return a name or a value: text where it is printable UTF-8, else `{hex: ".."}`."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if text.isprintable():
        return json.dumps(text, ensure_ascii=False)
    return '{hex: "' + data.hex(" ") + '"}'


def wire(block: Block) -> list[str]:
    """Return the octets of a block as words: one blank between parts, two between instructions."""
    words: list[str] = []
    for position, one in enumerate(block.instructions):
        parts = [piece for part in one.parts() for piece in wrap(part.hex(), LONGEST_WORD)]
        if position:
            parts[0] = " " + parts[0]
        words += parts
    return words


def folded(key: str, words: list[str], opening: str, closing: str, joint: str, indent: int) -> list[str]:
    """Lay `words` out behind `key`, in lines of at most WIDTH columns where the words allow it.

    Without a joint, a word that begins with a blank begins an instruction, and others are set in deeper.
    """
    margin = " " * (indent + 2)
    lines: list[str] = []
    line = key + opening
    for position, word in enumerate(words):
        last = position == len(words) - 1
        piece = word if last else word + joint
        if lines or line != key + opening:
            if len(line) + len(piece) + 1 > WIDTH:
                lines.append(line.rstrip())
                inside = "" if joint or piece[0] == " " else "  "
                line = margin + inside + piece.lstrip()
                continue
            line += " " + piece
        else:
            line += piece
    lines.append(line + closing)
    return lines


def fields(key: str, pairs: tuple[Field, ...], indent: int) -> list[str]:
    """Lay out a list of fields."""
    words = [f"[{octets(name)}, {octets(value)}]" for name, value in pairs]
    return folded(f"{' ' * indent}{key}: ", words, "[", "]", ",", indent)


def acceptable(choice: Acceptable, indent: int) -> list[str]:
    """Lay out an alternative."""
    margin = " " * indent
    return [
        f"{margin}acceptable:",
        f"{margin}  outcome: {choice.outcome}",
        *([f"{margin}  flag: {choice.flag}"] if choice.flag else []),
        *sentence("why", choice.why, indent + 2),
    ]


def sentence(key: str, text: str, indent: int) -> list[str]:
    """Lay out a text, in a folded block when it is long."""
    margin = " " * indent
    line = f"{margin}{key}: {scalar(text)}"
    if len(line) <= WIDTH:
        return [line]
    lines = [f"{margin}{key}: >-"]
    current = margin + " "
    for word in text.split():
        if len(current) + len(word) + 1 > WIDTH:
            lines.append(current)
            current = margin + " "
        current += " " + word
    return [*lines, current]


def block_lines(block: Block, indent: int) -> list[str]:
    """Lay out one block as an item of a list."""
    lines = folded(" " * indent + "wire: ", wire(block), '"', '"', "", indent)
    margin = " " * indent
    if block.resize:
        shown = str(block.resize[0]) if len(block.resize) == 1 else f"[{', '.join(map(str, block.resize))}]"
        lines.append(f"{margin}resize: {shown}")
    if block.error:
        lines.append(f"{margin}error: true")
    if block.fields is not None:
        lines += fields("fields", block.fields, indent)
    if block.marked:
        lines.append(f"{margin}never: [{', '.join(map(str, block.marked))}]")
    if block.table is not None:
        lines += fields("table", block.table, indent)
    if block.table_size is not None:
        lines.append(f"{margin}table_size: {block.table_size}")
    if block.acceptable is not None:
        lines += acceptable(block.acceptable, indent)
    lines[0] = f"{' ' * (indent - 2)}- {lines[0].lstrip()}"
    return lines


def vector_lines(vector: Vector) -> list[str]:
    """Lay out one case."""
    lines = [f"  - id: {vector.id}", *sentence("title", vector.title, 4)]
    lines += [f"    req: [{', '.join(vector.req)}]", f"    level: {vector.level}"]
    if vector.needs:
        lines.append(f"    needs: [{', '.join(vector.needs)}]")
    if vector.note:
        lines += sentence("note", vector.note, 4)
    if vector.story.start is not None:
        lines.append(f"    context: {{table_limit: {vector.story.start}}}")
    for key, story in (("blocks", vector.story), ("control", vector.control)):
        if isinstance(story, Story):
            lines.append(f"    {key}:")
            for block in story.blocks:
                lines += block_lines(block, 8)
    return lines


def document(suite: Suite) -> str:
    """Return the text of a suite's file."""
    recipe = suite.name.removeprefix("hpack/").removesuffix("-generated").replace("-", "_")
    seed = "null" if suite.seed is None else str(suite.seed)
    lines = [
        f"# {suite.about}",
        "# Written by `h2conf vectors generate`; `h2conf vectors check` compares it byte for byte.",
        "format: 1",
        f"suite: {suite.name}",
        f"spec: {suite.spec}",
        "role: codec",
        "profile: any",
        f"generated: {{recipe: {recipe}, seed: {seed}}}",
        "cases:",
    ]
    for position, vector in enumerate(suite.vectors):
        if position:
            lines.append("")
        lines += vector_lines(vector)
    return "\n".join(lines) + "\n"
