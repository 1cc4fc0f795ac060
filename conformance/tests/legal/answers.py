"""Variants whose resources answer in other ways (RFC 9110 9, 10.1.1, 15; RFC 9113 8.1)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from conformance.targets.embedded import LIMITS, MemoryServer
from conformance.targets.embedded_handler import METHODS, Handler
from nghttp2 import UsageError
from nghttp2.fields import Fields

from ..mutants.gate import Gate
from ..mutants.responses import encoding, status_of
from .model import Hooks, Row, variants


def handled(handler: type[Handler], *, connect: bool = True) -> Hooks:
    return {"server": lambda: MemoryServer(LIMITS, handler, connect=connect)}


def with_status(status: int, headers: list[tuple[str, str]] | None = None, body: bytes = b"") -> Hooks:
    """Every request that is not refused gets the same answer."""

    class Same(Handler):
        def on_headers(self) -> None:
            if self.method == b"CONNECT":
                self.send_response(405, [("allow", "GET, HEAD")])

        def on_request_done(self) -> None:
            if self.method == b"CONNECT":
                return
            if self.method in METHODS:
                self.send_response(status, headers, body)
            else:
                super().on_request_done()

    return handled(Same)


class Early(Handler):
    """Answers when the head came; the rest of the request is not waited for."""

    def on_headers(self) -> None:
        if self.method == b"CONNECT" or self.path == b"/echo":
            super().on_headers()
        else:
            super().on_request_done()

    def on_request_done(self) -> None:
        if self.method == b"CONNECT" or self.path == b"/echo":
            super().on_request_done()


class ReadOnly(Handler):
    """GET and HEAD alone are known; all others get 405 at once."""

    def on_headers(self) -> None:
        if self.method not in (b"GET", b"HEAD"):
            known = self.method in METHODS or self.method in (b"CONNECT", b"TRACE")
            self.send_response(405 if known else 501, [("allow", "GET, HEAD")], b"no\n")

    def on_request_done(self) -> None:
        if self.method in (b"GET", b"HEAD"):
            super().on_request_done()


class Expectant(Handler):
    """Fails all expectations."""

    def on_headers(self) -> None:
        if any(name == b"expect" for name, _ in self.headers):
            self.send_response(417)
        else:
            super().on_headers()

    def on_request_done(self) -> None:
        if not any(name == b"expect" for name, _ in self.headers):
            super().on_request_done()


class Informing(Handler):
    """Several interim responses come first."""

    def on_headers(self) -> None:
        if self.method != b"CONNECT":
            for status in (100, 102, 103, 199):
                self.send_informational(status, [("link", "</a>; rel=preload")] if status == 103 else None)
        super().on_headers()


class Trailing(Handler):
    """Trailers follow all content."""

    def send_response(self, status: int = 200, headers: Any = None, body: Any = None, **named: Any) -> None:
        if isinstance(body, bytes) and body and self.method != b"HEAD":
            named = {"trailers": [("x-checksum", "1"), ("x-end", "")]}
        super().send_response(status, headers, body, **named)


class Pushing(Handler):
    """Pushes with every answer to GET and HEAD, as far as it may."""

    def on_request_done(self) -> None:
        if self.method in (b"GET", b"HEAD") and self.path != b"/push":
            with suppress(UsageError):
                self.push("/unasked", headers=[("content-type", "text/plain")], body=b"unasked\n")
        super().on_request_done()


def decorated(add: Callable[[Fields], Fields], size: int = 0) -> Hooks:
    """Alter the fields of final responses, where the client takes so large a list."""

    def prepare(gate: Gate) -> None:
        def altered(fields: Fields) -> Fields:
            fits = gate.connection.remote.max_header_list_size > size
            return add(fields) if fits and status_of(fields) >= 200 else fields

        encoding(altered)(gate)

    return {"prepare": prepare}


def unmeasured(fields: Fields) -> Fields:
    return [pair for pair in fields if pair[0] != b"content-length"]


MANY: Fields = [(b"set-cookie", b"c%d=%s" % (n, b"~" * 1_000)) for n in range(20)]
COMMON: Fields = [
    (b"date", b"Tue, 15 Nov 1994 08:12:31 GMT"), (b"server", b"legal/1.0"), (b"vary", b"*"), (b"x-empty",
    b""),
    (b"x-latin", b"caf\xe9"), (b"x-inner", b"a \t b"), (b"cache-control", b"no-store"),
]  # fmt: skip

BASELINE = (
    "5.1-stream-states-closed/data-in-the-same-write", "8.3.1-request-pseudo-fields/path-*",
    "rfc9110-methods/*", "6.5.2-settings-values/*list*", "8.2.1-field-values/date-of-words",
)  # fmt: skip
"""Cases that have to know what the target answers to a plain GET."""

ROWS: tuple[Row, ...] = (
    ("finds-nothing", "RFC 9110 15.5.5", "404 answers everything",
     {**with_status(404),
      "witnesses": BASELINE}),
    ("redirects-everything", "RFC 9110 15.4.2", "301 answers everything",
     {**with_status(301, [("location", "https://elsewhere.example/")], b"there\n"),
      "witnesses": BASELINE}),
    ("has-no-content", "RFC 9110 15.3.5", "204 answers everything", with_status(204)),
    ("is-unavailable", "RFC 9110 15.6.4", "503 answers everything",
     {**with_status(503, [("retry-after", "1")], b"later\n"),
      "witnesses": BASELINE}),
    ("wants-authentication", "RFC 9110 15.5.2", "401 answers everything",
     {**with_status(401, [("www-authenticate", 'Basic realm="x"')]),
      "witnesses": BASELINE}),
    ("answers-early", "RFC 9113 8.1", "the answer does not wait for the content of the request",
     handled(Early)),
    ("only-reads", "RFC 9110 15.5.6", "405 or 501 answers at once what is neither GET nor HEAD",
     handled(ReadOnly)),
    ("fails-expectations", "RFC 9110 10.1.1, 15.5.18", "417 answers each expectation",
     {**handled(Expectant), "witnesses": ("rfc9110-expect/*",)}),
    ("informs-first", "RFC 9110 15.2", "four interim responses precede each answer", handled(Informing)),
    ("adds-trailers", "RFC 9113 8.1", "trailers end all content", handled(Trailing)),
    ("has-no-tunnels", "RFC 9110 9.3.6", "CONNECT is not implemented",
     {"server": lambda: MemoryServer(connect=False, protocols=())}),
    ("pushes-with-every-answer", "RFC 9113 8.4", "each answer to GET promises another",
     {**handled(Pushing),
      "witnesses": ("5.1.2-concurrency/at-the-limit", "6.9.1-flow-control-window/both-windows-hold")}),
    ("tells-no-length", "RFC 9110 8.6", "no answer has content-length", decorated(unmeasured)),
    ("adds-common-fields", "RFC 9110 6.6.1, RFC 9113 8.2.1",
     "answers have date, server and values of all kinds",
     decorated(lambda fields: [*fields, *COMMON])),
    ("adds-many-fields", "RFC 9113 6.10", "answers have 20 KiB of fields",
     decorated(lambda fields: [*fields, *MANY], 25_000)),
)  # fmt: skip

VARIANTS = variants(ROWS)
