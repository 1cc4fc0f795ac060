"""niquests: the scenarios on one multiplexed session."""

from typing import Any

import niquests
from claims import AUTHORITY, BODY, IS_TLS, attempt, content, unsupported, url


def session() -> niquests.Session:
    # Without TLS only "not HTTP/1" makes it speak HTTP/2 with prior knowledge.
    made = niquests.Session(multiplexed=True, disable_http3=True, disable_http1=not IS_TLS)
    made.verify = AUTHORITY
    made.trust_env = False
    return made


def message(response: Any) -> dict[str, Any]:
    return content(response.status_code, response.content or b"")


def streams(client: niquests.Session) -> dict[str, Any]:
    found = [client.get(url(f"streams-{n}", "/slow")) for n in range(10)]
    client.gather()
    return {"ok": sum(response.status_code == 200 for response in found)}


def trailers(client: niquests.Session) -> dict[str, Any]:
    response = client.get(url("trailers", "/trailers"))
    shown = response.content and response.trailers
    return {"status": response.status_code, "trailer": (shown or {}).get("x-trailer")}


def expect(client: niquests.Session) -> dict[str, Any]:
    early: list[int] = []
    response = client.post(
        url("continue", "/echo"),
        data=BODY,
        headers={"expect": "100-continue"},
        hooks={"early_response": [lambda informational: early.append(informational.status_code)]},
    )
    return message(response) | {"informational": early}


def head(client: niquests.Session) -> dict[str, Any]:
    response = client.head(url("head", "/get"))
    return message(response) | {"content_length": int(response.headers["content-length"])}


def cancel(client: niquests.Session) -> dict[str, Any]:
    response = client.get(url("cancel", "/endless"), stream=True)
    received = len(next(response.iter_content(1000)))
    response.close()
    return {"received": received, "after": client.get(url("cancel", "/get")).status_code}


def main() -> None:
    with session() as client:
        attempt("get", lambda: message(client.get(url("get", "/get"))))
        attempt("echo", lambda: message(client.post(url("echo", "/echo"), data=BODY)))
        attempt("streams", lambda: streams(client))
        attempt("download", lambda: message(client.get(url("download", "/download"))))
        attempt("trailers", lambda: trailers(client))
        attempt("continue", lambda: expect(client))
        attempt("head", lambda: head(client))
        attempt("not_found", lambda: message(client.get(url("not_found", "/missing"))))
    with session() as client:
        attempt("cancel", lambda: cancel(client))
    unsupported("push", "SETTINGS ENABLE_PUSH=0")


main()
