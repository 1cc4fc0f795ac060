"""One attempt at a case: the dialogue, its control, and the proof that the target survived both."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..cases.case import Case, Step
from ..peer.log import Entry
from ..peer.memory import TargetException
from ..peer.peer import Peer
from ..peer.streams import Stream
from ..wire.codes import Error, error_name
from .control import control_steps
from .dialogue import Dialogue
from .probe import open_peer
from .result import Result
from .session import Session
from .unfit import unfit
from .verdict import ACCEPTABLE, FAIL, METHOD_REFUSED, PASS, SKIP, refusal, served

OURS = frozenset({"exec", "embedded"})
"""Kinds of targets whose process we started."""
DYING_SECONDS = 0.5


@dataclass(slots=True)
class Attempt:
    """What one attempt at a case showed."""

    result: Result
    seconds: float = 0.0
    violations: dict[str, str] = field(default_factory=dict)
    transcript: list[tuple[str, str, Entry]] = field(default_factory=list)  # phase, connection, entry
    control: tuple[str, bool] | None = None  # outcome, survived
    ended: bool = False  # the target closed a connection
    bare_close: bool = False  # and did not say GOAWAY before
    generation: int = 0  # which process of the target it met, counted from 0
    crash: bool = False
    error: str | None = None  # the harness itself broke

    @property
    def verdict(self) -> str:
        """The verdict, `error` when the harness broke."""
        return "error" if self.error else self.result.verdict


def attempt(case: Case, session: Session) -> Attempt:
    """Run a case once."""
    begin = time.perf_counter()
    dialogue = Dialogue(session, case)
    done = Attempt(dialogue.result)
    try:
        dialogue.run(case.steps)
        _collect(done, dialogue, "case")
        if done.result.verdict == FAIL and (reason := unfit(case, session, dialogue.peers.values())):
            _leave_out(done, reason)
    except TargetException as error:
        _collect(done, dialogue, "case")
        crashed(done, str(error))
    finally:
        dialogue.close()
    if not done.crash:
        _afterwards(case, session, done)
    done.seconds = time.perf_counter() - begin
    return done


def _afterwards(case: Case, session: Session, done: Attempt) -> None:
    """Run the control of an error case that did well; else show that the target still answers."""
    result = done.result
    if case.expects_error and result.verdict in (PASS, ACCEPTABLE):
        steps = control_steps(case)
        if not isinstance(steps, str):
            _run_control(case, session, done, steps)
            if done.control is not None and done.control[1]:
                return
    elif result.verdict != FAIL and not case.flood and not done.ended:
        return
    if not session.mute and (problem := unreachable(session)):
        crashed(done, problem)


def _run_control(case: Case, session: Session, done: Attempt, steps: Sequence[Step]) -> None:
    dialogue = Dialogue(session, case)
    try:
        twin = dialogue.run(steps)
        problem = twin.reason if twin.verdict != PASS else _compare(case, done.result, dialogue, session)
        done.control = (twin.outcome, problem is None)
        _collect(done, dialogue, "control")
    finally:
        dialogue.close()
    flag = _refused_method(case, session, done.result) or _served(case, session, done.result)
    if twin.verdict != PASS and (reason := unfit(case, session, dialogue.peers.values())):
        _leave_out(done, reason)
    elif problem is not None and flag and twin.verdict == PASS:
        done.control = (twin.outcome, True)
        done.result.verdict = ACCEPTABLE
        done.result.flags = [flag]
    elif problem is not None:
        done.result.verdict = FAIL
        done.result.flags.append("Indiscriminate")
        done.result.reason = f"the legal twin of the case fares no better: {problem}"


def _refused_method(case: Case, session: Session, result: Result) -> str | None:
    """Return the flag of a target that refuses the method of the case, be the request sound or not."""
    if result.twin_differs is None or case.situation is None:
        return None
    return refusal(session.acceptable(case), result.twin_differs)


def _leave_out(done: Attempt, reason: str) -> None:
    """Say that the case cannot judge this target."""
    done.result.verdict = SKIP
    done.result.outcome = SKIP
    done.result.flags = []
    done.result.reason = reason


def _served(case: Case, session: Session, result: Result) -> str | None:
    """Return the flag of a target that answers the fault as it answers everything, where it may serve it."""
    if result.outcome != f"response({session.baseline})":
        return None
    return served(session.acceptable(case))


def _compare(case: Case, result: Result, dialogue: Dialogue, session: Session) -> str | None:
    """Return why the reaction to the fault is no other than that to the legal twin."""
    # RFC 9110 9.1: a target need not support the method (CONNECT); it may refuse it by a reset.
    if not METHOD_REFUSED.isdisjoint(entry.flag for entry in session.acceptable(case)):
        return _compare_answers(result, dialogue, session)
    return _reset_alike(result, dialogue) or _compare_answers(result, dialogue, session)


def _reset_alike(result: Result, dialogue: Dialogue) -> str | None:
    """A stream error proves something only if the stream of the legal twin is not reset for it as well."""
    for peer in dialogue.peers.values():
        stream = peer.streams.get(result.stream)
        for reset in stream.resets if stream is not None else ():
            if result.outcome == f"stream_error({error_name(reset.code)})" and reset.code != Error.NO_ERROR:
                return f"its stream is reset with {error_name(reset.code)} as well"
    return None


def _compare_answers(result: Result, dialogue: Dialogue, session: Session) -> str | None:
    """An answer to the fault proves something only if the legal twin is answered otherwise."""
    if not result.twin_2xx and result.twin_differs is None:
        return None
    status = None
    for peer in dialogue.peers.values():
        stream = peer.streams.get(result.stream)
        if stream is not None and stream.opened:
            if stream.awaits_response:
                wait_answer(peer, stream, session.timing.deadline)
            status = stream.status
            break
    if status is None:
        status = session.baseline
    if result.twin_differs is not None and status == result.twin_differs:
        return f"it is answered {status} as well"
    if result.twin_2xx and not (status is not None and 200 <= status < 300):
        return f"it is answered {status}, not 2xx"
    return None


def wait_answer(peer: Peer, stream: Stream, timeout: float) -> None:
    """Wait for the final response of a stream."""
    peer.wait(lambda: stream.answered or bool(stream.resets), timeout)


def unreachable(session: Session) -> str | None:
    """Return why a new connection cannot be made, or None when the target shakes hands."""
    if reason := session.target.gone():
        return reason
    problem = None
    for _ in range(2):
        peer, problem = open_peer(session)
        if peer is not None:
            peer.close()
            return None
    if session.target.kind in OURS:
        # The sockets of a process that dies are closed before it can be waited for.
        until = time.monotonic() + DYING_SECONDS
        while time.monotonic() < until:
            if reason := session.target.gone():
                return reason
            time.sleep(0.005)
    return f"a new connection fails: {problem}"


def crashed(done: Attempt, reason: str) -> None:
    """Turn an attempt into a failure: the target died under it."""
    done.crash = True
    done.result.verdict = FAIL
    done.result.outcome = done.result.outcome or "crash"
    done.result.reason = f"crash: {reason}" + (
        f" (before: {done.result.reason})" if done.result.reason else ""
    )


def _collect(done: Attempt, dialogue: Dialogue, phase: str) -> None:
    for name, peer in dialogue.peers.items():
        done.transcript += [(phase, name, entry) for entry in peer.log]
        done.ended |= peer.ended is not None
        done.bare_close |= peer.ended is not None and not peer.goaways
        for rule, text in peer.monitors.violations.items():
            done.violations.setdefault(rule, text)
