"""Mutants of CONNECT (RFC 9113 8.5)."""

from .gate import Gate
from .model import Row, mutants
from .rewriting import lost
from .wire import DATA, END_HEADERS, END_STREAM, HEADERS, OK, Frame


def on_tunnel(gate: Gate, frame: Frame) -> bool:
    stream = gate.connection.streams.live.get(frame.stream)
    return stream is not None and stream.is_tunnel


def has_tunnel(gate: Gate, frame: Frame) -> bool:
    return any(
        stream.is_tunnel and stream.id != frame.stream for stream in gate.connection.streams.live.values()
    )


def endless(gate: Gate, frame: Frame) -> None:
    """What goes out on a tunnel never ends it."""
    tunnels: set[int] = gate.notes.setdefault("tunnels", set())
    if on_tunnel(gate, frame):
        tunnels.add(frame.stream)
    if frame.type == DATA and frame.stream in tunnels:
        frame.flags &= ~END_STREAM


def headed_data(gate: Gate, frame: Frame) -> list[Frame] | None:
    tunnels: set[int] = gate.notes.setdefault("tunnels", set())
    if on_tunnel(gate, frame):
        tunnels.add(frame.stream)
    if frame.type == DATA and frame.stream in tunnels:
        return [Frame(HEADERS, END_HEADERS, frame.stream, OK), frame]
    return None


ROWS: tuple[Row, ...] = (
    ("drops-headers-on-tunnels", "RFC 9113 8.5", "HEADERS on a tunnel are dropped",
     ("situation:trailers-on-tunnel",), (),
     {"incoming": lost(lambda gate, frame: frame.type == HEADERS and on_tunnel(gate, frame))}),
    ("carries-nothing", "RFC 9113 8.5", "DATA on a tunnel is lost",
     ("8.5-connect/tunnel", "8.5-connect/tunnel-with-stream-management"),
     ("8.5-connect/tunnel-beside-requests", "8.5-connect/tunnel-ends",
      "8.5-connect/tunnel-sends-data-alone", "rfc9218-scheduling/tunnel-gets-a-share"),
     {"incoming": lost(lambda gate, frame: frame.type == DATA and on_tunnel(gate, frame))}),
    ("serves-one-tunnel-alone", "RFC 9113 8.5", "requests beside a tunnel are not read",
     ("8.5-connect/tunnel-beside-requests",),
     ("8.5-connect/headers-on-a-tunnel", "8.5-connect/request-on-a-tunnel", "8.5-connect/tunnel",
      "8.5-connect/tunnel-with-stream-management", "rfc8441-extended-connect/*-path",
      "rfc8441-extended-connect/protocol-anywhere-among-the-pseudo-fields",
      "rfc8441-extended-connect/repeated-protocol", "rfc8441-extended-connect/websocket",
      "rfc8441-extended-connect/with-connection", "rfc8441-extended-connect/with-upgrade",
      "rfc8441-extended-connect/without-scheme", "rfc9218-scheduling/tunnel-gets-a-share"),
     {"incoming": lost(lambda gate, frame: frame.type == HEADERS and has_tunnel(gate, frame))}),
    ("never-ends-tunnels", "RFC 9113 8.5", "a tunnel that the client ended is not ended by the server",
     ("8.5-connect/tunnel-ends",),
     ("8.5-connect/tunnel-beside-requests", "8.5-connect/tunnel-sends-data-alone"), {"outgoing": endless}),
    ("sends-headers-on-tunnels", "RFC 9113 8.5", "HEADERS go out on a tunnel",
     ("8.5-connect/tunnel-sends-data-alone",), (), {"outgoing": headed_data}),
)  # fmt: skip

MUTANTS = mutants(ROWS)
