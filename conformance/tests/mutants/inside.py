"""Mutants of what lies behind the frames: reading, windows, credit, limits, settings, promises."""

import re
from collections.abc import Callable
from typing import Any

from nghttp2.codes import ErrorCode
from nghttp2.errors import ConnectionFault, StreamFault

from .gate import Gate
from .model import Fault, Mutant, Rewrite
from .wire import (
    ACK,
    DATA,
    END_HEADERS,
    END_STREAM,
    FLOW_CONTROL_ERROR,
    GOAWAY,
    HEADERS,
    NO_ERROR,
    OK,
    PADDED,
    PROTOCOL_ERROR,
    RST_STREAM,
    SETTINGS,
    STREAM_CLOSED,
    WINDOW_UPDATE,
    Frame,
)

ANY = ("*",)
Rewriting = Callable[[Gate, Frame], "list[Frame] | None"]


def of(kind: int, *, on_stream: bool | None = None) -> Callable[[Gate, Frame], bool]:
    return lambda gate, frame: frame.type == kind and (on_stream is None or bool(frame.stream) == on_stream)


def lost(which: Callable[[Gate, Frame], bool]) -> Rewrite:
    return lambda gate, frame: [] if which(gate, frame) else None


def is_settings(frame: Frame) -> bool:
    return frame.type == SETTINGS and not frame.has(ACK) and len(frame.payload) % 6 == 0 and not frame.stream


# -- reading ------------------------------------------------------------------------------------------------


def whole_reads(gate: Gate) -> None:
    """What is left of a read behind its last whole frame is lost."""

    def make(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            plain(data)
            gate.buffer.clear()

        return receive

    gate.replace("receive", make, of=gate)


def one_frame_a_read(gate: Gate) -> None:
    """Only the first frame of each read is looked at."""

    def make(plain: Callable[[Frame], None]) -> Callable[[Frame], None]:
        def take(frame: Frame) -> None:
            gate.notes["taken"] = gate.notes.get("taken", 0) + 1
            if gate.notes["taken"] == 1:
                plain(frame)

        return take

    gate.replace("_take", make, of=gate)

    def remake(plain: Callable[[bytes], None]) -> Callable[[bytes], None]:
        def receive(data: bytes) -> None:
            gate.notes["taken"] = 0
            plain(data)

        return receive

    gate.replace("receive", remake, of=gate)


def taking_others_along(gate: Gate, fault: Fault) -> Fault:
    if isinstance(fault, ConnectionFault):
        for other in gate.others:
            if other is not gate and not other.server.closed:
                other.fail(PROTOCOL_ERROR)
    return fault


def ending_everything(gate: Gate, fault: Fault) -> Fault:
    """A fault on a stream resets the other streams as well."""
    if isinstance(fault, StreamFault):
        for stream in list(gate.connection.streams.live.values()):
            if stream.id != fault.stream_id:
                gate.connection.reset(stream, ErrorCode.INTERNAL_ERROR)
    return fault


# -- windows ------------------------------------------------------------------------------------------------


def wide_connection(gate: Gate) -> None:
    gate.connection.send_window = 1 << 28


def without_setting(number: int) -> Rewrite:
    """Acknowledge a setting and forget it."""

    def rewrite(gate: Gate, frame: Frame) -> None:
        if is_settings(frame):
            frame.settings = [pair for pair in frame.settings if pair[0] != number]

    return rewrite


def larger_window(gate: Gate) -> None:
    gate.connection.send_window += 1
    gate.connection.remote.initial_window_size += 1


def first_only(gate: Gate) -> None:
    gate.replace("_change_send_windows", lambda plain: lambda delta: None)


def both_windows(gate: Gate, frame: Frame) -> None:
    """INITIAL_WINDOW_SIZE moves the connection's window, too."""
    if is_settings(frame):
        for number, value in frame.settings:
            if number == 4 and value <= 1 << 24:
                gate.connection.send_window += value - gate.connection.remote.initial_window_size


def to_the_first(gate: Gate, frame: Frame) -> None:
    """Credit for a stream goes to the first one that is open."""
    live = gate.connection.streams.live
    if frame.type == WINDOW_UPDATE and frame.stream in live:
        frame.stream = min(live)


def one_less(gate: Gate, frame: Frame) -> None:
    """A window is never used to its last octet."""
    if is_settings(frame):
        frame.settings = [(n, v - 1 if n == 4 and 0 < v < 1 << 31 else v) for n, v in frame.settings]


def window_plus_one(gate: Gate, frame: Frame) -> None:
    """A window is used for one octet more."""
    if is_settings(frame):
        frame.settings = [(n, v + 1 if n == 4 and v < (1 << 31) - 1 else v) for n, v in frame.settings]


def is_blocked(gate: Gate) -> bool:
    live = gate.connection.streams.live.values()
    return any(s.body is not None and (s.send_window <= 0 or gate.connection.send_window <= 0) for s in live)


def deaf_while_blocked(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Nothing but credit is read while a response waits for some."""
    gate.pull()
    if is_blocked(gate) and frame.type not in (WINDOW_UPDATE, SETTINGS) and not (frame.type == 6):
        return []
    return None


def waiting_headers(gate: Gate, frame: Frame) -> list[Frame] | None:
    """HEADERS of a response wait until its first DATA may go."""
    kept: dict[int, Frame] = gate.notes.setdefault("kept", {})
    if frame.type == HEADERS and not frame.has(END_STREAM) and frame.has(END_HEADERS):
        kept[frame.stream] = frame
        return []
    if frame.type == DATA and frame.stream in kept:
        return [kept.pop(frame.stream), frame]
    return None


def one_after_another(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A response goes out only when all those before it are whole."""
    kept: list[Frame] = gate.notes.setdefault("kept", [])
    busy: int = gate.notes.get("busy", 0)
    if frame.type not in (HEADERS, DATA) or frame.stream % 2 == 0:
        return None
    kept.append(frame)
    ready: list[Frame] = []
    while True:
        mine = [item for item in kept if not busy or item.stream == busy]
        if not mine:
            break
        busy = mine[0].stream
        kept.remove(mine[0])
        ready.append(mine[0])
        if mine[0].has(END_STREAM):
            busy = 0
    gate.notes["busy"] = busy
    return ready


def shared_window(gate: Gate, frame: Frame) -> None:
    """All connections share what the first one was given."""
    first = gate.others[0]
    if first is not gate and frame.type == HEADERS:
        gate.connection.send_window = 0


# -- credit -------------------------------------------------------------------------------------------------


def no_credit_for_discarded(gate: Gate) -> None:
    """Content on streams that are not open is not given back."""

    def make(plain: Callable[[int], None]) -> Callable[[int], None]:
        def release(size: int) -> None:
            frame = gate.current
            if frame is not None and frame.type == DATA and gate.state(frame.stream) not in (3, 4):
                return
            plain(size)

        return release

    gate.replace("_release_connection", make)


def no_credit_for_padding(gate: Gate) -> None:
    def make(plain: Callable[[Any, int], None]) -> Callable[[Any, int], None]:
        def consume(stream: Any, size: int) -> None:
            frame = gate.current
            if frame is not None and frame.has(PADDED) and size == 1 + frame.payload[0]:
                stream.held -= size
                gate.connection.held -= size
                return
            plain(stream, size)

        return consume

    gate.replace("consume", make)


def strict_window(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A window that is used up exactly is held for an over-run."""
    if frame.type != DATA or frame.stream % 2 == 0:
        return None
    got: dict[int, int] = gate.notes.setdefault("got", {})
    got[frame.stream] = got.get(frame.stream, 0) + len(frame.payload)
    if got[frame.stream] == 65_535:
        gate.fail(FLOW_CONTROL_ERROR)
        return []
    return None


def overrun(gate: Gate, frame: Frame, code: int) -> list[Frame] | None:
    """What comes beyond a window is answered with another code; credit not yet sent does not count."""
    if frame.type != DATA or gate.is_idle(frame.stream):
        return None
    got: dict[int, int] = gate.notes.setdefault("got", {})
    for key, limit in ((frame.stream, 65_535), (0, gate.connection.limits.connection_window)):
        got[key] = got.get(key, 0) + len(frame.payload)
        if got[key] > limit + gate.notes.get("given", {}).get(key, 0):
            if key:
                gate.reset(key, code)
            else:
                gate.fail(code)
            return []
    return None


def count_credit(gate: Gate, frame: Frame) -> None:
    if frame.type == WINDOW_UPDATE:
        given: dict[int, int] = gate.notes.setdefault("given", {})
        begun = frame.stream or gate.notes.setdefault("begun", False)
        gate.notes["begun"] = True
        if begun:  # the first on the connection is what makes its window larger than 65,535
            given[frame.stream] = given.get(frame.stream, 0) + frame.number


# -- limits -------------------------------------------------------------------------------------------------


def never_freed(kind: str) -> Callable[[Gate], None]:
    """Streams that ended in one way go on to count for the limit."""

    def prepare(gate: Gate) -> None:
        streams = gate.connection.streams
        plain = gate.connection._close

        def close(stream: Any, error_code: int) -> None:
            counted = stream.is_counted and stream.id % 2 == 1
            cancelled = gate.current is not None and gate.current.type == RST_STREAM
            plain(stream, error_code)
            if counted and cancelled == (kind == "reset"):
                streams.remote_count += 1

        gate.replace("_close", lambda _: close)

    return prepare


def refusing_with(code: ErrorCode) -> Callable[[Gate, Fault], Fault]:
    def fault(gate: Gate, fault: Fault) -> Fault:
        if isinstance(fault, StreamFault) and fault.error_code == ErrorCode.REFUSED_STREAM:
            return StreamFault(fault.stream_id, code, fault.reason)
        return fault

    return fault


def answering_and_refusing(gate: Gate, fault: Fault) -> Fault:
    if isinstance(fault, StreamFault) and fault.error_code == ErrorCode.REFUSED_STREAM:
        gate.connection._write(bytes(Frame(HEADERS, END_HEADERS, fault.stream_id, OK)))
    return fault


def limit_of_all(gate: Gate, frame: Frame) -> list[Frame] | None:
    """The limit counts the streams of all connections."""
    if frame.type == HEADERS and gate.is_idle(frame.stream):
        count = sum(other.connection.streams.remote_count for other in gate.others)
        if count >= 100 and gate.connection.streams.remote_count < 100:
            gate.reset(frame.stream, 7)
            return []
    return None


def ten_requests(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == HEADERS and gate.is_idle(frame.stream):
        gate.notes["count"] = gate.notes.get("count", 0) + 1
        if gate.notes["count"] > 18:
            gate.fail(NO_ERROR)
            return []
    return None


def no_431(gate: Gate) -> None:
    gate.replace("_answer", lambda plain: lambda *arguments: None)


def cancel_431(gate: Gate) -> None:
    def make(plain: Callable[..., None]) -> Callable[..., None]:
        def answer(stream_id: int, status: int, end_stream: bool, error_code: int = 0) -> None:
            if status != 431:
                plain(stream_id, status, end_stream, error_code)
            else:
                gate.connection._write(bytes(Frame(RST_STREAM, 0, stream_id, b"\0\0\0\x08")))

        return answer

    gate.replace("_answer", make)
    gate.replace("_trailers", lambda plain: lambda stream, end, fields: large_trailers(gate, plain, stream, end, fields))


def large_trailers(gate: Gate, plain: Callable[..., Any], stream: Any, end: bool, fields: Any) -> Any:
    if sum(len(name) + len(value) + 32 for name, value in fields) > 65_536:
        gate.connection.reset(stream, ErrorCode.CANCEL)
        return None
    return plain(stream, end, fields)


# -- settings -----------------------------------------------------------------------------------------------


def after_our_ack(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Values of the client hold only when it has acknowledged the server's."""
    if is_settings(frame) and gate.connection._unacknowledged:
        gate.notes.setdefault("late", []).extend(frame.settings)
        frame.settings = []
    elif frame.type == SETTINGS and frame.has(ACK) and gate.notes.get("late"):
        late = Frame(SETTINGS)
        late.settings = gate.notes.pop("late")
        return [frame, late]
    return None


def fails_without_ack(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A request before the acknowledgement of the server's SETTINGS ends the connection."""
    if frame.type == HEADERS and gate.connection._unacknowledged:
        gate.fail(4)
        return []
    return None


def applied_late(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Values hold for what comes behind the next frame."""
    if is_settings(frame) and frame.settings:
        values, frame.settings = frame.settings, []
        gate.notes.setdefault("late", []).extend(values)
        return None
    if gate.notes.get("late") and frame.type == HEADERS:
        late = Frame(SETTINGS)
        late.settings = gate.notes.pop("late")
        gate.notes["surplus"] = 1
        gate.server.receive(bytes(frame))
        gate.pull()
        return [late]
    return None


def fewer_acks(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Lose the acknowledgements that the client must not see."""
    if frame.type == SETTINGS and frame.has(ACK) and gate.notes.get("surplus"):
        gate.notes["surplus"] -= 1
        return []
    return None


def value_by_value(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Every value is applied, and used, by itself."""
    if not is_settings(frame) or len(frame.settings) < 2 or gate.block:
        return None
    for pair in frame.settings[:-1]:
        single = Frame(SETTINGS)
        single.settings = [pair]
        gate.notes["surplus"] = gate.notes.get("surplus", 0) + 1
        gate.server.receive(bytes(single))
        gate.pull()
    frame.settings = frame.settings[-1:]
    return None


def reversed_values(gate: Gate, frame: Frame) -> None:
    if is_settings(frame):
        frame.settings = frame.settings[::-1]


def first_value(gate: Gate, frame: Frame) -> None:
    if is_settings(frame):
        frame.settings = frame.settings[:1]


def defaults_again(gate: Gate, frame: Frame) -> None:
    """What a later SETTINGS does not name gets its initial value back."""
    if is_settings(frame):
        if gate.notes.get("begun") and all(number != 4 for number, _ in frame.settings):
            frame.settings = [(4, 65_535), *frame.settings]
        gate.notes["begun"] = True


def few_values(gate: Gate, frame: Frame) -> list[Frame] | None:
    if is_settings(frame) and len(frame.settings) > 5:
        gate.fail(PROTOCOL_ERROR)
        return []
    return None


# -- messages -----------------------------------------------------------------------------------------------


def on_tunnel(gate: Gate, frame: Frame) -> bool:
    stream = gate.connection.streams.live.get(frame.stream)
    return stream is not None and stream.is_tunnel


def has_tunnel(gate: Gate, frame: Frame) -> bool:
    return any(stream.is_tunnel and stream.id != frame.stream for stream in gate.connection.streams.live.values())


def headed_data(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == DATA and on_tunnel(gate, frame):
        return [Frame(HEADERS, END_HEADERS, frame.stream, OK), frame]
    return None


def swapped(gate: Gate, frame: Frame) -> None:
    """Content of a stream is taken for that of the lowest one."""
    live = [stream.id for stream in gate.connection.streams.live.values() if stream.can_receive and stream.id % 2]
    if frame.type == DATA and frame.stream in live:
        frame.stream = frame.stream if frame.has(END_STREAM) else min(live)


def unchunked(gate: Gate, frame: Frame) -> None:
    """Content that looks chunked is decoded."""
    if frame.type == DATA and not frame.has(PADDED):
        frame.payload = re.sub(rb"[0-9a-f]+\r\n(.*?)\r\n", rb"\1", frame.payload, flags=re.DOTALL)


def cut_content(gate: Gate, frame: Frame) -> None:
    """The last octet of a DATA frame is lost."""
    if frame.type == DATA and frame.payload and not frame.has(PADDED):
        frame.payload = frame.payload[:-1]


def served_again(gate: Gate, frame: Frame) -> list[Frame] | None:
    """A request on a stream that was used already is answered once more."""
    if frame.type == HEADERS and frame.stream % 2 and gate.state(frame.stream) in (6, 7):
        if not gate.connection.streams.was_skipped(frame.stream):
            gate.say(Frame(HEADERS, END_HEADERS | END_STREAM, frame.stream, OK))
            return []
    return None


def refused_again(gate: Gate, frame: Frame) -> list[Frame] | None:
    streams = gate.connection.streams
    if frame.stream % 2 == 0 or frame.type not in (HEADERS, DATA) or frame.stream in streams.live:
        return None
    if gate.state(frame.stream) == 7 or (not gate.is_idle(frame.stream) and streams.was_skipped(frame.stream)):
        gate.say(Frame(RST_STREAM, 0, frame.stream, b"\0\0\0\x07"))
        return []
    return None


def deaf_after_goaway(gate: Gate, frame: Frame) -> list[Frame] | None:
    if frame.type == GOAWAY and not frame.stream:
        gate.notes["going"] = True
    return [] if gate.notes.get("going") and frame.type in (HEADERS, DATA) else None


def ends_pushed(gate: Gate, frame: Frame) -> None:
    if frame.type in (DATA, HEADERS) and frame.stream and frame.stream % 2 == 0:
        frame.flags &= ~END_STREAM


def no_continue(gate: Gate) -> None:
    """100-continue is never sent."""
    gate.replace("send_informational", lambda plain: lambda stream, status, headers=None: None)


def with_content(gate: Gate, frame: Frame) -> list[Frame] | None:
    """Responses that must have no content get some."""
    if frame.type == HEADERS and frame.has(END_STREAM) and frame.payload[:1] in OK_OR_NO_CONTENT:
        frame.flags &= ~END_STREAM
        return [frame, Frame(DATA, END_STREAM, frame.stream, b"content")]
    return None


OK_OR_NO_CONTENT = (b"\x88", b"\x89", b"\x8b", b"\x8c", b"\x8d")
""":status 200, 204, 304, 400, 404."""


class Encoder:
    """Stands between the server and its field encoder."""

    def __init__(self, plain: Any, alter: Callable[["Encoder", bytes], bytes]) -> None:
        self.plain = plain
        self.alter = alter
        self.sizes: list[int] = []
        self.count = 0
        self.version = 0

    def deflate(self, fields: Any) -> bytes:
        self.version += 1
        self.count += 1
        return self.alter(self, self.plain.deflate(fields))

    def change_table_size(self, size: int) -> None:
        self.sizes.append(size)


def encoder(alter: Callable[[Encoder, bytes], bytes]) -> Callable[[Gate], None]:
    """Put an encoder in place that never changes its table's size."""
    return lambda gate: gate.replace("_deflater", lambda plain: Encoder(plain, alter))


class Following(Encoder):
    """Follows the client's table size."""

    def change_table_size(self, size: int) -> None:
        super().change_table_size(size)
        self.plain.change_table_size(size)


def following(alter: Callable[[Encoder, bytes], bytes]) -> Callable[[Gate], None]:
    return lambda gate: gate.replace("_deflater", lambda plain: Following(plain, alter))


def first_update_lost(encoder: Encoder, block: bytes) -> bytes:
    """Of two size updates only the last is sent."""
    if len(encoder.sizes) > 1 and block[:1] and block[0] & 0xE0 == 0x20 and block[1] & 0xE0 == 0x20:
        encoder.sizes.clear()
        return block[1:]
    if block[:1] == b"\x3f" and len(encoder.sizes) > 1:
        rest = block[1:].lstrip(b"\x80")
        end = next(i for i, octet in enumerate(block[1:], 1) if octet < 128) + 1
        encoder.sizes.clear()
        return block[end:] if rest else block
    return block


def large_update(encoder: Encoder, block: bytes) -> bytes:
    """The second block begins with a size update to 131,072."""
    return b"\x3f\xe1\xff\x07" + block if encoder.count == 2 else block


def no_update(encoder: Encoder, block: bytes) -> bytes:
    """Size updates are left out."""
    while block[:1] and block[0] & 0xE0 == 0x20:
        end = 1
        if block[0] == 0x3F:
            while block[end] >= 128:
                end += 1
            end += 1
        block = block[end:]
    return block


Row = tuple[str, str, str, tuple[str, ...], tuple[str, ...], dict[str, Any]]

ROWS: tuple[Row, ...] = (
    # name, rule, sentence, kills, touches, hooks
    ("loses-cut-frames", "RFC 9113 4.1", "a frame that comes in two reads is lost",
     ("3.4-preface/octet-by-octet", "4.1-frame-format/octet-by-octet", "4.1-frame-format/content-octet-by-octet",
      "4.1-frame-format/cut-in-the-header", "8.1-message-framing/trailers-octet-by-octet"), ANY,
     {"prepare": whole_reads}),
    ("takes-one-frame-a-read", "RFC 9113 4.1", "only the first frame of a read is looked at",
     ("4.1-frame-format/coalesced", "3.4-preface/request-behind-the-preface", "openings-clients/many-requests-at-once",
      "3.4-preface/three-requests-behind-the-preface", "5.1.2-concurrency/at-the-limit",
      "4.1-frame-format/length-without-the-header",
      "6.9-window-update/before-the-response"), ANY, {"prepare": one_frame_a_read}),
    ("takes-other-connections-along", "RFC 9113 5.4.1", "a connection error ends all connections",
     ("*-beside-another-connection", "5.4-errors/another-connection-*"), (), {"fault": taking_others_along}),
    ("resets-all-streams", "RFC 9113 5.4.2", "a stream error ends all streams",
     ("5.4-errors/other-streams-live-after-a-stream-error", "8.1.1-content-length/another-stream-goes-on",
      "5.1-stream-states-half-closed/two-streams"), ANY, {"fault": ending_everything}),
    ("has-no-connection-window", "RFC 9113 6.9", "the connection's window is not heeded",
     ("5.2-flow-control/window-of-the-connection", "5.2-flow-control/largest-window",
      "6.9.1-flow-control-window/both-windows-hold",
      "6.9.2-initial-window-size/connection-window-is-not-*"), ANY,
     {"prepare": wide_connection}),
    ("forgets-initial-window-size", "RFC 9113 6.5.2", "INITIAL_WINDOW_SIZE of the client is not heeded",
     ("5.2-flow-control/window-of-one-octet", "6.9.2-initial-window-size/new-streams", "6.9-window-update/dribble",
      "6.9.2-initial-window-size/raised-from-zero", "6.5.3-settings-synchronization/applied-*",
      "6.5-settings/absent-setting-keeps-its-value", "6.5-settings/last-*", "6.9-window-update/stream-credit-*",
      "6.5.2-settings-values/unknown-settings-in-the-preface", "6.5.3-settings-synchronization/order-of-values",
      "5.2-flow-control/reads-while-blocked", "5.2-flow-control/stream-does-not-block-stream"),
     ANY, {"incoming": without_setting(4)}),
    ("forgets-credit-of-streams", "RFC 9113 6.9", "WINDOW_UPDATE on a stream is not heeded",
     ("6.9-window-update/dribble", "6.9-window-update/before-the-response", "5.2-flow-control/large-response-*",
      "6.9-window-update/stream-credit-is-for-one-stream",
      "5.2-flow-control/stream-does-not-block-stream", "5.2-flow-control/credit-while-data-flows"), ANY,
     {"incoming": lost(lambda gate, frame: frame.type == WINDOW_UPDATE and len(frame.payload) == 4
                       and not gate.is_idle(frame.stream) and 0 < frame.stream)}),
    ("forgets-credit-of-the-connection", "RFC 9113 6.9", "WINDOW_UPDATE on the connection is not heeded",
     ("5.2-flow-control/large-response-with-credit", "5.2-flow-control/credit-while-data-flows"), ANY,
     {"incoming": lost(of(WINDOW_UPDATE, on_stream=False))}),
    ("changes-new-streams-only", "RFC 9113 6.9.2", "a change of INITIAL_WINDOW_SIZE leaves open streams alone",
     ("6.9.2-initial-window-size/raised-from-zero", "6.9.2-initial-window-size/two-streams-at-once",
      "6.9.2-initial-window-size/negative-window*", "6.9.2-initial-window-size/lowered-before-use"), ANY,
     {"prepare": first_only}),
    ("changes-the-connection-window-too", "RFC 9113 6.9.2", "INITIAL_WINDOW_SIZE changes the connection's window",
     ("6.9.2-initial-window-size/connection-window-is-not-*",), ANY, {"incoming": both_windows}),
    ("credits-the-first-stream", "RFC 9113 6.9", "credit of a stream goes to the first one",
     ("6.9-window-update/stream-credit-is-for-one-stream", "5.2-flow-control/stream-does-not-block-stream"), ANY,
     {"incoming": to_the_first}),
    ("leaves-one-octet", "RFC 9113 6.9.1", "the last octet of a window is not used",
     ("5.2-flow-control/window-of-one-octet", "6.9.1-flow-control-window/response-that-fits-exactly",
      "6.9.1-flow-control-window/content-that-fits-exactly"), ANY, {"incoming": one_less}),
    ("takes-one-octet-more", "RFC 9113 6.9.1", "a stream's window is used for one octet more",
     ("5.2-flow-control/window-of-one-octet", "6.9.1-flow-control-window/both-windows-hold",
      "6.9.2-initial-window-size/*-at-once"), ANY,
     {"incoming": window_plus_one}),
    ("begins-with-a-larger-window", "RFC 9113 6.9.2", "windows begin with 65,536 octets",
     ("5.2-flow-control/first-65535-octets*", "5.2-flow-control/window-of-the-connection",
      "6.9.2-initial-window-size/connection-window-is-not-lowered"), ANY, {"prepare": larger_window}),
    ("is-deaf-while-blocked", "RFC 9113 5.2.2", "requests and content are not read while a response waits for credit",
     ("5.2-flow-control/reads-while-blocked", "6.9-window-update/exempt-frames-while-the-window-is-empty"),
     ANY, {"incoming": deaf_while_blocked}),
    ("holds-headers-back", "RFC 9113 6.9", "HEADERS of a response wait for credit",
     ("5.2-flow-control/headers-pass-a-zero-window", "6.9.2-initial-window-size/raised-from-zero"), ANY,
     {"outgoing": waiting_headers}),
    ("answers-one-after-another", "RFC 9113 5.2", "a response waits for all those before it",
     ("5.2-flow-control/stream-does-not-block-stream", "6.9-window-update/stream-credit-is-for-one-stream",
      "rfc9218-settings/old-signals-do-not-order"), ANY, {"outgoing": one_after_another}),
    ("shares-a-window", "RFC 9113 5.2", "a second connection has no window",
     ("5.2-flow-control/another-connection-has-its-own-window",), ANY, {"incoming": shared_window}),
    ("gives-no-credit", "RFC 9113 6.9", "WINDOW_UPDATE never goes out on streams",
     ("6.9-window-update/credit-for-content", "5.2-flow-control/credit-while-data-flows"), ANY,
     {"outgoing": lost(of(WINDOW_UPDATE, on_stream=True))}),
    ("gives-no-connection-credit", "RFC 9113 6.9", "WINDOW_UPDATE never goes out on the connection",
     ("6.9-window-update/credit-for-content", "6.9-window-update/credit-over-many-streams",
      "5.1-stream-states-half-closed/credit-for-late-data", "5.1-stream-states-closed/credit-*",
      "6.9-window-update/credit-after-*", "6.1-data/padding-is-charged-and-given-back"), ANY,
     {"outgoing": lost(of(WINDOW_UPDATE, on_stream=False))}),
    ("gives-no-credit-for-late-data", "RFC 9113 5.1", "content on streams that are not open is not given back",
     ("5.1-stream-states-half-closed/credit-for-late-data", "5.1-stream-states-closed/credit-*"), ANY,
     {"prepare": no_credit_for_discarded}),
    ("answers-no-large-lists", "RFC 9113 10.5.1", "a field list above the limit is read and never answered",
     ("situation:field-list-over-limit",), ANY, {"prepare": no_431}),
    ("resets-large-lists-with-cancel", "RFC 9113 10.5.1", "a field list above the limit is reset with CANCEL",
     ("situation:field-list-too-large",), ANY, {"prepare": cancel_431}),
    ("gives-no-credit-for-padding", "RFC 9113 6.1", "padding is not given back",
     ("6.1-data/padding-is-charged-and-given-back",), ANY, {"prepare": no_credit_for_padding}),
    ("holds-full-windows-for-over-run", "RFC 9113 6.9.1", "a window used to its last octet is held for an over-run",
     ("6.9.1-flow-control-window/exactly-the-stream-window", "6.9.1-flow-control-window/trailers-without-credit"), ANY,
     {"incoming": strict_window}),
    ("answers-over-run-wrongly", "RFC 9113 6.9", "content beyond a window is answered STREAM_CLOSED",
     ("situation:data-beyond-stream-window", "situation:data-beyond-connection-window"), ANY,
     {"incoming": lambda gate, frame: overrun(gate, frame, STREAM_CLOSED), "outgoing": count_credit}),
    ("ignores-rst-stream", "RFC 9113 5.1", "RST_STREAM of the client is not heeded",
     ("5.1.2-concurrency/reset-streams-do-not-count", "5.1-stream-states-reserved/rst-stream"), ANY,
     {"incoming": lost(of(RST_STREAM, on_stream=True))}),
    ("has-a-lower-stream-limit", "RFC 9113 5.1.2", "one stream fewer than announced is served",
     ("5.1.2-concurrency/at-the-limit",), ANY, {"prepare": lambda gate: gate.limit(max_concurrent_streams=99)}),
    ("counts-finished-streams", "RFC 9113 5.1.2", "finished streams count for the limit",
     ("5.1.2-concurrency/finished-streams-do-not-count",), ANY, {"prepare": never_freed("finished")}),
    ("counts-reset-streams", "RFC 9113 5.1.2", "cancelled streams count for the limit",
     ("5.1.2-concurrency/reset-streams-do-not-count",), ANY, {"prepare": never_freed("reset")}),
    ("refuses-with-cancel", "RFC 9113 5.1.2", "a stream above the limit is reset with CANCEL",
     ("situation:stream-limit-exceeded",), ANY, {"fault": refusing_with(ErrorCode.CANCEL)}),
    ("answers-and-refuses", "RFC 9113 8.7", "a stream above the limit is answered before it is refused",
     ("8.7-request-reliability/refused-stream-has-no-response",), ANY, {"fault": answering_and_refusing}),
    ("limits-all-connections-together", "RFC 9113 5.1.2", "the limit counts the streams of all connections",
     ("5.1.2-concurrency/limit-on-one-connection",), ANY, {"incoming": limit_of_all}),
    ("serves-eighteen-requests", "RFC 9113 8.1", "the connection is closed behind eighteen requests",
     ("9.1-connection-management/thirty-requests-one-by-one", "openings-clients/many-requests-at-once",
      "4.1-frame-format/coalesced", "8.7-request-reliability/answered-is-not-refused"), ANY,
     {"incoming": ten_requests}),
    ("applies-settings-after-its-own", "RFC 9113 6.5.3", "values of the client wait for its acknowledgement of the server's",
     ("6.5.3-settings-synchronization/applied-without-waiting-for-our-ack",), ANY, {"incoming": after_our_ack}),
    ("fails-without-its-ack", "RFC 9113 6.5.3", "a request before the acknowledgement of the server's SETTINGS ends the connection",
     ("6.5.3-settings-synchronization/our-ack-withheld-briefly",), ANY, {"incoming": fails_without_ack}),
    ("applies-settings-late", "RFC 9113 6.5.3", "values hold only behind the next request",
     ("6.5.3-settings-synchronization/applied-before-the-next-frame",), ANY,
     {"incoming": applied_late, "outgoing": fewer_acks}),
    ("uses-values-one-by-one", "RFC 9113 6.5.3", "every value of a SETTINGS frame is used before the next is read",
     ("6.5.3-settings-synchronization/no-frame-between-values",), ANY,
     {"incoming": value_by_value, "outgoing": fewer_acks}),
    ("takes-the-first-value", "RFC 9113 6.5", "of values for one setting the first counts",
     ("6.5-settings/last-value-wins",), ANY, {"incoming": reversed_values}),
    ("takes-one-value-a-frame", "RFC 9113 6.5.3", "only the first value of a SETTINGS frame is applied",
     ("6.5.3-settings-synchronization/order-of-values", "6.5-settings/last-value-wins"), ANY,
     {"incoming": first_value}),
    ("falls-back-to-defaults", "RFC 9113 6.5", "a setting that a later frame does not name gets its initial value",
     ("6.5-settings/absent-setting-keeps-its-value",), ANY, {"incoming": defaults_again}),
    ("takes-five-values", "RFC 9113 6.5", "more than five values in a SETTINGS frame are an error",
     ("6.5-settings/all-settings", "6.5.2-settings-values/twenty-settings-in-a-frame"), ANY,
     {"incoming": few_values}),
    ("drops-headers-on-tunnels", "RFC 9113 8.5", "HEADERS on a tunnel are dropped",
     ("situation:trailers-on-tunnel",), ("8.5-connect/*",),
     {"incoming": lost(lambda gate, frame: frame.type == HEADERS and on_tunnel(gate, frame))}),
    ("carries-nothing", "RFC 9113 8.5", "DATA on a tunnel is lost",
     ("8.5-connect/tunnel", "8.5-connect/tunnel-with-stream-management"), ("8.5-connect/*", "rfc8441-*"),
     {"incoming": lost(lambda gate, frame: frame.type == DATA and on_tunnel(gate, frame))}),
    ("serves-one-tunnel-alone", "RFC 9113 8.5", "requests beside a tunnel are not read",
     ("8.5-connect/tunnel-beside-requests",), ("8.5-connect/*", "rfc8441-*"),
     {"incoming": lost(lambda gate, frame: frame.type == HEADERS and has_tunnel(gate, frame))}),
    ("sends-headers-on-tunnels", "RFC 9113 8.5", "HEADERS go out on a tunnel",
     ("8.5-connect/tunnel-sends-data-alone",), ("8.5-connect/*", "rfc8441-*"), {"outgoing": headed_data}),
    ("mixes-streams", "RFC 9113 6.1", "content goes to the lowest open stream",
     ("6.1-data/interleaved-streams", "8.1-message-framing/two-requests-interleaved"), ANY, {"incoming": swapped}),
    ("decodes-chunks", "RFC 9113 8.1", "content that looks chunked is decoded",
     ("8.1-message-framing/chunked-coding-is-plain-content",), ANY, {"incoming": unchunked}),
    ("loses-an-octet", "RFC 9113 6.1", "the last octet of each DATA is lost",
     ("4.2-frame-size/data-of-16384-content", "4.1-frame-format/data-unused-flags-content", "6.1-data/empty-frames",
      "8.1-message-framing/data-in-many-frames"), ANY, {"incoming": cut_content}),
    ("serves-used-streams-again", "RFC 9113 5.1.1", "a request on a used stream is answered once more",
     ("situation:headers-on-closed",), ANY, {"incoming": served_again}),
    ("refuses-used-streams", "RFC 9113 5.1", "frames on a stream that the client reset or passed over are answered REFUSED_STREAM",
     ("situation:headers-on-peer-reset", "5.1.1-stream-identifiers/skipped-stream-data"), ANY,
     {"incoming": refused_again}),
    ("is-deaf-after-goaway", "RFC 9113 6.8", "requests and content behind the client's GOAWAY are not read",
     ("situation:request-after-goaway", "6.8-goaway/open-request-is-answered", "situation:goaway-unknown-code"), ANY,
     {"incoming": deaf_after_goaway}),
    ("pushes-unasked", "RFC 9113 6.5.2", "ENABLE_PUSH 0 is not heeded",
     ("6.6-push-promise/none-*", "8.4-server-push/no-push-without-consent"), ANY, {"incoming": without_setting(2)}),
    ("pushes-after-goaway", "RFC 9113 6.8", "the client's GOAWAY is not heeded",
     ("6.8-goaway/no-push-after-goaway",), ANY, {"incoming": lost(of(GOAWAY, on_stream=False))}),
    ("pushes-above-the-limit", "RFC 9113 5.1.2", "MAX_CONCURRENT_STREAMS of the client is not heeded",
     ("5.1.2-concurrency/client-limit-zero", "8.4-server-push/no-pushed-response-over-the-limit"), ANY,
     {"incoming": without_setting(3)}),
    ("never-ends-pushed-responses", "RFC 9113 8.4", "pushed responses do not end",
     ("8.4-server-push/pushed-response-is-whole",), ANY, {"outgoing": ends_pushed}),
    ("never-says-continue", "RFC 9110 10.1.1", "100 is never sent",
     ("rfc9110-expect/continue-then-final", "rfc9110-expect/interim-then-final-on-two-streams"), ANY,
     {"prepare": no_continue}),
    ("gives-content-to-everything", "RFC 9110 9.3.2", "responses to HEAD, 204 and 304 have content",
     ("rfc9110-head-and-no-content/head", "rfc9110-head-and-no-content/no-content",
      "rfc9110-head-and-no-content/not-modified", "rfc9110-head-and-no-content/head-of-nothing",
      "rfc9110-head-and-no-content/malformed-head", "rfc8297-early-hints/head"), ANY, {"outgoing": with_content}),
    ("keeps-its-table-size", "RFC 9113 4.3.1", "HEADER_TABLE_SIZE of the client is not heeded",
     ("hpack-encoder/no-table-*", "hpack-encoder/lowered-to-*", "hpack-encoder/small-*"), ANY,
     {"prepare": encoder(lambda encoder, block: block)}),
    ("forgets-the-smallest-size", "RFC 7541 4.2", "of two table sizes only the last is signaled",
     ("hpack-encoder/lowered-and-raised-*",), ANY, {"prepare": following(first_update_lost)}),
    ("signals-no-size", "RFC 9113 4.3.1", "a change of the table's size is not signaled",
     ("hpack-encoder/lowered-*",), ANY, {"prepare": following(no_update)}),
    ("signals-too-large-a-size", "RFC 7541 6.3", "a size update exceeds what the client allows",
     ("hpack-encoder/raised", "hpack-encoder/block-size-update-is-within-our-limit",
      "4.3-field-blocks/responses-decode", "8.3.2-responses/twenty-responses"), ANY,
     {"prepare": following(large_update)}),
)  # fmt: skip

MUTANTS = [
    Mutant(name, rule, sentence, kills, touches, **hooks) for name, rule, sentence, kills, touches, hooks in ROWS
]
