"""HTML: the matrix in one file that needs no network; every cell opens its evidence."""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .. import __version__, quirks
from ..console import rows
from ..results import Cell, Part, Result
from ..scenarios import TITLES, Scenario
from .run import Run

PAGE = Path(__file__).parent / "page"
CAPTIONS = {
    Part.CLIENTS: "Real clients, our server",
    Part.SERVERS: "Our client, real servers",
    Part.PROXIES: "Our client, real proxies, our server",
}
MARKS = {Result.PASS: "✓", Result.FAIL: "✗", Result.UNSUPPORTED: "–", Result.NOT_INSTALLED: "·"}


@dataclass(frozen=True, slots=True)
class Box:
    """One cell as the page shows it.  `anchor` is its name in the address: `#clients/curl/tls/get`."""

    anchor: str
    cell: Cell
    kind: str
    """The result, or `explained` for a failure that quirks.yaml explains."""
    mark: str
    title: str
    why: str
    octets: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    peer: str
    version: str
    transport: str
    hint: str
    boxes: tuple[Box | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One table."""

    name: str
    caption: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def write_html(run: Run, path: Path) -> None:
    """Write the page."""
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = printable
    charts = [_chart(part, run) for part in Part if any(cell.part is part for cell in run.cells)]
    boxes = [box for chart in charts for line in chart.lines for box in line.boxes if box is not None]
    counts = Counter(box.kind for box in boxes)
    text = environment.get_template("page.html.j2").render(
        tool=f"h2interop {__version__}",
        seconds=run.seconds,
        peers=len({(cell.part, cell.peer) for cell in run.cells}),
        charts=charts,
        boxes=boxes,
        kinds=[(kind, mark, counts[kind]) for kind, mark in _kinds() if counts[kind]],
        # Our own files, not text from a peer: the only two that go in as they are.
        style=Markup((PAGE / "page.css").read_text(encoding="utf-8")),
        script=Markup((PAGE / "page.js").read_text(encoding="utf-8")),
    )
    path.write_text(text, encoding="utf-8")


def _kinds() -> list[tuple[str, str]]:
    kinds = [(result.value.replace(" ", "-"), mark) for result, mark in MARKS.items()]
    return [*kinds[:2], ("explained", "✗*"), *kinds[2:]]


def _chart(part: Part, run: Run) -> Chart:
    cells = [cell for cell in run.cells if cell.part is part]
    scenarios = [scenario for scenario in Scenario if any(cell.scenario == scenario for cell in cells)]
    lines = []
    for (peer, transport), found in rows(cells).items():
        first = next(iter(found.values()))
        boxes = tuple(_box(found[scenario]) if scenario in found else None for scenario in scenarios)
        lines.append(Line(peer, first.version, transport.value, run.hints.get(peer, ""), boxes))
    headings = tuple(TITLES[scenario] for scenario in scenarios)
    return Chart(part.value, CAPTIONS[part], headings, tuple(lines))


def _box(cell: Cell) -> Box:
    quirk = quirks.explain(cell)
    is_explained = cell.result is Result.FAIL and quirk is not None
    return Box(
        anchor=f"{cell.part}/{cell.peer}/{cell.transport}/{cell.scenario}",
        cell=cell,
        kind="explained" if is_explained else cell.result.value.replace(" ", "-"),
        mark="✗*" if is_explained else MARKS[cell.result],
        title=f"{cell.peer}, {TITLES[Scenario(cell.scenario)]}, {cell.transport}",
        why="" if quirk is None else quirk.why,
        octets="" if quirk is None else quirk.octets,
    )


def printable(text: object) -> str:
    """Show control and formatting characters as their code points; line ends and tabs stay."""
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
        else f"\\u{ord(character):04x}"
        for character in str(text)
    )
