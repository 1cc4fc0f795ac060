"""The octets that a case sent, from the transcript of its record, without what only this run has."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
USUAL_SETTINGS = bytes.fromhex("00 00 06 04 00 00 00 00 00 00 02 00 00 00 00")
"""The SETTINGS that h2conf begins with where a case asks for no other ones."""
FENCE = b"h2cf"
"""What the payload of a PING of h2conf's own begins with."""
HEADER = 9
MAX_FRAMES = 6
MAX_OCTETS = 96
"""Of a payload shown whole; of a longer one only the two ends are."""
HEAD, TAIL = 40, 16

_DATA, _SETTINGS, _PING, _WINDOW_UPDATE = 0, 4, 6, 8
_HEADER_BLOCKS = (1, 5, 9)
_ACK = 1
_ADDRESS = re.compile(rb"(?<=127\.0\.0\.1:)\d{2,5}")
_USUAL_HEAD = re.compile(
    rb"\0\x07:method(?P<m>.)(?P<method>[A-Za-z]+?)\0\x07:scheme(?:\x04http|\x05https)"
    rb"\0\x0a:authority.127\.0\.0\.1:0+\0\x05:path(?P<p>.)",
    re.DOTALL,
)


def octets(transcript: Iterable[Mapping[str, Any]]) -> str:
    """Return the frames that a case sent after the handshake, in hex, with `/` between them.

    A frame that is sent again and again is shown once, with `…` behind it: time decides how often.
    Left out: answers that any client gives (acknowledgements, credit for DATA), fences, and the request that
    asks at the end whether the connection lives. The port is all zeros, and `[GET /]` stands for the four
    pseudo-header fields of a plain request as literals.
    """
    connections: dict[str, list[Mapping[str, Any]]] = {}
    for entry in transcript:
        if entry["phase"] == "case" and entry["dir"] != "note" and entry.get("hex"):
            connections.setdefault(entry["on"], []).append(entry)
    texts = []
    for name, entries in connections.items():
        frames = _without_port(_stimuli(entries))
        if not frames:
            continue
        shown = _once(map(_shown, frames))
        if len(shown) > MAX_FRAMES:
            shown[MAX_FRAMES:] = ["…"]
        texts.append(f"{name}: {' / '.join(shown)}" if len(connections) > 1 else " / ".join(shown))
    return " // ".join(texts)


def _once(frames: Iterable[str]) -> list[str]:
    shown: list[str] = []
    for frame, same in groupby(frames):
        shown += [frame] if len(list(same)) == 1 else [frame, "…"]
    return shown


def _stimuli(entries: Sequence[Mapping[str, Any]]) -> list[tuple[bytes, int]]:
    """Return the octets and the length of each frame that was not sent as a matter of course."""
    owed: list[bytes] = []
    sent: list[tuple[bytes, int] | None] = []  # None is a fence
    for entry in entries:
        wire = bytes.fromhex(entry["hex"].rstrip(". "))
        if entry["dir"] == "recv":
            owed += _answers(wire, int(entry["length"]))
        elif wire in owed:
            owed.remove(wire)
        elif wire == PREFACE or (wire == USUAL_SETTINGS and not sent):
            continue
        elif wire[3:4] == bytes([_PING]) and wire[HEADER:].startswith(FENCE):
            sent.append(None)
        else:
            raw = entry["type"] == "RAW"
            sent.append((wire, int(entry["length"]) + (0 if raw else HEADER)))
    if len(sent) > 2 and sent[-2] is None and any(sent[:-2]) and _is_plain(sent[-1]):
        del sent[-1]
    return [frame for frame in sent if frame is not None]


def _answers(wire: bytes, length: int) -> list[bytes]:
    """Return the frames with which any client answers this one."""
    if len(wire) < HEADER:
        return []
    kind, flags = wire[3], wire[4]
    if kind == _SETTINGS and not flags & _ACK:
        return [bytes((0, 0, 0, _SETTINGS, _ACK, 0, 0, 0, 0))]
    if kind == _PING and not flags & _ACK:
        return [bytes((0, 0, 8, _PING, _ACK, 0, 0, 0, 0)) + wire[HEADER:]]
    if kind == _DATA and length:
        head, credit = bytes((0, 0, 4, _WINDOW_UPDATE, 0)), length.to_bytes(4, "big")
        return [head + stream + credit for stream in (bytes(4), wire[5:HEADER])]
    return []


def _is_plain(frame: tuple[bytes, int] | None) -> bool:
    return frame is not None and _payload(_ADDRESS.sub(_zeros, frame[0])) == "[GET /]"


def _without_port(frames: Sequence[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """Put zeros for the digits of the port, also where frames cut the address into pieces."""
    joined = b"".join(wire[HEADER:] for wire, _ in frames)
    joined = _ADDRESS.sub(_zeros, joined)
    changed = []
    start = 0
    for wire, length in frames:
        end = start + len(wire[HEADER:])
        changed.append((wire[:HEADER] + joined[start:end], length))
        start = end
    return changed


def _zeros(found: re.Match[bytes]) -> bytes:
    return b"0" * len(found[0])


def _shown(frame: tuple[bytes, int]) -> str:
    wire, length = frame
    payload = _payload(wire, is_whole=length <= len(wire))
    return f"{wire[:HEADER].hex(' ')} {payload}".rstrip()


def _payload(wire: bytes, is_whole: bool = True) -> str:
    payload = wire[HEADER:]
    found = _USUAL_HEAD.search(payload) if wire[3:4] and wire[3] in _HEADER_BLOCKS else None
    if found is None or found["m"][0] != len(found["method"]) or found["p"][0] > 0x7E:
        return _hex(payload, is_whole)
    end = found.end() + found["p"][0]
    path = payload[found.end() : end]
    if len(path) < found["p"][0] or not re.fullmatch(rb"[\w/.-]+", path):
        return _hex(payload, is_whole)
    before = payload[: found.start()].hex(" ")
    request = f"[{found['method'].decode()} {path.decode()}]"
    return f"{before} {request} {_hex(payload[end:], is_whole)}".strip()


def _hex(text: bytes, is_whole: bool) -> str:
    if not is_whole:
        return f"{text[:HEAD].hex(' ')} …"
    if len(text) > MAX_OCTETS:
        return f"{text[:HEAD].hex(' ')} … {text[-TAIL:].hex(' ')}"
    return text.hex(" ")
