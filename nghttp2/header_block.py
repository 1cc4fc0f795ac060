"""Join HEADERS or PUSH_PROMISE with its CONTINUATION frames, within limits (RFC 9113 4.3, 6.10)."""

from .block_scan import BlockScan
from .errors import ConnectionFault
from .guard import calm
from .limits import Limits


class HeaderBlock:
    """A field block whose END_HEADERS has not come yet.

    promised_stream_id is 0 for HEADERS.
    Raises ConnectionFault(ENHANCE_YOUR_CALM) if a string of the block is to be larger than max_field_block.
    """

    __slots__ = ("_fragments", "_limits", "_scan", "_size", "end_stream", "promised_stream_id", "stream_id")

    def __init__(
        self, limits: Limits, stream_id: int, fragment: bytes, end_stream: bool, promised_stream_id: int = 0
    ) -> None:
        self._limits = limits
        self.stream_id = stream_id
        self.end_stream = end_stream
        self.promised_stream_id = promised_stream_id
        self._fragments: list[bytes] = []
        self._size = 0
        self._scan = BlockScan()
        self._append(fragment, False)

    def __len__(self) -> int:
        """Octets held."""
        return self._size

    def add(self, fragment: bytes, is_last: bool) -> None:
        """Append the fragment of a CONTINUATION frame; the last one has END_HEADERS.

        Raises ConnectionFault(ENHANCE_YOUR_CALM) above max_continuations frames or max_field_block octets.
        """
        if len(self._fragments) > self._limits.max_continuations:
            raise calm("too_many_continuations", f"more than {self._limits.max_continuations}")
        self._append(fragment, is_last)

    def _append(self, fragment: bytes, is_last: bool) -> None:
        # A string that ends after a complete block is a decoding error, and the decoder's to find.
        size = self._size + len(fragment) if is_last else self._scan.longest(fragment)
        fault = oversized(max(size, self._size + len(fragment)), self._limits)
        if fault is not None:
            raise fault
        self._fragments.append(fragment)
        self._size += len(fragment)

    def join(self) -> bytes:
        """Return the whole block."""
        return b"".join(self._fragments)


def oversized(size: int, limits: Limits) -> ConnectionFault | None:
    """Return the fault of a field block of `size` encoded octets, if it is too large."""
    if size > limits.max_field_block:
        return calm("max_field_block", f"{size} octets, above {limits.max_field_block}")
    return None
