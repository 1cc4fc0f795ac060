"""A whole response, collected in memory (RFC 9113 8.1)."""

from collections.abc import Callable
from typing import Final, NamedTuple

from .errors import RequestFault
from .fields import Fields
from .response_handler import BaseResponseHandler

MAX_CONTENT: Final = 64 * 1024 * 1024
"""Octets of content that `HTTP2Client.request` takes by default."""


class Response(NamedTuple):
    """A whole response.  headers: in wire order with `:status`; trailers: apart from them."""

    status: int
    headers: Fields
    content: bytes
    trailers: Fields


class Collector(BaseResponseHandler):
    """Collects a response of `max_content` octets at most; calls `settle` once, with it or with a fault."""

    def __init__(self, settle: Callable[[Response | RequestFault], None], max_content: int) -> None:
        self._settle = settle
        self._max_content = max_content
        self._content = bytearray()
        self._reason = ""
        self._is_settled = False

    def on_data(self, data: bytes) -> None:
        """Collect, or give up."""
        self._content += data
        if len(self._content) > self._max_content:
            self._reason = f"the response has more than {self._max_content} octets"
            self.reset()

    def on_response_done(self) -> None:
        """Hand over the response."""
        if not self._reason:
            assert self.status is not None, "the head came first"
            self._is_settled = True
            self._settle(Response(self.status, self.headers, bytes(self._content), self.trailers))

    def on_close(self, error_code: int) -> None:
        """Hand over a fault, if there was no response."""
        if not self._is_settled:
            reason = self._reason or f"the stream was closed with code {error_code}"
            self._settle(RequestFault(error_code, reason, self.not_processed))
