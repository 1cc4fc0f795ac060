"""Passive rules for everything the target sends; the names and sections are in `monitornames`."""

from collections.abc import Callable, Iterable
from typing import Final

from ..wire.codes import (
    ACK,
    DEFAULT_MAX_FRAME_SIZE,
    DEFAULT_WINDOW,
    DEFINED_FLAGS,
    END_HEADERS,
    END_STREAM,
    MAX_31,
    Setting,
    Type,
    type_name,
)
from ..wire.describe import settings_of, unpad
from ..wire.frames import RawFrame
from .credit import Credit
from .fieldrules import Broken, check_fields, check_promise, list_size
from .messages import Messages
from .settingsrules import SettingsRules
from .streams import Field


class Monitors:
    """Watches one connection in both directions and collects what broke a rule."""

    def __init__(self) -> None:
        """Start before the preface."""
        self.violations: dict[str, str] = {}  # rule -> first violation
        self.dynamic_table = False  # the target's encoder has used its dynamic table
        self._first = True
        self._max_frame_size = DEFAULT_MAX_FRAME_SIZE
        self._initial_window = DEFAULT_WINDOW
        self._pending: list[dict[int, int]] = []  # our SETTINGS without ACK
        self._settings_sent = 0
        self._settings_rules = SettingsRules()
        self._acks = 0
        self._pings: dict[bytes, int] = {}  # payload -> open PINGs of ours
        self._credit = Credit()
        self._windows: dict[int, int] = {0: DEFAULT_WINDOW}
        self._opened: set[int] = set()
        self._whole: set[int] = set()  # requests that ended with their first frame
        self._messages = Messages()
        self._ended: set[int] = set()
        self._reset: set[int] = set()
        self._promised: set[int] = set()
        self._push_allowed = True
        self._list_limit: int | None = None
        self._goaway: int | None = None
        self._block: int | None = None  # stream of an unfinished field block

    def broke(self, rule: str, what: str) -> None:
        """Note a violation; the first of each rule is kept."""
        self.violations.setdefault(rule, what)

    def _note(self, broken: Iterable[Broken]) -> None:
        for rule, what in broken:
            self.broke(rule, what)

    # -- what we send -----------------------------------------------------------------------------------

    def sent(self, frame: RawFrame) -> None:
        """Take note of a frame of ours."""
        kind = frame.type
        if kind == Type.SETTINGS and not frame.flags & ACK and not frame.stream_id:
            self._settings_sent += 1
            self._pending.append(dict(settings_of(frame.payload)))
            # What we allow more of may be used before it is acknowledged.
            self._max_frame_size = max(self._max_frame_size, self._pending[-1].get(Setting.MAX_FRAME_SIZE, 0))
        elif kind == Type.PING and not frame.flags & ACK:
            self._pings[frame.payload] = self._pings.get(frame.payload, 0) + 1
        elif kind == Type.HEADERS:
            if frame.flags & END_STREAM and frame.stream_id not in self._opened:
                self._whole.add(frame.stream_id)
            self._opened.add(frame.stream_id)
        elif kind == Type.DATA:
            self._credit.spend(frame)
        elif kind == Type.WINDOW_UPDATE and len(frame.payload) == 4:
            increment = int.from_bytes(frame.payload, "big") & MAX_31
            self._windows[frame.stream_id] = self._window(frame.stream_id) + increment

    def request(self, stream_id: int, method: bytes) -> None:
        """Take note of a request's method: no content answers HEAD."""
        self._messages.methods[stream_id] = method

    def _window(self, stream_id: int) -> int:
        known = self._windows.get(stream_id)
        return self._largest_initial_window() if known is None else known

    def room(self, stream_id: int) -> int:
        """Return how many octets of content the target may send on a stream; 0 or less is none."""
        return min(self._windows[0], self._window(stream_id))

    def _largest_initial_window(self) -> int:
        """Before our SETTINGS are acknowledged, the old value and the new one are both in use."""
        if not self._pending:
            return self._initial_window
        values = [self._initial_window]
        values += [p[Setting.INITIAL_WINDOW_SIZE] for p in self._pending if Setting.INITIAL_WINDOW_SIZE in p]
        return max(values)

    # -- what the target sends --------------------------------------------------------------------------

    def received(self, frame: RawFrame) -> None:
        """Check a frame of the target."""
        kind, stream_id = frame.type, frame.stream_id
        if self._first:
            self._first = False
            if kind != Type.SETTINGS or frame.flags & ACK:
                self.broke("settings-first", f"the first frame is {type_name(kind)}")
        if frame.reserved:
            self.broke("reserved-bit-unset", f"reserved bit set in {type_name(kind)}")
        defined = DEFINED_FLAGS.get(kind)
        if defined is not None and frame.flags & ~sum(defined.values()):
            self.broke("unused-flags-unset", f"flags 0x{frame.flags:02x} on {type_name(kind)}")
        if len(frame.payload) > self._max_frame_size:
            self.broke("frame-size", f"{type_name(kind)} of {len(frame.payload)} octets")
        if self._block is not None and (kind != Type.CONTINUATION or stream_id != self._block):
            self.broke("continuation-contiguous", f"{type_name(kind)} inside a field block")
            self._block = None
        if stream_id and kind != Type.PRIORITY:
            self._check_stream(kind, stream_id)
        check = _CHECKS.get(kind)
        if check is not None:
            check(self, frame)

    def _check_stream(self, kind: int, stream_id: int) -> None:
        # RFC 9113 5.1: a skipped stream is closed, and RST_STREAM may report an error there.
        skipped = kind == Type.RST_STREAM and stream_id % 2 == 1 and stream_id < max(self._opened, default=0)
        known = stream_id in self._opened or stream_id in self._promised or skipped
        if not known and kind in DEFINED_FLAGS:
            self.broke("stream-ids", f"{type_name(kind)} on stream {stream_id}, which nobody opened")
        # RFC 9113 5.4.2: a further RST_STREAM may answer frames that come late; how many is a case's matter.
        if stream_id in self._reset and kind != Type.RST_STREAM:
            self.broke("nothing-after-rst", f"{type_name(kind)} on stream {stream_id} after its RST_STREAM")
        elif stream_id in self._ended and self._is_late(kind, stream_id):
            text = f"{type_name(kind)} on stream {stream_id} after END_STREAM"
            if kind != Type.CONTINUATION or self._block is None:
                self.broke("nothing-after-end-stream", text)

    def _is_late(self, kind: int, stream_id: int) -> bool:
        # Behind its own END_STREAM the target may still give credit for a request that goes on.
        if kind == Type.WINDOW_UPDATE:
            return stream_id in self._whole
        return kind != Type.RST_STREAM

    def _settings(self, frame: RawFrame) -> None:
        if frame.flags & ACK:
            self._acks += 1
            if self._acks > self._settings_sent:
                self.broke("one-ack-per-settings", f"{self._acks} ACKs for {self._settings_sent} SETTINGS")
            if self._pending:
                self._apply(self._pending.pop(0))
            return
        if len(frame.payload) % 6 or frame.stream_id:
            self.broke("settings-values", "SETTINGS with a wrong length or on a stream")
        if problem := self._credit.settings(settings_of(frame.payload)):
            self.broke("credit-in-range", problem)
        self._note(self._settings_rules.check(settings_of(frame.payload)))

    def _apply(self, settings: dict[int, int]) -> None:
        """Our SETTINGS were acknowledged."""
        if Setting.INITIAL_WINDOW_SIZE in settings:
            change = settings[Setting.INITIAL_WINDOW_SIZE] - self._initial_window
            self._initial_window = settings[Setting.INITIAL_WINDOW_SIZE]
            for stream_id in self._windows:
                if stream_id:
                    self._windows[stream_id] += change
        if Setting.MAX_FRAME_SIZE in settings:
            self._max_frame_size = settings[Setting.MAX_FRAME_SIZE]
        if Setting.MAX_HEADER_LIST_SIZE in settings:
            self._list_limit = settings[Setting.MAX_HEADER_LIST_SIZE]
        if Setting.ENABLE_PUSH in settings:
            self._push_allowed = settings[Setting.ENABLE_PUSH] == 1

    def _ping(self, frame: RawFrame) -> None:
        if len(frame.payload) != 8 or frame.stream_id:
            self.broke("ping-ack-identical", "PING with a wrong length or on a stream")
        if not frame.flags & ACK:
            return
        left = self._pings.get(frame.payload, 0)
        if not left:
            self.broke("ping-ack-identical", f"PING ACK with {frame.payload.hex()}, which was not sent")
        else:
            self._pings[frame.payload] = left - 1

    def _goaway_frame(self, frame: RawFrame) -> None:
        if len(frame.payload) < 8:
            self.broke("frame-size", f"GOAWAY of {len(frame.payload)} octets")
        if frame.stream_id:
            self.broke("stream-ids", f"GOAWAY on stream {frame.stream_id}")
        last = int.from_bytes(frame.payload[:4], "big") & MAX_31
        if self._goaway is not None and last > self._goaway:
            self.broke("no-goaway-increase", f"last stream {last} after {self._goaway}")
        self._goaway = last

    def _window_update(self, frame: RawFrame) -> None:
        if len(frame.payload) != 4 or not int.from_bytes(frame.payload, "big") & MAX_31:
            self.broke("window-update-nonzero", f"WINDOW_UPDATE {frame.payload.hex()}")
        elif problem := self._credit.update(frame):
            self.broke("credit-in-range", problem)

    def _rst_stream(self, frame: RawFrame) -> None:
        if len(frame.payload) != 4:
            self.broke("frame-size", f"RST_STREAM of {len(frame.payload)} octets")
        self._reset.add(frame.stream_id)

    def _data(self, frame: RawFrame) -> None:
        stream_id = frame.stream_id
        body, padding = unpad(frame)
        self._check_padding(frame, padding)
        octets = len(frame.payload)
        self._windows[0] -= octets
        self._windows[stream_id] = self._window(stream_id) - octets
        if octets and self._windows[0] < 0:
            self.broke("window-obeyed", f"{-self._windows[0]} octets beyond the connection window")
        if octets and self._windows[stream_id] < 0:
            over = -self._windows[stream_id]
            self.broke("window-obeyed", f"{over} octets beyond the window of stream {stream_id}")
        self._note(self._messages.content(stream_id, len(body)))
        if frame.flags & END_STREAM:
            self._end(stream_id)

    def _check_padding(self, frame: RawFrame, padding: bytes) -> None:
        if any(padding):
            self.broke("padding-zero", f"padding of {type_name(frame.type)} is not zero")

    def _headers(self, frame: RawFrame) -> None:
        self._check_padding(frame, unpad(frame)[1])
        if not frame.flags & END_HEADERS:
            self._block = frame.stream_id

    def _push_promise(self, frame: RawFrame) -> None:
        self._headers(frame)
        promised = int.from_bytes(unpad(frame)[0][:4], "big") & MAX_31
        if not self._push_allowed:
            self.broke("push-rules", "PUSH_PROMISE though ENABLE_PUSH=0 was acknowledged")
        if promised % 2 or not promised or promised <= max(self._promised, default=0):
            self.broke("push-rules", f"promised stream {promised}")
        if frame.stream_id in self._ended or frame.stream_id not in self._opened:
            self.broke("push-rules", f"PUSH_PROMISE on stream {frame.stream_id}, which is not open")
        self._promised.add(promised)

    def _continuation(self, frame: RawFrame) -> None:
        if self._block is None:
            self.broke("continuation-contiguous", "CONTINUATION without a field block")
        elif frame.flags & END_HEADERS:
            self._block = None

    def fields(self, head: RawFrame, fields: list[Field]) -> None:
        """Check a decoded field section of the target."""
        size = list_size(fields)
        if self._list_limit is not None and size > self._list_limit:
            self.broke("header-list-size", f"{size} octets where {self._list_limit} are the limit")
        self._note(check_fields(fields))
        if head.type == Type.PUSH_PROMISE:
            self._note(check_promise(fields))
            return
        self._note(self._messages.section(head, fields))
        if head.flags & END_STREAM:
            self._end(head.stream_id)

    def _end(self, stream_id: int) -> None:
        self._ended.add(stream_id)
        self._note(self._messages.end(stream_id))


_CHECKS: Final[dict[int, Callable[[Monitors, RawFrame], None]]] = {
    Type.DATA: Monitors._data,
    Type.HEADERS: Monitors._headers,
    Type.RST_STREAM: Monitors._rst_stream,
    Type.SETTINGS: Monitors._settings,
    Type.PUSH_PROMISE: Monitors._push_promise,
    Type.PING: Monitors._ping,
    Type.GOAWAY: Monitors._goaway_frame,
    Type.WINDOW_UPDATE: Monitors._window_update,
    Type.CONTINUATION: Monitors._continuation,
}
