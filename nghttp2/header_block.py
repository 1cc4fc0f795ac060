"""Join HEADERS or PUSH_PROMISE with its CONTINUATION frames, within limits (RFC 9113 4.3, 6.10)."""

from .errors import ConnectionFault
from .guard import calm
from .limits import Limits


class HeaderBlock:
    """A field block whose END_HEADERS has not come yet.

    promised_stream_id is 0 for HEADERS.
    """

    __slots__ = ("_fragments", "_limits", "_size", "end_stream", "promised_stream_id", "stream_id")

    def __init__(
        self, limits: Limits, stream_id: int, fragment: bytes, end_stream: bool, promised_stream_id: int = 0
    ) -> None:
        self._limits = limits
        self.stream_id = stream_id
        self.end_stream = end_stream
        self.promised_stream_id = promised_stream_id
        self._fragments = [fragment]
        self._size = len(fragment)

    def __len__(self) -> int:
        """Octets held."""
        return self._size

    def add(self, fragment: bytes) -> None:
        """Append the fragment of a CONTINUATION frame.

        Raises ConnectionFault(ENHANCE_YOUR_CALM) above max_continuations frames or max_field_block octets.
        """
        self._fragments.append(fragment)
        self._size += len(fragment)
        if len(self._fragments) - 1 > self._limits.max_continuations:
            raise calm("too_many_continuations", f"more than {self._limits.max_continuations}")
        fault = oversized(self._size, self._limits)
        if fault is not None:
            raise fault

    def join(self) -> bytes:
        """Return the whole block."""
        return b"".join(self._fragments)


def oversized(size: int, limits: Limits) -> ConnectionFault | None:
    """Return the fault of a field block of `size` encoded octets, if it is too large."""
    if size > limits.max_field_block:
        return calm("max_field_block", f"{size} octets, above {limits.max_field_block}")
    return None
