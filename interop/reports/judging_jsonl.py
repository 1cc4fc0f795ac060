"""JSON Lines of `h2interop judge`: a header, a line a server and a line a case that is not good, a footer."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import __version__
from ..findings import Known, explain, stale
from ..judged import Judged


def write_jsonl(judged: Sequence[Judged], known: Sequence[Known], path: Path) -> None:
    """Write the file."""
    records: list[dict[str, Any]] = [{"kind": "header", "format": 1, "tool": f"h2interop {__version__}"}]
    totals: Counter[str] = Counter()
    for one in judged:
        explained = explain(one, known)
        old = stale(one, known)
        records.append(
            {
                "kind": "server",
                "server": one.server,
                "version": one.version,
                "runs": len(one.runs),
                "tls_runs": len(one.tls_runs),
                "seconds": [run.seconds for run in one.runs],
                "counts": Counter(tally.verdict for tally in one.tallies),
                "deaths": one.deaths,
                "stale": [{"rule": entry.rule, "cases": entry.cases} for entry in old],
            }
        )
        for tally in one.all_tallies:
            if not (tally.is_wrong or tally.differs or tally.verdict == "blocked"):
                continue
            finding = explained.get(tally.id)
            records.append(
                {
                    "kind": "case",
                    "server": one.server,
                    "id": tally.id,
                    "level": tally.level,
                    "title": tally.title,
                    "verdict": tally.verdict,
                    "seen": [
                        {"verdict": verdict, "outcome": outcome, "runs": number}
                        for (verdict, outcome), number in sorted(tally.seen.items())
                    ],
                    "reason": tally.reason,
                    "flags": tally.flags,
                    "rule": None if finding is None else finding.rule,
                    "sent": tally.octets,
                }
            )
        totals["differ"] += len(one.differing)
        totals["unexplained"] += sum(finding is None for finding in explained.values())
        totals["stale"] += len(old)
    records.append({"kind": "footer", **{name: totals[name] for name in ("differ", "unexplained", "stale")}})
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
