"""The windows that the target gives us, and what we have used of them (RFC 9113 6.9)."""

from ..wire.codes import DEFAULT_WINDOW


class PeerWindows:
    """Octets of content that the target lets us send; `connection` falls below zero when it is overrun."""

    def __init__(self) -> None:
        """Start with the connection window of RFC 9113 6.9.2."""
        self.connection = DEFAULT_WINDOW
        self.sent: dict[int, int] = {}  # stream -> flow-controlled octets
        self._given: dict[int, int] = {}  # stream -> credit received

    def use(self, stream_id: int, octets: int) -> None:
        """Take note of DATA of ours."""
        self.sent[stream_id] = self.sent.get(stream_id, 0) + octets
        self.connection -= octets

    def give(self, stream_id: int, octets: int) -> None:
        """Take a WINDOW_UPDATE of the target."""
        if stream_id:
            self._given[stream_id] = self._given.get(stream_id, 0) + octets
        else:
            self.connection += octets

    def of_stream(self, stream_id: int, initial: int) -> int:
        """Return what a stream's window holds, which began with `initial` octets."""
        return initial + self._given.get(stream_id, 0) - self.sent.get(stream_id, 0)
