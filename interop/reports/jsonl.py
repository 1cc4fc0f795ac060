"""JSON Lines: a header, one line a cell with its evidence, a footer."""

import json
import platform
from collections import Counter
from pathlib import Path
from typing import Any

from .. import __version__, quirks
from .run import Run


def write_jsonl(run: Run, path: Path) -> None:
    """Write the file."""
    records: list[dict[str, Any]] = [
        {
            "kind": "header",
            "format": 1,
            "tool": f"h2interop {__version__}",
            "python": platform.python_version(),
            "system": platform.platform(),
        }
    ]
    for cell in run.cells:
        quirk = quirks.explain(cell)
        records.append({**cell.to_json(), "explained": None if quirk is None else quirk.why})
    counts = Counter(str(cell.result) for cell in run.cells)
    records.append({"kind": "footer", "seconds": round(run.seconds, 1), "counts": dict(counts)})
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
