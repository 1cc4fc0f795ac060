"""The embedded server: nghttp2's own, as a program that listens on loopback, or in memory.

The handler and this module alone import an implementation, and only as a target.
"""

import asyncio
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from nghttp2 import BaseRequestHandler, HTTP2Server, Limits, ServerSession

from .embedded_handler import PROTOCOLS, Handler

LIMITS: Final = Limits()
CERTIFICATE: Final = Path(__file__).with_name("localhost.pem")


class MemoryServer(ServerSession):
    """A session in memory; `receive(b"")` is the end of what the client sends, as for a socket."""

    def __init__(
        self,
        limits: Limits = LIMITS,
        handler: type[BaseRequestHandler] = Handler,
        *,
        connect: bool = True,
        protocols: Iterable[bytes] = PROTOCOLS,
    ) -> None:
        """Serve the endpoints of the target contract, or what another handler serves."""
        super().__init__(handler, limits, allow_connect=connect, connect_protocols=protocols)

    def receive(self, data: bytes) -> None:
        """Take octets from the client."""
        if data:
            super().receive(data)
        else:
            self.lost()


def factory() -> MemoryServer:
    """Return one connection: `-t py:conformance.targets.embedded:factory`."""
    return MemoryServer()


async def serve() -> None:
    """Serve until the parent ends the process; the first line of output tells the ports."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    plain = HTTP2Server(("127.0.0.1", 0), Handler, allow_connect=True, connect_protocols=PROTOCOLS)
    secure = HTTP2Server(("127.0.0.1", 0), Handler, context, allow_connect=True, connect_protocols=PROTOCOLS)
    async with plain, secure:
        print("listening", plain.port, secure.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
