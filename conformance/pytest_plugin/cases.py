"""The cases as pytest items: what the plugin loads once a target is named.

Ids are `SUITE::CASE`; marks tell level and section (`h2_must`, `h2_rfc9113_6_7`); a baseline makes strict
xfails.  Nothing is started for collection: the target starts with the first item, once in every process of
pytest-xdist.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from ..cases.case import Case
from ..errors import HarnessError
from ..reading.places import VECTORS
from ..records.baseline import Baseline, load_baseline
from ..records.nearest import spelt_like
from ..records.record import Line
from ..records.skipfile import SkipFile, load_skip_file
from ..report.story import summaries, tell
from ..report.text import printable
from ..report.transcript import lines
from .bench import Bench, Request

_REQUEST = pytest.StashKey[Request]()
_BENCH = pytest.StashKey[Bench]()


class CaseFailed(Exception):
    """The case did not pass."""

    def __init__(self, line: Line) -> None:
        """`line`: the case in the run record."""
        super().__init__(f"{line['id']}: {line['reason'] or line['outcome']}")
        self.line = line


class KnownFailure(CaseFailed):
    """The case failed exactly as the baseline says; any other failure is not excused."""


def configure(config: pytest.Config) -> None:
    """Read the cases and register their marks; a wrong option ends here, before anything runs."""
    option = config.getoption
    vectors = Path(option("--h2-vectors")) if option("--h2-vectors") else VECTORS
    more, chosen = option("--h2-args"), option("--h2-select")
    try:
        request = Request.of(option("--h2-target"), option("--h2-role"), more, chosen, vectors)
        names = {mark for case in request.cases for mark in marks_of(case)}
        config.stash[_BENCH] = Bench(request)
    except HarnessError as error:
        raise pytest.UsageError(f"h2conf: {error}") from error
    config.stash[_REQUEST] = request
    for name in sorted(names):
        config.addinivalue_line("markers", f"{name}: HTTP/2 cases of this level or section")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the cases, before other plugins choose among the items (-k, -m, --lf)."""
    request = config.stash[_REQUEST]
    option = config.getoption
    try:
        chosen = request.chosen
        known = {case.id for case in request.cases}
        baseline = load_baseline(Path(option("--h2-baseline"))) if option("--h2-baseline") else Baseline({})
        skips = load_skip_file(Path(option("--h2-skip-file"))) if option("--h2-skip-file") else SkipFile({})
    except HarnessError as error:
        raise pytest.UsageError(f"h2conf: {error}") from error
    if stale := [*baseline.unknown(known), *skips.stale(known)]:
        told = ", ".join(f"{name}{spelt_like(name, known)}" for name in stale)
        raise pytest.UsageError(f"h2conf: baseline or skip file names no case: {told}")
    if not chosen:
        raise pytest.UsageError("h2conf: --h2-select and --h2-args choose no case")
    made = list(_items(session, chosen, config.stash[_BENCH], baseline, skips))
    items.extend(made)
    for suite, members in groupby(made, key=lambda item: item.parent):
        # pytest counts what it collected by these reports.
        nodeid = "" if suite is None else suite.nodeid
        config.hook.pytest_collectreport(report=pytest.CollectReport(nodeid, "passed", None, list(members)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the target of this process."""
    bench = config.stash.get(_BENCH, None)
    if bench is not None:
        bench.stop()


def marks_of(case: Case) -> tuple[str, ...]:
    """Return the names of a case's marks: `h2`, `h2_must`, `h2_rfc9113`, `h2_rfc9113_6_7`."""
    document, _, section = case.spec.removeprefix("RFC ").partition(" ")
    whole = re.sub(r"\W", "_", f"h2_rfc{document}")
    return ("h2", f"h2_{case.level.lower()}", whole, re.sub(r"\W", "_", f"{whole}_{section}"))


class SuiteCollector(pytest.Collector):
    """One vector file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Return nothing: the items are made with their suite, by `pytest_collection_modifyitems`."""
        return iter(())


class CaseItem(pytest.Item):
    """One case."""

    def __init__(
        self, *, case: Case, bench: Bench, baseline: Baseline, skip: str | None, **kwargs: Any
    ) -> None:
        """`skip`: the reason in the skip file, if the case is in it."""
        super().__init__(**kwargs)
        self.case = case
        self.bench = bench
        self.baseline = baseline
        for name in marks_of(case):
            self.add_marker(name)
        self.extra_keyword_matches.update((*case.req, case.id, case.spec))
        if skip is not None:
            self.add_marker(pytest.mark.skip(reason=f"skip file: {skip}"))
        if (entry := baseline.entries.get(case.id)) is not None:
            # Only the pinned outcome raises KnownFailure.  Strict: a case that passes is a stale entry.
            reason = f"{entry.reason} (expects {entry})"
            self.add_marker(pytest.mark.xfail(reason=reason, raises=KnownFailure, strict=True))

    def setup(self) -> None:
        """Start the target once for this process; when that fails, every item is an error with the reason."""
        try:
            self.bench.start()
        except HarnessError as error:
            pytest.fail(f"h2conf: {error}", pytrace=False)

    def runtest(self) -> None:
        """Judge the case."""
        line = self.baseline.judge(self.bench.judge(self.case))
        for name in ("verdict", "outcome", "level"):
            self.user_properties.append((name, line[name]))
        self.user_properties.append(("flags", " ".join([*line["flags"], *line["info"]])))
        self.add_report_section("call", "transcript", "\n".join(lines(line["transcript"], with_hex=True)))
        match line["verdict"]:
            case "pass" | "acceptable" | "xpass":
                return
            case "skip":
                pytest.skip(line["reason"])
            case "xfail":
                raise KnownFailure(line)
        raise CaseFailed(line)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Tell a failure as the console report does; anything else with its traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return _told(excinfo.value.line)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the case in its vector file."""
        return Path(self.case.path).resolve(), self.case.line - 1, self.case.id


def _items(
    session: pytest.Session, cases: list[Case], bench: Bench, baseline: Baseline, skips: SkipFile
) -> Iterator[pytest.Item]:
    suites: dict[str, SuiteCollector] = {}
    for case in cases:
        if case.suite not in suites:
            suites[case.suite] = SuiteCollector.from_parent(session, name=case.suite, nodeid=case.suite)
        yield CaseItem.from_parent(
            suites[case.suite],
            name=case.id.removeprefix(f"{case.suite}/"),
            case=case,
            bench=bench,
            baseline=baseline,
            skip=skips.reason(case.id),
        )


def _told(line: Line) -> str:
    story = tell(line, summaries())
    facts = (f"{name:>11}  {text}" for name, text in story.rows)
    reproduce = f"{'reproduce':>11}  {printable(line['reproduce'])}"
    # The first line is what pytest shows in its short summary.
    first = f"{line['verdict']}: {printable(line['reason'] or line['outcome'])}"
    return "\n".join([first, story.heading, story.title, *facts, reproduce])
