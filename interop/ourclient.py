"""Our client with a log: what it was asked for, what its interface showed, what the octets were."""

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable
from functools import partial
from typing import Any, Final

from nghttp2 import BaseResponseHandler, HTTP2Client, PushPromise
from nghttp2.requesting import ClientSession

from .certificates import Certificates
from .wirelog import ConnectionLog

DIGESTED: Final = 64 << 20
"""Octets of one response after which it is given up: no scenario asks for as many."""


class TappedSession(ClientSession):
    """A session that shows its octets, inside TLS, to a log."""

    def __init__(self, wire: ConnectionLog, *arguments: Any, **named: Any) -> None:
        self.wire = wire
        super().__init__(*arguments, **named)

    def feed(self, data: bytes) -> None:
        """Log what the server sent, then take it."""
        self.wire.from_server(data)
        super().feed(data)

    def data_to_send(self) -> bytes:
        """Log what goes out."""
        data = super().data_to_send()
        self.wire.from_client(data)
        return data


class TappedClient(HTTP2Client):
    """Our client on a loopback port, its octets in `wire`."""

    def __init__(self, port: int, certificates: Certificates | None) -> None:
        context = None
        if certificates is not None:
            context = ssl.create_default_context(cafile=str(certificates.authority))
        self.wire = ConnectionLog()
        self.session_class = partial(TappedSession, self.wire)
        super().__init__(("127.0.0.1", port), ssl=context, server_hostname="localhost" if context else None)


class Exchange(BaseResponseHandler):
    """One request and what our interface shows of its response.

    stop_after: octets of content after which the response is given up; None for never.
    accepts: take pushed responses; else they are rejected.
    """

    def __init__(self, *, stop_after: int | None = None, accepts: bool = False) -> None:
        self.stop_after = DIGESTED if stop_after is None else stop_after
        self.accepts = accepts
        self.informational: list[int] = []
        self.size = 0
        self.digest = hashlib.sha256()
        self.is_done = False
        self.is_given_up = False
        self.close_code: int | None = None
        self.closed = asyncio.Event()
        self.promises: list[tuple[PushPromise, Exchange | None]] = []

    def on_informational(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:  # noqa: ARG002
        """Note a 1xx."""
        self.informational.append(status)

    def on_data(self, data: bytes) -> None:
        """Hash content, until there is enough."""
        self.size += len(data)
        self.digest.update(data)
        if self.size >= self.stop_after and not self.is_given_up:
            self.is_given_up = True
            self.reset()

    def on_response_done(self) -> Awaitable[None] | None:
        """Note the end of the response."""
        self.is_done = True
        return None

    def on_close(self, error_code: int) -> None:
        """Note the end of the stream."""
        self.close_code = error_code
        self.closed.set()

    def on_push_promise(self, promise: PushPromise) -> None:
        """Take or reject what is promised."""
        pushed = Exchange() if self.accepts else None
        self.promises.append((promise, pushed))
        if pushed is None:
            self.reject_push(promise)
        else:
            self.accept_push(promise, pushed)

    def field(self, name: bytes) -> bytes | None:
        """Return the first field of this name."""
        return next((value for key, value in self.headers if key == name), None)
