"""Watches what a target does after a stimulus, with fences instead of waiting, and names it."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ..peer.log import Goaway
from ..peer.peer import Peer
from ..peer.transport import Ended
from ..peer.turns import PROMPT_ALONE
from ..rules.outcome import MALFORMED_RESET, Outcome
from ..wire.codes import Error, error_name
from .session import Session

DROP: Final = Outcome("drop")
SERVE: Final = Outcome("serve")
CLOSE: Final = Outcome("close")
NO_ERROR_CLOSE: Final = Outcome("connection_error", "NO_ERROR")
WAIT: Final = Outcome("wait")
MANY_RST: Final = "ManyRst"
GRACEFUL: Final = "Graceful"
CREDITED: Final = Outcome("credited")
OVERRUN_OF_STREAM: Final = Outcome("stream_error", Error.FLOW_CONTROL_ERROR.name)
OVERRUN_OF_CONNECTION: Final = Outcome("connection_error", Error.FLOW_CONTROL_ERROR.name)


class Mark(NamedTuple):
    """A place in the log of a connection: what came before belongs to earlier steps."""

    position: int
    answered: frozenset[int]
    extra: int


def mark(peer: Peer) -> Mark:
    """Return the present place."""
    answered = frozenset(s.id for s in peer.streams.values() if s.answered)
    return Mark(len(peer.log), answered, sum(s.extra_responses for s in peer.streams.values()))


@dataclass(slots=True)
class Reaction:
    """What was seen; `readings` are outcomes that describe it as well."""

    outcome: Outcome
    readings: tuple[Outcome, ...] = ()
    problems: list[str] = field(default_factory=list)  # each of them makes any outcome a failure
    flags: list[str] = field(default_factory=list)
    credible: bool = False  # a fence was answered directly before the stimulus
    status: int | None = None
    last_stream: int | None = None  # of the GOAWAY with the error
    late: bool = False  # the error followed a response that was under way
    closed: bool = False  # the connection ended gracefully behind the outcome

    @property
    def over(self) -> bool:
        """Whether the connection has ended or is about to."""
        kinds = ("connection_error", "close", "goaway_without_close", "graceful_close")
        return self.closed or self.outcome.kind in kinds


class Watch:
    """One look at a connection, from a mark on."""

    def __init__(self, peer: Peer, session: Session, since: Mark, stream_id: int) -> None:
        """`stream_id`: the stream the stimulus is about; 0 when it is about the connection."""
        self.peer = peer
        self.session = session
        self.since = since
        self.stream_id = stream_id

    def error_goaway(self) -> Goaway | None:
        """Return the first GOAWAY with an error code since the mark."""
        for goaway in self.peer.goaways:
            if goaway.code and goaway.position >= self.since.position:
                return goaway
        return None

    def over(self) -> bool:
        """Return whether the connection is lost."""
        return bool(self.peer.ended) or bool(self.peer.http1) or self.error_goaway() is not None

    def resets(self) -> list[tuple[int, int]]:
        """Return (stream, code) of each RST_STREAM since the mark."""
        return [
            (stream.id, reset.code)
            for stream in self.peer.streams.values()
            for reset in stream.resets
            if reset.position >= self.since.position
        ]

    def answered(self) -> bool:
        """Return whether a response that belongs to the stimulus is complete."""
        stream = self.peer.streams.get(self.stream_id)
        if stream is None:
            return False
        return stream.extra_responses > self.since.extra or (
            stream.ended and stream.answered and self.stream_id not in self.since.answered
        )

    def done(self) -> bool:
        """Return whether there is nothing left to wait for."""
        return self.over() or bool(self.resets()) or self.answered()

    # -- waiting ----------------------------------------------------------------------------------------

    def react(self, silent: bool, timeout: float | None) -> Reaction:
        """Wait for a reaction, or for the certainty that there is none.

        silent: nothing is expected to come, so that only a short grace follows the fences.
        timeout: seconds, for a reaction to the passing of time.
        """
        peer, timing = self.peer, self.session.timing
        credible = peer.unfenced <= 1
        stop: Callable[[], bool] = self.over if silent else self.done
        fenced = True
        peer.wait(stop, 0)
        if not peer.open_block:
            for _ in range(2):
                if stop() or not fenced:
                    break
                fenced = self._fence(stop)
        if not stop() and (fenced or peer.open_block):
            grace = timing.quiet if silent else timing.patience
            has_read_all = fenced and not peer.open_block
            with self.session.idle() if has_read_all and not silent else nullcontext():
                peer.wait(stop, grace if timeout is None else timeout)
        if self.resets() and not self.over() and not peer.open_block:
            # What comes in the same flight, a reset of another stream or GOAWAY, is part of the reaction.
            self._fence(self.over)
        if self.error_goaway() is not None and not peer.ended:
            with self.session.idle(PROMPT_ALONE):
                peer.wait(lambda: peer.ended is not None, timing.close)
        reaction = self.classify()
        reaction.credible = credible
        if not fenced and not peer.ended and reaction.outcome in (DROP, SERVE):
            reaction.problems.append("PING is not answered")
        if timeout is not None and reaction.outcome == DROP:
            reaction.readings += (WAIT,)
        if (reaction.outcome == DROP or SERVE in reaction.readings) and self._is_covered():
            reaction.readings += (CREDITED,)
        return reaction

    def _fence(self, stop: Callable[[], bool]) -> bool:
        """Fence that gives way to a reaction; return whether it was answered or a reaction came."""
        peer = self.peer
        try:
            payload = peer.ping(self.session.timing.deadline)
        except Ended as error:
            peer.finish(error.how)
            return True
        return peer.wait(lambda: peer.ponged(payload) or stop(), self.session.timing.deadline) or bool(
            peer.ended
        )

    # -- naming -----------------------------------------------------------------------------------------

    def classify(self) -> Reaction:
        """Name what has been seen since the mark."""
        peer = self.peer
        if peer.http1:
            return self._http1()
        goaway = self.error_goaway()
        if goaway is not None:
            return self._goaway(goaway)
        if peer.ended:
            recent = [g for g in peer.goaways if g.position >= self.since.position]
            if not recent:
                return Reaction(CLOSE)
            return self._refused_and_closed() or Reaction(Outcome("graceful_close"), (NO_ERROR_CLOSE,))
        if resets := self.resets():
            return self._reset(resets)
        stream = peer.streams.get(self.stream_id)
        if stream is None:
            return Reaction(DROP, (SERVE,))
        if stream.extra_responses > self.since.extra:
            reaction = Reaction(SERVE)
            reaction.problems.append(f"a second response on stream {stream.id}")
            return reaction
        if stream.answered and stream.id not in self.since.answered:
            return Reaction(*self._response(stream.status), status=stream.status)
        return Reaction(DROP, () if stream.awaits_response else (SERVE,))

    def _response(self, status: int | None) -> tuple[Outcome, tuple[Outcome, ...]]:
        normal = status is not None and (200 <= status < 400 or status == self.session.baseline)
        return Outcome("response", str(status)), (SERVE, DROP) if normal else ()

    def _http1(self) -> Reaction:
        line = self.peer.http1.split(b"\r\n", 1)[0].decode("ascii", "replace")
        words = line.split(" ")
        if len(words) > 1 and words[1][:1] in ("4", "5"):
            return Reaction(Outcome("http1_answer"))
        return Reaction(Outcome("http1_answer"), problems=[f"answered in HTTP/1: {line}"])

    def _goaway(self, goaway: Goaway) -> Reaction:
        peer = self.peer
        name = error_name(goaway.code)
        if not peer.ended:
            reaction = Reaction(Outcome("goaway_without_close", name))
            reaction.problems.append(f"GOAWAY {name}, but the connection stays open")
            return reaction
        reaction = Reaction(Outcome("connection_error", name), last_stream=goaway.last_stream)
        if reaction.outcome == OVERRUN_OF_CONNECTION and self._overran_both():
            reaction.readings += (OVERRUN_OF_STREAM,)
        # RFC 9113 5.4.1: the last stream identifier SHOULD be that of the last stream received; a higher one
        # errs on the safe side, since the client repeats less.
        if goaway.last_stream > peer.highest:
            reaction.flags.append("LastStreamHigh")
        later = [g for g in peer.goaways if g.position > goaway.position]
        if later:
            reaction.flags.append("ManyGoaway")
        return reaction

    def not_ignored(self) -> str | None:
        """Return how the connection was ended for frames on a stream that the target had just reset.

        RFC 9113 5.1: an endpoint MUST ignore frames that it receives on closed streams after it has sent a
        RST_STREAM frame; the peer cannot know of the reset yet.
        """
        peer = self.peer
        resets = [(r.position, s.id, r.code) for s in peer.streams.values() for r in s.resets]
        first = min((reset for reset in resets if reset[0] >= self.since.position), default=None)
        if first is None:
            return None
        position, stream_id, code = first
        how = f"the target reset stream {stream_id} with {error_name(code)} and then"
        goaway = self.error_goaway()
        if goaway is not None and goaway.position > position:
            return f"{how} ended the connection with {error_name(goaway.code)}"
        return f"{how} closed the connection" if goaway is None and peer.ended else None

    def _is_covered(self) -> bool:
        """Return whether the target gave credit for all DATA of ours, so that none was beyond a window to it.

        RFC 9113 6.9.1: DATA and WINDOW_UPDATE cross; a receiver may raise the window at any time.
        """
        peer = self.peer
        return peer.windows.connection >= 0 and peer.stream_window(self.stream_id) >= 0

    def _overran_both(self) -> bool:
        """Return whether DATA of ours went beyond the stream's window and the connection's as well.

        Octets with two faults may be reported as either of them.
        """
        peer = self.peer
        return self.stream_id > 0 and peer.windows.connection < 0 and peer.stream_window(self.stream_id) < 0

    def _refused_and_closed(self) -> Reaction | None:
        """Return the refusal behind which the target closed the connection, with nothing left to answer.

        RFC 9113 6.8: GOAWAY with NO_ERROR ends a connection whose exchanges are done.
        """
        streams = self.peer.streams
        mine = streams.get(self.stream_id)
        last = min(goaway.last_stream for goaway in self.peer.goaways)
        if mine is None or mine.id > last:
            return None
        done = [s.is_over or s.sent_reset for s in streams.values() if s.opened and s.id <= last]
        if not all(done):
            return None
        fresh = mine.ended and mine.answered and mine.id not in self.since.answered
        if fresh and (mine.status or 0) >= 400:
            outcome = Outcome("response", str(mine.status))
            return Reaction(outcome, flags=[GRACEFUL], status=mine.status, closed=True)
        codes = [reset.code for reset in mine.resets if reset.position >= self.since.position]
        if codes and not fresh:
            return Reaction(Outcome("stream_error", error_name(codes[0])), flags=[GRACEFUL], closed=True)
        return None

    def _reset(self, resets: list[tuple[int, int]]) -> Reaction:
        peer = self.peer
        mine = [reset for reset in resets if reset[0] == self.stream_id]
        stream_id, code = mine[0] if mine else resets[0]
        stream = peer.stream(stream_id)
        reaction = Reaction(Outcome("stream_error", error_name(code)))
        if reaction.outcome == OVERRUN_OF_STREAM and self._overran_both():
            reaction.readings += (OVERRUN_OF_CONNECTION,)
        # RFC 9113 5.1: opening a stream with a higher identifier closes the idle ones below it.
        skipped = stream_id % 2 == 1 and stream_id < peer.highest
        if not stream.opened and not skipped:
            # RFC 9113 6.4: RST_STREAM MUST NOT be sent for a stream in the "idle" state.
            reaction.problems.append(f"RST_STREAM on stream {stream_id}, which is idle")
        elif not mine and self.stream_id:
            reaction.problems.append(f"RST_STREAM on stream {stream_id} instead of {self.stream_id}")
        if len(mine) > 1 or len(stream.resets) > 1:
            reaction.flags.append(MANY_RST)
        fresh = stream.answered and stream_id not in self.since.answered
        if fresh:
            reaction.status = stream.status
            response, readings = self._response(stream.status)
            if not stream.ended:
                reaction.late = reaction.outcome == MALFORMED_RESET and bool(readings)
            elif response.detail[0] in "45":
                # A whole answer and then any RST_STREAM: the answer is the reaction.
                return Reaction(response, (reaction.outcome, *readings), reaction.problems, reaction.flags)
            elif code == Error.NO_ERROR:
                reaction.readings = (response, *readings)
            else:
                reaction.late = reaction.outcome == MALFORMED_RESET
        return reaction
