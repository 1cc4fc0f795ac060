"""What the judge has seen on each stream: responses, content, trailers, resets."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

Field = tuple[bytes, bytes]

KEPT_CONTENT: Final = 4 << 20
"""Octets of content kept for comparison; beyond it only their number is."""


class Reset(NamedTuple):
    """A RST_STREAM of the target and its position in the log."""

    position: int
    code: int


@dataclass(slots=True)
class Stream:
    """One stream, from our side."""

    id: int
    opened: bool = False  # by HEADERS of ours, or promised by the target
    promised: bool = False
    sent_end: bool = False
    sent_reset: bool = False
    method: bytes = b"GET"
    is_plain: bool = True  # the request is for the path that the target answers
    informational: list[int] = field(default_factory=list)
    status: int | None = None
    fields: list[Field] = field(default_factory=list)
    trailers: list[Field] | None = None
    content: bytearray = field(default_factory=bytearray)
    content_octets: int = 0
    flow_octets: int = 0
    ended: bool = False
    resets: list[Reset] = field(default_factory=list)
    over_limit: bool = False  # opened above the target's MAX_CONCURRENT_STREAMS, as far as we can tell
    overran: bool = False  # DATA of ours went beyond a window of the target
    extra_responses: int = 0  # header sections after the response had ended: a second handler call

    def add_headers(self, fields: list[Field], end_stream: bool) -> None:
        """Take a decoded field section of the target."""
        if self.ended:
            self.extra_responses += 1
            return
        status = _status(fields)
        if self.status is None and status is not None and 100 <= status < 200:
            self.informational.append(status)
        elif self.status is None:
            self.status = status if status is not None else 0
            self.fields = fields
        else:
            self.trailers = fields
        self.ended |= end_stream

    def add_data(self, data: bytes, flow_octets: int, end_stream: bool) -> None:
        """Take content; `flow_octets` counts the padding too."""
        self.flow_octets += flow_octets
        self.content_octets += len(data)
        if len(self.content) < KEPT_CONTENT:
            self.content += data
        self.ended |= end_stream

    @property
    def answered(self) -> bool:
        """Whether the final response has begun."""
        return self.status is not None

    @property
    def is_over(self) -> bool:
        """Whether the target has ended the stream or reset it."""
        return self.ended or bool(self.resets)

    @property
    def is_done(self) -> bool:
        """Whether both sides have ended the stream, or one of them reset it."""
        return (self.ended and self.sent_end) or self.sent_reset or bool(self.resets)

    @property
    def awaits_response(self) -> bool:
        """Whether a whole request of ours is unanswered."""
        return self.opened and self.sent_end and not self.sent_reset and not self.answered and not self.resets


def _status(fields: list[Field]) -> int | None:
    for name, value in fields:
        if name == b":status":
            return int(value) if len(value) == 3 and value.isdigit() else None
    return None
