"""libsoup 3 through GObject introspection, run by the system's Python: the scenarios on one session."""

from typing import Any

import gi

gi.require_version("Soup", "3.0")
from claims import AUTHORITY, BODY, attempt, content, unsupported, url  # noqa: E402 - behind require_version
from gi.repository import Gio, GLib, Soup  # noqa: E402 - behind require_version


def session() -> Any:
    made = Soup.Session()
    made.set_tls_database(Gio.TlsFileDatabase.new(AUTHORITY))
    made.set_timeout(20)
    made.set_property("max-conns-per-host", 1)
    return made


def fetch(client: Any, target: str, method: str = "GET", body: bytes | None = None) -> dict[str, Any]:
    message = Soup.Message.new(method, target)
    if body is not None:
        message.set_request_body_from_bytes("application/octet-stream", GLib.Bytes.new(body))
    octets = client.send_and_read(message, None).get_data() or b""
    if message.get_http_version() != Soup.HTTPVersion.HTTP_2_0:
        raise RuntimeError("not HTTP/2")
    length = message.get_response_headers().get_one("content-length")
    return content(message.get_status(), octets) | {"content_length": int(length or -1)}


def streams(client: Any) -> dict[str, Any]:
    loop = GLib.MainLoop()
    messages = [Soup.Message.new("GET", url(f"streams-{n}", "/slow")) for n in range(10)]
    left = len(messages)

    def done(source: Any, result: Any) -> None:
        nonlocal left
        source.send_and_read_finish(result)
        left -= 1
        if not left:
            loop.quit()

    for message in messages:
        client.send_and_read_async(message, GLib.PRIORITY_DEFAULT, None, done)
    loop.run()
    return {"ok": sum(message.get_status() == 200 for message in messages)}


def cancel(client: Any) -> dict[str, Any]:
    stop = Gio.Cancellable()
    stream = client.send(Soup.Message.new("GET", url("cancel", "/endless")), stop)
    received = len(stream.read_bytes(1000, stop).get_data())
    stop.cancel()
    stream.close(None)
    return {"received": received, "after": fetch(client, url("cancel", "/get"))["status"]}


def main() -> None:
    client = session()
    attempt("get", lambda: fetch(client, url("get", "/get")))
    attempt("echo", lambda: fetch(client, url("echo", "/echo"), "POST", BODY))
    attempt("download", lambda: fetch(client, url("download", "/download")))
    attempt("head", lambda: fetch(client, url("head", "/get"), "HEAD"))
    attempt("not_found", lambda: fetch(client, url("not_found", "/missing")))
    attempt("streams", lambda: streams(session()))
    attempt("cancel", lambda: cancel(session()))
    unsupported("trailers", "no interface to trailers")
    unsupported("continue", "the HTTP/2 backend does not wait for the 100")
    unsupported("push", "SETTINGS ENABLE_PUSH=0")


main()
