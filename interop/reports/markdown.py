"""Markdown: the tables alone, for a README."""

from pathlib import Path

from .. import quirks
from ..console import rows
from ..results import Cell, Part, Result
from ..scenarios import TITLES, Scenario
from .html import CAPTIONS
from .run import Run

SIGNS = {Result.PASS: "✓", Result.FAIL: "**✗**", Result.UNSUPPORTED: "–", Result.NOT_INSTALLED: "?"}


def write_markdown(run: Run, path: Path) -> None:
    """Write one table a part; `✗*` is a failure that quirks.yaml explains."""
    lines: list[str] = []
    for part in Part:
        cells = [cell for cell in run.cells if cell.part is part]
        if not cells:
            continue
        scenarios = [scenario for scenario in Scenario if any(cell.scenario == scenario for cell in cells)]
        lines += [f"**{CAPTIONS[part]}**", ""]
        lines.append(f"| peer | | {' | '.join(TITLES[scenario] for scenario in scenarios)} |")
        lines.append(f"|---|---|{':-:|' * len(scenarios)}")
        for (peer, transport), found in rows(cells).items():
            if all(cell.result is Result.UNSUPPORTED for cell in found.values()):
                continue
            version = next(iter(found.values())).version
            signs = [_sign(found.get(scenario)) for scenario in scenarios]
            lines.append(f"| {peer} {version} | {transport} | {' | '.join(signs)} |")
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")


def _sign(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.result is Result.FAIL and quirks.explain(cell) is not None:
        return "✗*"
    return SIGNS[cell.result]
