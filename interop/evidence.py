"""The evidence of a run as files: one folder for each peer and transport, one file for each scenario."""

from collections.abc import Sequence
from pathlib import Path

from .results import Cell


def keep(cells: Sequence[Cell], folder: Path) -> None:
    """Write what shows why each cell has its result; cells without evidence are left out."""
    for cell in cells:
        if not cell.evidence.command and not cell.evidence.frames:
            continue
        path = folder / cell.part / f"{cell.peer}-{cell.transport}" / f"{cell.scenario}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(cell), encoding="utf-8")


def text(cell: Cell) -> str:
    """Return everything about a cell."""
    frames = "\n".join(cell.evidence.frames)
    return (
        f"{cell.part} {cell.peer} {cell.version} {cell.scenario} {cell.transport}: {cell.result}\n"
        f"{cell.reason}\n\n$ {cell.evidence.command}\n\n{cell.evidence.output}\n\n"
        f"   ms      sender stream frame\n{frames}\n"
    )
