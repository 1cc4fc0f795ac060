"""hpack-test-case: one JSON file a story, its blocks decoded in one context; or raw fields for an encoder.

The format has no negative cases, no never-indexed mark, no expected table and carries text only.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..wire.hpack import HpackError, representations
from .losses import Losses, NotExpressible

NAME: Final = "hpack-test-case"
DEFAULT_TABLE_SIZE: Final = 4096
_STORY_KEYS: Final = frozenset({"description", "context", "cases"})
_BLOCK_KEYS: Final = frozenset({"seqno", "header_table_size", "wire", "headers"})


def canonical(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a story with what differs between writers taken out, and nothing else.

    Lower-case hexadecimal digits; every block numbered; `header_table_size` only where it changes the size;
    no key that the format does not name.
    """
    result: dict[str, Any] = {
        key: document[key] for key in ("description", "context") if document.get(key) is not None
    }
    size = DEFAULT_TABLE_SIZE
    blocks = []
    for number, block in enumerate(document["cases"]):
        made: dict[str, Any] = {"seqno": number}
        table_size = block.get("header_table_size")
        if table_size is not None and table_size != size:
            made["header_table_size"] = size = table_size
        if block.get("wire") is not None:
            made["wire"] = block["wire"].lower()
        made["headers"] = block["headers"]
        blocks.append(made)
    return result | {"cases": blocks}


def text(document: Mapping[str, Any]) -> str:
    """Return the text of a file, in canonical form."""
    return json.dumps(canonical(document), indent=2, ensure_ascii=False) + "\n"


# -- import ------------------------------------------------------------


def import_case(
    document: Any, path: str, slug: str, req: tuple[str, ...], level: str, losses: Losses
) -> dict[str, Any]:
    """Return a story as a case of role `codec`.  Raises NotExpressible for one that is not of this format."""
    losses.cases += 1
    blocks = document.get("cases") if isinstance(document, Mapping) else None
    if not isinstance(blocks, list) or not blocks or not all(isinstance(b, Mapping) for b in blocks):
        raise NotExpressible("not a story of this format: no cases")
    source: dict[str, str] = {"format": NAME, "path": path}
    for key in ("description", "context"):
        if document.get(key) is not None:
            source[key] = str(document[key])
    for key in document.keys() - _STORY_KEYS:
        losses.dropped[f"the key {key!r}"] += 1
    with_wire = sum(block.get("wire") is not None for block in blocks)
    if with_wire not in (0, len(blocks)):
        raise NotExpressible("some blocks have a wire and some have none")
    case: dict[str, Any] = {
        "id": slug,
        "title": f"{path} of {NAME}",
        "req": list(req),
        "level": level,
        "source": source,
    }
    size = DEFAULT_TABLE_SIZE
    made = []
    for number, block in enumerate(blocks):
        for key in block.keys() - _BLOCK_KEYS:
            losses.dropped[f"the key {key!r} of a block"] += 1
        item: dict[str, Any] = {}
        table_size = block.get("header_table_size")
        if table_size is not None and table_size != size:
            size = _table_size(table_size)
            if number == 0:
                case["context"] = {"table_limit": size}
            else:
                item["resize"] = size
        if with_wire:
            item = {"wire": _hex(block["wire"]), **item}
        item["fields"] = fields = _fields(block.get("headers"))
        if with_wire and (marked := _never(bytes.fromhex(item["wire"]), len(fields))):
            item["never"] = marked
        made.append(item)
    return case | {"blocks" if with_wire else "encode": made}


def _never(wire: bytes, count: int) -> list[int]:
    """Return which of `count` fields the wire marks as never indexed: the format does not name them."""
    try:
        kinds = [kind for kind, _ in representations(wire) if kind != "size_update"]
    except HpackError:
        return []
    return [number for number, kind in enumerate(kinds[:count]) if kind == "never"]


def _table_size(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 0xFFFF_FFFF:
        raise NotExpressible("header_table_size is not a 32-bit number")
    return value


def _hex(value: Any) -> str:
    try:
        return bytes.fromhex(value).hex()
    except (TypeError, ValueError) as error:
        raise NotExpressible("a wire is not hexadecimal") from error


def _fields(headers: Any) -> list[list[str]]:
    if not isinstance(headers, list):
        raise NotExpressible("headers is not a list")
    fields = []
    for header in headers:
        if not isinstance(header, Mapping) or len(header) != 1:
            raise NotExpressible("a header is not an object with one key")
        name, value = next(iter(header.items()))
        if not isinstance(value, str):
            raise NotExpressible("the value of a header is not text")
        fields.append([name, value])
    return fields


# -- export ------------------------------------------------------------


def export_case(case: Mapping[str, Any], losses: Losses) -> dict[str, Any]:
    """Return a case of role `codec` as a story.  Raises NotExpressible."""
    losses.cases += 1
    context = case.get("context", {})
    if context.keys() - {"table_limit"}:
        raise NotExpressible("the format has no limits on lists of fields")
    blocks: Sequence[Mapping[str, Any]] = case.get("blocks") or case.get("encode") or ()
    size = context.get("table_limit", DEFAULT_TABLE_SIZE)
    made = []
    for number, block in enumerate(blocks):
        _check_block(block, number)
        item: dict[str, Any] = {"seqno": number}
        before = size if number else DEFAULT_TABLE_SIZE
        size = block.get("resize", size)
        if size != before:
            item["header_table_size"] = size
        if "wire" in block:
            item["wire"] = bytes.fromhex(block["wire"]).hex()
        item["headers"] = [{_text(name): _text(value)} for name, value in block["fields"]]
        made.append(item)
    source = case.get("source", {})
    document: dict[str, Any] = {}
    if source.get("format") == NAME:
        document |= {key: source[key] for key in ("description", "context") if key in source}
    else:
        document["description"] = case["title"]
    _count(case, blocks, losses)
    return document | {"cases": made}


def _check_block(block: Mapping[str, Any], number: int) -> None:
    if "error" in block:
        raise NotExpressible("a block is a decoding error, and the format has no negative cases")
    if "acceptable" in block:
        raise NotExpressible("a block has an acceptable outcome besides the best")
    if "expect" in block:
        raise NotExpressible("what is expected of an encoder besides its fields")
    resize = block.get("resize")
    if isinstance(resize, list):
        raise NotExpressible("the table size changes more than once before a block")
    if resize is not None and number == 0:
        raise NotExpressible("the table size changes before the first block")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return bytes.fromhex(value["hex"]).decode()
    except UnicodeDecodeError as error:
        raise NotExpressible("octets that are not text") from error


def _count(case: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]], losses: Losses) -> None:
    dropped = {
        "never-indexed marks": any("never" in block for block in blocks),
        "the table afterwards": any("table" in block or "table_size" in block for block in blocks),
        "note": "note" in case,
        "id, requirements and level": True,
    }
    losses.dropped.update(Counter({part: int(is_lost) for part, is_lost in dropped.items() if is_lost}))


def file_name(case: Mapping[str, Any], suite: str) -> str:
    """Return where a story goes: back where it came from, or below the name of its suite."""
    source = case.get("source", {})
    if source.get("format") == NAME and "path" in source:
        return str(source["path"])
    return f"{suite}/{case['id']}.json"
