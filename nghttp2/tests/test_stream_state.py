"""stream_state.py, stream.py, streams.py: the diagram of RFC 9113 5.1 walked edge by edge."""

from typing import Any

import pytest

from nghttp2 import UsageError
from nghttp2.codes import MAX_STREAM_ID, ErrorCode
from nghttp2.errors import ConnectionFault, StreamFault
from nghttp2.stream import Discard, Stream
from nghttp2.stream_state import INPUTS, STEPS, Input, Reaction, State, step
from nghttp2.streams import Streams

I, S = Input, State  # noqa: E741 - the table below is read by columns

# The arrows of the diagram, typed from RFC 9113 5.1.
ARROWS = [
    (S.IDLE, I.SEND_PUSH_PROMISE, S.RESERVED_LOCAL),
    (S.IDLE, I.RECV_PUSH_PROMISE, S.RESERVED_REMOTE),
    (S.IDLE, I.SEND_HEADERS, S.OPEN),
    (S.IDLE, I.RECV_HEADERS, S.OPEN),
    (S.RESERVED_LOCAL, I.SEND_HEADERS, S.HALF_CLOSED_REMOTE),
    (S.RESERVED_LOCAL, I.SEND_RST_STREAM, S.CLOSED_BY_US),
    (S.RESERVED_LOCAL, I.RECV_RST_STREAM, S.CLOSED_BY_PEER),
    (S.RESERVED_REMOTE, I.RECV_HEADERS, S.HALF_CLOSED_LOCAL),
    (S.RESERVED_REMOTE, I.SEND_RST_STREAM, S.CLOSED_BY_US),
    (S.RESERVED_REMOTE, I.RECV_RST_STREAM, S.CLOSED_BY_PEER),
    (S.OPEN, I.SEND_END_STREAM, S.HALF_CLOSED_LOCAL),
    (S.OPEN, I.RECV_END_STREAM, S.HALF_CLOSED_REMOTE),
    (S.OPEN, I.SEND_RST_STREAM, S.CLOSED_BY_US),
    (S.OPEN, I.RECV_RST_STREAM, S.CLOSED_BY_PEER),
    (S.HALF_CLOSED_LOCAL, I.RECV_END_STREAM, S.CLOSED),
    (S.HALF_CLOSED_LOCAL, I.RECV_RST_STREAM, S.CLOSED_BY_PEER),
    (S.HALF_CLOSED_LOCAL, I.SEND_RST_STREAM, S.CLOSED_BY_US),
    (S.HALF_CLOSED_REMOTE, I.SEND_END_STREAM, S.CLOSED),
    (S.HALF_CLOSED_REMOTE, I.RECV_RST_STREAM, S.CLOSED_BY_PEER),
    (S.HALF_CLOSED_REMOTE, I.SEND_RST_STREAM, S.CLOSED_BY_US),
]


def test_every_arrow_of_the_diagram_is_there_and_no_other() -> None:
    found = {
        (state, item, outcome)
        for state in State
        for item in Input
        if isinstance(outcome := step(state, item), State) and outcome != state
    }
    assert found == set(ARROWS)


def test_the_flat_table_says_the_same() -> None:
    for state in State:
        for item in Input:
            assert STEPS[state * INPUTS + item] == step(state, item)


@pytest.mark.parametrize(
    ("state", "item", "fault", "code"),
    [
        (S.IDLE, I.RECV_DATA, ConnectionFault, ErrorCode.PROTOCOL_ERROR),
        (S.IDLE, I.RECV_RST_STREAM, ConnectionFault, ErrorCode.PROTOCOL_ERROR),
        (S.IDLE, I.RECV_WINDOW_UPDATE, ConnectionFault, ErrorCode.PROTOCOL_ERROR),
        (S.RESERVED_LOCAL, I.RECV_HEADERS, ConnectionFault, ErrorCode.PROTOCOL_ERROR),
        (S.RESERVED_LOCAL, I.RECV_DATA, ConnectionFault, ErrorCode.PROTOCOL_ERROR),
        (S.RESERVED_REMOTE, I.RECV_DATA, ConnectionFault, ErrorCode.PROTOCOL_ERROR),
        (S.RESERVED_REMOTE, I.RECV_WINDOW_UPDATE, ConnectionFault, ErrorCode.PROTOCOL_ERROR),
        (S.HALF_CLOSED_REMOTE, I.RECV_HEADERS, StreamFault, ErrorCode.STREAM_CLOSED),
        (S.HALF_CLOSED_REMOTE, I.RECV_DATA, StreamFault, ErrorCode.STREAM_CLOSED),
        (S.CLOSED, I.RECV_HEADERS, ConnectionFault, ErrorCode.STREAM_CLOSED),
        (S.CLOSED, I.RECV_DATA, StreamFault, ErrorCode.STREAM_CLOSED),
        (S.CLOSED_BY_PEER, I.RECV_DATA, StreamFault, ErrorCode.STREAM_CLOSED),
    ],
)
def test_what_a_state_does_not_allow_is_a_fault(
    state: State, item: Input, fault: type[StreamFault] | type[ConnectionFault], code: ErrorCode
) -> None:
    stream = Stream(1, state, 0)
    with pytest.raises(fault) as caught:
        stream.step(item)
    error: Any = caught.value
    assert error.error_code == code
    assert stream.state == state


def test_everything_is_ignored_on_a_stream_that_we_reset() -> None:
    for item in Input:
        if item.name.startswith("RECV") and item != Input.RECV_END_STREAM:
            with pytest.raises(Discard):
                Stream(1, State.CLOSED_BY_US, 0).step(item)


def test_window_update_and_rst_stream_are_never_an_error_on_a_closed_stream() -> None:
    for state in (S.CLOSED, S.CLOSED_BY_PEER, S.CLOSED_BY_US):
        for item in (I.RECV_WINDOW_UPDATE, I.RECV_RST_STREAM, I.RECV_PRIORITY):
            assert step(state, item) == Reaction(False, None)


def test_identifiers_are_odd_for_clients_even_for_servers_and_run_out() -> None:
    for is_client, first in ((True, 1), (False, 2)):
        streams = Streams(is_client, 10)
        assert [streams.take_local_id() for _ in range(3)] == [first, first + 2, first + 4]
        streams._next_local_id = MAX_STREAM_ID + 1
        with pytest.raises(UsageError):
            streams.take_local_id()


def test_closed_streams_are_told_apart_until_they_are_forgotten() -> None:
    streams = Streams(False, 3)
    streams.last_remote_id = 9
    for number in (1, 5, 7, 9):
        streams.remember(number, State.CLOSED_BY_PEER)
    assert streams.state_of(9) == State.CLOSED_BY_PEER
    assert streams.state_of(1) == State.CLOSED
    assert streams.state_of(11) == State.IDLE
    assert streams.was_skipped(3)
    assert not streams.was_skipped(1)
    assert not streams.was_skipped(5)


def test_reserved_streams_do_not_count() -> None:
    streams = Streams(False, 10)
    promised = Stream(2, State.RESERVED_LOCAL, 0)
    streams.add(promised, is_counted=False)
    assert streams.local_count == 0
    streams.count(promised)
    assert streams.local_count == 1
    promised.state = State.CLOSED
    streams.close(promised)
    assert (streams.local_count, streams.live) == (0, {})
