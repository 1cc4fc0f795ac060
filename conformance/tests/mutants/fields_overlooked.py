"""Mutants that do not see a malformed request: its fields are put right before they are checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from nghttp2.fields import FieldCheck, Fields, RequestHead

from .gate import Gate
from .model import Mutant
from .wire import DATA, END_STREAM, HEADERS, PADDED, Frame

Repair = Callable[[Fields], Fields]


class MildCheck(FieldCheck):
    """Checks what a repair made of the fields."""

    def __init__(self, head: Repair, trailers: Repair) -> None:
        super().__init__(extended_connect=True)
        self.head = head
        self.end = trailers

    def request(self, stream_id: int, fields: Fields) -> RequestHead:
        return super().request(stream_id, self.head(fields))

    def trailers(self, stream_id: int, fields: Fields) -> None:
        super().trailers(stream_id, self.end(fields))


def mild(head: Repair, trailers: Repair | None = None) -> Callable[[Gate], None]:
    """Put the repairs in front of the checks; that of the header section serves trailers too."""

    def prepare(gate: Gate) -> None:
        gate.replace("_check", lambda check: MildCheck(head, trailers or head))

    return prepare


def names(pattern: bytes, by: Callable[[bytes], bytes]) -> Repair:
    """Change names of regular fields where the pattern matches."""
    match = re.compile(pattern, re.DOTALL).search
    return lambda fields: [
        (by(name) if name[:1] != b":" and match(name) else name, value) for name, value in fields
    ]


def values(pattern: bytes, by: bytes = b"", *, pseudo: bool | None = None) -> Repair:
    """Take what the pattern matches out of values."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda fields: [
        (name, compiled.sub(by, value) if pseudo is None or (name[:1] == b":") == pseudo else value)
        for name, value in fields
    ]


def without(*unwanted: bytes) -> Repair:
    return lambda fields: [(name, value) for name, value in fields if name not in unwanted]


def is_pseudo(name: bytes) -> bool:
    return name[:1] == b":"


def method_of(fields: Fields) -> bytes:
    return dict(reversed(fields)).get(b":method", b"")


def dashed(name: bytes) -> bytes:
    return re.sub(rb"[^a-z0-9-]", b"-", name)


def valued(name: bytes, good: bytes, right: bytes) -> Repair:
    """Put a good value in the place of each that does not match `right`."""
    match = re.compile(right, re.DOTALL).fullmatch
    return lambda fields: [(n, good if n == name and not match(v) else v) for n, v in fields]


def only_te_trailers(fields: Fields) -> Fields:
    return [(name, value) for name, value in fields if name != b"te" or value.lower() == b"trailers"]


def pseudo_in_front(fields: Fields) -> Fields:
    first = [pair for pair in fields if is_pseudo(pair[0])]
    return list({name: (name, value) for name, value in reversed(first)}.values()) + [
        pair for pair in fields if not is_pseudo(pair[0])
    ]


def no_late_pseudo(fields: Fields) -> Fields:
    """Pseudo-fields behind regular ones are passed over, or used where they are the only ones."""
    is_late = False
    early: Fields = []
    late: Fields = []
    regular: Fields = []
    for pair in fields:
        is_late |= not is_pseudo(pair[0])
        (regular if not is_pseudo(pair[0]) else late if is_late else early).append(pair)
    known = {name for name, _ in early}
    return [*early, *(pair for pair in late if pair[0] not in known), *regular]


def first_of_each(fields: Fields) -> Fields:
    seen: set[bytes] = set()
    kept: Fields = []
    for name, value in fields:
        if not is_pseudo(name) or name not in seen:
            kept.append((name, value))
        seen.add(name)
    return kept


KNOWN_PSEUDO = (b":method", b":scheme", b":authority", b":path", b":protocol", b":status")


def known_pseudo(fields: Fields) -> Fields:
    return [pair for pair in fields if not is_pseudo(pair[0]) or pair[0] in KNOWN_PSEUDO]


def completed(fields: Fields) -> Fields:
    """Add the pseudo-fields that are missing."""
    present = {name for name, _ in fields}
    wanted = ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"localhost"))
    if method_of(fields) == b"CONNECT":
        return fields
    return [pair for pair in wanted if pair[0] not in present] + fields


def no_status(fields: Fields) -> Fields:
    has_status = any(name == b":status" for name, _ in fields)
    return completed(without(b":status")(fields)) if has_status else fields


def no_pseudo(fields: Fields) -> Fields:
    return [pair for pair in fields if not is_pseudo(pair[0])]


def of_connect(repair: Repair, *, extended: bool = False) -> Repair:
    """Apply a repair to CONNECT alone: to the plain one, or to that of RFC 8441."""

    def only(fields: Fields) -> Fields:
        has_protocol = any(name == b":protocol" for name, _ in fields)
        return repair(fields) if method_of(fields) == b"CONNECT" and has_protocol == extended else fields

    return only


def of_others(repair: Repair) -> Repair:
    return lambda fields: fields if method_of(fields) == b"CONNECT" else repair(fields)


def with_authority(fields: Fields) -> Fields:
    has_it = any(name == b":authority" for name, _ in fields)
    return fields if has_it else [(b":authority", b"localhost"), *fields]


def added(name: bytes, value: bytes) -> Repair:
    return lambda fields: fields if any(n == name for n, _ in fields) else [(name, value), *fields]


def served_as_get(fields: Fields) -> Fields:
    """A CONNECT that must not open anything is answered as GET is."""
    return [
        (b":method", b"GET"),
        (b":scheme", b"http"),
        (b":path", b"/"),
        (b":authority", b"localhost"),
        *(pair for pair in fields if not is_pseudo(pair[0])),
    ]


def plain_connect(fields: Fields) -> Fields:
    if dict(fields).get(b":protocol") in (None, b"echo", b"websocket") or method_of(fields) != b"CONNECT":
        return fields
    port = [(n, v if b":" in v else v + b":80") if n == b":authority" else (n, v) for n, v in fields]
    return without(b":protocol", b":scheme", b":path")(port)


def protocol_elsewhere(fields: Fields) -> Fields:
    return fields if method_of(fields) == b"CONNECT" else without(b":protocol")(fields)


def empty_path(fields: Fields) -> Fields:
    if method_of(fields) == b"CONNECT" and not any(name == b":protocol" for name, _ in fields):
        return fields
    return valued(b":path", b"/", rb".+")(fields)


def digits_only(fields: Fields) -> Fields:
    return [
        pair
        for pair in fields
        if pair[0] != b"content-length" or re.fullmatch(rb"[0-9]+(, ?[0-9]+)*", pair[1])
    ]


def equal_lengths(fields: Fields) -> Fields:
    lengths = {
        int(part)
        for n, v in fields
        if n == b"content-length"
        for part in v.split(b",")
        if part.strip().isdigit()
    }
    return without(b"content-length")(fields) if len(lengths) > 1 else fields


@dataclass(frozen=True)
class Overlooked:
    name: str
    rule: str
    sentence: str
    kills: tuple[str, ...]
    repair: Repair
    trailers: Repair | None = None
    touches: tuple[str, ...] = ()


VALUE_CTL = rb"[\x00-\x08\x0a-\x1f\x7f]"
TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
FIELD = "RFC 9113 8.2.1"
PSEUDO = "RFC 9113 8.3"

ROWS = (
    Overlooked("lowers-names", FIELD, "upper case in names is lowered",
        ("situation:field-name-upper-case", "!10.3-smuggling/capital-transfer-encoding"),
        names(rb"[A-Z]", bytes.lower)),
    Overlooked("mends-names-with-controls", FIELD, "controls and spaces in names become hyphens",
        ("situation:field-name-control-or-space",), names(rb"[\x00-\x20]", dashed)),
    Overlooked("mends-names-beyond-ascii", FIELD, "DEL and octets above it in names become hyphens",
        ("situation:field-name-del-or-high",), names(rb"[\x7f-\xff]", dashed)),
    Overlooked("mends-names-with-colons", FIELD, "colons in names become hyphens",
        ("situation:field-name-inner-colon",), names(rb":", dashed)),
    Overlooked("drops-nul-from-values", FIELD, "NUL is taken out of values",
        ("situation:field-value-nul",), values(rb"\x00", pseudo=False)),
    Overlooked("drops-cr-from-values", FIELD, "CR is taken out of values, an LF and a space behind it too",
        ("situation:field-value-cr",), values(rb"\r\n[ \t]?|\r", pseudo=False)),
    Overlooked("drops-lf-from-values", FIELD, "LF is taken out of values",
        ("situation:field-value-lf",), values(rb"(?<!\r)\n", pseudo=False)),
    Overlooked("strips-values-at-the-start", FIELD, "white space at the start of values is taken away",
        ("situation:field-value-leading-space",), values(rb"\A[ \t]+", pseudo=False)),
    Overlooked("strips-values-at-the-end", FIELD, "white space at the end of values is taken away",
        ("situation:field-value-trailing-space",), values(rb"[ \t]+\Z", pseudo=False)),
    Overlooked("drops-connection", "RFC 9113 8.2.2", "connection is taken out",
        ("situation:field-connection",), without(b"connection")),
    Overlooked("drops-proxy-connection", "RFC 9113 8.2.2", "proxy-connection is taken out",
        ("situation:field-proxy-connection",), without(b"proxy-connection")),
    Overlooked("drops-keep-alive", "RFC 9113 8.2.2", "keep-alive is taken out",
        ("situation:field-keep-alive",), without(b"keep-alive")),
    Overlooked("drops-transfer-encoding", "RFC 9113 8.2.2", "transfer-encoding is taken out, in capitals too",
        ("situation:field-transfer-encoding", "10.3-smuggling/capital-transfer-encoding"),
        without(b"transfer-encoding", b"Transfer-Encoding", b"TRANSFER-ENCODING"),
        touches=("situation:field-name-upper-case",)),
    Overlooked("drops-upgrade", "RFC 9113 8.2.2", "upgrade is taken out, and connection with it",
        ("situation:field-upgrade",), without(b"upgrade", b"connection"),
        touches=("situation:field-connection",)),
    Overlooked("drops-te", "RFC 9113 8.2.2", "te is taken out if it says anything but trailers",
        ("situation:te-not-trailers",), only_te_trailers),
    Overlooked("takes-bad-methods-for-get", "RFC 9113 8.3.1", "a :method that is no token is GET",
        ("situation:method-invalid",), valued(b":method", b"GET", TOKEN)),
    Overlooked("mends-pseudo-values", "RFC 9113 8.3.1",
        "a :path or :authority with controls or spaces becomes a good one",
        ("situation:pseudo-field-control-or-space",),
        lambda fields: valued(b":path", b"/", rb"[^\x00-\x20\x7f]*")(
            valued(b":authority", b"localhost:80", rb"[^\x00-\x20\x7f]*")(fields))),
    Overlooked("takes-empty-path", "RFC 9113 8.3.1", "an empty :path is /",
        ("situation:path-empty",), empty_path),
    Overlooked("takes-any-scheme", "RFC 9113 8.3.1", "a :scheme that is none is http",
        ("situation:scheme-invalid",), valued(b":scheme", b"http", rb"[A-Za-z][A-Za-z0-9+.-]*")),
    Overlooked("takes-the-first-pseudo-field", PSEUDO, "only the first of repeated pseudo-fields counts",
        ("situation:repeated-pseudo-field", "!10.3-smuggling/second-path"), first_of_each),
    Overlooked("takes-the-last-pseudo-field", PSEUDO, "only the last of repeated pseudo-fields counts",
        ("10.3-smuggling/second-path",), lambda fields: first_of_each(fields[::-1])[::-1], None,
        ("situation:repeated-pseudo-field", "situation:pseudo-field-after-field")),
    Overlooked("takes-late-pseudo-fields", PSEUDO, "pseudo-fields may stand behind regular fields",
        ("situation:pseudo-field-after-field",), no_late_pseudo),
    Overlooked("drops-unknown-pseudo-fields", PSEUDO, "undefined pseudo-fields are taken out",
        ("situation:unknown-pseudo-field",), lambda fields: completed(known_pseudo(fields)), known_pseudo,
        ("situation:missing-pseudo-field", "situation:pseudo-field-in-trailers")),
    Overlooked("drops-status", PSEUDO, ":status in a request is taken out",
        ("situation:status-in-request",),
        no_status,
        without(b":status"), ("situation:pseudo-field-in-trailers",)),
    Overlooked("completes-requests", "RFC 9113 8.3.1", "a missing pseudo-field has a default",
        ("situation:missing-pseudo-field",), completed, lambda fields: fields),
    Overlooked("drops-pseudo-fields-from-trailers", "RFC 9113 8.1", "pseudo-fields in trailers are taken out",
        ("situation:pseudo-field-in-trailers",), lambda fields: fields, no_pseudo),
    Overlooked("takes-connect-with-path", "RFC 9113 8.5", "CONNECT may have :path and :scheme",
        ("situation:connect-with-path", "situation:connect-with-scheme"),
        of_connect(without(b":path", b":scheme"))),
    Overlooked("takes-connect-without-authority", "RFC 9113 8.5",
        "CONNECT without :authority goes to this host",
        ("situation:connect-without-authority",), of_connect(added(b":authority", b"localhost:80"))),
    Overlooked("takes-connect-with-bad-ports", "RFC 9110 9.3.6", "CONNECT with no good port goes to port 80",
        ("situation:connect-port-invalid",),
        of_connect(valued(b":authority", b"localhost:80", rb".+:([1-5]?[0-9]{1,4})|.*[\x00-\x20\x7f].*"))),
    Overlooked("connects-anywhere", "RFC 9113 8.5", "CONNECT to a port where nobody listens succeeds",
        ("8.5-connect/to-a-closed-port",), of_connect(values(rb":1\Z", b":80", pseudo=True))),
    Overlooked("connects-plainly", "RFC 8441 4",
        "an extended CONNECT with an unknown protocol opens a plain tunnel",
        ("rfc8441-extended-connect/no-plain-tunnel",), plain_connect, None, ("rfc8441-*",)),
    Overlooked("drops-protocol-elsewhere", "RFC 8441 4", ":protocol is taken out of what is not CONNECT",
        ("situation:protocol-without-connect",), protocol_elsewhere),
    Overlooked("takes-protocol-without-scheme", "RFC 8441 4", "extended CONNECT without :scheme has http",
        ("situation:protocol-without-scheme",),
        of_connect(lambda fields: added(b":scheme", b"http")(added(b":path", b"/")(fields)), extended=True),
        None, ("situation:protocol-without-path",)),
    Overlooked("takes-protocol-without-path", "RFC 8441 4", "extended CONNECT without :path has /",
        ("situation:protocol-without-path",), of_connect(added(b":path", b"/"), extended=True)),
    Overlooked("takes-protocol-for-get", "RFC 8441 3",
        "an extended CONNECT nobody asked for is answered as GET is",
        ("situation:protocol-unannounced",), of_connect(served_as_get, extended=True), None,
        ("situation:protocol-*", "rfc8441-extended-connect/*")),
    Overlooked("drops-lengths-without-digits", "RFC 9113 8.1.1",
        "a content-length that is no number is taken out",
        ("situation:content-length-not-digits",), digits_only),
    Overlooked("drops-long-lengths", "RFC 9113 8.1.1", "a content-length of more than 18 digits is taken out",
        ("8.1.1-content-length/past-63-bits", "8.1.1-content-length/past-64-bits",
         "8.1.1-content-length/forty-digits"),
        lambda fields: [pair for pair in fields if pair[0] != b"content-length" or len(pair[1]) < 19]),
    Overlooked("drops-lengths-that-differ", "RFC 9113 8.1.1", "content-lengths that differ are taken out",
        ("situation:content-length-differs",), equal_lengths),
)  # fmt: skip


def forget_length(gate: Gate, frame: Frame) -> None:
    """DATA beyond the content-length makes the server forget that there was one."""
    stream = gate.connection.streams.live.get(frame.stream)
    if frame.type == DATA and stream is not None and stream.expected >= 0:
        size = len(frame.payload) - (1 + frame.payload[0] if frame.has(PADDED) and frame.payload else 0)
        if size > stream.expected:
            stream.expected = -1


def forgive_missing(gate: Gate, frame: Frame) -> None:
    """What ends a stream makes the server forget that content is due."""
    stream = gate.connection.streams.live.get(frame.stream)
    if stream is None or not frame.has(END_STREAM):
        return
    size = 0
    if frame.type == DATA:
        size = len(frame.payload) - (1 + frame.payload[0] if frame.has(PADDED) and frame.payload else 0)
    if frame.type in (DATA, HEADERS) and stream.expected > size:
        stream.expected = -1


def late_lengths(gate: Gate) -> None:
    """A request that ends with its header section has no content-length."""
    plain = gate.connection._open

    def opened(stream_id: int, end_stream: bool, block: bytes) -> object:
        gate.replace(
            "_check", lambda check: MildCheck(without(b"content-length") if end_stream else list, list)
        )
        gate.connection._heads.clear()
        return plain(stream_id, end_stream, block)

    gate.replace("_open", lambda _: opened)


MUTANTS = [
    Mutant(row.name, row.rule, row.sentence, row.kills, row.touches, prepare=mild(row.repair, row.trailers))
    for row in ROWS
] + [
    Mutant(
        "takes-content-beyond-the-length",
        "RFC 9113 8.1.1",
        "content may be longer than content-length says",
        ("situation:content-length-too-small-echoed",),
        ("situation:content-length-too-small",),
        incoming=forget_length,
    ),
    Mutant(
        "takes-content-short-of-the-length",
        "RFC 9113 8.1.1",
        "content may be shorter than content-length says",
        (
            "situation:content-length-too-big-echoed",
            "!8.1.1-content-length/past-6*",
            "!8.1.1-content-length/forty-digits",
        ),
        ("situation:content-length-too-big",),
        incoming=forgive_missing,
    ),
    Mutant(
        "takes-no-content-for-any-length",
        "RFC 9113 8.1.1",
        "a request without content may announce some",
        ("situation:content-length-without-content",),
        prepare=late_lengths,
    ),
]
