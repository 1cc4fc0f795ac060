"""What every peer is asked to do, and what an origin serves for it."""

from enum import StrEnum


class Scenario(StrEnum):
    """Columns of the matrix; the value is also the key in a client program's JSON."""

    GET = "get"
    """GET, 200, a small body."""
    ECHO = "echo"
    """POST of 1 MiB that comes back octet for octet."""
    STREAMS = "streams"
    """Ten requests in flight at once on one connection."""
    DOWNLOAD = "download"
    """GET of 20,000,000 octets."""
    TRAILERS = "trailers"
    """A response with a trailer field that the peer's interface shows."""
    CONTINUE = "continue"
    """POST with `expect: 100-continue`: the body is sent only after the 100."""
    HEAD = "head"
    """HEAD: fields, a content-length, no content."""
    NOT_FOUND = "not_found"
    """GET of a missing path: 404 with its body."""
    CANCEL = "cancel"
    """A download given up in mid-body; the connection serves the next request."""
    PUSH = "push"
    """A pushed response that the peer's interface shows."""


PATHS = {
    Scenario.GET: "/get",
    Scenario.ECHO: "/echo",
    Scenario.STREAMS: "/slow",
    Scenario.DOWNLOAD: "/download",
    Scenario.TRAILERS: "/trailers",
    Scenario.CONTINUE: "/echo",
    Scenario.HEAD: "/get",
    Scenario.NOT_FOUND: "/missing",
    Scenario.CANCEL: "/endless",
    Scenario.PUSH: "/push",
}
"""Path of each scenario on the origin."""

TITLES = {
    Scenario.GET: "GET",
    Scenario.ECHO: "POST 1 MiB",
    Scenario.STREAMS: "10 streams",
    Scenario.DOWNLOAD: "20 MB",
    Scenario.TRAILERS: "trailers",
    Scenario.CONTINUE: "100-continue",
    Scenario.HEAD: "HEAD",
    Scenario.NOT_FOUND: "404",
    Scenario.CANCEL: "cancel",
    Scenario.PUSH: "push",
}
"""Column headings."""
