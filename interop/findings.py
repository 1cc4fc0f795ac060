"""Known faults of servers: an entry of findings.yaml is a rule, and the failing cases that it explains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .errors import Exit, InteropError
from .judged import WRONG, Judged, Tally

FILE = Path(__file__).parent / "findings.yaml"
_SERVER_KEYS = {"server", "title", "version", "findings"}
_SERVER_OPTIONAL = {"deaths"}
_KEYS = {"cases", "rule", "outcome"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a server breaks."""

    cases: tuple[str, ...]
    """Ids, or patterns of the shell's kind."""
    rule: str
    """The RFC's rule, and what is done instead."""
    outcomes: tuple[str, ...]
    """Patterns of what was seen, so that another fault is not taken for this one."""

    def explains(self, tally: Tally) -> bool:
        """Tell whether this is why the case fails, in every run where it does."""
        return any(fnmatchcase(tally.id, case) for case in self.cases) and all(
            any(fnmatchcase(outcome, pattern) for pattern in self.outcomes)
            for outcome in tally.wrong_outcomes
        )


@dataclass(frozen=True, slots=True)
class Known:
    """The findings of one server."""

    server: str
    title: str
    version: str
    """A pattern of the shell's kind for the first word of the version."""
    findings: tuple[Finding, ...]
    deaths: str
    """Why its process dies now and then, of no one case; empty if it does not."""

    def is_about(self, judged: Judged) -> bool:
        """Tell whether these are findings of that server in that version."""
        return self.server == judged.server and fnmatchcase(judged.version.split(" ")[0], self.version)


@dataclass(frozen=True, slots=True)
class Stale:
    """Cases of one finding that do not fail any more, or do not exist."""

    server: str
    rule: str
    cases: tuple[str, ...]


def explain(judged: Judged, known: Sequence[Known]) -> dict[str, Finding | None]:
    """Return for each failing case the finding that explains it, or None."""
    mine = [finding for one in known if one.is_about(judged) for finding in one.findings]
    return {
        tally.id: next((finding for finding in mine if finding.explains(tally)), None)
        for tally in judged.all_tallies
        if tally.is_wrong
    }


def stale(judged: Judged, known: Sequence[Known]) -> list[Stale]:
    """Return what is said of cases that were judged and are not wrong in any run.

    A case that was skipped, blocked or not selected says nothing.
    """
    found = []
    for one in known:
        if not one.is_about(judged):
            continue
        for finding in one.findings:
            idle = tuple(case for case in finding.cases if _is_idle(case, judged))
            if idle:
                found.append(Stale(judged.server, finding.rule, idle))
    return found


def _is_idle(case: str, judged: Judged) -> bool:
    verdicts = {
        verdict for tally in judged.all_tallies if fnmatchcase(tally.id, case) for verdict, _ in tally.seen
    }
    if not verdicts:
        return bool(judged.runs) and all(run.is_whole for run in judged.runs)
    return not verdicts & (WRONG | {"skip", "blocked"})


def why_it_dies(judged: Judged, known: Sequence[Known]) -> str:
    """Return what is known of a server's deaths that belong to no case, or nothing."""
    return next((one.deaths for one in known if one.is_about(judged)), "")


def title(judged: Judged, known: Sequence[Known]) -> str:
    """Return the server's name for reports, with its version."""
    for one in known:
        if one.is_about(judged):
            return one.title.format(version=judged.version)
    return f"{judged.server} {judged.version}".strip()


@cache
def load() -> Sequence[Known]:
    """Read the file.  Raises InteropError if it is not well formed."""
    return tuple(parse(FILE.read_text(encoding="utf-8")))


def parse(text: str) -> Iterable[Known]:
    """Read the servers of a file.  Raises InteropError at the first entry that is not well formed."""
    for entry in yaml.safe_load(text) or ():
        if not isinstance(entry, dict) or set(entry) - _SERVER_OPTIONAL != _SERVER_KEYS:
            raise InteropError(
                f"findings.yaml: an entry needs {', '.join(sorted(_SERVER_KEYS))}", Exit.INVALID
            )
        found = tuple(_finding(one, str(entry["server"])) for one in entry["findings"] or ())
        deaths = " ".join(str(entry.get("deaths", "")).split())
        yield Known(str(entry["server"]), str(entry["title"]), str(entry["version"]), found, deaths)


def _finding(entry: Any, server: str) -> Finding:
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        raise InteropError(
            f"findings.yaml: {server}: a finding lacks a key or has an unknown one", Exit.INVALID
        )
    cases, outcome = entry["cases"], entry["outcome"]
    outcomes = outcome if isinstance(outcome, list) else [outcome]
    if not (isinstance(cases, list) and cases and all(isinstance(text, str) for text in (*cases, *outcomes))):
        raise InteropError(
            f"findings.yaml: {server}: {entry['rule']}: cases and outcomes are texts", Exit.INVALID
        )
    return Finding(tuple(cases), " ".join(str(entry["rule"]).split()), tuple(outcomes))
