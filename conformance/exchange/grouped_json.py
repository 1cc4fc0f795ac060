"""Wycheproof-style JSON: tests in groups, each valid, invalid or acceptable, with the flags explained once.

Lossless for the roles `frame` and `codec`: what Wycheproof has no name for stands in keys of our own, so that
a file comes back as the same cases.  Only wires given in parts are written out.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .. import __version__
from .losses import NotExpressible
from .plain import Suite

NAME: Final = "wycheproof"
SCHEMA: Final = "grouped.schema.json"
"""In vectors/schema."""

_KINDS: Final[dict[str, tuple[str, str]]] = {
    "frame": ("HTTP/2 frames", "Http2FrameTest"),
    "codec": ("HPACK", "HpackTest"),
}
"""Role -> the algorithm and the type of a group."""

_OURS: Final = ("id", "title", "req", "level")
_BUG_TYPES: Final[dict[str, str]] = {
    "GenericCode": "BASIC",
    "HpackLenient": "CAN_OF_WORMS",
    "Discarded": "CAN_OF_WORMS",
    "Rfc7540Priority": "LEGACY",
}
"""Wycheproof's kind of a flag; EDGE_CASE where nothing else is said."""


def result_of(case: Mapping[str, Any]) -> str:
    """Return valid, invalid or acceptable: the last when the RFC allows an error and a success."""
    if "blocks" in case or "encode" in case:
        blocks = case.get("blocks", ())
        if any("acceptable" in block for block in blocks):
            return "acceptable"
        return "invalid" if any("error" in block for block in blocks) else "valid"
    also = [item["outcome"] for item in case.get("also", ())]
    is_error = "error" in case
    if any(("_error" in outcome) != is_error for outcome in also) or (is_error and case.get("wait")):
        return "acceptable"
    return "invalid" if is_error else "valid"


def flags_of(case: Mapping[str, Any]) -> list[str]:
    """Return the flags of the outcomes that a case allows besides the best."""
    found = [item["flag"] for item in case.get("also", ()) if "flag" in item]
    found += [b["acceptable"]["flag"] for b in case.get("blocks", ()) if "flag" in b.get("acceptable", {})]
    return sorted(set(found))


def document(role: str, suites: Iterable[Suite], meanings: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return all suites of a role as one document.  `meanings`: flag -> {meaning, section}."""
    if role not in _KINDS:
        raise NotExpressible(f"role {role}: tests of this format are single inputs, not dialogues")
    algorithm, kind = _KINDS[role]
    groups: list[dict[str, Any]] = []
    used: set[str] = set()
    number = 0
    for suite in suites:
        tests = []
        for case in suite.cases:
            number += 1
            flags = flags_of(case)
            used.update(flags)
            tests.append(_test(number, case, flags))
        header = {key: value for key, value in suite.content.items() if key != "cases"}
        source = {"name": "nghttp2-harness", "version": __version__}
        groups.append({"type": kind, "source": source, **header, "tests": tests})
    return {
        "algorithm": algorithm,
        "schema": SCHEMA,
        "numberOfTests": number,
        "header": [
            f"Test vectors of type {kind}: {algorithm} by RFC 9113 and RFC 7541.",
            "tcId numbers a test within this file; `id` is the name that stays.",
        ],
        "notes": {flag: _note(flag, meanings) for flag in sorted(used)},
        "testGroups": groups,
    }


def _test(number: int, case: Mapping[str, Any], flags: list[str]) -> dict[str, Any]:
    rest = {key: value for key, value in case.items() if key not in _OURS}
    if isinstance(rest.get("wire"), list):
        rest["wire"] = "".join(p if isinstance(p, str) else p["octet"] * p["times"] for p in rest["wire"])
    return {
        "tcId": number,
        "comment": case["title"],
        "flags": flags,
        "id": case["id"],
        "req": case["req"],
        "level": case["level"],
        **rest,
        "result": result_of(case),
    }


def _note(flag: str, meanings: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    meaning = meanings.get(flag, {})
    note: dict[str, Any] = {"bugType": _BUG_TYPES.get(flag, "EDGE_CASE")}
    if "meaning" in meaning:
        note["description"] = meaning["meaning"]
    if "section" in meaning:
        note["links"] = [meaning["section"]]
    return note


def text(content: Mapping[str, Any]) -> str:
    """Return the text of a file."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def import_suites(content: Any) -> list[dict[str, Any]]:
    """Return the suites of a document.  Raises NotExpressible for one that is not of this format."""
    groups = content.get("testGroups") if isinstance(content, Mapping) else None
    if not isinstance(groups, list):
        raise NotExpressible("no testGroups")
    types = {kind: role for role, (_, kind) in _KINDS.items()}
    suites = []
    for group in groups:
        if not isinstance(group, Mapping) or group.get("type") not in types or "suite" not in group:
            raise NotExpressible("a group that this harness did not write: its type or suite is unknown")
        header = {key: value for key, value in group.items() if key not in ("type", "source", "tests")}
        suites.append({**header, "cases": [_case(test) for test in group.get("tests", ())]})
    if content.get("numberOfTests") != sum(len(suite["cases"]) for suite in suites):
        raise NotExpressible("numberOfTests is not the number of tests")
    return suites


def _case(test: Any) -> dict[str, Any]:
    if not isinstance(test, Mapping):
        raise NotExpressible("a test is not an object")
    if missing := [key for key in ("id", "comment", "req", "level", "result") if key not in test]:
        raise NotExpressible(f"a test without {missing[0]}")
    case = {"id": test["id"], "title": test["comment"], "req": test["req"], "level": test["level"]}
    dropped = {"tcId", "comment", "flags", "id", "req", "level", "result"}
    case |= {key: value for key, value in test.items() if key not in dropped}
    if result_of(case) != test["result"]:
        raise NotExpressible(
            f"{test['id']}: the result is {test['result']}, but the test says {result_of(case)}"
        )
    return case
