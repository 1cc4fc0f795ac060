"""Passive rules for the target's messages: status, content-length, and where there may be no content."""

from collections.abc import Iterator

from ..wire.codes import END_STREAM
from ..wire.frames import RawFrame
from .fieldrules import Broken, declared_length, status_of
from .streams import Field


class Messages:
    """Watches the responses on the streams of one connection."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.methods: dict[int, bytes] = {}
        self._final: set[int] = set()  # streams whose final response has begun
        self._statuses: dict[int, int] = {}
        self._declared: dict[int, int] = {}  # content-length
        self._content: dict[int, int] = {}

    def section(self, head: RawFrame, fields: list[Field]) -> Iterator[Broken]:
        """Yield what a header or trailer section breaks."""
        stream_id = head.stream_id
        if stream_id not in self._final:
            yield from self._header_section(head, fields)
        elif any(name.startswith(b":") for name, _ in fields):
            yield "trailers-no-pseudo", f"pseudo-field in trailers of stream {stream_id}"

    def _header_section(self, head: RawFrame, fields: list[Field]) -> Iterator[Broken]:
        stream_id = head.stream_id
        status = status_of(fields)
        if isinstance(status, tuple):
            yield status
            return
        if status == 101:
            yield "no-101", f"101 on stream {stream_id}"
        has_length = any(name == b"content-length" for name, _ in fields)
        tunnel = self.methods.get(stream_id) == b"CONNECT" and status < 300
        if has_length and (status < 200 or status == 204 or tunnel):
            yield "no-content-length", f"content-length in {status}"
        if status < 200:
            if head.flags & END_STREAM:
                yield "status-first", f"{status} with END_STREAM"
            return
        self._final.add(stream_id)
        self._statuses[stream_id] = status
        length, broken = declared_length(fields)
        if length is not None:
            self._declared[stream_id] = length
        yield from broken

    def content(self, stream_id: int, octets: int) -> Iterator[Broken]:
        """Yield what so many octets of content break."""
        self._content[stream_id] = self._content.get(stream_id, 0) + octets
        if not octets:
            return
        if self.methods.get(stream_id) == b"HEAD":
            yield "no-data-on-head", f"{octets} octets of content"
        if (status := self._statuses.get(stream_id)) in (204, 304):
            yield f"no-data-on-{status}", f"{octets} octets of content"

    def end(self, stream_id: int) -> Iterator[Broken]:
        """Yield what the end of a message breaks."""
        declared = self._declared.get(stream_id)
        got = self._content.get(stream_id, 0)
        if declared is None or declared == got:
            return
        # RFC 9113 8.1.1: a response that has no content may have a content-length all the same.
        if self.methods.get(stream_id) == b"HEAD" or self._statuses.get(stream_id) == 304:
            return
        yield "content-length-true", f"content-length {declared}, but {got} octets on stream {stream_id}"
