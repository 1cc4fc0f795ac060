"""Codec adapter for PyPI's hpack, for `h2conf run --role codec -t "stdio:python .../hpack_stdio.py"`.

Only hpack's documented error is answered; anything else it raises ends this process, and counts as a crash.
"""

import json
import sys
from importlib.metadata import version
from typing import Any

from hpack import Decoder, Encoder, HPACKError, NeverIndexedHeaderTuple

CAN = ["decode", "encode", "table", "never", "mark", "resize", "max-list-size"]
decoder, encoder = Decoder(), Encoder()


def new(request: dict[str, Any]) -> dict[str, Any]:
    """Begin a context whose tables have the limit as their size."""
    global decoder, encoder
    decoder, encoder = Decoder(request.get("max_list_size", 1 << 30)), Encoder()
    limit = request.get("table_limit", 4096)
    if limit != 4096:
        decoder.max_allowed_table_size = decoder.header_table_size = encoder.header_table_size = limit
    return {"ok": True}


def decode(request: dict[str, Any]) -> dict[str, Any]:
    """Decode a block."""
    try:
        fields = list(decoder.decode(bytes.fromhex(request["wire"]), raw=True))
    except HPACKError as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}
    never = [place for place, field in enumerate(fields) if isinstance(field, NeverIndexedHeaderTuple)]
    return {"ok": True, "fields": [[bytes(n).hex(), bytes(v).hex()] for n, v in fields], "never": never}


def encode(request: dict[str, Any]) -> dict[str, Any]:
    """Encode a list of fields."""
    fields = [(bytes.fromhex(name), bytes.fromhex(value)) for name, value in request["fields"]]
    never = request.get("never", [])
    wire = encoder.encode([(*field, place in never) for place, field in enumerate(fields)])
    return {"ok": True, "wire": wire.hex()}


def resize(request: dict[str, Any]) -> dict[str, Any]:
    """Change the limit of both directions."""
    decoder.max_allowed_table_size = encoder.header_table_size = request["limit"]
    return {"ok": True}


def table(request: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001  all operations take the request
    """Tell the decoder's dynamic table."""
    entries = [(bytes(name), bytes(value)) for name, value in decoder.header_table.dynamic_entries]
    size = sum(len(name) + len(value) + 32 for name, value in entries)
    return {"ok": True, "entries": [[name.hex(), value.hex()] for name, value in entries], "size": size}


OPERATIONS = {"new": new, "decode": decode, "encode": encode, "resize": resize, "table": table}

if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["op"] == "bye":
            break
        if asked["op"] == "hello":
            answer: dict[str, Any] = {"ok": True, "name": "hpack", "version": version("hpack"), "can": CAN}
        else:
            answer = OPERATIONS[asked["op"]](asked)
        print(json.dumps(answer), flush=True)
