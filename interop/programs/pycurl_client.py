"""pycurl: the scenarios on one handle, ten requests at once on a multi handle."""

import io
from typing import Any

import pycurl
from claims import AUTHORITY, BODY, IS_TLS, attempt, content, unsupported, url

VERSION = pycurl.CURL_HTTP_VERSION_2TLS if IS_TLS else pycurl.CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE


class Reply:
    """One transfer: where its parts go."""

    def __init__(self, curl: pycurl.Curl, target: str, **options: Any) -> None:
        self.body = io.BytesIO()
        self.lines: list[str] = []
        self.curl = curl
        curl.reset()
        curl.setopt(pycurl.URL, target)
        curl.setopt(pycurl.CAINFO, AUTHORITY)
        curl.setopt(pycurl.HTTP_VERSION, VERSION)
        curl.setopt(pycurl.NOPROXY, "*")
        curl.setopt(pycurl.WRITEDATA, self.body)
        curl.setopt(pycurl.HEADERFUNCTION, lambda line: self.lines.append(line.decode().strip()))
        for name, value in options.items():
            curl.setopt(getattr(pycurl, name), value)

    @property
    def status(self) -> int:
        return int(self.curl.getinfo(pycurl.RESPONSE_CODE))

    def field(self, name: str) -> str | None:
        return next((line.partition(": ")[2] for line in self.lines if line.startswith(f"{name}:")), None)

    def perform(self) -> "Reply":
        self.curl.perform()
        return self

    def message(self) -> dict[str, Any]:
        return content(self.status, self.body.getvalue())


def streams() -> dict[str, Any]:
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
    replies = [Reply(pycurl.Curl(), url(f"streams-{n}", "/slow"), PIPEWAIT=1) for n in range(10)]
    for reply in replies:
        multi.add_handle(reply.curl)
    while multi.perform()[1]:
        multi.select(1.0)
    return {"ok": sum(reply.status == 200 for reply in replies)}


def cancel(curl: pycurl.Curl) -> dict[str, Any]:
    received = 0

    def give_up(data: bytes) -> int:
        nonlocal received
        received += len(data)
        return 0

    reply = Reply(curl, url("cancel", "/endless"))
    curl.setopt(pycurl.WRITEFUNCTION, give_up)
    try:
        reply.perform()
    except pycurl.error as error:
        if error.args[0] != pycurl.E_WRITE_ERROR:
            raise
    return {"received": received, "after": Reply(curl, url("cancel", "/get")).perform().status}


def trailers(curl: pycurl.Curl) -> dict[str, Any]:
    reply = Reply(curl, url("trailers", "/trailers")).perform()
    return {"status": reply.status, "trailer": reply.field("x-trailer")}


def expect(curl: pycurl.Curl) -> dict[str, Any]:
    asks = ["Expect: 100-continue"]
    reply = Reply(curl, url("continue", "/echo"), POSTFIELDS=BODY, HTTPHEADER=asks).perform()
    return reply.message() | {"informational": [line for line in reply.lines if line.startswith("HTTP/2 1")]}


def head(curl: pycurl.Curl) -> dict[str, Any]:
    reply = Reply(curl, url("head", "/get"), NOBODY=1).perform()
    return reply.message() | {"content_length": int(reply.field("content-length") or -1)}


def main() -> None:
    curl = pycurl.Curl()
    plain = ["Expect:"]
    echo = {"POSTFIELDS": BODY, "HTTPHEADER": plain}
    attempt("get", lambda: Reply(curl, url("get", "/get")).perform().message())
    attempt("echo", lambda: Reply(curl, url("echo", "/echo"), **echo).perform().message())
    attempt("streams", streams)
    attempt("download", lambda: Reply(curl, url("download", "/download")).perform().message())
    attempt("trailers", lambda: trailers(curl))
    attempt("continue", lambda: expect(curl))
    attempt("head", lambda: head(curl))
    attempt("not_found", lambda: Reply(curl, url("not_found", "/missing")).perform().message())
    attempt("cancel", lambda: cancel(pycurl.Curl()))
    unsupported("push", "pycurl has no interface to libcurl's push callback; SETTINGS ENABLE_PUSH=0")


main()
