"""The verdict on a codec: block by block, the best answer, an allowed one with its flag, or a failure."""

from dataclasses import dataclass, field

from ..wire import hpack
from . import show
from .codec import Codec, CodecCrash, Decoded, Refused
from .vector import NEEDS, Block, CodecVector, Context, Encoding

MAX_UPDATES = 2  # RFC 7541 4.2: changes between two blocks result in at most two size updates


@dataclass(slots=True)
class Judgement:
    """A verdict with its grounds.  control: whether the legal twin was served; None if it was not run."""

    verdict: str = "pass"
    outcome: str = "fields"
    reason: str = ""
    flags: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    crash: bool = False
    control: bool | None = None

    def note(self, info: str) -> None:
        """Keep what the codec did not tell, once."""
        if info not in self.info:
            self.info.append(info)


class Wrong(Exception):
    """The codec's answer is neither the best nor acceptable."""

    def __init__(self, outcome: str, reason: str) -> None:
        """outcome: what was observed.  reason: one sentence that compares it with what was expected."""
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


def judge(vector: CodecVector, codec: Codec, transcript: show.Transcript) -> Judgement:
    """Run one vector on a codec.  A codec that crashed has to be able to begin a new context."""
    for need in vector.needs:
        if need not in codec.can:
            return Judgement("skip", "", NEEDS[need])
    judgement = Judgement()
    try:
        if vector.encode:
            judgement.outcome = "encoded"
            _encode(vector, codec, transcript)
        else:
            _decode(vector.blocks, vector.context, codec, transcript, judgement)
    except Wrong as wrong:
        judgement.verdict, judgement.outcome, judgement.reason = "fail", wrong.outcome, wrong.reason
    except CodecCrash as crash:
        judgement.verdict, judgement.outcome, judgement.reason = (
            "fail",
            "crash",
            f"the codec crashed: {crash}",
        )
        judgement.crash = True
    if judgement.verdict != "fail" and vector.control and judgement.outcome == "error":
        _run_control(vector, codec, transcript, judgement)
    if judgement.verdict == "pass" and judgement.flags:
        judgement.verdict = "acceptable"
    return judgement


def _run_control(
    vector: CodecVector, codec: Codec, transcript: show.Transcript, judgement: Judgement
) -> None:
    """Run the legal twin: an error counts only for a codec that decodes the block without its fault."""
    transcript.phase = "control"
    judgement.control = True
    try:
        _decode(vector.control, vector.context, codec, transcript, Judgement())
    except (Wrong, CodecCrash) as wrong:
        judgement.control = False
        judgement.verdict = "fail"
        judgement.flags.append("Indiscriminate")
        judgement.reason = f"the legal twin fails as well: {wrong}"


def _decode(
    blocks: tuple[Block, ...],
    context: Context,
    codec: Codec,
    transcript: show.Transcript,
    judgement: Judgement,
) -> None:
    """Decode blocks in order.  Raises Wrong or CodecCrash."""
    codec.new(context)
    for number, block in enumerate(blocks, 1):
        where = f"block {number}: " if len(blocks) > 1 else ""
        for limit in block.resize:
            transcript.sent("SETTINGS", f"HEADER_TABLE_SIZE = {limit}, acknowledged")
            codec.resize(limit)
        transcript.sent("BLOCK", show.block(block.wire), block.wire)
        answer = codec.decode(block.wire)
        transcript.received("FIELDS" if isinstance(answer, Decoded) else "ERROR", show.answer(answer))
        if isinstance(answer, Refused):
            _refused(block, answer, where, judgement)
            return
        _decoded(block, answer, where, codec, judgement)


def _accept(block: Block, judgement: Judgement) -> None:
    if block.acceptable is not None:
        judgement.reason = block.acceptable.why
        if block.acceptable.flag is not None:
            judgement.flags.append(block.acceptable.flag)


def _refused(block: Block, answer: Refused, where: str, judgement: Judgement) -> None:
    judgement.outcome = "error"
    if block.error:
        return
    if block.acceptable is None:
        raise Wrong(
            "error", f"{where}expected {show.fields(block.fields or ())}, observed {show.answer(answer)}"
        )
    _accept(block, judgement)


def _decoded(block: Block, answer: Decoded, where: str, codec: Codec, judgement: Judgement) -> None:
    observed = show.fields(answer.fields)
    if block.fields is None:
        raise Wrong("fields", f"{where}expected an error, observed {observed}")
    if answer.fields != block.fields:
        raise Wrong("other fields", f"{where}expected {show.fields(block.fields)}, observed {observed}")
    if answer.never is None:
        if block.never:
            judgement.note("MarksNotTold")
    elif answer.never != block.never:
        raise Wrong(
            "other marks", f"{where}expected never-indexed {list(block.never)}, observed {list(answer.never)}"
        )
    if block.error:
        _accept(block, judgement)
        return
    if block.table is None and block.table_size is None:
        return
    if "table" not in codec.can:
        judgement.note("TableNotTold")
        return
    table = codec.table()
    if block.table is not None and table.entries != block.table:
        raise Wrong(
            "other table",
            f"{where}expected the table {show.fields(block.table)}, observed {show.fields(table.entries)}",
        )
    if block.table_size is not None and table.size != block.table_size:
        raise Wrong(
            "other table", f"{where}expected a table of {block.table_size} octets, observed {table.size}"
        )


def _encode(vector: CodecVector, codec: Codec, transcript: show.Transcript) -> None:
    """Have lists encoded, and read the blocks with the harness's own decoder.  Raises Wrong or CodecCrash."""
    codec.new(vector.context)
    decoder = hpack.Decoder(vector.context.table_limit)
    for number, one in enumerate(vector.encode, 1):
        where = f"list {number}: " if len(vector.encode) > 1 else ""
        for limit in one.resize:
            transcript.sent("SETTINGS", f"HEADER_TABLE_SIZE = {limit}, acknowledged")
            codec.resize(limit)
            decoder.resize(limit)
        transcript.sent("FIELDS", show.fields(one.fields))
        wire = codec.encode(one.fields, one.never)
        if isinstance(wire, Refused):
            transcript.received("ERROR", show.answer(wire))
            raise Wrong("error", f"{where}expected a block, observed {show.answer(wire)}")
        transcript.received("BLOCK", show.block(wire), wire)
        _encoded(one, wire, where, decoder)


def _encoded(one: Encoding, wire: bytes, where: str, decoder: hpack.Decoder) -> None:
    try:
        block = decoder.decode(wire)
    except hpack.HpackError as error:
        raise Wrong(
            "undecodable", f"{where}the block {show.octets(wire)} cannot be decoded: {error}"
        ) from error
    if tuple(block.fields) != one.fields:
        raise Wrong(
            "other fields",
            f"{where}expected {show.fields(one.fields)}, observed {show.fields(block.fields)}",
        )
    if len(block.size_updates) > MAX_UPDATES:
        raise Wrong("many updates", f"{where}expected at most 2 size updates, observed {block.size_updates}")
    if one.begins_with_update and not block.size_updates:
        raise Wrong("no update", f"{where}expected a size update first, observed {show.octets(wire)}")
    missing = sorted(set(one.marked) - set(block.never_indexed))
    if missing:
        raise Wrong("other marks", f"{where}expected never-indexed {missing}, observed {block.never_indexed}")
