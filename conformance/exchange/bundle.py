"""All vectors in one JSON file, for implementations in other languages that read no YAML.

Layout (`format` 1): `hash` over everything; `suites` with `file`, the keys of the file, and `cases`, each as
it is written and with its own `hash`; `requirements` and `verdicts` as they are written.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from .. import __version__
from ..reading import nodes
from .plain import Suite, content_hash, plain

FORMAT: Final = 1


def document(suites: Iterable[Suite], root: Path) -> dict[str, Any]:
    """Return the whole document; requirements and verdicts come from the vectors' folder `root`."""
    listed = [_suite(suite) for suite in suites]
    requirements = [plain(nodes.load(path)) for path in sorted((root / "requirements").glob("*.yaml"))]
    verdicts = root / "verdicts.yaml"
    body = {
        "suites": listed,
        "requirements": [row for catalogue in requirements for row in catalogue["requirements"]],
        "verdicts": plain(nodes.load(verdicts)) if verdicts.is_file() else None,
    }
    head = {
        "format": FORMAT,
        "tool": f"h2conf {__version__}",
        "counts": _counts(listed),
        "hash": bundle_hash(body),
    }
    return head | body


def bundle_hash(body: dict[str, Any]) -> str:
    """Return SHA-256 over suites, requirements and verdicts as JSON with sorted keys and no blanks."""
    parts = {key: body[key] for key in ("suites", "requirements", "verdicts")}
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _suite(suite: Suite) -> dict[str, Any]:
    head = {key: value for key, value in suite.content.items() if key != "cases"}
    cases = [{**case, "hash": content_hash(case)} for case in suite.cases]
    return {"file": suite.file, "role": suite.role, **head, "cases": cases}


def _counts(suites: list[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for suite in suites:
        counts[suite["role"]] = counts.get(suite["role"], 0) + len(suite["cases"])
    return counts


def text(content: dict[str, Any]) -> str:
    """Return the text of the file."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
