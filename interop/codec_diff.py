"""Our HPACK codec against every other that is installed: decoding the same octets, and reading each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from . import codecs
from .caseyaml import Hex, text
from .codecs import Decoded, Fields, OurCodec, Refused
from .differential import Disagreement, Search
from .features import features
from .strategies import decoding_dialogues, encoding_dialogues


def _word(outcome: Decoded | None) -> str:
    if outcome is None:
        return "nothing"
    return "error" if isinstance(outcome, Refused) else "fields"


def _show(outcome: Decoded | None) -> str:
    return outcome.text if isinstance(outcome, Refused) else repr(outcome)


CONTROL = {"wire": Hex("82"), "fields": [[":method", "GET"]]}
"""The legal twin of a dialogue that our decoder refuses: any codec has to read it."""


def decoding_case(steps: Sequence[bytes | int]) -> dict[str, Any]:
    """Return the dialogue as a codec case that expects what our decoder makes of it.

    A limit belongs to the block that follows it; nothing follows a block that was refused.
    """
    blocks: list[dict[str, Any]] = []
    outcomes = iter(codecs.outcomes(OurCodec(), steps))
    limits: list[int] = []
    for step in steps:
        if isinstance(step, int):
            limits.append(step)
            continue
        outcome = next(outcomes, None)
        if outcome is None:
            break
        block: dict[str, Any] = {"wire": Hex(step.hex(" "))}
        if limits:
            block["resize"] = limits[0] if len(limits) == 1 else list(limits)
            limits = []
        if isinstance(outcome, Refused):
            blocks.append({**block, "error": True})
            return {"role": "codec", "spec": "RFC 7541", "blocks": blocks, "control": [CONTROL]}
        blocks.append({**block, "fields": [[text(name), text(value)] for name, value in outcome]})
    return {"role": "codec", "spec": "RFC 7541", "blocks": blocks}


def compare_decoding(steps: Sequence[bytes | int]) -> list[Disagreement]:
    """Decode the same dialogue with every codec; fields must be equal, an error may have other words."""
    ours = codecs.outcomes(OurCodec(), steps)
    found = []
    for peer, version in codecs.peers():
        theirs = codecs.outcomes(peer(), steps)
        for position in range(max(len(ours), len(theirs))):
            mine = ours[position] if position < len(ours) else None
            other = theirs[position] if position < len(theirs) else None
            if isinstance(mine, Refused) and isinstance(other, Refused):
                break
            if mine != other:
                found.append(
                    Disagreement(
                        kind="codec",
                        peer=peer.name,
                        version=version,
                        features=frozenset(features(steps)),
                        ours=_word(mine),
                        theirs=_word(other),
                        detail=f"block {position}: ours {_show(mine)}, theirs {_show(other)}",
                        case=decoding_case(steps),
                    )
                )
                break
    return found


def compare_encoding(steps: Sequence[Fields | int]) -> list[Disagreement]:
    """Let each side decode what the other encoded; both must read the fields that were written."""
    found = []
    for peer, version in codecs.peers():
        for writer, reader in ((OurCodec(), peer()), (peer(), OurCodec())):
            wires: list[bytes | int] = []
            for step in steps:
                if isinstance(step, int):
                    # The decoder's limit is what it announced; the encoder follows once it has acknowledged.
                    reader.limit(step)
                    writer.resize(step)
                    wires.append(step)
                    continue
                wire = writer.encode(step)
                wires.append(wire)
                seen = reader.decode(wire)
                if seen != step:
                    found.append(
                        Disagreement(
                            kind="codec",
                            peer=peer.name,
                            version=version,
                            features=frozenset(features(wires)),
                            ours=_word(seen) if isinstance(reader, OurCodec) else "encoded",
                            theirs="encoded" if isinstance(reader, OurCodec) else _word(seen),
                            detail=f"{writer.name} wrote {step!r} as {wire.hex(' ')}, read as {_show(seen)}",
                            case=decoding_case(wires),
                        )
                    )
                    break
    return found


def run_example(example: Mapping[str, Any]) -> list[Disagreement]:
    """Run an example: `blocks` to decode; or `resize` and `fields` to encode, `then` more of them."""
    if "blocks" in example:
        steps: list[bytes | int] = []
        for block in example["blocks"]:
            steps += _limits(block)
            steps.append(bytes.fromhex(block["wire"]))
        return compare_decoding(steps)
    dialogue: list[Fields | int] = []
    step: Mapping[str, Any] | None = example
    while step is not None:
        fields = tuple((name.encode(), value.encode()) for name, value in step["fields"])
        dialogue += [*_limits(step), fields]
        step = step.get("then")
    return compare_encoding(dialogue)


def _limits(step: Mapping[str, Any]) -> list[int]:
    limits: int | list[int] = step.get("resize", [])
    return [limits] if isinstance(limits, int) else limits


DECODING = Search("codec decoding", decoding_dialogues, compare_decoding)
ENCODING = Search("codec encoding", encoding_dialogues, compare_encoding)
