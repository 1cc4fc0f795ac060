"""Passive rules: what a target may not send, whatever the case is about."""

import pytest

from ..peer.monitors import Monitors
from ..peer.streams import Field
from ..rules.monitornames import MONITORS
from ..wire.codes import ACK, END_HEADERS, END_STREAM, MAX_31, PADDED, Type
from ..wire.frames import RawFrame

OK: list[Field] = [(b":status", b"200")]
PING = RawFrame(Type.PING, 0, 0, b"12345678")


def settings(*pairs: tuple[int, int], ack: bool = False) -> RawFrame:
    """Return a SETTINGS frame."""
    payload = b"".join(number.to_bytes(2, "big") + value.to_bytes(4, "big") for number, value in pairs)
    return RawFrame(Type.SETTINGS, ACK if ack else 0, 0, payload)


def data(octets: int, stream_id: int = 1, flags: int = 0) -> RawFrame:
    """Return a DATA frame."""
    return RawFrame(Type.DATA, flags, stream_id, b"a" * octets)


def credit(stream_id: int, increment: int) -> RawFrame:
    """Return a WINDOW_UPDATE frame."""
    return RawFrame(Type.WINDOW_UPDATE, 0, stream_id, increment.to_bytes(4, "big"))


def headers(stream_id: int = 1, flags: int = END_HEADERS) -> RawFrame:
    """Return a HEADERS frame; its fields are told apart from it."""
    return RawFrame(Type.HEADERS, flags, stream_id, b"")


def watched(*sent: RawFrame) -> Monitors:
    """Return monitors of a connection after both prefaces and what we sent."""
    monitors = Monitors()
    monitors.received(settings())
    monitors.sent(settings((2, 0)))
    monitors.received(settings(ack=True))
    for frame in sent:
        monitors.sent(frame)
    return monitors


GET = headers(1, END_HEADERS | END_STREAM)

CASES: list[tuple[str, list[RawFrame], list[RawFrame]]] = [
    # rule, what we send, what the target sends
    ("reserved-bit-unset", [PING], [PING._replace(flags=ACK, reserved=True)]),
    ("unused-flags-unset", [PING], [PING._replace(flags=ACK | 8)]),
    ("frame-size", [GET], [data(16_385)]),
    ("frame-size", [GET], [RawFrame(Type.RST_STREAM, 0, 1, bytes(5))]),
    ("frame-size", [], [RawFrame(Type.GOAWAY, 0, 0, bytes(4))]),
    ("stream-ids", [GET], [RawFrame(Type.GOAWAY, 0, 1, bytes(8))]),
    ("padding-zero", [GET], [RawFrame(Type.DATA, PADDED, 1, b"\x01a\x01")]),
    ("window-obeyed", [GET], [data(16_384), data(16_384), data(16_384), data(16_384)]),
    ("stream-ids", [GET], [headers(3)]),
    ("nothing-after-end-stream", [GET], [data(0, flags=END_STREAM), data(1)]),
    ("nothing-after-end-stream", [GET], [data(0, flags=END_STREAM), credit(1, 1)]),
    ("nothing-after-rst", [GET], [RawFrame(Type.RST_STREAM, 0, 1, bytes(4)), data(1)]),
    ("credit-in-range", [], [credit(0, MAX_31)]),
    ("credit-in-range", [GET], [credit(1, 1), credit(1, MAX_31 - 65_535)]),
    ("credit-in-range", [GET, data(10)], [credit(1, MAX_31 - 65_525), settings((4, 65_536))]),
    ("settings-values", [], [settings((2, 1))]),
    ("settings-values", [], [settings((4, 1 << 31))]),
    ("settings-values", [], [settings((5, 100))]),
    ("settings-values", [], [settings((8, 2))]),
    ("settings-values", [], [settings((8, 0)), settings((8, 1)), settings((8, 0))]),
    ("settings-values", [], [settings((9, 1)), settings((9, 1)), settings((9, 0))]),
    ("settings-values", [], [settings((9, 0)), settings((9, 1))]),
    ("one-ack-per-settings", [], [settings(ack=True)]),
    ("ping-ack-identical", [PING], [PING._replace(flags=ACK, payload=b"87654321")]),
    ("ping-ack-identical", [PING], [PING._replace(flags=ACK), PING._replace(flags=ACK)]),
    (
        "no-goaway-increase",
        [GET],
        [RawFrame(Type.GOAWAY, 0, 0, bytes(8)), RawFrame(Type.GOAWAY, 0, 0, b"\x00\x00\x00\x01" + bytes(4))],
    ),
    ("window-update-nonzero", [], [RawFrame(Type.WINDOW_UPDATE, 0, 0, bytes(4))]),
    ("push-rules", [GET], [RawFrame(Type.PUSH_PROMISE, END_HEADERS, 1, b"\x00\x00\x00\x02")]),
    ("continuation-contiguous", [GET], [headers(1, 0), PING]),
    ("continuation-contiguous", [GET], [RawFrame(Type.CONTINUATION, END_HEADERS, 1, b"")]),
]


@pytest.mark.parametrize(("rule", "sent", "received"), CASES)
def test_a_frame_breaks_the_rule_and_no_other(
    rule: str, sent: list[RawFrame], received: list[RawFrame]
) -> None:
    monitors = watched(*sent)
    for frame in received[:-1]:
        monitors.received(frame)
    assert monitors.violations == {}
    monitors.received(received[-1])
    assert list(monitors.violations) == [rule]
    assert rule in MONITORS


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("status-first", [(b"a", b"b"), (b":status", b"200")]),
        ("status-first", []),
        ("status-first", [(b":status", b"200"), (b":status", b"200")]),
        ("status-first", [(b":status", b"20")]),
        ("no-101", [(b":status", b"101")]),
        ("no-connection-fields", [*OK, (b"connection", b"close")]),
        ("no-connection-fields", [*OK, (b"transfer-encoding", b"chunked")]),
        ("fields-valid", [*OK, (b"a b", b"c")]),
        ("fields-valid", [*OK, (b"a", b"c\nd")]),
        ("fields-valid", [*OK, (b"a", b" c")]),
        ("no-content-length", [(b":status", b"204"), (b"content-length", b"0")]),
        ("content-length-true", [*OK, (b"content-length", b"many")]),
    ],
)
def test_fields_of_a_response_break_the_rule(rule: str, fields: list[Field]) -> None:
    monitors = watched(GET)
    monitors.fields(headers(), fields)
    assert list(monitors.violations) == [rule]


def test_upper_case_names_break_two_rules() -> None:
    monitors = watched(GET)
    monitors.fields(headers(), [*OK, (b"Date", b"today")])
    assert set(monitors.violations) == {"fields-lowercase", "fields-valid"}


def test_a_first_frame_other_than_settings_is_seen() -> None:
    monitors = Monitors()
    monitors.received(PING)
    assert "settings-first" in monitors.violations


@pytest.mark.parametrize(
    ("method", "status", "rule"),
    [
        (b"HEAD", b"200", "no-data-on-head"),
        (b"GET", b"204", "no-data-on-204"),
        (b"GET", b"304", "no-data-on-304"),
    ],
)
def test_content_where_none_is_allowed(method: bytes, status: bytes, rule: str) -> None:
    monitors = watched(GET)
    monitors.request(1, method)
    monitors.fields(headers(), [(b":status", status)])
    monitors.received(data(0))
    assert monitors.violations == {}
    monitors.received(data(1))
    assert list(monitors.violations) == [rule]


def test_content_length_is_compared_at_the_end() -> None:
    monitors = watched(GET)
    monitors.fields(headers(), [*OK, (b"content-length", b"3")])
    monitors.received(data(2))
    assert monitors.violations == {}
    monitors.received(data(0, flags=END_STREAM))
    assert list(monitors.violations) == ["content-length-true"]


def test_a_window_that_we_grow_may_be_used_at_once_and_one_that_we_shrink_after_the_ack() -> None:
    monitors = watched(settings((4, 10)), GET)
    monitors.received(data(100))
    assert monitors.violations == {}
    monitors.received(settings(ack=True))
    monitors.received(data(1))
    assert list(monitors.violations) == ["window-obeyed"]


def test_trailers_have_no_pseudo_fields() -> None:
    monitors = watched(GET)
    monitors.fields(headers(), OK)
    monitors.fields(headers(), OK)
    assert list(monitors.violations) == ["trailers-no-pseudo"]


def test_a_promised_request_has_no_content() -> None:
    monitors = watched(GET)
    promise = RawFrame(Type.PUSH_PROMISE, END_HEADERS, 1, b"\x00\x00\x00\x02")
    request = [(b":method", b"GET"), (b":scheme", b"http"), (b":authority", b"a"), (b":path", b"/")]
    monitors.fields(promise, [*request, (b"content-length", b"0")])
    assert monitors.violations == {}
    monitors.fields(promise, [*request, (b"content-length", b"5")])
    assert list(monitors.violations) == ["push-rules"]
