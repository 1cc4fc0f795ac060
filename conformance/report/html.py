"""HTML: the whole run in one file that needs no network, with filters and the transcript of every case."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..reading.places import VECTORS
from ..records.order import place
from ..records.record import Line
from .closing import result
from .fieldblocks import with_fields
from .story import Story, named, own_file, summaries, tell
from .summary import LEVELS, RANK, VERDICTS, Summary, apart, gravity
from .text import plural, printable
from .transcript import CONTROL_HEADING, hex_rows

PAGE = Path(__file__).parent / "page"
DIRECTIONS = {"send": "sent", "recv": "received", "note": "note"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a transcript as the page shows it."""

    ms: str
    on: str
    direction: str
    summary: str
    octets: str
    heading: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One case as the page shows it.  `anchor` is its id: `#server/6.7-ping/on-a-stream` opens it."""

    anchor: str
    verdict: str
    level: str
    suite: str
    crash: bool
    labels: tuple[str, ...]
    told: str
    explained: str
    story: Story
    rows: tuple[Row, ...]
    reproduce: str


class HtmlReport:
    """Collects the cases and writes the page at the footer."""

    def __init__(self, path: Path, requirements: Mapping[str, str] | None = None) -> None:
        """`requirements`: id -> summary; the catalogue's by default."""
        self._path = path
        self._requirements = summaries() if requirements is None else requirements
        self._header: Line = {}
        self._cases: list[Line] = []

    def header(self, line: Line) -> None:
        """Keep the header."""
        self._header = line

    def case(self, line: Line) -> None:
        """Keep a case."""
        self._cases.append(line)

    def footer(self, line: Line) -> None:
        """Write the page."""
        summary = Summary()
        for case in self._cases:
            summary.add(case)
        environment = Environment(
            loader=FileSystemLoader(PAGE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["printable"] = printable
        environment.filters["plural"] = plural
        self._cases.sort(key=lambda case: (RANK[case["verdict"]], gravity(case)))
        entries = list(self._entries())
        text = environment.get_template("page.html.j2").render(
            header=self._header,
            footer=line,
            summary=summary,
            verdicts=[verdict for verdict in VERDICTS if summary.counts[verdict]],
            result=result(summary, line),
            unjudged=apart(summary.problems)[1],
            sections=list(self._sections().items()),
            levels=[level for level in LEVELS if any(entry.level == level for entry in entries)],
            entries=entries,
            # Our own files, not text from a target: the only two that go in as they are.
            style=Markup((PAGE / "page.css").read_text(encoding="utf-8")),
            script=Markup((PAGE / "page.js").read_text(encoding="utf-8")),
        )
        self._path.write_text(text, encoding="utf-8")

    def _sections(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for case in sorted(self._cases, key=lambda case: place(case["id"])):
            found.setdefault(case["suite"], Counter())[case["verdict"]] += 1
        return found

    def _entries(self) -> Iterator[Entry]:
        for case in self._cases:
            story = tell(case, self._requirements)
            yield Entry(
                anchor=case["id"],
                verdict=case["verdict"],
                level=case["level"],
                suite=case["suite"],
                crash=case["crash"],
                labels=(*case["flags"], *case["info"]),
                told=_told(case),
                explained=_explained(case),
                story=story,
                rows=tuple(_rows(case)),
                reproduce=printable(case["reproduce"]),
            )


def _explained(case: Line) -> str:
    """Return the words for `h2conf explain`, or nothing where the case is neither ours nor in a file."""
    is_known = own_file(case) or (VECTORS / f"{case['suite']}.yaml").is_file()
    return printable(named(case)) if is_known else ""


def _told(case: Line) -> str:
    """Return what the closed row says besides the title: why there is no verdict, or what was seen."""
    if case["verdict"] in ("skip", "blocked", "error"):
        return printable(case["reason"])
    return "" if case["verdict"] == "pass" else f"saw {printable(case['outcome'] or '-')}"


def _rows(case: Line) -> Iterator[Row]:
    entries = case["transcript"]
    many = len({entry.get("on", "a") for entry in entries}) > 1
    phase = "case"
    for entry in with_fields(entries):
        heading = ""
        if entry.get("phase", phase) != phase:
            phase = entry["phase"]
            heading = CONTROL_HEADING if phase == "control" else phase
        yield Row(
            ms=f"{entry['ms']:.1f}",
            on=entry.get("on", "a") if many else "",
            direction=DIRECTIONS[entry["dir"]],
            summary=printable(entry["summary"]),
            octets="\n".join(hex_rows(entry["hex"], framed=entry["type"] != "RAW"))
            if entry.get("hex")
            else "",
            heading=heading,
        )
