"""Mutants whose responses break a rule: their fields are changed before they are encoded (RFC 9113 8)."""

from collections.abc import Callable

from nghttp2.fields import Fields

from .gate import Gate
from .model import Row, mutants


def encoding(alter: Callable[[Fields], Fields]) -> Callable[[Gate], None]:
    """Alter the fields of every section that the server encodes."""

    def prepare(gate: Gate) -> None:
        def make(plain: Callable[..., tuple[bytes, int]]) -> Callable[..., tuple[bytes, int]]:
            def encode(fields: Fields, key: object = None) -> tuple[bytes, int]:
                block, _ = plain(alter(list(fields)), key)
                return block, plain_length(fields)

            return encode

        gate.replace("_encode", make)

    return prepare


def plain_length(fields: Fields) -> int:
    return next((int(value) for name, value in fields if name == b"content-length"), -1)


def is_response(fields: Fields) -> bool:
    return fields[:1] != [] and fields[0][0] == b":status"


def status_of(fields: Fields) -> int:
    return int(fields[0][1]) if is_response(fields) else 0


def adds(
    name: bytes, value: bytes, when: Callable[[Fields], bool] = is_response
) -> Callable[[Fields], Fields]:
    return lambda fields: [*fields, (name, value)] if when(fields) else fields


def shouts(fields: Fields) -> Fields:
    return [(name.title() if name[:1] != b":" else name, value) for name, value in fields]


def statuses(*wanted: int) -> Callable[[Fields], bool]:
    return lambda fields: status_of(fields) in wanted


def longer(fields: Fields) -> Fields:
    return [(n, str(int(v) + 7).encode() if n == b"content-length" and len(v) > 5 else v) for n, v in fields]


def late_status(fields: Fields) -> Fields:
    return [*fields[1:], (b"x-filler", b"1"), fields[0]] if is_response(fields) else fields


def promise(fields: Fields) -> bool:
    return fields[:1] != [] and fields[0][0] == b":method"


ROWS: tuple[Row, ...] = (
    ("answers-with-upper-case", "RFC 9113 8.2", "names in responses begin with capitals",
     ("8.3.2-responses/get", "8.3.2-responses/options", "8.3.2-responses/trailers",
      "8.3.2-responses/twenty-responses", "8.3.2-responses/redirect-does-not-split",
      "8.3.2-responses/reflected-field-name"),
     ("8.1-message-framing/response-trailers", "8.3.2-responses/*",
      "8.4-server-push/pushed-response-is-whole"),
     shouts),
    ("puts-status-last", "RFC 9113 8.3", ":status comes behind the fields",
     ("8.3.2-responses/*", "!8.3.2-responses/reflected-*", "8.1-message-framing/response-framing"),
     ("4.3-field-blocks/response-trailers", "8.1-message-framing/interim-response-does-not-end-the-stream",
      "8.3.2-responses/reflected-field-name", "8.4-server-push/pushed-response-is-whole",
      "8.5-connect/tunnel", "rfc8297-early-hints/final-response-follows",
      "rfc8441-extended-connect/websocket", "rfc9110-head-and-no-content/head",
      "rfc9110-head-and-no-content/head-of-*",
      "rfc9110-head-and-no-content/interim-response-without-length",
      "rfc9110-head-and-no-content/no-content", "rfc9110-head-and-no-content/no-content-for-head",
      "rfc9110-head-and-no-content/not-modified",
      "rfc9110-head-and-no-content/not-modified-and-get-agree-on-the-length"),
     late_status),
    ("answers-with-connection", "RFC 9113 8.2.2", "responses have a connection field",
     ("8.2.2-connection-specific-fields/no-connection-fields-in-*", "8.6-upgrade/no-101-to-*"),
     ("8.3.2-responses/*", "8.5-connect/tunnel-without-content-length",
      "8.6-upgrade/no-101-among-interim-responses", "8.6-upgrade/no-101-without-connection",
      "rfc8441-extended-connect/websocket"),
     adds(b"connection", b"close")),
    ("answers-with-a-split-value", "RFC 9113 8.2.1", "a value of every response holds a CR LF",
     ("8.3.2-responses/redirect-does-not-split", "8.3.2-responses/reflected-field-name",
      "8.3.2-responses/echo", "8.3.2-responses/no-such-resource"),
     ("8.3.2-responses/*",), adds(b"x-split", b"a\r\nb: c")),
    ("announces-a-wrong-length", "RFC 9113 8.1.1", "content-length of long responses is 7 too large",
     ("rfc9110-head-and-no-content/head-and-get-agree-on-a-large-length",
      "8.1-message-framing/response-framing"),
     ("rfc9218-scheduling/low-urgency-is-served-in-the-end",),
     longer),
    ("gives-204-a-length", "RFC 9110 8.6", "a 204 response has a content-length",
     ("rfc9110-head-and-no-content/no-content-without-length",
      "rfc9110-head-and-no-content/no-content-for-head"),
     ("rfc9110-head-and-no-content/no-content",), adds(b"content-length", b"0", statuses(204))),
    ("gives-tunnels-a-length", "RFC 9110 8.6", "a 2xx response to CONNECT has a content-length",
     ("8.5-connect/tunnel-without-content-length",), (),
     adds(b"content-length", b"0", lambda fields: fields == [(b":status", b"200")])),
    ("gives-1xx-a-length", "RFC 9110 8.6", "a 1xx response has a content-length",
     ("rfc9110-head-and-no-content/interim-response-without-length",), (),
     adds(b"content-length", b"0", statuses(100, 103))),
    ("switches-protocols", "RFC 9113 8.6", "103 goes out as 101",
     ("8.6-upgrade/no-101-among-interim-responses", "8.3.2-responses/interim"),
     (),
     lambda fields: [(b":status", b"101"), *fields[1:]] if status_of(fields) == 103 else fields),
    ("ends-with-a-pseudo-field", "RFC 9113 8.1", "trailers of the response hold :status",
     ("8.1-message-framing/response-trailers", "4.3-field-blocks/response-trailers"), (),
     lambda fields: fields if is_response(fields) or promise(fields) else [(b":status", b"200"), *fields]),
    ("forgets-validators", "RFC 9110 15.4.5", "a 304 response has no ETag",
     ("rfc9110-head-and-no-content/not-modified-has-the-validators",), (),
     lambda fields: [(n, v) for n, v in fields if n != b"etag" or status_of(fields) != 304]),
    ("promises-post", "RFC 9113 8.4", "promised requests are POST",
     ("8.4-server-push/promised-request", "8.4-server-push/promised-stream-is-even",
      "6.6-push-promise/promised-while-open", "rfc7540-streams/promised-request"),
     ("5.1-stream-states-reserved/server-sends-only-headers",
      "5.1.1-stream-identifiers/server-streams-are-even", "8.4-server-push/promise-on-an-open-stream",
      "8.4-server-push/push-for-head", "8.4-server-push/pushed-response-is-whole",
      "8.4-server-push/second-request-pushes-higher"),
     lambda fields: [(b":method", b"POST"), *fields[1:]] if promise(fields) else fields),
    ("answers-with-http2-settings", "RFC 7540 3.2.1", "responses have an HTTP2-Settings field",
     ("rfc7540-upgrade/no-http2-settings-in-responses",), (), adds(b"http2-settings", b"AAMAAABk")),
    ("promises-without-authority", "RFC 9113 8.4", "promised requests have no :authority",
     ("8.4-server-push/promised-request",),
     ("5.1-stream-states-reserved/server-sends-only-headers",
      "5.1.1-stream-identifiers/server-streams-are-even", "6.6-push-promise/promised-while-open",
      "8.4-server-push/promise-on-an-open-stream", "8.4-server-push/promised-stream-is-even",
      "8.4-server-push/push-for-head", "8.4-server-push/pushed-response-is-whole",
      "8.4-server-push/second-request-pushes-higher", "rfc7540-streams/promised-request"),
     lambda fields: [pair for pair in fields if pair[0] != b":authority"] if promise(fields) else fields),
)  # fmt: skip

MUTANTS = mutants([(*row[:5], encoding(row[5])) for row in ROWS], "prepare")
