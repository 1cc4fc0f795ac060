"""A sound server whose process dies once, of the number of its connections and not of any one of them.

`python -m conformance.tests.wearing_server PORT CONNECTIONS MARK`: at the last of so many connections it
leaves the file MARK behind and ends with 139, which is how a shell tells of a segmentation fault; with MARK
there it lives on.  `... MARK worker`: a worker process serves and dies of the fault itself, and its parent,
which listens on, starts another one.
"""

import itertools
import os
import signal
import socket
import sys
import threading
from pathlib import Path

from ..targets.embedded import factory


def serve(connection: socket.socket) -> None:
    """Serve one connection."""
    server = factory()
    try:
        with connection:
            while not server.closed and (data := connection.recv(65_536)):
                server.receive(data)
                connection.sendall(server.data_to_send())
    except ConnectionError:
        return


def accept(listener: socket.socket, connections: int, mark: Path, is_worker: bool) -> None:
    """Serve until the connection that is too much."""
    for number in itertools.count(1):
        connection, _ = listener.accept()
        if number == connections and not mark.exists():
            mark.touch()
            print("worn out", flush=True)
            if is_worker:
                os.kill(os.getpid(), signal.SIGSEGV)
            os._exit(139)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def main() -> None:
    """Listen on the port of the command line."""
    port, connections, mark = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    is_worker = sys.argv[4:] == ["worker"]
    with socket.create_server(("127.0.0.1", port), backlog=256) as listener:
        while is_worker and (pid := os.fork()):
            os.waitpid(pid, 0)
        accept(listener, connections, mark, is_worker)


if __name__ == "__main__":
    main()
