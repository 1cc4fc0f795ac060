"""A frame vector: one wire, and what a frame reader must make of it.  Read strictly from YAML."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ..cases.cited import check_uncited
from ..reading.nodes import Value, load
from ..reading.places import VECTORS
from .fields import ERRORS, check_wire, error_text, number, parse_frame
from .layout import Frame
from .octets import hex_parts

LEVELS: Final = ("MUST", "SHOULD", "MAY", "INFO")
PROFILES: Final = ("rfc9113", "rfc7540", "any")
ROLES: Final = ("server", "client")
SCOPES: Final = ("connection", "stream")

NEEDS: Final[dict[str, str]] = {
    "max-frame-size": "the reader leaves the limit on the frame size to the layer above",
    "role": "the reader does not know whether it is a client or a server",
    "types-of-role": "the reader leaves it to the layer above which frames a client or a server may receive",
    "setting-values": "the reader leaves the values of settings to the layer above",
    "increment": "the reader leaves an increment of 0 to the layer above",
    "promised-stream": "the reader leaves the promised stream to the layer above",
    "prioritized-stream": "the reader leaves the prioritized stream to the layer above",
    "altsvc": "the reader does not know ALTSVC (RFC 7838)",
    "origin": "the reader does not know ORIGIN (RFC 8336)",
    "priority-update": "the reader does not know PRIORITY_UPDATE (RFC 9218)",
}
"""What a frame reader may leave out, and the reason that stands in the record when it does."""

_OUTCOME: Final = re.compile(r"(frame|ignored|wait)\Z|(connection_error|stream_error)\(([A-Z0-9_]+)\)\Z")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9.-]*\Z")


class Also(NamedTuple):
    """An outcome that is allowed besides the best one; without a flag it is as good."""

    outcome: str
    flag: str | None
    why: str | None


class Context(NamedTuple):
    """What the reader knows before the wire comes."""

    max_frame_size: int = 16_384
    role: str = "server"


class FrameVector(NamedTuple):
    """One case of role `frame`.  Exactly one of `frame`, `errors` and `wait` says what is best."""

    suite: str
    spec: str
    slug: str
    title: str
    req: tuple[str, ...]
    level: str
    wire: bytes
    context: Context = Context()
    needs: tuple[str, ...] = ()
    profile: str = "rfc9113"
    note: str | None = None
    source: Mapping[str, str] | None = None
    frame: Frame | None = None
    ignored: bool = False
    errors: tuple[int, ...] = ()
    scopes: tuple[str, ...] = SCOPES
    wait: bool = False
    also: tuple[Also, ...] = ()
    path: str = ""
    line: int = 0
    own: bool = False

    @property
    def id(self) -> str:
        """The full id: suite and slug."""
        return f"{self.suite}/{self.slug}"

    @property
    def imported(self) -> bool:
        """Whether it says where it came from."""
        return self.source is not None

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of what is acceptable."""
        return tuple(also.flag for also in self.also if also.flag is not None)

    @property
    def hash(self) -> str:
        """16 hexadecimal digits that name what the vector asks and expects."""
        from .write import content_hash  # it needs this class

        return content_hash(self)

    def expected(self) -> list[str]:
        """Return the best outcomes in the words of the verdict table."""
        result = []
        if self.frame is not None:
            result.append("frame")
        if self.ignored:
            result.append("ignored")
        if self.errors:
            result += [f"{scope}_error({error_text(self.errors[0])})" for scope in self.scopes]
        if self.wait:
            result.append("wait")
        return result + [also.outcome for also in self.also if also.flag is None]


def _context(value: Value | None, outer: Context) -> Context:
    if value is None:
        return outer
    fields = value.fields(optional=("max_frame_size", "role"))
    size = fields["max_frame_size"].integer(16_384, (1 << 24) - 1) if "max_frame_size" in fields else None
    role = fields["role"].one_of(ROLES) if "role" in fields else None
    return Context(size or outer.max_frame_size, role or outer.role)


def _also(value: Value) -> Also:
    fields = value.fields(required=("outcome",), optional=("flag", "why"))
    outcome = fields["outcome"].text()
    match = _OUTCOME.match(outcome)
    if match is None or (match[3] and match[3] not in ERRORS):
        raise fields["outcome"].error(f"not an outcome: {outcome!r}")
    flag = fields["flag"].text() if "flag" in fields else None
    return Also(outcome, flag, fields["why"].text() if "why" in fields else None)


_REQUIRED: Final = ("id", "title", "req", "level", "wire")
_OPTIONAL: Final = (
    *("context", "needs", "profile", "note", "source"),
    *("frame", "ignored", "error", "scope", "wait", "also"),
)


def parse_case(value: Value, suite: str, spec: str, outer: Context, *, own: bool = False) -> FrameVector:
    """Read one case of a file whose suite and context are given; a user's `own` may cite nothing."""
    early = value.mapping().get("id")
    value.source.case = early.text() if early is not None and early.is_text else None
    nodes = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    slug = nodes["id"].text()
    if not _SLUG.match(slug):
        raise nodes["id"].error(f"not a slug: {slug!r}")
    wire = hex_parts(nodes["wire"])
    frame = parse_frame(nodes["frame"]) if "frame" in nodes else None
    if frame is not None:
        check_wire(nodes["wire"], wire, frame)
    errors = tuple(number(i, ERRORS, "an error code", 0xFFFF_FFFF) for i in _list(nodes, "error"))
    vector = FrameVector(
        suite=suite,
        spec=spec,
        slug=slug,
        title=nodes["title"].text(),
        req=tuple(item.text() for item in nodes["req"].items()),
        level=nodes["level"].one_of(LEVELS),
        wire=wire,
        context=_context(nodes.get("context"), outer),
        needs=tuple(item.one_of(NEEDS) for item in _list(nodes, "needs")),
        profile=nodes["profile"].one_of(PROFILES) if "profile" in nodes else "rfc9113",
        note=nodes["note"].text() if "note" in nodes else None,
        source={k: v.text() for k, v in nodes["source"].mapping().items()} if "source" in nodes else None,
        frame=frame,
        ignored="ignored" in nodes and nodes["ignored"].boolean(),
        errors=errors,
        scopes=tuple(i.one_of(SCOPES) for i in nodes["scope"].one_or_more()) if "scope" in nodes else SCOPES,
        wait="wait" in nodes and nodes["wait"].boolean(),
        also=tuple(_also(item) for item in _list(nodes, "also")),
        path=value.source.path,
        line=value.line,
        own=own,
    )
    if not vector.req:
        check_uncited(nodes, vector.level, own=own)
    _check_expectation(value, nodes, vector)
    return vector


def _list(nodes: Mapping[str, Value], name: str) -> list[Value]:
    return nodes[name].items() if name in nodes else []


def _check_expectation(value: Value, nodes: Mapping[str, Value], vector: FrameVector) -> None:
    if (vector.frame is not None) + bool(vector.errors) + (vector.wait and not vector.errors) != 1:
        raise value.error("expected one of frame, error, or wait alone")
    if vector.ignored and vector.frame is None:
        raise value.error("ignored stands beside frame only")
    if "scope" in nodes and not vector.errors:
        raise value.error("scope stands beside error only")


class FrameSuite(NamedTuple):
    """A file of frame vectors."""

    suite: str
    spec: str
    vectors: tuple[FrameVector, ...]


def parse_suite(root: Value, name: str | None = None, *, own: bool = False) -> FrameSuite:
    """Read a whole file of role `frame`, a user's `own` or ours.  Raises VectorError.

    name: the suite that its path stands for.
    """
    nodes = root.fields(required=("format", "suite", "spec", "role", "cases"), optional=("context", "note"))
    nodes["format"].integer(1, 1)
    nodes["role"].one_of(("frame",))
    suite, spec = nodes["suite"].text(), nodes["spec"].text()
    if name is not None and suite != name:
        raise nodes["suite"].error(f"the suite of this file is {name}, not {suite}")
    outer = _context(nodes.get("context"), Context())
    vectors: dict[str, FrameVector] = {}
    for item in nodes["cases"].items():
        vector = parse_case(item, suite, spec, outer, own=own)
        if vector.slug in vectors:
            raise item.error("this id is taken already")
        vectors[vector.slug] = vector
    root.source.case = None
    return FrameSuite(suite, spec, tuple(vectors.values()))


def load_vectors(folder: Path = VECTORS) -> list[FrameVector]:
    """Read all frame vectors, file by file.  Raises VectorError at the first thing that is wrong."""
    paths = sorted((folder / "frames").glob("*.yaml"))
    return [v for path in paths for v in parse_suite(load(path), f"{path.parent.name}/{path.stem}").vectors]
