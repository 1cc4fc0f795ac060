"""pyreqwest: Rust's reqwest, hyper and h2 from Python; the scenarios on one client."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from claims import AUTHORITY, BODY, IS_TLS, content, say, unsupported, url
from pyreqwest.client import Client, ClientBuilder


def make() -> Any:
    builder = ClientBuilder().no_proxy().http2_prior_knowledge()
    if IS_TLS:
        with open(AUTHORITY, "rb") as file:
            builder = builder.add_root_certificate_pem(file.read())
    return builder.build()


async def fetch(builder: Any) -> dict[str, Any]:
    response = await builder.build().send()
    return content(int(response.status), bytes(await response.bytes()))


async def head(client: Client) -> dict[str, Any]:
    response = await client.head(url("head", "/get")).build().send()
    claims = content(int(response.status), bytes(await response.bytes()))
    return claims | {"content_length": int(response.headers["content-length"])}


async def streams(client: Client) -> dict[str, Any]:
    found = await asyncio.gather(*[fetch(client.get(url(f"streams-{n}", "/slow"))) for n in range(10)])
    return {"ok": sum(claims["status"] == 200 for claims in found)}


async def cancel(client: Client) -> dict[str, Any]:
    async with client.get(url("cancel", "/endless")).build_streamed() as response:
        received = len(await response.body_reader.read() or b"")
    # Nothing tells when the RST_STREAM has left; the next request is to come after it.
    await asyncio.sleep(0.05)
    return {"received": received, "after": (await fetch(client.get(url("cancel", "/get"))))["status"]}


async def attempt(scenario: str, scene: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    try:
        claims = await asyncio.wait_for(scene(), 20)
    except Exception as error:  # noqa: BLE001 - whatever a client raises is what is to be reported
        claims = {"error": f"{type(error).__name__}: {error}"}
    say(scenario, claims)


async def main() -> None:
    async with make() as client:
        await attempt("get", lambda: fetch(client.get(url("get", "/get"))))
        await attempt("echo", lambda: fetch(client.post(url("echo", "/echo")).body_bytes(BODY)))
        await attempt("streams", lambda: streams(client))
        await attempt("download", lambda: fetch(client.get(url("download", "/download"))))
        await attempt("head", lambda: head(client))
        await attempt("not_found", lambda: fetch(client.get(url("not_found", "/missing"))))
        await attempt("cancel", lambda: cancel(client))
    unsupported("trailers", "reqwest shows no trailers")
    unsupported("continue", "hyper's client does not wait for a 100")
    unsupported("push", "SETTINGS ENABLE_PUSH=0")


asyncio.run(main())
