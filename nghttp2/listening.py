"""Sockets that listen: TCP on IPv4 and IPv6, one port for both; Unix sockets."""

import os
import socket
from typing import Any, Final

BACKLOG: Final = 1024
"""Connections that may wait to be accepted."""


def bind(address: Any, reuse_port: bool) -> list[socket.socket]:
    """Return listening sockets for (host, port), one for each family of addresses, or for a path.

    Raises OSError, with nothing left bound.
    """
    if isinstance(address, str | bytes | os.PathLike):
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            bound.bind(os.fsdecode(address))
            bound.listen(BACKLOG)
        except OSError:
            bound.close()
            raise
        return [bound]
    host, port = address[0] or None, address[1]
    sockets: list[socket.socket] = []
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, target in dict.fromkeys(infos):
            try:
                bound = socket.socket(family, kind, protocol)
            except OSError:
                continue  # a family that this machine does not have
            sockets.append(bound)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if reuse_port:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if port == 0 and len(sockets) > 1:
                # One free port for all families.
                target = (target[0], sockets[0].getsockname()[1], *target[2:])
            bound.bind(target)
            bound.listen(BACKLOG)
    except OSError:
        for item in sockets:
            item.close()
        raise
    if not sockets:
        raise OSError(f"nothing to bind for {address!r}")
    return sockets
