"""The default target: nghttp2's own server, as a process over loopback sockets or in memory.

The handler and this module alone import an implementation, and only as a target.
"""

import asyncio
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Final

from nghttp2 import HTTP2Server, ServerSession

from ..errors import TargetError
from .embedded_handler import PROTOCOLS, Handler
from .tcp import TcpTarget
from .tls import TlsTarget
from .tlsoptions import TlsOptions

CERTIFICATE: Final = Path(__file__).with_name("localhost.pem")


class MemoryServer(ServerSession):
    """A session in memory; `receive(b"")` is the end of what the client sends, as for a socket."""

    def __init__(self) -> None:
        """Serve the endpoints of the target contract."""
        super().__init__(Handler, allow_connect=True, connect_protocols=PROTOCOLS)

    def receive(self, data: bytes) -> None:
        """Take octets from the client."""
        if data:
            super().receive(data)
        else:
            self.lost()


def factory() -> MemoryServer:
    """Return one connection: `-t py:conformance.targets.embedded:factory`."""
    return MemoryServer()


class EmbeddedTarget(TcpTarget):
    """The server in a process of its own, in cleartext and, for cases about TLS, over TLS."""

    kind = "embedded"

    def __init__(self) -> None:
        """Nothing is started yet."""
        super().__init__("embedded", "127.0.0.1", 0)
        self._process: subprocess.Popen[str] | None = None
        self._over_tls: TlsTarget | None = None

    def start(self) -> None:
        """Start the process and learn its ports."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        words = self._process.stdout.readline().split()
        if len(words) != 3:
            self.stop()
            raise TargetError("the embedded server did not start")
        self.port = int(words[1])
        self.authority = f"127.0.0.1:{self.port}"
        self._over_tls = TlsTarget("embedded", "127.0.0.1", int(words[2]), TlsOptions(insecure=True))

    def over_tls(self) -> TlsTarget | None:
        """Return the same server over TLS."""
        return self._over_tls

    def gone(self) -> str | None:
        """Return why the process is gone, or None."""
        if self._process is None:
            return "the process was not started"
        code = self._process.poll()
        return None if code is None else f"the process ended with {code}"

    def restart(self) -> None:
        """Start it again after a crash."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # nothing to save, and a graceful end would wait for open connections
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def embedded_target() -> EmbeddedTarget:
    """Return the default target."""
    return EmbeddedTarget()


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
