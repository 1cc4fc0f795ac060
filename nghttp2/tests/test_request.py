"""request.py: what becomes of what an application asks for."""

from typing import Any

import pytest

from nghttp2 import BaseResponseHandler
from nghttp2.request import Request, prepare

A = (b":authority", b"a.example")


def prepared(method: str = "GET", url: str | bytes = "/", **given: Any) -> Request:
    options = {"headers": None, "body": None, "trailers": None, "protocol": None, **given}
    return prepare(
        BaseResponseHandler(),
        lambda coroutine, done: None,
        b"http",
        b"a.example",
        method=method,
        url=url,
        **options,
    )


@pytest.mark.parametrize(
    ("url", "scheme", "authority", "path"),
    [
        ("/", b"http", b"a.example", b"/"),
        ("/a?b=c", b"http", b"a.example", b"/a?b=c"),
        ("/a#fragment", b"http", b"a.example", b"/a"),
        ("//a//b", b"http", b"a.example", b"//a//b"),
        (b"/%C3%A4", b"http", b"a.example", b"/%C3%A4"),
        ("https://b.example:8443/a?b#c", b"https", b"b.example:8443", b"/a?b"),
        ("HTTP://b.example", b"http", b"b.example", b"/"),
        ("http://[::1]:80/", b"http", b"[::1]:80", b"/"),
    ],
)
def test_the_target_comes_from_the_url_or_else_the_connection(
    url: str, scheme: bytes, authority: bytes, path: bytes
) -> None:
    request = prepared(url=url)
    assert request.fields == [
        (b":method", b"GET"),
        (b":scheme", scheme),
        (b":authority", authority),
        (b":path", path),
    ]
    assert (request.scheme, request.authority) == (scheme, authority)


@pytest.mark.parametrize(
    "url",
    ["", "a", "*", "/a b", "/a\n", "/ä", "b.example:80", "http://", "http://u@b.example/", "http://b c/"],
)
def test_a_url_that_cannot_be_sent_raises(url: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed|neither a path nor absolute"):
        prepared(url=url)


def test_an_asterisk_is_for_options() -> None:
    assert (b":path", b"*") in prepared("OPTIONS", "*").fields


def test_connect_has_no_scheme_and_no_path() -> None:
    assert prepared("CONNECT", "b.example:443").fields == [
        (b":method", b"CONNECT"),
        (b":authority", b"b.example:443"),
    ]
    with pytest.raises(ValueError, match="host:port"):
        prepared("CONNECT", "/")


def test_extended_connect_has_all_pseudo_header_fields() -> None:
    assert prepared("CONNECT", "/chat", protocol="websocket").fields == [
        (b":method", b"CONNECT"),
        (b":scheme", b"http"),
        A,
        (b":path", b"/chat"),
        (b":protocol", b"websocket"),
    ]
    with pytest.raises(ValueError, match="CONNECT"):
        prepared("GET", "/chat", protocol="websocket")


def test_names_go_out_in_lower_case_in_order_and_host_becomes_authority() -> None:
    request = prepared(headers=[("X-B", "1"), (b"Host", b"c.example"), ("x-a", "ä")])
    assert request.fields[2:] == [
        (b":authority", b"c.example"),
        (b":path", b"/"),
        (b"x-b", b"1"),
        (b"x-a", "ä".encode()),
    ]


@pytest.mark.parametrize(
    "field",
    [
        ("a b", "c"),
        (":path", "/"),
        ("", "x"),
        ("a", "b\r\nc: d"),
        ("a", "b\0"),
        ("a", " b"),
        ("connection", "close"),
        ("upgrade", "h2c"),
        ("transfer-encoding", "chunked"),
        ("te", "gzip"),
        ("content-length", "x"),
    ],
    ids=repr,
)
def test_a_field_that_must_not_be_sent_raises(field: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"not allowed|connection-specific|content-length"):
        prepared(headers=[field])


@pytest.mark.parametrize("method", ["", "G T", "GET\n", "GÄT"])
def test_a_method_that_is_no_token_raises(method: str) -> None:
    with pytest.raises(ValueError, match="method"):
        prepared(method)


@pytest.mark.parametrize(
    ("body", "length"),
    [("ä", 2), (b"abc", 3), (bytearray(4), 4), (b"", 0)],
    ids=["str", "bytes", "bytearray", "empty"],
)
def test_content_length_is_added_where_the_body_is_at_hand(body: Any, length: int) -> None:
    request = prepared("POST", body=body)
    assert request.fields[-1] == (b"content-length", b"%d" % length)
    assert request.content_length == length


@pytest.mark.parametrize(
    "body", [iter([b"a"]), lambda n: (None, 1), None], ids=["iterator", "function", "none"]
)
def test_content_length_is_not_made_up(body: Any) -> None:
    request = prepared("POST", body=body)
    assert all(name != b"content-length" for name, _ in request.fields)
    assert request.content_length == -1


@pytest.mark.parametrize(
    ("body", "values"),
    [(b"abc", ["4"]), (None, ["4"]), (iter([b"abc"]), ["3", "4"])],
    ids=["other", "none", "two"],
)
def test_a_content_length_that_cannot_be_true_raises(body: Any, values: list[str]) -> None:
    with pytest.raises(ValueError, match="content-length"):
        prepared("POST", headers=[("content-length", value) for value in values], body=body)


def test_a_content_length_of_the_application_is_kept() -> None:
    request = prepared("POST", headers=[("content-length", "3")], body=iter([b"abc"]))
    assert request.content_length == 3
    assert prepared("POST", headers=[("content-length", "3")], body=b"abc").fields[4:] == [
        (b"content-length", b"3")
    ]


def test_an_expectation_is_noticed() -> None:
    assert prepared("POST", headers=[("Expect", "100-Continue")], body=b"x").expects_continue
    assert not prepared("POST", body=b"x").expects_continue
