"""Field lists of messages: names, values, pseudo-header fields, cookies (RFC 9113 8.2, 8.3, 8.5).

Everything is checked in one pass over the list.  What one (name, value) means does not depend on the others,
so it is remembered per connection, within bounds; secrets are not remembered.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

from .errors import MalformedFault
from .priority import parse_priority

Field: TypeAlias = tuple[bytes, bytes]
Fields: TypeAlias = list[Field]


class RequestHead(NamedTuple):
    """A checked request: control data taken out, `headers` as the application sees them."""

    method: bytes
    scheme: bytes | None
    authority: bytes | None  # :authority, else Host
    path: bytes | None
    protocol: bytes | None  # RFC 8441
    headers: Fields  # wire order with pseudo-header fields, cookie crumbs joined at the end
    size: int  # octets, 32 added per field (RFC 9113 6.5.2)
    content_length: int  # -1: not declared
    priority: tuple[int, bool] | None  # urgency, incremental (RFC 9218 4); None: no signal
    expect_continue: bool


class ResponseHead(NamedTuple):
    """A checked response; `headers` in wire order with :status."""

    status: int
    headers: Fields
    content_length: int


# What a field is; those above _LAST_PSEUDO are regular, those above _PLAIN need a look.
_METHOD: Final = 1
_SCHEME: Final = 2
_AUTHORITY: Final = 3
_PATH: Final = 4
_PROTOCOL: Final = 5
_STATUS: Final = 6
_LAST_PSEUDO: Final = 6
_PLAIN: Final = 7
_COOKIE: Final = 8
_HOST: Final = 9
_CONTENT_LENGTH: Final = 10
_PRIORITY: Final = 11
_EXPECT: Final = 12

_PSEUDO: Final = {
    b":method": _METHOD,
    b":scheme": _SCHEME,
    b":authority": _AUTHORITY,
    b":path": _PATH,
    b":protocol": _PROTOCOL,
    b":status": _STATUS,
}
_SPECIAL: Final = {
    b"cookie": _COOKIE,
    b"host": _HOST,
    b"content-length": _CONTENT_LENGTH,
    b"priority": _PRIORITY,
    b"expect": _EXPECT,
}
_CONNECTION_SPECIFIC: Final = frozenset(
    (b"connection", b"proxy-connection", b"keep-alive", b"transfer-encoding", b"upgrade")
)
SECRET_FIELDS: Final = frozenset((b"authorization", b"proxy-authorization", b"cookie", b"set-cookie"))
"""Names whose values are not kept beyond their message (RFC 7541 7.1.3 has the reason)."""

# RFC 9110 5.6.2 token, upper case left out (RFC 9113 8.2.1).
_NAME: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9a-z]+").fullmatch
# RFC 9110 5.5: any control character but HTAB inside; RFC 9113 8.2.1: no SP or HTAB at either end.
_BAD_VALUE: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]|\A[ \t]|[ \t]\Z").search
_TOKEN: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_SCHEME_NAME: Final = re.compile(rb"[A-Za-z][A-Za-z0-9+\-.]*").fullmatch
_PATH_FORM: Final = re.compile(rb"/[^\x00-\x20\x7f]*").fullmatch
# RFC 3986 3.2 without userinfo: an IP literal or a name, and a port of digits, which may be empty.
_AUTHORITY_FORM: Final = re.compile(
    rb"(?:\[[0-9A-Za-z:.%_~\-]+\]|[^\x00-\x20\x7f-\xff/?#@\\:\[\]]+)(?::[0-9]*)?"
).fullmatch
_HOST_AND_PORT: Final = re.compile(rb".+:[0-9]{1,5}").fullmatch
_DIGITS: Final = re.compile(rb"0*[0-9]{1,18}").fullmatch
_STATUS_CODE: Final = re.compile(rb"[1-9][0-9][0-9]").fullmatch

_BAD_REQUEST: Final = 400
_REMEMBERED: Final = 256
_REMEMBERED_OCTETS: Final = 128


class FieldCheck:
    """The checks of one connection's received field lists."""

    __slots__ = ("_extended_connect", "_known")

    def __init__(self, extended_connect: bool = False) -> None:
        self._extended_connect = extended_connect
        self._known: dict[Field, int] = {}

    def _classify(self, stream_id: int, pair: Field) -> int:
        """Check one field on its own and say what it is."""
        name, value = pair
        kind = _PSEUDO.get(name)
        if kind is None:
            # RFC 9113 8.3: "Endpoints MUST treat a request or response that contains undefined or invalid
            # pseudo-header fields as malformed."
            if name[:1] == b":":
                raise MalformedFault(stream_id, f"undefined pseudo-header field {name!r}")
            # RFC 9113 8.2.1: "A field name MUST NOT contain characters in the ranges 0x00-0x20, 0x41-0x5a, or
            # 0x7f-0xff (all ranges inclusive)."
            if not _NAME(name):
                raise MalformedFault(stream_id, f"field name {name!r} is not allowed", _BAD_REQUEST)
            # RFC 9113 8.2.2: "any message containing connection-specific header fields MUST be treated as
            # malformed"
            if name in _CONNECTION_SPECIFIC:
                raise MalformedFault(stream_id, f"connection-specific field {name!r}", _BAD_REQUEST)
            # RFC 9113 8.2.2: TE "MUST NOT contain any value other than 'trailers'"
            if name == b"te" and value.lower() != b"trailers":
                raise MalformedFault(stream_id, f"te: {value!r}", _BAD_REQUEST)
            kind = _SPECIAL.get(name, _PLAIN)
        # RFC 9113 8.2.1: "A field value MUST NOT contain the zero value (ASCII NUL, 0x00), line feed (ASCII
        # LF, 0x0a), or carriage return (ASCII CR, 0x0d) at any position." and "MUST NOT start or end with
        # an ASCII whitespace character"
        if _BAD_VALUE(value):
            raise MalformedFault(stream_id, f"value {value[:64]!r} of {name!r} is not allowed", _BAD_REQUEST)
        if name not in SECRET_FIELDS and len(name) + len(value) <= _REMEMBERED_OCTETS:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[pair] = kind
        return kind

    def request(self, stream_id: int, fields: Fields) -> RequestHead:
        """Check a request's header section (RFC 9113 8.3.1, 8.5; RFC 8441 4).

        Raises MalformedFault.
        """
        known = self._known
        pseudo: list[bytes | None] = [None] * (_LAST_PSEUDO + 1)
        is_regular = False
        size = 0
        content_length = -1
        crumbs: list[bytes] | None = None
        host: bytes | None = None
        priority: bytes | None = None
        expect_continue = False
        for pair in fields:
            name, value = pair
            size += len(name) + len(value)
            kind = known.get(pair)
            if kind is None:
                kind = self._classify(stream_id, pair)
            if kind == _PLAIN:
                is_regular = True
            elif kind <= _LAST_PSEUDO:
                # RFC 9113 8.3: "All pseudo-header fields sent before regular field lines"; "The same
                # pseudo-header field name MUST NOT appear more than once in a field block."
                if is_regular or pseudo[kind] is not None:
                    raise MalformedFault(stream_id, f"{name!r} repeated or after a regular field")
                pseudo[kind] = value
            else:
                is_regular = True
                if kind == _COOKIE:
                    if crumbs is None:
                        crumbs = []
                    crumbs.append(value)
                elif kind == _HOST:
                    # RFC 9110 7.2: a server MUST answer 400 to "more than one Host header field line"
                    if host is not None:
                        raise MalformedFault(stream_id, "more than one host", _BAD_REQUEST)
                    host = value
                elif kind == _CONTENT_LENGTH:
                    content_length = _content_length(stream_id, value, content_length)
                elif kind == _PRIORITY:
                    # RFC 9110 5.3: lines of a list-valued field combine in order.
                    priority = value if priority is None else priority + b"," + value
                else:
                    expect_continue = value.lower() == b"100-continue"
        method, scheme, authority, path, protocol, status = pseudo[1:]
        if status is not None:
            raise MalformedFault(stream_id, ":status in a request")
        if method is None or not _TOKEN(method):
            raise MalformedFault(stream_id, f":method is {method!r}")
        if authority is not None and not _AUTHORITY_FORM(authority):
            # RFC 9113 8.3.1: ":authority" MUST NOT include the deprecated userinfo subcomponent
            raise MalformedFault(stream_id, f":authority is {authority!r}", _BAD_REQUEST)
        if method == b"CONNECT" and protocol is None:
            _check_connect(stream_id, scheme, path, authority)
        else:
            self._check_target(stream_id, method, scheme, path, protocol)
            _check_host(stream_id, scheme, authority, host)
        headers = fields
        if crumbs is not None:
            # RFC 9113 8.2.3: "these MUST be concatenated into a single octet string using the two-octet
            # delimiter of 0x3b, 0x20"
            headers = [pair for pair in fields if pair[0] != b"cookie"]
            headers.append((b"cookie", b"; ".join(crumbs)))
        return RequestHead(
            method,
            scheme,
            host if authority is None else authority,
            path,
            protocol,
            headers,
            size + 32 * len(fields),
            content_length,
            None if priority is None else parse_priority(priority),
            expect_continue,
        )

    def _check_target(
        self, stream_id: int, method: bytes, scheme: bytes | None, path: bytes | None, protocol: bytes | None
    ) -> None:
        # RFC 9113 8.3.1: "All HTTP/2 requests MUST include exactly one valid value for the ':method',
        # ':scheme', and ':path' pseudo-header fields, unless they are CONNECT requests."
        if scheme is None or not _SCHEME_NAME(scheme):
            raise MalformedFault(stream_id, f":scheme is {scheme!r}")
        if path is None or not (_PATH_FORM(path) or (path == b"*" and method == b"OPTIONS")):
            raise MalformedFault(stream_id, f":path is {path!r}")
        if protocol is not None:
            # RFC 8441 4: the :protocol pseudo-header field is for CONNECT, and only after the setting that
            # announces it (3).
            if method != b"CONNECT" or not self._extended_connect:
                raise MalformedFault(stream_id, f":protocol {protocol!r} with {method!r}")
            if not _TOKEN(protocol):
                raise MalformedFault(stream_id, f":protocol is {protocol!r}")

    def response(self, stream_id: int, fields: Fields) -> ResponseHead:
        """Check a response's header section (RFC 9113 8.3.2).  Raises MalformedFault."""
        known = self._known
        is_regular = False
        content_length = -1
        status: bytes | None = None
        for pair in fields:
            kind = known.get(pair)
            if kind is None:
                kind = self._classify(stream_id, pair)
            if kind <= _LAST_PSEUDO:
                if kind != _STATUS or is_regular or status is not None:
                    raise MalformedFault(stream_id, f"{pair[0]!r} repeated, late or in a response")
                status = pair[1]
            else:
                is_regular = True
                if kind == _CONTENT_LENGTH:
                    content_length = _content_length(stream_id, pair[1], content_length)
        # RFC 9113 8.3.2: "':status' ... MUST be included in all responses"; RFC 9113 8.6: 101 is not used.
        if status is None or not _STATUS_CODE(status) or status == b"101":
            raise MalformedFault(stream_id, f":status is {status!r}")
        return ResponseHead(int(status), fields, content_length)

    def trailers(self, stream_id: int, fields: Fields) -> None:
        """Check a trailer section (RFC 9113 8.1).  Raises MalformedFault."""
        for pair in fields:
            kind = self._known.get(pair)
            if kind is None:
                kind = self._classify(stream_id, pair)
            # RFC 9113 8.3: "Pseudo-header fields MUST NOT appear in a trailer section."
            if kind <= _LAST_PSEUDO:
                raise MalformedFault(stream_id, f"{pair[0]!r} in trailers")


def _content_length(stream_id: int, value: bytes, earlier: int) -> int:
    # RFC 9110 8.6: 1*DIGIT; differing values make the message invalid.
    length = int(value.lstrip(b"0") or b"0") if _DIGITS(value) else -1
    if length < 0 or earlier not in (-1, length):
        raise MalformedFault(stream_id, f"content-length is {value[:64]!r}", _BAD_REQUEST)
    return length


def _check_connect(stream_id: int, scheme: bytes | None, path: bytes | None, authority: bytes | None) -> None:
    # RFC 9113 8.5: "The ':scheme' and ':path' pseudo-header fields MUST be omitted." and "The ':authority'
    # pseudo-header field contains the host and port to connect to".
    if scheme is not None or path is not None:
        raise MalformedFault(stream_id, "CONNECT with :scheme or :path")
    # RFC 9110 9.3.6: "A server MUST reject a CONNECT request that targets an empty or invalid port number,
    # typically by responding with a 400 (Bad Request) status code."
    if authority is None or not _HOST_AND_PORT(authority) or int(authority.rpartition(b":")[2]) > 65_535:
        raise MalformedFault(stream_id, f"CONNECT to {authority!r}", _BAD_REQUEST if authority else 0)


def _check_host(stream_id: int, scheme: bytes | None, authority: bytes | None, host: bytes | None) -> None:
    if host is None:
        # RFC 9113 8.3.1: a scheme with a mandatory authority component needs :authority or Host.
        if authority is None and scheme in (b"http", b"https"):
            raise MalformedFault(stream_id, "neither :authority nor host", _BAD_REQUEST)
        return
    if not _AUTHORITY_FORM(host):
        raise MalformedFault(stream_id, f"host is {host!r}", _BAD_REQUEST)
    # RFC 9113 8.3.1: "The server SHOULD treat a request as malformed if it contains a Host header field that
    # identifies an entity that differs from the entity in the ':authority' pseudo-header field."
    if authority is not None and _entity(authority, scheme) != _entity(host, scheme):
        raise MalformedFault(stream_id, f"host {host!r} differs from :authority {authority!r}", _BAD_REQUEST)


def _entity(authority: bytes, scheme: bytes | None) -> bytes:
    """Normalise for comparison (RFC 3986 6.2.2.1, 6.2.3)."""
    return authority.lower().removesuffix(b":443" if scheme == b"https" else b":80")


def field_bytes(item: str | bytes) -> bytes:
    """Return a name or value that an application gave as octets; `str` is encoded as UTF-8."""
    if isinstance(item, str):
        return item.encode()
    if isinstance(item, bytes | bytearray):
        return bytes(item)
    raise TypeError(f"a field name or value must be str or bytes, not {type(item).__name__}")


def outgoing(headers: Iterable[tuple[str | bytes, str | bytes]] | None) -> Fields:
    """Take over the regular fields of a message to be sent, names in lower case.

    Raises ValueError for what RFC 9113 8.2 forbids to send, TypeError for anything but str and bytes.
    """
    checked: Fields = []
    for given_name, given_value in headers or ():
        name = field_bytes(given_name).lower()
        value = field_bytes(given_value)
        if not _NAME(name):
            raise ValueError(f"field name {name!r} is not allowed")
        if name in _CONNECTION_SPECIFIC or (name == b"te" and value.lower() != b"trailers"):
            raise ValueError(f"connection-specific field {name!r}")
        if _BAD_VALUE(value):
            raise ValueError(f"value {value!r} of {name!r} is not allowed")
        if name == b"content-length" and not _DIGITS(value):
            raise ValueError(f"content-length is {value!r}")
        checked.append((name, value))
    return checked


def list_size(fields: Fields) -> int:
    """Return the size of a field list, 32 octets added per field (RFC 9113 6.5.2)."""
    return sum([len(name) + len(value) for name, value in fields]) + 32 * len(fields)
