"""Flow-control windows (RFC 9113 6.9).

The window that we may send into is a plain number, kept with its stream or connection and made larger by
`widened`; the window that we gave the peer is a ReceiveWindow.
"""

from .codes import MAX_WINDOW_SIZE


def widened(window: int, increment: int) -> int | None:
    """Return the send window after a WINDOW_UPDATE, or None if it overflows (RFC 9113 6.9.1).

    RFC 9113 6.9.1: "A sender MUST NOT allow a flow-control window to exceed 2^31-1 octets."
    """
    window += increment
    return window if window <= MAX_WINDOW_SIZE else None


class ReceiveWindow:
    """Credit that we gave the peer: how much is left, and how much was consumed and not yet given back.

    available: octets that the peer may still send; negative after we lowered INITIAL_WINDOW_SIZE.
    unreturned: octets consumed by the application, to be announced once they are half of the window.  The
    peer cannot use them before: what it sends without knowing of them is beyond the window.
    """

    __slots__ = ("_threshold", "available", "unreturned")

    def __init__(self, size: int) -> None:
        self.available = size
        self.unreturned = 0
        self._threshold = max(1, size // 2)

    def receive(self, size: int) -> bool:
        """Take `size` octets from the window; False if the peer sent more than it was allowed to."""
        self.available -= size
        return self.available >= 0

    def release(self, size: int) -> bool:
        """Note `size` octets as consumed; tell whether there became enough of them to `announce`."""
        before = self.unreturned
        self.unreturned = before + size
        return before < self._threshold <= self.unreturned

    def announce(self) -> int:
        """Return the increment of the WINDOW_UPDATE that goes out now."""
        increment = self.unreturned
        self.unreturned = 0
        self.available += increment
        return increment

    def adjust(self, delta: int) -> None:
        """Follow a change of our own INITIAL_WINDOW_SIZE (RFC 9113 6.9.2)."""
        self.available += delta
