"""Tells when a target cannot be brought to where a case judges it, for a reason that the RFCs leave to it."""

from collections.abc import Collection, Iterator

from ..cases.case import Case, Expect, Send
from ..cases.expectspec import REACTIONS, best_outcomes
from ..peer.peer import Peer
from ..peer.tablesize import DEFAULT
from ..rules.outcome import Outcome
from ..wire.codes import Error
from .session import Session


def unfit(case: Case, session: Session, peers: Collection[Peer]) -> str | None:
    """Return why a case that did not do well says nothing about the target, or None when it does.

    What the case asks for by its needs or its expectations is no excuse: then it is about that very limit.
    """
    best = list(_best(case, session))
    allowed = [*best, *(outcome for entry in session.acceptable(case) for outcome in entry.outcomes)]
    about_windows = any(outcome.detail == Error.FLOW_CONTROL_ERROR.name for outcome in allowed)
    about_the_end = bool(best) and all(outcome.kind in ("connection_error", "close") for outcome in best)
    for peer in peers:
        if "streams-limit" not in case.needs and (problem := _too_many_streams(peer)):
            return problem
        if not about_windows and (problem := _overran(peer)):
            return problem
        if problem := _small_table(case, peer):
            return problem
        if not about_the_end and (problem := _left(peer)):
            return problem
    return None


def _best(case: Case, session: Session) -> Iterator[Outcome]:
    for step in case.steps:
        if isinstance(step, Expect) and step.kind in REACTIONS:
            yield from best_outcomes(step)
    if case.situation is not None:
        yield from session.situations.situations[case.situation].best


def _too_many_streams(peer: Peer) -> str | None:
    """RFC 9113 5.1.2: streams above MAX_CONCURRENT_STREAMS are refused, however low the target sets it."""
    for stream in peer.streams.values():
        if stream.over_limit and any(reset.code == Error.REFUSED_STREAM for reset in stream.resets):
            limit = peer.variables.peer("MAX_CONCURRENT_STREAMS")
            return f"the target takes no more streams at a time than {limit}"
    return None


def _overran(peer: Peer) -> str | None:
    """RFC 9113 6.9.2: the case sends more at once than the windows hold, however small they are."""
    overran = [stream for stream in peer.streams.values() if stream.overran]
    codes = [reset.code for stream in overran for reset in stream.resets]
    codes += [goaway.code for goaway in peer.goaways] if overran else []
    if Error.FLOW_CONTROL_ERROR in codes:
        return f"the target's windows do not hold the DATA of stream {overran[0].id}"
    return None


def _small_table(case: Case, peer: Peer) -> str | None:
    """RFC 9113 6.5.2: a case with field blocks of its own counts on the initial table size.

    A block that refers to what a smaller table does not hold cannot be decoded; one of an exact length grows
    by the size update that is due in front of it.
    """
    if peer.table_size.size == DEFAULT:
        return None
    keys = {"fill_to"}
    if any(goaway.code == Error.COMPRESSION_ERROR for goaway in peer.goaways):
        keys.add("block")
    for step in case.steps:
        frames = step.frames if isinstance(step, Send) else ()
        if any(not keys.isdisjoint(frame.values) for frame in frames):
            return f"the target's HEADER_TABLE_SIZE is {peer.table_size.size}"
    return None


def _left(peer: Peer) -> str | None:
    """RFC 9113 6.8: behind a refusal a target may end the connection gracefully; the rest goes unanswered."""
    if not peer.ended or not peer.goaways or any(goaway.code for goaway in peer.goaways):
        return None
    begin, last = peer.goaways[0].position, peer.goaways[-1].last_stream
    streams = [stream for stream in peer.streams.values() if stream.opened and stream.id <= last]
    refused = any(
        (stream.status or 0) >= 400 or any(reset.position < begin for reset in stream.resets)
        for stream in streams
    )
    if refused and all(stream.is_over or stream.sent_reset for stream in streams):
        return "the target ended the connection gracefully behind a refusal"
    return None
