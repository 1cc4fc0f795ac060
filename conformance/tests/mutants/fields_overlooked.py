"""Mutants that do not see a malformed request: its fields are put right before they are checked."""

from collections.abc import Callable
from dataclasses import dataclass

from nghttp2.fields import FieldCheck, Fields, RequestHead

from .gate import Gate
from .model import Mutant
from .repairs import (
    Repair,
    added,
    completed,
    dashed,
    digits_only,
    empty_path,
    equal_lengths,
    first_of_each,
    known_pseudo,
    names,
    no_late_pseudo,
    no_pseudo,
    no_status,
    of_connect,
    only_te_trailers,
    plain_connect,
    protocol_elsewhere,
    served_as_get,
    valued,
    values,
    without,
)
from .wire import DATA, END_STREAM, HEADERS, PADDED, Frame


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


@dataclass(frozen=True)
class Overlooked:
    name: str
    rule: str
    sentence: str
    kills: tuple[str, ...]
    repair: Repair
    trailers: Repair | None = None
    touches: tuple[str, ...] = ()


TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
FIELD = "RFC 9113 8.2.1"
PSEUDO = "RFC 9113 8.3"

ROWS = (
    Overlooked("lowers-names", FIELD, "upper case in names is lowered",
        ("situation:field-name-upper-case", "!10.3-smuggling/capital-transfer-encoding"),
        names(rb"[A-Z]", bytes.lower), touches=("8.2.1-field-names/answered-400",)),
    Overlooked("mends-names-with-controls", FIELD, "controls and spaces in names become hyphens",
        ("situation:field-name-control-or-space",), names(rb"[\x00-\x20]", dashed)),
    Overlooked("mends-names-beyond-ascii", FIELD, "DEL and octets above it in names become hyphens",
        ("situation:field-name-del-or-high",), names(rb"[\x7f-\xff]", dashed)),
    Overlooked("mends-names-with-colons", FIELD, "colons in names become hyphens",
        ("situation:field-name-inner-colon",), names(rb":", dashed),
        touches=("10.3-smuggling/name-with-a-line",)),
    Overlooked("drops-nul-from-values", FIELD, "NUL is taken out of values",
        ("situation:field-value-nul",), values(rb"\x00", pseudo=False),
        touches=("8.2.1-field-names/nul-answered-400",)),
    Overlooked("drops-cr-from-values", FIELD, "CR is taken out of values, an LF and a space behind it too",
        ("situation:field-value-cr",), values(rb"\r\n[ \t]?|\r", pseudo=False)),
    Overlooked("drops-lf-from-values", FIELD, "LF is taken out of values",
        ("situation:field-value-lf",), values(rb"(?<!\r)\n", pseudo=False)),
    Overlooked("strips-values-at-the-start", FIELD, "white space at the start of values is taken away",
        ("situation:field-value-leading-space",), values(rb"\A[ \t]+", pseudo=False)),
    Overlooked("strips-values-at-the-end", FIELD, "white space at the end of values is taken away",
        ("situation:field-value-trailing-space",), values(rb"[ \t]+\Z", pseudo=False),
        touches=("8.2.1-field-values/space-alone", "8.2.1-field-values/tab-alone")),
    Overlooked("drops-connection", "RFC 9113 8.2.2", "connection is taken out",
        ("situation:field-connection",), without(b"connection")),
    Overlooked("drops-proxy-connection", "RFC 9113 8.2.2", "proxy-connection is taken out",
        ("situation:field-proxy-connection",), without(b"proxy-connection")),
    Overlooked("drops-keep-alive", "RFC 9113 8.2.2", "keep-alive is taken out",
        ("situation:field-keep-alive",), without(b"keep-alive")),
    Overlooked("drops-transfer-encoding", "RFC 9113 8.2.2", "transfer-encoding is taken out, in capitals too",
        ("situation:field-transfer-encoding", "10.3-smuggling/capital-transfer-encoding"),
        without(b"transfer-encoding", b"Transfer-Encoding", b"TRANSFER-ENCODING")),
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
        ("situation:repeated-pseudo-field", "!10.3-smuggling/second-path"), first_of_each,
        touches=("10.3-smuggling/late-path",)),
    Overlooked("takes-the-last-pseudo-field", PSEUDO, "only the last of repeated pseudo-fields counts",
        ("10.3-smuggling/second-path",), lambda fields: first_of_each(fields[::-1])[::-1], None,
        ("situation:repeated-pseudo-field",)),
    Overlooked("takes-late-pseudo-fields", PSEUDO, "pseudo-fields may stand behind regular fields",
        ("situation:pseudo-field-after-field",), no_late_pseudo),
    Overlooked("drops-unknown-pseudo-fields", PSEUDO, "undefined pseudo-fields are taken out",
        ("situation:unknown-pseudo-field",), lambda fields: completed(known_pseudo(fields)), known_pseudo,
        ("situation:missing-pseudo-field", "8.1-message-framing/unknown-pseudo-field-in-trailers")),
    Overlooked("drops-status", PSEUDO, ":status in a request is taken out",
        ("situation:status-in-request",), no_status, without(b":status"),
        ("8.1-message-framing/status-in-trailers",)),
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
        ("rfc8441-extended-connect/no-plain-tunnel",), plain_connect, None,
        ("rfc8441-extended-connect/unannounced-protocol", "rfc8441-extended-connect/unknown-protocol")),
    Overlooked("drops-protocol-elsewhere", "RFC 8441 4", ":protocol is taken out of what is not CONNECT",
        ("situation:protocol-without-connect",), protocol_elsewhere,
        touches=("rfc8441-extended-connect/protocol-in-trailers",)),
    Overlooked("takes-protocol-without-scheme", "RFC 8441 4", "extended CONNECT without :scheme has http",
        ("situation:protocol-without-scheme",),
        of_connect(lambda fields: added(b":scheme", b"http")(added(b":path", b"/")(fields)), extended=True),
        None, ("situation:protocol-without-path",)),
    Overlooked("takes-protocol-without-path", "RFC 8441 4", "extended CONNECT without :path has /",
        ("situation:protocol-without-path",), of_connect(added(b":path", b"/"), extended=True)),
    Overlooked("takes-protocol-for-get", "RFC 8441 3",
        "an extended CONNECT nobody asked for is answered as GET is",
        ("situation:protocol-unannounced",), of_connect(served_as_get, extended=True), None,
        ("rfc8441-extended-connect/*-path", "rfc8441-extended-connect/no-plain-tunnel",
         "rfc8441-extended-connect/protocol-anywhere-among-the-pseudo-fields",
         "rfc8441-extended-connect/protocol-behind-a-field", "rfc8441-extended-connect/repeated-protocol",
         "rfc8441-extended-connect/unknown-protocol", "rfc8441-extended-connect/websocket",
         "rfc8441-extended-connect/without-scheme")),
    Overlooked("drops-lengths-without-digits", "RFC 9113 8.1.1",
        "a content-length that is no number is taken out",
        ("situation:content-length-not-digits",), digits_only,
        touches=("10.3-smuggling/value-with-leading-space",)),
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
        (),
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
        (),
        incoming=forgive_missing,
    ),
    Mutant(
        "takes-no-content-for-any-length",
        "RFC 9113 8.1.1",
        "a request without content may announce some",
        ("situation:content-length-without-content",),
        prepare=late_lengths,
        touches=("10.3-smuggling/value-with-leading-space",),
    ),
]
