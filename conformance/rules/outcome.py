"""Outcomes: what a target did, in the vocabulary of vectors/verdicts.yaml, and patterns that match them."""

import re
from typing import Final, NamedTuple

from ..reading.nodes import Value
from ..wire.codes import Error

BARE: Final = frozenset({"close", "drop", "serve", "http1_answer", "malformed", "wait", "credited"})
CODED: Final = frozenset({"connection_error", "stream_error"})
_PATTERN: Final = re.compile(r"(\w+)(?:\(([\w*]+)\))?\Z")
_STATUS: Final = re.compile(r"[1-5](xx|[0-9][0-9])\Z")


class Outcome(NamedTuple):
    """An outcome, or a pattern for some: `detail` is an error code's name, a status, `*` or `4xx`."""

    kind: str
    detail: str = ""

    def __str__(self) -> str:
        """Write it as vectors/verdicts.yaml does."""
        return f"{self.kind}({self.detail})" if self.detail else self.kind

    def matches(self, seen: "Outcome") -> bool:
        """Return whether this pattern covers what was seen."""
        if self.kind == "malformed":
            # RFC 9113 8.1.1: a stream error of type PROTOCOL_ERROR, or a 4xx answer before it.
            return seen == MALFORMED_RESET or (seen.kind == "response" and seen.detail[:1] == "4")
        if self.kind != seen.kind:
            return self.kind == "serve" and seen.kind == "response" and seen.detail[:1] in "23"
        if self.kind == "response":
            return self.detail == seen.detail or (
                self.detail.endswith("xx") and self.detail[:1] == seen.detail[:1]
            )
        return self.detail in ("", "*", seen.detail)

    @property
    def is_error(self) -> bool:
        """Whether this is a reaction to a fault, and so has to be shown not to be everyone's answer."""
        if self.kind == "response":
            return self.detail[:1] in "45"
        return self.kind in ("connection_error", "stream_error", "malformed", "close", "http1_answer")


MALFORMED_RESET: Final = Outcome("stream_error", Error.PROTOCOL_ERROR.name)


def parse_outcome(value: Value) -> Outcome:
    """Read one outcome pattern."""
    text = value.text()
    match = _PATTERN.match(text)
    kind, detail = (match[1], match[2] or "") if match else ("", "")
    if kind in BARE and not detail:
        return Outcome(kind)
    if kind in CODED and (detail == "*" or detail in Error.__members__):
        return Outcome(kind, detail)
    if kind == "response" and _STATUS.match(detail):
        return Outcome(kind, detail)
    raise value.error(f"no outcome: {text!r} (see vectors/schema/verdicts.schema.json)")
