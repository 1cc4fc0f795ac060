"""Write a disagreement as a case, ready to be reviewed and kept among the vectors' regressions."""

import hashlib
from pathlib import Path
from typing import Any

from .caseyaml import Case, dump
from .differential import Disagreement

SOURCE = "import/h2interop"
"""What a codec or frame vector cites until a reader names the rule: those cannot do without."""


def document(disagreement: Disagreement) -> dict[str, Any]:
    """Return the suite of one case; it expects what our side did, whose right a reader has to confirm."""
    case = dict(disagreement.case)
    role = case.pop("role")
    identity = hashlib.sha256(repr(sorted(case.items())).encode()).hexdigest()[:8]
    peer = f"{disagreement.peer} {disagreement.version}"
    note = case.pop("note", f"ours {disagreement.ours}, theirs {disagreement.theirs}; {disagreement.detail}")
    title = case.pop("title", f"{disagreement.kind}: ours {disagreement.ours}, theirs {disagreement.theirs}")
    return {
        "format": 1,
        "suite": f"regressions/{disagreement.kind}-{disagreement.peer}-{identity}",
        "spec": case.pop("spec", "RFC 9113 5"),
        "role": role,
        "cases": [
            Case(
                id="found",
                title=title,
                req=[] if role in ("server", "client") else [SOURCE],
                level="INFO",
                note=f"{peer} differs: {note}",
                **case,
            )
        ],
    }


def save(disagreement: Disagreement, folder: Path) -> Path:
    """Write the case into `folder` and return its file."""
    suite = document(disagreement)
    folder.mkdir(parents=True, exist_ok=True)
    name: str = suite["suite"].removeprefix("regressions/")
    file = folder / f"{name}.yaml"
    file.write_text(dump(suite), encoding="utf-8")
    return file
