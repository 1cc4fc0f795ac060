"""Judges the expectations of a dialogue, one after the other, by what the target did since the last."""

from ..cases.case import Case, Expect
from ..cases.expectspec import REACTIONS, best_outcomes
from ..cases.values import resolve_stream
from ..peer.peer import Peer
from ..rules.outcome import Outcome
from ..rules.situations import Acceptable
from ..wire.codes import MAX_31, error_name
from . import checks
from .liveness import dead
from .matching import number_matches
from .reaction import MANY_RST, Mark, Watch, mark
from .result import Result
from .session import Session
from .verdict import ACCEPTABLE, FAIL, Judgement, judge


class Judge:
    """What is expected of the connections of one dialogue, and what came of it so far."""

    def __init__(self, session: Session, case: Case) -> None:
        """Nothing is judged yet, which is a pass."""
        self.session = session
        self.case = case
        self.result = Result()
        self.over: set[str] = set()  # connections that an acceptable error ended
        self._marks: dict[str, Mark] = {}
        self._judged: set[str] = set()  # connections on which the reaction to the stimulus was judged

    def mark(self, name: str, peer: Peer) -> None:
        """Note that what a connection has seen so far belongs to earlier steps."""
        self._marks[name] = mark(peer)

    def outcome(self, name: str, peer: Peer) -> str:
        """Name what is there of a reaction, for a dialogue that stops."""
        return str(Watch(peer, self.session, self._marks[name], 0).classify().outcome)

    def expect(self, step: Expect, peer: Peer) -> None:
        """Judge one expectation; the result says what came of it."""
        if step.kind in REACTIONS:
            self._expect_reaction(step, peer)
        else:
            self._expect_sight(step, peer)
        self.mark(step.on, peer)

    def _allowed(self) -> tuple[tuple[Outcome, ...], tuple[Acceptable, ...]]:
        situation = (
            self.session.situations.situations[self.case.situation]
            if self.case.situation is not None
            else None
        )
        best = situation.best if situation else ()
        return best, self.session.acceptable(self.case)

    def _forbidden(self) -> tuple[Outcome, ...]:
        if self.case.situation is None:
            return ()
        return self.session.situations.situations[self.case.situation].forbidden

    def _stream_of(self, step: Expect, peer: Peer) -> int:
        if "stream" in step.arguments:
            return resolve_stream(step.arguments["stream"], peer.variables, 0)
        return peer.last_used

    def _expect_reaction(self, step: Expect, peer: Peer) -> None:
        best = best_outcomes(step)
        wider, acceptable = self._allowed()
        expected = (*best, *(o for o in wider if o not in best))
        silent = best[0].kind == "drop" and len(best) == 1
        stream_id = self._stream_of(step, peer)
        watch = Watch(peer, self.session, self._marks[step.on], stream_id)
        seen = watch.react(silent, step.timeout)
        if not seen.over and not seen.problems and not peer.http1 and not peer.open_block:
            if problem := dead(peer, self.session, request=step.arguments.get("liveness") != "ping"):
                again = watch.classify()
                if again.over:
                    again.credible = seen.credible
                    seen = again
                else:
                    seen.problems.append(f"afterwards {problem}")
            elif not seen.late:
                again = watch.classify()  # a reset may have come behind the response, or behind another reset
                changed = (again.outcome.kind, again.flags) != (seen.outcome.kind, seen.flags)
                if again.late or again.problems or changed:
                    again.credible = seen.credible
                    if step.timeout is not None:
                        again.readings += seen.readings
                    seen = again
        if "last_stream" in step.arguments and seen.last_stream is not None:
            wanted = step.arguments["last_stream"]
            if not number_matches(wanted, seen.last_stream, peer.variables):
                seen.problems.append(f"the last stream identifier is {seen.last_stream}")
        if step.arguments.get("behind") == "ignored" and (problem := watch.not_ignored()):
            seen.problems.append(problem)
        if step.arguments.get("resets") == "any":
            seen.flags = [flag for flag in seen.flags if flag != MANY_RST]
        judgement = judge(seen, expected, acceptable, self._forbidden())
        self.result.expected = [str(outcome) for outcome in best]
        self.result.outcome = str(seen.outcome)
        self.result.stream = stream_id
        self.result.add(judgement)
        self._judged.add(step.on)
        if seen.over and not any(o.kind in ("connection_error", "close") for o in best):
            self.over.add(step.on)

    def _expect_sight(self, step: Expect, peer: Peer) -> None:
        sight = checks.CHECKS[step.kind](peer, self.session, step)
        self.result.expected = [sight.expected]
        self.result.outcome = sight.outcome
        if sight.problem is None:
            return
        # What the situation allows besides may be the reason why the expected thing did not come.
        # Once the reaction was judged, what follows has to hold by itself.
        acceptable = () if step.on in self._judged else self._allowed()[1]
        watch = Watch(peer, self.session, self._marks[step.on], self._stream_of(step, peer))
        seen = watch.classify()
        if watch.error_goaway() is not None and not peer.ended:
            peer.wait(lambda: peer.ended is not None, self.session.timing.close)
            seen = watch.classify()
        lost = seen.over or seen.outcome.kind in ("stream_error", "response", "http1_answer")
        if lost:
            self.result.outcome = str(seen.outcome)
            seen.credible = True
            for entry in acceptable:
                if any(o.matches(r) for o in entry.outcomes for r in (seen.outcome, *seen.readings)):
                    self.result.add(Judgement(ACCEPTABLE, sight.problem, [entry.flag]))
                    self.over.add(step.on)
                    return
        # A response that is not the expected one is what `else` is about; an error is not.
        excusable = not lost or (seen.outcome.kind == "response" and not seen.over)
        if excusable and "else" in step.arguments:
            self.result.add(Judgement(ACCEPTABLE, sight.problem, [step.arguments["else"]]))
            return
        self.result.add(Judgement(FAIL, with_cause(peer, sight.problem)))


def with_cause(peer: Peer, problem: str) -> str:
    """Add to a problem what the target did instead."""
    words = [problem]
    if peer.http1:
        words.append(f"it answered in HTTP/1: {peer.http1[:60]!r}")
    for goaway in peer.goaways:
        last = "2^31-1" if goaway.last_stream == MAX_31 else goaway.last_stream
        words.append(f"GOAWAY {error_name(goaway.code)} (last stream {last}) came")
    for stream in peer.streams.values():
        words += [f"RST_STREAM {error_name(r.code)} came on stream {stream.id}" for r in stream.resets]
    if peer.undecodable:
        words.append(f"its field block cannot be decoded: {peer.undecodable}")
    if peer.ended:
        words.append("the connection was closed" + (" by a reset" if peer.ended == "reset" else ""))
    return "; ".join(words)
