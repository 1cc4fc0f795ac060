"""The state machine of a connection's dialogue: Hypothesis chooses the next move by where the streams stand.

The first moves of a dialogue fit their streams, so that it gets somewhere; from then on any move may come, in
place or not. A dialogue that is over makes way for a new one inside the same example.
"""

from collections.abc import Callable
from struct import pack

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from .comparison import Comparison
from .differential import Disagreement
from .moves import REQUEST, RESPONSE, FieldList, Kind, Move, frame, headers, literals
from .story import LIVE
from .stray import client_moves, server_moves

MOVES = 20
"""Moves of an example."""

IN_PLACE = 8
"""Up to so many moves of a dialogue fit their streams."""

CONTENT_SIZES = (1, 10, 100, 16_384)
"""Octets that the application sends at a time; the last four times over is more than a first window."""

_END_HEADERS = 0x04
_where = st.integers(0, 7)
_flag = st.booleans()
_rarely = st.sampled_from((False, False, False, True))
_lengths = st.sampled_from((*(None,) * 7, 0, 3, 10))


def _change(entries: list[tuple[int, int]]) -> Move:
    payload = b"".join(pack(">HL", *entry) for entry in entries)
    label = "repeated" if len({number for number, _ in entries}) < len(entries) else ""
    return Move(Kind.SETTINGS, 0, frame(4, 0, 0, payload), label=label)


_settings = st.lists(
    st.sampled_from(
        ((1, 0), (1, 4096), (2, 0), (3, 0), (3, 10), (4, 0), (4, 50), (4, 65_535), (4, 1 << 20), (5, 16_384))
    ),
    max_size=3,
).map(_change)
_pings = st.builds(
    lambda is_ack, payload: Move(Kind.PING, 0, frame(6, is_ack, 0, payload)),
    _rarely,
    st.binary(min_size=8, max_size=8),
)
_unknown = st.builds(
    lambda stream_id, kind: Move(Kind.UNKNOWN, stream_id, frame(kind, 0xFF, stream_id, b"x")),
    st.integers(0, 9),
    st.sampled_from((0x0B, 0xFA)),
)
_noise = st.one_of(_settings, _settings, _pings, _unknown)


class Dialogue(RuleBasedStateMachine):
    """Both connections, with the moves that Hypothesis may make; `judge` gets every disagreement."""

    def __init__(self, role: str, judge: Callable[[Disagreement], None]) -> None:
        super().__init__()
        self._role = role
        self._judge = judge
        self._in_place = 0
        self.now = Comparison(role)

    @property
    def is_client(self) -> bool:
        """The two under comparison are clients."""
        return self._role == "client"

    @property
    def is_in_place(self) -> bool:
        """Only moves that fit their streams may come."""
        return len(self.now.moves) < self._in_place

    def make(self, move: Move) -> None:
        """Make the move; after the end of a dialogue, begin another."""
        found = self.now.make(move)
        if found is not None:
            self._judge(found)
        if self.now.is_over:
            self.now = Comparison(self._role)

    @initialize(count=st.integers(0, IN_PLACE))
    def begin(self, count: int) -> None:
        """Choose how long the moves fit."""
        self._in_place = count

    # Heads.

    @precondition(lambda self: not self.is_client)
    @rule(skip=_rarely, ends=_flag, length=_lengths, cut=st.none() | st.integers(0, 60))
    def request(self, skip: bool, ends: bool, length: int | None, cut: int | None) -> None:
        """The peer opens the next stream, or the one behind it."""
        story = self.now.story
        stream_id = story.highest + (1 if story.highest % 2 == 0 else 2) + 2 * skip
        self._head(Kind.REQUEST, stream_id, REQUEST, ends, length, cut)

    @precondition(lambda self: self.is_client and self._headless())
    @rule(where=_where, ends=_flag, length=_lengths, cut=st.none() | st.integers(0, 30))
    def response(self, where: int, ends: bool, length: int | None, cut: int | None) -> None:
        """The peer answers a request, or begins a promised response."""
        self._head(Kind.RESPONSE, _pick(self._headless(), where), RESPONSE, ends, length, cut)

    @precondition(lambda self: self.is_client and self._headless())
    @rule(where=_where)
    def informational(self, where: int) -> None:
        """The peer announces that the response is still to come."""
        stream_id = _pick(self._headless(), where)
        self.make(headers(Kind.INFORMATIONAL, stream_id, ((b":status", b"103"),), ends=False))

    @precondition(lambda self: self.is_client and self.now.story.ids(*LIVE[:2]))
    @rule(where=_where, skip=_rarely)
    def promise(self, where: int, skip: bool) -> None:
        """The peer promises a request."""
        story = self.now.story
        promised = story.highest_promised + 2 + 2 * skip
        stream_id = _pick(story.ids(*LIVE[:2]), where)
        payload = pack(">L", promised) + literals(REQUEST)
        self.make(Move(Kind.PUSH_PROMISE, stream_id, frame(5, _END_HEADERS, stream_id, payload)))

    # What follows a head.

    @precondition(lambda self: self._receiving())
    @rule(where=_where, size=st.sampled_from((0, 3, 7, 10)), pad=st.none() | st.integers(0, 9), ends=_flag)
    def data(self, where: int, size: int, pad: int | None, ends: bool) -> None:
        """The peer sends content."""
        stream_id = _pick(self._receiving(), where)
        payload = bytes(size) if pad is None else bytes([pad]) + bytes(size + pad)
        flags = (0 if pad is None else 0x08) | ends
        self.make(Move(Kind.DATA, stream_id, frame(0, flags, stream_id, payload), ends))

    @precondition(lambda self: self._receiving())
    @rule(where=_where)
    def trailers(self, where: int) -> None:
        """The peer ends its message with trailers."""
        self.make(headers(Kind.TRAILERS, _pick(self._receiving(), where), ((b"t", b"1"),), ends=True))

    # What may come at any time.

    @precondition(lambda self: self.now.story.ids(*LIVE))
    @rule(where=_where, code=st.sampled_from((None, 0, 8, 0xFF)))
    def give_up(self, where: int, code: int | None) -> None:
        """The application (no code) or the peer resets a stream."""
        stream_id = _pick(self.now.story.ids(*LIVE), where)
        if code is None:
            self.make(Move(Kind.RESET, stream_id))
        else:
            self.make(Move(Kind.RST_STREAM, stream_id, frame(3, 0, stream_id, pack(">L", code))))

    @rule(where=_where, increment=st.sampled_from((1, 9, 65_535, 1 << 30, (1 << 31) - 1)))
    def credit(self, where: int, increment: int) -> None:
        """The peer widens a window, perhaps too far."""
        stream_id = _pick([*self.now.story.ids(*LIVE), 0], where)
        payload = pack(">L", increment)
        self.make(Move(Kind.WINDOW_UPDATE, stream_id, frame(8, 0, stream_id, payload), label=str(increment)))

    @rule(move=_noise)
    def noise(self, move: Move) -> None:
        """The peer sends what belongs to no stream, or what nobody knows."""
        self.make(move)

    # The application.

    @precondition(lambda self: self.is_client)
    @rule(ends=_flag)
    def open(self, ends: bool) -> None:
        """The application sends a request."""
        self.make(Move(Kind.OPEN, self.now.story.highest + 2, ends=ends))

    @precondition(lambda self: not self.is_client and self._unanswered())
    @rule(where=_where, ends=_rarely)
    def respond(self, where: int, ends: bool) -> None:
        """The application answers."""
        self.make(Move(Kind.RESPOND, _pick(self._unanswered(), where), ends=ends))

    @precondition(lambda self: self._sending())
    @rule(
        where=_where, size=st.sampled_from(CONTENT_SIZES), times=st.sampled_from((1, 1, 2, 5)), ends=_rarely
    )
    def content(self, where: int, size: int, times: int, ends: bool) -> None:
        """The application sends content, perhaps more than the windows take."""
        stream_id = _pick(self._sending(), where)
        for number in range(times):
            if stream_id in self._sending():
                self.make(Move(Kind.CONTENT, stream_id, ends=ends and number == times - 1, size=size))

    # Anything.

    @precondition(lambda self: not self.is_client and not self.is_in_place)
    @rule(move=server_moves)
    def stray_to_a_server(self, move: Move) -> None:
        """Something comes, in place or not."""
        self.make(move)

    @precondition(lambda self: self.is_client and not self.is_in_place)
    @rule(move=client_moves)
    def stray_to_a_client(self, move: Move) -> None:
        """Something comes, in place or not."""
        self.make(move)

    def _head(
        self, kind: Kind, stream_id: int, fields: FieldList, ends: bool, length: int | None, cut: int | None
    ) -> None:
        label = ""
        if length is not None:
            label = "content-length" if length else "content-length-0"
            fields = (*fields, (b"content-length", str(length).encode()))
        if cut is None:
            self.make(headers(kind, stream_id, fields, ends, label))
            return
        block = literals(fields)
        octets = frame(1, int(ends), stream_id, block[:cut]) + frame(9, _END_HEADERS, stream_id, block[cut:])
        self.make(Move(kind, stream_id, octets, ends, label))

    def _headless(self) -> list[int]:
        return self.now.story.ids("open", "half-closed-local", "reserved", head=False)

    def _receiving(self) -> list[int]:
        return self.now.story.ids("open", "half-closed-local", head=True)

    def _unanswered(self) -> list[int]:
        return self.now.story.ids("open", "half-closed-remote", answered=False)

    def _sending(self) -> list[int]:
        return self.now.story.ids("open", "half-closed-remote", answered=True)


def _pick(stream_ids: list[int], where: int) -> int:
    return stream_ids[where % len(stream_ids)]
