"""A codec vector: blocks in order over one context, and what each must give.  Read strictly from YAML."""

import hashlib
import re
from pathlib import Path
from typing import Final, NamedTuple

from ..cases.cited import check_uncited
from ..reading.nodes import Value, load
from ..reading.places import VECTORS

Field = tuple[bytes, bytes]

FORMAT: Final = 1
LEVELS: Final = ("MUST", "SHOULD", "MAY", "INFO")
PROFILES: Final = ("rfc9113", "rfc7540", "any")
MAX_SETTING: Final = (1 << 32) - 1

NEEDS: Final[dict[str, str]] = {
    "decode": "the codec does not decode",
    "encode": "the codec does not encode",
    "never": "the codec does not tell which fields are never indexed",
    "mark": "the codec's encoder cannot be told that a field is never indexed",
    "resize": "the decoder's limit cannot be changed between blocks",
    "max-list-size": "the codec has no limit on the octets of a decoded list",
    "max-fields": "the codec has no limit on the number of fields",
}
"""What a vector may need of a codec, and the reason that stands in the record when it is missing."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*\Z")


class Acceptable(NamedTuple):
    """An outcome besides the best one: `fields` or `error`; without a flag it is as good."""

    outcome: str
    flag: str | None
    why: str


class Context(NamedTuple):
    """What the decoder begins with: the size of its table, and limits on a decoded list."""

    table_limit: int = 4096
    max_list_size: int | None = None
    max_fields: int | None = None


class Block(NamedTuple):
    """A block to decode.

    resize: values that the setting took since the block before.  fields: None where nothing but an error will
    do.  never: positions of never-indexed fields.  table: newest entry first; None where it is not written.
    """

    wire: bytes
    resize: tuple[int, ...]
    error: bool
    fields: tuple[Field, ...] | None
    never: tuple[int, ...]
    table: tuple[Field, ...] | None
    table_size: int | None
    acceptable: Acceptable | None


class Encoding(NamedTuple):
    """A list of fields to encode, and rules for the block beside giving the same fields back.

    never: positions that the encoder is told never to index.  begins_with_update: whether a size update must
    come first.  marked: positions that must come out never indexed.
    """

    resize: tuple[int, ...]
    fields: tuple[Field, ...]
    never: tuple[int, ...]
    begins_with_update: bool
    marked: tuple[int, ...]


class CodecVector(NamedTuple):
    """One case of role `codec`: either blocks to decode, with a legal twin if invalid, or lists to encode."""

    suite: str
    spec: str
    slug: str
    title: str
    req: tuple[str, ...]
    level: str
    profile: str
    note: str | None
    needs: tuple[str, ...]
    context: Context
    blocks: tuple[Block, ...]
    control: tuple[Block, ...]
    encode: tuple[Encoding, ...]
    hash: str
    line: int
    path: str = ""
    own: bool = False
    imported: bool = False

    @property
    def id(self) -> str:
        """The full id: suite and slug."""
        return f"{self.suite}/{self.slug}"

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of what is acceptable."""
        found = (block.acceptable for block in (*self.blocks, *self.control))
        return tuple(also.flag for also in found if also is not None and also.flag is not None)

    @property
    def is_invalid(self) -> bool:
        """Whether the best answer is a decoding error."""
        return any(block.error for block in self.blocks)


def text(value: Value) -> bytes:
    """Return a name or a value: text, or `{hex: ".."}`."""
    if value.is_mapping:
        return value.fields(("hex",))["hex"].hex()
    return value.text().encode()


def _field(value: Value) -> Field:
    pair = value.items()
    if len(pair) != 2:
        raise value.error(f"a field is a name and a value, found {len(pair)} items")
    return text(pair[0]), text(pair[1])


def _fields(value: Value) -> tuple[Field, ...]:
    return tuple(_field(item) for item in value.items())


def _resize(nodes: dict[str, Value]) -> tuple[int, ...]:
    if "resize" not in nodes:
        return ()
    return tuple(item.integer(0, MAX_SETTING) for item in nodes["resize"].one_or_more())


def _positions(value: Value, fields: tuple[Field, ...]) -> tuple[int, ...]:
    positions = tuple(item.integer(0, len(fields) - 1) for item in value.items())
    if sorted(set(positions)) != list(positions):
        raise value.error("positions stand once each and in order")
    return positions


def _acceptable(value: Value) -> Acceptable:
    nodes = value.fields(("outcome", "why"), ("flag",))
    flag = nodes["flag"].text() if "flag" in nodes else None
    return Acceptable(nodes["outcome"].one_of(("fields", "error")), flag, nodes["why"].text())


def _block(value: Value) -> Block:
    nodes = value.fields(
        ("wire",), ("resize", "error", "fields", "never", "table", "table_size", "acceptable")
    )
    error = "error" in nodes and nodes["error"].boolean()
    acceptable = _acceptable(nodes["acceptable"]) if "acceptable" in nodes else None
    if acceptable is not None and (acceptable.outcome == "error") is error:
        raise nodes["acceptable"].error("the acceptable outcome is the best one")
    if ("fields" in nodes) is (error and acceptable is None):
        raise value.error("a block has either fields or an error; both only beside acceptable")
    fields = _fields(nodes["fields"]) if "fields" in nodes else None
    return Block(
        wire=nodes["wire"].hex(),
        resize=_resize(nodes),
        error=error,
        fields=fields,
        never=_positions(nodes["never"], fields or ()) if "never" in nodes else (),
        table=_fields(nodes["table"]) if "table" in nodes else None,
        table_size=nodes["table_size"].integer() if "table_size" in nodes else None,
        acceptable=acceptable,
    )


def _blocks(value: Value) -> tuple[Block, ...]:
    blocks = tuple(_block(item) for item in value.items())
    if not blocks:
        raise value.error("a vector has at least one block")
    for node, block in list(zip(value.items(), blocks, strict=True))[:-1]:
        if block.error:
            raise node.error("nothing follows a decoding error: the context is lost")
    return blocks


def _encoding(value: Value) -> Encoding:
    nodes = value.fields(("fields",), ("resize", "never", "expect"))
    fields = _fields(nodes["fields"])
    expect = nodes["expect"].fields((), ("first", "never")) if "expect" in nodes else {}
    return Encoding(
        resize=_resize(nodes),
        fields=fields,
        never=_positions(nodes["never"], fields) if "never" in nodes else (),
        begins_with_update="first" in expect and expect["first"].one_of(("size_update",)) == "size_update",
        marked=_positions(expect["never"], fields) if "never" in expect else (),
    )


def _context(value: Value) -> Context:
    nodes = value.fields((), ("table_limit", "max_list_size", "max_fields"))
    return Context(
        nodes["table_limit"].integer(0, MAX_SETTING) if "table_limit" in nodes else 4096,
        nodes["max_list_size"].integer() if "max_list_size" in nodes else None,
        nodes["max_fields"].integer() if "max_fields" in nodes else None,
    )


def _needs(value: Value | None, vector: CodecVector) -> tuple[str, ...]:
    """Return what a vector needs: what it names, and what its parts bring with them."""
    needs = {item.one_of(NEEDS) for item in value.items()} if value is not None else set()
    parts = {
        "encode": bool(vector.encode),
        "decode": bool(vector.blocks),
        "mark": any(one.never for one in vector.encode),
        "resize": any(block.resize for block in vector.blocks),
        "max-list-size": vector.context.max_list_size is not None,
        "max-fields": vector.context.max_fields is not None,
    }
    return tuple(sorted(needs | {need for need, is_needed in parts.items() if is_needed}))


def parse_case(value: Value, suite: str, spec: str, profile: str, *, own: bool = False) -> CodecVector:
    """Read one case of a file whose head is known; a user's `own` may cite nothing."""
    identifier = value.mapping().get("id")
    value.source.case = identifier.text() if identifier is not None and identifier.is_text else None
    nodes = value.fields(
        ("id", "title", "req", "level"),
        ("note", "profile", "context", "needs", "blocks", "control", "encode", "source"),
    )
    slug = nodes["id"].text()
    if not _SLUG.match(slug):
        raise nodes["id"].error(f"an id is lower-case words joined by hyphens, not {slug!r}")
    if ("blocks" in nodes) is ("encode" in nodes):
        raise value.error("a vector has either blocks or lists to encode")
    blocks = _blocks(nodes["blocks"]) if "blocks" in nodes else ()
    control = _blocks(nodes["control"]) if "control" in nodes else ()
    if any(block.error for block in blocks) is not bool(control):
        raise value.error("a decoding error needs a legal twin as its control, and nothing else has one")
    if any(block.error for block in control):
        raise nodes["control"].error("a control is legal")
    encode = tuple(_encoding(item) for item in nodes["encode"].items()) if "encode" in nodes else ()
    context = _context(nodes["context"]) if "context" in nodes else Context()
    req = tuple(item.text() for item in nodes["req"].items())
    level = nodes["level"].one_of(LEVELS)
    if not req:
        check_uncited(nodes, level, own=own)
    vector = CodecVector(
        suite=suite,
        spec=spec,
        slug=slug,
        title=nodes["title"].text(),
        req=req,
        level=level,
        profile=nodes["profile"].one_of(PROFILES) if "profile" in nodes else profile,
        note=nodes["note"].text() if "note" in nodes else None,
        needs=(),
        context=context,
        blocks=blocks,
        control=control,
        encode=encode,
        hash=hashlib.sha256(repr((context, blocks, control, encode)).encode()).hexdigest()[:16],
        line=value.line,
        path=value.source.path,
        own=own,
        imported="source" in nodes,
    )
    return vector._replace(needs=_needs(nodes.get("needs"), vector))


def parse_suite(root: Value, name: str | None = None, *, own: bool = False) -> list[CodecVector]:
    """Read a file of role `codec`, a user's `own` or ours.  Raises VectorError.

    name: the suite that its path stands for.
    """
    nodes = root.fields(("format", "suite", "spec", "role", "cases"), ("profile", "note", "generated"))
    nodes["format"].integer(FORMAT, FORMAT)
    nodes["role"].one_of(("codec",))
    suite, spec = nodes["suite"].text(), nodes["spec"].text()
    if name is not None and suite != name:
        raise nodes["suite"].error(f"the suite of this file is {name}, not {suite}")
    profile = nodes["profile"].one_of(PROFILES) if "profile" in nodes else "rfc9113"
    if "generated" in nodes:
        nodes["generated"].fields(("recipe", "seed"))
    vectors: dict[str, CodecVector] = {}
    for item in nodes["cases"].items():
        vector = parse_case(item, suite, spec, profile, own=own)
        if vector.slug in vectors:
            raise item.error("this id is taken already")
        vectors[vector.slug] = vector
    root.source.case = None
    return list(vectors.values())


def load_vectors(folder: Path = VECTORS) -> list[CodecVector]:
    """Read all codec vectors, file by file.  Raises VectorError at the first thing that is wrong."""
    paths = sorted((folder / "hpack").glob("*.yaml"))
    return [vector for path in paths for vector in parse_suite(load(path), f"{path.parent.name}/{path.stem}")]
