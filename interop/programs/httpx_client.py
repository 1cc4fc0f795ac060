"""httpx: the scenarios on the synchronous client, ten requests at once on the asynchronous one."""

import asyncio
import ssl
from typing import Any

import httpx
from claims import AUTHORITY, BODY, IS_TLS, attempt, content, unsupported, url

VERIFY: Any = ssl.create_default_context(cafile=AUTHORITY) if IS_TLS else False
OPTIONS: dict[str, Any] = {
    "http1": IS_TLS,
    "http2": True,
    "verify": VERIFY,
    "timeout": 20,
    "trust_env": False,
}


def cancel(client: httpx.Client) -> dict[str, Any]:
    with client.stream("GET", url("cancel", "/endless")) as response:
        received = len(next(response.iter_raw()))
    return {"received": received, "after": client.get(url("cancel", "/get")).status_code}


async def streams() -> dict[str, Any]:
    async with httpx.AsyncClient(**OPTIONS) as client:
        found = await asyncio.gather(*[client.get(url(f"streams-{n}", "/slow")) for n in range(10)])
    return {"ok": sum(response.status_code == 200 for response in found)}


def message(response: httpx.Response) -> dict[str, Any]:
    return content(response.status_code, response.content)


def main() -> None:
    with httpx.Client(**OPTIONS) as client:
        attempt("get", lambda: message(client.get(url("get", "/get"))))
        attempt("echo", lambda: message(client.post(url("echo", "/echo"), content=BODY)))
        attempt("streams", lambda: asyncio.run(streams()))
        attempt("download", lambda: message(client.get(url("download", "/download"))))
        attempt("not_found", lambda: message(client.get(url("not_found", "/missing"))))
        attempt("head", lambda: head(client))
    with httpx.Client(**OPTIONS) as client:
        attempt("cancel", lambda: cancel(client))
    unsupported("trailers", "the trailer section is read and dropped")
    unsupported("continue", "expect is sent as a field like any other; the content follows at once")
    unsupported("push", "SETTINGS ENABLE_PUSH=0")


def head(client: httpx.Client) -> dict[str, Any]:
    response = client.head(url("head", "/get"))
    return content(response.status_code, response.content) | {
        "content_length": int(response.headers["content-length"])
    }


main()
