"""Mutants that refuse requests which are sound: what they say is held against them."""

import re
from collections.abc import Callable

from nghttp2.codes import ErrorCode
from nghttp2.errors import MalformedFault, StreamFault
from nghttp2.fields import FieldCheck, Fields, RequestHead

from .gate import Gate
from .model import Mutant, Row, mutants

Refused = Callable[[Fields, bool], bool]
"""Tells whether fields are refused; the second argument: whether they are trailers."""


class HarshCheck(FieldCheck):
    """Resets the stream of what it refuses."""

    def __init__(self, refused: Refused, code: ErrorCode) -> None:
        super().__init__(extended_connect=True)
        self.refused = refused
        self.code = code

    def request(self, stream_id: int, fields: Fields) -> RequestHead:
        if self.refused(fields, False):
            raise StreamFault(stream_id, self.code, "mutant")
        return super().request(stream_id, fields)

    def trailers(self, stream_id: int, fields: Fields) -> None:
        if self.refused(fields, True):
            raise StreamFault(stream_id, self.code, "mutant")
        super().trailers(stream_id, fields)


def harsh(refused: Refused, code: ErrorCode = ErrorCode.PROTOCOL_ERROR) -> Callable[[Gate], None]:
    return lambda gate: gate.replace("_check", lambda check: HarshCheck(refused, code))


class RefusingCheck(FieldCheck):
    """Answers some malformed requests with the wrong code."""

    def __init__(self, where: str) -> None:
        super().__init__(extended_connect=True)
        self.where = where

    def request(self, stream_id: int, fields: Fields) -> RequestHead:
        try:
            return super().request(stream_id, fields)
        except MalformedFault as fault:
            if re.search(self.where, fault.reason):
                raise StreamFault(stream_id, ErrorCode.REFUSED_STREAM, fault.reason) from fault
            raise


def field(name: bytes, pattern: bytes = b"") -> Refused:
    """Tell header sections with a field of this name whose value matches."""
    match = re.compile(pattern, re.DOTALL).search
    return lambda fields, trailers: not trailers and any(n == name and match(v) for n, v in fields)


def lacks(*names: bytes) -> Refused:
    def refused(fields: Fields, trailers: bool) -> bool:
        present = {name for name, _ in fields}
        plain = not trailers and dict(fields).get(b":method") != b"CONNECT" and b":path" in present
        return plain and not present.intersection(names)

    return refused


def in_order(fields: Fields, trailers: bool) -> bool:
    order = [name for name, _ in fields if name[:1] == b":"]
    usual = (
        [b":method", b":scheme", b":authority", b":path"],
        [b":method", b":authority", b":scheme", b":path"],
    )
    return not trailers and sorted(order) == sorted(usual[0]) and order not in usual


def name_with(part: bytes) -> Refused:
    return lambda fields, trailers: any(part in name and name != part for name, _ in fields)


def other_authority(fields: Fields, trailers: bool) -> bool:
    return any(
        n == b":authority" and not v.startswith((b"localhost", b"127.0.0.1", b"[::1]")) for n, v in fields
    )


def repeated_length(fields: Fields, trailers: bool) -> bool:
    lengths = [value for name, value in fields if name == b"content-length"]
    return not trailers and (len(lengths) > 1 or any(b"," in value for value in lengths))


ROWS: tuple[Row, ...] = (
    ("refuses-content-length-0", "RFC 9113 8.1.1", "a content-length of 0 is malformed",
     ("8.1.1-content-length/length-zero", "8.1.1-content-length/get-with-length-zero"),
     ("8.1.1-content-length/empty-data-behind-content-length",
      "8.1.1-content-length/trailers-in-place-of-content", "situation:content-length-without-*"),
     field(b"content-length", rb"\A0+\Z")),
    ("refuses-any-content-length", "RFC 9113 8.1.1", "a request with a content-length is malformed",
     ("8.1.1-content-length/true-*", "8.1.1-content-length/padding-is-not-counted",
      "8.1.1-content-length/leading-zeros"),
     ("10.3-smuggling/value-with-leading-space", "8.1.1-content-length/get-with-length-zero",
      "8.1.1-content-length/length-zero", "8.2.2-connection-specific-fields/chunked-beside-content-length",
      "rfc9110-expect/*", "situation:content-*"), field(b"content-length")),
    ("refuses-leading-zeros", "RFC 9110 8.6", "a content-length that begins with 0 is malformed",
     ("8.1.1-content-length/leading-zeros",), (), field(b"content-length", rb"\A0\d")),
    ("refuses-te", "RFC 9113 8.2.2", "te: trailers is malformed",
     ("8.2.2-connection-specific-fields/te-trailers",
      "8.2.2-connection-specific-fields/te-trailers-before-trailers", "openings-clients/grpc"),
     ("10.3-smuggling/te-with-trailers-and-chunked", "4.3-field-blocks/response-trailers",
      "8.2.2-connection-specific-fields/te-on-two-lines",
      "8.2.2-connection-specific-fields/te-trailers-and-deflate",
      "8.2.2-connection-specific-fields/te-trailers-with-a-weight", "openings-clients/firefox",
      "openings-clients/firefox-without-tree", "real-openings/grpcio-h2c", "real-openings/grpcio-tls"),
     field(b"te", b"trailers")),
    ("refuses-names-like-connection", "RFC 9113 8.2.2", "a name that contains connection is malformed",
     ("8.2.2-connection-specific-fields/fields-that-only-look-alike",),
     ("8.2.2-connection-specific-fields/proxy-connection",), name_with(b"connection")),
    ("refuses-other-orders", "RFC 9113 8.3", "pseudo-fields have to come in the usual order",
     ("8.3-pseudo-fields/order-*", "openings-clients/curl", "openings-clients/firefox*"),
     ("hpack-size-updates/newest-entry-survives", "hpack-strings/huffman-entry-in-the-table",
      "hpack-tables/duplicate-entries", "hpack-tables/name-from-the-dynamic-table",
      "hpack-tables/name-of-an-evicted-entry", "hpack-tables/newest-entry-is-62",
      "hpack-tables/older-entries-move-up", "hpack-tables/other-literals-insert-nothing",
      "hpack-tables/static-names", "openings-clients/go", "openings-clients/grpc",
      "openings-clients/nghttp", "openings-clients/okhttp", "openings-clients/safari",
      "real-openings/curl-h2c", "real-openings/curl-tls", "real-openings/grpcio-h2c",
      "real-openings/grpcio-tls", "real-openings/h2load-h2c", "real-openings/h2load-tls",
      "real-openings/java-tls", "real-openings/nghttp-h2c", "real-openings/nghttp-tls",
      "real-openings/node-http2-h2c", "real-openings/node-http2-tls", "real-openings/okhttp-h2c",
      "real-openings/okhttp-tls", "real-openings/undici-h2c", "real-openings/undici-tls"),
     in_order),
    ("refuses-host", "RFC 9113 8.3.1", "a host field is malformed",
     ("8.3.1-request-pseudo-fields/host-equal", "8.3.1-request-pseudo-fields/host-without-authority",
      "8.3.1-request-pseudo-fields/options-asterisk-without-authority"),
     ("8.3.1-request-pseudo-fields/host-in-other-letter-case",), field(b"host")),
    ("refuses-queries", "RFC 9113 8.3.1", "a :path with a query is malformed",
     ("8.3.1-request-pseudo-fields/path-with-query",), ("8.3.1-request-pseudo-fields/path-with-all-signs",),
     field(b":path", rb"\?")),
    ("refuses-percent", "RFC 9113 8.3.1", "a :path with a percent sign is malformed",
     ("8.3.1-request-pseudo-fields/path-percent-encoded",),
     ("8.3.1-request-pseudo-fields/path-with-query", "8.3.2-responses/redirect-does-not-split",
      "8.3.2-responses/reflected-field-name"),
     field(b":path", b"%")),
    ("refuses-two-slashes", "RFC 9113 8.3.1", "a :path that begins with two slashes is malformed",
     ("8.3.1-request-pseudo-fields/path-of-two-slashes",), ("8.3.2-responses/redirect-does-not-split",),
     field(b":path", rb"\A//")),
    ("refuses-dot-segments", "RFC 9113 8.3.1", "a :path with dot segments is malformed",
     ("8.3.1-request-pseudo-fields/path-with-dot-segments",), ("8.3.2-responses/redirect-does-not-split",),
     field(b":path", rb"/\.\.?(/|\Z)")),
    ("refuses-signs-in-paths", "RFC 9113 8.3.1", "a :path with signs such as ; and @ is malformed",
     ("8.3.1-request-pseudo-fields/path-with-all-signs",), (), field(b":path", rb"[;@!$'()]")),
    ("refuses-long-paths", "RFC 9113 8.3.1", "a :path of more than 200 octets is malformed",
     ("8.3.1-request-pseudo-fields/long-path",), (), field(b":path", rb".{201}")),
    ("refuses-asterisk", "RFC 9113 8.3.1", "OPTIONS * is malformed",
     ("8.3.1-request-pseudo-fields/options-asterisk*",
      "!8.3.1-request-pseudo-fields/options-asterisk-without-host"),
     (), field(b":path", rb"\A\*\Z")),
    ("refuses-priority", "RFC 9218 5", "a priority field is malformed",
     ("rfc9218-priority-field/*", "rfc9218-scheduling/unknown-parameters-keep-the-rest"),
     ("openings-clients/chromium", "openings-clients/firefox-without-tree", "real-openings/chromium-tls",
      "rfc9218-priority-update/server-sends-none", "rfc9218-scheduling/*"),
     field(b"priority")),
    ("refuses-odd-priority", "RFC 9218 4", "a priority field with anything but u=0 to u=7 and i is malformed",
     ("rfc9218-priority-field/unknown-parameter", "rfc9218-priority-field/out-of-range",
      "rfc9218-priority-field/other-type", "rfc9218-priority-field/does-not-parse",
      "rfc9218-priority-field/empty", "rfc9218-scheduling/unknown-parameters-keep-the-rest"),
     ("rfc9218-priority-field/missing-is-default", "rfc9218-priority-field/repeated-key"),
     field(b"priority", rb"\A(?!u=[0-7](, ?i)?\Z)(?!i\Z)")),
    ("refuses-cookies", "RFC 9113 8.2.3", "cookie is malformed",
     ("openings-clients/long-user-agent-and-cookie",),
     ("8.2.1-field-values/lf-in-cookie", "8.2.3-cookies/*", "8.3-pseudo-fields/late-cookie-crumb-order",
      "hpack-tables/static-names", "openings-clients/chromium"), field(b"cookie")),
    ("refuses-long-values", "RFC 9113 10.5.1", "a value of more than 1,000 octets is malformed",
     ("openings-clients/long-user-agent-and-cookie", "4.2-frame-size/headers-of-16384",
      "6.10-continuation/large-block"),
     ("10.5.1-field-block-size/evictions-in-a-refused-block", "10.5.1-field-block-size/limit-in-trailers",
      "6.5.2-settings-values/our-list-limit-is-not-theirs", "8.2.1-field-values/long-value"),
     lambda fields, trailers: any(len(value) > 1000 for _, value in fields)),
    ("refuses-user-agents", "RFC 9110 10.1.5", "a user-agent is malformed",
     ("openings-clients/chromium", "openings-clients/curl", "openings-clients/go", "openings-clients/nghttp",
      "openings-clients/python-h2", "openings-clients/safari", "openings-clients/okhttp",
      "openings-clients/grpc", "openings-clients/firefox*"),
     ("10.3-smuggling/value-with-trailing-tab", "8.2.1-field-names/names-by-static-index",
      "8.2.1-field-values/lf-in-user-agent", "8.2.1-field-values/user-agent-unbalanced",
      "8.2.3-cookies/lines-apart", "hpack-tables/static-names",
      "openings-clients/dynamic-table-from-the-start", "openings-clients/long-user-agent-and-cookie",
      "real-openings/*"),
     field(b"user-agent")),
    ("refuses-other-authorities", "RFC 9113 9.1.1", "an :authority of another name is malformed",
     ("9.1-connection-management/other-authorities",),
     ("8.3.1-request-pseudo-fields/host-in-other-letter-case",
      "8.3.1-request-pseudo-fields/host-of-another-port"), other_authority),
    ("refuses-unusual-methods", "RFC 9113 8.3.1", "a method outside the usual ones is malformed",
     ("rfc9110-methods/method-is-case-sensitive", "rfc9110-methods/registered-method",
      "8.3.2-responses/unknown-method"),
     ("rfc9110-methods/*",), field(b":method", rb"\A(?!(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT)\Z)")),
    ("refuses-options", "RFC 9113 8.3.1", "OPTIONS is malformed",
     ("9.1-connection-management/other-methods", "8.3.2-responses/options"),
     ("8.2.2-connection-specific-fields/no-connection-fields-in-responses",
      "8.3.1-request-pseudo-fields/empty-path-options", "8.3.1-request-pseudo-fields/options-*"),
     field(b":method", b"OPTIONS")),
    ("refuses-head", "RFC 9110 9.3.2", "HEAD is malformed",
     ("rfc9110-methods/get-and-head", "rfc9110-head-and-no-content/head*", "rfc8297-early-hints/head",
      "8.4-server-push/push-for-head", "8.3.2-responses/head", "!rfc9110-head-and-no-content/malformed-head"),
     ("4.3-field-blocks/responses-decode", "5.1-stream-states-half-closed/server-after-its-end-stream",
      "6.2-headers/server-blocks-are-contiguous", "6.5.2-settings-values/response-list-within-our-limit",
      "6.9-window-update/exempt-frames-while-the-window-is-empty",
      "6.9.1-flow-control-window/empty-response-without-credit",
      "8.2.2-connection-specific-fields/no-connection-fields-in-responses",
      "9.1-connection-management/other-methods", "hpack-encoder/lowered-to-sixty-four",
      "hpack-encoder/no-table-from-the-start", "rfc7540-upgrade/no-http2-settings-in-responses",
      "rfc9110-head-and-no-content/no-content-for-head"),
     field(b":method", b"HEAD")),
    ("refuses-expect", "RFC 9110 10.1.1", "expect is malformed",
     ("rfc9110-expect/*", "!rfc9110-expect/cancelled-*", "!rfc9110-expect/wrong-length-after-continue"),
     ("rfc9110-expect/cancelled-after-continue", "rfc9110-expect/wrong-length-after-continue"),
     field(b"expect")),
    ("refuses-announced-trailers", "RFC 9110 6.6.2", "a trailer field is malformed",
     ("rfc9110-fields/announced-trailers",),
     ("8.2.2-connection-specific-fields/fields-that-only-look-alike",
      "8.2.2-connection-specific-fields/te-trailers-before-trailers"),
     field(b"trailer")),
    ("refuses-websocket-keys", "RFC 9113 8.6", "WebSocket fields without upgrade are malformed",
     ("8.6-upgrade/no-101-without-connection",), (), field(b"sec-websocket-key")),
)  # fmt: skip

MUTANTS = [
    *mutants([(*row[:5], harsh(row[5])) for row in ROWS], "prepare"),
    Mutant(
        "refuses-bad-paths-as-if-busy",
        "RFC 9113 8.3.1",
        "a :path of another form is answered REFUSED_STREAM",
        ("situation:path-invalid", "!8.3.1-*/path-fragment", "!8.3.1-*/path-high-octets"),
        (
            "10.3-smuggling/path-with-a-version",
            "8.3.1-request-pseudo-fields/options-without-path",
            "8.3.1-request-pseudo-fields/path-as-regular-field",
            "8.3.1-request-pseudo-fields/path-space",
            "8.3.1-request-pseudo-fields/path-tab",
            "8.3.1-request-pseudo-fields/without-path",
            "8.3.1-request-pseudo-fields/without-path-but-with-content",
            "rfc8441-extended-connect/without-path",
            "situation:path-empty",
        ),
        prepare=lambda gate: gate.replace("_check", lambda check: RefusingCheck("^:path is")),
    ),
    Mutant(
        "refuses-odd-paths-as-if-busy",
        "RFC 9113 8.3.1",
        "a :path with a fragment or octets beyond ASCII is answered REFUSED_STREAM",
        ("8.3.1-*/path-fragment", "8.3.1-*/path-high-octets"),
        prepare=harsh(field(b":path", rb"[#\x80-\xff]"), ErrorCode.REFUSED_STREAM),
    ),
    Mutant(
        "refuses-bad-authorities-as-if-busy",
        "RFC 9113 8.3.1",
        "an :authority with userinfo, a slash or a query is answered REFUSED_STREAM",
        ("situation:authority-invalid", "situation:authority-userinfo"),
        ("10.3-smuggling/authority-with-a-path", "8.3.1-request-pseudo-fields/authority-space"),
        prepare=lambda gate: gate.replace("_check", lambda check: RefusingCheck("^:authority is")),
    ),
    Mutant(
        "refuses-bad-names-as-if-busy",
        "RFC 9113 8.7",
        "a field name that is not allowed is answered REFUSED_STREAM",
        ("8.7-request-reliability/malformed-is-not-refused",),
        ("8.2.1-field-names/answered-400", "situation:field-name-*"),
        prepare=lambda gate: gate.replace("_check", lambda check: RefusingCheck("^field name")),
    ),
    Mutant(
        "refuses-repeated-lengths-as-if-busy",
        "RFC 9110 8.6",
        "a content-length that is repeated is answered REFUSED_STREAM",
        ("situation:content-length-repeated",),
        ("8.1.1-content-length/trailing-comma", "situation:content-length-differs"),
        prepare=harsh(repeated_length, ErrorCode.REFUSED_STREAM),
    ),
    Mutant(
        "refuses-requests-without-a-host-as-if-busy",
        "RFC 9113 8.3.1",
        "a request without :authority and host is answered REFUSED_STREAM",
        ("situation:authority-missing",),
        (),
        prepare=harsh(lacks(b":authority", b"host"), ErrorCode.REFUSED_STREAM),
    ),
]
