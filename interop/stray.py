"""Moves drawn without regard to where their streams stand: most of them are out of place somewhere."""

from struct import pack

from hypothesis import strategies as st

from .moves import (
    BAD_BLOCKS,
    BAD_SETTINGS,
    MALFORMED_REQUESTS,
    MALFORMED_RESPONSES,
    MALFORMED_TRAILERS,
    REQUEST,
    RESPONSE,
    FieldList,
    Kind,
    Move,
    frame,
    headers,
    literals,
)

_ids = st.sampled_from((1, 1, 1, 3, 3, 5, 2, 7))
_any_ids = st.sampled_from((1, 1, 3, 3, 5, 2, 0, 9))
_flag = st.booleans()


def _labelled(
    kind: Kind, table: dict[str, FieldList], ends: st.SearchStrategy[bool]
) -> st.SearchStrategy[Move]:
    return st.builds(
        lambda stream_id, item, end: headers(kind, stream_id, item[1], end, item[0]),
        _ids,
        st.sampled_from(sorted(table.items())),
        ends,
    )


@st.composite
def _split_requests(draw: st.DrawFn) -> Move:
    """Draw a field block in HEADERS and CONTINUATION, sometimes with another frame in between."""
    stream_id, ends = draw(_ids), draw(_flag)
    block = literals(REQUEST)
    cut = draw(st.integers(0, len(block)))
    first = frame(1, 0x01 if ends else 0, stream_id, block[:cut])
    last = frame(9, 0x04, stream_id, block[cut:])
    intruder = draw(st.sampled_from((b"", b"", frame(6, 0, 0, bytes(8)), frame(0xFA, 0, stream_id))))
    kind = Kind.BROKEN_SPLIT if intruder else Kind.SPLIT_REQUEST
    return Move(kind, stream_id, first + intruder + last, ends)


@st.composite
def _data(draw: st.DrawFn) -> Move:
    stream_id, ends = draw(_any_ids), draw(_flag)
    flags = 0x01 if ends else 0
    content = draw(st.binary(max_size=20))
    if draw(_flag):
        pad = draw(st.integers(0, 10))
        return Move(
            Kind.DATA, stream_id, frame(0, flags | 0x08, stream_id, bytes([pad]) + content + bytes(pad)), ends
        )
    return Move(Kind.DATA, stream_id, frame(0, flags, stream_id, content), ends)


_rst_streams = st.builds(
    lambda stream_id, code: Move(Kind.RST_STREAM, stream_id, frame(3, 0, stream_id, pack(">L", code))),
    _any_ids,
    st.sampled_from((0, 1, 8, 0xFF)),
)
_increments = {"small": 10, "zero": 0, "largest": (1 << 31) - 1}
_window_updates = st.builds(
    lambda stream_id, item: Move(
        Kind.WINDOW_UPDATE, stream_id, frame(8, 0, stream_id, pack(">L", item[1])), label=item[0]
    ),
    _any_ids,
    st.sampled_from(sorted(_increments.items())),
)
_settings = st.builds(
    lambda entries: Move(
        Kind.SETTINGS, 0, frame(4, 0, 0, b"".join(pack(">HL", *entry) for entry in entries))
    ),
    st.lists(
        st.sampled_from(((1, 0), (1, 4096), (2, 0), (3, 10), (4, 0), (4, 65_535), (5, 16_384), (0x55, 1))),
        max_size=3,
    ),
)
_bad_settings = st.builds(
    lambda item: Move(Kind.BAD_SETTINGS, 0, frame(4, 0, 0, pack(">HL", *item[1])), label=item[0]),
    st.sampled_from(sorted(BAD_SETTINGS.items())),
)
_pings = st.builds(
    lambda payload, flags: Move(Kind.PING, 0, frame(6, flags, 0, payload)),
    st.binary(min_size=8, max_size=8),
    st.sampled_from((0, 0, 1)),
)
_priorities = st.builds(
    lambda stream_id, on: Move(
        Kind.PRIORITY,
        stream_id,
        frame(2, 0, stream_id, pack(">LB", on, 15)),
        label="on-itself" if on == stream_id else "",
    ),
    _any_ids,
    st.sampled_from((0, 1, 3)),
)
_unknown = st.builds(
    lambda stream_id, payload: Move(Kind.UNKNOWN, stream_id, frame(0xFA, 0, stream_id, payload)),
    _any_ids,
    st.binary(max_size=10),
)
_continuations = st.builds(
    lambda stream_id: Move(Kind.CONTINUATION, stream_id, frame(9, 0x04, stream_id, literals(REQUEST))), _ids
)
_bad_blocks = st.builds(
    lambda stream_id, item: Move(
        Kind.BAD_BLOCK, stream_id, frame(1, 0x05, stream_id, item[1]), True, item[0]
    ),
    _ids,
    st.sampled_from(sorted(BAD_BLOCKS.items())),
)
_goaways = st.builds(
    lambda last, code: Move(Kind.GOAWAY, 0, frame(7, 0, 0, pack(">LL", last, code))),
    st.sampled_from((0, 1, (1 << 31) - 1)),
    st.sampled_from((0, 1, 0xFF)),
)

_common = (_data(), _data(), _rst_streams, _window_updates, _settings, _pings, _priorities, _unknown)
_illegal = (_bad_settings, _continuations, _bad_blocks)
_good_requests = st.builds(
    lambda stream_id, ends: headers(Kind.REQUEST, stream_id, REQUEST, ends), _ids, _flag
)
_trailers = st.builds(
    lambda stream_id, ends: headers(Kind.TRAILERS, stream_id, ((b"t", b"1"),), ends), _ids, st.just(True)
)
_resets = st.builds(lambda stream_id: Move(Kind.RESET, stream_id), _ids)

server_moves = st.one_of(
    _good_requests,
    _good_requests,
    _good_requests,
    _trailers,
    _split_requests(),
    _labelled(Kind.MALFORMED_REQUEST, MALFORMED_REQUESTS, _flag),
    _labelled(Kind.MALFORMED_TRAILERS, MALFORMED_TRAILERS, st.just(True)),
    st.builds(
        lambda stream_id: Move(
            Kind.PUSH_PROMISE, stream_id, frame(5, 0x04, stream_id, pack(">L", 2) + literals(REQUEST))
        ),
        _ids,
    ),
    st.builds(lambda stream_id, ends: Move(Kind.RESPOND, stream_id, ends=ends), _ids, _flag),
    _resets,
    _goaways,
    *_common,
    *_illegal,
)
"""What can happen to a server."""

client_moves = st.one_of(
    st.builds(lambda stream_id, ends: headers(Kind.RESPONSE, stream_id, RESPONSE, ends), _ids, _flag),
    st.builds(lambda stream_id, ends: headers(Kind.RESPONSE, stream_id, RESPONSE, ends), _ids, _flag),
    st.builds(lambda stream_id: headers(Kind.INFORMATIONAL, stream_id, ((b":status", b"103"),), False), _ids),
    _labelled(Kind.MALFORMED_RESPONSE, MALFORMED_RESPONSES, st.just(True)),
    _trailers,
    _labelled(Kind.MALFORMED_TRAILERS, MALFORMED_TRAILERS, st.just(True)),
    _resets,
    _goaways,
    *_common,
    *_illegal,
)
"""What can happen to a client that has opened streams 1, 3 and 5."""
