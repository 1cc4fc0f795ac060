"""What a run of the matrix leaves for its reports."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..results import Cell


@dataclass(frozen=True, slots=True)
class Run:
    """All cells, how long they took, and how to install each peer."""

    cells: tuple[Cell, ...]
    seconds: float
    hints: Mapping[str, str]
