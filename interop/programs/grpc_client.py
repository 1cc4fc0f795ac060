"""grpcio's C core as a raw HTTP/2 client: methods with octets in and out; every request is a POST."""

import time
from typing import Any

import grpc
from claims import AUTHORITY, BASE, BODY, IS_TLS, attempt, content, unsupported

TARGET = BASE.partition("//")[2]
OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.enable_http_proxy", 0)]


def same(octets: bytes) -> bytes:
    return octets


def channel() -> grpc.Channel:
    if not IS_TLS:
        return grpc.insecure_channel(TARGET, OPTIONS)
    with open(AUTHORITY, "rb") as file:
        return grpc.secure_channel(TARGET, grpc.ssl_channel_credentials(file.read()), OPTIONS)


def call(stub: grpc.Channel, scenario: str, path: str, request: bytes = b"") -> tuple[bytes, Any]:
    method = stub.unary_unary(f"{path}?{scenario}", same, same)
    reply, ended = method.with_call(request, timeout=20)
    return reply, ended


def streams(stub: grpc.Channel) -> dict[str, Any]:
    calls = [stub.unary_unary(f"/slow?streams-{n}", same, same).future(b"", timeout=20) for n in range(10)]
    return {"ok": sum(bool(one.result()) for one in calls)}


def trailers(stub: grpc.Channel) -> dict[str, Any]:
    _, ended = call(stub, "trailers", "/trailers")
    return {"trailer": dict(ended.trailing_metadata()).get("x-trailer")}


def not_found(stub: grpc.Channel) -> dict[str, Any]:
    try:
        call(stub, "not_found", "/missing")
    except grpc.RpcError as error:
        # The status of a reply that is not gRPC is shown in the text only.
        return {"status": 404 if "404" in error.details() else None, "details": error.details()}
    return {"error": "the call succeeded"}


def cancel(stub: grpc.Channel) -> dict[str, Any]:
    replies = stub.unary_stream("/endless?cancel", same, same)(b"", timeout=20)
    received = len(next(replies))
    replies.cancel()
    time.sleep(0.05)  # nothing tells when the RST_STREAM has left; the next request is to come after it
    reply, _ = call(stub, "cancel", "/get")
    return {"received": received, "after": 200 if reply else None}


def main() -> None:
    with channel() as stub:
        attempt("echo", lambda: content(None, call(stub, "echo", "/echo", BODY)[0]))
        attempt("streams", lambda: streams(stub))
        attempt("download", lambda: content(None, call(stub, "download", "/download")[0]))
        attempt("trailers", lambda: trailers(stub))
        attempt("not_found", lambda: not_found(stub))
        attempt("cancel", lambda: cancel(stub))
    unsupported("get", "every call is a POST")
    unsupported("continue", "gRPC has no expectations")
    unsupported("head", "every call is a POST")
    unsupported("push", "SETTINGS ENABLE_PUSH=0")


main()
