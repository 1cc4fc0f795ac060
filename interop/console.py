"""The matrix on a terminal: one line a row while it runs, one table a part at the end."""

from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from . import quirks
from .matrix import Row
from .results import Cell, Part, Result, Transport
from .scenarios import TITLES, Scenario

SIGNS = {
    Result.PASS: "[green]ok[/]",
    Result.FAIL: "[bold red]FAIL[/]",
    Result.UNSUPPORTED: "[dim]-[/]",
    Result.NOT_INSTALLED: "[dim]?[/]",
}
EXPLAINED = "[yellow]fail*[/]"
LEGEND = "ok pass, FAIL fail, fail* fail that quirks.yaml explains, - unsupported, ? not installed"


def line(row: Row) -> str:
    """Return one line that says how a row went."""
    counts = {kind: sum(cell.result is kind for cell in row.cells) for kind in Result}
    words = [f"{count} {kind}" for kind, count in counts.items() if count]
    version = next((cell.version for cell in row.cells if cell.version), "")
    return escape(f"{row.peer.part:8} {row.peer.name} {version} over {row.transport}: {', '.join(words)}")


def sign(cell: Cell | None) -> str:
    """Return what stands in a table for a cell; a failure with an explanation has an asterisk."""
    if cell is None:
        return ""
    if cell.result is Result.FAIL and quirks.explain(cell) is not None:
        return EXPLAINED
    return SIGNS[cell.result]


def tables(cells: Sequence[Cell]) -> Iterator[Table]:
    """Yield a table for each part."""
    for part in Part:
        mine = [cell for cell in cells if cell.part is part]
        scenarios = [scenario for scenario in Scenario if any(c.scenario == scenario for c in mine)]
        if not mine:
            continue
        table = Table(title=f"{part}", title_justify="left", box=None, pad_edge=False, header_style="bold")
        table.add_column("peer", no_wrap=True)
        for scenario in scenarios:
            table.add_column(TITLES[scenario], no_wrap=True)
        for (peer, transport), found in rows(mine).items():
            table.add_row(
                escape(f"{peer} {transport}"),
                *(sign(found.get(scenario)) for scenario in scenarios),
            )
        yield table


def rows(cells: Sequence[Cell]) -> dict[tuple[str, Transport], dict[str, Cell]]:
    """Return the cells of one part by peer and transport, each by scenario, in the order they came."""
    found: dict[tuple[str, Transport], dict[str, Cell]] = {}
    for cell in cells:
        found.setdefault((cell.peer, cell.transport), {})[cell.scenario] = cell
    return found
