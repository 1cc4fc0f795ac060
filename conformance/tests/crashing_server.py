"""A server process that dies of the first PRIORITY: `python -m conformance.tests.crashing_server PORT`."""

import os
import socket
import sys
import threading

from .bad_servers import Raises


def serve(connection: socket.socket) -> None:
    """Serve one connection; an exception takes the whole process with it."""
    server = Raises()
    try:
        with connection:
            while data := connection.recv(65_536):
                server.receive(data)
                connection.sendall(server.data_to_send())
    except ConnectionError:
        return
    except RuntimeError as error:
        print(f"dying: {error}", flush=True)
        os._exit(3)


def main() -> None:
    """Listen on the port of the command line."""
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
