"""The ASGI application that hypercorn, granian and h2corn serve: the origin's endpoints."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

Message = dict[str, Any]
Field = tuple[bytes, bytes]

PAGE = b"<!DOCTYPE html><title>h2interop</title><p>A page for every peer.\n"
PIECE = 1 << 16
DOWNLOAD = random.Random(9113).randbytes(20_000_000)
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT"}
ETAG = b'"h2interop-1"'


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer by path."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http":
        endpoint = ENDPOINTS.get(scope["path"], missing) if scope["method"] in METHODS else unknown
        await endpoint(Exchange(scope, receive, send))


async def lifespan(
    receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Nothing to prepare, nothing to put away."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


class Exchange:
    """One request and its response."""

    def __init__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.extensions = scope.get("extensions") or {}

    async def content(self) -> bytes:
        """Read the whole request."""
        content = bytearray()
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                break
            content += message.get("body", b"")
            more = message.get("more_body", False)
        return bytes(content)

    async def start(self, status: int = 200, headers: Iterable[Field] = (), **more: Any) -> None:
        await self.send({"type": "http.response.start", "status": status, "headers": list(headers), **more})

    async def body(self, content: bytes, more: bool = False) -> None:
        await self.send({"type": "http.response.body", "body": content, "more_body": more})

    async def answer(self, content: bytes, status: int = 200, headers: Iterable[Field] = ()) -> None:
        length = (b"content-length", str(len(content)).encode())
        await self.start(status, [(b"content-type", b"text/html"), length, *headers])
        await self.body(b"" if self.scope["method"] == "HEAD" else content)

    async def pieces(self, size: int) -> None:
        """Answer with the first octets of the download, a piece at a time: what waits is not held here."""
        length = (b"content-length", str(size).encode())
        await self.start(200, [(b"content-type", b"application/octet-stream"), length])
        if self.scope["method"] != "HEAD":
            for at in range(0, size, PIECE):
                await self.body(DOWNLOAD[at : min(at + PIECE, size)], more=True)
        await self.body(b"")


async def page(exchange: Exchange) -> None:
    await exchange.answer(PAGE)


async def missing(exchange: Exchange) -> None:
    await exchange.answer(b"There is nothing here.\n", 404)


async def unknown(exchange: Exchange) -> None:
    await exchange.answer(b"This method is unknown here.\n", 501)


async def echo(exchange: Exchange) -> None:
    await exchange.answer(await exchange.content())


async def slow(exchange: Exchange) -> None:
    await asyncio.sleep(1)
    await exchange.answer(PAGE)


async def large(exchange: Exchange) -> None:
    await exchange.pieces(1 << 20)


async def download(exchange: Exchange) -> None:
    await exchange.pieces(len(DOWNLOAD))


async def trailers(exchange: Exchange) -> None:
    offered = "http.response.trailers" in exchange.extensions
    await exchange.start(200, [(b"content-type", b"text/html"), (b"trailer", b"x-trailer")], trailers=offered)
    await exchange.body(PAGE)
    if offered:
        message = {"type": "http.response.trailers", "headers": [(b"x-trailer", b"the end")]}
        await exchange.send({**message, "more_trailers": False})


async def push(exchange: Exchange) -> None:
    if "http.response.push" in exchange.extensions:
        await exchange.send({"type": "http.response.push", "path": "/pushed", "headers": []})
    await exchange.answer(PAGE)


async def pushed(exchange: Exchange) -> None:
    await exchange.answer(b"A pushed page.\n")


async def early(exchange: Exchange) -> None:
    if "http.response.early_hint" in exchange.extensions:
        link = b"</style.css>; rel=preload; as=style"
        await exchange.send({"type": "http.response.early_hint", "links": [link]})
    await exchange.answer(PAGE)


async def no_content(exchange: Exchange) -> None:
    await exchange.start(204)
    await exchange.body(b"")


async def not_modified(exchange: Exchange) -> None:
    if any(name == b"if-none-match" for name, _ in exchange.scope["headers"]):
        await exchange.start(304, [(b"etag", ETAG)])
        await exchange.body(b"")
    else:
        await exchange.answer(PAGE, headers=[(b"etag", ETAG)])


ENDPOINTS = {
    "/": page,
    "/get": page,
    "/echo": echo,
    "/slow": slow,
    "/large": large,
    "/download": download,
    "/endless": download,
    "/trailers": trailers,
    "/push": push,
    "/pushed": pushed,
    "/early": early,
    "/204": no_content,
    "/304": not_modified,
}
