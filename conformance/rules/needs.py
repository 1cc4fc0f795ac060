"""What a case may need of a target, beyond a final response to GET."""

from typing import Final

NEEDS: Final[dict[str, str]] = {
    "echo": "an endpoint that sends the request's content back",
    "large": "an endpoint with a response of 1 MiB or more",
    "open": "an endpoint that waits for the rest of a POST",
    "connection-window": "a connection window of 2 MiB or less, which a case can use up",
    "frame-limit": "SETTINGS_MAX_FRAME_SIZE of 1 MiB or less",
    "trailers": "an endpoint whose response has trailers",
    "slow": "an endpoint that takes about a second",
    "push": "an endpoint that pushes",
    "reserved": "the same while SETTINGS_MAX_CONCURRENT_STREAMS is 0: the promise stays reserved",
    "informational": "an endpoint that sends a 1xx response first",
    "no-content": "an endpoint that answers 204",
    "not-modified": "an endpoint that answers 304",
    "connect": "a tunnel by CONNECT",
    "extended-connect": "SETTINGS_ENABLE_CONNECT_PROTOCOL announced",
    "priorities": "SETTINGS_NO_RFC7540_PRIORITIES announced",
    "head": "a response to HEAD",
    "table": "a target whose encoder uses the dynamic table",
    "streams-limit": "SETTINGS_MAX_CONCURRENT_STREAMS of 1000 or less announced",
    "list-limit": "SETTINGS_MAX_HEADER_LIST_SIZE announced",
    "tls": "a target over TLS",
    "multiple-connections": "more than one connection at a time",
}
"""Needs and what each means."""
