"""JUnit XML in the narrow form that the Ant schema and the Jenkins schema (junit-10) both accept.

Neither schema has properties or output for a single case, so both stand with the suite: the properties are
named `CASE.requirement` and so on, and `system-out` holds the transcripts under their case's id.  A failure
carries its transcript in its text as well, because that is what CI systems show.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from ..records.order import place
from ..records.record import Line
from .story import summaries, tell
from .text import printable
from .transcript import lines

# Verdict -> element of the case.  A judged fault is a failure; an error is what kept us from judging.
ELEMENTS: Mapping[str, str] = {
    "fail": "failure",
    "flaky": "failure",
    "xpass": "failure",
    "blocked": "skipped",
    "skip": "skipped",
    "xfail": "skipped",
    "error": "error",
}
COUNTERS: Mapping[str, str] = {"failure": "failures", "error": "errors", "skipped": "skipped"}


class JUnitReport:
    """Collects the cases and writes the file at the footer."""

    def __init__(self, path: Path, requirements: Mapping[str, str] | None = None) -> None:
        """`requirements`: id -> summary; the catalogue's by default."""
        self._path = path
        self._requirements = summaries() if requirements is None else requirements
        self._header: Line = {}
        self._cases: list[Line] = []

    def header(self, line: Line) -> None:
        """Keep the header: target and tool become properties of every suite."""
        self._header = line

    def case(self, line: Line) -> None:
        """Keep a case."""
        self._cases.append(line)

    def footer(self, line: Line) -> None:
        """Write the file."""
        root = ET.Element("testsuites")
        suites: defaultdict[str, list[Line]] = defaultdict(list)
        for case in sorted(self._cases, key=lambda case: place(case["id"])):
            suites[case["suite"]].append(case)
        for number, (name, cases) in enumerate(suites.items()):
            root.append(self._suite(number, name, cases, exit_code=line["exit"]))
        tree = ET.ElementTree(root)
        ET.indent(tree)
        tree.write(self._path, encoding="utf-8", xml_declaration=True)

    def _suite(self, number: int, name: str, cases: list[Line], *, exit_code: int) -> ET.Element:
        counts = dict.fromkeys(COUNTERS.values(), 0)
        for case in cases:
            element = _element(case)
            if element:
                counts[COUNTERS[element]] += 1
        suite = ET.Element(
            "testsuite",
            {
                "id": str(number),
                "package": "h2conf",
                "name": name,
                "timestamp": _without_zone(self._header["started"]),
                "hostname": "localhost",
                "tests": str(len(cases)),
                **{counter: str(count) for counter, count in counts.items()},
                "time": _seconds(sum(case["ms"] for case in cases)),
            },
        )
        self._properties(suite, cases, exit_code)
        for case in cases:
            self._case(suite, case)
        ET.SubElement(suite, "system-out").text = "\n".join(
            line for case in cases for line in (case["id"], *_transcript(case), "")
        )
        ET.SubElement(suite, "system-err")
        return suite

    def _properties(self, suite: ET.Element, cases: Iterable[Line], exit_code: int) -> None:
        properties = ET.SubElement(suite, "properties")

        def add(name: str, value: str) -> None:
            ET.SubElement(properties, "property", {"name": name, "value": printable(value)})

        add("tool", self._header["tool"])
        add("target", self._header["target"]["spec"])
        add("target.version", self._header["target"]["version"] or "")
        add("role", self._header["role"])
        add("profile", self._header["profile"])
        add("vectors", self._header["vectors"]["hash"])
        add("exit", str(exit_code))
        for case in cases:
            slug = _slug(case)
            add(f"{slug}.requirement", " ".join(case["req"]))
            add(f"{slug}.level", case["level"])
            add(f"{slug}.verdict", case["verdict"])
            add(f"{slug}.outcome", case["outcome"])
            add(f"{slug}.flags", " ".join([*case["flags"], *case["info"]]))

    def _case(self, suite: ET.Element, case: Line) -> None:
        element = ET.SubElement(
            suite,
            "testcase",
            {"classname": case["suite"], "name": _slug(case), "time": _seconds(case["ms"])},
        )
        kind = _element(case)
        if kind is None:
            return
        reason = printable(case["reason"] or case["outcome"])
        problem = ET.SubElement(element, kind, {"message": f"{case['verdict']}: {reason}"})
        if kind == "skipped":
            return
        problem.set("type", "crash" if case["crash"] else case["verdict"])
        story = tell(case, self._requirements)
        facts = (f"{name}: {text}" for name, text in story.rows)
        reproduce = f"reproduce: {printable(case['reproduce'])}"
        problem.text = "\n".join([story.heading, story.title, *facts, *_transcript(case), reproduce])


def _element(case: Line) -> str | None:
    """Return the element for the verdict; a crash is an error, whatever the verdict says."""
    return "error" if case["crash"] else ELEMENTS.get(case["verdict"])


def _slug(case: Line) -> str:
    return str(case["id"]).removeprefix(f"{case['suite']}/")


def _transcript(case: Line) -> list[str]:
    return list(lines(case["transcript"], with_hex=True))


def _seconds(ms: float) -> str:
    return f"{ms / 1000:.3f}"


def _without_zone(started: str) -> str:
    """Return the time as the schema wants it: UTC, to the second, without a zone."""
    return datetime.fromisoformat(started).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
