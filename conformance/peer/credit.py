"""The windows that the target gives us: no credit may bring one above 2^31-1 (RFC 9113 6.9.1, 6.9.2)."""

from collections.abc import Iterable

from ..wire.codes import DEFAULT_WINDOW, MAX_31, Setting
from ..wire.frames import RawFrame


class Credit:
    """Octets that the target lets us send, on the connection (0) and on each stream."""

    def __init__(self) -> None:
        """Start with the windows of RFC 9113 6.9.2."""
        self._initial = DEFAULT_WINDOW
        self._changes: dict[int, int] = {0: DEFAULT_WINDOW}  # of streams: apart from the initial window

    def spend(self, frame: RawFrame) -> None:
        """Take note of DATA of ours."""
        for stream_id in (0, frame.stream_id):
            self._changes[stream_id] = self._changes.get(stream_id, 0) - len(frame.payload)

    def settings(self, pairs: Iterable[tuple[int, int]]) -> str | None:
        """Take SETTINGS of the target; return which window they bring out of range."""
        for number, value in pairs:
            if number == Setting.INITIAL_WINDOW_SIZE:
                self._initial = value
        for stream_id in self._changes:
            if stream_id and (problem := self._out_of_range(stream_id)):
                return problem
        return None

    def update(self, frame: RawFrame) -> str | None:
        """Take a WINDOW_UPDATE of the target; return which window it brings out of range."""
        increment = int.from_bytes(frame.payload[:4], "big") & MAX_31
        stream_id = frame.stream_id
        self._changes[stream_id] = self._changes.get(stream_id, 0) + increment
        return self._out_of_range(stream_id)

    def _out_of_range(self, stream_id: int) -> str | None:
        window = self._changes[stream_id] + (self._initial if stream_id else 0)
        # RFC 9113 6.9.1: a sender MUST NOT allow a flow-control window to exceed 2^31-1 octets.
        if window <= MAX_31:
            return None
        return f"{window} octets of credit on {f'stream {stream_id}' if stream_id else 'the connection'}"
