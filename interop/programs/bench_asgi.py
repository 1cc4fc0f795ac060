"""What hypercorn, granian and h2corn serve to bench_server.py; bench_origin.py is the same for nghttp2."""

from typing import Any

SMALL = b"Hello, world!\n"
LARGE = b"x" * (1 << 20)
TYPE = (b"content-type", b"text/plain")


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer / and POST with SMALL, /large with LARGE."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["method"] == "POST":
        size = 0
        more = True
        while more:
            message = await receive()
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        assert size == 64 * 1024
    content = LARGE if scope["path"] == "/large" else SMALL
    length = (b"content-length", b"%d" % len(content))
    await send({"type": "http.response.start", "status": 200, "headers": [TYPE, length]})
    await send({"type": "http.response.body", "body": content})
