"""fields.py, receiving.py: requests that could be read in two ways reach no handler (RFC 9113 8.1.1).

One request for each variant, its field block in one frame and over CONTINUATION frames; the next request on
the connection is served.
"""

import pytest

from nghttp2 import frame_writer as write

from .peer import GET, POST, Peer, replaced

Fields = list[tuple[bytes, bytes]]

CONNECT = [(b":method", b"CONNECT"), (b":authority", b"a.example:443")]

MALFORMED: list[tuple[str, Fields]] = [
    # s1: names and values (RFC 9113 8.2.1)
    ("upper case name", [*GET, (b"X-A", b"1")]),
    ("space in a name", [*GET, (b"x a", b"1")]),
    ("colon in a name", [*GET, (b"x:a", b"1")]),
    ("cr lf in a name", [*GET, (b"x\r\ny", b"1")]),
    ("nul in a name", [*GET, (b"x\x00", b"1")]),
    ("octet 0x7f in a name", [*GET, (b"x\x7f", b"1")]),
    ("octet 0xe9 in a name", [*GET, (b"x\xe9", b"1")]),
    ("parenthesis in a name", [*GET, (b"x(", b"1")]),
    ("empty name", [*GET, (b"", b"1")]),
    ("nul in a value", [*GET, (b"x", b"a\x00b")]),
    ("lf in a value", [*GET, (b"x", b"a\nb")]),
    ("cr in a value", [*GET, (b"x", b"a\rb")]),
    ("a request in a value", [*GET, (b"x", b"a\r\n\r\nGET /admin HTTP/1.1\r\nhost: b")]),
    ("del in a value", [*GET, (b"x", b"a\x7fb")]),
    ("leading space", [*GET, (b"x", b" a")]),
    ("leading tab", [*GET, (b"x", b"\ta")]),
    ("trailing space", [*GET, (b"x", b"a ")]),
    ("trailing tab", [*GET, (b"x", b"a\t")]),
    ("lf in a cookie", [*GET, (b"cookie", b"a=b\nc")]),
    # s2: :method, :scheme, :path, :authority (RFC 9113 8.3.1)
    ("lf in :path", replaced(GET, path=b"/\n")),
    ("space in :path", replaced(GET, path=b"/a b")),
    ("a request line in :path", replaced(GET, path=b"/ HTTP/1.1\r\nhost: b\r\n\r\n")),
    ("empty :path", replaced(GET, path=b"")),
    ("* with GET", replaced(GET, path=b"*")),
    (":path without slash", replaced(GET, path=b"foo")),
    ("an absolute :path", replaced(GET, path=b"http://b.example/")),
    ("space in :method", replaced(GET, method=b"GE T")),
    ("a request line in :method", replaced(GET, method=b"GET / HTTP/1.1\r\n")),
    ("empty :method", replaced(GET, method=b"")),
    ("invalid :scheme", replaced(GET, scheme=b"ht tp")),
    (":scheme with an authority", replaced(GET, scheme=b"http://b.example/?")),
    ("userinfo", replaced(GET, authority=b"u:p@a.example")),
    ("port of letters", replaced(GET, authority=b"a.example:http")),
    ("only a port", replaced(GET, authority=b":80")),
    ("open bracket", replaced(GET, authority=b"[::1")),
    ("path in :authority", replaced(GET, authority=b"a.example/x")),
    ("empty :authority", replaced(GET, authority=b"")),
    # s3: content-length (RFC 9113 8.1.1, RFC 9110 8.6)
    ("content-length without content", [*POST, (b"content-length", b"5")]),
    ("content-length +5", [*POST, (b"content-length", b"+5")]),
    ("content-length -1", [*POST, (b"content-length", b"-1")]),
    ("content-length 0x5", [*POST, (b"content-length", b"0x5")]),
    ("content-length 5,6", [*POST, (b"content-length", b"5,6")]),
    ("content-length twice", [*POST, (b"content-length", b"0"), (b"content-length", b"5")]),
    ("empty content-length", [*POST, (b"content-length", b"")]),
    # s4: host (RFC 9113 8.3.1, RFC 9110 7.2)
    ("host differs", [*GET, (b"host", b"b.example")]),
    ("two hosts", [*GET, (b"host", b"a.example"), (b"host", b"a.example")]),
    ("two hosts alone", [*GET[:3], (b"host", b"a.example"), (b"host", b"b.example")]),
    ("userinfo in host", [*GET[:3], (b"host", b"u@a.example")]),
    ("no authority at all", GET[:3]),
    # s5: connection-specific fields (RFC 9113 8.2.2)
    ("connection", [*GET, (b"connection", b"close")]),
    ("proxy-connection", [*GET, (b"proxy-connection", b"close")]),
    ("keep-alive", [*GET, (b"keep-alive", b"5")]),
    ("transfer-encoding", [*GET, (b"transfer-encoding", b"chunked")]),
    ("upgrade", [*GET, (b"upgrade", b"h2c")]),
    ("te: gzip", [*GET, (b"te", b"gzip")]),
    ("te: trailers, gzip", [*GET, (b"te", b"trailers, gzip")]),
    # s6: pseudo-header fields (RFC 9113 8.3)
    ("no :method", GET[1:]),
    ("no :scheme", [GET[0], *GET[2:]]),
    ("no :path", [*GET[:2], GET[3]]),
    ("twice :path", [*GET, (b":path", b"/")]),
    ("twice :method", [(b":method", b"GET"), *GET]),
    ("late pseudo-header field", [*GET[:3], (b"x", b"1"), GET[3]]),
    ("unknown pseudo-header field", [*GET, (b":foo", b"1")]),
    (":status in a request", [*GET, (b":status", b"200")]),
    # s7: CONNECT (RFC 9113 8.5, RFC 8441 3)
    (":protocol not announced", [*replaced(GET, method=b"CONNECT"), (b":protocol", b"websocket")]),
    (":protocol with GET", [*GET, (b":protocol", b"websocket")]),
    ("connect with :path", replaced(GET, method=b"CONNECT")),
    ("connect with :scheme", [*CONNECT, (b":scheme", b"https")]),
    ("connect without :authority", [(b":method", b"CONNECT")]),
    ("connect to port 65536", [(b":method", b"CONNECT"), (b":authority", b"a.example:65536")]),
    ("connect without a port", [(b":method", b"CONNECT"), (b":authority", b"a.example")]),
]


def in_pieces(block: bytes, pieces: int) -> bytes:
    """Return HEADERS and CONTINUATION frames of stream 1, END_STREAM set."""
    size = -(-len(block) // pieces)
    fragments = [block[n * size : (n + 1) * size] for n in range(pieces)]
    kinds = [(1, 1), *[(9, 0)] * (pieces - 1)]
    frames = [
        write.frame(kind, flags | (4 if n == pieces - 1 else 0), 1, fragment)
        for n, ((kind, flags), fragment) in enumerate(zip(kinds, fragments, strict=True))
    ]
    return b"".join(frames)


def refused(peer: Peer) -> bool:
    """Tell whether stream 1 was reset or answered 400, and nothing else was sent."""
    return peer.seen() in (
        [("RST_STREAM", 1, 1)],
        [("HEADERS", 1, {b":status": b"400"}, True)],
        [("HEADERS", 1, {b":status": b"400"}, True), ("RST_STREAM", 1, 1)],
    )


@pytest.mark.parametrize("pieces", [1, 3], ids=["one frame", "two CONTINUATIONs"])
@pytest.mark.parametrize("fields", [row[1] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_a_malformed_request_never_reaches_a_handler(fields: Fields, pieces: int) -> None:
    peer = Peer(session={"allow_connect": True})
    peer.sends(in_pieces(peer.block(fields), pieces))
    assert refused(peer)
    assert peer.handler.instances == []
    assert peer.calls == []
    peer.requests(3)
    assert peer.seen()[0] == ("HEADERS", 3, {b":status": b"200"}, True)


TRAILERS: list[tuple[str, Fields]] = [
    ("pseudo-header field", [(b":path", b"/")]),
    ("upper case name", [(b"X", b"1")]),
    ("lf in a value", [(b"x", b"a\nb")]),
    ("connection", [(b"connection", b"close")]),
]


@pytest.mark.parametrize("pieces", [1, 3], ids=["one frame", "two CONTINUATIONs"])
@pytest.mark.parametrize("fields", [row[1] for row in TRAILERS], ids=[row[0] for row in TRAILERS])
def test_a_request_with_malformed_trailers_is_never_done(fields: Fields, pieces: int) -> None:
    peer = Peer()
    peer.requests(1, POST, end_stream=False)
    peer.sends(in_pieces(peer.block(fields), pieces))
    assert refused(peer)
    assert peer.calls == [(1, "headers"), (1, "close", 1)]
    peer.requests(3)
    assert peer.seen()[0] == ("HEADERS", 3, {b":status": b"200"}, True)
