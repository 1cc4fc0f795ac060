"""A small HTTP/2 server on the h2 package, for the tests of the pytest plugin: answers 200 to everything.

Usage: toy_server.py PORT LOG: writes a line to LOG when it starts.
"""

import socket
import sys
import threading
from pathlib import Path

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError


def serve(client: socket.socket) -> None:
    """Serve one connection until it ends."""
    connection = H2Connection(H2Configuration(client_side=False))
    connection.initiate_connection()
    with client:
        client.sendall(connection.data_to_send())
        while data := client.recv(65536):
            try:
                events = connection.receive_data(data)
            except ProtocolError:
                client.sendall(connection.data_to_send())
                return
            for event in events:
                if isinstance(event, RequestReceived) and event.stream_id is not None:
                    connection.send_headers(event.stream_id, [(":status", "200")])
                elif isinstance(event, DataReceived):
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamEnded):
                    connection.end_stream(event.stream_id)
                elif isinstance(event, ConnectionTerminated):
                    return
            client.sendall(connection.data_to_send())


def main() -> None:
    """Accept connections for ever."""
    with Path(sys.argv[2]).open("a", encoding="utf-8") as log:
        log.write("started\n")
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
        while True:
            client, _ = server.accept()
            threading.Thread(target=serve, args=(client,), daemon=True).start()


if __name__ == "__main__":
    main()
