"""Variants that give credit in other portions and at other times (RFC 9113 6.9)."""

from collections.abc import Callable
from dataclasses import replace

from conformance.targets.embedded import LIMITS, MemoryServer
from conformance.targets.embedded_handler import Handler
from nghttp2.flow import ReceiveWindow

from ..mutants.gate import Gate
from ..mutants.wire import ACK, MAX_31, SETTINGS, WINDOW_UPDATE, Frame
from .announced import limited
from .model import Hooks, Row, variants


def update(stream: int, increment: int) -> Frame:
    return Frame(WINDOW_UPDATE, 0, stream, increment.to_bytes(4, "big"))


def in_portions(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Three WINDOW_UPDATEs for one."""
    increment = frame.number & MAX_31
    if frame.type != WINDOW_UPDATE or increment < 3:
        return None
    portions = (1, increment // 2, increment - 1 - increment // 2)
    return [update(frame.stream, portion) for portion in portions]


def returning(of_window: Callable[[int], int]) -> Hooks:
    """Credit goes out when so much of a window of some size is used."""

    def adjust(window: ReceiveWindow, size: int) -> None:
        window._threshold = max(1, of_window(size))

    class Crediting(Handler):
        def on_headers(self) -> None:
            if self._stream.can_receive:
                self._stream.receive_window = ReceiveWindow(self.http2.connection._stream_window)
                adjust(self._stream.receive_window, self.http2.connection._stream_window)
            super().on_headers()

    return {
        "server": lambda: MemoryServer(LIMITS, Crediting),
        "prepare": lambda gate: adjust(gate.connection.receive_window, LIMITS.connection_window),
    }


def opens_windows(size: int) -> Hooks:
    """INITIAL_WINDOW_SIZE is 0; each request gets a window of its own."""

    class Opening(Handler):
        def on_headers(self) -> None:
            if self._stream.can_receive:
                # Until the client acknowledged SETTINGS its windows are those of RFC 9113 6.9.2.
                begin = self.http2.connection._stream_window
                self._stream.receive_window = ReceiveWindow(begin + size)
                self.http2.connection._write(bytes(update(self.stream_id, size)))
            super().on_headers()

    return {"server": lambda: MemoryServer(replace(LIMITS, stream_window=0), Opening)}


def late_connection_window(gate: Gate) -> None:
    """The connection's window is made larger once the client acknowledged SETTINGS."""
    gate.connection._out.pop()


def widen_later(gate: Gate, frame: Frame) -> None:
    if frame.type == SETTINGS and frame.has(ACK) and not gate.notes.get("widened"):
        gate.notes["widened"] = True
        gate.connection._write(bytes(update(0, LIMITS.connection_window - 65_535)))


ROWS: tuple[Row, ...] = (
    ("credits-in-portions", "RFC 9113 6.9", "each WINDOW_UPDATE goes out as three",
     {"outgoing": in_portions}),
    ("credits-each-octet-at-once", "RFC 9113 6.9", "what was consumed is credited at once",
     returning(lambda size: 1)),
    ("credits-when-nothing-is-left", "RFC 9113 6.9", "credit comes when a window is used up",
     returning(lambda size: size)),
    ("has-the-smallest-connection-window", "RFC 9113 6.9.2", "the connection's window is 65,535 octets",
     {"server": limited(connection_window=65_535)}),
    ("has-the-largest-windows", "RFC 9113 6.9.1", "all windows are 2^31-1 octets",
     {"server": limited(connection_window=MAX_31, stream_window=MAX_31)}),
    ("has-windows-of-one-octet", "RFC 9113 6.9.2", "INITIAL_WINDOW_SIZE is 1",
     {"server": limited(stream_window=1, small_data_burst=1 << 30),
      "witnesses": ("4.1-frame-format/data-unused-flags", "4.2-frame-size/data-of-16384")}),
    ("has-odd-windows", "RFC 9113 6.9.2", "INITIAL_WINDOW_SIZE is 1,237",
     {"server": limited(stream_window=1_237, connection_window=70_001),
      "witnesses": ("4.2-frame-size/data-of-16384", "6.9-window-update/credit-*")}),
    ("opens-each-window", "RFC 9113 6.9.2",
     "INITIAL_WINDOW_SIZE is 0 and each request gets credit of its own", opens_windows(65_535)),
    ("opens-small-windows", "RFC 9113 6.9.2",
     "INITIAL_WINDOW_SIZE is 0 and each request gets credit for ten octets",
     {**opens_windows(10), "witnesses": ("8.5-connect/tunnel", "real-openings/grpcio-h2c")}),
    ("widens-the-connection-later", "RFC 9113 6.9.2",
     "the connection's window becomes larger behind the acknowledgement of SETTINGS",
     {"prepare": late_connection_window, "incoming": widen_later}),
)  # fmt: skip

VARIANTS = variants(ROWS)
