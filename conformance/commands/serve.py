"""`h2conf serve CASE`: a scripted peer that a client, a browser or a debugger can be attached to."""

import argparse
import shlex
import socket
import time
from typing import Any, Final

from ..cases.case import Case, Close, Connect, Expect, Fence, Handshake, Send, Shutdown, Step
from ..cases.framebuild import Outgoing, build
from ..cases.framespec import FrameSpec
from ..cases.loader import load_catalogue
from ..cases.steptext import describe, example_variables, hex_lines
from ..cases.values import resolve_number
from ..errors import TargetError, UsageError
from ..exitcodes import Exit
from ..judge.dialogue import MAX_FRAMES
from ..peer.transport import Ended, SocketTransport
from ..wire.codes import ACK, PREFACE, Type
from ..wire.describe import summary
from ..wire.frames import FrameSplitter, RawFrame
from .run import seconds
from .show import add_case, find

MAX_PORT: Final = 65_535
QUIET: Final = 0.5
"""Seconds without a frame of the client before the script goes on."""


def register(subparsers: Any) -> None:
    """Add the parser of this command."""
    parser = subparsers.add_parser(
        "serve",
        help="play a case to whoever connects",
        description="Wait for one client on loopback, send it what the case sends, print what it does.",
    )
    add_case(parser)
    parser.add_argument("--port", type=_port, default=0, help="default: any free one")
    parser.add_argument(
        "--linger", type=seconds, default=5.0, metavar="SECONDS", help="stay after the script"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Serve one client."""
    case = find(arguments.case, load_catalogue())
    if not isinstance(case, Case):
        words = shlex.join(arguments.case)
        raise UsageError(f"{case.id} has no dialogue to play: see h2conf show --wire {words}")
    try:
        listener = socket.create_server(("127.0.0.1", arguments.port))
    except OSError as error:
        raise TargetError(f"cannot listen on port {arguments.port}: {error.strerror}") from error
    with listener:
        print(
            f"{case.id} on http://127.0.0.1:{listener.getsockname()[1]}/ (HTTP/2 with prior knowledge)",
            flush=True,
        )
        connection, address = listener.accept()
    print(f"connection from {address[0]}:{address[1]}")
    transport = SocketTransport(connection)
    try:
        _Script(transport, case).play(arguments.linger)
    except Ended as error:
        print(f"the client ended the connection ({error.how})")
    finally:
        transport.close()
    return Exit.OK


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number <= MAX_PORT:
        raise argparse.ArgumentTypeError(f"expected a port, 0 to {MAX_PORT}, found {text!r}")
    return number


class _Script:
    """One client and the case that is played to it."""

    def __init__(self, transport: SocketTransport, case: Case) -> None:
        self._transport = transport
        self._case = case
        self._splitter = FrameSplitter()
        self._preface = b""
        self._variables = example_variables()

    def play(self, linger: float) -> None:
        """Send each step's octets, after the client fell silent, and print both sides."""
        for step in self._case.steps:
            self._listen(QUIET)
            print(f"# {describe(step)}", flush=True)
            self._step(step)
        self._listen(linger)
        print("# end of the script", flush=True)

    def _step(self, step: Step) -> None:
        match step:
            case Handshake():
                # The server's preface is its SETTINGS frame (RFC 9113 3.4).
                self._send(build(FrameSpec("SETTINGS", {"settings": step.settings or ()}), self._variables))
                if step.ack:
                    self._send(build(FrameSpec("SETTINGS", {"ack": True}), self._variables))
            case Send():
                repeat = min(resolve_number(step.repeat, self._variables), MAX_FRAMES)
                for repetition in range(repeat):
                    for spec in step.frames:
                        self._send(build(spec, self._variables, repetition))
            case Fence():
                self._send(build(FrameSpec("PING", {}), self._variables))
            case Close():
                raise Ended("by the script")
            case Shutdown():
                self._transport.shutdown()
            case Expect() | Connect():
                pass  # what the client does is printed as it comes

    def _send(self, pieces: list[Outgoing]) -> None:
        for piece in pieces:
            print(f"--> {piece.label if piece.frame is None else summary(piece.frame)}")
            for line in hex_lines(piece.octets, full=False):
                print(line)
            self._transport.send(piece.octets, QUIET)

    def _listen(self, seconds: float) -> None:
        """Print what the client sends until it is silent for a while."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            data = self._transport.receive(left)
            if data is None:
                return
            until = time.monotonic() + min(seconds, QUIET)
            for frame in self._splitter.feed(self._after_preface(data)):
                self._received(frame)

    def _after_preface(self, data: bytes) -> bytes:
        missing = len(PREFACE) - len(self._preface)
        if missing <= 0:
            return data
        self._preface += data[:missing]
        if len(self._preface) == len(PREFACE):
            print(
                "<-- connection preface" if self._preface == PREFACE else f"<-- no preface: {self._preface!r}"
            )
        return data[missing:]

    def _received(self, frame: RawFrame) -> None:
        print(f"<-- {summary(frame)}", flush=True)
        if frame.type == Type.PING and not frame.flags & ACK:
            spec = FrameSpec("PING", {"ack": True, "payload": frame.payload})
            self._send(build(spec, self._variables))
