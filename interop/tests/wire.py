"""Octets for the tests of the log and of the checks: frames by their header, fields as plain literals."""

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
END_STREAM, END_HEADERS = 1, 4


def frame(kind: int, flags: int, stream_id: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream_id.to_bytes(4, "big") + payload


def block(**fields: str) -> bytes:
    """Return literals without indexing; `_method` stands for `:method`, `x_trailer` for `x-trailer`."""
    octets = b""
    for name, value in fields.items():
        octets += b"\x00"
        text = (":" + name[1:] if name.startswith("_") else name.replace("_", "-")).encode()
        for part in (text, value.encode()):
            assert len(part) < 127
            octets += bytes((len(part),)) + part
    return octets


def headers(stream_id: int, end_stream: bool = False, **fields: str) -> bytes:
    return frame(1, END_HEADERS | end_stream, stream_id, block(**fields))


def request(stream_id: int, path: str, method: str = "GET", end_stream: bool = True, **more: str) -> bytes:
    pseudo = {"_method": method, "_scheme": "http", "_authority": "a", "_path": path}
    return headers(stream_id, end_stream, **pseudo, **more)


def data(stream_id: int, content: bytes, end_stream: bool = True) -> bytes:
    """Return as many DATA frames as the content needs."""
    pieces = [content[n : n + 16_384] for n in range(0, len(content), 16_384)] or [b""]
    last = len(pieces) - 1
    return b"".join(frame(0, end_stream and n == last, stream_id, piece) for n, piece in enumerate(pieces))


def response(stream_id: int, content: bytes, status: int = 200) -> bytes:
    return headers(stream_id, _status=str(status)) + data(stream_id, content)


def reset(stream_id: int, code: int = 8) -> bytes:
    return frame(3, 0, stream_id, code.to_bytes(4, "big"))


def push_promise(stream_id: int, promised: int, path: str) -> bytes:
    fields = block(_method="GET", _scheme="http", _authority="a", _path=path)
    return frame(5, END_HEADERS, stream_id, promised.to_bytes(4, "big") + fields)
