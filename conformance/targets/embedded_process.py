"""The default target: the embedded server in a process of its own, over loopback sockets."""

import os
import subprocess
import sys
import threading
from typing import Final

from ..errors import TargetError
from .tcp import TcpTarget
from .tls import TlsTarget
from .tlsoptions import TlsOptions

SERVER: Final = f"{__package__}.embedded"
"""The module that serves.  The process of the judge never imports it."""


class EmbeddedTarget(TcpTarget):
    """The server in a process of its own, in cleartext and, for cases about TLS, over TLS."""

    kind = "embedded"

    def __init__(self) -> None:
        """Nothing is started yet."""
        super().__init__("embedded", "127.0.0.1", 0)
        self._process: subprocess.Popen[str] | None = None
        self._over_tls: TlsTarget | None = None
        self._spawning = threading.Lock()
        self._is_over = False

    def start(self) -> None:
        """Start the process and learn its ports."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        with self._spawning:  # `stop` may come from another thread in the meantime
            if self._is_over:
                raise TargetError("the run is over")
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", SERVER],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
                start_new_session=True,
            )
        assert process.stdout is not None
        words = process.stdout.readline().split()
        if len(words) != 3:
            self._kill()
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
        self._kill()
        self.start()

    def stop(self) -> None:
        """End the process, and start none any more."""
        with self._spawning:
            self._is_over = True
        self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()  # nothing to save, and a graceful end would wait for open connections
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
