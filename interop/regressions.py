"""Write a disagreement as a case, ready to be reviewed and kept among the vectors' regressions."""

import hashlib
from pathlib import Path
from typing import Any

import yaml

from .differential import Disagreement


def document(disagreement: Disagreement) -> dict[str, Any]:
    """Return the suite of one case; what the RFC demands is for the reviewer to fill in."""
    case = dict(disagreement.case)
    role = case.pop("role")
    identity = hashlib.sha256(repr(sorted(case.items())).encode()).hexdigest()[:8]
    slug = f"{disagreement.kind}-{disagreement.peer}-{identity}"
    return {
        "format": 1,
        "suite": f"regressions/{slug}",
        "spec": "to be decided",
        "role": role,
        "cases": [
            {
                "id": "found",
                "title": f"Ours and {disagreement.peer} {disagreement.version} disagree",
                "req": [],
                "level": "INFO",
                "note": f"ours {disagreement.ours}, theirs {disagreement.theirs}; {disagreement.detail}",
                **case,
            }
        ],
    }


def save(disagreement: Disagreement, folder: Path) -> Path:
    """Write the case into `folder` and return its file."""
    suite = document(disagreement)
    folder.mkdir(parents=True, exist_ok=True)
    name: str = suite["suite"].removeprefix("regressions/")
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(suite, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")
    return file
